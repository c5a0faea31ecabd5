"""What tests of volunteering start from: a place, people, an association, a mission with a shift to come."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from maillage.engage.volunteering import actions
from maillage.engage.volunteering.actions.sign_ups import Guest
from maillage.engage.volunteering.models import Mission, Presence, Shift, SignUp
from maillage.kernel.organisations.models import Activity, Organisation, Role, RoleKind
from maillage.kernel.people.models import Person
from maillage.kernel.places.models import Commune

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # a Tuesday
number = count(1)


def commune(insee: str = "35238", name: str = "Rennes", **said: Any) -> Commune:
    """Rennes, unless told otherwise."""
    usual = {
        "name": name, "postcodes": ["35000"], "department_code": "35", "department_name": "Ille-et-Vilaine",
        "region_name": "Bretagne", "population": 225_000, "latitude": 48.1173, "longitude": -1.6778,
    }  # fmt: skip
    made, _new = Commune.objects.get_or_create(insee=insee, defaults=usual | said)
    return made


def person(name: str = "Amina B.", **said: Any) -> Person:
    usual = {"email": f"personne{next(number)}@exemple.localhost", "birth_year": 1991}
    return Person.objects.create_user(name=name, **(usual | said))


def organisation(name: str = "Les Jardins d’essai", leader: Person | None = None, **said: Any) -> Organisation:
    """With somebody who presides over it."""
    made = Organisation.objects.create(
        name=name, slug=f"association-{next(number)}", commune=commune(),
        **({"activities": [str(Activity.FOOD)]} | said),
    )  # fmt: skip
    Role.objects.create(
        person=leader or person("Bruno C.", birth_year=1968), organisation=made, kind=RoleKind.PRESIDENT,
        since_at=NOW - timedelta(days=400),
    )  # fmt: skip
    return made


def leader_of(made: Organisation) -> Person:
    role = made.roles.select_related("person").filter(kind=RoleKind.PRESIDENT).first()
    assert role
    return role.person


def mission(of: Organisation | None = None, *, now: datetime = NOW, **said: Any) -> Mission:
    """Published, with no shift left but those given later: its first shift is a week ahead, for three."""
    of = of or organisation()
    by = leader_of(of)
    usual = {
        "title": "Récolter les légumes", "domain": Activity.FOOD, "commune": commune(),
        "what": "On cueille, on lave, on met en caisses, puis on porte le tout au local.",
        "meeting_point": "Portail vert, 12 chemin des Prairies", "contact_phone": "+33600000000",
    }  # fmt: skip
    made = actions.open_mission(organisation=of, by=by, now=now, **(usual | said))
    shift(made, now=now)
    return actions.publish(mission=made, by=by, now=now)


def draft(of: Organisation | None = None, *, now: datetime = NOW, **said: Any) -> Mission:
    of = of or organisation()
    usual = {
        "title": "Brouillon",
        "domain": Activity.FOOD,
        "commune": commune(),
        "what": "Ce que l’on fait, dit assez.",
    }
    return actions.open_mission(organisation=of, by=leader_of(of), now=now, **(usual | said))


def shift(
    of: Mission,
    *,
    starts_at: datetime | None = None,
    minutes: int = 120,
    capacity: int = 3,
    now: datetime = NOW,
    **said: Any,
) -> Shift:
    return actions.open_shift(
        mission=of, starts_at=starts_at or now + timedelta(days=7), minutes=minutes, capacity=capacity,
        by=leader_of(of.organisation), now=now, **said,
    )  # fmt: skip


def first_shift(of: Mission) -> Shift:
    found = of.shifts.order_by("starts_at").first()
    assert found
    return found


def guest(name: str = "Lucie N.", **said: Any) -> Guest:
    return Guest(name, **({"phone": f"+336{next(number):08}"} | said))


def sign_up(to: Shift | None = None, who: Person | Guest | None = None, *, now: datetime = NOW, **said: Any) -> SignUp:
    return actions.sign_up(shift=to or first_shift(mission(now=now)), who=who or person(), now=now, **said)


def came(made: SignUp) -> SignUp:
    """They came: their presence is noted an hour after the end."""
    return actions.tick(
        sign_up=made, presence=Presence.CAME, by=leader_of(made.shift.mission.organisation),
        now=made.shift.ends_at + timedelta(hours=1),
    )  # fmt: skip


def counted(made: SignUp, minutes: int | None = None) -> Any:
    """They came, and the association counted their hours."""
    return actions.confirm_hours(
        sign_up=came(made), by=leader_of(made.shift.mission.organisation), minutes=minutes,
        now=made.shift.ends_at + timedelta(hours=2),
    )  # fmt: skip
