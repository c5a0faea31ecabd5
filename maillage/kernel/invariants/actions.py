"""Putting triggers up, taking them down, and seeing whether they stand."""

from django.db.backends.base.base import BaseDatabaseWrapper

from maillage.kernel.invariants.triggers import Trigger, triggers


def every() -> list[Trigger]:
    return [trigger for group in triggers for trigger in group]


def standing(connection: BaseDatabaseWrapper) -> set[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'keep%%'")
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgname LIKE 'keep%%'")
        return {name for (name,) in cursor.fetchall()}


def drop(connection: BaseDatabaseWrapper) -> None:
    """Take down all our triggers, those of older versions too."""
    known = {trigger.full_name: trigger for trigger in every()}
    with connection.cursor() as cursor:
        for name in standing(connection):
            if name in known:
                cursor.execute(known[name].drop_sql(connection.vendor))
            elif connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            else:
                cursor.execute(f"DROP FUNCTION IF EXISTS {name}() CASCADE")


def install(connection: BaseDatabaseWrapper) -> None:
    """Put up every trigger whose table exists and that does not stand yet."""
    tables, there = set(connection.introspection.table_names()), standing(connection)
    with connection.cursor() as cursor:
        for trigger in every():
            if trigger.table in tables and trigger.full_name not in there:
                for statement in trigger.create_sql(connection.vendor):
                    cursor.execute(statement)


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of the triggers that should stand and do not."""
    there = standing(connection)
    return [trigger.full_name for trigger in every() if trigger.full_name not in there]
