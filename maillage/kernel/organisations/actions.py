"""The verbs: an organisation is made and presented, roles come and go, human beings become known to it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from maillage.kernel import secret_link
from maillage.kernel.organisations import access, facts, queries
from maillage.kernel.organisations.models import Contact, Invitation, Organisation, Role, RoleKind
from maillage.kernel.people import actions as people
from maillage.kernel.people.models import Person
from maillage.kernel.refusal import Refused

RESERVED = {"creer", "repertoire"}  # pages that stand where organisations do
INVITATION_LASTS = timedelta(days=14)


class NameIsMissing(Refused):
    sentence = _("Indiquez le nom de l’association.")


class NumberIsTaken(Refused):
    sentence = _(
        "Une association porte déjà ce numéro RNA ici. Cherchez-la dans la liste : elle peut vous donner un rôle."
    )


class AlreadyHasThisRole(Refused):
    sentence = _("{name} a déjà ce rôle.")


class SomebodyMustPreside(Refused):
    sentence = _("Il faut toujours quelqu’un à la présidence : transmettez d’abord ce rôle à une autre personne.")


class RoleIsOver(Refused):
    sentence = _("Ce rôle est déjà terminé.")


class InvitationIsOver(Refused):
    sentence = _(
        "Cette invitation ne vaut plus : elle a servi, elle a été retirée, ou elle a plus de quatorze jours."
        " Demandez-en une nouvelle."
    )


class NobodyOffersItNow(Refused):
    sentence = _(
        "Cette invitation ne vaut plus : la personne qui l’a envoyée ne peut plus donner ce rôle."
        " Demandez-en une nouvelle à l’équipe de l’association."
    )


class NotInvited(Refused):
    sentence = _("Cette invitation a été envoyée à une autre adresse mail. Connectez-vous avec celle qui l’a reçue.")


class NotYours(Refused):
    sentence = _("Cette fiche ne porte pas votre adresse mail : elle ne peut pas être reliée à vous.")


class ContactNameIsMissing(Refused):
    sentence = _("Indiquez un nom : c’est lui qui figure sur l’attestation.")


class SpeaksForThemself(Refused):
    sentence = _("Cette personne a un compte : c’est elle qui corrige son nom et son adresse.")


# ── Organisations ─────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def create(*, name: str, by: Person, now: datetime, kind: str = RoleKind.PRESIDENT, **said: Any) -> Organisation:
    """Make an organisation; `by` gets the role `kind` there. Raises NameIsMissing, NumberIsTaken."""
    name = name.strip()
    if not name:
        raise NameIsMissing
    number = said.get("rna_number") or None
    if number and Organisation.objects.filter(rna_number=number).exists():
        raise NumberIsTaken
    made = Organisation.objects.create(name=name, slug=free_slug(name), **{**said, "rna_number": number})
    facts.created.record(about=made, by=by, organisation=made, at=now)
    give_role(organisation=made, person=by, kind=kind, by=by, now=now)
    return made


def free_slug(name: str) -> str:
    """An address nobody has yet, from the name: les-jardins, les-jardins-2…"""
    root = slugify(name)[:60].strip("-") or "association"
    taken = RESERVED | set(Organisation.objects.filter(slug__startswith=root).values_list("slug", flat=True))
    return next(slug for n in range(1, len(taken) + 2) if (slug := root if n == 1 else f"{root}-{n}") not in taken)


@transaction.atomic
def present(*, organisation: Organisation, by: Person, now: datetime, **said: Any) -> Organisation:
    """Change what everybody reads of it."""
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    for name, value in said.items():
        setattr(organisation, name, value)
    organisation.save(update_fields=list(said))
    facts.changed.record(about=organisation, by=by, organisation=organisation, at=now)
    return organisation


# ── Roles ─────────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def give_role(*, organisation: Organisation, person: Person, kind: str, by: Person | None, now: datetime) -> Role:
    """Give a role, once: asking again answers the role that stands."""
    role, made = Role.objects.get_or_create(
        organisation=organisation, person=person, kind=RoleKind(kind), ended_at=None,
        defaults={"since_at": now, "given_by": by},
    )  # fmt: skip
    if made:
        facts.role_given.record(about=role, by=by, organisation=organisation, at=now, kind=str(kind))
    return role


@transaction.atomic
def end_role(*, role: Role, by: Person, now: datetime) -> Role:
    """End a role; it is effective at the person's next request, and what they proposed by it is closed.

    Raises RoleIsOver, SomebodyMustPreside.
    """
    lock(role.organisation)
    role = Role.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=role.pk)
    if role.ended_at:
        raise RoleIsOver
    if role.kind == RoleKind.PRESIDENT and not others(role).exists():
        raise SomebodyMustPreside
    role.ended_at = now
    role.save(update_fields=["ended_at"])
    facts.role_ended.record(about=role, by=by, organisation=role.organisation, at=now, kind=role.kind)
    close_unbacked(organisation=role.organisation, person=role.person, now=now)
    return role


def lock(organisation: Organisation) -> None:
    """Roles of one organisation change one after the other: two presidents cannot leave at once, nor a role pass twice."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)


