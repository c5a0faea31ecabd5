from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.kernel import hooks
from maillage.kernel.consent.models import Consent
from maillage.kernel.people.models import Person


class Agreements(hooks.PersonalData):
    name = gettext_lazy("Mes accords")
    models = ("consent.Consent",)
    order = 80

    def export(self, person: Person) -> list[dict[str, Any]]:
        return [
            {
                _("À quoi"): given.wording, _("Comment"): given.get_how_display(), _("Le"): given.given_at.isoformat(),
                _("Précision"): given.note or None,
                _("Retiré le"): given.withdrawn_at.isoformat() if given.withdrawn_at else None,
                _("Organisation"): given.organisation.name if given.organisation else None,
            }
            for given in Consent.objects.about(person).select_related("organisation").order_by("given_at")
        ]  # fmt: skip

    def forget(self, person: Person, *, now: datetime) -> list[hooks.Kept]:
        """Withdraw what stands. The proof that an association had an agreement stays with it, and says no more who."""
        mine = Consent.objects.about(person)
        with_them = mine.filter(contact__isnull=False).exists()
        mine.standing().update(withdrawn_at=now)
        mine.update(note="")
        mine.filter(contact__isnull=False).update(person=None)
        Consent.objects.about(person).filter(contact=None).delete()
        if not with_them:
            return []
        return [
            hooks.Kept(
                _("Les accords que vous avez donnés à une association, retirés et sans votre nom"),
                _("elle doit pouvoir prouver qu’elle en avait un (RGPD, article 7.1)."),
            )
        ]

    def merge(self, kept: Person, gone: Person, *, now: datetime) -> None:
        Consent.objects.about(gone).update(person=kept)


hooks.personal_data.add(Agreements())
