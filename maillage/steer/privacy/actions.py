"""Taking one's data away, and being forgotten."""

import io
import json
import re
import zipfile
from datetime import datetime

from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.kernel import hooks
from maillage.kernel.notifications.actions import Address, notify
from maillage.kernel.organisations.actions import adopt_contacts
from maillage.kernel.organisations.models import Role, RoleKind
from maillage.kernel.people import actions as people
from maillage.kernel.people.models import Person
from maillage.kernel.refusal import Refused
from maillage.kernel.search.words import plain
from maillage.steer.privacy import facts, queries
from maillage.steer.privacy.models import Erasure


class SomebodyMustPreside(Refused):
    sentence = gettext_lazy(
        "Vous êtes la seule personne à la présidence de « {name} ». Transmettez ce rôle d’abord : sinon plus personne "
        "ne pourrait répondre de l’association."
    )


def export_of(person: Person, *, now: datetime) -> bytes:
    """A ZIP of everything: `donnees.json` for machines, `donnees.html` to read, one JSON file a module, and whole files."""
    sections = queries.sections(person, with_files=True)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        everything = {section.name: section.rows for section in sections}
        archive.writestr("donnees.json", in_json({"date": now.isoformat(), _("données"): everything}))
        archive.writestr("donnees.html", render_to_string("privacy/export.html", {"sections": sections, "now": now}))
        for section in sections:
            name = re.sub(r"[^a-z0-9]+", "-", plain(section.name)).strip("-")
            archive.writestr(f"modules/{name}.json", in_json(section.rows))
            for path, content in section.files.items():
                archive.writestr(path, content)
    return made.getvalue()


def in_json(said: object) -> str:
    return json.dumps(said, ensure_ascii=False, indent=2, default=str)


@transaction.atomic
def erase(*, person: Person, now: datetime) -> Erasure:
    """Ask every module to forget the person, empty their row, tell them what must be kept. Twice is once.

    Raises SomebodyMustPreside.
    """
    person = Person.objects.select_for_update().get(pk=person.pk)
    if already := Erasure.objects.filter(person=person).first():
        return already
    refuse_if_alone(person)
    email, name, locale = person.email, person.name, person.locale
    kept = forget_everywhere(person, now=now)
    people.erase(person=person, by=person, now=now)
    done = Erasure.objects.create(
        person=person, done_at=now,
        kept=[{"what": str(one.what), "why": str(one.why), "until": one.until and one.until.isoformat()} for one in kept],
    )  # fmt: skip
    facts.erased.record(about=person, by=person, at=now)
    if email:
        notify(
            to=Address(name=name, email=email, locale=locale), kind="privacy.erased", key=f"privacy.erased:{person.pk}",
            context={"kept": kept}, now=now,
        )  # fmt: skip
    return done


def forget_everywhere(person: Person, *, now: datetime) -> list[hooks.Kept]:
    """Ask every module, again as long as contacts left without an account turn out to be theirs; one word a thing kept."""
    kept: dict[str, hooks.Kept] = {}
    adopt_contacts(person=person)
    while True:
        for data in queries.modules():
            for one in data.forget(person, now=now):
                known = kept.get(str(one.what))
                if known is None or later(one, known):
                    kept[str(one.what)] = one
        if not adopt_contacts(person=person):
            return list(kept.values())


def later(one: hooks.Kept, known: hooks.Kept) -> bool:
    """Whether it stays longer; no day is longer than any."""
    return known.until is not None and (one.until is None or one.until > known.until)


def would_keep(person: Person, *, now: datetime) -> list[hooks.Kept]:
    """What erasing now would leave, found by trying it and undoing it."""
    with transaction.atomic():
        kept = forget_everywhere(person, now=now)
        transaction.set_rollback(True)
    return kept


def refuse_if_alone(person: Person) -> None:
    presides = Role.objects.current().filter(person=person, kind=RoleKind.PRESIDENT).select_related("organisation")
    for role in presides:
        others = Role.objects.current().filter(organisation=role.organisation, kind=RoleKind.PRESIDENT)
        if role.organisation.closed_at is None and not others.exclude(person=person).exists():
            raise SomebodyMustPreside(name=role.organisation)
