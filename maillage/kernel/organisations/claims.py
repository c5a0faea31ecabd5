"""« C’est la nôtre »: somebody asks for an association of the register, proves it, and gets its keys."""

import hmac
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from maillage.kernel.codes import SIGNS, in_fours, signs_of
from maillage.kernel.facts.models import Fact
from maillage.kernel.organisations import actions, facts
from maillage.kernel.organisations.models import (
    Claim,
    ClaimProof,
    Invitation,
    LegalForm,
    Organisation,
    Position,
    RegisterEntry,
    Role,
    RoleKind,
)
from maillage.kernel.organisations.numbers import bare, is_rna, is_siret
from maillage.kernel.people.models import Person
from maillage.kernel.places.models import Commune
from maillage.kernel.places.queries import find_communes
from maillage.kernel.refusal import Refused

CODE_SIGNS, CODE_TRIES = 8, 5
CODE_LASTS = timedelta(days=60)
A_DAY = timedelta(days=1)
MOST_A_DAY = 5
# Who may ask. Only a presidency gives roles afterwards: while there is none, it may be asked for in the same way.
ROLES = (RoleKind.PRESIDENT, RoleKind.TREASURER, RoleKind.COORDINATOR, RoleKind.DIGITAL_LEAD)


class IsDissolved(Refused):
    sentence = _(
        "Le répertoire dit cette association dissoute : elle ne peut pas être prise en main. Si c’est une erreur, signalez-le à la préfecture."
    )


class IsRemoved(Refused):
    sentence = _("Cette association a été supprimée du répertoire : elle ne peut pas être prise en main.")


class AlreadyTakenOver(Refused):
    sentence = _(
        "« {name} » est déjà sur Maillage. Demandez à la personne qui la préside de vous donner un rôle : elle le fait depuis la page Équipe."
    )


class DocumentIsMissing(Refused):
    sentence = _(
        "Joignez le document qui prouve votre rôle : récépissé, parution au Journal officiel ou procès-verbal."
    )


class SeatIsUnknown(Refused):
    sentence = _(
        "Le répertoire ne donne pas l’adresse du siège : un courrier n’y arriverait pas. Envoyez plutôt un document."
    )


class TooManyClaims(Refused):
    sentence = _("Vous avez déjà fait plusieurs demandes aujourd’hui. Reprenez demain.")


class RoleCannotClaim(Refused):
    sentence = _("Ce rôle ne permet pas de prendre en main une association. Demandez à la personne qui la préside.")


class IsDecided(Refused):
    sentence = _("Cette demande a déjà reçu sa réponse.")


class NoLetterYet(Refused):
    sentence = _("Le courrier n’est pas encore parti. Vous recevrez un message quand il sera posté.")


class LetterIsNotPrinted(Refused):
    sentence = _("Préparez et imprimez d’abord le courrier : c’est lui qui porte le code.")


class CodeIsOver(Refused):
    sentence = _("Ce code a plus de deux mois : il ne vaut plus. L’équipe technique peut poster un nouveau courrier.")


class TooManyTries(Refused):
    sentence = _("Cinq codes faux : ce courrier ne vaut plus. L’équipe technique peut en poster un nouveau.")


class CodeIsWrong(Refused):
    sentence = _("Ce n’est pas le code du courrier. Essais restants : {left}.")


class ReasonIsMissing(Refused):
    sentence = _("Dites pourquoi : la personne concernée lira cette raison.")


class IsProven(Refused):
    sentence = _("Quelqu’un a prouvé son rôle dans cette association : elle ne se ferme pas d’ici.")


class IsInTheRegister(Refused):
    sentence = _(
        "Cette association est déjà dans le répertoire, sous ce numéro : prenez-la en main plutôt que de la créer."
    )

    def __init__(self, entry: RegisterEntry) -> None:
        super().__init__()
        self.entry = entry


# ── What stands already ───────────────────────────────────────────────────────────────────────
def entry_of(number: str) -> RegisterEntry | None:
    """The line of the register under this number; the newest one when it was given a new number."""
    found = RegisterEntry.objects.filter(number=bare(number)).first()
    if found and found.layout == "import" and found.rna_number:
        return RegisterEntry.objects.filter(number=found.rna_number).first() or found
    return found


