from datetime import datetime

from maillage.kernel.tasks import every
from maillage.web import accounts


@every(minutes=60 * 6, name="web.forget_over")
def forget_over(now: datetime) -> None:
    accounts.forget_over(now=now)
