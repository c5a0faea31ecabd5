"""Somebody signs up, with or without an account; the association or a guardian answers; anyone may change their mind."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Model, Q
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from maillage.engage.volunteering import facts
from maillage.engage.volunteering.actions import missions, telling
from maillage.engage.volunteering.models import (
    HOLDS_A_PLACE,
    GuardianAgreement,
    Mission,
    Presence,
    Shift,
    SignUp,
    SignUpStatus,
)
from maillage.kernel.notifications.actions import Address, notify
from maillage.kernel.once import actions as once
from maillage.kernel.organisations import actions as organisations
from maillage.kernel.organisations.models import Contact
from maillage.kernel.people.models import ADULT_AT, ALONE_FROM, Person
from maillage.kernel.refusal import Refused
from maillage.kernel.secret_link import absolute

REMEMBERED = timedelta(days=60)  # how long after a shift somebody may still be added to it


class MissionIsNotOpen(Refused):
    sentence = _("Cette mission n’accueille plus d’inscriptions. D’autres missions sont ouvertes près de chez vous.")


class ShiftIsOver(Refused):
    sentence = _("Ce créneau a déjà commencé. Regardez les suivants.")


class ShiftIsCancelled(Refused):
    sentence = _("Ce créneau est annulé. Regardez les autres créneaux de la mission.")


class ShiftIsFull(Refused):
    sentence = _("Toutes les places de ce créneau sont prises. Choisissez un autre créneau.")


GONE = (MissionIsNotOpen, ShiftIsOver, ShiftIsCancelled, ShiftIsFull)  # whoever asks: only another shift helps


class AlreadyElsewhere(Refused):
    sentence = _("Vous êtes déjà inscrit·e à « {mission} » à la même heure. Annulez cette inscription d’abord.")


class HeldAlready(Refused):
    """Said to a guest: whoever types somebody's name and address learns neither where nor when that person goes."""

    sentence = _(
        "Une place est déjà prise à cette heure avec ce nom et ce contact. Nous venons d’envoyer à ce contact le lien "
        "de son inscription : ouvrez-le pour la voir ou l’annuler."
    )


class TheyAreElsewhere(AlreadyElsewhere):
    """Said to a coordinator: of another association's mission, nothing but that there is one."""

    sentence = _(
        "Cette personne a déjà donné sa place ailleurs à la même heure. Voyez avec elle, ou choisissez un autre créneau."
    )


class TheyAreOnAnother(AlreadyElsewhere):
    sentence = _(
        "Cette personne est déjà attendue à « {mission} » à la même heure. Retirez-la d’abord de ce créneau-là."
    )


class TooYoung(Refused):
    sentence = _("Cette mission demande d’avoir {age} ans. D’autres missions accueillent les plus jeunes.")


class ChildNeedsAnAdult(Refused):
    sentence = _(
        "Avant 15 ans, un parent ou un responsable inscrit l’enfant avec son propre compte, dans « Mes enfants », et "
        "vient avec lui."
    )


class GuardianIsMissing(Refused):
    sentence = _(
        "Entre 15 et 17 ans, il faut l’accord d’un parent : indiquez son nom et son adresse mail ou son téléphone."
    )


class AgeIsMissing(Refused):
    sentence = _("Avant 18 ans, dites d’abord votre année de naissance, et qui répond de vous.")


class NoWayToReach(Refused):
    sentence = _("Indiquez une adresse mail ou un numéro de téléphone, pour que l’association puisse vous prévenir.")


class NameIsMissing(Refused):
    sentence = _("Indiquez votre nom, comme on doit vous appeler sur place.")


class TooLateToCancel(Refused):
    sentence = _("Ce créneau est passé : votre présence se règle maintenant avec l’association.")


class PresenceIsNoted(Refused):
    sentence = _("Sa présence est déjà notée : on ne retire plus cette personne du créneau.")


class NothingToAnswer(Refused):
    sentence = _("Cette demande a déjà reçu sa réponse.")


