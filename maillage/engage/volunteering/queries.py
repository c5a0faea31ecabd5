"""Questions that span several models: finding a mission, a week at a glance, presences, totals."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Prefetch, Q, Subquery, Sum
from django.utils import timezone
from django.utils.timezone import localdate

from maillage.engage.volunteering import search as words_of
from maillage.engage.volunteering.models import (
    HOLDS_A_PLACE,
    Hours,
    Mission,
    MissionQuerySet,
    Need,
    NeedStatus,
    Outcome,
    Presence,
    Shift,
    Side,
    SignUp,
    SignUpStatus,
)
from maillage.kernel.organisations.access import RIGHTS
from maillage.kernel.organisations.models import Contact, Organisation
from maillage.kernel.people.models import Person
from maillage.kernel.places import near
from maillage.kernel.places.models import Commune
from maillage.kernel.prepared import Prepared
from maillage.kernel.search.words import plain, tokens

# ── Finding ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Search:
    """What somebody looks for. No place and not remote: the soonest first, wherever they are."""

    latitude: float | None = None
    longitude: float | None = None
    km: int = 10
    remote: bool = False
    days: bool = False
    evenings: bool = False
    weekends: bool = False
    domain: str = ""
    wheelchair: bool = False
    age: int | None = None  # the age reached this year, when a minor looks
    words: str = ""
    with_room: bool = False
    skilled: bool = False  # that want something one knows how to do


# What a list shows of each mission, and nothing more: it is asked at every turn.
LISTED = Prepared(
    lambda: Mission.objects.only(
        "title", "domain", "skill", "is_remote", "area", "cell", "latitude", "longitude", "is_wheelchair_accessible",
        "min_age", "organisation", "commune",
    )
)  # fmt: skip
ORGANISATIONS = Prepared(lambda: Organisation.objects.only("slug", "name", "short_name", "commune"))
COMMUNES = Prepared(lambda: Commune.objects.only("name", "department_code"))


@dataclass
class Found:
    """A mission, why it comes where it does (`km`, None when remote or no place was given), and what is next."""

    mission: Mission
    km: float | None = None
    next_shift: Shift | None = None
    shifts_to_come: int = 0
    places_left: int = 0


def matching(search: Search, now: datetime) -> MissionQuerySet:
    """The open missions that pass every filter but the distance."""
    when = Q()
    for asked, flag in (("days", "on_days"), ("evenings", "on_evenings"), ("weekends", "on_weekends")):
        if getattr(search, asked):
            when |= Q(**{flag: True})
    wanted: dict[str, Any] = {"domain": search.domain} if search.domain else {}
    if search.remote:
        wanted["is_remote"] = True  # what is remote has no cell: near a place it never comes
    if search.wheelchair:
        wanted["is_wheelchair_accessible"] = True
    if search.age is not None:
        wanted["min_age__lte"] = search.age
    if search.with_room:
        wanted["has_room"] = True
    missions = Mission.objects.open(now).filter(when, **wanted)
    if search.skilled:
        missions = missions.exclude(skill="")
    if search.words.strip():
        missions = missions.filter(words_of.missions.matching(search.words))
    return missions


def find(search: Search, *, now: datetime, at_most: int = 20) -> list[Found]:
    """The missions that match, nearest first when a place is given, else soonest first."""
    if search.latitude is None or search.longitude is None or search.remote:
        soonest = matching(search, now).order_by("open_until", "pk").values_list("pk", flat=True)[:at_most]
        return with_shifts([(mission, None) for mission in LISTED.in_bulk(soonest).values()], now, search)
    return with_shifts(nearest(search, now=now, at_most=at_most), now, search)


def nearest(search: Search, *, now: datetime, at_most: int) -> list[tuple[Mission, float]]:
    """The missions that match and are within reach of the place, nearest first, each with its kilometres."""
    assert search.latitude is not None and search.longitude is not None
    filters = replace(search, latitude=None, longitude=None, km=0)
    found = candidates(filters, now.replace(second=0, microsecond=0)).nearest(
        search.latitude, search.longitude, km=search.km, at_most=at_most
    )
    missions = LISTED.in_bulk(number for _km, number in found)
    return [(missions[number], km) for km, number in found if number in missions]


@lru_cache(maxsize=256)
def candidates(filters: Search, minute: datetime) -> near.Candidates:
    """The same SQL for all who look for the same in the same minute."""
    return near.Candidates(matching(filters, minute))


def with_shifts(
    rows: Iterable[tuple[Mission, float | None]], now: datetime, search: Search | None = None
) -> list[Found]:
    """Add to each mission the next shift that fits, the places left, its association and commune: three queries whatever their number.

    The one that falls when it was asked, and has room if any has; any, when nothing falls then.
    """
    asked = {name for name in ("days", "evenings", "weekends") if search and getattr(search, name)}
    found = [Found(mission, km) for mission, km in rows]
    by_mission: dict[int, list[Shift]] = defaultdict(list)
    for shift in Shift.objects.open_to_sign_ups(now).filter(mission__in=[one.mission.pk for one in found]):
        by_mission[shift.mission_id].append(shift)
    organisations = ORGANISATIONS.in_bulk({one.mission.organisation_id for one in found})
    communes = COMMUNES.in_bulk({one.mission.commune_id for one in found if one.mission.commune_id})
    for one in found:
        shifts = by_mission[one.mission.pk]
        one.mission.organisation = organisations[one.mission.organisation_id]
        one.mission.commune = communes.get(one.mission.commune_id)
        for shift in shifts:
            shift.mission = one.mission
        then = [shift for shift in shifts if shift.falls_on & asked] or shifts
        one.next_shift = next((shift for shift in then if shift.places_left), then[0] if then else None)
        one.shifts_to_come = len(shifts)
        one.places_left = sum(shift.places_left for shift in shifts)
    return found


# ── A week at a glance ────────────────────────────────────────────────────────────────────────


@dataclass
class Day:
    on: date
    shifts: list[Shift] = field(default_factory=list)


def week(organisation: Organisation, monday: date) -> list[Day]:
    """The seven days from `monday`, each with its dated shifts, their missions and who comes. Two queries."""
    days = [Day(monday + timedelta(days=n)) for n in range(7)]
    start, end = (timezone.make_aware(datetime.combine(monday + timedelta(days=n), time.min)) for n in (0, 7))
    coming = SignUp.objects.of(organisation).filter(status__in=HOLDS_A_PLACE).select_related("contact")
    shifts = (
        Shift.objects.of(organisation)
        .standing()
        .between(start, end)
        .filter(is_flexible=False, mission__status__in=["published", "closed", "draft"])
        .select_related("mission__organisation")
        .prefetch_related(Prefetch("sign_ups", queryset=coming, to_attr="coming"))
    )
    for shift in shifts:
        offset = (localdate(shift.starts_at) - monday).days
        days[max(0, min(6, offset))].shifts.append(shift)
    return days


def any_hour(organisation: Organisation, monday: date) -> list[Shift]:
    """What the seven days from `monday` leave to everybody's own hour."""
    start, end = (timezone.make_aware(datetime.combine(monday + timedelta(days=n), time.min)) for n in (0, 7))
    shifts = Shift.objects.of(organisation).standing().between(start, end)
    return list(shifts.filter(is_flexible=True, mission__status="published").select_related("mission__organisation"))


