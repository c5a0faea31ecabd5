"""What an attestation says of the time somebody gave: plain JSON, its days and lengths already in words."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from maillage.engage.volunteering.models import Hours
from maillage.kernel.documents.models import Issued
from maillage.kernel.organisations.models import (
    Contact,
    LegalForm,
    Organisation,
    RegisterEntry,
    RoleKind,
)
from maillage.kernel.organisations.numbers import spaced
from maillage.kernel.people.models import Person
from maillage.web.templatetags.web import hours as in_hours

LANGUAGE = "fr"  # whoever reads the desk in English still hands over a French document
# Compte d’engagement citoyen (associations.gouv.fr): who leads an association or supervises its other volunteers, from
# the year they turn sixteen, in an association declared for more than a year.
CEC_ROLES = (RoleKind.PRESIDENT, RoleKind.TREASURER, RoleKind.COORDINATOR)
CEC_FORMS = (LegalForm.ASSOCIATION_1901, LegalForm.ALSACE_MOSELLE, LegalForm.PUBLIC_UTILITY)
CEC_AGE = 16
FEW = 6  # as many days of one mission are said one by one, each with its length


def lines(organisation: Organisation, contact: Contact, since_on: date, until_on: date) -> list[dict[str, Any]]:
    """One line a sign-up whose hours stand: day, mission, minutes, who counted, whether the volunteer signed too."""
    rows = (
        Hours.objects.of(organisation)
        .standing()
        .filter(contact=contact, on__gte=since_on, on__lte=until_on)
        .select_related("sign_up__shift__mission", "signature", "by")
        .order_by("on", "pk")
    )
    return [
        {
            "on": row.on, "mission": row.sign_up.shift.mission_id, "title": row.sign_up.shift.mission.title,
            "minutes": row.minutes, "signed": hasattr(row, "signature"), "by": str(row.by),
        }
        for row in rows
    ]  # fmt: skip


@dataclass(frozen=True)
class HandedOver:
    """An attestation that was delivered. `is_wrong`: hours that it attests were taken back since."""

    issued: Issued
    is_wrong: bool

    @property
    def minutes(self) -> int:
        return int(self.issued.summary["minutes"])

    @property
    def since(self) -> date:
        return date.fromisoformat(self.issued.summary["since"])

    @property
    def until(self) -> date:
        return date.fromisoformat(self.issued.summary["until"])

    @property
    def period(self) -> str:
        return _("du {since} au {until}").format(since=in_full(self.since), until=in_full(self.until))

    def covers(self, on: date) -> bool:
        return self.issued.withdrawn_at is None and self.since <= on <= self.until


def handed_over(organisation: Organisation, contact: Contact) -> list[HandedOver]:
    """The attestations of somebody, the latest first."""
    every = (
        Issued.objects.of(organisation)
        .filter(kind="volunteering.attestation", about_model="organisations.contact", about_id=contact.pk)
        .select_related("by")
        .order_by("-at", "-pk")
    )
    taken_back = list(
        Hours.objects.of(organisation)
        .filter(contact=contact, reverses__isnull=False)
        .values_list("on", "reverses__at", "at")
    )
    handed = [HandedOver(one, is_wrong=False) for one in every]
    return [
        HandedOver(
            one.issued,
            is_wrong=any(one.covers(on) and counted <= one.issued.at < back for on, counted, back in taken_back),
        )
        for one in handed
    ]


def paper_of(contact: Contact, issued: int) -> Issued:
    """A document about this contact, or 404."""
    return get_object_or_404(
        Issued.objects.of(contact.organisation).select_related("file"),
        pk=issued, about_model="organisations.contact", about_id=contact.pk,
    )  # fmt: skip


def told(
    *,
    organisation: Organisation,
    contact: Contact,
    since_on: date,
    until_on: date,
    lines: list[dict[str, Any]],
    by: Person,
    now: datetime,
) -> dict[str, Any]:
    """What `attestation.typ` sets: names as they are, never markup; its day is that of the association."""
    made_on = localdate(now, organisation.zone)
    with translation.override(LANGUAGE):
        return {
            "organisation": {
                "name": organisation.name,
                "form": organisation.get_legal_form_display(),
                "rna": organisation.rna_number or "",
                "siret": spaced(organisation.siret),
                "commune": str(organisation.commune or ""),
                "purpose": organisation.purpose if len(organisation.purpose) <= 200 else "",
            },
            "person": contact.name,
            "since": in_full(since_on),
            "until": in_full(until_on),
            "missions": by_mission(lines),
            "times": len(lines),
            "hours": in_hours(sum(line["minutes"] for line in lines)),
            "signers": sorted({line["by"] for line in lines}),
            "signed": sum(line["signed"] for line in lines),
            "functions": functions(organisation, contact, since_on, until_on),
            "made": in_full(made_on),
            "made_on": [made_on.year, made_on.month, made_on.day],
            "by": "" if by.pk == contact.person_id else str(by),
        }


def by_mission(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The missions in the order in which they were first done, each with its days."""
    grouped: dict[int, list[dict[str, Any]]] = {}
    for line in lines:
        grouped.setdefault(line["mission"], []).append(line)
    return [
        {"title": rows[0]["title"], "hours": in_hours(sum(row["minutes"] for row in rows)), **days(rows)}
        for rows in grouped.values()
    ]


def days(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """« 3 mai 2026 (3 h) »; when every time was as long and there are many, « 3, 10 et 17 mai 2026 », 3 h chaque fois."""
    if len(rows) < FEW or len({row["minutes"] for row in rows}) > 1:
        return {"days": [f"{in_full(row['on'])} ({in_hours(row['minutes'])})" for row in rows], "each": ""}
    months: dict[str, list[str]] = {}
    for row in rows:
        day, _space, month = in_full(row["on"]).partition(" ")
        months.setdefault(month, []).append(day)
    return {
        "days": [f"{' et '.join(filter(None, [', '.join(on[:-1]), on[-1]]))} {month}" for month, on in months.items()],
        "each": in_hours(rows[0]["minutes"]),
    }


def functions(organisation: Organisation, contact: Contact, since_on: date, until_on: date) -> list[str]:
    """The roles that make these hours count for the compte d’engagement citoyen; none unless all its conditions are known.

    The two thresholds span every association of the person: only they can tell, so the document only says them.
    """
    if contact.person_id is None or organisation.legal_form not in CEC_FORMS:
        return []
    born = contact.person.birth_year if contact.person else None
    if born is not None and until_on.year - born < CEC_AGE:
        return []
    if not is_older_than_a_year(organisation, until_on):
        return []
    zone = organisation.zone
    return sorted(
        {
            role.get_kind_display()
            for role in organisation.roles.filter(person=contact.person_id, kind__in=CEC_ROLES)
            if localdate(role.since_at, zone) <= until_on
            and (role.ended_at is None or localdate(role.ended_at, zone) >= since_on)
        }
    )


def is_older_than_a_year(organisation: Organisation, on: date) -> bool:
    """By the register; else by what the association says of its beginning; what nobody knows is not claimed."""
    entry = RegisterEntry.objects.filter(number=organisation.rna_number or "-").first()
    began = (entry and (entry.declared_on or entry.created_on)) or organisation.created_on
    return bool(began and (on - began).days > 365)


def in_full(on: date) -> str:
    """« 1er mai 2026 »."""
    said = date_format(on, "j F Y")
    is_french = (translation.get_language() or LANGUAGE).startswith(LANGUAGE)
    return said.replace("1 ", "1er ", 1) if on.day == 1 and is_french else said
