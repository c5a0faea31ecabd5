"""The smallest true scene: one commune, one association, one mission, some shifts."""

from datetime import timedelta

from django.utils import timezone

from maillage.engage.volunteering import actions
from maillage.engage.volunteering.models import Shift
from maillage.kernel.organisations.models import Organisation, Role, RoleKind
from maillage.kernel.people.models import Person
from maillage.kernel.places.models import Commune


def commune() -> Commune:
    return Commune.objects.get_or_create(
        insee="35238",
        defaults={
            "name": "Rennes", "postcodes": ["35000"], "department_code": "35", "department_name": "Ille-et-Vilaine",
            "region_name": "Bretagne", "population": 222_000, "latitude": 48.11, "longitude": -1.68,
        },
    )[0]  # fmt: skip


def shifts(*, count: int, capacity: int) -> list[Shift]:
    """`count` shifts of `capacity` places, a day apart, of one published mission."""
    now = timezone.now()
    by = Person.objects.create_user("bruno@proof.localhost", name="Bruno")
    organisation = Organisation.objects.create(slug="les-jardins", name="Les Jardins", commune=commune())
    Role.objects.create(person=by, organisation=organisation, kind=RoleKind.PRESIDENT, since_at=now)
    mission = actions.open_mission(
        organisation=organisation, by=by, now=now, title="Récolter les légumes", domain="food",
        what="On cueille, on lave, on met en caisses.", commune=commune(),
    )  # fmt: skip
    made = [
        actions.open_shift(
            mission=mission, starts_at=now + timedelta(days=n + 1), minutes=60, capacity=capacity, by=by, now=now
        )
        for n in range(count)
    ]
    actions.publish(mission=mission, by=by, now=now)
    return made
