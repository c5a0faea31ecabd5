from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.kernel import hooks
from maillage.kernel.notifications.models import LocalMessage, Message, Status
from maillage.kernel.people.models import Person


class Messages(hooks.PersonalData):
    name = gettext_lazy("Mes messages")
    models = ("notifications.Message", "notifications.LocalMessage")
    order = 85  # before contacts lose their person

    def export(self, person: Person) -> list[dict[str, Any]]:
        return [
            {
                _("Le"): message.made_at.isoformat(), _("Sujet"): message.subject, _("Texte"): message.text,
                _("Envoi"): message.get_status_display(),
            }
            for message in self.of(person).order_by("made_at")
        ]  # fmt: skip

    def forget(self, person: Person, *, today: date) -> list[hooks.Kept]:
        """All go, but what is on its way to them this minute: it is emptied once it has left."""
        self.of(person).exclude(status=Status.WAITING, kind="privacy.erased").delete()
        if person.email:
            LocalMessage.objects.filter(address__icontains=person.email).delete()
        return []

    def merge(self, kept: Person, gone: Person) -> None:
        Message.objects.about(gone).update(person=kept)

    @staticmethod
    def of(person: Person) -> Any:
        return Message.objects.across(reason="the person's own, and those to their contacts").filter(
            Q(person=person) | Q(contact__person=person)
        )


hooks.personal_data.add(Messages())
