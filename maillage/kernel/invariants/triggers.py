"""How a trigger is said once and written for both databases."""

from dataclasses import dataclass

from django.db import models

from maillage.kernel.hooks.registry import Registry


@dataclass(frozen=True)
class Trigger:
    """`when` is `BEFORE UPDATE` and the like; `refuse_if` is SQL over NEW and OLD that both databases read alike.

    The database raises an IntegrityError that carries `sentence`.
    """

    model: type[models.Model]
    name: str
    when: str
    sentence: str
    refuse_if: str = ""

    @property
    def full_name(self) -> str:
        return f"keep_{self.model._meta.db_table}_{self.name}"

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    def create_sql(self, vendor: str) -> list[str]:
        said = self.sentence.replace("'", "''")
        if vendor == "sqlite":
            condition = f"WHEN {self.refuse_if} " if self.refuse_if else ""
            return [
                f"CREATE TRIGGER {self.full_name} {self.when} ON {self.table} "
                f"FOR EACH ROW {condition}BEGIN SELECT RAISE(ABORT, '{said}'); END"
            ]
        body = f"RAISE EXCEPTION '{said.replace('%', '%%')}' USING ERRCODE = 'restrict_violation';"
        if self.refuse_if:
            body = f"IF {self.refuse_if} THEN {body} END IF;"
        # PostgreSQL gives a BEFORE trigger the row it must hand back.
        answer = "OLD" if "DELETE" in self.when else "NEW"
        return [
            f"CREATE FUNCTION {self.full_name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN {body} RETURN {answer}; END $$",
            f"CREATE TRIGGER {self.full_name} {self.when} ON {self.table} "
            f"FOR EACH ROW EXECUTE FUNCTION {self.full_name}()",
        ]

    def drop_sql(self, vendor: str) -> str:
        if vendor == "sqlite":
            return f"DROP TRIGGER IF EXISTS {self.full_name}"
        return f"DROP FUNCTION IF EXISTS {self.full_name}() CASCADE"


triggers: Registry[list[Trigger]] = Registry()


def append_only(model: type[models.Model]) -> list[Trigger]:
    """Rows of `model` are added, never changed nor deleted: correct one by adding another."""
    said = f"{model._meta.label}: rows are only ever added"
    return [
        Trigger(model, "never_changed", "BEFORE UPDATE", said),
        Trigger(model, "never_deleted", "BEFORE DELETE", said),
    ]


def same_organisation(model: type[models.Model], field: str, path: tuple[str, ...] = ()) -> list[Trigger]:
    """The row that `field` points to belongs to the organisation of this row, found along `path`.

    `path` names the foreign keys that lead from `model` to the row that carries `organisation`; empty when
    it is the model itself. Django has no composite foreign keys: the trigger is the last word.
    """
    target = model._meta.get_field(field)
    their = f"(SELECT organisation_id FROM {target.related_model._meta.db_table} WHERE id = NEW.{target.column})"  # type: ignore[union-attr]
    if not path:
        ours = "NEW.organisation_id"
    else:
        first, *rest = path
        step = model._meta.get_field(first)
        value, current = f"NEW.{step.column}", step.related_model  # type: ignore[union-attr]
        for name in rest:
            step = current._meta.get_field(name)  # type: ignore[union-attr]
            value = f"(SELECT {step.column} FROM {current._meta.db_table} WHERE id = {value})"  # type: ignore[union-attr]
            current = step.related_model
        ours = f"(SELECT organisation_id FROM {current._meta.db_table} WHERE id = {value})"  # type: ignore[union-attr]
    wrong = f"NEW.{target.column} IS NOT NULL AND {their} <> {ours}"  # type: ignore[union-attr]
    said = f"{model._meta.label}.{field}: another organisation's row"
    return [
        Trigger(model, f"{field}_same_organisation_added", "BEFORE INSERT", said, wrong),
        Trigger(model, f"{field}_same_organisation_changed", "BEFORE UPDATE", said, wrong),
    ]
