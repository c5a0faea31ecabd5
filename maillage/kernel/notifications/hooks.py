from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.kernel import hooks
from maillage.kernel.notifications import actions
from maillage.kernel.notifications.models import LocalMessage, Message
from maillage.kernel.organisations.models import Invitation
from maillage.kernel.people.models import Guardianship, Person


class Messages(hooks.PersonalData):
    name = gettext_lazy("Mes messages")
    models = ("notifications.Message", "notifications.LocalMessage")
    order = 85  # before contacts lose their person

    def export(self, person: Person) -> list[dict[str, Any]]:
        return [
            {
                _("Le"): message.made_at.isoformat(), _("À"): f"{message.name} {message.address}".strip(),
                _("Sujet"): message.subject, _("Texte"): message.text, _("Lien"): message.link or None,
                _("Envoi"): message.get_status_display(),
            }
            for message in self.of(person).order_by("made_at")
        ]  # fmt: skip

    def forget(self, person: Person, *, now: datetime) -> list[hooks.Kept]:
        """Those told to them, and those told to others that speak of them: each module says which were about its rows."""
        self.of(person).delete()
        actions.forget_about(Invitation, Invitation.objects.about(person).values("pk"))  # « Bruno vous propose… »
        actions.forget_orphans(Guardianship)
        actions.forget_orphans(Invitation)
        said = Q(address__icontains=person.email) | Q(text__icontains=person.email) if person.email else Q(pk=None)
        if len(person.name) > 3:
            said |= Q(text__icontains=person.name) | Q(subject__icontains=person.name)
        LocalMessage.objects.filter(said).delete()
        return []

    def merge(self, kept: Person, gone: Person, *, now: datetime) -> None:
        Message.objects.about(gone).update(person=kept)

    @staticmethod
    def of(person: Person) -> Any:
        mine = Q(person=person) | Q(contact__person=person)
        if person.proven_address:  # an invitation, a guardian's question: sent to a bare address
            mine |= Q(address__iexact=person.proven_address)
        return Message.objects.across(reason="the person's own, those to their contacts and to their address").filter(
            mine
        )


hooks.personal_data.add(Messages())