def organisation_of(entry: RegisterEntry) -> Organisation | None:
    """The organisation that stands here for a line of the register."""
    return organisations_of([entry]).get(entry.pk)


def organisations_of(entries: Iterable[RegisterEntry]) -> dict[int, Organisation]:
    """The same for many lines, in two questions: line → organisation. The number says it, else the last claim."""
    entries = list(entries)
    by_number = {
        one.rna_number: one
        for one in Organisation.objects.filter(rna_number__in=[e.rna_number for e in entries if e.rna_number])
    }
    made = {entry.pk: by_number[entry.rna_number] for entry in entries if entry.rna_number in by_number}
    accepted = Claim.objects.filter(entry__in=entries, is_accepted=True).select_related("organisation")
    for taken in accepted.order_by("-decided_at"):
        if taken.organisation:
            made.setdefault(taken.entry_id, taken.organisation)
    return made


def has_president(organisation: Organisation) -> bool:
    return Role.objects.current().filter(organisation=organisation, kind=RoleKind.PRESIDENT).exists()


def refuse_unless_free(entry: RegisterEntry) -> Organisation | None:
    """The organisation to join, or None when there is none yet. Raises IsDissolved, IsRemoved, AlreadyTakenOver."""
    if entry.position == Position.DISSOLVED:
        raise IsDissolved
    if entry.position == Position.REMOVED:
        raise IsRemoved
    standing = organisation_of(entry)
    if standing and has_president(standing):
        raise AlreadyTakenOver(name=standing)
    return standing


# ── Asking ────────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def claim(
    *,
    entry: RegisterEntry,
    person: Person,
    proof: str,
    now: datetime,
    role: str = RoleKind.PRESIDENT,
    document: Any = None,
) -> Claim:
    """Ask for an association of the register; asking again answers the open request, with the newest proof.

    A letter on its way names the role asked for: another role voids its code. Raises IsDissolved, IsRemoved, AlreadyTakenOver, RoleCannotClaim, DocumentIsMissing, SeatIsUnknown, TooManyClaims.
    """
    entry = RegisterEntry.objects.select_for_update().get(pk=entry.pk)
    refuse_unless_free(entry)
    if role not in ROLES:
        raise RoleCannotClaim
    mine = Claim.objects.filter(person=person)
    existing = mine.filter(Claim.OPEN, entry=entry).first()
    if proof == ClaimProof.DOCUMENT and document is None and not (existing and existing.document_id):
        raise DocumentIsMissing
    if proof == ClaimProof.LETTER and not can_be_written_to(entry):
        raise SeatIsUnknown
    if existing:
        return prove_otherwise(existing, role=role, proof=proof, document=document, now=now)
    if mine.filter(asked_at__gt=now - A_DAY).count() >= MOST_A_DAY:
        raise TooManyClaims
    made = Claim.objects.create(entry=entry, person=person, role=role, proof=proof, document=document, asked_at=now)
    facts.claimed.record(about=made, by=person, at=now, proof=str(proof))
    return made


def prove_otherwise(claim: Claim, *, role: str, proof: str, document: Any, now: datetime) -> Claim:
    """The open request, with the role and proof said last. A document that no longer serves is told, to be destroyed."""
    kept = (document or claim.document) if proof == ClaimProof.DOCUMENT else None
    if (claim.proof, claim.role, claim.document) == (proof, role, kept):
        return claim
    if claim.role != role:
        claim.letter_made_at, claim.letter_posted_at, claim.code_hash = None, None, ""
    replaced = claim.document_id if claim.document != kept else None
    claim.proof, claim.role, claim.document = proof, role, kept
    claim.save(update_fields=["proof", "role", "document", "letter_made_at", "letter_posted_at", "code_hash"])
    facts.proof_changed.record(about=claim, by=claim.person, at=now, proof=str(proof), replaced=replaced)
    return claim


