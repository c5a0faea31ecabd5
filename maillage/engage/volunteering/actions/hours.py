"""Presence is ticked, hours follow from it, both sides sign, mistakes are reversed, outcomes told, a document delivered."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from maillage.engage.volunteering import attestation, facts
from maillage.engage.volunteering.actions import missions, needs, sign_ups, telling
from maillage.engage.volunteering.models import (
    Answer,
    Hours,
    Mission,
    Outcome,
    Presence,
    ReversalReason,
    Shift,
    Side,
    Signature,
    SignUp,
    SignUpStatus,
)
from maillage.engage.volunteering.queries import standing_hours, ticked_on
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


class TooEarlyToCount(Refused):
    sentence = _("Les heures se comptent une fois le créneau fini.")


class NotYourOwnHours(Refused):
    sentence = _(
        "Vos propres heures se comptent par quelqu’un d’autre de l’équipe : deux signatures ne font preuve que de deux "
        "personnes."
    )


class EverybodyIsTicked(Refused):
    sentence = _("Il n’y a plus personne à noter sur ce créneau.")


class PresenceIsAgreed(Refused):
    sentence = _("L’association a noté que vous étiez là : il n’y a rien à corriger.")


class TheySpokeForThemselves(Refused):
    sentence = _("La personne a répondu elle-même : sa réponse reste la sienne.")


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
    settle(made)
    facts.presence_ticked.record(
        about=made, by=by, organisation=made.shift.mission.organisation, at=now, presence=str(presence)
    )
    return made


@transaction.atomic
def tick_all(*, shift: Shift, by: Person, now: datetime) -> list[SignUp]:
    """« Tout le monde est venu »: those about whom nothing was said yet. Raises EverybodyIsTicked and what `tick` raises."""
    waiting = list(shift.sign_ups.filter(status=SignUpStatus.CONFIRMED, presence=Presence.UNKNOWN))
    if not waiting:
        raise EverybodyIsTicked
    return [tick(sign_up=made, presence=Presence.CAME, by=by, now=now) for made in waiting]


@transaction.atomic
def claim_presence(*, sign_up: SignUp, by: Person | None, now: datetime, words: str = "") -> SignUp:
    """The volunteer says « j’étais là » of a shift where nothing, or something else, was noted: the team is told.

    Raises NotExpected, TooEarlyToTick, PresenceIsAgreed.
    """
    made = sign_ups.locked(sign_up)
    if not made.is_confirmed:
        raise NotExpected
    if made.shift.ends_at > now:
        raise TooEarlyToTick
    if made.presence == Presence.CAME:
        raise PresenceIsAgreed
    organisation, is_new = made.shift.mission.organisation, made.claimed_at is None
    claim(made, words, now)
    if is_new:
        facts.presence_claimed.record(about=made, by=by, organisation=organisation, at=now)
        telling.tell_team(
            organisation=organisation, right="tick_presence", kind="volunteering.presence_claimed", about=made, now=now,
            key=f"{made.pk}:{now.timestamp():.0f}", context={"name": made.contact.name, "mission": made.shift.mission, "shift": made.shift, "words": words},
            link=absolute(reverse("volunteering:desk_presence", args=[organisation.slug])) + f"?jour={ticked_on(made.shift).isoformat()}",
        )  # fmt: skip
    return made


def claim(made: SignUp, words: str, now: datetime) -> None:
    made.claimed_at, made.claim = now, words[:300]
    made.save(update_fields=["claimed_at", "claim"])


def settle(made: SignUp) -> None:
    """What the volunteer said was answered: it is kept no longer."""
    if made.claimed_at:
        made.claimed_at, made.claim = None, ""
        made.save(update_fields=["claimed_at", "claim"])


@transaction.atomic
def confirm_hours(*, sign_up: SignUp, by: Person, now: datetime, minutes: int | None = None) -> Hours:
    """Count the time of somebody who came; the association's signature is `by`. Counting twice is the same as once.

    `minutes`: the shift's own length unless said otherwise. Raises NobodyWasThere, TooEarlyToCount, NotYourOwnHours,
    LengthIsImpossible, HoursAreCounted (when other hours stand).
    """
    made = sign_ups.locked(sign_up)
    if made.presence != Presence.CAME:
        raise NobodyWasThere
    if made.shift.ends_at > now and not made.shift.is_flexible:
        raise TooEarlyToCount
    if made.contact.person_id == by.pk:
        raise NotYourOwnHours
    minutes = made.shift.length_minutes if minutes is None else minutes
    if not 5 <= minutes <= 48 * 60:
        raise LengthIsImpossible
    if standing := standing_hours(made):
        if standing.minutes == minutes:
            return standing
        raise HoursAreCounted
    organisation = made.shift.mission.organisation
    counted = evidence.append(
        Hours, stream=Hours.stream_of(organisation.pk), at=now, organisation=organisation, contact=made.contact,
        sign_up=made, on=day_of(made), minutes=minutes, by=by,
        version=made.hours.filter(reverses=None).count() + 1,
    )  # fmt: skip
    facts.hours_confirmed.record(about=counted, by=by, organisation=organisation, at=now, minutes=minutes)
    missions.tell(made, made.shift, "volunteering.hours_confirmed", now=now, again=str(counted.pk), minutes=minutes)
    return counted


def day_of(made: SignUp) -> date:
    """The day it was done. At one's own hour nobody knows but by the tick: within the shift, and not before they signed up."""
    shift = made.shift
    if not shift.is_flexible or made.presence_at is None:
        return shift.on
    done = max(shift.starts_at, made.made_at, min(made.presence_at, shift.ends_at - timedelta(seconds=1)))
    return localdate(done, shift.mission.zone)


