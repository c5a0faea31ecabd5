from datetime import datetime

from django.utils import timezone

from maillage.kernel.notifications import actions
from maillage.kernel.tasks import every, task


@task(tries=3)
def deliver_waiting() -> None:
    actions.deliver(now=timezone.now())


@every(minutes=1, name="notifications.deliver")
def deliver(now: datetime) -> None:
    """What waits for a second try, and what nobody was asked to send because the process died."""
    actions.give_up_on_silent(now=now)
    actions.deliver(now=now)


@every(minutes=60 * 24, name="notifications.forget_old")
def forget_old(now: datetime) -> None:
    actions.forget_old(now=now)