def gaps(organisation: Organisation, now: datetime, *, days: int = 14) -> list[Shift]:
    """Shifts of the coming days, or under way at one's own hour, that still miss people: the soonest last call first."""
    missing = (
        Shift.objects.of(organisation)
        .open_to_sign_ups(now)
        .with_room()
        .filter(starts_at__lte=now + timedelta(days=days), mission__status="published")
        .select_related("mission__commune", "mission__organisation")
    )
    return sorted(missing, key=lambda shift: shift.last_call)


# ── Needs that nobody looks at any more ───────────────────────────────────────────────────────


def needs_left_behind(organisation: Organisation, now: datetime) -> list[tuple[Need, bool]]:
    """Needs whose missions have no date ahead, and whose outcome nobody told; and whether somebody came."""
    came = SignUp.objects.of(organisation).filter(shift__mission__need=OuterRef("pk"), presence=Presence.CAME)
    ahead = Mission.objects.filter(
        Q(status="draft") | Q(status="published", open_until__gt=now - timedelta(days=1)), need=OuterRef("pk")
    )
    rows = (
        Need.objects.of(organisation)
        .filter(~Exists(ahead), status=NeedStatus.ANSWERED)
        .exclude(outcomes__side=Side.ASKER)
        .annotate(has_come=Exists(came))
        .order_by("said_at")
    )
    return [(need, need.has_come) for need in rows]  # type: ignore[attr-defined]


# ── Who came, and for how long ────────────────────────────────────────────────────────────────