@transaction.atomic
def confirm_all(*, lengths: Sequence[tuple[SignUp, int | None]], by: Person, now: datetime) -> list[Hours]:
    """Count several people at once, all of them or none. Raises what `confirm_hours` raises."""
    return [confirm_hours(sign_up=made, minutes=minutes, by=by, now=now) for made, minutes in lengths]


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
    settle(made)
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
    made = sign_ups.locked(hours.sign_up)
    if signed := Signature.objects.of(hours.organisation).filter(hours=hours).first():
        return signed
    if standing_hours(made) != hours:
        raise HoursWereTakenBack
    settle(made)
    signed = evidence.append(
        Signature, stream=Signature.stream_of(hours.organisation_id), at=now, organisation=hours.organisation,
        hours=hours, contact=hours.contact, by=by, how="account" if by else "link",
    )  # fmt: skip
    facts.hours_signed.record(about=hours, by=by, organisation=hours.organisation, at=now)
    return signed


@transaction.atomic
def dispute_hours(*, hours: Hours, by: Person | None, now: datetime, words: str = "") -> None:
    """The volunteer says « ce n’est pas juste », and why: the team is told, and corrects by a reversal.

    Raises NotYours, HoursAreSigned, HoursWereTakenBack.
    """
    hours = Hours.objects.of(hours.organisation).select_related("contact", "sign_up__shift__mission").get(pk=hours.pk)
    if by is not None and hours.contact.person_id != by.pk:
        raise NotYours
    if Signature.objects.of(hours.organisation).filter(hours=hours).exists():
        raise HoursAreSigned
    made = sign_ups.locked(hours.sign_up)
    if standing_hours(made) != hours:
        raise HoursWereTakenBack
    claim(made, words, now)
    facts.hours_disputed.record(about=hours, by=by, organisation=hours.organisation, at=now)
    telling.tell_team(
        organisation=hours.organisation, right="sign_hours", kind="volunteering.hours_disputed", key=str(hours.pk), about=hours.sign_up, now=now,
        context={"name": hours.contact.name, "mission": hours.sign_up.shift.mission, "minutes": hours.minutes, "on": hours.on, "words": words},
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
    """« Est-ce que cela a aidé ? » Told once by each side, which may change its mind.

    `by` is None when it is told behind the secret address. What the person helped said themself nobody changes for them.
    The asker's « oui » or « en partie » closes the need; their « non » keeps it, or opens it again, and the team is told.
    Raises TheySpokeForThemselves.
    """
    about = (
        {"side": Side.HELPER, "sign_up": sign_up} if side == Side.HELPER else {"side": Side.ASKER, "mission": mission}
    )
    before = Outcome.objects.of(mission.organisation).select_for_update().filter(**about).first()
    if side == Side.ASKER and before and before.by_id is None and by is not None:
        raise TheySpokeForThemselves
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
    if side == Side.ASKER and mission.need:
        if answer != Answer.NO:
            needs.close_need(need=mission.need, by=by, now=now)
        else:
            needs.keep_open(mission.need, had_closed=before is not None and before.answer != Answer.NO, by=by, now=now)
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