@dataclass(frozen=True)
class Guest:
    """Somebody without an account: a name, one way to reach them, and an age only when it matters.

    `birth_year` is given by minors only; None means « 18 ans ou plus ».
    """

    name: str
    email: str = ""
    phone: str = ""
    birth_year: int | None = None
    guardian_name: str = ""
    guardian_email: str = ""
    guardian_phone: str = ""


@transaction.atomic
def sign_up(
    *,
    shift: Shift,
    who: Person | Guest,
    now: datetime,
    message: str = "",
    by: Person | None = None,
    is_minor: bool = False,
) -> SignUp:
    """Give `who` a place on `shift`; signing up twice is the same as once.

    `is_minor`: a person who says so of themself, and whose birth year is not known.

    A guest proves nothing of who they are: one who has a place already is told no more than that (HeldAlready), and
    the link goes to the address they typed, by `send_links_again`.
    `by` is the coordinator who writes down somebody who phoned, or who is simply there: the association has said yes
    already, and once the shift has begun whoever came is counted, place or not.
    The place is taken by one conditional UPDATE: two people never get the last one. Raises MissionIsNotOpen, ShiftIsOver,
    ShiftIsCancelled, ShiftIsFull, AlreadyElsewhere, HeldAlready, TooYoung, ChildNeedsAnAdult, GuardianIsMissing, AgeIsMissing,
    NoWayToReach, NameIsMissing.
    """
    mission = shift.mission
    contact = known(mission, who, now)
    if is_minor and contact.birth_year is None and who.birth_year is None:
        raise AgeIsMissing
    waits_for_guardian = check_age(mission, who, who.birth_year or contact.birth_year, now)
    # One human being signs up to one thing at a time: their contact row is the lock.
    Contact.objects.of(mission.organisation).select_for_update().get(pk=contact.pk)
    already = SignUp.objects.of(mission.organisation).holding().filter(contact=contact, shift=shift).first()
    if already:
        if isinstance(who, Guest) and by is None:
            raise HeldAlready
        return already
    refuse_overlap(shift, contact, asked_by=who if by is None else by)
    if by and shift.starts_at <= now and not shift.is_flexible:
        count_who_came(shift, now)
    else:
        take_a_place(shift, now)

    status = SignUpStatus.CONFIRMED
    if mission.asks_first and by is None:
        status = SignUpStatus.ASKED
    if waits_for_guardian:
        status = SignUpStatus.GUARDIAN
    made = SignUp.objects.create(shift=shift, contact=contact, status=status, message=message, made_at=now)
    if waits_for_guardian and isinstance(who, Guest):
        ask_guardian(made, who, now)
    by = by or (who if isinstance(who, Person) else None)
    facts.signed_up.record(about=made, by=by, organisation=mission.organisation, at=now, status=str(status))
    if shift.ends_at > now:
        tell_where_it_stands(made, now=now)
    return made


def check_age(mission: Mission, who: Person | Guest, birth_year: int | None, now: datetime) -> bool:
    """Refuse who is too young; answer whether a guardian must agree first. Only a year is known: doubt protects.

    `birth_year` is what they say, or what the association knows already: whoever was fifteen last month still is.
    """
    today = localdate(now)
    if birth_year is None:
        return False
    youngest = today.year - birth_year - 1
    oldest = youngest + 1
    if oldest < mission.min_age:
        raise TooYoung(age=mission.min_age)
    if oldest < ALONE_FROM and isinstance(who, Guest):
        raise ChildNeedsAnAdult
    if youngest >= ADULT_AT:
        return False
    if isinstance(who, Person):
        # An agreed guardianship covers every mission open to the minor's age.
        if who.guardianships.filter(agreed_at__isnull=False).exists():
            return False
        raise GuardianIsMissing
    if not who.guardian_name or not (who.guardian_email or who.guardian_phone):
        raise GuardianIsMissing
    return True


def known(mission: Mission, who: Person | Guest, now: datetime) -> Contact:
    """The organisation's contact for `who`; a guest's address never attaches to a person by itself."""
    if isinstance(who, Person):
        return organisations.know(
            organisation=mission.organisation, name=str(who), email=who.email or "", phone=who.phone or "",
            person=who, now=now,
        )  # fmt: skip
    if not who.name.strip():
        raise NameIsMissing
    if not (who.email or who.phone):
        raise NoWayToReach
    contact = organisations.know(
        organisation=mission.organisation, name=who.name, email=who.email, phone=who.phone, now=now
    )
    if who.birth_year and contact.birth_year is None:
        contact.birth_year = who.birth_year
        contact.save(update_fields=["birth_year"])
    return contact


