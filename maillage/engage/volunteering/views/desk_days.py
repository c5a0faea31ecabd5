"""The desk, day by day: the week at a glance, who is missing, who came."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.contrib import messages
from django.db.models import Count, Prefetch, Q, QuerySet, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate, make_aware
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from maillage.engage.volunteering import actions, queries
from maillage.engage.volunteering.models import MissionStatus, Presence, Shift, SignUp, SignUpStatus
from maillage.engage.volunteering.views.desk_frame import may, show, tried
from maillage.kernel.organisations.models import Organisation
from maillage.kernel.places import zones
from maillage.kernel.refusal import Refused
from maillage.kernel.secret_link import absolute
from maillage.web.doors import desk
from maillage.web.pages import PersonRequest, after, is_htmx
from maillage.web.templatetags.web import clock, day


# ── The week ──────────────────────────────────────────────────────────────────────────────────
@dataclass
class Slot:
    """A shift as the week shows it: what may still be done about it."""

    shift: Shift
    now: datetime

    @property
    def missing(self) -> int:
        return self.shift.get_missing(self.now)

    @property
    def state(self) -> str:
        if self.shift.mission.status == MissionStatus.DRAFT:
            return "draft"
        if self.shift.last_call <= self.now:
            return "past"
        return "gap" if self.missing else "full"


@desk("tick_presence")
@require_GET
def desk_week(request: PersonRequest, organisation: Organisation) -> HttpResponse:
    """Seven days, each with its shifts, who comes and how many are missing."""
    monday, now = monday_of(request.GET.get("semaine", "")), timezone.now()
    days = [(day.on, [Slot(shift, now) for shift in day.shifts]) for day in queries.week(organisation, monday)]
    flexible = [Slot(shift, now) for shift in queries.any_hour(organisation, monday)]
    dated = [slot for _on, slots in days for slot in slots]
    return show(
        request, "week.html",
        {
            "days": days, "monday": monday, "sunday": monday + timedelta(days=6), "today": localdate(),
            "before": monday - timedelta(days=7), "after": monday + timedelta(days=7),
            "flexible": flexible, "missing": sum(slot.missing for slot in [*dated, *flexible]),
            "count": len(dated), "is_over": monday + timedelta(days=6) < localdate(),
            "names": may(request, "see_people"),
        },
    )  # fmt: skip


def monday_of(said: str) -> date:
    """The Monday of the day that the address says; this week's when it says none."""
    try:
        on = date.fromisoformat(said)
    except ValueError:
        on = localdate()
    if not 2000 <= on.year <= 2100:
        on = localdate()
    return on - timedelta(days=on.weekday())


def start_of(on: date) -> datetime:
    return make_aware(datetime.combine(on, time.min))


# ── Who is missing ────────────────────────────────────────────────────────────────────────────
@dataclass
class Gap:
    """A shift that misses people, and the words to ask for them."""

    shift: Shift
    missing: int
    words: str
    address: str

    @property
    def share(self) -> str:
        return f"{self.words} {self.address}"


@desk("manage_missions")
@require_GET
def desk_gaps(request: PersonRequest, organisation: Organisation) -> HttpResponse:
    """« Il manque trois personnes samedi », with a text ready to be sent, and one for all of them."""
    rows = [gap_of(shift, organisation) for shift in queries.gaps(organisation, timezone.now())]
    return show(request, "gaps.html", {"gaps": rows, "all": all_at_once(rows, organisation) if len(rows) > 1 else ""})


def gap_of(shift: Shift, organisation: Organisation) -> Gap:
    """Read by the neighbours: the hours are those of the place."""
    mission, missing = shift.mission, shift.places_left
    words = (
        ngettext(
            "Il nous manque une personne d’ici {day}, à l’heure de son choix, pour « {title} » avec {name}{place}. On s’inscrit en deux minutes, sans compte :",
            "Il nous manque {missing} personnes d’ici {day}, à l’heure de leur choix, pour « {title} » avec {name}{place}. On s’inscrit en deux minutes, sans compte :",
            missing,
        )
        if shift.is_flexible
        else ngettext(
            "Il nous manque une personne {day}, {start} – {end}, pour « {title} » avec {name}{place}. On s’inscrit en deux minutes, sans compte :",
            "Il nous manque {missing} personnes {day}, {start} – {end}, pour « {title} » avec {name}{place}. On s’inscrit en deux minutes, sans compte :",
            missing,
        )
    ).format(
        missing=missing, title=mission.title, place=f" : {mission.place}" if mission.place else "", name=organisation,
        **at_its_place(shift),
    )  # fmt: skip
    return Gap(shift, missing, words, absolute(reverse("volunteering:mission", args=[mission.pk])))


def at_its_place(shift: Shift) -> dict[str, str]:
    """Its day and hours as they are read there; what one does from afar says whose hours they are, but those of Paris."""
    end = clock(shift.local_end)
    if shift.mission.is_remote and shift.mission.zone != zones.PARIS:
        end += f" ({zones.in_words(shift.local_end)})"
    return {
        "day": day(shift.last_on if shift.is_flexible else shift.on),
        "start": clock(shift.local_start),
        "end": end,
    }


