"""What people type to find their association, to say that it is theirs, and what the technical team answers."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.kernel.codes import SIGNS
from maillage.kernel.files.actions import LARGEST, FileIsTooLarge
from maillage.kernel.organisations.claims import CODE_SIGNS, ROLES, can_be_written_to, readable
from maillage.kernel.organisations.models import Claim, ClaimProof, LegalForm, RegisterEntry, RoleKind
from maillage.kernel.organisations.numbers import bare, validate_rna
from maillage.kernel.people.models import Person
from maillage.web.forms import CommuneField, CommuneInput


class FindAssociation(forms.Form):
    q = forms.CharField(
        label=gettext_lazy("Son nom, ou son numéro"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "spellcheck": "false"}),
    )
    commune = CommuneField(required=False, help_text="", widget=CommuneInput(goes=True))


class OwnName(forms.Form):
    """A form that also asks their name of whoever never said it."""

    name = forms.CharField(
        label=gettext_lazy("Votre nom"),
        max_length=150,
        help_text=gettext_lazy("Prénom et nom, comme dans les papiers de l’association."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if person.name:
            del self.fields["name"]


class AskClaim(OwnName):
    """A role, and what proves it. `held` is the open request whose proof is being changed, if any."""

    role = forms.ChoiceField(
        label=gettext_lazy("Votre rôle dans l’association"),
        choices=[(role, capfirst(RoleKind(role).label)) for role in ROLES],
        widget=forms.RadioSelect,
    )
    proof = forms.ChoiceField(label=gettext_lazy("Comment le prouver ?"), widget=forms.RadioSelect)
    document = forms.FileField(
        label=gettext_lazy("Le document"),
        required=False,
        help_text=gettext_lazy("Une photo lisible suffit. PDF, JPEG ou PNG, 8 Mo au plus."),
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
    )
    field_order = ("name", "role", "proof", "document")

    def __init__(self, *args: Any, entry: RegisterEntry, held: Claim | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.held = held
        place = readable(entry.commune_name) or entry.postcode
        document = (
            ClaimProof.DOCUMENT,
            _("Un document que vous avez : récépissé de la préfecture, procès-verbal, Journal officiel"),
        )
        letter = (ClaimProof.LETTER, _("Un code, que nous postons au siège déclaré, à {place}").format(place=place))
        proof = self.fields["proof"]
        assert isinstance(proof, forms.ChoiceField)
        proof.choices = [document, letter] if can_be_written_to(entry) else [document]
        if len(proof.choices) == 1:
            proof.initial = ClaimProof.DOCUMENT

    def clean_document(self) -> Any:
        document = self.cleaned_data.get("document")
        if document and document.size > LARGEST:
            raise forms.ValidationError(
                str(FileIsTooLarge(size=round(document.size / 1e6, 1), most=round(LARGEST / 1e6))), code="too_large"
            )
        return document

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        is_document = said.get("proof") == ClaimProof.DOCUMENT
        has_one = said.get("document") or (self.held and self.held.document_id)
        if is_document and not has_one and "document" not in self.errors:
            self.add_error("document", _("Choisissez le document à envoyer, ou prenez l’autre preuve."))
        return said


class LetterCode(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Le code écrit sur le courrier"),
        max_length=30,
        help_text=gettext_lazy("Huit signes, par exemple ABCD-2345. Majuscules ou minuscules, c’est pareil."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_code(self) -> str:
        """A code that cannot be one does not cost a try."""
        code = bare(self.cleaned_data["code"])
        if len(code) != CODE_SIGNS:
            raise forms.ValidationError(_("Le code a huit signes. Vérifiez qu’il n’en manque pas."), code="length")
        if not set(code) <= set(SIGNS):
            raise forms.ValidationError(
                _("Des chiffres et des lettres sans accent, mais jamais 0, O, 1 ni I : relisez le courrier."),
                code="sign",
            )
        return code


class Declare(OwnName):
    """An association that no list has."""

    association = forms.CharField(label=gettext_lazy("Le nom de l’association"), max_length=250)
    commune = CommuneField(label=gettext_lazy("Sa commune"))
    legal_form = forms.ChoiceField(
        label=gettext_lazy("Où en est-elle ?"),
        choices=[
            (LegalForm.UNDECLARED, gettext_lazy("Pas déclarée, ou pas encore")),
            (LegalForm.ASSOCIATION_1901, gettext_lazy("Déclarée depuis peu : le répertoire ne la connaît pas encore")),
            (LegalForm.ALSACE_MOSELLE, gettext_lazy("Inscrite au tribunal, en Alsace ou en Moselle")),
            (LegalForm.FOUNDATION, gettext_lazy("Fondation ou fonds de dotation")),
            (LegalForm.LOCAL_AUTHORITY, gettext_lazy("Commune, CCAS ou autre service public")),
            (LegalForm.OTHER, gettext_lazy("Autre chose")),
        ],
        widget=forms.RadioSelect,
    )
    rna_number = forms.CharField(
        label=gettext_lazy("Numéro RNA"),
        max_length=20,
        required=False,
        validators=[validate_rna],
        help_text=gettext_lazy("S’il y en a un : W suivi de neuf signes, sur le récépissé de la préfecture."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    purpose = forms.CharField(
        label=gettext_lazy("Ce qu’elle fait"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy("Une phrase suffit. Tout le monde la lira."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    is_another = forms.BooleanField(label=gettext_lazy("Non, c’est bien une autre association"), required=False)
    field_order = ("association", "commune", "legal_form", "rna_number", "purpose", "name")


class Answer(forms.Form):
    """What the technical team answers; a no says why."""

    reason = forms.CharField(
        label=gettext_lazy("Pourquoi"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("La personne lira ces mots : dites ce qui manque, et ce qu’elle peut faire."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
