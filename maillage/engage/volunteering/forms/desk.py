"""What a coordinator types, checked."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.engage.volunteering import actions
from maillage.engage.volunteering.actions.sign_ups import Guest
from maillage.engage.volunteering.forms.public import SignUpAsGuest
from maillage.engage.volunteering.models import (
    Answer,
    GuardianAgreement,
    Mission,
    Need,
    ReversalReason,
    Shift,
    Urgency,
)
from maillage.kernel.consent.models import How
from maillage.kernel.organisations.models import Activity, Contact, Organisation
from maillage.kernel.people.models import Person
from maillage.web.forms import CommuneField, PhoneField
from maillage.web.templatetags.web import day as in_words
from maillage.web.templatetags.web import hours as in_hours

LONGEST_SERIES = 53  # a year of weeks, first and last day included
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)  # beyond, no calendar of ours and no sum of days holds


# ── Days, hours, lengths ──────────────────────────────────────────────────────────────────────
class DayField(forms.DateField):
    """A day, in the browser's own calendar."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    default_error_messages = {"impossible": gettext_lazy("Vérifiez l’année de ce jour.")}

    def clean(self, value: Any) -> date | None:
        on: date | None = super().clean(value)
        if on and not FIRST_DAY <= on <= LAST_DAY:
            raise forms.ValidationError(self.error_messages["impossible"], code="impossible")
        return on


class ClockField(forms.TimeField):
    """An hour on the wall: 9:00, and also « 9 h » or « 14h30 » where the browser has no clock to offer."""

    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})

    def to_python(self, value: Any) -> time | None:
        if isinstance(value, str):
            value = re.sub(r"\s*[hH]\s*", ":", value.strip())
            value = f"{value}00" if value.endswith(":") else value
        answer: time | None = super().to_python(value)
        return answer


