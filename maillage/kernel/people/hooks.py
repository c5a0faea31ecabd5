"""What people themselves are to the house."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.kernel import hooks
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
            {_("Enfant dont je réponds"): str(one.minor), _("Mon nom"): one.guardian_name,
             _("Mon adresse"): one.guardian_email, _("Mon téléphone"): one.guardian_phone}
            for one in person.wards.select_related("minor")
        ]  # fmt: skip
        return rows

    def forget(self, person: Person, *, now: datetime) -> list[hooks.Kept]:
        person.guardianships.all().delete()
        Guardianship.objects.filter(guardian=person).update(
            guardian=None, guardian_name="", guardian_email="", guardian_phone="", link_seed=""
        )
        return []

    def merge(self, kept: Person, gone: Person, *, now: datetime) -> None:
        gone.guardianships.update(minor=kept)
        Guardianship.objects.filter(guardian=gone).update(guardian=kept)


hooks.personal_data.add(Myself())
hooks.notification_kinds.add(
    hooks.NotificationKind("people.guardian_asked", gettext_lazy("Accord d’un responsable"), channels=("mail", "sms"))
)
