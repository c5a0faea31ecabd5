"""What a visitor types: what they look for, who they are, what they need."""

from typing import Any

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.engage.volunteering.actions.sign_ups import Guest
from maillage.engage.volunteering.models import Answer, Mission, Urgency
from maillage.engage.volunteering.queries import Search
from maillage.kernel.organisations.models import Activity, Organisation
from maillage.kernel.people.models import Person
from maillage.kernel.places.models import Commune
from maillage.web.forms import CommuneField, PhoneField

WITHIN = [(5, "5 km"), (10, "10 km"), (20, "20 km"), (50, "50 km")]


class Find(forms.Form):
    """Filters of the list; anything odd falls back to the usual, an address typed by hand never fails."""

    q = forms.CharField(
        label=gettext_lazy("Des mots"), required=False, max_length=80, widget=forms.TextInput(attrs={"type": "search"})
    )
    km = forms.TypedChoiceField(
        label=gettext_lazy("Jusqu’à"),
        choices=WITHIN,
        coerce=int,
        required=False,
        empty_value=10,  # type: ignore[arg-type]  # it is an int that is chosen
    )
    domain = forms.ChoiceField(
        label=gettext_lazy("Domaine"), choices=[("", gettext_lazy("Tous")), *Activity.choices], required=False
    )
    days = forms.BooleanField(label=gettext_lazy("En journée"), required=False)
    evenings = forms.BooleanField(label=gettext_lazy("En soirée"), required=False)
    weekends = forms.BooleanField(label=gettext_lazy("Le week-end"), required=False)
    remote = forms.BooleanField(label=gettext_lazy("À distance, de chez moi"), required=False)
    wheelchair = forms.BooleanField(label=gettext_lazy("Accessible en fauteuil"), required=False)
    minors = forms.BooleanField(label=gettext_lazy("Ouvert avant 18 ans"), required=False)
    with_room = forms.BooleanField(label=gettext_lazy("Où il reste de la place"), required=False)

    @classmethod
    def asked(cls, said: dict[str, Any]) -> "Find":
        """The form of an address; what could not be read of it is left aside."""
        form = cls({"km": "10", **said})
        if not form.is_valid():
            form = cls({"km": "10"} | {name: said[name] for name in form.cleaned_data if name in said})
            form.is_valid()
        return form

    @property
    def choices(self) -> str:
        """What is chosen beside the words: the same for all who chose the same."""
        return "&".join(f"{name}={value}" for name, value in self.cleaned_data.items() if value and name != "q")

    def search(self, here: Commune | None) -> Search:
        """What was asked, near `here`."""
        said: dict[str, Any] = self.cleaned_data
        return Search(
            latitude=here.latitude if here else None, longitude=here.longitude if here else None,
            km=said.get("km") or 10, remote=said.get("remote", False), days=said.get("days", False),
            evenings=said.get("evenings", False), weekends=said.get("weekends", False), domain=said.get("domain", ""),
            wheelchair=said.get("wheelchair", False), age=17 if said.get("minors") else None,
            words=said.get("q", "").replace("\x00", ""), with_room=said.get("with_room", False),
        )  # fmt: skip