def to_tick(organisation: Organisation, now: datetime) -> list[SignUp]:
    """Sign-ups whose presence nobody noted yet: from the start of a shift, from the end of one done at one's own hour."""
    due = Q(shift__is_flexible=False, shift__starts_at__lte=now) | Q(shift__is_flexible=True, shift__ends_at__lte=now)
    return list(
        SignUp.objects.of(organisation)
        .filter(
            due, status=SignUpStatus.CONFIRMED, presence=Presence.UNKNOWN, shift__cancelled_at=None,
            shift__ends_at__gt=now - timedelta(days=60),
        )
        .select_related("shift__mission__organisation", "contact")
        .order_by("shift__starts_at", "contact__name")
    )  # fmt: skip


def ticked_on(shift: Shift) -> date:
    """The day whose page is the place to note who came."""
    return localdate(shift.ends_at - timedelta(seconds=1)) if shift.is_flexible else localdate(shift.starts_at)


def to_confirm(organisation: Organisation, now: datetime) -> list[SignUp]:
    """People who came to what is over, or is done at one's own hour, and whose hours are not counted yet."""
    return list(
        SignUp.objects.of(organisation)
        .filter(Q(shift__ends_at__lte=now) | Q(shift__is_flexible=True), presence=Presence.CAME)
        .annotate(standing=Sum("hours__minutes"))
        .filter(Q(standing=None) | Q(standing=0))
        .select_related("shift__mission__organisation", "contact")
        .order_by("shift__starts_at", "contact__name")
    )


def standing_hours(made: SignUp) -> Hours | None:
    """The hours of a sign-up that no reversal took back."""
    return made.hours.standing().select_related("signature").first()


def disputed(organisation: Organisation) -> list[Hours]:
    """Hours that a volunteer said were not right, still standing and not signed since."""
    return list(
        Hours.objects.of(organisation)
        .standing()
        .filter(sign_up__claimed_at__isnull=False, signature=None)
        .select_related("sign_up__shift__mission", "contact")
        .order_by("sign_up__claimed_at")
    )


def claimed(organisation: Organisation) -> list[SignUp]:
    """Those who say that they were there, where nothing or something else was noted; the longest waiting first."""
    return list(
        SignUp.objects.of(organisation)
        .filter(claimed_at__isnull=False, status=SignUpStatus.CONFIRMED, shift__cancelled_at=None)
        .exclude(presence=Presence.CAME)
        .select_related("shift__mission", "contact")
        .order_by("claimed_at")
    )


def minutes_by_contact(organisation: Organisation, year: int) -> list[dict[str, Any]]:
    """What stands, per person, for a year, the most first: contact, name, minutes, times, the last day."""
    rows: Any = (
        Hours.objects.of(organisation)
        .in_year(year)
        .standing()
        .values("contact", "contact__name")
        .annotate(minutes=Sum("minutes"), times=Count("sign_up", distinct=True), last_on=Max("on"))
        .order_by("-minutes", "contact__name")
    )
    return list(rows)


def minutes_by_mission(organisation: Organisation, year: int) -> list[dict[str, Any]]:
    """What stands, per mission, for a year, the most first: mission, title, minutes, people."""
    rows: Any = (
        Hours.objects.of(organisation)
        .in_year(year)
        .standing()
        .values(mission=F("sign_up__shift__mission"), title=F("sign_up__shift__mission__title"))
        .annotate(minutes=Sum("minutes"), people=Count("contact", distinct=True))
        .order_by("-minutes")
    )
    return list(rows)


def minutes_by_month(organisation: Organisation, year: int) -> list[int]:
    """Twelve totals, in minutes."""
    rows = Hours.objects.of(organisation).in_year(year).values("on__month").annotate(minutes=Sum("minutes"))
    by_month = {row["on__month"]: row["minutes"] for row in rows}
    return [by_month.get(month, 0) for month in range(1, 13)]


def minutes_by_year(organisation: Organisation) -> dict[int, int]:
    rows = Hours.objects.of(organisation).values("on__year").annotate(minutes=Sum("minutes")).order_by("on__year")
    return {row["on__year"]: row["minutes"] for row in rows}


def outcomes_told(organisation: Organisation, year: int) -> dict[str, int]:
    """How many answered yes, partly, no, both sides together."""
    rows = Outcome.objects.of(organisation).filter(told_at__year=year).values("answer").annotate(times=Count("pk"))
    return {row["answer"]: row["times"] for row in rows}