def can_be_written_to(entry: RegisterEntry) -> bool:
    return bool(entry.seat and (entry.postcode or entry.commune_name))


@transaction.atomic
def withdraw_claim(*, claim: Claim, person: Person, now: datetime) -> None:
    """Take one's own request back. Raises IsDecided."""
    claim = locked(claim)
    if claim.decided_at:
        raise IsDecided
    claim.decided_at, claim.decided_by, claim.is_accepted = now, person, False
    claim.save(update_fields=["decided_at", "decided_by", "is_accepted"])
    facts.claim_withdrawn.record(about=claim, by=person, at=now)


def locked(claim: Claim) -> Claim:
    return Claim.objects.select_for_update(of=("self",)).select_related("entry", "person").get(pk=claim.pk)


# ── The letter ────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def make_letter(*, claim: Claim, by: Person, now: datetime) -> Claim:
    """A letter to the seat with a new code; the code of an older one no longer holds. Raises IsDecided, SeatIsUnknown."""
    claim = locked(claim)
    if claim.decided_at:
        raise IsDecided
    if not can_be_written_to(claim.entry):
        raise SeatIsUnknown
    claim.letter_made_at, claim.letter_posted_at, claim.code_tries = now, None, 0
    claim.code_hash = hash_of(claim, code_of(claim))
    claim.save(update_fields=["letter_made_at", "letter_posted_at", "code_tries", "code_hash"])
    facts.letter_made.record(about=claim, by=by, at=now)
    return claim


@transaction.atomic
def post_letter(*, claim: Claim, by: Person, now: datetime) -> Claim:
    """The printed letter went to the post; twice is once. Raises IsDecided, LetterIsNotPrinted."""
    claim = locked(claim)
    if claim.decided_at:
        raise IsDecided
    if claim.letter_made_at is None:
        raise LetterIsNotPrinted
    if claim.letter_posted_at is None:
        claim.letter_posted_at = now
        claim.save(update_fields=["letter_posted_at"])
        facts.letter_posted.record(about=claim, by=by, at=now)
    return claim


def code_of(claim: Claim) -> str:
    """The code that the letter carries: made again when it is printed, kept nowhere. XXXX-XXXX, 40 bits."""
    assert claim.letter_made_at
    said = f"claim:{claim.pk}:{int(claim.letter_made_at.timestamp())}"
    number = int.from_bytes(hmac.new(settings.SECRET_KEY.encode(), said.encode(), "sha256").digest()[:8], "big")
    return in_fours("".join(SIGNS[number >> 5 * place & 31] for place in range(CODE_SIGNS)))


def hash_of(claim: Claim, code: str) -> str:
    said = f"claim-code:{claim.pk}:{signs_of(code)}"
    return hmac.new(settings.SECRET_KEY.encode(), said.encode(), sha256).hexdigest()


def prove_by_code(*, claim: Claim, person: Person, code: str, now: datetime) -> Claim:
    """The code of the letter opens the association at once.

    Raises IsDecided, NoLetterYet, CodeIsOver, TooManyTries, CodeIsWrong, and what `claim` raises if things changed since.
    """
    with transaction.atomic():
        claim = locked(claim)
        if claim.decided_at or claim.person_id != person.pk:
            raise IsDecided
        if claim.letter_made_at is None:
            raise NoLetterYet
        if now > (claim.letter_posted_at or claim.letter_made_at) + CODE_LASTS:
            raise CodeIsOver
        if claim.code_tries >= CODE_TRIES:
            raise TooManyTries
        is_right = hmac.compare_digest(claim.code_hash, hash_of(claim, code))
        if is_right:
            return accept(claim, by=person, reason="", now=now)
        claim.code_tries += 1
        claim.save(update_fields=["code_tries"])
    # Said after the commit: a wrong try counts even though it is refused.
    if claim.code_tries >= CODE_TRIES:
        raise TooManyTries
    raise CodeIsWrong(left=CODE_TRIES - claim.code_tries)


