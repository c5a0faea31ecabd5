"""What a printed letter says: plain JSON for its template, days already in words."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.timezone import localdate

from maillage.kernel.organisations import claims
from maillage.kernel.organisations.models import Claim
from maillage.kernel.secret_link import absolute

CLAIM = "organisations/documents/claim_letter.typ"


def of_claim(claim: Claim) -> dict[str, Any]:
    """The letter that carries the code to the seat of an association. It is in French: so is the seat."""
    entry, made_at = claim.entry, claim.letter_made_at
    link = absolute(reverse("web:claim", args=[claim.pk]))
    assert made_at
    with translation.override("fr"):
        return {
            "address": [*wrapped(entry.title.upper()), entry.seat.upper(), town_of(claim)],
            "association": Truncator(claims.readable(entry.title)).chars(140),
            "number": entry.number,
            "person": claim.person.name,
            "role": claim.get_role_display(),
            "code": claims.code_of(claim),
            "link": link,
            "page": link.partition("://")[2],
            "site": settings.SITE_URL.partition("://")[2],
            "operator": settings.OPERATOR or "Maillage",
            "contact": settings.OPERATOR_CONTACT,
            "made": date_format(localdate(made_at), "j F Y"),
            "made_on": [localdate(made_at).year, localdate(made_at).month, localdate(made_at).day],
            "until": date_format(localdate(made_at + claims.CODE_LASTS), "j F Y"),
        }


def town_of(claim: Claim) -> str:
    return f"{claim.entry.postcode} {claim.entry.commune_name}".strip().upper()


def wrapped(name: str, width: int = 36, most: int = 3) -> list[str]:
    """A name on lines that fit the window of an envelope."""
    lines = [""]
    for word in name.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()[:width]
    return lines[:most]
