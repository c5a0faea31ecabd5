"""Telling again what was not heard."""

from datetime import datetime, timedelta

from maillage.kernel.facts.kinds import FactKind
from maillage.kernel.facts.models import Fact

TRIES = 20


def announce_again(*, now: datetime, at_most: int = 500) -> int:
    """Announce the facts that were committed over a minute ago and not heard by all; return how many were."""
    waiting = Fact.objects.filter(announced_at=None, at__lt=now - timedelta(minutes=1), attempts__lt=TRIES).order_by(
        "pk"
    )[:at_most]
    return sum(FactKind.all[fact.kind].announce(fact) for fact in waiting if fact.kind in FactKind.all)
