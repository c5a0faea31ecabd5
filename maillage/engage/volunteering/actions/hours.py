"""Presence is ticked, hours follow from it, both sides sign, mistakes are reversed, outcomes told, a document delivered."""

from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from maillage.engage.volunteering import attestation, facts
from maillage.engage.volunteering.actions import missions, needs, sign_ups, telling
from maillage.engage.volunteering.models import (
    Hours,
    Mission,
    Outcome,
    Presence,
    ReversalReason,
    Side,
    Signature,
    SignUp,
)
from maillage.kernel.documents import actions as documents
from maillage.kernel.documents.models import Issued
from maillage.kernel.evidence import actions as evidence
from maillage.kernel.organisations.models import Contact, Organisation
from maillage.kernel.people.models import Person
from maillage.kernel.refusal import Refused
from maillage.kernel.secret_link import absolute


class TooEarlyToTick(Refused):
    sentence = _("Le créneau n’a pas commencé : la présence se note à partir de son début.")


class NotExpected(Refused):
    sentence = _("Cette personne n’a pas, ou n’a plus, de place sur ce créneau : ajoutez-la si elle est là.")


class NobodyWasThere(Refused):
    sentence = _("Les heures se comptent pour qui est venu : notez d’abord sa présence.")


class HoursAreCounted(Refused):
    sentence = _("Les heures de cette personne sont déjà comptées. Pour les corriger, annulez-les d’abord.")


class NothingToReverse(Refused):
    sentence = _("Ces heures ont déjà été annulées.")


class HoursWereTakenBack(Refused):
    sentence = _("L’association a annulé ces heures : regardez celles qu’elle a comptées à la place.")


class LengthIsImpossible(Refused):
    sentence = _("Une durée va de 5 minutes à 48 heures.")


class NotYours(Refused):
    sentence = _("Ces heures ne sont pas les vôtres : seule la personne concernée les signe.")


class HoursAreSigned(Refused):
    sentence = _("Vous avez déjà signé ces heures. Parlez-en à l’association si elles sont fausses.")


class NothingWasDone(Refused):
    sentence = _("Aucune heure comptée sur cette période : il n’y a encore rien à attester.")


@transaction.atomic
def tick(*, sign_up: SignUp, presence: str, by: Person, now: datetime) -> SignUp:
    """Note who came, from the start of the shift on. Raises NotExpected, TooEarlyToTick, HoursAreCounted."""
    made = sign_ups.locked(sign_up)
    if not made.is_confirmed:
        raise NotExpected
    if made.shift.starts_at > now:
        raise TooEarlyToTick
    if made.presence == presence:
        return made
    if made.presence == Presence.CAME and standing_hours(made):
        raise HoursAreCounted
    made.presence, made.presence_by, made.presence_at = Presence(presence), by, now
    made.save(update_fields=["presence", "presence_by", "presence_at"])
    facts.presence_ticked.record(
        about=made, by=by, organisation=made.shift.mission.organisation, at=now, presence=str(presence)
    )
    return made


def standing_hours(made: SignUp) -> Hours | None:
    """The hours of a sign-up that no reversal took back."""
    return made.hours.filter(reverses=None, reversed_by=None).first()


@transaction.atomic
def confirm_hours(*, sign_up: SignUp, by: Person, now: datetime, minutes: int | None = None) -> Hours:
    """Count the time of somebody who came; the association's signature is `by`. Counting twice is the same as once.

    `minutes`: the shift's own length unless said otherwise. Raises NobodyWasThere, LengthIsImpossible, HoursAreCounted
    (when other hours stand).
    """
    made = sign_ups.locked(sign_up)
    if made.presence != Presence.CAME:
        raise NobodyWasThere
    minutes = made.shift.length_minutes if minutes is None else minutes
    if not 5 <= minutes <= 48 * 60:
        raise LengthIsImpossible
    if standing := standing_hours(made):
        if standing.minutes == minutes:
            return standing
        raise HoursAreCounted
    organisation = made.shift.mission.organisation
    counted = evidence.append(
        Hours, stream=f"hours:{organisation.pk}", at=now, organisation=organisation, contact=made.contact,
        sign_up=made, on=localdate(made.shift.starts_at), minutes=minutes, by=by,
        version=made.hours.filter(reverses=None).count() + 1,
    )  # fmt: skip
    facts.hours_confirmed.record(about=counted, by=by, organisation=organisation, at=now, minutes=minutes)
    missions.tell(made, made.shift, "volunteering.hours_confirmed", now=now, again=str(counted.pk), minutes=minutes)
    return counted


@transaction.atomic
def reverse_hours(*, hours: Hours, reason: str, by: Person, now: datetime) -> Hours:
    """Take hours back with a negative row; the first row stays as it was. Raises NothingToReverse."""
    made = sign_ups.locked(hours.sign_up)
    standing = standing_hours(made)
    if standing is None or standing.pk != hours.pk:
        raise NothingToReverse
    reversal = evidence.append(
        Hours, stream=standing.stream, at=now, organisation=standing.organisation, contact=standing.contact,
        sign_up=made, on=standing.on, minutes=-standing.minutes, version=standing.version, reverses=standing,
        reason=ReversalReason(reason), by=by,
    )  # fmt: skip
    facts.hours_reversed.record(about=reversal, by=by, organisation=standing.organisation, at=now, reason=str(reason))
    missions.tell(
        made, made.shift, "volunteering.hours_reversed", now=now, again=str(reversal.pk),
        minutes=standing.minutes, reason=ReversalReason(reason).label,
    )  # fmt: skip
    return reversal