class LengthField(forms.CharField):
    """A length as people say it: « 3 h 30 », « 3h », « 45 min », « 1:30 », « 2,5 »; answers minutes."""

    default_error_messages = {
        "unread": gettext_lazy("Écrivez une durée comme « 3 h 30 » ou « 45 min »."),
        "impossible": gettext_lazy("Une durée va de 5 minutes à 48 heures."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "text", "autocomplete": "off"}))
        super().__init__(max_length=20, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return in_hours(value).replace("\xa0", " ").replace("\u202f", "") if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        said = super().clean(value)
        if not said:
            return None
        minutes = minutes_of(said)
        if minutes is None:
            raise forms.ValidationError(self.error_messages["unread"], code="unread")
        if not 5 <= minutes <= 48 * 60:
            raise forms.ValidationError(self.error_messages["impossible"], code="impossible")
        return minutes


def minutes_of(said: str) -> int | None:
    """« 3 h 30 » → 210, « 45 min » → 45, « 2,5 » → 150; None when it says no length."""
    plain = re.sub(r"\s", "", said.lower().replace(",", "."))
    if match := re.fullmatch(r"(\d{1,2})(?:h|heures?|:)(?:(\d{1,2})(?:m|min|minutes?)?)?", plain):
        return int(match[1]) * 60 + int(match[2] or 0)
    if match := re.fullmatch(r"(\d{1,4})(?:m|min|mn|minutes?)", plain):
        return int(match[1])
    if match := re.fullmatch(r"(\d{1,2}(?:\.\d{1,2})?)h?", plain):
        return round(float(match[1]) * 60)
    return None


class HourDoesNotExist(forms.ValidationError):
    """The clocks jump over it: the last Sunday of March has no half past two."""

    def __init__(self, on: date, at: time) -> None:
        super().__init__(
            _("Le %(day)s on passe à l’heure d’été : %(hour)s n’existe pas. Choisissez une autre heure."),
            code="no_such_hour", params={"hour": at.strftime("%H:%M"), "day": in_words(on)},
        )  # fmt: skip


def at_the_wall_clock(on: date, at: time) -> datetime:
    """The instant when the clocks of here show `at` on that day: right before, during and after both changes."""
    said = datetime.combine(on, at)
    moment = timezone.make_aware(said)
    if localtime(moment.astimezone(UTC)).replace(tzinfo=None) != said:
        raise HourDoesNotExist(on, at)
    return moment


# ── Needs ─────────────────────────────────────────────────────────────────────────────────────
class SayNeed(forms.Form):
    """A need of the association, or of somebody it helps: then who, and how and when they agreed."""

    told = (
        "title", "domain", "urgency", "hands", "skill", "commune", "wanted_at", "wanted_minutes", "when_words", "details",
    )  # fmt: skip

    title = forms.CharField(
        label=gettext_lazy("Qu’est-ce qui manque ?"),
        max_length=120,
        help_text=gettext_lazy("Ce qu’il faut faire, sans dire pour qui : « Porter des courses au 3e étage »."),
    )
    domain = forms.ChoiceField(label=gettext_lazy("Domaine"), choices=Activity)
    urgency = forms.ChoiceField(
        label=gettext_lazy("Pour quand ?"), choices=Urgency, initial=Urgency.CALM, widget=forms.RadioSelect
    )
    hands = forms.IntegerField(
        label=gettext_lazy("Combien de personnes faut-il ?"),
        min_value=1,
        max_value=500,
        initial=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    skill = forms.CharField(
        label=gettext_lazy("Un savoir-faire utile"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Par exemple : bricolage, permis de conduire, arabe parlé."),
    )
    commune = CommuneField()
    wanted_on = DayField(label=gettext_lazy("Quel jour"), required=False)
    wanted_from = ClockField(
        label=gettext_lazy("À quelle heure"),
        required=False,
        help_text=gettext_lazy("Sans heure, nous écrivons 9 h : vous changerez."),
    )
    wanted_minutes = LengthField(
        label=gettext_lazy("Pendant combien de temps"), required=False, help_text=gettext_lazy("« 2 h », « 1 h 30 »…")
    )
    when_words = forms.CharField(
        label=gettext_lazy("Ou, en quelques mots, quand"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("« Un matin par semaine, en décembre »."),
    )
    details = forms.CharField(
        label=gettext_lazy("Ce que l’équipe doit savoir"),
        required=False,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Lu par votre équipe seulement. N’écrivez rien sur la santé de quelqu’un."),
    )
    for_whom = forms.ChoiceField(
        label=gettext_lazy("C’est pour qui ?"),
        initial="us",
        widget=forms.RadioSelect,
        choices=[
            ("us", gettext_lazy("Pour l’association")),
            ("helped", gettext_lazy("Pour une personne que nous aidons : je parle en son nom")),
        ],
    )
    helped = forms.ModelChoiceField(
        label=gettext_lazy("Cette personne, si vous la connaissez déjà"),
        queryset=Contact.objects.none(),
        required=False,
        empty_label=gettext_lazy("Quelqu’un que nous n’avons pas encore noté"),
    )
    helped_name = forms.CharField(
        label=gettext_lazy("Sinon, son nom"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Jamais montré en dehors de votre équipe."),
    )
    helped_phone = PhoneField(label=gettext_lazy("Son téléphone"), required=False)
    helped_email = forms.EmailField(
        label=gettext_lazy("Son adresse mail"), required=False, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    agreed_how = forms.ChoiceField(
        label=gettext_lazy("Comment vous a-t-elle donné son accord ?"),
        required=False,
        widget=forms.RadioSelect,
        choices=[choice for choice in How.choices if choice[0] != How.ONLINE],
    )
    agreed_on = DayField(label=gettext_lazy("Quel jour ?"), required=False)

    def __init__(self, *args: Any, organisation: Organisation, may_speak_for: bool, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {})
        kwargs["initial"] = {
            "commune": organisation.commune, "agreed_on": localdate(),
            "domain": next(iter(organisation.activities or []), Activity.LOCAL_LIFE), **kwargs["initial"],
        }  # fmt: skip
        super().__init__(*args, **kwargs)
        self.organisation = organisation
        self.may_speak_for = may_speak_for
        if may_speak_for:
            known: Any = self.fields["helped"]
            known.queryset = Contact.objects.of(organisation).named()
        else:
            for name in (
                "for_whom",
                "helped",
                "helped_name",
                "helped_phone",
                "helped_email",
                "agreed_how",
                "agreed_on",
            ):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("for_whom") == "helped":
            self.check_agreement(said)
        if said.get("wanted_from") and not said.get("wanted_on") and "wanted_on" not in self.errors:
            self.add_error("wanted_on", _("Dites aussi quel jour."))
        said["wanted_at"] = None
        if said.get("wanted_on"):
            try:
                said["wanted_at"] = at_the_wall_clock(said["wanted_on"], said.get("wanted_from") or time(9))
            except HourDoesNotExist as no:
                self.add_error("wanted_from", no)
            if said["wanted_on"] < localdate():
                self.add_error("wanted_on", _("Ce jour est passé."))
        return said

    def check_agreement(self, said: dict[str, Any]) -> None:
        if not said.get("helped") and not (said.get("helped_name") or "").strip():
            self.add_error("helped_name", _("Dites de qui il s’agit : choisissez un nom, ou écrivez-le."))
        if not said.get("agreed_how") and "agreed_how" not in self.errors:
            self.add_error(
                "agreed_how", _("Sans son accord, on ne parle pas au nom de quelqu’un : dites comment il a été donné.")
            )
        if not said.get("agreed_on") and "agreed_on" not in self.errors:
            self.add_error("agreed_on", _("Dites quel jour l’accord a été donné."))
        elif said.get("agreed_on") and said["agreed_on"] > localdate():
            self.add_error("agreed_on", _("Cet accord serait donné dans l’avenir : notez-le quand il l’aura été."))

    def say(self, *, by: Person, now: datetime) -> Need:
        """The need in our own name, or in that of somebody who agreed."""
        said = self.cleaned_data
        told = {name: said[name] for name in self.told} | {"organisation": self.organisation, "by": by, "now": now}
        if said.get("for_whom") != "helped":
            return actions.say_need(**told)
        return actions.speak_for(
            **told, helped=said["helped"], name=said["helped_name"], email=said["helped_email"], phone=said["helped_phone"],
            how=said["agreed_how"], given_at=at_the_wall_clock(said["agreed_on"], time(12)),
        )  # fmt: skip


class Reason(forms.Form):
    """Why, in words that the people concerned will read."""

    reason = forms.CharField(
        label=gettext_lazy("Pourquoi ?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Une phrase simple : les personnes concernées la liront."),
    )


class OptionalReason(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Un mot pour ceux qui venaient"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class TellOutcome(forms.Form):
    """« Est-ce que cela a aidé ? », from whom had the need."""

    answer = forms.ChoiceField(label=gettext_lazy("Est-ce que cela a aidé ?"), choices=Answer, widget=forms.RadioSelect)
    words = forms.CharField(
        label=gettext_lazy("Un mot, si vous voulez"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Sans nommer la personne aidée."),
    )


# ── Missions and shifts ───────────────────────────────────────────────────────────────────────
class Prepare(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when run
    """A mission: what, where, practical."""

    commune = CommuneField(
        required=False, help_text=gettext_lazy("Son nom, ou son code postal. Rien à écrire si c’est à distance.")
    )
    contact_phone = PhoneField(
        label=gettext_lazy("Téléphone du jour"),
        required=False,
        help_text=gettext_lazy("Donné seulement aux personnes inscrites. Sans lui, qui se perd rentre chez soi."),
    )

    class Meta:
        model = Mission
        fields = actions.missions.SAID
        widgets = {
            "what": forms.Textarea(attrs={"rows": 5, "maxlength": 4000}),
            "why": forms.Textarea(attrs={"rows": 2, "maxlength": 2000}),
            "min_age": forms.NumberInput(attrs={"inputmode": "numeric", "min": 6, "max": 99}),
        }
        help_texts = {
            "title": gettext_lazy("Commencez par un verbe : « Récolter les légumes du samedi »."),
            "what": gettext_lazy("Ce que l’on fait concrètement, du début à la fin. Deux à cinq phrases."),
            "why": gettext_lazy("Ce que cela change, et pour qui."),
            "with_whom": gettext_lazy("L’équipe, combien, qui accueille."),
            "skill": gettext_lazy("Laissez vide si tout le monde peut venir."),
            "is_remote": gettext_lazy("Se fait de chez soi."),
            "area": gettext_lazy("Visible de tout le monde. Pas de numéro de rue."),
            "meeting_point": gettext_lazy("Donné seulement aux personnes inscrites."),
            "gear": gettext_lazy("« Des chaussures fermées », « rien, tout est sur place »."),
            "transport": gettext_lazy("Bus, métro, stationnement, abri à vélos."),
            "training": gettext_lazy("« On vous montre tout sur place »."),
            "is_wheelchair_accessible": gettext_lazy("On peut venir, entrer et participer en fauteuil."),
            "min_age": gettext_lazy(
                "Dès 15 ans avec l’accord d’un parent ; plus jeune, un parent vient aussi et s’inscrit. "
                "Avant 18 ans, prévoyez deux adultes présents."
            ),
            "asks_first": gettext_lazy("Vous répondez à chaque personne avant que sa place soit sûre."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        domain = self.fields["domain"]
        domain.choices = [("", gettext_lazy("Choisissez un domaine")), *Activity.choices]  # type: ignore[attr-defined]
        if self.instance.is_for_somebody:  # always so: where it takes place may be somebody's home
            self.fields["asks_first"].disabled = True
            self.initial["asks_first"] = True
            self.fields["asks_first"].help_text = _(
                "Toujours, quand une personne aidée vous attend : vous répondez à chacun avant qu’il sache où elle habite."
            )
        age = self.fields["min_age"]
        age.min_value, age.max_value = 6, 99  # type: ignore[attr-defined]

    def clean_min_age(self) -> int:
        age: int = self.cleaned_data["min_age"]
        if not 6 <= age <= 99:
            raise forms.ValidationError(_("Un âge entre 6 et 99 ans."), code="impossible")
        return age

    def clean_what(self) -> str:
        what = str(self.cleaned_data["what"])
        if len(what) > 4000:
            raise forms.ValidationError(_("C’est trop long : on lit quelques phrases, pas plus."), code="too_long")
        return what

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("is_remote"):
            said["commune"] = None
        return said

    @property
    def said(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class AddShifts(forms.Form):
    """One shift, or the same every week: separate shifts, each at the hour that the clocks will show."""

    on = DayField(label=gettext_lazy("Le"))
    starts = ClockField(label=gettext_lazy("De"))
    ends = ClockField(label=gettext_lazy("À"), help_text=gettext_lazy("Avant l’heure du début : c’est le lendemain."))
    capacity = forms.IntegerField(
        label=gettext_lazy("Combien de places ?"),
        min_value=1,
        max_value=1000,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    every = forms.ChoiceField(
        label=gettext_lazy("Et ensuite ?"),
        initial="",
        required=False,
        widget=forms.RadioSelect,
        choices=[
            ("", gettext_lazy("Ce jour seulement")),
            ("7", gettext_lazy("Chaque semaine")),
            ("14", gettext_lazy("Une semaine sur deux")),
        ],
    )
    until = DayField(
        label=gettext_lazy("Jusqu’au"),
        required=False,
        help_text=gettext_lazy("Pour « chaque semaine » : le dernier jour, compris. Un an au plus."),
    )
    note = forms.CharField(
        label=gettext_lazy("Une précision"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("« Prévoir un imperméable », « dernier jour avant la pause »."),
    )

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        said["times"] = []
        if not all(said.get(name) is not None for name in ("on", "starts", "ends")):
            return said
        starts, ends, times = said["starts"], said["ends"], []
        for on in self.days(said):
            span = span_of(self, on, starts, ends)
            if span is None:  # one that cannot be opens none of them
                return said
            times.append(span)
        said["times"] = times
        return said

    def days(self, said: dict[str, Any]) -> list[date]:
        """The days asked for, the first one included."""
        step = int(said.get("every") or 0)
        if not step:
            return [said["on"]]
        until = said.get("until")
        if until is None:
            if "until" not in self.errors:
                self.add_error("until", _("Dites jusqu’à quel jour."))
            return []
        if until < said["on"]:
            self.add_error("until", _("Ce jour vient avant le premier créneau."))
            return []
        count = (until - said["on"]).days // step + 1
        if count > LONGEST_SERIES or (until - said["on"]).days > 366:
            self.add_error("until", _("Un an de créneaux au plus à la fois."))
            return []
        return [said["on"] + timedelta(days=step * n) for n in range(count)]

    @transaction.atomic
    def open(self, mission: Mission, *, by: Person, now: datetime) -> list[Shift]:
        """All of them, or none."""
        return [
            actions.open_shift(
                mission=mission, starts_at=starts_at, ends_at=ends_at, capacity=self.cleaned_data["capacity"],
                note=self.cleaned_data["note"], by=by, now=now,
            )
            for starts_at, ends_at in self.cleaned_data["times"]
        ]  # fmt: skip


def span_of(form: forms.Form, on: date, starts: time, ends: time) -> tuple[datetime, datetime] | None:
    """From one hour of the clocks to another, an earlier one being the next day's; or None, and the form says why."""
    if starts == ends:
        if "ends" not in form.errors:
            form.add_error("ends", _("C’est aussi l’heure du début : à quelle heure est-ce fini ?"))
        return None
    instants = []
    for name, day, at in (("starts", on, starts), ("ends", on if ends > starts else on + timedelta(days=1), ends)):
        try:
            instants.append(at_the_wall_clock(day, at))
        except HourDoesNotExist as no:
            form.add_error(name, no)
            return None
    return instants[0], instants[1]


class AddFlexible(forms.Form):
    """To be done at any hour between two days; `minutes` says how long it takes."""

    since = DayField(label=gettext_lazy("Du"))
    until = DayField(label=gettext_lazy("Au"), help_text=gettext_lazy("Ce jour compris."))
    minutes = LengthField(
        label=gettext_lazy("Cela prend combien de temps ?"), help_text=gettext_lazy("« 1 h », « 45 min »…")
    )
    capacity = AddShifts.base_fields["capacity"]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("since") and said.get("until"):
            if said["until"] < said["since"]:
                self.add_error("until", _("Ce jour vient avant le premier."))
            elif (said["until"] - said["since"]).days > 366:
                self.add_error("until", _("Un an au plus."))
        return said

    def open(self, mission: Mission, *, by: Person, now: datetime) -> Shift:
        said = self.cleaned_data
        return actions.open_shift(
            mission=mission, starts_at=at_the_wall_clock(said["since"], time(0)),
            ends_at=at_the_wall_clock(said["until"] + timedelta(days=1), time(0)), capacity=said["capacity"],
            minutes=said["minutes"], is_flexible=True, by=by, now=now,
        )  # fmt: skip


class MoveShift(forms.Form):
    """The same shift at another hour, or with other places."""

    on = AddShifts.base_fields["on"]
    starts = AddShifts.base_fields["starts"]
    ends = AddShifts.base_fields["ends"]
    capacity = AddShifts.base_fields["capacity"]
    note = AddShifts.base_fields["note"]

    @classmethod
    def of(cls, shift: Shift, data: Any = None) -> "MoveShift":
        start, end = localtime(shift.starts_at), localtime(shift.ends_at)
        return cls(
            data,
            initial={
                "on": start.date(), "starts": to_the_minute(start), "ends": to_the_minute(end), "capacity": shift.capacity,
                "note": shift.note,
            },
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Days and hours left alone keep their instants: an hour that the clocks show twice stays the one it was."""
        said: dict[str, Any] = super().clean() or {}
        said["span"] = None
        given = all(said.get(name) is not None for name in ("on", "starts", "ends"))
        if given and {"on", "starts", "ends"} & set(self.changed_data):
            said["span"] = span_of(self, said["on"], said["starts"], said["ends"])
        return said

    def move(self, shift: Shift, *, by: Person, now: datetime) -> Shift:
        said = self.cleaned_data
        starts_at, ends_at = said["span"] or (shift.starts_at, shift.ends_at)
        return actions.change_shift(
            shift=shift, starts_at=starts_at, ends_at=ends_at, capacity=said["capacity"], note=said["note"], by=by,
            now=now,
        )  # fmt: skip


def to_the_minute(moment: datetime) -> time:
    """What a clock field shows of it, so that showing it is not changing it."""
    return moment.time().replace(second=0, microsecond=0)


class MoveFlexible(AddFlexible):
    """Other days or places for what is done at one's own hour; its length stays."""

    minutes = None  # type: ignore[assignment]

    @classmethod
    def of(cls, shift: Shift, data: Any = None) -> "MoveFlexible":
        last = localtime(shift.ends_at - timedelta(seconds=1)).date()
        return cls(data, initial={"since": localdate(shift.starts_at), "until": last, "capacity": shift.capacity})

    def move(self, shift: Shift, *, by: Person, now: datetime) -> Shift:
        said = self.cleaned_data
        return actions.change_shift(
            shift=shift, starts_at=at_the_wall_clock(said["since"], time(0)),
            ends_at=at_the_wall_clock(said["until"] + timedelta(days=1), time(0)), capacity=said["capacity"],
            note=shift.note, by=by, now=now,
        )  # fmt: skip


class AddSomebody(forms.Form):
    """Somebody who phoned, or who is there: chosen among those we know, or a name and a number."""

    contact = forms.ModelChoiceField(
        label=gettext_lazy("Quelqu’un que vous connaissez déjà"),
        queryset=Contact.objects.none(),
        required=False,
        empty_label=gettext_lazy("Quelqu’un de nouveau"),
    )
    name = forms.CharField(
        label=gettext_lazy("Sinon, son nom"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    phone = PhoneField(label=gettext_lazy("Son téléphone"), required=False)
    email = forms.EmailField(
        label=gettext_lazy("Ou son adresse mail"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    birth_year = forms.IntegerField(
        label=gettext_lazy("Son année de naissance"),
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    guardian_name = SignUpAsGuest.base_fields["guardian_name"]
    guardian_email = SignUpAsGuest.base_fields["guardian_email"]
    guardian_phone = SignUpAsGuest.base_fields["guardian_phone"]
    young = SignUpAsGuest.young

    def __init__(self, *args: Any, mission: Mission, may_choose: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organisation = mission.organisation
        if not mission.is_open_to_minors:
            for name in self.young:
                del self.fields[name]
        if may_choose:
            known: Any = self.fields["contact"]  # who signed up once: whom we only help is not for every eye
            known.queryset = Contact.objects.of(organisation).named().filter(sign_ups__isnull=False).distinct()
        else:  # the list of everybody is for those who may see people
            del self.fields["contact"]
            self.fields["name"].label = _("Son nom")

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if not said.get("contact") and not (said.get("name") or "").strip():
            self.add_error("name", _("Dites de qui il s’agit : choisissez un nom, ou écrivez-le."))
        year = said.get("birth_year")
        if year and not localdate().year - 120 < year <= localdate().year:
            self.add_error("birth_year", _("Écrivez son année de naissance en quatre chiffres."))
        return said

    @property
    def who(self) -> Person | Guest:
        said = self.cleaned_data
        contact: Contact | None = said.get("contact")
        if contact is None:
            young: dict[str, Any] = {name: said[name] for name in self.young if said.get(name)}
            return Guest(said["name"], email=said["email"], phone=said["phone"], **young)
        if contact.person:
            return contact.person
        known = Guest(
            contact.name, email=contact.email or said["email"], phone=contact.phone or said["phone"],
            birth_year=contact.birth_year,
        )  # fmt: skip
        agreed = GuardianAgreement.objects.of(contact.organisation).filter(sign_up__contact=contact).last()
        if agreed is None:
            return known
        # Whoever answered for them before is asked again: a place is kept meanwhile.
        return replace(known, guardian_name=agreed.name, guardian_email=agreed.email, guardian_phone=agreed.phone)


# ── Hours and people ──────────────────────────────────────────────────────────────────────────
class Reverse(forms.Form):
    reason = forms.ChoiceField(
        label=gettext_lazy("Pourquoi annuler ces heures ?"), choices=ReversalReason, widget=forms.RadioSelect
    )


class Correct(forms.Form):
    """What we wrote of somebody, put right."""

    name = forms.CharField(
        label=gettext_lazy("Son nom"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("C’est lui qui figure sur l’attestation."),
    )
    email = forms.EmailField(
        label=gettext_lazy("Son adresse mail"), required=False, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    phone = PhoneField(label=gettext_lazy("Son téléphone"), required=False)


class Period(forms.Form):
    """The days an attestation speaks of."""

    since_on = DayField(label=gettext_lazy("Du"))
    until_on = DayField(label=gettext_lazy("Au"))

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("since_on") and said.get("until_on") and said["until_on"] < said["since_on"]:
            self.add_error("until_on", _("La fin de la période vient avant son début."))
        return said