# ── People ────────────────────────────────────────────────────────────────────────────────────

FOUND_AT_MOST = 1000  # people that a few letters may find: beyond, more letters are needed


def volunteers(organisation: Organisation) -> Any:
    """Contacts who signed up at least once, with what they gave. Two sums side by side need a subquery each."""
    given = (
        Hours.objects.of(organisation)
        .filter(contact=OuterRef("pk"))
        .order_by()
        .values("contact")
        .annotate(total=Sum("minutes"))
        .values("total")
    )
    return (
        Contact.objects.of(organisation)
        .named()
        .annotate(
            times=Count("sign_ups", filter=Q(sign_ups__presence="came"), distinct=True),
            last_at=Max("sign_ups__shift__starts_at", filter=Q(sign_ups__status="confirmed")),
            minutes=Subquery(given),
        )
        .filter(sign_ups__isnull=False)
        .order_by("name", "pk")
    )


def named_like(contacts: Any, words: str) -> list[int]:
    """Accents, capitals and the order of words do not matter: read here, since databases disagree on them."""
    wanted = tokens(words) or [plain(words)]
    digits = re.sub(r"[^0-9]", "", words)
    rows = contacts.values_list("pk", "name", "email", "phone").iterator()
    alike = (
        key for key, name, email, phone in rows
        if all(word in plain(f"{name} {email}") for word in wanted) or (len(digits) >= 4 and digits.lstrip("0") in phone)
    )  # fmt: skip
    return list(islice(alike, FOUND_AT_MOST))


# ── Mine ──────────────────────────────────────────────────────────────────────────────────────


def mine(person: Person, now: datetime) -> tuple[list[SignUp], list[SignUp]]:
    """What is to come, soonest first; what is past or ended, latest first (a hundred at most): theirs, and their children's."""
    every = SignUp.objects.about(person, *person.children(localdate(now))).select_related(
        "shift__mission__organisation", "shift__mission__commune", "contact"
    )
    coming = every.filter(status__in=HOLDS_A_PLACE, shift__ends_at__gt=now, shift__cancelled_at=None)
    past = every.exclude(pk__in=coming.values("pk"))
    return list(coming.order_by("shift__starts_at")), list(past.order_by("-shift__starts_at")[:100])


def my_lines(*people: Person) -> list[Hours]:
    """Hours that stand, latest first."""
    return list(
        Hours.objects.about(*people)
        .standing()
        .select_related("organisation", "contact", "sign_up__shift__mission", "signature")
        .order_by("-on", "-pk")
    )


def hours_to_sign(person: Person, now: datetime) -> list[Hours]:
    """Theirs, and those of the children they answer for."""
    lines = my_lines(person, *person.children(localdate(now)))
    return [hours for hours in lines if not hasattr(hours, "signature")]


@dataclass
class MyYear:
    """My hours of one year: in all, and with each association."""

    year: int
    minutes: int = 0
    by_contact: dict[Contact, int] = field(default_factory=dict)

    @property
    def cec_minutes(self) -> int:
        """Towards the 200 hours of the compte d’engagement citoyen, no further."""
        return min(self.minutes, 200 * 60)


def my_years(person: Person) -> list[MyYear]:
    years: dict[int, MyYear] = {}
    for hours in my_lines(person):
        year = years.setdefault(hours.on.year, MyYear(hours.on.year))
        year.minutes += hours.minutes
        hours.contact.organisation = hours.organisation
        year.by_contact[hours.contact] = year.by_contact.get(hours.contact, 0) + hours.minutes
    return list(years.values())


# ── Asking ────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Listening:
    """An association near that somebody reads the needs of."""

    organisation: Organisation
    km: float


def listening_near(here: Commune, *, km: float = 25, at_most: int = 8) -> list[Listening]:
    """Associations of the communes around whose team can take a need, nearest first."""
    listeners = Organisation.objects.filter(
        closed_at=None, roles__ended_at=None, roles__kind__in=RIGHTS["say_needs"]
    ).distinct()
    communes = near.nearest(
        Commune.objects.filter(pk__in=listeners.values("commune")), latitude=here.latitude, longitude=here.longitude,
        km=km, at_most=500,
    )  # fmt: skip
    away = {commune.pk: distance for commune, distance in communes}
    found = [
        Listening(one, away[one.commune_id or ""])
        for one in listeners.filter(commune__in=away).select_related("commune")
    ]
    return sorted(found, key=lambda one: (one.km, one.organisation.name))[:at_most]