@transaction.atomic
def sign_hours(*, hours: Hours, by: Person | None, now: datetime) -> Signature:
    """The volunteer says « oui, c’est juste », from their account or their secret address. Signing twice is once.

    Raises NotYours, HoursWereTakenBack.
    """
    hours = Hours.objects.of(hours.organisation).select_related("contact", "sign_up").get(pk=hours.pk)
    if by is not None and hours.contact.person_id != by.pk:
        raise NotYours
    sign_ups.locked(hours.sign_up)
    if signed := Signature.objects.of(hours.organisation).filter(hours=hours).first():
        return signed
    if standing_hours(hours.sign_up) != hours:
        raise HoursWereTakenBack
    signed = evidence.append(
        Signature, stream=f"signatures:{hours.organisation_id}", at=now, organisation=hours.organisation,
        hours=hours, contact=hours.contact, by=by, how="account" if by else "link",
    )  # fmt: skip
    facts.hours_signed.record(about=hours, by=by, organisation=hours.organisation, at=now)
    return signed


@transaction.atomic
def dispute_hours(*, hours: Hours, by: Person | None, now: datetime) -> None:
    """The volunteer says « ce n’est pas juste »: the team is told, and corrects by a reversal.

    Raises NotYours, HoursAreSigned, HoursWereTakenBack.
    """
    hours = Hours.objects.of(hours.organisation).select_related("contact", "sign_up__shift__mission").get(pk=hours.pk)
    if by is not None and hours.contact.person_id != by.pk:
        raise NotYours
    if Signature.objects.of(hours.organisation).filter(hours=hours).exists():
        raise HoursAreSigned
    if standing_hours(hours.sign_up) != hours:
        raise HoursWereTakenBack
    facts.hours_disputed.record(about=hours, by=by, organisation=hours.organisation, at=now)
    telling.tell_team(
        organisation=hours.organisation, right="sign_hours", kind="volunteering.hours_disputed", key=str(hours.pk), about=hours.sign_up, now=now,
        context={"name": hours.contact.name, "mission": hours.sign_up.shift.mission, "minutes": hours.minutes, "on": hours.on},
        link=absolute(reverse("volunteering:desk_hours", args=[hours.organisation.slug])),
    )  # fmt: skip


@transaction.atomic
def tell_outcome(
    *,
    mission: Mission,
    side: str,
    answer: str,
    now: datetime,
    by: Person | None,
    sign_up: SignUp | None = None,
    words: str = "",
) -> Outcome:
    """« Est-ce que cela a aidé ? » Told once by each side, changeable until the other reads it together with theirs.

    The asker's answer closes the need, unless it is « non »: then the need stays open for somebody else.
    """
    about = (
        {"side": Side.HELPER, "sign_up": sign_up} if side == Side.HELPER else {"side": Side.ASKER, "mission": mission}
    )
    told, _made = Outcome.objects.of(mission.organisation).update_or_create(
        **about,
        defaults={"answer": answer, "words": words, "by": by, "told_at": now},
        create_defaults={
            **about, "organisation": mission.organisation, "mission": mission, "need": mission.need,
            "answer": answer, "words": words, "by": by, "told_at": now,
        },
    )  # fmt: skip
    facts.outcome_told.record(
        about=told, by=by, organisation=mission.organisation, at=now, side=str(side), answer=str(answer)
    )
    if side == Side.ASKER and mission.need and answer != "no":
        needs.close_need(need=mission.need, by=by, now=now)
    return told


@transaction.atomic
def attest(
    *, organisation: Organisation, contact: Contact, since_on: date, until_on: date, by: Person, now: datetime
) -> Issued:
    """Deliver the attestation of somebody's hours as a tagged PDF that anyone can check. Raises NothingWasDone.

    It never speaks of days to come: a period that is not over ends on the day of the document.
    """
    until_on = min(until_on, localdate(now))
    lines = attestation.lines(organisation, contact, since_on, until_on)
    if not lines:
        raise NothingWasDone
    minutes = sum(line["minutes"] for line in lines)
    told = attestation.told(
        organisation=organisation, contact=contact, since_on=since_on, until_on=until_on, lines=lines, by=by, now=now
    )
    issued = documents.issue(
        kind="volunteering.attestation", organisation=organisation, template="volunteering/documents/attestation.typ",
        data=told, about=contact, by=by, now=now,
        summary={"minutes": minutes, "since": since_on.isoformat(), "until": until_on.isoformat()},
    )  # fmt: skip
    facts.attested.record(about=contact, by=by, organisation=organisation, at=now, minutes=minutes)
    return issued
