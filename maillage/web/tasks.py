from datetime import datetime

from maillage.kernel.tasks import every
from maillage.web import accounts


@every(minutes=60 * 6, name="web.forget_unproven")
def forget_unproven(now: datetime) -> None:
    accounts.forget_unproven(now=now)
