from datetime import datetime, timedelta

from maillage.engage.volunteering import actions
from maillage.kernel.tasks import every
from maillage.kernel.tasks.models import Heartbeat


@every(minutes=30, name="volunteering.remind")
def remind(now: datetime) -> None:
    actions.remind(now=now)


@every(minutes=30, name="volunteering.ask_whether_it_helped")
def ask_whether_it_helped(now: datetime) -> None:
    actions.ask_whether_it_helped(now=now)


@every(minutes=5, name="volunteering.refresh")
def refresh(now: datetime) -> None:
    """What went by since the last time, and the hour before; a whole day after a failure, a year when it never ran."""
    last = Heartbeat.objects.filter(name="volunteering.refresh").exclude(ended_at=None).first()
    since = now - timedelta(days=366)
    if last and last.ended_at:
        since = last.ended_at - timedelta(days=1 if last.failed else 0, hours=1)
    actions.refresh_what_went_by(since=since, now=now)
