from collections import Counter
from datetime import datetime
from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.kernel import hooks
from maillage.kernel.facts import FactKind
from maillage.kernel.facts.models import Fact
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


class Deeds(hooks.PersonalData):
    """The trail of what a person did: a kind, a day, an organisation. It names nobody, so nothing of it is erased."""

    name = gettext_lazy("Ce que vous avez fait ici")
    models = ("facts.Fact",)
    order = 98

    def export(self, person: Person) -> list[dict[str, Any]]:
        """A line for each kind of thing a day; how many times, when it was more than once."""
        mine = Fact.objects.filter(by=person).select_related("organisation").order_by("at", "pk")
        lines = Counter((localdate(one.at), one.kind, one.organisation) for one in mine)
        return [
            {
                _("Le"): day.isoformat(), _("Quoi"): str(FactKind.all[kind].label),
                _("Organisation"): organisation.name if organisation else None, _("Fois"): times if times > 1 else None,
            }
            for (day, kind, organisation), times in lines.items()
            if kind in FactKind.all
        ]  # fmt: skip

    def forget(self, person: Person, *, now: datetime) -> list[hooks.Kept]:
        if not Fact.objects.filter(by=person).exists():
            return []
        return [
            hooks.Kept(
                _("La suite de ce que vous avez fait ici, sans votre nom"),
                _("ce qui a été décidé dans une association doit pouvoir se relire ; il n’y reste qu’un numéro."),
            )
        ]

    def merge(self, kept: Person, gone: Person, *, now: datetime) -> None:
        """Who did it is history: it stays as it was written."""


hooks.personal_data.add(Deeds())
hooks.personal_data.add(Erasures())
hooks.notification_kinds.add(
    hooks.NotificationKind("privacy.erased", gettext_lazy("Effacement fait"), channels=("mail",), is_secret=True)
)
