"""What every module knows of a person, and what it would keep."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from maillage.kernel import hooks
from maillage.kernel.people.models import Person


@dataclass
class Section:
    name: str
    rows: list[dict[str, Any]]


def modules() -> list[hooks.PersonalData]:
    return sorted(hooks.personal_data, key=lambda one: one.order)


def sections(person: Person) -> list[Section]:
    """One section a module, empty ones too: « rien » is an answer."""
    return [Section(str(data.name), data.export(person)) for data in modules()]


def would_keep(person: Person, *, today: date) -> list[hooks.Kept]:
    """What erasing now would leave, found by trying it and undoing it."""
    with transaction.atomic():
        kept = [one for data in modules() for one in data.forget(person, today=today)]
        transaction.set_rollback(True)
    return kept
