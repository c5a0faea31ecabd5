"""What every module knows of a person."""

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from maillage.kernel import hooks
from maillage.kernel.organisations.actions import adopt_contacts
from maillage.kernel.organisations.models import Contact
from maillage.kernel.people.models import Person


@dataclass
class Section:
    name: str
    rows: list[dict[str, Any]]
    files: dict[str, bytes] = field(default_factory=dict)


def modules() -> list[hooks.PersonalData]:
    return sorted(hooks.personal_data, key=lambda one: one.order)


def sections(person: Person, *, with_files: bool = False) -> list[Section]:
    """One section a module, empty ones too: « rien » is an answer. Then what is known of the children, without empty ones."""
    found = [Section(str(data.name), []) for data in modules()]
    tell(found, person, with_files)
    for child in children(person):
        told = [Section(f"{child} · {data.name}", []) for data in modules()]
        tell(told, child, with_files)
        found += [section for section in told if section.rows]
    return found


def tell(found: list[Section], person: Person, with_files: bool) -> None:
    """Ask every module; again for the contacts noted without an account, tied to the person for as long as it takes.

    One organisation may have noted several, and a person has one contact there: they take turns, and all is undone.
    """
    seen: set[int] = set()
    with transaction.atomic():
        adopted = adopt_contacts(person=person)
        while not seen or adopted:
            for section, data in zip(found, modules(), strict=True):
                section.rows += [row for row in data.export(person) if row not in section.rows]
                if with_files:
                    section.files.update(data.files(person))
            mine = Contact.objects.about(person)
            seen |= set(mine.values_list("pk", flat=True)) or {0}
            mine.update(person=None)
            adopted = adopt_contacts(person=person, but=seen)
        transaction.set_rollback(True)


def children(person: Person) -> list[Person]:
    """Those this person answers for who have no account of their own, where they would read it themselves."""
    return list(person.children(localdate()).filter(email=None))
