"""One of the crowd: tries to sign up again and again, and counts what happened."""

import json
import random
import time
from typing import Any

from tests.proofs.stage import told


def sabotage(sign_ups: Any) -> None:
    """Look, think, write: what a hurried developer would have done, with every lock and the last check taken away."""
    from django.db import connection, models, transaction

    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA ignore_check_constraints = ON")

    def naive(shift: Any, now: object) -> None:
        seen = type(shift).objects.get(pk=shift.pk)
        if seen.taken >= seen.capacity:
            raise sign_ups.ShiftIsFull
        time.sleep(0.01)
        type(shift).objects.filter(pk=shift.pk).update(taken=seen.taken + 1)

    sign_ups.take_a_place = naive
    models.QuerySet.select_for_update = lambda self, *args, **kwargs: self.all()  # type: ignore[method-assign]
    transaction.Atomic.__enter__ = lambda self: None  # type: ignore[method-assign]
    transaction.Atomic.__exit__ = lambda self, *why: None  # type: ignore[method-assign]


def main() -> None:
    words = told()
    from django.db import OperationalError
    from django.utils import timezone

    from maillage.engage.volunteering import actions
    from maillage.engage.volunteering.actions import sign_ups
    from maillage.engage.volunteering.models import Shift
    from maillage.kernel.refusal import Refused

    if words["sabotaged"]:
        sabotage(sign_ups)
    chance = random.Random(words["seed"])
    keys = list(Shift.objects.values_list("pk", flat=True))
    counts = {"got": 0, "refused": 0, "busy": 0}
    for n in range(words["attempts"]):
        guest = sign_ups.Guest(f"Volontaire {words['seed']}-{n}", email=f"v{words['seed']}-{n}@proof.localhost")
        try:
            actions.sign_up(shift=Shift.objects.get(pk=chance.choice(keys)), who=guest, now=timezone.now())
            counts["got"] += 1
        except Refused:
            counts["refused"] += 1
        except OperationalError:  # the lock did not come in twenty seconds: nothing was promised
            counts["busy"] += 1
    print(json.dumps(counts))


main()
