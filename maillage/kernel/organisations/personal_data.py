"""What organisations know of a person: roles, contacts, invitations, claims."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.kernel import hooks
from maillage.kernel.organisations import actions, queries
from maillage.kernel.organisations.models import Claim, Contact, Invitation, Organisation, Role
from maillage.kernel.people.models import Person


class Roles(hooks.PersonalData):
    name = gettext_lazy("Mes rôles et mes demandes")
    models = ("organisations.Role", "organisations.Invitation", "organisations.Claim")
    order = 20

    def export(self, person: Person) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = [
            {
                _("Organisation"): role.organisation.name, _("Rôle"): role.get_kind_display(),
                _("Depuis"): role.since_at.isoformat(), _("Jusqu’à"): role.ended_at.isoformat() if role.ended_at else None,
            }
            for role in Role.objects.filter(person=person).select_related("organisation").order_by("since_at")
        ]  # fmt: skip
        rows += [
            {
                _("Prise en main demandée"): claim.entry.title, _("Le"): claim.asked_at.isoformat(),
                _("Rôle"): claim.get_role_display(), _("Preuve"): claim.get_proof_display(),
                _("Réponse"): {None: _("en attente"), True: _("oui"), False: _("non")}[claim.is_accepted],
                _("Raison"): claim.reason or None,
            }
            for claim in Claim.objects.filter(person=person).select_related("entry")
        ]  # fmt: skip
        rows += [
            {
                _("Rôle que l’on me propose"): one.get_kind_display(), _("Organisation"): one.organisation.name,
                _("Sous le nom de"): one.name, _("Adresse mail"): one.email, _("Le"): one.sent_at.isoformat(),
            }
            for one in self.sent_to(person).select_related("organisation").order_by("sent_at")
        ]  # fmt: skip
        return rows

    def forget(self, person: Person, *, now: datetime) -> list[hooks.Kept]:
        theirs = list(Organisation.objects.filter(roles__in=Role.objects.current().filter(person=person)).distinct())
        Role.objects.current().filter(person=person).update(ended_at=now)
        for organisation in theirs:
            actions.close_unbacked(organisation=organisation, person=person, now=now)
        self.sent_to(person).delete()
        Claim.objects.filter(person=person, decided_at=None).delete()
        Claim.objects.filter(person=person).update(reason="", code_hash="")
        kept = []
        if Role.objects.filter(person=person).exists():
            kept.append(
                hooks.Kept(
                    _("Les rôles que vous avez tenus, sans votre nom"),
                    _("une association doit pouvoir dire quel rôle était tenu, et de quand à quand."),
                )
            )
        if Claim.objects.filter(person=person).exists():
            kept.append(
                hooks.Kept(
                    _("Vos demandes de prise en main qui ont eu leur réponse, sans votre nom"),
                    _("c’est ce qui a ouvert l’espace de l’association, ou ne l’a pas ouvert."),
                )
            )
        return kept

    @staticmethod
    def sent_to(person: Person) -> Any:
        mine = Invitation.objects.across(reason="the person's own address, shown to them and erased everywhere")
        return mine.filter(email__iexact=person.email) if person.email else mine.none()

    def merge(self, kept: Person, gone: Person, *, now: datetime) -> None:
        mine = set(Role.objects.current().filter(person=kept).values_list("organisation_id", "kind"))
        for role in Role.objects.filter(person=gone):
            if role.ended_at is None and (role.organisation_id, role.kind) in mine:
                role.ended_at = now
            role.person = kept
            role.save(update_fields=["person", "ended_at"])
        Invitation.objects.about(gone).filter(answered_at=None).update(invited_by=kept)
        Claim.objects.filter(person=gone).exclude(entry__claims__person=kept).update(person=kept)


class Contacts(hooks.PersonalData):
    """What each association noted. Its row loses all that says who it was; what it proves stays."""

    name = gettext_lazy("Ce que les associations savent de moi")
    models = ("organisations.Contact",)
    order = 90  # after the modules that point to it

    def export(self, person: Person) -> list[dict[str, Any]]:
        return [
            {
                _("Organisation"): contact.organisation.name, _("Nom"): contact.name, _("Adresse mail"): contact.email,
                _("Téléphone"): contact.phone, _("Année de naissance"): contact.birth_year,
                _("Depuis"): contact.since_at.isoformat(),
            }
            for contact in Contact.objects.about(person).select_related("organisation").order_by("since_at")
        ] + [
            {_("Noté avec votre adresse, sous un autre nom"): contact.name, _("Organisation"): contact.organisation.name,
             _("Depuis"): contact.since_at.isoformat()}
            for contact in queries.noted_under_other_names(person)
        ]  # fmt: skip

    def forget(self, person: Person, *, now: datetime) -> list[hooks.Kept]:
        Contact.objects.about(person).update(
            name=_("Personne effacée"), email="", phone="", birth_year=None, person=None, erased_at=now
        )
        return []

    def merge(self, kept: Person, gone: Person, *, now: datetime) -> None:
        mine = set(Contact.objects.about(kept).values_list("organisation_id", flat=True))
        for contact in Contact.objects.about(gone):
            # An association that knew both keeps two contacts: one of them is tied to the person.
            contact.person = None if contact.organisation_id in mine else kept
            contact.save(update_fields=["person"])


hooks.personal_data.add(Roles())
hooks.personal_data.add(Contacts())
