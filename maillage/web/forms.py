"""What people type in the frame's own pages, checked; and the commune field that other modules use."""

import re
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.kernel.organisations.models import Activity, Organisation, RoleKind
from maillage.kernel.organisations.numbers import bare, spaced, validate_siret
from maillage.kernel.places import queries
from maillage.kernel.places.models import Commune


class Typed(NamedTuple):
    """What came back from a commune field: the words, and the code when a suggestion was taken."""

    words: str
    insee: str


class CommuneInput(forms.TextInput):
    """One text field with suggestions; the code of the one chosen travels in a hidden field beside it."""

    template_name = "web/commune_input.html"

    def __init__(self, attrs: dict[str, Any] | None = None, *, goes: bool = False) -> None:
        """`goes`: taking a suggestion sends the form."""
        super().__init__(attrs)
        self.goes = goes

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Typed:
        words, insee = (str(data.get(one, "")).replace("\x00", "").strip() for one in (name, f"{name}_insee"))
        return Typed(words[:80], insee[:5])

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        typed = self._typed(value)
        context: dict[str, Any] = super().get_context(name, typed.words, attrs)
        context["insee"], context["goes"] = typed.insee, self.goes
        return context

    def format_value(self, value: Any) -> str:
        return self._typed(value).words

    @staticmethod
    def _typed(value: Any) -> Typed:
        if isinstance(value, Typed):
            return value
        if isinstance(value, Commune):
            return Typed(value.label, value.insee)
        if value and (commune := Commune.objects.filter(insee=str(value)).first()):
            return Typed(commune.label, commune.insee)
        return Typed(str(value or ""), "")


class CommuneField(forms.Field):
    """A commune, by its name or its postal code. What could be several says which ones they could be."""

    widget = CommuneInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Commune"))
        kwargs.setdefault("help_text", gettext_lazy("Son nom, ou son code postal."))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Commune | None:
        if isinstance(value, Commune):
            return value
        if not isinstance(value, Typed) or not (value.words or value.insee):
            return None
        if found := resolve(value):
            return found
        near = queries.find_communes(value.words, at_most=4)
        if not near:
            raise forms.ValidationError(
                _("Nous ne trouvons pas « %(words)s » parmi les communes de France."),
                params={"words": value.words},
                code="unknown",
            )
        raise forms.ValidationError(
            _("Plusieurs communes y répondent : %(names)s. Écrivez aussi le département, ou le code postal."),
            params={"names": ", ".join(commune.label for commune in near)},
            code="several",
        )

    def clean(self, value: Any) -> Commune | None:
        commune = self.to_python(value)
        if commune is None and self.required:
            raise forms.ValidationError(_("Dites de quelle commune il s’agit."), code="required")
        return commune

    def has_changed(self, initial: Any, data: Any) -> bool:
        before = initial.insee if isinstance(initial, Commune) else str(initial or "")
        return CommuneInput._typed(data).insee != before


