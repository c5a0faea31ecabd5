"""What volunteering knows of a person."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.engage.volunteering.actions import needs as actions_on_needs
from maillage.engage.volunteering.actions import sign_ups
from maillage.engage.volunteering.models import (
    HOLDS_A_PLACE,
    GuardianAgreement,
    Hours,
    Mission,
    Need,
    Outcome,
    Side,
    SignUp,
)
from maillage.kernel import hooks
from maillage.kernel.notifications.actions import forget_about
from maillage.kernel.people.models import Person


class Volunteering(hooks.PersonalData):
    name = gettext_lazy("Mes besoins, mes inscriptions et mes heures")
    models = (
        "volunteering.Need", "volunteering.Mission", "volunteering.SignUp", "volunteering.GuardianAgreement",
        "volunteering.Hours", "volunteering.Signature", "volunteering.Outcome",
    )  # fmt: skip
    order = 40

    def export(self, person: Person) -> list[dict[str, Any]]:
        needs = Need.objects.about(person).select_related("organisation").order_by("said_at")
        rows: list[dict[str, Any]] = [
            {
                _("Besoin"): need.title, _("Détails"): need.details, _("Quand"): need.when_words or None,
                _("Savoir-faire utile"): need.skill or None, _("Dit à"): need.organisation.name,
                _("Le"): need.said_at.isoformat(), _("Où cela en est"): need.get_status_display(),
                _("Raison"): need.decline_reason or None,
            }
            for need in needs
        ]  # fmt: skip
        rows += [
            {
                _("Mission"): made.shift.mission.title, _("Association"): made.shift.mission.organisation.name,
                _("Début"): made.shift.starts_at.isoformat(), _("Inscription"): made.get_status_display(),
                _("Présence"): made.get_presence_display() or None, _("Mon mot"): made.message or None,
                _("Raison"): made.end_reason or None, _("Ce que j’ai dit de ma présence ou de mes heures"): made.claim or None,
            }
            for made in SignUp.objects.about(person).select_related("shift__mission__organisation").order_by("made_at")
        ]  # fmt: skip
        rows += [
            {
                _("Accord demandé à"): asked.name, _("Son adresse"): asked.email or None,
                _("Son téléphone"): asked.phone or None, _("Le"): asked.asked_at.isoformat(),
                _("Accord"): asked.agreed_at.isoformat() if asked.agreed_at else None,
            }
            for asked in GuardianAgreement.objects.about(person).order_by("asked_at")
        ]  # fmt: skip
        rows += [
            {
                _("Accord que l’on m’a demandé, pour"): asked.sign_up.contact.name, _("Mon nom"): asked.name or None,
                _("Mon téléphone"): asked.phone or None, _("Le"): asked.asked_at.isoformat(),
                _("Accord"): asked.agreed_at.isoformat() if asked.agreed_at else None,
            }
            for asked in self.asked_of(person).select_related("sign_up__contact").order_by("asked_at")
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
            for told in [
                *Outcome.objects.about(person).order_by("told_at"),
                *(told for need in needs for told in need.outcomes.filter(side=Side.ASKER)),
            ]
        ]
        rows += [
            {
                _("Mission où l’on me joint"): mission.title, _("Mon nom"): mission.contact_name or None,
                _("Mon téléphone"): mission.contact_phone or None, _("Mon adresse mail"): mission.contact_email or None,
            }
            for mission in self.reached_at(person)
        ]  # fmt: skip
        return rows

    def forget(self, person: Person, *, now: datetime) -> list[hooks.Kept]:
        """Places to come are given back; words go; hours stay as figures of a contact that has no name any more.

        They are evidence, which nothing erases: so no day is promised, only that they name nobody.
        """
        mine, needs = SignUp.objects.about(person), Need.objects.about(person)
        forget_about(SignUp, mine.values("pk"))
        forget_about(Need, needs.values("pk"))
        for need in needs:
            actions_on_needs.end_unnamed(need, now=now)
        for made in mine.filter(status__in=HOLDS_A_PLACE, shift__starts_at__gt=now).select_related("shift__mission"):
            sign_ups.leave_unnamed(made, now=now)
        # The seeds go with the words: the secret addresses that were sent lead nowhere.
        mine.update(message="", end_reason="", claim="", link_seed="")
        GuardianAgreement.objects.about(person).update(name="", email="", phone="", link_seed="")
        self.asked_of(person).update(name="", email="", phone="", link_seed="")
        Outcome.objects.about(person).update(words="")
        for need in needs:
            need.outcomes.filter(side=Side.ASKER).update(words="")
        needs.update(title=_("Besoin effacé"), details="", when_words="", skill="", decline_reason="", link_seed="")
        self.reached_at(person).update(contact_name="", contact_phone="", contact_email="")
        kept = []
        if Hours.objects.about(person).exists():
            kept.append(
                hooks.Kept(
                    _("Vos heures de bénévolat, sans votre nom"),
                    _(
                        "des jours et des durées, dont l’association répond (code civil, article 2224) et fait ses totaux."
                    ),
                )
            )
        if mine.exists():
            kept.append(
                hooks.Kept(
                    _("Vos inscriptions, vidées"),
                    _("la mission, le jour et la présence comptent dans l’histoire de l’association."),
                )
            )
        if needs.exists():
            kept.append(
                hooks.Kept(_("Vos besoins, vidés"), _("le domaine et la date servent à dire ce qui a été fait."))
            )
        return kept

    @staticmethod
    def asked_of(person: Person) -> Any:
        """Agreements asked of them, as an adult, by their proven address."""
        every = GuardianAgreement.objects.across(reason="those sent to an address, told to whoever proved it")
        return every.filter(email__iexact=person.proven_address) if person.proven_address else every.none()

    @staticmethod
    def reached_at(person: Person) -> Any:
        """Missions of their associations that say to call them: by their address, their name, or their number under it.

        Anybody may write any number in their account: alone, it is nobody's.
        """
        called = Q(contact_name__iexact=person.name) if person.name else Q(pk=None)
        if person.phone:
            first_name = person.name.partition(" ")[0]
            called |= Q(Q(contact_name="") | Q(contact_name__istartswith=first_name), contact_phone=person.phone)
        if person.email:
            called |= Q(contact_email__iexact=person.email)
        theirs = person.roles.values("organisation")
        return Mission.objects.filter(called, organisation__in=theirs).order_by("pk")

    def merge(self, kept: Person, gone: Person, *, now: datetime) -> None:
        """Everything points to contacts, which follow by themselves."""


hooks.personal_data.add(Volunteering())
