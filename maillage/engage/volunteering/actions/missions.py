"""A mission is prepared, published, changed, closed or cancelled; its shifts are opened, moved or cancelled."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from maillage.engage.volunteering import facts, search
from maillage.engage.volunteering.actions import telling
from maillage.engage.volunteering.actions.naming import refuse_naming
from maillage.engage.volunteering.models import (
    Mission,
    MissionStatus,
    Need,
    NeedStatus,
    Shift,
    SignUp,
    SignUpStatus,
)
from maillage.kernel.notifications.actions import notify
from maillage.kernel.organisations.models import Organisation
from maillage.kernel.people.models import Person
from maillage.kernel.refusal import Refused
from maillage.kernel.secret_link import absolute

EVENING, MORNING = time(18), time(5)
LONGEST = timedelta(days=2)


class MissionIsOver(Refused):
    sentence = _("Cette mission est terminée ou annulée : on ne la modifie plus. Vous pouvez en ouvrir une nouvelle.")


class MissionHasNoPlace(Refused):
    sentence = _("Dites dans quelle commune se passe la mission, ou cochez « à distance ».")


class MissionHasNoShift(Refused):
    sentence = _("Ajoutez au moins un créneau à venir : sans date, personne ne peut s’inscrire.")


class MissionSaysTooLittle(Refused):
    sentence = _("Dites en une ou deux phrases ce que l’on fait : personne ne s’inscrit sans le savoir.")


class ShiftIsInThePast(Refused):
    sentence = _("Ce créneau commencerait dans le passé. Choisissez une date à venir.")


class ShiftIsTooLong(Refused):
    sentence = _("Un créneau dure deux jours au plus. Faites-en plusieurs, ou cochez « à l’heure de son choix ».")


class ShiftEndsBeforeItStarts(Refused):
    sentence = _("La fin du créneau doit venir après son début.")


class SomePeopleAreComing(Refused):
    sentence = _("{taken} personnes ont déjà une place : on ne peut pas descendre en dessous.")


class ShiftIsGone(Refused):
    sentence = _("Ce créneau est annulé ou passé : on ne le modifie plus.")


@transaction.atomic
def open_mission(
    *, organisation: Organisation, by: Person | None, now: datetime, need: Need | None = None, **said: Any
) -> Mission:
    """Prepare a mission as a draft. `said` are fields of Mission; its place is the centre of its commune."""
    mission = Mission(organisation=organisation, need=need, made_by=by, made_at=now, **said)
    put_in_its_place(mission)
    mission.save(force_insert=True)
    facts.mission_opened.record(about=mission, by=by, organisation=organisation, at=now)
    return mission


@transaction.atomic
def change_mission(*, mission: Mission, by: Person, now: datetime, **said: Any) -> Mission:
    """Change what is said of a mission. When it is public, those who come are told if the place or the gear changed."""
    mission = locked(mission)
    before = {name: getattr(mission, name) for name in said}
    for name, value in said.items():
        setattr(mission, name, value)
    put_in_its_place(mission)
    if mission.is_published:
        refuse_unfit_for_all(mission)
    mission.save()
    search.write(mission)
    facts.mission_changed.record(about=mission, by=by, organisation=mission.organisation, at=now)
    practical = {"meeting_point", "commune", "gear", "is_remote", "contact_phone"}
    changed = {name for name, value in before.items() if value != getattr(mission, name)}
    if mission.is_published and changed & practical:
        tell_all(mission, "volunteering.mission_changed", now=now)
    return mission


# All that is said of a mission, and nothing of its life: what its form asks, and what a copy keeps.
SAID = [
    "title", "domain", "what", "why", "with_whom", "skill", "is_remote", "commune", "area", "meeting_point",
    "transport", "is_wheelchair_accessible", "gear", "training", "has_meal", "is_insured", "min_age", "asks_first",
    "contact_name", "contact_phone", "contact_email",
]  # fmt: skip


def copy_mission(*, mission: Mission, by: Person, now: datetime) -> Mission:
    """A new draft that says the same, without shifts, people or need."""
    return open_mission(
        organisation=mission.organisation, by=by, now=now, **{name: getattr(mission, name) for name in SAID}
    )


def put_in_its_place(mission: Mission) -> None:
    if mission.is_remote or mission.commune is None:
        mission.place_nowhere()
    else:
        mission.place_at(mission.commune.latitude, mission.commune.longitude)


@transaction.atomic
def publish(*, mission: Mission, by: Person, now: datetime) -> Mission:
    """Let everybody see it. Raises MissionHasNoPlace, MissionHasNoShift, MissionSaysTooLittle, DescribesAPerson."""
    mission = locked(mission)
    if mission.is_published:
        return mission
    refuse_unfit_for_all(mission)
    if not mission.shifts.upcoming(now).exists():
        raise MissionHasNoShift
    mission.status, mission.published_at = MissionStatus.PUBLISHED, now
    mission.save(update_fields=["status", "published_at"])
    refresh(mission=mission)
    search.write(mission)
    facts.mission_published.record(about=mission, by=by, organisation=mission.organisation, at=now)
    if mission.need:
        telling.tell_asker(mission.need, "volunteering.need_answered", now, mission=mission)
    return mission


def refuse_unfit_for_all(mission: Mission) -> None:
    """What everybody reads says where and what, and not for whom.

    Raises MissionHasNoPlace, MissionSaysTooLittle, DescribesAPerson.
    """
    if not (mission.is_remote or mission.commune):
        raise MissionHasNoPlace
    if len(mission.what.strip()) < 20:
        raise MissionSaysTooLittle
    if mission.need and mission.need.helped:
        said = (mission.title, mission.what, mission.why, mission.with_whom, mission.skill, mission.gear)
        refuse_naming(mission.need.helped, *said)


@transaction.atomic
def close_mission(*, mission: Mission, by: Person, now: datetime, reason: str = "") -> Mission:
    """No more sign-ups; shifts to come are cancelled and their people told. Hours and outcomes stay open.

    What is under way at one's own hour goes on: those who have a place may have done it already.
    """
    mission = locked(mission)
    for shift in mission.shifts.upcoming(now):
        cancel_shift(shift=shift, by=by, now=now, reason=reason)
    mission.status, mission.ended_at = MissionStatus.CLOSED, now
    mission.save(update_fields=["status", "ended_at"])
    search.write(mission)
    facts.mission_closed.record(about=mission, by=by, organisation=mission.organisation, at=now)
    return mission


@transaction.atomic
def cancel_mission(*, mission: Mission, reason: str, by: Person, now: datetime) -> Mission:
    """It will not take place: everybody who was coming is told why, in words the association chose.

    The need that it answered waits for another.
    """
    mission = locked(mission)
    mission.cancel_reason = reason
    under_way = Q(is_flexible=True, ends_at__gt=now)
    for shift in mission.shifts.standing().filter(Q(starts_at__gt=now) | under_way).order_by("starts_at"):
        cancel_shift(shift=shift, by=by, now=now, reason=reason)
    mission.status, mission.ended_at = MissionStatus.CANCELLED, now
    mission.save(update_fields=["status", "ended_at", "cancel_reason"])
    search.write(mission)
    if mission.need_id:
        Need.objects.of(mission.organisation).filter(pk=mission.need_id, status=NeedStatus.ANSWERED).update(
            status=NeedStatus.OPEN
        )
    facts.mission_cancelled.record(about=mission, by=by, organisation=mission.organisation, at=now)
    return mission


@transaction.atomic
def cancel_all(*, organisation: Organisation, reason: str, by: Person, now: datetime) -> int:
    """Cancel what an organisation still prepares or announces; return how many. Again, it finds nothing left."""
    standing = Mission.objects.of(organisation).filter(status__in=[MissionStatus.DRAFT, MissionStatus.PUBLISHED])
    for mission in standing:
        cancel_mission(mission=mission, reason=reason, by=by, now=now)
    return len(standing)


@transaction.atomic
def open_shift(
    *,
    mission: Mission,
    starts_at: datetime,
    capacity: int,
    by: Person | None,
    now: datetime,
    ends_at: datetime | None = None,
    minutes: int | None = None,
    is_flexible: bool = False,
    note: str = "",
) -> Shift:
    """Add a shift. Give its end, or its length in `minutes` (true elapsed time, whatever the clocks do).

    Refuses ShiftIsInThePast, ShiftEndsBeforeItStarts, ShiftIsTooLong.
    """
    mission = locked(mission)
    # In UTC: two instants of one zone are subtracted by Python as if no clock ever changed.
    starts_at = starts_at.astimezone(UTC)
    ends_at = ends_at.astimezone(UTC) if ends_at else starts_at + timedelta(minutes=minutes or 60)
    check_times(starts_at, ends_at, is_flexible=is_flexible, now=now)
    shift = Shift.objects.create(
        mission=mission, starts_at=starts_at, ends_at=ends_at, capacity=capacity, is_flexible=is_flexible,
        minutes=minutes if is_flexible else None, note=note,
    )  # fmt: skip
    refresh(mission=mission)
    facts.shift_opened.record(about=shift, by=by, organisation=mission.organisation, at=now)
    return shift


def check_times(starts_at: datetime, ends_at: datetime, *, is_flexible: bool, now: datetime) -> None:
    if (ends_at if is_flexible else starts_at) <= now:
        raise ShiftIsInThePast
    if ends_at <= starts_at:
        raise ShiftEndsBeforeItStarts
    if not is_flexible and ends_at - starts_at > LONGEST:
        raise ShiftIsTooLong


@transaction.atomic
def change_shift(
    *, shift: Shift, starts_at: datetime, ends_at: datetime, capacity: int, note: str, by: Person, now: datetime
) -> Shift:
    """Move a shift or change its places; those who come are told when the hour changes.

    Refuses ShiftIsGone, SomePeopleAreComing, and what `open_shift` refuses.
    """
    mission = locked(shift.mission)
    shift = Shift.objects.select_for_update().get(pk=shift.pk)
    if shift.is_cancelled or shift.ends_at <= now:
        raise ShiftIsGone
    starts_at, ends_at = starts_at.astimezone(UTC), ends_at.astimezone(UTC)
    check_times(starts_at, ends_at, is_flexible=shift.is_flexible, now=now)
    if capacity < shift.taken:
        raise SomePeopleAreComing(taken=shift.taken)
    moved = (shift.starts_at, shift.ends_at) != (starts_at, ends_at)
    shift.starts_at, shift.ends_at, shift.capacity, shift.note = starts_at, ends_at, capacity, note
    shift.save(update_fields=["starts_at", "ends_at", "capacity", "note"])
    refresh(mission=mission)
    facts.shift_changed.record(about=shift, by=by, organisation=mission.organisation, at=now, moved=moved)
    if moved:
        for sign_up in shift.sign_ups.holding().select_related("contact__person"):
            tell(sign_up, shift, "volunteering.shift_moved", now=now, again=f"{starts_at.timestamp():.0f}")
    return shift


@transaction.atomic
def cancel_shift(*, shift: Shift, by: Person, now: datetime, reason: str = "") -> Shift:
    """The shift will not take place; everybody who had a place is told. Cancelling twice is the same as once."""
    shift = Shift.objects.select_for_update().get(pk=shift.pk)
    if shift.is_cancelled:
        return shift
    shift.cancelled_at = now
    shift.save(update_fields=["cancelled_at"])
    mission = shift.mission
    for sign_up in shift.sign_ups.holding().select_related("contact__person"):
        tell(sign_up, shift, "volunteering.shift_cancelled", now=now, reason=reason)
    refresh(mission=mission)
    facts.shift_cancelled.record(about=shift, by=by, organisation=mission.organisation, at=now)
    return shift


def refresh(*, mission: Mission) -> None:
    """Write on the mission what its shifts say, so that finding it asks one table only."""
    standing = list(mission.shifts.standing())
    local = [(localtime(shift.starts_at), shift) for shift in standing]
    mission.open_until = max(
        (shift.ends_at if shift.is_flexible else shift.starts_at for shift in standing), default=None
    )
    mission.has_room = any(shift.places_left for shift in standing)
    mission.on_weekends = any(at.weekday() >= 5 or shift.is_flexible for at, shift in local)
    mission.on_evenings = any(at.time() >= EVENING or at.time() < MORNING or shift.is_flexible for at, shift in local)
    mission.on_days = any(
        (at.weekday() < 5 and MORNING <= at.time() < EVENING) or shift.is_flexible for at, shift in local
    )
    mission.save(update_fields=["open_until", "has_room", "on_weekends", "on_evenings", "on_days"])


def locked(mission: Mission) -> Mission:
    mission = Mission.objects.select_for_update().get(pk=mission.pk)
    if mission.status in {MissionStatus.CLOSED, MissionStatus.CANCELLED}:
        raise MissionIsOver
    return mission


def tell_all(mission: Mission, kind: str, *, now: datetime) -> None:
    coming = SignUp.objects.of(mission.organisation).filter(
        shift__mission=mission, shift__ends_at__gt=now, shift__cancelled_at=None, status=SignUpStatus.CONFIRMED
    )
    for sign_up in coming.select_related("contact__person", "shift"):
        tell(sign_up, sign_up.shift, kind, now=now, again=f"{now.timestamp():.0f}")


def tell(sign_up: SignUp, shift: Shift, kind: str, *, now: datetime, again: str = "", **more: Any) -> None:
    """One message to whoever signed up, with the secret address of their sheet. `again` tells two sendings apart."""
    mission = shift.mission
    notify(
        to=sign_up.contact.person or sign_up.contact,
        kind=kind,
        context={
            "name": sign_up.contact.name, "mission": mission, "shift": shift,
            "organisation": mission.organisation, "sheet": sheet_address(sign_up), **more,
        },
        key=f"{kind}:{sign_up.pk}:{again}",
        organisation=mission.organisation,
        about=sign_up,
        link=sheet_address(sign_up),
        now=now,
    )  # fmt: skip


def sheet_address(sign_up: SignUp) -> str:
    return absolute(reverse("volunteering:sheet", args=[sign_up.token]))