class PhoneField(forms.CharField):
    """A telephone number, kept as E.164; French when no country is said."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Téléphone"))
        kwargs.setdefault("widget", forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}))
        super().__init__(max_length=30, **kwargs)

    def clean(self, value: Any) -> str:
        digits = re.sub(r"[\s.\-()/]", "", super().clean(value) or "")
        if not digits:
            return ""
        digits = re.sub(r"^00", "+", digits)
        if re.fullmatch(r"0[1-9][0-9]{8}", digits):
            digits = f"+33{digits[1:]}"
        if not re.fullmatch(r"\+[1-9][0-9]{7,14}", digits):
            raise forms.ValidationError(_("Ce numéro ne va pas. Exemple : 06 12 34 56 78."), code="not_a_phone")
        return digits


def resolve(typed: Typed) -> Commune | None:
    """The commune meant: the suggestion taken if its words were left alone, else the only one that fits."""
    if typed.insee:
        taken = Commune.objects.filter(insee=typed.insee).first()
        if taken and (not typed.words or typed.words == taken.label):
            return taken
    if not typed.words:
        return None
    found = queries.find_communes(typed.words, at_most=8)
    said = typed.words.casefold()
    exact = [c for c in found if said in (c.label.casefold(), c.name.casefold())]
    if len(exact) == 1:
        return exact[0]
    return found[0] if len(found) == 1 else None


class Where(forms.Form):
    commune = CommuneField(label=gettext_lazy("Votre commune ou votre code postal"), help_text="")


class Present(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when run
    """The public page of an organisation."""

    activities = forms.MultipleChoiceField(
        label=gettext_lazy("De quoi vous occupez-vous ?"),
        choices=Activity,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    commune = CommuneField(required=False, label=gettext_lazy("Commune du siège"))
    website = forms.URLField(label=gettext_lazy("Site internet"), required=False, assume_scheme="https")
    siret = forms.CharField(
        label=gettext_lazy("Numéro SIRET"),
        max_length=30,
        required=False,
        validators=[validate_siret],
        help_text=gettext_lazy("Si vous en avez un. Quatorze chiffres : les neuf premiers sont le numéro SIREN."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )

    class Meta:
        model = Organisation
        fields = [
            "short_name",
            "presentation",
            "activities",
            "commune",
            "email",
            "phone",
            "website",
            "siret",
            "seat_address",
            "shows_seat_address",
        ]
        widgets = {"seat_address": forms.Textarea(attrs={"rows": 2, "autocomplete": "off"})}
        help_texts = {
            "short_name": gettext_lazy("Comme on vous appelle d’habitude."),
            "presentation": gettext_lazy("Qui vous êtes, ce que vous faites, pour qui. Quelques phrases suffisent."),
            "email": gettext_lazy("Visible de tout le monde."),
            "phone": gettext_lazy("Visible de tout le monde."),
            "shows_seat_address": gettext_lazy(
                "Laissez vide si le siège est chez quelqu’un : seule la commune est montrée."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["siret"] = spaced(self.initial.get("siret", ""))

    def clean_siret(self) -> str:
        return bare(self.cleaned_data["siret"])


class Invite(forms.Form):
    """A role, offered by mail."""

    name = forms.CharField(
        label=gettext_lazy("Son nom"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    email = forms.EmailField(
        label=gettext_lazy("Son adresse mail"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    kind = forms.ChoiceField(label=gettext_lazy("Son rôle"), choices=RoleKind, widget=forms.RadioSelect)


class HandOver(forms.Form):
    """The same role, for somebody else."""

    name = Invite.base_fields["name"]
    email = Invite.base_fields["email"]


class Identity(forms.Form):
    """How one is called, and how one is reached."""

    name = forms.CharField(
        label=gettext_lazy("Votre nom"),
        max_length=150,
        help_text=gettext_lazy("Comme on doit vous appeler. Un prénom suffit."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = PhoneField(
        label=gettext_lazy("Votre téléphone"),
        required=False,
        help_text=gettext_lazy(
            "Pour vous prévenir le jour même. Montré seulement aux associations où vous êtes inscrit·e."
        ),
    )
    commune = CommuneField(required=False, label=gettext_lazy("Votre commune"))


class Age(forms.Form):
    birth_year = forms.IntegerField(
        label=gettext_lazy("Votre année de naissance"),
        min_value=1900,
        max_value=2100,
        help_text=gettext_lazy("L’année seulement. Elle sert aux missions qui ont une limite d’âge."),
        widget=forms.NumberInput(attrs={"autocomplete": "bday-year", "inputmode": "numeric"}),
    )
    guardian_name = forms.CharField(
        label=gettext_lazy("Avant 18 ans : le nom d’un parent ou responsable"), max_length=150, required=False
    )
    guardian_email = forms.EmailField(label=gettext_lazy("Son adresse mail"), required=False)
    guardian_phone = PhoneField(label=gettext_lazy("Ou son téléphone"), required=False)


class Child(forms.Form):
    """Somebody too young to come alone, added by the adult who answers for them."""

    name = forms.CharField(
        label=gettext_lazy("Son prénom"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    birth_year = forms.IntegerField(
        label=gettext_lazy("Son année de naissance"),
        min_value=1900,
        max_value=2100,
        widget=forms.NumberInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )


class CheckCode(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Le code écrit sur le document"),
        max_length=40,
        help_text=gettext_lazy("Douze signes, par exemple ABCD-2345-EFGH."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
