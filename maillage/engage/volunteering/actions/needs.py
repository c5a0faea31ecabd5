"""A need is said, kept or declined, answered by a mission, and closed with an outcome."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from maillage.engage.volunteering import facts
from maillage.engage.volunteering.actions import missions, telling
from maillage.engage.volunteering.actions.naming import refuse_locating, refuse_naming
from maillage.engage.volunteering.models import (
    Mission,
    MissionStatus,
    Need,
    NeedStatus,
    Presence,
    Shift,
    Side,
    Urgency,
)
from maillage.kernel.consent import actions as consent
from maillage.kernel.consent.models import Consent
from maillage.kernel.organisations import actions as organisations
from maillage.kernel.organisations.models import Contact, Organisation
from maillage.kernel.people.models import Person
from maillage.kernel.places import cells
from maillage.kernel.places.models import Commune
from maillage.kernel.refusal import Refused

SPOKEN_FOR = "spoken_for"  # the purpose of the agreement of a person for whom others speak
LATER, ASKED_WITHIN = timedelta(hours=2), timedelta(days=30)


class NeedIsClosed(Refused):
    sentence = _("Ce besoin est déjà clos. S’il est toujours là, dites-en un nouveau.")


class AgreementIsMissing(Refused):
    sentence = _(
        "Pour parler au nom de quelqu’un, notez d’abord son accord : comment et quand cette personne l’a donné."
    )


def say_need(
    *,
    organisation: Organisation,
    title: str,
    domain: str,
    commune: Commune,
    now: datetime,
    by: Person | None,
    hands: int = 1,
    skill: str = "",
    details: str = "",
    wanted_at: datetime | None = None,
    wanted_minutes: int | None = None,
    when_words: str = "",
    urgency: str = Urgency.CALM,
    helped: Contact | None = None,
    agreement: Consent | None = None,
    kept: bool = True,
) -> Need:
    """Write down what is missing. `kept` is false when it comes from outside and the association must look at it first.

    Refuses AgreementIsMissing when `by` speaks for `helped` without proof that they agreed, AgreementWithdrawn, and
    DescribesAPerson when what others may read names them or says where they live.
    """
    if helped and by and (agreement is None or agreement.contact_id != helped.pk or agreement.purpose != SPOKEN_FOR):
        raise AgreementIsMissing
    if agreement and not agreement.is_standing:
        raise missions.AgreementWithdrawn
    if helped:
        refuse_naming(helped, title, skill, when_words)
        refuse_locating(title, skill, when_words)
    with transaction.atomic():
        need = Need.objects.create(
            organisation=organisation, title=title, domain=domain, commune=commune,
            cell=cells.cell_of(commune.latitude, commune.longitude),
            hands=hands, skill=skill, details=details, wanted_at=wanted_at, wanted_minutes=wanted_minutes,
            when_words=when_words, urgency=urgency, helped=helped, agreement=agreement, said_by=by, said_at=now,
            status=NeedStatus.OPEN if kept else NeedStatus.SAID,
        )  # fmt: skip
        facts.need_said.record(about=need, by=by, organisation=organisation, at=now, urgent=urgency == Urgency.URGENT)
    return need


@transaction.atomic
def ask_for_help(
    *,
    organisation: Organisation,
    who: Person | None,
    name: str,
    email: str,
    phone: str,
    now: datetime,
    **said: Any,
) -> Need:
    """Somebody says their own need to an association, which looks at it first; they get an address to follow it.

    Raises DescribesAPerson.
    """
    helped = organisations.know(organisation=organisation, name=name, email=email, phone=phone, person=who, now=now)
    need = say_need(organisation=organisation, by=None, helped=helped, kept=False, now=now, **said)
    telling.tell_asker(need, "volunteering.need_heard", now)
    telling.tell_team_of_need(need, "volunteering.need_said", now, name=name)
    return need


@transaction.atomic
def speak_for(
    *,
    organisation: Organisation,
    helped: Contact | None,
    name: str,
    email: str,
    phone: str,
    how: str,
    given_at: datetime,
    by: Person,
    now: datetime,
    **said: Any,
) -> Need:
    """Say the need of somebody who agreed to it: known (`helped`) or not yet; their agreement is written down with it.

    Raises what `say_need` raises.
    """
    helped = helped or organisations.know(organisation=organisation, name=name, email=email, phone=phone, now=now)
    agreement = consent.record_agreement(
        contact=helped, purpose=SPOKEN_FOR, by=by, how=how, now=now, given_at=min(now, given_at)
    )
    return say_need(organisation=organisation, by=by, now=now, helped=helped, agreement=agreement, **said)


@transaction.atomic
def keep_need(*, need: Need, by: Person, now: datetime) -> Need:
    """The association takes on a need that came from outside."""
    need = locked(need)
    if need.status == NeedStatus.SAID:
        need.status = NeedStatus.OPEN
        need.save(update_fields=["status"])
        facts.need_kept.record(about=need, by=by, organisation=need.organisation, at=now)
    return need


@transaction.atomic
def decline_need(*, need: Need, reason: str, by: Person, now: datetime) -> Need:
    """Say no, with a reason that the person who asked will read."""
    need = locked(need)
    need.status, need.decline_reason, need.closed_at = NeedStatus.DECLINED, reason, now
    need.save(update_fields=["status", "decline_reason", "closed_at"])
    facts.need_declined.record(about=need, by=by, organisation=need.organisation, at=now)
    telling.tell_asker(need, "volunteering.need_declined", now, reason=reason)
    return need


@transaction.atomic
def mission_from_need(*, need: Need, by: Person, now: datetime) -> Mission:
    """Open the mission that answers the need, everything already said copied and its shift when the hour is known.

    Asked twice, it answers with the same mission, unless that one is over and the need is still there. It is a draft:
    the association reads it once before it is public. Raises NeedIsClosed, AgreementWithdrawn.
    """
    need = locked(need)
    missions.refuse_without_agreement(need)
    over = [MissionStatus.CLOSED, MissionStatus.CANCELLED]
    if existing := need.missions.exclude(status__in=over).order_by("pk").first():
        return existing
    mission = missions.open_mission(
        organisation=need.organisation, need=need, by=by, now=now,
        title=need.title, domain=need.domain, skill=need.skill, commune=need.commune,
        what=need.when_words and str(_("Quand : {when}.")).format(when=need.when_words),
    )  # fmt: skip
    if need.wanted_at and need.wanted_at > now:
        missions.open_shift(
            mission=mission, starts_at=need.wanted_at, minutes=need.wanted_minutes or 120,
            capacity=need.hands, by=by, now=now,
        )  # fmt: skip
    need.status = NeedStatus.ANSWERED
    need.save(update_fields=["status"])
    return mission


@transaction.atomic
def close_need(*, need: Need, by: Person | None, now: datetime) -> Need:
    """The need is no more, met or not; the outcome says which. Closing twice is the same as once."""
    need = row(need)
    if need.closed_at is None:
        need.status, need.closed_at = NeedStatus.CLOSED, now
        need.save(update_fields=["status", "closed_at"])
        facts.need_closed.record(about=need, by=by, organisation=need.organisation, at=now)
    return need


@transaction.atomic
def withdraw_need(*, need: Need, now: datetime) -> Need:
    """Whoever asked says that it is no longer needed: nobody comes for nothing, and the team is told. Twice is once."""
    if need.closed_at:
        return need
    need = drop(need, by=None, now=now)
    telling.tell_team_of_need(need, "volunteering.need_withdrawn", now)
    return need


@transaction.atomic
def take_back_agreement(*, need: Need, by: Person | None, now: datetime) -> Need:
    """The person helped no longer wants to be spoken for: what was said for them ends at once. Twice is once."""
    if need.agreement:
        consent.withdraw(consent=need.agreement, by=by, now=now)
    return drop(need, by=by, now=now)


def drop(need: Need, *, by: Person | None, now: datetime) -> Need:
    """Close a need, if it is not, and cancel what was to answer it or goes on after it: those who were coming are told."""
    need = close_need(need=need, by=by, now=now)
    for mission in need.missions.filter(status__in=[MissionStatus.DRAFT, MissionStatus.PUBLISHED]):
        missions.give_up(mission, reason=gettext("Cette aide n’est plus demandée."), by=by, now=now)
    return need


def end_unnamed(need: Need, *, now: datetime) -> None:
    """Whoever had the need asked to be forgotten: nobody comes any more, and nothing says where they live."""
    drop(need, by=None, now=now)
    never_seen = need.missions.filter(published_at=None)
    never_seen.update(title=gettext("Besoin effacé"), what="", why="", with_whom="", area="")
    need.missions.update(meeting_point="")


@transaction.atomic
def keep_open(need: Need, *, had_closed: bool, by: Person | None, now: datetime) -> None:
    """It did not help: the need waits for something else, and those who listen are told.

    `had_closed`: it was closed by a better answer of the same person, and comes back.
    """
    need = row(need)
    if need.closed_at and had_closed:
        need.closed_at = None
        facts.need_reopened.record(about=need, by=by, organisation=need.organisation, at=now)
    if need.closed_at is None:
        need.status = NeedStatus.ANSWERED if missions.is_being_answered(need, now) else NeedStatus.OPEN
        need.save(update_fields=["status", "closed_at"])
    if by is None:
        telling.tell_team_of_need(need, "volunteering.need_not_helped", now, again=f"{now.timestamp():.0f}")


def ask_whether_it_helped(*, now: datetime) -> int:
    """Once somebody has come, ask the person helped, once a mission; return how many were asked."""
    waiting = Mission.objects.filter(
        need__helped__isnull=False, need__closed_at=None, published_at__isnull=False,
        shifts__in=Shift.objects.standing().filter(
            ends_at__gt=now - ASKED_WITHIN, ends_at__lte=now - LATER, sign_ups__presence=Presence.CAME
        ),
    ).exclude(outcomes__side=Side.ASKER)  # fmt: skip
    missions_done = list(waiting.select_related("need__helped__person", "need__organisation").distinct())
    for mission in missions_done:
        assert mission.need
        telling.tell_asker(mission.need, "volunteering.need_how_was_it", now, again=mission.pk)
    return len(missions_done)


def locked(need: Need) -> Need:
    """The row, held until the end of the transaction. Raises NeedIsClosed."""
    need = row(need)
    if need.closed_at:
        raise NeedIsClosed
    return need


def row(need: Need) -> Need:
    return Need.objects.across(reason="the row itself, to lock it").select_for_update().get(pk=need.pk)
