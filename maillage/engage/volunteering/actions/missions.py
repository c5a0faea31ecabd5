"""A mission is prepared, published, changed, closed or cancelled; its shifts are opened, moved or cancelled."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from maillage.engage.volunteering import calendar, facts, search
from maillage.engage.volunteering.actions import telling
from maillage.engage.volunteering.actions.naming import refuse_locating, refuse_naming
from maillage.engage.volunteering.models import (
    Mission,
    MissionStatus,
    Need,
    NeedStatus,
    Presence,
    Shift,
    SignUp,
    SignUpStatus,
)
from maillage.kernel.notifications.actions import Attachment, notify
from maillage.kernel.organisations.models import Organisation
from maillage.kernel.people.models import Person
from maillage.kernel.places import zones
from maillage.kernel.refusal import Refused
from maillage.kernel.secret_link import absolute

LONGEST = timedelta(days=2)


class MissionIsOver(Refused):
    sentence = _("Cette mission est terminée ou annulée : on ne la modifie plus. Vous pouvez en ouvrir une nouvelle.")


class MissionHasNoPlace(Refused):
    sentence = _("Dites dans quelle commune se passe la mission, ou cochez « à distance ».")


class MissionHasNoShift(Refused):
    sentence = _("Ajoutez au moins un créneau à venir : sans date, personne ne peut s’inscrire.")


class MissionSaysTooLittle(Refused):
    sentence = _("Dites en une ou deux phrases ce que l’on fait : personne ne s’inscrit sans le savoir.")


class AgreementWithdrawn(Refused):
    sentence = _("Cette personne a repris son accord : on ne parle plus à sa place. Voyez avec elle.")


class ShiftIsInThePast(Refused):
    sentence = _("Ce créneau commencerait dans le passé. Choisissez une date à venir.")


class ShiftIsTooLong(Refused):
    sentence = _("Un créneau dure deux jours au plus. Faites-en plusieurs, ou cochez « à l’heure de son choix ».")


class ShiftEndsBeforeItStarts(Refused):
    sentence = _("La fin du créneau doit venir après son début.")


class SomePeopleAreComing(Refused):
    sentence = _("{taken} personnes ont déjà une place : on ne peut pas descendre en dessous.")


class SomebodyCame(Refused):
    sentence = _("Quelqu’un est déjà venu sur ce créneau : notez qui était là plutôt que de l’annuler.")


class ShiftIsGone(Refused):
    sentence = _("Ce créneau est annulé ou passé : on ne le modifie plus.")


@transaction.atomic
def open_mission(
    *, organisation: Organisation, by: Person | None, now: datetime, need: Need | None = None, **said: Any
) -> Mission:
    """Prepare a mission as a draft. `said` are fields of Mission; its place is the centre of its commune."""
    mission = Mission(organisation=organisation, need=need, made_by=by, made_at=now, **said)
    put_in_its_place(mission)
    keep_the_door(mission)
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
    keep_the_door(mission)
    if mission.is_published:
        refuse_unfit_for_all(mission)
    mission.save()
    refresh(mission=mission, now=now)  # elsewhere, the same instants may be an evening
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
    """A new draft that says the same, without shifts, people or need; nor where somebody lives, when it was for them.

    Raises DescribesAPerson: without the need, nobody could tell any more whom its words name.
    """
    refuse_describing(mission, *public_words(mission))
    said = {name: getattr(mission, name) for name in SAID}
    if mission.is_for_somebody:
        said["meeting_point"] = ""
    return open_mission(organisation=mission.organisation, by=by, now=now, **said)


def put_in_its_place(mission: Mission) -> None:
    if mission.is_remote or mission.commune is None:
        mission.place_nowhere()
    else:
        mission.place_at(mission.commune.latitude, mission.commune.longitude)


def keep_the_door(mission: Mission) -> None:
    """Nobody reads where a helped person lives before the association knows who comes: it answers each of them."""
    mission.asks_first = mission.asks_first or mission.is_for_somebody


@transaction.atomic
def publish(*, mission: Mission, by: Person, now: datetime) -> Mission:
    """Let everybody see it.

    Raises MissionHasNoPlace, MissionHasNoShift, MissionSaysTooLittle, DescribesAPerson, AgreementWithdrawn, MissionIsOver.
    """
    mission = locked(mission)
    if mission.is_published:
        return mission
    if mission.need:
        refuse_without_agreement(mission.need)
    refuse_unfit_for_all(mission)
    if not mission.shifts.open_to_sign_ups(now).exists():
        raise MissionHasNoShift
    mission.status, mission.published_at = MissionStatus.PUBLISHED, now
    mission.save(update_fields=["status", "published_at"])
    refresh(mission=mission, now=now)
    search.write(mission)
    facts.mission_published.record(about=mission, by=by, organisation=mission.organisation, at=now)
    if mission.need:
        telling.tell_asker(mission.need, "volunteering.need_answered", now, again=mission.pk, mission=mission)
    return mission


def refuse_without_agreement(need: Need) -> None:
    """Once the person has taken back the agreement that others speak by, nobody does. Raises AgreementWithdrawn."""
    if need.agreement and not need.agreement.is_standing:
        raise AgreementWithdrawn


def refuse_unfit_for_all(mission: Mission) -> None:
    """What everybody reads says where and what, and not for whom.

    Raises MissionHasNoPlace, MissionSaysTooLittle, DescribesAPerson.
    """
    if not (mission.is_remote or mission.commune):
        raise MissionHasNoPlace
    if len(mission.what.strip()) < 20:
        raise MissionSaysTooLittle
    refuse_describing(mission, *public_words(mission))


UNSEEN = {"meeting_point", "contact_phone"}  # given only to who has a place


def public_words(mission: Mission) -> list[str]:
    """All that anybody reads of it, its shifts included."""
    said = [getattr(mission, name) for name in SAID if name not in UNSEEN]
    return [*filter(lambda one: isinstance(one, str), said), *mission.shifts.standing().values_list("note", flat=True)]


def refuse_describing(mission: Mission, *texts: str) -> None:
    """Nothing that others read of a mission for a helped person names or locates them. Raises DescribesAPerson."""
    if mission.need and mission.need.helped:
        refuse_naming(mission.need.helped, *texts)
        refuse_locating(*texts)


@transaction.atomic
def close_mission(*, mission: Mission, by: Person, now: datetime, reason: str = "") -> Mission:
    """No more sign-ups; shifts to come are cancelled and their people told. Hours and outcomes stay open.

    A need for which nobody came waits for another mission. What is under way at one's own hour goes on: those who have a
    place may have done it already. Raises MissionIsOver, DescribesAPerson.
    """
    mission = locked(mission)
    refuse_describing(mission, reason)
    for shift in mission.shifts.upcoming(now):
        cancel_one(shift, by=by, now=now, reason=reason)
    mission.status, mission.ended_at = MissionStatus.CLOSED, now
    mission.save(update_fields=["status", "ended_at"])
    search.write(mission)
    give_back_the_need(mission, now)
    facts.mission_closed.record(about=mission, by=by, organisation=mission.organisation, at=now)
    return mission


@transaction.atomic
def cancel_mission(*, mission: Mission, reason: str, by: Person | None, now: datetime) -> Mission:
    """It will not take place: everybody who was coming is told why, in words the association chose.

    The need that it answered waits for another, and whoever asked is told. Raises MissionIsOver, DescribesAPerson.
    """
    refuse_describing(mission, reason)
    return give_up(mission, reason=reason, by=by, now=now)


@transaction.atomic
def give_up(mission: Mission, *, reason: str, by: Person | None, now: datetime) -> Mission:
    """The same, in words of ours, which describe nobody whatever somebody is called. Raises MissionIsOver."""
    mission = locked(mission)
    mission.cancel_reason = reason
    for shift in mission.shifts.open_to_sign_ups(now):
        cancel_one(shift, by=by, now=now, reason=reason)
    mission.status, mission.ended_at = MissionStatus.CANCELLED, now
    mission.save(update_fields=["status", "ended_at", "cancel_reason"])
    search.write(mission)
    give_back_the_need(mission, now)
    facts.mission_cancelled.record(about=mission, by=by, organisation=mission.organisation, at=now)
    return mission


def give_back_the_need(mission: Mission, now: datetime) -> None:
    """A mission is over: the need for which nobody came waits again, and whoever asked is told of what they knew."""
    need = mission.need
    if need is None or SignUp.objects.of(mission.organisation).filter(shift__mission=mission, presence=Presence.CAME):
        return
    waiting = Need.objects.of(mission.organisation).filter(pk=need.pk, status=NeedStatus.ANSWERED)
    if not is_being_answered(need, now) and waiting.update(status=NeedStatus.OPEN) and mission.published_at:
        telling.tell_asker(need, "volunteering.need_waits_again", now, again=mission.pk)


def is_being_answered(need: Need, now: datetime) -> bool:
    """Whether somebody may still come: a mission is being prepared for it, or has a date ahead."""
    return need.missions.filter(Q(status="draft") | Q(status="published", open_until__gt=now)).exists()


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
    refuse_describing(mission, note)
    # In UTC: two instants of one zone are subtracted by Python as if no clock ever changed.
    starts_at = starts_at.astimezone(UTC)
    ends_at = ends_at.astimezone(UTC) if ends_at else starts_at + timedelta(minutes=minutes or 60)
    check_times(starts_at, ends_at, is_flexible=is_flexible, now=now)
    shift = Shift.objects.create(
        mission=mission, starts_at=starts_at, ends_at=ends_at, capacity=capacity, is_flexible=is_flexible,
        minutes=minutes if is_flexible else None, note=note,
    )  # fmt: skip
    refresh(mission=mission, now=now)
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
    refuse_describing(mission, note)
    starts_at, ends_at = starts_at.astimezone(UTC), ends_at.astimezone(UTC)
    check_times(starts_at, ends_at, is_flexible=shift.is_flexible, now=now)
    if capacity < shift.taken:
        raise SomePeopleAreComing(taken=shift.taken)
    moved = (shift.starts_at, shift.ends_at) != (starts_at, ends_at)
    shift.starts_at, shift.ends_at, shift.capacity, shift.note = starts_at, ends_at, capacity, note
    shift.save(update_fields=["starts_at", "ends_at", "capacity", "note"])
    refresh(mission=mission, now=now)
    facts.shift_changed.record(about=shift, by=by, organisation=mission.organisation, at=now, moved=moved)
    if moved:
        tell_who_waits(shift, now, "moved")
        for sign_up in shift.sign_ups.holding().select_related("contact__person"):
            file = in_the_calendar(sign_up, shift, now)
            tell(
                sign_up, shift, "volunteering.shift_moved", now=now, again=f"{starts_at.timestamp():.0f}",
                attachments=file, has_file=bool(file),
            )  # fmt: skip
    return shift


@transaction.atomic
def cancel_shift(*, shift: Shift, by: Person | None, now: datetime, reason: str = "") -> Shift:
    """The shift will not take place; everybody who had a place, and whoever asked for it, is told. Twice is once.

    Raises ShiftIsGone, SomebodyCame, DescribesAPerson.
    """
    shift = Shift.objects.select_for_update().get(pk=shift.pk)
    if shift.is_cancelled:
        return shift
    refuse_describing(shift.mission, reason)
    if shift.ends_at <= now:
        raise ShiftIsGone
    if not shift.is_flexible and shift.sign_ups.filter(presence=Presence.CAME).exists():
        raise SomebodyCame
    shift = cancel_one(shift, by=by, now=now, reason=reason)
    tell_who_waits(shift, now, "cancelled")
    return shift


def cancel_one(shift: Shift, *, by: Person | None, now: datetime, reason: str) -> Shift:
    shift.cancelled_at = now
    shift.save(update_fields=["cancelled_at"])
    mission = shift.mission
    for sign_up in shift.sign_ups.holding().select_related("contact__person"):
        file = in_the_calendar(sign_up, shift, now)
        tell(
            sign_up, shift, "volunteering.shift_cancelled", now=now, reason=reason, attachments=file,
            has_file=bool(file),
        )  # fmt: skip
    refresh(mission=mission, now=now)
    facts.shift_cancelled.record(about=shift, by=by, organisation=mission.organisation, at=now)
    return shift


def tell_who_waits(shift: Shift, now: datetime, what: str) -> None:
    """Somebody at home expects people at that hour: they hear of the change too. `what`: moved | cancelled."""
    mission = shift.mission
    if mission.need and mission.is_published and not mission.need.closed_at:
        again = f"{shift.pk}:{what}:{shift.starts_at.timestamp():.0f}"
        telling.tell_asker(mission.need, "volunteering.need_changed", now, again=again, shift=shift, what=what)


def refresh(*, mission: Mission, now: datetime) -> None:
    """Write on the mission what the shifts still open to sign-ups say, so that finding it asks one table only.

    Its days are those where there is room: whoever wants a place at the week-end is not shown one on a Tuesday.
    """
    # The lock first: two people who take the last places of two shifts see one another.
    Mission.objects.select_for_update().get(pk=mission.pk)
    standing = list(mission.shifts.standing())
    for shift in standing:
        shift.mission = mission
    coming = [shift for shift in standing if shift.last_call > now]
    free = [shift for shift in coming if shift.places_left]
    falls_on = {kind for shift in free or coming for kind in shift.falls_on}
    mission.open_until = max((shift.last_call for shift in standing), default=None)
    mission.has_room = bool(free)
    mission.on_weekends, mission.on_evenings = "weekends" in falls_on, "evenings" in falls_on
    mission.on_days = "days" in falls_on
    mission.save(update_fields=["open_until", "has_room", "on_weekends", "on_evenings", "on_days"])


def refresh_what_went_by(*, since: datetime, now: datetime) -> int:
    """Write anew the open missions one of whose shifts had its last call since; return how many."""
    went_by = Shift.objects.open_to_sign_ups(since).exclude(pk__in=Shift.objects.open_to_sign_ups(now).values("pk"))
    missions = Mission.objects.open(now).filter(pk__in=went_by.order_by().values("mission"))
    for mission in missions.select_related("organisation"):
        with transaction.atomic():
            refresh(mission=mission, now=now)
    return len(missions)


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


def tell(
    sign_up: SignUp,
    shift: Shift,
    kind: str,
    *,
    now: datetime,
    again: str = "",
    attachments: Iterable[Attachment] = (),
    **more: Any,
) -> None:
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
        attachments=attachments,
        hour_of=hour_of_who_comes(mission),
    )  # fmt: skip


def hour_of_who_comes(mission: Mission) -> ZoneInfo:
    """Whoever comes lives by the hour of the place; whoever helps from afar may be anywhere, and other hours are named."""
    return zones.PARIS if mission.is_remote else mission.zone


def in_the_calendar(sign_up: SignUp, shift: Shift, now: datetime) -> list[Attachment]:
    """The file that puts, moves or takes off the shift in the calendar of who has a place: the exact place is in it."""
    sign_up.shift = shift
    return [("creneau.ics", calendar.one_shift(sign_up, now=now), "text/calendar")] if sign_up.is_confirmed else []


def sheet_address(sign_up: SignUp) -> str:
    return absolute(reverse("volunteering:sheet", args=[sign_up.token]))
