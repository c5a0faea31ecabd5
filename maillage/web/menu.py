"""The four doors, and the menu of a desk from the hooks."""

from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from maillage.kernel import hooks
from maillage.kernel.organisations.access import allows
from maillage.kernel.organisations.models import Organisation
from maillage.kernel.people.models import Person


@dataclass(frozen=True)
class Door:
    """One of the four doors of the house; `code` is what `hooks.Nearby.door` names."""

    code: str
    label: str | Promise
    says: str | Promise
    icon: str
    short_label: str | Promise
    thread: str  # which of the four coloured threads is its own

    @cached_property
    def url(self) -> str:
        return reverse(f"web:door_{self.code}")


DOORS = (
    Door("help", _("J’aide"), _("Donner un coup de main, une heure ou plus."), "hands", _("J’aide"), "blue"),
    Door(
        "need",
        _("J’ai besoin"),
        _("D’un coup de main, d’une adresse, d’une écoute."),
        "raised",
        _("J’ai besoin"),
        "coral",
    ),
    Door("give", _("Je donne"), _("Mon temps, ce que je sais faire."), "gift", _("Je donne"), "ochre"),
    Door(
        "manage",
        _("Je gère mon association"),
        _("Son équipe, ses missions, ses heures."),
        "house",
        _("Je gère"),
        "moss",
    ),
)


@dataclass(frozen=True)
class Line:
    label: str | Promise
    url: str
    icon: str


def desk_menu(person: Person, organisation: Organisation, held: frozenset[str]) -> list[Line]:
    """The lines of a desk that this person may open."""
    lines = [Line(_("Aujourd’hui"), reverse("web:desk", args=[organisation.slug]), "sun")]
    for item in hooks.menu_items:
        if item.allowed(person, organisation):
            lines.append(Line(item.label, reverse(item.url_name, args=[organisation.slug]), item.icon))
    lines.append(Line(_("Équipe"), reverse("web:team", args=[organisation.slug]), "people"))
    if allows("edit_organisation", held):
        lines.append(Line(_("Présentation"), reverse("web:presentation", args=[organisation.slug]), "edit"))
    return lines