def refuse_overlap(shift: Shift, contact: Contact, *, asked_by: Person | Guest) -> None:
    """Nobody is in two places at once: within the association for a guest, everywhere for a person."""
    if shift.is_flexible:
        return
    mine = (
        SignUp.objects.about(contact.person)
        if contact.person
        else SignUp.objects.of(contact.organisation).filter(contact=contact)
    )
    elsewhere = mine.filter(status__in=HOLDS_A_PLACE).overlapping(shift).select_related("shift__mission").first()
    if elsewhere is None:
        return
    if isinstance(asked_by, Guest):
        raise HeldAlready
    mission = elsewhere.shift.mission
    if asked_by == contact.person:
        raise AlreadyElsewhere(mission=mission.title)
    raise (
        TheyAreOnAnother(mission=mission.title)
        if mission.organisation_id == contact.organisation_id
        else TheyAreElsewhere()
    )


def take_a_place(shift: Shift, now: datetime) -> None:
    """Count one more place, or say why not. The condition and the count are one statement."""
    took = Shift.objects.open_to_sign_ups(now).with_room().filter(pk=shift.pk, mission__status="published")
    if took.update(taken=F("taken") + 1):
        if not Shift.objects.with_room().filter(pk=shift.pk).exists():
            missions.refresh(mission=shift.mission, now=now)
        return
    raise why_not(Shift.objects.select_related("mission").get(pk=shift.pk), now) or ShiftIsFull()


def why_not(shift: Shift, now: datetime) -> Refused | None:
    """The no that somebody would get for this shift now, or None when there is room: said before they type their name."""
    if not shift.mission.is_published:
        return MissionIsNotOpen()
    if shift.is_cancelled:
        return ShiftIsCancelled()
    if shift.last_call <= now:
        return ShiftIsOver()
    return None if shift.places_left else ShiftIsFull()


def count_who_came(shift: Shift, now: datetime) -> None:
    """Somebody came without a place: the shift grows rather than forget them. Raises ShiftIsCancelled, ShiftIsOver."""
    shift = Shift.objects.select_for_update().get(pk=shift.pk)
    if shift.is_cancelled:
        raise ShiftIsCancelled
    if shift.starts_at < now - REMEMBERED:
        raise ShiftIsOver
    shift.taken += 1
    shift.capacity = max(shift.capacity, shift.taken)
    shift.save(update_fields=["taken", "capacity"])


def give_back_a_place(shift: Shift, now: datetime) -> None:
    Shift.objects.filter(pk=shift.pk).update(taken=F("taken") - 1)
    if Shift.objects.filter(pk=shift.pk, taken=F("capacity") - 1).exists():
        missions.refresh(mission=shift.mission, now=now)


def ask_guardian(made: SignUp, guest: Guest, now: datetime) -> None:
    agreement = GuardianAgreement.objects.create(
        sign_up=made, name=guest.guardian_name, email=guest.guardian_email, phone=guest.guardian_phone, asked_at=now
    )
    address = absolute(reverse("volunteering:guardian", args=[agreement.token]))
    notify(
        to=Address(name=guest.guardian_name, email=guest.guardian_email, phone=guest.guardian_phone),
        kind="volunteering.guardian_asked",
        context={
            "guardian": guest.guardian_name, "name": guest.name, "mission": made.shift.mission,
            "shift": made.shift, "organisation": made.shift.mission.organisation, "answer": address,
        },
        key=f"volunteering.guardian_asked:{agreement.pk}",
        organisation=made.shift.mission.organisation, about=made, link=address, now=now,
        hour_of=missions.hour_of_who_comes(made.shift.mission),
    )  # fmt: skip


