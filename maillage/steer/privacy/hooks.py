from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy

from maillage.kernel import hooks
from maillage.kernel.people.models import Person


class Erasures(hooks.PersonalData):
    """The proof of an erasure holds nothing of anybody: it is what remains."""

    name = gettext_lazy("Mes effacements")
    models = ("privacy.Erasure",)
    order = 99

    def export(self, person: Person) -> list[dict[str, Any]]:
        return []

    def forget(self, person: Person, *, now: datetime) -> list[hooks.Kept]:
        return []

    def merge(self, kept: Person, gone: Person, *, now: datetime) -> None:
        """An erased row is never merged into another."""


hooks.personal_data.add(Erasures())
hooks.notification_kinds.add(
    hooks.NotificationKind("privacy.erased", gettext_lazy("Effacement fait"), channels=("mail",), is_secret=True)
)
