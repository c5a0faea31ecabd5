from datetime import datetime

from maillage.engage.volunteering import actions
from maillage.kernel.tasks import every


@every(minutes=30, name="volunteering.remind")
def remind(now: datetime) -> None:
    actions.remind(now=now)


@every(minutes=30, name="volunteering.ask_whether_it_helped")
def ask_whether_it_helped(now: datetime) -> None:
    actions.ask_whether_it_helped(now=now)