@transaction.atomic
def answer_as_guardian(*, agreement: GuardianAgreement, agrees: bool, now: datetime) -> SignUp:
    """The guardian says yes or no, once. Raises NothingToAnswer when it was already said, ShiftIsCancelled, ShiftIsOver."""
    agreement = (
        GuardianAgreement.objects.across(reason="the guardian holds the secret address")
        .select_for_update(of=("self",))
        .select_related("sign_up__shift__mission__organisation", "sign_up__contact")
        .get(pk=agreement.pk)
    )
    made = agreement.sign_up
    if agreement.agreed_at or agreement.refused_at or made.status != SignUpStatus.GUARDIAN:
        raise NothingToAnswer
    if made.shift.is_cancelled:
        raise ShiftIsCancelled
    if made.shift.ends_at <= now:
        raise ShiftIsOver
    if agrees:
        agreement.agreed_at = now
        made.status = SignUpStatus.ASKED if made.shift.mission.asks_first else SignUpStatus.CONFIRMED
        made.save(update_fields=["status"])
        tell_where_it_stands(made, now=now)
    else:
        agreement.refused_at = now
        end(made, SignUpStatus.CANCELLED, now)
        missions.tell(made, made.shift, "volunteering.guardian_refused", now=now)
    agreement.save(update_fields=["agreed_at", "refused_at"])
    return made


@transaction.atomic
def accept(*, sign_up: SignUp, by: Person, now: datetime) -> SignUp:
    """The association says yes to who asked first: afterwards too, for somebody who came without an answer.

    Raises NothingToAnswer, ShiftIsCancelled.
    """
    made = locked(sign_up)
    if made.status == SignUpStatus.CONFIRMED:
        return made
    if made.status != SignUpStatus.ASKED:
        raise NothingToAnswer
    if made.shift.is_cancelled:
        raise ShiftIsCancelled
    made.status = SignUpStatus.CONFIRMED
    made.save(update_fields=["status"])
    facts.sign_up_accepted.record(about=made, by=by, organisation=made.shift.mission.organisation, at=now)
    if made.shift.ends_at > now:
        tell_where_it_stands(made, now=now)
    return made


@transaction.atomic
def decline(*, sign_up: SignUp, reason: str, by: Person, now: datetime) -> SignUp:
    """The association says no, with a reason that the person reads; the place is free again.

    Raises NothingToAnswer, PresenceIsNoted.
    """
    made = locked(sign_up)
    if not made.holds_a_place or made.shift.is_cancelled:
        raise NothingToAnswer
    if made.presence != Presence.UNKNOWN:
        raise PresenceIsNoted
    end(made, SignUpStatus.DECLINED, now, reason)
    facts.sign_up_declined.record(about=made, by=by, organisation=made.shift.mission.organisation, at=now)
    missions.tell(made, made.shift, "volunteering.declined", now=now, reason=reason)
    return made


@transaction.atomic
def cancel_sign_up(*, sign_up: SignUp, by: Person | None, now: datetime, reason: str = "") -> SignUp:
    """The person changes their mind: as easy as signing up. Cancelling twice is the same as once.

    Raises TooLateToCancel once the shift is over or presence is noted.
    """
    made = locked(sign_up)
    if not made.holds_a_place:
        return made
    if made.shift.ends_at <= now or made.presence != Presence.UNKNOWN:
        raise TooLateToCancel
    late = made.shift.starts_at - now < timedelta(hours=24)
    end(made, SignUpStatus.CANCELLED, now, reason)
    facts.sign_up_cancelled.record(about=made, by=by, organisation=made.shift.mission.organisation, at=now, late=late)
    missions.tell(made, made.shift, "volunteering.cancelled", now=now)
    if late:
        tell_of_a_late_no(made.shift, made.contact.name, about=made, key=str(made.pk), reason=reason, now=now)
    return made


def leave_unnamed(made: SignUp, *, now: datetime) -> None:
    """The place of somebody who asked to be forgotten is given back; a team that counts on them today is told, without a name."""
    mission, late = made.shift.mission, made.shift.starts_at - now < timedelta(hours=24)
    end(made, SignUpStatus.CANCELLED, now)
    facts.sign_up_cancelled.record(about=made, by=None, organisation=mission.organisation, at=now, late=late)
    if late:
        tell_of_a_late_no(
            made.shift, gettext("Une personne inscrite"), about=made.shift, key=f"{made.pk}:unnamed", now=now
        )


