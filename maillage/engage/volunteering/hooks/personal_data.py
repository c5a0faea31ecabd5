"""What volunteering knows of a person."""

from datetime import date
from typing import Any

from django.utils.timezone import now as this_moment
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.engage.volunteering.actions import sign_ups
from maillage.engage.volunteering.models import (
    HOLDS_A_PLACE,
    GuardianAgreement,
    Hours,
    Need,
    NeedStatus,
    Outcome,
    SignUp,
    SignUpStatus,
)
from maillage.kernel import hooks
from maillage.kernel.people.models import Person

YEARS_OF_PROOF = 5  # limitation of civil claims (code civil, article 2224): an attestation may be contested until then


class Volunteering(hooks.PersonalData):
    name = gettext_lazy("Mes besoins, mes inscriptions et mes heures")
    models = (
        "volunteering.Need", "volunteering.Mission", "volunteering.SignUp", "volunteering.GuardianAgreement",
        "volunteering.Hours", "volunteering.Signature", "volunteering.Outcome",
    )  # fmt: skip
    order = 40

    def export(self, person: Person) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = [
            {
                _("Besoin"): need.title, _("Détails"): need.details, _("Dit à"): need.organisation.name,
                _("Le"): need.said_at.isoformat(), _("Où cela en est"): need.get_status_display(),
            }
            for need in Need.objects.about(person).select_related("organisation")
        ]  # fmt: skip
        rows += [
            {
                _("Mission"): made.shift.mission.title, _("Association"): made.shift.mission.organisation.name,
                _("Début"): made.shift.starts_at.isoformat(), _("Inscription"): made.get_status_display(),
                _("Présence"): made.get_presence_display() or None, _("Mon mot"): made.message or None,
                _("Raison"): made.end_reason or None,
            }
            for made in SignUp.objects.about(person).select_related("shift__mission__organisation").order_by("made_at")
        ]  # fmt: skip
        rows += [
            {
                _("Heures du"): hours.on.isoformat(), _("Minutes"): hours.minutes, _("Association"): hours.organisation.name,
                _("Signées par moi"): _("oui") if hasattr(hours, "signature") else _("non"),
            }
            for hours in Hours.objects.about(person).select_related("organisation", "signature").order_by("pk")
        ]  # fmt: skip
        rows += [
            {
                _("Mon retour"): told.get_answer_display(),
                _("Mes mots"): told.words or None,
                _("Le"): told.told_at.isoformat(),
            }
            for told in Outcome.objects.about(person).order_by("told_at")
        ]
        return rows

    def forget(self, person: Person, *, today: date) -> list[hooks.Kept]:
        """Places to come are given back; words go; hours stay as figures of a contact that has no name any more."""
        now = this_moment()
        for made in SignUp.objects.about(person).filter(status__in=HOLDS_A_PLACE, shift__starts_at__gt=now):
            sign_ups.end(made, SignUpStatus.CANCELLED, now)
        mine = SignUp.objects.about(person)
        mine.update(message="", end_reason="")
        GuardianAgreement.objects.about(person).update(name="", email="", phone="")
        Outcome.objects.about(person).update(words="")
        needs = Need.objects.about(person)
        needs.filter(closed_at=None).update(status=NeedStatus.CLOSED, closed_at=now)
        needs.update(title=_("Besoin effacé"), details="", when_words="", skill="")
        last = Hours.objects.about(person).order_by("-on").first()
        if last is None:
            return []
        until = last.on.replace(year=last.on.year + YEARS_OF_PROOF, day=min(last.on.day, 28))
        return [
            hooks.Kept(
                _("Vos heures de bénévolat, sans votre nom"),
                _("l’association doit pouvoir prouver ce qu’elle a attesté (code civil, article 2224)."), until,
            )
        ]  # fmt: skip

    def merge(self, kept: Person, gone: Person) -> None:
        """Everything points to contacts, which follow by themselves."""


hooks.personal_data.add(Volunteering())
