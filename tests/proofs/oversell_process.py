"""One of the crowd: tries to sign up again and again, and counts what happened."""

import json
import random
import time

from tests.proofs.stage import told


def main() -> None:
    words = told()
    from django.db import connection, transaction
    from django.utils import timezone

    from maillage.engage.volunteering import actions
    from maillage.engage.volunteering.actions import sign_ups
    from maillage.engage.volunteering.models import Shift
    from maillage.kernel.refusal import Refused

    if words["sabotaged"]:
        # Look, think, write: what a hurried developer would have done, with the database's own check taken away.
        if connection.vendor == "sqlite":
            connection.cursor().execute("PRAGMA ignore_check_constraints = ON")

        def naive(shift: Shift, now: object) -> None:
            seen = Shift.objects.get(pk=shift.pk)
            if seen.taken >= seen.capacity:
                raise sign_ups.ShiftIsFull
            time.sleep(0.01)
            Shift.objects.filter(pk=shift.pk).update(taken=seen.taken + 1)

        sign_ups.take_a_place = naive
        sign_ups.sign_up = actions.sign_up = sign_ups.sign_up.__wrapped__
        transaction.Atomic.__enter__ = lambda self: None  # type: ignore[method-assign]
        transaction.Atomic.__exit__ = lambda self, *why: None  # type: ignore[method-assign]
    chance = random.Random(words["seed"])
    keys = list(Shift.objects.values_list("pk", flat=True))
    counts = {"got": 0, "refused": 0, "errors": 0}
    for n in range(words["attempts"]):
        guest = sign_ups.Guest(f"Volontaire {words['seed']}-{n}", email=f"v{words['seed']}-{n}@proof.localhost")
        try:
            actions.sign_up(shift=Shift.objects.get(pk=chance.choice(keys)), who=guest, now=timezone.now())
            counts["got"] += 1
        except Refused:
            counts["refused"] += 1
        except Exception:
            counts["errors"] += 1
    print(json.dumps(counts))


main()
