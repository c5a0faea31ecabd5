"""« Où êtes-vous ? », and the four doors: each answers at once with real things nearby."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from maillage.kernel import hooks
from maillage.kernel.organisations.queries import find_organisations
from maillage.kernel.places.models import Commune
from maillage.kernel.places.queries import nearest_commune
from maillage.web import place
from maillage.web.doors import public, repeats_well
from maillage.web.forms import Where
from maillage.web.menu import DOORS, Door
from maillage.web.pages import page, safe_next


@dataclass
class Shown:
    """What one module shows behind a door."""

    label: Any
    more_url_name: str
    things: list[hooks.NearbyThing]


@dataclass
class Opened:
    door: Door
    shown: list[Shown]

    @property
    def things(self) -> list[hooks.NearbyThing]:
        return [thing for one in self.shown for thing in one.things]


def open_door(code: str, here: Commune | None, at_most: int) -> Opened:
    """A door and the real things behind it, near `here` when it is known."""
    latitude, longitude = (here.latitude, here.longitude) if here else (None, None)
    shown = [
        Shown(near.label, near.more_url_name, list(near.things(latitude, longitude, at_most, timezone.now())))
        for near in hooks.nearby
        if near.door == code
    ]
    return Opened(next(door for door in DOORS if door.code == code), shown)


@public
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    here = place.of(request)
    return page(
        request, "web/home.html",
        {"form": Where(initial={"commune": here}), "here": here, "opened": [open_door(door.code, here, 3) for door in DOORS]},
    )  # fmt: skip


@public
@repeats_well
@require_POST
def here(request: HttpRequest) -> HttpResponse:
    """Remember where somebody is: a commune they wrote, or the one nearest to the point of their device."""
    to = safe_next(request)
    form = Where(request.POST)
    commune = form.cleaned_data["commune"] if form.is_valid() else None
    if commune is None and not request.POST.get("commune"):
        commune = commune_of_the_device(request)
    if commune is None and form.errors:
        here_now = place.of(request)
        return page(request, "web/where.html", {"form": form, "next": to, "here": here_now}, status=200)
    response = redirect(to)
    place.remember(request, response, commune)
    return response


def commune_of_the_device(request: HttpRequest) -> Commune | None:
    try:
        latitude, longitude = (float(request.POST.get(name, "")) for name in ("latitude", "longitude"))
    except ValueError:
        return None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    found = nearest_commune(latitude, longitude)
    if found is None:
        messages.info(request, _("Aucune commune de France n’est près d’ici. Écrivez plutôt son nom."))
    return found


@public
@require_GET
def door(request: HttpRequest, code: str) -> HttpResponse:
    here_now = place.of(request)
    return page(
        request, f"web/door_{code}.html",
        {"opened": open_door(code, here_now, 8), "here": here_now, "form": Where(initial={"commune": here_now})},
    )  # fmt: skip


@public
@require_GET
def manage(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated and request.user.roles.filter(ended_at=None).exists():
        return redirect("web:desk_list")
    return page(request, "web/door_manage.html", {"opened": open_door("manage", place.of(request), 3)})


@public
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Words, wherever they are said: missions, associations, and what modules add."""
    words = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    found: list[tuple[hooks.Words, list[hooks.NearbyThing]]] = []
    if words:
        mine = [
            hooks.NearbyThing(str(one), f"/associations/{one.slug}/", one.commune.label if one.commune else "")
            for one in find_organisations(words, at_most=8)
        ]
        found = [(_("Associations"), mine)] if mine else []
        found += [(source.label, things) for source in hooks.search_sources if (things := list(source.find(words, 8)))]
    return page(request, "web/search.html", {"words": words, "found": found})
