"""Write evidence, alter its table as a migration would, then try to change and delete it in every way."""

import json
from datetime import timedelta

from tests.proofs.stage import told


def main() -> None:
    words = told()
    from django.apps import apps
    from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
    from django.db import DatabaseError, connection, models, transaction
    from django.utils import timezone

    from maillage.engage.volunteering import actions
    from maillage.engage.volunteering.actions.sign_ups import Guest
    from maillage.engage.volunteering.models import Hours, Presence
    from maillage.kernel.evidence import actions as evidence
    from tests.proofs import scene

    shift = scene.shifts(count=1, capacity=10)[0]
    by, later = shift.mission.made_by, shift.ends_at + timedelta(hours=1)
    assert by
    for n in range(3):
        made = actions.sign_up(shift=shift, who=Guest(f"V{n}", email=f"v{n}@proof.localhost"), now=timezone.now())
        actions.tick(sign_up=made, presence=Presence.CAME, by=by, now=later)
        actions.confirm_hours(sign_up=made, by=by, now=later)
    every = Hours.objects.across(reason="the proof")
    stream = every.first().stream  # type: ignore[union-attr]
    before = list(every.order_by("pk").values_list())

    # What a migration does: the triggers go, a field changes (SQLite rebuilds the table), the triggers come back.
    emit_pre_migrate_signal(0, False, "default")
    old, new = Hours._meta.get_field("reason"), models.CharField(max_length=80, blank=True)
    new.set_attributes_from_name("reason")
    new.model = Hours
    with connection.schema_editor() as editor:
        editor.alter_field(Hours, old, new)
    if not words["sabotaged"]:
        emit_post_migrate_signal(0, False, "default")
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, Hours._meta.db_table)
    altered = any(column.name == "reason" and column.display_size == 80 for column in columns)

    row = every.order_by("pk")[1]
    tries = [
        lambda: every.filter(pk=row.pk).update(minutes=600),
        lambda: connection.cursor().execute("UPDATE volunteering_hours SET minutes = 600"),
        lambda: connection.cursor().execute("DELETE FROM volunteering_hours WHERE sequence = 2"),
        lambda: every.filter(pk=row.pk)._raw_delete(every.db),
        lambda: Hours(**{f.attname: getattr(row, f.attname) for f in Hours._meta.fields} | {"minutes": 1}).save(),
    ]
    refused = 0
    for attempt in tries:
        try:
            with transaction.atomic():
                attempt()
        except DatabaseError:
            refused += 1
    rows_kept = list(every.order_by("pk").values_list()) == before

    # Behind the back of the triggers, the chain shows it.
    apps.get_app_config("invariants")
    emit_pre_migrate_signal(0, False, "default")
    connection.cursor().execute("UPDATE volunteering_hours SET minutes = 600 WHERE sequence = 2")
    seen = bool(evidence.verify(Hours, stream=stream))
    print(
        json.dumps(
            {"tried": len(tries), "refused": refused, "rows_kept": rows_kept, "altered": altered, "seen_behind": seen}
        )
    )


if __name__ == "__main__":
    main()
