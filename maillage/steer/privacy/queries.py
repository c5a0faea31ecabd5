"""What every module knows of a person."""

from dataclasses import dataclass
from typing import Any

from django.utils.timezone import localdate

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
    found = [Section(str(data.name), data.export(person)) for data in modules()]
    for child in children(person):
        told = [Section(f"{child} · {data.name}", data.export(child)) for data in modules()]
        found += [section for section in told if section.rows]
    return found


def children(person: Person) -> list[Person]:
    """Those this person answers for who have no account of their own, where they would read it themselves."""
    return list(person.children(localdate()).filter(email=None))
