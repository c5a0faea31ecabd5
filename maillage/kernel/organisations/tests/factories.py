"""What tests of organisations start from: a place, a line of the register, an association that stands here."""

from datetime import UTC, date, datetime
from typing import Any

from maillage.kernel.organisations import register
from maillage.kernel.organisations.models import Organisation, RegisterEntry
from maillage.kernel.places.models import Commune

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # a Tuesday


def commune(insee: str, name: str, **said: Any) -> Commune:
    usual = {"department_code": insee[:2], "postcodes": [], "population": 1000, "latitude": 48.0, "longitude": -1.7}
    return Commune.objects.create(insee=insee, name=name, **(usual | said))


def entry(number: str = "W353001234", title: str = "LES AMIS DU MOULIN", **said: Any) -> RegisterEntry:
    """A line of the register at Rennes, found by its words."""
    usual = {
        "layout": "waldec", "rna_number": number, "position": "A", "purpose": "sauvegarder le moulin",
        "seat": "3 RUE de la Forge", "insee": "35238", "postcode": "35000", "commune_name": "RENNES",
        "declared_on": date(2015, 1, 21),
    }  # fmt: skip
    made = RegisterEntry.objects.create(number=number, title=title, **(usual | said))
    register.index_register()
    return made


def organisation(name: str, commune: Commune | None = None, **said: Any) -> Organisation:
    """One that stands here, with nobody in it."""
    slug = said.pop("slug", f"association-{Organisation.objects.count()}")
    return Organisation.objects.create(name=name, slug=slug, commune=commune, **said)
