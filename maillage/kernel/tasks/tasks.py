"""The house's own periodic work: what nobody else would do."""

from datetime import datetime

from maillage.kernel.facts import actions as facts
from maillage.kernel.once import actions as once
from maillage.kernel.tasks import actions, every


@every(minutes=1, name="facts.announce_again")
def announce_again(now: datetime) -> None:
    facts.announce_again(now=now)


@every(minutes=60 * 6, name="tasks.forget_done")
def forget_done(now: datetime) -> None:
    actions.forget_done(now=now)
    once.forget_old(now=now)
