"""A need is said, kept or declined, answered by a mission, and closed with an outcome."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from maillage.engage.volunteering import facts
from maillage.engage.volunteering.actions import missions, telling
from maillage.engage.volunteering.actions.naming import refuse_naming
from maillage.engage.volunteering.models import Mission, MissionStatus, Need, NeedStatus, Urgency
from maillage.kernel.consent.models import Consent
from maillage.kernel.notifications.actions import notify
from maillage.kernel.organisations import actions as organisations
from maillage.kernel.organisations.models import Contact, Organisation
from maillage.kernel.people.models import Person
from maillage.kernel.places import cells
from maillage.kernel.places.models import Commune
from maillage.kernel.refusal import Refused
from maillage.kernel.secret_link import absolute


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

    Refuses AgreementIsMissing when `by` speaks for `helped` without proof that they agreed, and DescribesAPerson
    when the title names them.
    """
    if helped and by and agreement is None:
        raise AgreementIsMissing
    if helped:
        refuse_naming(helped, title, skill, when_words)
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
    followed = telling.follow_address(need)
    context = {"name": name, "need": need, "organisation": organisation, "follow": followed}
    notify(
        to=who or helped, kind="volunteering.need_heard", key=f"volunteering.need_heard:{need.pk}", context=context,
        organisation=organisation, about=need, link=followed, now=now,
    )  # fmt: skip
    telling.tell_team(
        organisation=organisation, right="say_needs", kind="volunteering.need_said", key=str(need.pk), about=need, context=context, now=now,
        link=absolute(reverse("volunteering:desk_need", args=[organisation.slug, need.pk])),
    )  # fmt: skip
    return need


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
    the association reads it once before it is public.
    """
    need = locked(need)
    over = [MissionStatus.CLOSED, MissionStatus.CANCELLED]
    if existing := need.missions.exclude(status__in=over).order_by("pk").first():
        return existing
    mission = missions.open_mission(
        organisation=need.organisation, need=need, by=by, now=now,
        title=need.title, domain=need.domain, skill=need.skill, commune=need.commune,
        what=need.when_words and str(_("Quand : {when}.")).format(when=need.when_words),
        asks_first=need.helped_id is not None,
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
    need = Need.objects.across(reason="the row itself, to lock it").select_for_update().get(pk=need.pk)
    if need.closed_at is None:
        need.status, need.closed_at = NeedStatus.CLOSED, now
        need.save(update_fields=["status", "closed_at"])
        facts.need_closed.record(about=need, by=by, organisation=need.organisation, at=now)
    return need


@transaction.atomic
def withdraw_need(*, need: Need, now: datetime) -> Need:
    """Whoever asked says that it is no longer needed; the team is told. Twice is once."""
    if need.closed_at:
        return need
    need = close_need(need=need, by=None, now=now)
    telling.tell_team(
        organisation=need.organisation, right="say_needs", kind="volunteering.need_withdrawn", key=str(need.pk), about=need, context={"need": need},
        link=absolute(reverse("volunteering:desk_need", args=[need.organisation.slug, need.pk])), now=now,
    )  # fmt: skip
    return need


def locked(need: Need) -> Need:
    need = Need.objects.across(reason="the row itself, to lock it").select_for_update().get(pk=need.pk)
    if need.closed_at:
        raise NeedIsClosed
    return need
