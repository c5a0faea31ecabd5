"""What people themselves are to the house."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.kernel import hooks
from maillage.kernel.people import actions
from maillage.kernel.people.models import Guardianship, Person


class Myself(hooks.PersonalData):
    """The row itself is emptied last, by `people.actions.erase`; here, those who answer for the young."""

    name = gettext_lazy("Mon identité")
    models = ("people.Person", "people.Guardianship")
    order = 0

    def export(self, person: Person) -> list[dict[str, Any]]:
        told: dict[str, Any] = {
            _("Nom"): person.name, _("Adresse mail"): person.email, _("Téléphone"): person.phone,
            _("Année de naissance"): person.birth_year, _("Commune"): person.commune.label if person.commune else None,
            _("Langue"): person.locale, _("Façon de lire"): person.reading or None,
            _("Inscription"): person.joined_at.isoformat(),
        }  # fmt: skip
        rows = [{key: value for key, value in told.items() if value}]
        for one in person.guardianships.all():
            rows.append(
                {_("Responsable"): one.guardian_name, _("Son adresse"): one.guardian_email,
                 _("Son téléphone"): one.guardian_phone,
                 _("Accord"): one.agreed_at.isoformat() if one.agreed_at else _("pas encore")}
            )  # fmt: skip
        rows += [
            {_("Enfant dont je réponds"): str(one.minor), _("Son année de naissance"): self.year_of(one), _("Mon nom"): one.guardian_name,
             _("Mon adresse"): one.guardian_email, _("Mon téléphone"): one.guardian_phone}
            for one in self.asked_of(person)
        ]  # fmt: skip
        return rows

    @staticmethod
    def asked_of(person: Person) -> Any:
        """The minors they answer for, and those for whom they were asked by their proven address."""
        mine = Q(guardian=person)
        if person.proven_address:
            mine |= Q(guardian_email__iexact=person.proven_address)
        return Guardianship.objects.filter(mine).exclude(minor=person).select_related("minor")

    @staticmethod
    def year_of(ward: Guardianship) -> int | None:
        """Of a child who has an account of their own, it is theirs to tell."""
        return None if ward.minor.email else ward.minor.birth_year

    def forget(self, person: Person, *, now: datetime) -> list[hooks.Kept]:
        kept = self.forget_children(person, now)
        if self.asked_of(person).filter(agreed_at__isnull=False, minor__erased_at=None).exists():
            kept.append(
                hooks.Kept(
                    _("L’accord que vous avez donné pour un jeune, sans votre nom"),
                    _("c’est lui qui permet à ce jeune de s’inscrire."),
                )
            )
        person.guardianships.all().delete()
        self.asked_of(person).update(
            guardian=None, guardian_name="", guardian_email="", guardian_phone="", link_seed=""
        )
        return kept

    @staticmethod
    def forget_children(person: Person, now: datetime) -> list[hooks.Kept]:
        """Those who have no account of their own and nobody else to answer for them would be left where none can reach."""
        kept = []
        alone = Person.objects.filter(guardianships__guardian=person, email=None, erased_at=None).exclude(
            pk__in=Guardianship.objects.exclude(guardian=person).filter(agreed_at__isnull=False).values("minor")
        )
        for child in alone.distinct():
            for data in sorted(hooks.personal_data, key=lambda one: one.order):
                kept += data.forget(child, now=now)
            actions.erase(person=child, by=person, now=now)
        return kept

    def merge(self, kept: Person, gone: Person, *, now: datetime) -> None:
        gone.guardianships.update(minor=kept)
        Guardianship.objects.filter(guardian=gone).update(guardian=kept)


hooks.personal_data.add(Myself())
hooks.notification_kinds.add(
    hooks.NotificationKind("people.guardian_asked", gettext_lazy("Accord d’un responsable"), channels=("mail", "sms"))
)