def all_at_once(gaps: list[Gap], organisation: Organisation) -> str:
    """One message for a whole group: a line per shift."""
    lines = [
        (
            ngettext("– d’ici {day} : {title}, une personne. {address}", "– d’ici {day} : {title}, {missing} personnes. {address}", gap.missing)
            if gap.shift.is_flexible
            else ngettext("– {day}, {start} – {end} : {title}, une personne. {address}", "– {day}, {start} – {end} : {title}, {missing} personnes. {address}", gap.missing)
        ).format(missing=gap.missing, title=gap.shift.mission.title, address=gap.address, **at_its_place(gap.shift))
        for gap in gaps
    ]  # fmt: skip
    asks = _("{name} cherche du monde. On s’inscrit en deux minutes, sans compte :").format(name=organisation)
    return "\n".join([asks, *lines])


# ── Who came ──────────────────────────────────────────────────────────────────────────────────
@dataclass
class Listed:
    """A shift of a day and the people expected, as the presence page shows them."""

    shift: Shift
    people: list[SignUp] = field(default_factory=list)
    is_open: bool = True  # it has begun: presence may be noted
    to_answer: int = 0  # who still waits for the association's yes

    @property
    def to_tick(self) -> int:
        return sum(1 for one in self.people if not one.presence)

    @property
    def came(self) -> int:
        return sum(1 for one in self.people if one.presence == Presence.CAME)


@desk("tick_presence")
@require_GET
def desk_presence(request: PersonRequest, organisation: Organisation) -> HttpResponse:
    """One day, shift by shift, and the other days that still miss a tick."""
    now, today = timezone.now(), localdate()
    on = day_of(request.GET.get("jour", ""))
    waiting: dict[date, int] = {}
    for made in queries.to_tick(organisation, now):
        when = queries.ticked_on(made.shift)
        if when != on:
            waiting[when] = waiting.get(when, 0) + 1
    shifts = listed(organisation, on)
    return show(
        request, "presence.html",
        {
            "on": on, "is_today": on == today, "today": today, "before": on - timedelta(days=1), "after": on + timedelta(days=1),
            "is_future": on > today, "listed": shifts, "waiting": sorted(waiting.items(), reverse=True),
            "to_count": sum(one.came for one in shifts if not one.to_tick) and len(queries.to_confirm(organisation, now)),
        },
    )  # fmt: skip


def day_of(said: str) -> date:
    """The day that the address says; today when it says none."""
    try:
        on = date.fromisoformat(said)
    except ValueError:
        on = localdate()
    return on if 2000 <= on.year <= 2100 else localdate()


def expected(organisation: Organisation) -> QuerySet[SignUp]:
    """Those who have a place for sure, with the minutes already counted for them."""
    return (
        SignUp.objects.of(organisation)
        .filter(status=SignUpStatus.CONFIRMED)
        .select_related("contact", "shift__mission__organisation")
        .annotate(counted=Sum("hours__minutes"))
        .order_by("contact__name", "pk")
    )


def listed(organisation: Organisation, on: date) -> list[Listed]:
    shifts = (
        Shift.objects.of(organisation)
        .standing()
        .between(start_of(on), start_of(on + timedelta(days=1)))
        .exclude(mission__status="draft")
        .select_related("mission__organisation")
        .annotate(asked=Count("sign_ups", filter=Q(sign_ups__status=SignUpStatus.ASKED)))
        .prefetch_related(Prefetch("sign_ups", queryset=expected(organisation), to_attr="expected"))
    )
    return [
        Listed(shift, shift.expected, shift.starts_at <= timezone.now(), shift.asked)  # type: ignore[attr-defined]
        for shift in shifts
        if shift.expected or not shift.is_flexible  # type: ignore[attr-defined]
    ]


@desk("tick_presence")
@require_POST
def desk_tick(request: PersonRequest, pk: int, organisation: Organisation) -> HttpResponse:
    """One tap for one person; their line alone comes back when the browser can."""
    made = get_object_or_404(SignUp.objects.of(organisation).select_related("shift__mission"), pk=pk)
    presence, no = request.POST.get("presence"), ""
    if presence not in Presence.values:
        no = _("Dites si la personne est venue, absente ou excusée.")
    else:
        try:
            actions.tick(sign_up=made, presence=presence, by=request.user, now=timezone.now())
        except Refused as why:
            no = str(why)
    if no and not is_htmx(request):
        messages.error(request, no)
    on = queries.ticked_on(made.shift)
    back = f"{reverse('volunteering:desk_presence', args=[organisation.slug])}?jour={on.isoformat()}#inscription-{pk}"
    people = list(expected(organisation).filter(shift=made.shift)) if is_htmx(request) else []
    line = next((one for one in people if one.pk == pk), None)
    if is_htmx(request) and line is None:  # cancelled meanwhile: the page is shown anew, and says so
        messages.error(request, no)
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    context = {
        "made": line, "no": no, "can_tick": True, "organisation": organisation, "one": Listed(made.shift, people),
        "may": {"see_people": may(request, "see_people"), "sign_hours": may(request, "sign_hours")},
    }  # fmt: skip
    return after(request, back, "volunteering/desk/parts/presence_line.html", context, part="changed")


@desk("tick_presence")
@require_POST
def desk_tick_all(request: PersonRequest, pk: int, organisation: Organisation) -> HttpResponse:
    """« Tout le monde est venu »: those about whom nothing was said yet."""
    shift = get_object_or_404(Shift.objects.of(organisation), pk=pk)
    tried(
        request, lambda: actions.tick_all(shift=shift, by=request.user, now=timezone.now()),
        _("C’est noté : tout le monde est venu."),
    )  # fmt: skip
    on = queries.ticked_on(shift)
    return redirect(
        f"{reverse('volunteering:desk_presence', args=[organisation.slug])}?jour={on.isoformat()}#creneau-{pk}"
    )
