"""The desk, day by day: the week at a glance, who is missing, who came."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate, localtime, make_aware
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from maillage.engage.volunteering import actions, queries
from maillage.engage.volunteering.models import Presence, Shift, SignUp, SignUpStatus
from maillage.engage.volunteering.views.desk_frame import may, show, tried
from maillage.kernel.organisations.models import Organisation
from maillage.kernel.refusal import Refused
from maillage.kernel.secret_link import absolute
from maillage.web.doors import desk
from maillage.web.pages import PersonRequest, after
from maillage.web.templatetags.web import clock, day


# ── The week ──────────────────────────────────────────────────────────────────────────────────
@desk("tick_presence")
@require_GET
def desk_week(request: PersonRequest, organisation: Organisation) -> HttpResponse:
    """Seven days, each with its shifts, who comes and how many are missing."""
    monday = monday_of(request.GET.get("semaine", ""))
    days = queries.week(organisation, monday)
    flexible = Shift.objects.of(organisation).standing().filter(
        is_flexible=True, mission__status="published", ends_at__gt=start_of(monday),
        starts_at__lt=start_of(monday + timedelta(days=7)),
    ).select_related("mission")  # fmt: skip
    return show(
        request, "week.html",
        {
            "days": days, "monday": monday, "sunday": monday + timedelta(days=6), "today": localdate(),
            "before": monday - timedelta(days=7), "after": monday + timedelta(days=7), "flexible": flexible,
            "missing": sum(one.missing for one in days), "count": sum(len(one.shifts) for one in days),
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
    share: str
    address: str


@desk("manage_missions")
@require_GET
def desk_gaps(request: PersonRequest, organisation: Organisation) -> HttpResponse:
    """« Il manque trois personnes samedi », with a text ready to be sent."""
    rows = [gap_of(shift, organisation) for shift in queries.gaps(organisation, timezone.now())]
    return show(request, "gaps.html", {"gaps": rows})


def gap_of(shift: Shift, organisation: Organisation) -> Gap:
    mission, missing = shift.mission, shift.places_left
    address = absolute(reverse("volunteering:mission", args=[mission.pk]))
    share = ngettext(
        "Il nous manque une personne {day}, {start} – {end} : {title}{place}. On s’inscrit en deux minutes, sans compte : {address} ({name})",
        "Il nous manque {missing} personnes {day}, {start} – {end} : {title}{place}. On s’inscrit en deux minutes, sans compte : {address} ({name})",
        missing,
    ).format(
        missing=missing, day=day(shift.starts_at), start=clock(shift.starts_at), end=clock(shift.ends_at),
        title=mission.title, place=f", {mission.place}" if mission.place else "", address=address, name=organisation,
    )  # fmt: skip
    return Gap(shift, missing, share, address)


# ── Who came ──────────────────────────────────────────────────────────────────────────────────
@dataclass
class Listed:
    """A shift of a day and the people expected, as the presence page shows them."""

    shift: Shift
    people: list[SignUp] = field(default_factory=list)

    @property
    def to_tick(self) -> int:
        return sum(1 for one in self.people if not one.presence)

    @property
    def came(self) -> int:
        return sum(1 for one in self.people if one.presence == Presence.CAME)


@desk("tick_presence")
@require_GET
def desk_presence(request: PersonRequest, organisation: Organisation) -> HttpResponse:
    """Today's shifts first, then the days that still miss a tick; or the day that the address says."""
    now, today = timezone.now(), localdate()
    said = request.GET.get("jour", "")
    try:
        on = date.fromisoformat(said) if said else today
    except ValueError:
        on = today
    if not 2000 <= on.year <= 2100:
        on = today
    waiting: dict[date, int] = {}
    for made in queries.to_tick(organisation, now):
        when = localdate(made.shift.starts_at)
        if when != on:
            waiting[when] = waiting.get(when, 0) + 1
    return show(
        request, "presence.html",
        {
            "on": on, "is_today": on == today, "before": on - timedelta(days=1), "after": on + timedelta(days=1),
            "is_future": on > today, "listed": listed(organisation, on), "waiting": sorted(waiting.items()),
            "names": True,
        },
    )  # fmt: skip


def listed(organisation: Organisation, on: date) -> list[Listed]:
    people = (
        SignUp.objects.of(organisation)
        .filter(status=SignUpStatus.CONFIRMED)
        .select_related("contact", "shift")
        .order_by("contact__name", "pk")
    )
    shifts = (
        Shift.objects.of(organisation)
        .standing()
        .between(start_of(on), start_of(on + timedelta(days=1)))
        .exclude(mission__status="draft")
        .select_related("mission")
        .prefetch_related(Prefetch("sign_ups", queryset=people, to_attr="expected"))
    )
    listed: list[Listed] = []
    for shift in shifts:
        people_of = list(getattr(shift, "expected", ()))
        if people_of or not shift.is_flexible:
            listed.append(Listed(shift, people_of))
    return listed


@desk("tick_presence")
@require_POST
def desk_tick(request: PersonRequest, pk: int, organisation: Organisation) -> HttpResponse:
    """One tap for one person; their line alone comes back when the browser can."""
    made = get_object_or_404(SignUp.objects.of(organisation).select_related("shift__mission", "contact"), pk=pk)
    presence, no = request.POST.get("presence", ""), ""
    if presence not in Presence.values:
        no = _("Dites si la personne est venue, absente ou excusée.")
    else:
        try:
            made = actions.tick(sign_up=made, presence=presence, by=request.user, now=timezone.now())
        except Refused as why:
            no = str(why)
    if no and not request.headers.get("HX-Request"):
        messages.error(request, no)
    on = localdate(made.shift.starts_at)
    back = f"{reverse('volunteering:desk_presence', args=[organisation.slug])}?jour={on.isoformat()}#inscription-{pk}"
    context = {"made": made, "no": no, "now": timezone.now(), "can_tick": made.shift.starts_at <= timezone.now()}
    return after(request, back, "volunteering/desk/parts/presence_line.html", context, part="line")


@desk("tick_presence")
@require_POST
def desk_tick_all(request: PersonRequest, pk: int, organisation: Organisation) -> HttpResponse:
    """« Tout le monde est venu »: those about whom nothing was said yet."""
    shift = get_object_or_404(Shift.objects.of(organisation), pk=pk)

    def all_came() -> None:
        for made in shift.sign_ups.filter(status=SignUpStatus.CONFIRMED, presence=Presence.UNKNOWN):
            actions.tick(sign_up=made, presence=Presence.CAME, by=request.user, now=timezone.now())

    tried(request, all_came, _("C’est noté : tout le monde est venu."))
    on = localtime(shift.starts_at).date()
    return redirect(
        f"{reverse('volunteering:desk_presence', args=[organisation.slug])}?jour={on.isoformat()}#creneau-{pk}"
    )