def others(role: Role) -> Any:
    """Who else holds the same role there now; asked with the organisation locked."""
    return Role.objects.current().filter(organisation=role.organisation, kind=role.kind).exclude(pk=role.pk)


@transaction.atomic
def leave(*, organisation: Organisation, person: Person, now: datetime) -> int:
    """Give up every role there; return how many. Raises SomebodyMustPreside."""
    mine = list(Role.objects.current().filter(organisation=organisation, person=person))
    for role in mine:
        end_role(role=role, by=person, now=now)
    return len(mine)


# ── Invitations ───────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def invite(
    *, organisation: Organisation, kind: str, name: str, email: str, by: Person, now: datetime,
    hands_over: Role | None = None,
) -> Invitation:  # fmt: skip
    """Offer a role by mail, to somebody who may have no account yet.

    The mail itself follows from the fact (`wiring/organisations.py`). Raises AlreadyHasThisRole.
    """
    email = email.strip().lower()
    held = Role.objects.current().filter(organisation=organisation, kind=kind, person__email=email)
    if held.exists():
        raise AlreadyHasThisRole(name=name or email)
    Invitation.objects.of(organisation).filter(email=email, kind=kind, answered_at=None).update(expires_at=now)
    made = Invitation.objects.create(
        organisation=organisation, email=email, name=name.strip(), kind=kind, invited_by=by, sent_at=now,
        hands_over=hands_over, expires_at=now + INVITATION_LASTS,
    )  # fmt: skip
    facts.invited.record(about=made, by=by, organisation=organisation, at=now, kind=str(kind))
    return made


def is_backed(invitation: Invitation) -> bool:
    """Whether whoever proposed it still may: by the right to give roles, or as who holds the role handed over."""
    role = invitation.hands_over
    if role and role.ended_at:
        return False
    held = access.roles_of(invitation.invited_by, invitation.organisation)
    return access.allows("give_roles", held) or (
        role is not None and role.person_id == invitation.invited_by_id and role.kind in held
    )


def close_unbacked(*, organisation: Organisation, person: Person, now: datetime) -> int:
    """Close what a person proposed, or what would pass on their roles, where nobody backs it any more; return how many."""
    waiting = (
        Invitation.objects.of(organisation)
        .filter(Q(invited_by=person) | Q(hands_over__person=person), answered_at=None, expires_at__gt=now)
        .select_related("organisation", "invited_by", "hands_over")
    )
    unbacked = [one.pk for one in waiting if not is_backed(one)]
    return Invitation.objects.of(organisation).filter(pk__in=unbacked).update(expires_at=now)


def invitation_of(given: str) -> Invitation | None:
    """The invitation whose secret address was followed; None when the token is not right."""
    sent = Invitation.objects.across(reason="whoever holds the secret address of an invitation")
    return secret_link.found(sent.select_related("organisation", "invited_by"), given)


@transaction.atomic
def accept_invitation(*, token: str, person: Person, now: datetime) -> Role:
    """Take the role that was offered. A handed-over role passes from one to the other in the same instant.

    Raises InvitationIsOver; NotInvited (the mail address is the proof: it must be this person's); NobodyOffersItNow.
    """
    found = invitation_of(token)
    if found is None:
        raise InvitationIsOver
    lock(found.organisation)
    found = (
        Invitation.objects.of(found.organisation)
        .select_for_update(of=("self",))
        .select_related("organisation", "hands_over", "invited_by")
        .get(pk=found.pk)
    )
    if (person.email or "").lower() != found.email.lower():
        raise NotInvited
    if found.answered_at or found.organisation.closed_at:
        raise InvitationIsOver
    if not is_backed(found):
        raise NobodyOffersItNow
    if found.expires_at <= now:
        raise InvitationIsOver
    found.answered_at = now
    found.save(update_fields=["answered_at"])
    if found.name and not person.name:  # whoever invited wrote it already
        people.rename(person=person, name=found.name)
    role = give_role(organisation=found.organisation, person=person, kind=found.kind, by=found.invited_by, now=now)
    if found.hands_over:
        end_role(role=found.hands_over, by=found.invited_by, now=now)
        facts.role_handed_over.record(
            about=role, by=found.invited_by, organisation=found.organisation, at=now, kind=found.kind
        )
    return role


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: Person, now: datetime) -> None:
    """Take back an offer nobody answered yet."""
    Invitation.objects.of(invitation.organisation).filter(pk=invitation.pk, answered_at=None).update(expires_at=now)


