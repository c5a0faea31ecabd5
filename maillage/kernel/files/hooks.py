from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.kernel import hooks
from maillage.kernel.files import actions
from maillage.kernel.files.models import File
from maillage.kernel.people.models import Person


class Files(hooks.PersonalData):
    name = gettext_lazy("Mes fichiers")
    models = ("files.File",)
    order = 86

    def export(self, person: Person) -> list[dict[str, Any]]:
        return [
            {_("Nom"): file.name, _("Déposé le"): file.kept_at.isoformat(), _("Taille en octets"): file.size}
            for file in File.objects.about(person).order_by("kept_at")
        ]

    def files(self, person: Person) -> Iterator[tuple[str, bytes]]:
        for file in File.objects.about(person).order_by("kept_at"):
            with suppress(actions.FileIsDamaged):
                yield f"fichiers/{file.pk}-{file.name}", actions.read(file)

    def forget(self, person: Person, *, now: datetime) -> list[hooks.Kept]:
        for file in File.objects.about(person):
            actions.destroy(file)
        return []

    def merge(self, kept: Person, gone: Person, *, now: datetime) -> None:
        File.objects.about(gone).update(person=kept)


hooks.personal_data.add(Files())