# ── The answer ────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def note_reading(*, claim: Claim, by: Person, now: datetime) -> None:
    """Somebody of the technical team opens the document: written once for each of them, told to whoever sent it."""
    if not readings(claim).filter(by=by).exists():
        facts.document_read.record(about=claim, by=by, at=now, document=claim.document_id)


def readings(claim: Claim) -> models.QuerySet[Fact]:
    """Who opened the document that is there now, and when."""
    return Fact.objects.filter(
        kind=facts.document_read.name, about_model=claim._meta.label_lower, about_id=claim.pk,
        details__document=claim.document_id,
    ).order_by("at")  # fmt: skip


@transaction.atomic
def decide_claim(*, claim: Claim, by: Person, accepted: bool, reason: str, now: datetime) -> Claim:
    """The people who run this instance say yes or no, having seen the document.

    Raises IsDecided, ReasonIsMissing (a no is explained), and what `claim` raises if things changed since.
    """
    claim = locked(claim)
    if claim.decided_at:
        raise IsDecided
    reason = reason.replace("\x00", "").strip()[:500]
    if accepted:
        return accept(claim, by=by, reason=reason, now=now)
    if not reason:
        raise ReasonIsMissing
    claim.decided_at, claim.decided_by, claim.is_accepted, claim.reason = now, by, False, reason
    claim.save(update_fields=["decided_at", "decided_by", "is_accepted", "reason"])
    facts.claim_refused.record(about=claim, by=by, at=now)
    return claim


def accept(claim: Claim, *, by: Person, reason: str, now: datetime) -> Claim:
    """The association comes to stand here (or is joined when it did already), and the person gets their role."""
    entry = RegisterEntry.objects.select_for_update().get(pk=claim.entry_id)
    standing = refuse_unless_free(entry)
    if standing is None:
        standing = actions.create(
            name=readable(entry.title), by=claim.person, now=now, kind=claim.role, **said_by(entry)
        )
    else:
        actions.give_role(organisation=standing, person=claim.person, kind=claim.role, by=by, now=now)
        if not standing.siret and (siret := siret_of(entry)):
            standing = actions.present(organisation=standing, by=by, now=now, siret=siret)
    claim.decided_at, claim.decided_by, claim.is_accepted, claim.reason = now, by, True, reason
    claim.organisation, claim.code_hash = standing, ""
    claim.save(update_fields=["decided_at", "decided_by", "is_accepted", "reason", "organisation", "code_hash"])
    facts.claim_accepted.record(about=claim, by=by, organisation=standing, at=now)
    return claim


def said_by(entry: RegisterEntry) -> dict[str, Any]:
    """What the register says of an association, as fields of an organisation. The seat is kept, never shown unasked."""
    commune = commune_of(entry)
    department = (entry.insee or entry.postcode)[:2]
    town = " ".join(part for part in (entry.postcode, entry.commune_name) if part)
    return {
        "rna_number": entry.rna_number or None,
        "siret": siret_of(entry),
        "short_name": readable(entry.short_title)[:60] if entry.short_title not in ("", entry.title) else "",
        "legal_form": LegalForm.ALSACE_MOSELLE if department in ("57", "67", "68") else LegalForm.ASSOCIATION_1901,
        "purpose": entry.purpose, "commune": commune, "created_on": entry.created_on or entry.declared_on,
        "seat_address": "\n".join(part for part in (entry.seat, town) if part),
    }  # fmt: skip


def siret_of(entry: RegisterEntry) -> str:
    """Its SIRET, unless the register has it wrong: a number that cannot be would refuse the association's own form."""
    return entry.siret if is_siret(entry.siret) else ""


def commune_of(entry: RegisterEntry) -> Commune | None:
    """Today's commune of a line: by its code, else the only one of that name under its postal code."""
    if found := Commune.objects.filter(insee=entry.insee).first():
        return found
    near = find_communes(f"{entry.commune_name} {entry.postcode}", at_most=2) if entry.commune_name else []
    return near[0] if len(near) == 1 else None