class SignUpAsGuest(forms.Form):
    """A name and one way to be reached. Age only where it matters: `asks_age`."""

    name = forms.CharField(
        label=gettext_lazy("Votre nom"),
        max_length=150,
        help_text=gettext_lazy("Comme on doit vous appeler sur place."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("Votre adresse mail"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = PhoneField(
        label=gettext_lazy("Ou votre téléphone"), required=False, help_text=gettext_lazy("L’un des deux suffit.")
    )
    age = forms.ChoiceField(
        label=gettext_lazy("Votre âge"), choices=[("adult", gettext_lazy("J’ai 18 ans ou plus")), ("minor", gettext_lazy("Je suis plus jeune"))],
        widget=forms.RadioSelect, initial="adult",
    )  # fmt: skip
    birth_year = forms.IntegerField(
        label=gettext_lazy("Année de naissance"),
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    guardian_name = forms.CharField(
        label=gettext_lazy("Le nom d’un parent ou responsable"), max_length=150, required=False
    )
    guardian_email = forms.EmailField(label=gettext_lazy("Son adresse mail"), required=False)
    guardian_phone = PhoneField(label=gettext_lazy("Ou son téléphone"), required=False)
    message = forms.CharField(
        label=gettext_lazy("Un mot pour l’association"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    young = ("birth_year", "guardian_name", "guardian_email", "guardian_phone")

    def __init__(self, *args: Any, mission: Mission, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asks_age = mission.is_open_to_minors
        if not self.asks_age:
            for name in ("age", *self.young):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if "email" in said and "phone" in said and not (said["email"] or said["phone"]):
            self.add_error(
                "email", _("Indiquez une adresse mail ou un téléphone, pour que l’association puisse vous prévenir.")
            )
        if said.get("age") == "minor":
            year, today = said.get("birth_year"), localdate()
            if not year or not today.year - 30 < year <= today.year:
                self.add_error("birth_year", _("Écrivez votre année de naissance en quatre chiffres."))
            if not said.get("guardian_name") or not (said.get("guardian_email") or said.get("guardian_phone")):
                self.add_error(
                    "guardian_name",
                    _("Avant 18 ans, il faut l’accord d’un parent : son nom, et son adresse mail ou son téléphone."),
                )
        return said

    def guest(self) -> Guest:
        said = self.cleaned_data
        young: dict[str, Any] = {}
        if said.get("age") == "minor":  # of an adult nothing of this is kept
            young = {name: said[name] for name in self.young if said[name]}
        return Guest(name=said["name"], email=said["email"], phone=said["phone"], **young)


class SignUpAsMyself(forms.Form):
    """One tap; an age only where it matters and is not known; for whom, when one answers for children."""

    whom = forms.ChoiceField(label=gettext_lazy("Pour qui ?"), widget=forms.RadioSelect, initial="me")
    age = SignUpAsGuest.base_fields["age"]
    message = SignUpAsGuest.base_fields["message"]

    def __init__(self, *args: Any, mission: Mission, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asks_age = mission.is_open_to_minors and person.birth_year is None
        if not self.asks_age:
            del self.fields["age"]
        self.person = person
        self.children = {str(child.pk): child for child in person.children(localdate())}
        whom: Any = self.fields["whom"]
        whom.choices = [("me", _("Pour moi")), *((key, child.name) for key, child in self.children.items())]
        if not self.children:
            del self.fields["whom"]

    @property
    def who(self) -> Person:
        return self.children.get(self.cleaned_data.get("whom", ""), self.person)


class Cancel(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Un mot, si vous voulez"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class TellOutcome(forms.Form):
    answer = forms.ChoiceField(label=gettext_lazy("Est-ce que cela a aidé ?"), choices=Answer, widget=forms.RadioSelect)
    words = forms.CharField(
        label=gettext_lazy("Un mot, si vous voulez"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class FindMine(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("L’adresse mail de votre inscription"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = PhoneField(label=gettext_lazy("Ou le téléphone, si vous n’aviez pas donné de mail"), required=False)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if not self.errors and not (said["email"] or said["phone"]):
            self.add_error("email", _("Indiquez l’adresse mail ou le téléphone de votre inscription."))
        return said


class SayNeed(forms.Form):
    """A need said from outside, to one association chosen among those near."""

    organisation = forms.ModelChoiceField(
        label=gettext_lazy("À quelle association le dire ?"), queryset=Organisation.objects.none(), widget=forms.RadioSelect,
        empty_label=None,
    )  # fmt: skip
    title = forms.CharField(
        label=gettext_lazy("Ce qu’il faudrait, en quelques mots"), max_length=120,
        help_text=gettext_lazy("Par exemple : porter les courses au deuxième étage. Sans nom ni adresse."),
    )  # fmt: skip
    domain = forms.ChoiceField(label=gettext_lazy("C’est plutôt"), choices=Activity)
    when_words = forms.CharField(
        label=gettext_lazy("Quand"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Avec vos mots : « un matin de la semaine prochaine »."),
    )
    urgency = forms.ChoiceField(
        label=gettext_lazy("Est-ce pressé ?"), choices=Urgency, widget=forms.RadioSelect, initial=Urgency.CALM
    )
    commune = CommuneField(label=gettext_lazy("Dans quelle commune"))
    details = forms.CharField(
        label=gettext_lazy("Ce que l’association doit savoir"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Elle seule le lira."),
    )  # fmt: skip
    name = forms.CharField(
        label=gettext_lazy("Votre nom"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=gettext_lazy("Votre adresse mail"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = PhoneField(
        label=gettext_lazy("Ou votre téléphone"),
        required=False,
        help_text=gettext_lazy("Pour vous répondre. L’un des deux suffit."),
    )

    def __init__(self, *args: Any, near: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Organisation.objects.filter(pk__in=[one.pk for one in near])

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if "email" in said and "phone" in said and not (said["email"] or said["phone"]):
            self.add_error(
                "email", _("Indiquez une adresse mail ou un téléphone, pour que l’association puisse vous répondre.")
            )
        return said
