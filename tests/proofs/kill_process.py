"""Signs people up and acknowledges each one in a file; killed without warning, again and again.

A parent that has loaded everything forks the child that works, so that a kill costs milliseconds and not a start.
"""

import json
import os
import random
import signal
import time
from pathlib import Path

from tests.proofs.stage import told


def work(acknowledged: Path, life: int, *, sabotaged: bool) -> None:
    """Sign up without end; write the line only once the sign-up is committed (or before, when sabotaged)."""
    from django.db import transaction
    from django.utils import timezone

    from maillage.engage.volunteering import actions
    from maillage.engage.volunteering.actions.sign_ups import Guest
    from maillage.engage.volunteering.models import Shift

    shifts = list(Shift.objects.all())
    with acknowledged.open("a") as file:
        for n in range(100_000):
            email = f"life{life}-{n}@proof.localhost"
            with transaction.atomic() if sabotaged else open(os.devnull):
                actions.sign_up(shift=shifts[n % len(shifts)], who=Guest("Volontaire", email=email), now=timezone.now())
                file.write(email + "\n")
                file.flush()
                if sabotaged:
                    time.sleep(0.05)  # told before it is kept: as long as a life may still last, on a slow machine too


def wait_for_one_more(acknowledged: Path) -> None:
    """However slow the machine, a life acknowledges something before it is taken."""
    before = acknowledged.stat().st_size if acknowledged.exists() else 0
    for _ in range(3000):
        if acknowledged.exists() and acknowledged.stat().st_size > before:
            return
        time.sleep(0.01)
    raise AssertionError("no sign-up was acknowledged in thirty seconds")


def main() -> None:
    words = told()
    from django.db import connections

    # Everything is imported before the first fork; connections are not shared with children.
    import maillage.engage.volunteering.actions  # noqa: F401

    connections.close_all()
    chance, acknowledged = random.Random(words["seed"]), Path(words["acknowledged"])
    for life in range(words["kills"]):
        child = os.fork()
        if child == 0:
            work(acknowledged, life, sabotaged=words["sabotaged"])
            os._exit(0)
        wait_for_one_more(acknowledged)
        time.sleep(chance.uniform(0.0, 0.06))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    from django.db import connection

    from maillage.engage.volunteering.models import HOLDS_A_PLACE, Shift, SignUp

    told_so = set(acknowledged.read_text().split())
    kept = set(SignUp.objects.across(reason="the proof counts them all").values_list("contact__email", flat=True))
    miscounted = sum(
        shift.taken != shift.sign_ups.filter(status__in=HOLDS_A_PLACE).count() for shift in Shift.objects.all()
    )
    sound = True
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            sound = cursor.fetchone()[0] == "ok"
    print(
        json.dumps(
            {
                "acknowledged": len(told_so), "lost": len(told_so - kept),
                "kept_untold": len(kept - told_so), "miscounted": miscounted, "sound": sound,
            }
        )
    )  # fmt: skip


main()