_SMALL = frozenset({
    "A", "À", "AU", "AUX", "D", "DE", "DES", "DU", "EN", "ET", "L", "LA", "LE", "LES", "OU", "PAR", "POUR", "SUR", "SOUS",
})  # fmt: skip
# What stays as it is: initials with dots, signs without a vowel (« SNCF »), Roman numerals, initials in brackets.
_INITIALS = re.compile(r".*\..*|(?!ST\b)[^AEIOUYÀ-Ý]{2,}|X{0,3}(?:IX|IV|V?I{2,3}|VI)", re.DOTALL)


def readable(title: str) -> str:
    """« LES AMIS DU MOULIN (L.A.M.) » → « Les Amis du Moulin (L.A.M.) »; what is not all capitals stays as it is."""
    if not title.isupper():
        return title
    words, before = re.split(r"(\s+|['’\-(])", title), ""
    made = []
    for place, word in enumerate(words):
        is_bracketed = before == "(" and word.endswith(")") and len(word) < 9
        if word in _SMALL and place:
            made.append(word.lower())
        elif is_bracketed or _INITIALS.fullmatch(word):
            made.append(word)
        else:  # its first letter, which a quotation mark may come before
            made.append(re.sub(r"[^\W\d_]", lambda letter: letter[0].upper(), word.lower(), count=1))
        before = word
    return "".join(made)


# ── Not in the register ───────────────────────────────────────────────────────────────────────
@transaction.atomic
def declare(
    *, person: Person, name: str, commune: Commune, now: datetime, legal_form: str = LegalForm.ASSOCIATION_1901,
    rna_number: str = "", purpose: str = "",
) -> Organisation:  # fmt: skip
    """Make an association that no list has: a new one, or one that was never declared.

    Raises NameIsMissing, NumberIsTaken, IsInTheRegister, TooManyClaims.
    """
    Person.objects.select_for_update().get(pk=person.pk)
    number = bare(rna_number)
    assert not number or is_rna(number)
    if number:
        if Organisation.objects.filter(rna_number=number).exists():
            raise actions.NumberIsTaken
        if entry := entry_of(number):
            raise IsInTheRegister(entry)
    made = Organisation.objects.filter(roles__given_by=person, roles__person=person, made_at__gt=now - A_DAY)
    if made.distinct().count() >= MOST_A_DAY:
        raise TooManyClaims
    return actions.create(
        name=name, by=person, now=now, legal_form=legal_form, rna_number=number or None, commune=commune,
        purpose=purpose,
    )  # fmt: skip


def is_proven(organisation: Organisation) -> bool:
    """Whether somebody showed the papers of this association, here."""
    return Claim.objects.filter(organisation=organisation, is_accepted=True).exists()


@transaction.atomic
def close_declared(*, organisation: Organisation, reason: str, by: Person, now: datetime) -> Organisation:
    """The people who run this instance close what was declared without proof. Closing twice is the same as once.

    Every role ends, open invitations too, and its number is free for whoever proves it. Those who held it read the reason,
    and what was announced in its name is cancelled: both follow from the fact. Raises ReasonIsMissing, IsProven.
    """
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if organisation.closed_at:
        return organisation
    reason = reason.replace("\x00", "").strip()[:500]
    if not reason:
        raise ReasonIsMissing
    if is_proven(organisation):
        raise IsProven
    organisation.closed_at, organisation.closed_reason, organisation.rna_number = now, reason, None
    organisation.save(update_fields=["closed_at", "closed_reason", "rna_number"])
    for role in Role.objects.current().filter(organisation=organisation):
        role.ended_at = now
        role.save(update_fields=["ended_at"])
        facts.role_ended.record(about=role, by=by, organisation=organisation, at=now, kind=role.kind)
    for invitation in Invitation.objects.of(organisation).filter(answered_at=None):
        actions.withdraw_invitation(invitation=invitation, by=by, now=now)
    facts.closed.record(about=organisation, by=by, organisation=organisation, at=now)
    return organisation


def open_claims() -> models.QuerySet[Claim]:
    """What waits for the people who run this instance, the oldest first: documents to read, letters to post."""
    return Claim.objects.filter(Claim.OPEN).select_related("entry", "person", "document").order_by("asked_at")
