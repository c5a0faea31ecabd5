from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.kernel import hooks
from maillage.kernel.documents.models import Issued
from maillage.kernel.files import actions as files
from maillage.kernel.organisations.models import Contact
from maillage.kernel.people.models import Person


class Documents(hooks.PersonalData):
    """What was handed over about me: the file is destroyed, its code and hash stay so that a paper can still be checked."""

    name = gettext_lazy("Les documents délivrés à mon sujet")
    models = ("documents.Issued",)
    order = 84

    def export(self, person: Person) -> list[dict[str, Any]]:
        return [
            {
                _("Document"): issued.label, _("Code"): issued.code, _("Le"): issued.at.isoformat(),
                _("Organisation"): issued.organisation.name, _("Ce qu’il dit"): issued.told,
            }
            for issued in self.about(person).select_related("organisation").order_by("at")
        ]  # fmt: skip

    def files(self, person: Person) -> Iterator[tuple[str, bytes]]:
        for issued in self.about(person).select_related("file").order_by("at"):
            if issued.file:
                with suppress(files.FileIsDamaged):
                    yield f"documents/{issued.code}.pdf", files.read(issued.file)

    def forget(self, person: Person, *, now: datetime) -> list[hooks.Kept]:
        handed = list(self.about(person).select_related("file"))
        for issued in handed:
            if issued.file:
                files.destroy(issued.file)
        if not handed:
            return []
        return [
            hooks.Kept(
                _("Le code et l’empreinte des documents délivrés à votre sujet"),
                _("qui tient le papier peut toujours le vérifier ; le fichier, lui, est détruit."),
            )
        ]

    def merge(self, kept: Person, gone: Person, *, now: datetime) -> None:
        """Documents speak of contacts, which follow by themselves."""

    @staticmethod
    def about(person: Person) -> Any:
        mine = Contact.objects.about(person).values("pk")
        return Issued.objects.across(reason="documents about the person's own contacts").filter(
            about_model="organisations.contact", about_id__in=mine
        )


hooks.personal_data.add(Documents())
