"""Telling again what was not heard, until it is."""

from datetime import datetime, timedelta

from maillage.kernel.facts.kinds import FactKind
from maillage.kernel.facts.models import Fact

LONGEST_WAIT = timedelta(hours=1)
DOUBLINGS = 6  # tries after which the wait stays the longest


def announce_again(*, now: datetime, at_most: int = 500) -> int:
    """Announce the facts that were committed and not heard by all, later and later, until they are; return how many were.

    At most so many of each kind, the least tried first: a receiver that stays broken keeps no other from hearing.
    """
    silent = Fact.objects.filter(announced_at=None, kind__in=FactKind.all)
    left: dict[str, int] = {}
    due: list[Fact] = []
    for kind, attempts in silent.order_by("attempts", "kind").values_list("kind", "attempts").distinct():
        old_enough = silent.filter(kind=kind, attempts=attempts, at__lte=now - waited_after(attempts)).order_by("pk")
        found = list(old_enough[: left.setdefault(kind, at_most)])
        left[kind] -= len(found)
        due += found
    return sum(FactKind.all[fact.kind].announce(fact) for fact in due)


def waited_after(attempts: int) -> timedelta:
    """How old a fact is when it is told once more: a minute, three, seven… then every hour."""
    if attempts <= DOUBLINGS:
        return timedelta(minutes=max(1, 2**attempts - 1))
    return waited_after(DOUBLINGS) + (attempts - DOUBLINGS) * LONGEST_WAIT
