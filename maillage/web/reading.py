"""The reading profile: how a person likes to read, everywhere in the house.

Kept in a cookie before sign-in and in `Person.reading` afterwards; shown as `data-…` attributes on `<html>`.
"""

import json
from dataclasses import asdict, dataclass, fields
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from maillage.kernel.people import actions as people

COOKIE = "lecture"
TWO_YEARS = 2 * 365 * 24 * 3600

SIZES = [("normal", _("Normale")), ("large", _("Grande")), ("huge", _("Très grande"))]
SPACINGS = [("normal", _("Normal")), ("wide", _("Large : lettres, mots et lignes plus écartés"))]
CONTRASTS = [
    ("system", _("Comme mon appareil")),
    ("light", _("Clair")),
    ("dark", _("Sombre")),
    ("high", _("Contraste fort : noir sur blanc")),
]


@dataclass(frozen=True)
class Reading:
    """One person's way of reading. Every value outside the lists falls back to the first one."""

    size: str = "normal"
    spacing: str = "normal"
    contrast: str = "system"
    pictograms: bool = False
    one_question: bool = False
    easy_words: bool = False
    read_aloud: bool = False

    @property
    def attributes(self) -> dict[str, str]:
        """What differs from the usual, as attributes of `<html>`."""
        said = {
            name: getattr(self, name)
            for name in ("size", "spacing", "contrast")
            if getattr(self, name) != getattr(Reading, name)
        }
        ticked = {field.name.replace("_", "-"): "yes" for field in fields(self) if getattr(self, field.name) is True}
        return {f"data-{name}": value for name, value in (said | ticked).items()}

    @property
    def is_usual(self) -> bool:
        return self == Reading()


def from_values(values: Any) -> Reading:
    """A profile out of whatever a cookie or a row holds: what is not understood is left aside."""
    if not isinstance(values, dict):
        return Reading()
    lists = {"size": SIZES, "spacing": SPACINGS, "contrast": CONTRASTS}
    kept: dict[str, Any] = {
        name: values[name] for name, allowed in lists.items() if values.get(name) in [code for code, _label in allowed]
    }
    kept |= {
        field.name: True for field in fields(Reading) if field.type in (bool, "bool") and values.get(field.name) is True
    }
    return Reading(**kept)


def of(request: HttpRequest) -> Reading:
    """The profile of whoever asks: their own when signed in and told, else the cookie's."""
    person = getattr(request, "user", None)
    if person is not None and person.is_authenticated and person.reading:
        return from_values(person.reading)
    return from_cookie(request)


def from_cookie(request: HttpRequest) -> Reading:
    kept = request.COOKIES.get(COOKIE, "")
    try:
        return from_values(json.loads(kept)) if len(kept) < 500 else Reading()
    except ValueError:
        return Reading()


def adopt(request: HttpRequest, person: Any) -> None:
    """Whoever comes in keeps the way of reading chosen before, on every device from now on; what their row says wins."""
    profile = from_cookie(request)
    if not person.reading and not profile.is_usual:
        people.prefer(person=person, reading=asdict(profile))


def remember(request: HttpRequest, response: HttpResponse, profile: Reading) -> None:
    """Write the profile where it follows the person: on their row if they have one, and in this browser."""
    values = asdict(profile)
    if request.user.is_authenticated:
        people.prefer(person=request.user, reading=values)
    response.set_cookie(
        COOKIE,
        json.dumps({k: v for k, v in values.items() if v not in (False, "normal", "system")}),
        max_age=TWO_YEARS,
        samesite="Lax",
        httponly=True,
        secure=request.is_secure(),
    )


class ChooseReading(forms.Form):
    size = forms.ChoiceField(label=_("Taille du texte"), choices=SIZES, widget=forms.RadioSelect)
    spacing = forms.ChoiceField(label=_("Espacement"), choices=SPACINGS, widget=forms.RadioSelect)
    contrast = forms.ChoiceField(label=_("Couleurs"), choices=CONTRASTS, widget=forms.RadioSelect)
    pictograms = forms.BooleanField(
        label=_("Pictogrammes"),
        required=False,
        help_text=_("Un dessin plus grand au-dessus des mots importants."),
    )
    one_question = forms.BooleanField(
        label=_("Une question à la fois"),
        required=False,
        help_text=_("Les formulaires longs se remplissent pas à pas."),
    )
    easy_words = forms.BooleanField(
        label=_("Textes faciles à lire"),
        required=False,
        help_text=_("Des phrases plus courtes, là où elles existent."),
    )
    read_aloud = forms.BooleanField(
        label=_("Lecture à voix haute"),
        required=False,
        help_text=_("Un bouton « Écouter » en haut des pages : c’est la voix de votre appareil qui lit."),
    )

    def profile(self) -> Reading:
        return from_values(self.cleaned_data)
