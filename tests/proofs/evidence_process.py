"""Write evidence; migrate; try to change and delete it in every way."""

import json
from datetime import timedelta
from typing import Any

from tests.proofs.stage import told


def write() -> dict[str, Any]:
    from django.utils import timezone

    from maillage.engage.volunteering import actions
    from maillage.engage.volunteering.actions.sign_ups import Guest
    from maillage.engage.volunteering.models import Presence
    from tests.proofs import scene

    shift = scene.shifts(count=1, capacity=10)[0]
    by, later = shift.mission.made_by, shift.ends_at + timedelta(hours=1)
    assert by
    for n in range(3):
        made = actions.sign_up(shift=shift, who=Guest(f"V{n}", email=f"v{n}@proof.localhost"), now=timezone.now())
        actions.tick(sign_up=made, presence=Presence.CAME, by=by, now=later)
        actions.confirm_hours(sign_up=made, by=by, now=later)
    return {}


def migrate(sabotaged: bool) -> dict[str, Any]:
    from django.core.management import call_command
    from django.db.models.signals import post_migrate

    from maillage.kernel.invariants.apps import put_up

    if sabotaged:
        post_migrate.disconnect(put_up)
    call_command("migrate", verbosity=0)
    return {}


def try_everything() -> dict[str, Any]:
    from django.db import DatabaseError, connection, transaction

    from maillage.engage.volunteering.models import Hours
    from maillage.kernel.evidence import actions as evidence
    from maillage.kernel.invariants import actions as invariants

    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, Hours._meta.db_table)
    altered = any(column.name == "reason" and column.display_size == 80 for column in columns)

    every = Hours.objects.across(reason="the proof")
    before, row = list(every.order_by("pk").values_list()), every.order_by("pk")[1]

    def by_hand(sql: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql)

    tries = [
        lambda: every.filter(pk=row.pk).update(minutes=600),
        lambda: by_hand("UPDATE volunteering_hours SET minutes = 600"),
        lambda: by_hand("UPDATE volunteering_hours SET row_hash = 'x' WHERE sequence = 3"),
        lambda: by_hand("DELETE FROM volunteering_hours WHERE sequence = 2"),
        lambda: by_hand("DELETE FROM volunteering_hours"),
        lambda: every.filter(pk=row.pk)._raw_delete(every.db),
        lambda: Hours(**{f.attname: getattr(row, f.attname) for f in Hours._meta.fields} | {"minutes": 1}).save(),
    ]
    if connection.vendor == "sqlite":
        tries.append(
            lambda: by_hand("REPLACE INTO volunteering_hours SELECT * FROM volunteering_hours WHERE sequence = 2")
        )
    refused = 0
    for attempt in tries:
        try:
            with transaction.atomic():
                attempt()
        except DatabaseError:
            refused += 1
    rows_kept = list(every.order_by("pk").values_list()) == before

    # Behind the back of the triggers, the chain shows it.
    invariants.drop(connection)
    by_hand("UPDATE volunteering_hours SET minutes = 600 WHERE sequence = 2")
    seen = all(evidence.verify(Hours, stream=stream) for stream in every.values_list("stream", flat=True).distinct())
    return {"tried": len(tries), "refused": refused, "rows_kept": rows_kept, "altered": altered, "seen_behind": seen}


def main() -> None:
    words = told()
    done = {"write": write, "try": try_everything}
    answer = migrate(words["sabotaged"]) if words["what"] == "migrate" else done[words["what"]]()
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
