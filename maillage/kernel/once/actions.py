"""Do it once."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from maillage.kernel.once.models import Done

KEPT_FOR = timedelta(days=2)


def key_of(*parts: str) -> str:
    """One key from what makes this sending the same as another."""
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()


def once(key: str, work: Callable[[], str]) -> tuple[str, bool]:
    """Run `work` the first time `key` is seen and remember its answer; return (answer, whether it ran now)."""
    with transaction.atomic():
        made = Done.objects.bulk_create([Done(key=key, answer="", at=timezone.now())], ignore_conflicts=True)
        del made  # on conflict nothing was written: the row that stands is the other sender's, committed
        row = Done.objects.select_for_update().get(key=key)
        if row.answer:
            return row.answer, False
        row.answer = work()
        row.save(update_fields=["answer"])
        return row.answer, True


def forget_old(*, now: datetime) -> int:
    """Drop keys older than two days; nobody sends a form twice after that."""
    return Done.objects.filter(at__lt=now - KEPT_FOR).delete()[0]