def tell_of_a_late_no(shift: Shift, name: str, *, about: Model, key: str, now: datetime, reason: str = "") -> None:
    organisation = shift.mission.organisation
    telling.tell_team(
        organisation=organisation, right="manage_missions", kind="volunteering.cancelled_late", key=key, about=about, now=now,
        context={"name": name, "mission": shift.mission, "shift": shift, "reason": reason},
        link=absolute(reverse("volunteering:desk_mission", args=[organisation.slug, shift.mission_id])),
    )  # fmt: skip


def end(made: SignUp, status: str, now: datetime, reason: str = "") -> None:
    made.status, made.ended_at, made.end_reason = status, now, reason
    made.save(update_fields=["status", "ended_at", "end_reason"])
    give_back_a_place(made.shift, now)


def locked(sign_up: SignUp) -> SignUp:
    return (
        SignUp.objects.across(reason="the row itself, to lock it")
        .select_for_update(of=("self",))
        .select_related("shift__mission__organisation", "contact__person")
        .get(pk=sign_up.pk)
    )


def tell_where_it_stands(made: SignUp, *, now: datetime) -> None:
    """Say at once whether the place is theirs, and what happens next; the calendar file comes with a yes.

    A yes says all that a reminder says: whoever signs up less than six hours before is not reminded.
    """
    kind = {
        SignUpStatus.CONFIRMED: "volunteering.signed_up",
        SignUpStatus.ASKED: "volunteering.sign_up_asked",
        SignUpStatus.GUARDIAN: "volunteering.waits_for_guardian",
    }[SignUpStatus(made.status)]
    missions.tell(made, made.shift, kind, now=now, attachments=missions.in_the_calendar(made, made.shift, now))


def remind(*, now: datetime) -> int:
    """Tell those who come within the next 30 hours, once each; return how many were told.

    Whoever signed up less than six hours ago has just read the same in their confirmation (`tell_where_it_stands`).
    """
    coming = (
        SignUp.objects.across(reason="reminders of every association, sent to each person alone")
        .filter(
            status=SignUpStatus.CONFIRMED, shift__cancelled_at=None, shift__is_flexible=False,
            shift__starts_at__gt=now, shift__starts_at__lte=now + timedelta(hours=30),
            made_at__lt=now - timedelta(hours=6),
        )
        .select_related("shift__mission__organisation", "contact__person")
    )  # fmt: skip
    for made in coming:
        missions.tell(
            made, made.shift, "volunteering.reminder", now=now, again=f"{made.shift.starts_at.timestamp():.0f}"
        )
    return len(coming)


def send_links_again(*, email: str = "", phone: str = "", now: datetime) -> int:
    """Send the addresses of the sheets to come to the mail or telephone they were made with; return how many there are.

    One mail for all, one SMS for each: two addresses are longer than an SMS that people read.
    Whoever asks is not told whether there are any. Without any, an SMS is not sent at all: it costs, and wakes a stranger.
    """
    email, phone = email.strip().lower(), phone.strip()
    mine = Q(contact__email=email) if email else Q(contact__phone=phone)
    coming = (
        SignUp.objects.across(reason="those made with an address, told to that address alone")
        .filter(mine, status__in=HOLDS_A_PLACE, shift__ends_at__gt=now, shift__cancelled_at=None)
        .select_related("shift__mission__organisation")
        .order_by("shift__starts_at")[: 20 if email else 3]
    )
    sheets = [
        {"mission": one.shift.mission, "shift": one.shift, "sheet": missions.sheet_address(one)} for one in coming
    ]
    for place, part in enumerate([sheets] if email else [[sheet] for sheet in sheets]):
        notify(
            to=Address(email=email, phone=phone), kind="volunteering.links_again", context={"sheets": part},
            key=f"volunteering.links_again:{key_of_address(email or phone)}:{now:%Y%m%d%H}:{place}", now=now,
        )  # fmt: skip
    return len(sheets)


def key_of_address(address: str) -> str:
    """The same message is sent once an hour at most; the key says nothing of the address."""
    return once.key_of("links_again", address)[:32]
