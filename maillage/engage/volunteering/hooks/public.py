"""What volunteering adds to pages that everybody sees, and to my own space."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.engage.volunteering import queries, search
from maillage.engage.volunteering.models import Mission
from maillage.engage.volunteering.queries import Found, Search
from maillage.kernel import hooks
from maillage.kernel.hooks import NearbyThing
from maillage.kernel.organisations.models import Organisation
from maillage.kernel.people.models import Person
from maillage.kernel.places.models import Commune
from maillage.kernel.places.queries import nearest_commune
from maillage.web.templatetags.web import when


# ── The doors ─────────────────────────────────────────────────────────────────────────────────
def thing(one: Found) -> NearbyThing:
    shift = one.next_shift
    detail = str(one.mission.organisation)
    if shift and shift.is_flexible:
        detail += " · " + _("à l’heure de votre choix")
    elif shift:
        detail += " · " + when(shift.local_start)
    return NearbyThing(one.mission.title, reverse("volunteering:mission", args=[one.mission.pk]), detail, one.km)


def missions_near(latitude: float | None, longitude: float | None, many: int, now: datetime) -> Iterable[NearbyThing]:
    found = queries.find(Search(latitude=latitude, longitude=longitude, km=20, with_room=True), now=now, at_most=many)
    return map(thing, found)


def missions_from_home(
    latitude: float | None, longitude: float | None, many: int, now: datetime
) -> Iterable[NearbyThing]:
    return map(thing, queries.find(Search(remote=True, with_room=True), now=now, at_most=many))


def skills_wanted(latitude: float | None, longitude: float | None, many: int, now: datetime) -> Iterable[NearbyThing]:
    found = queries.find(Search(latitude=latitude, longitude=longitude, km=50, skilled=True), now=now, at_most=many)
    return [
        NearbyThing(f"{one.mission.skill} : {one.mission.title}", reverse("volunteering:mission", args=[one.mission.pk]),
                    str(one.mission.organisation), one.km)
        for one in found
    ]  # fmt: skip


def listeners(latitude: float | None, longitude: float | None, many: int, now: datetime) -> Iterable[NearbyThing]:
    """Associations near that take needs: who would read it."""
    here: Commune | None = (
        nearest_commune(latitude, longitude) if latitude is not None and longitude is not None else None
    )
    if here is None:
        return []
    return [
        NearbyThing(str(one.organisation), reverse("web:organisation", args=[one.organisation.slug]),
                    one.organisation.purpose[:120], one.km)
        for one in queries.listening_near(here, at_most=many)
    ]  # fmt: skip


hooks.nearby.add(hooks.Nearby("help", gettext_lazy("Près de vous"), "volunteering:mission_list", missions_near))
hooks.nearby.add(hooks.Nearby("need", gettext_lazy("Qui peut vous lire"), "volunteering:say_need", listeners))
hooks.nearby.add(hooks.Nearby("give", gettext_lazy("De chez vous"), "volunteering:mission_list", missions_from_home))
hooks.nearby.add(
    hooks.Nearby("give", gettext_lazy("Ce que vous savez faire"), "volunteering:mission_list", skills_wanted)
)


# ── Panels ────────────────────────────────────────────────────────────────────────────────────
def open_missions(request: HttpRequest, organisation: Organisation) -> dict[str, Any] | None:
    now = timezone.now()
    rows = [
        (mission, None)
        for mission in Mission.objects.of(organisation).open(now).select_related("commune").order_by("open_until")[:12]
    ]
    return {"found": queries.with_shifts(rows, now)}


def my_next_shifts(request: HttpRequest, person: Person) -> dict[str, Any] | None:
    coming, _past = queries.mine(person, timezone.now())
    return {"coming": coming[:4], "more": len(coming) > 4, "to_sign": len(queries.hours_to_sign(person, timezone.now())),
            "minutes": sum(year.minutes for year in queries.my_years(person))}  # fmt: skip


hooks.panels.add(hooks.Panel("organisation", "volunteering/parts/open_missions.html", open_missions, order=10))
hooks.panels.add(hooks.Panel("me", "volunteering/parts/my_next_shifts.html", my_next_shifts, order=10))


# ── Words ─────────────────────────────────────────────────────────────────────────────────────
def by_words(words: str, many: int) -> Iterable[NearbyThing]:
    now = timezone.now()
    rows = Mission.objects.open(now).filter(search.missions.matching(words)).order_by("open_until")[:many]
    return map(thing, queries.with_shifts([(mission, None) for mission in rows], now))


hooks.search_sources.add(hooks.SearchSource(gettext_lazy("Missions"), by_words))