def hand_over(*, role: Role, to_name: str, to_email: str, by: Person, now: datetime) -> Invitation:
    """Offer one's own role to somebody else; it passes when they accept. Raises RoleIsOver, AlreadyHasThisRole."""
    if role.ended_at:
        raise RoleIsOver
    return invite(
        organisation=role.organisation, kind=role.kind, name=to_name, email=to_email, by=by, now=now, hands_over=role
    )


# ── Contacts ──────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def know(
    *,
    organisation: Organisation,
    name: str,
    now: datetime,
    email: str = "",
    phone: str = "",
    person: Person | None = None,
) -> Contact:
    """The organisation's contact for a human being, made when it did not know them yet.

    `person` signed in and acts for themself, which is their confirmation; or an adult acts for a child, whose contact
    says how to reach that adult. Without it an address finds a contact only
    among those that belong to no person and carry the same name: a mail alone never attaches to anybody.
    """
    email, phone, name = email.strip().lower(), phone.strip(), name.strip()
    # The organisation's row is the lock: the same guest arriving twice becomes one contact.
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    mine = Contact.objects.of(organisation).filter(erased_at=None)
    if person is not None:
        if not (email or phone):
            email, phone = person.reached_at()
        found = mine.filter(person=person).first()
        if found is None:
            found = Contact.objects.create(
                organisation=organisation, person=person, name=name, email=email, phone=phone, since_at=now,
                birth_year=person.birth_year,
            )  # fmt: skip
        elif (found.name, found.email, found.phone) != (name, email, phone):
            found.name, found.email, found.phone = name, email, phone
            found.save(update_fields=["name", "email", "phone"])
        return found
    alike = mine.filter(person=None, name__iexact=name)
    if email:
        alike = alike.filter(email=email)
    elif phone:
        alike = alike.filter(phone=phone)
    else:
        alike = alike.none()
    return alike.first() or Contact.objects.create(
        organisation=organisation, name=name, email=email, phone=phone, since_at=now
    )


@transaction.atomic
def confirm_contact(*, contact: Contact, person: Person, now: datetime) -> Contact:
    """A person says « c’est moi » of a contact that carries their proven mail address. Raises NotYours."""
    organisation = contact.organisation
    contact = Contact.objects.of(organisation).select_for_update().get(pk=contact.pk)
    if contact.person_id == person.pk:
        return contact
    if contact.person_id or not contact.email or contact.email != (person.email or "").lower():
        raise NotYours
    if Contact.objects.of(organisation).filter(person=person).exists():
        raise NotYours
    contact.person = person
    contact.save(update_fields=["person"])
    facts.contact_confirmed.record(about=contact, by=person, organisation=organisation, at=now)
    return contact


@transaction.atomic
def adopt_contacts(*, person: Person, but: Iterable[int] = ()) -> int:
    """Tie to a person, one in each organisation, the contacts that carry both their own proven address and first name.

    For whoever asks what is known of them, or to be forgotten: what they gave without an account is theirs too. Another
    first name behind the same address (a couple, a family) is somebody else. Return how many were tied.
    """
    known = set(Contact.objects.about(person).values_list("organisation_id", flat=True))
    first: dict[int, int] = {}
    for one in queries.noted_of(person, but=but):
        if one.organisation_id not in known:
            first.setdefault(one.organisation_id, one.pk)
    return queries.noted_with(person.proven_address).filter(pk__in=first.values()).update(person=person)


@transaction.atomic
def take_address_out(*, contact: Contact, person: Person, now: datetime) -> Contact:
    """A person has their proven address taken out of a contact that speaks of somebody else. Raises NotYours."""
    organisation = contact.organisation
    contact = Contact.objects.of(organisation).select_for_update().get(pk=contact.pk)
    address = person.proven_address.lower()
    if contact.person_id or not address or contact.email.lower() != address:
        raise NotYours
    contact.email = ""
    contact.save(update_fields=["email"])
    facts.contact_corrected.record(about=contact, by=person, organisation=organisation, at=now)
    return contact


@transaction.atomic
def correct_contact(*, contact: Contact, name: str, email: str, phone: str, by: Person, now: datetime) -> Contact:
    """Put right what the organisation wrote of somebody. Raises ContactNameIsMissing, SpeaksForThemself."""
    organisation = contact.organisation
    contact = Contact.objects.of(organisation).select_for_update().get(pk=contact.pk)
    if contact.person_id:
        raise SpeaksForThemself
    if not name.strip():
        raise ContactNameIsMissing
    contact.name, contact.email, contact.phone = name.strip(), email.strip().lower(), phone.strip()
    contact.save(update_fields=["name", "email", "phone"])
    facts.contact_corrected.record(about=contact, by=by, organisation=organisation, at=now)
    return contact
