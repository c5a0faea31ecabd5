"""What every module knows of a person."""

from dataclasses import dataclass
from typing import Any

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
