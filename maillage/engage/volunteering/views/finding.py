"""Looking for a mission, and reading one."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from maillage.engage.volunteering import map as maps
from maillage.engage.volunteering import queries
from maillage.engage.volunteering.forms.public import Find
from maillage.engage.volunteering.models import Mission, Shift
from maillage.kernel.organisations.access import can_see_desk
from maillage.kernel.secret_link import absolute
from maillage.web import place
from maillage.web.doors import public
from maillage.web.forms import Where
from maillage.web.pages import json_ld, page

STEP, MOST = 20, 100


@public
@require_GET
def mission_list(request: HttpRequest) -> HttpResponse:
    """Nearest first when the place is known, soonest first otherwise; a list, and a map beside it."""
    here, now = place.of(request), timezone.now()
    form = Find.asked(request.GET.dict())
    search = form.search(here)
    asked = request.GET.get("n", "")
    at_most = min(MOST, max(STEP, int(asked))) if asked.isdigit() and len(asked) < 5 else STEP
    found = queries.find(search, now=now, at_most=at_most + 1)
    more, found = len(found) > at_most, found[:at_most]
    near_here = here if here and not search.remote else None
    wider = next((km for km in (20, 50) if km > search.km), None) if near_here else None
    return page(
        request, "volunteering/mission_list.html",
        {
            "form": form, "where": Where(initial={"commune": here}), "here": here, "search": search, "found": found,
            "map": maps.draw(near_here, found, search.km) if near_here and found else None, "wider": wider,
            "more": min(MOST, at_most + STEP) if more and at_most < MOST else None, "chosen": chosen(search),
        },
    )  # fmt: skip


def chosen(search: queries.Search) -> int:
    """How many filters are on."""
    return sum(map(bool, (search.domain, search.days, search.evenings, search.weekends, search.remote, search.wheelchair,
                          search.age, search.with_room)))  # fmt: skip


@public
@require_GET
def mission(request: HttpRequest, pk: int) -> HttpResponse:
    """One mission; never its exact meeting point. What was never published is seen by its own desk only."""
    found = get_object_or_404(Mission.objects.select_related("organisation", "commune"), pk=pk)
    if found.published_at is None and not can_preview(request, found):
        raise Http404
    now = timezone.now()
    open_shifts = list(found.shifts.open_to_sign_ups(now)[:60]) if found.is_published else []
    others = []
    if not open_shifts:
        here = place.of(request) or found.commune
        search = queries.Search(latitude=here.latitude, longitude=here.longitude, km=20) if here else queries.Search()
        others = [one for one in queries.find(search, now=now, at_most=4) if one.mission.pk != found.pk][:3]
    return page(
        request, "volunteering/mission.html",
        {"mission": found, "shifts": open_shifts, "others": others, "json_ld": json_ld(events(found, open_shifts)),
         "share": share_text(found), "address": absolute(reverse("volunteering:mission", args=[found.pk]))},
    )  # fmt: skip


def can_preview(request: HttpRequest, found: Mission) -> bool:
    return request.user.is_authenticated and can_see_desk(request.user, found.organisation)


def share_text(found: Mission) -> str:
    return _("« {title} », avec {organisation} : il reste de la place.").format(
        title=found.title, organisation=found.organisation
    )


def events(found: Mission, shifts: list[Shift]) -> list[dict[str, Any]]:
    """What machines read: schema.org Events of an organisation, placed by their commune."""
    where: dict[str, Any] = (
        {"@type": "VirtualLocation", "url": absolute(reverse("volunteering:mission", args=[found.pk]))}
        if found.is_remote
        else {"@type": "Place", "name": found.place, "address": {"@type": "PostalAddress", "addressCountry": "FR",
              "addressLocality": found.commune.name if found.commune else ""}}
    )  # fmt: skip
    return [
        {
            "@context": "https://schema.org", "@type": "Event", "name": found.title, "description": found.what,
            "startDate": shift.local_start.isoformat(), "endDate": shift.local_end.isoformat(), "location": where,
            "eventStatus": "https://schema.org/EventScheduled", "isAccessibleForFree": True,
            "maximumAttendeeCapacity": shift.capacity, "remainingAttendeeCapacity": shift.places_left,
            "organizer": {"@type": "NGO", "name": found.organisation.name,
                          "url": absolute(reverse("web:organisation", args=[found.organisation.slug]))},
        }
        for shift in shifts[:10]
    ]  # fmt: skip
