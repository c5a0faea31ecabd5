"""What follows when something happens to an organisation."""

from typing import Any

from django.dispatch import receiver
from django.urls import reverse
from django.utils.translation import gettext as _

from maillage.engage.volunteering import actions as volunteering
from maillage.kernel.facts.models import Fact
from maillage.kernel.files.actions import destroy
from maillage.kernel.files.models import File
from maillage.kernel.notifications.actions import Address, notify
from maillage.kernel.organisations import facts
from maillage.kernel.organisations.claims import CODE_LASTS, readable
from maillage.kernel.organisations.models import Claim, ClaimProof, Invitation, Role
from maillage.kernel.people.models import Person
from maillage.kernel.secret_link import absolute


@receiver(facts.invited)
def send_the_invitation(fact: Fact, **kwargs: Any) -> None:
    found = (
        Invitation.objects.across(reason="the row that the fact is about")
        .select_related("organisation", "invited_by")
        .filter(pk=fact.about_id)
        .first()
    )
    if found is None or not found.is_open(fact.at):
        return
    address = absolute(reverse("web:invitation", args=[found.token]))
    notify(
        to=Address(name=found.name, email=found.email),
        kind="organisations.invited",
        context={
            "name": found.name, "organisation": found.organisation, "by": found.invited_by,
            "role": found.get_kind_display(), "hands_over": found.hands_over_id is not None,
            "until": found.expires_at,
        },
        key=f"organisations.invited:{found.pk}",
        organisation=found.organisation, about=found, link=address, now=fact.at,
    )  # fmt: skip


# ── Closed by the team ────────────────────────────────────────────────────────────────────────
@receiver(facts.closed)
def cancel_what_it_announced(fact: Fact, **kwargs: Any) -> None:
    assert fact.organisation and fact.by
    volunteering.cancel_all(
        organisation=fact.organisation, reason=_("Cette association a fermé son espace ici."), by=fact.by, now=fact.at
    )


@receiver(facts.closed)
def tell_who_held_it(fact: Fact, **kwargs: Any) -> None:
    assert fact.organisation
    held = Role.objects.filter(organisation=fact.organisation, ended_at=fact.at).select_related("person")
    for person in {role.person for role in held if role.person.erased_at is None}:
        notify(
            to=person, kind="organisations.closed", key=f"organisations.closed:{fact.pk}:{person.pk}",
            context={
                "name": person.name, "association": fact.organisation.name, "reason": fact.organisation.closed_reason
            },
            organisation=fact.organisation, about=fact.organisation, link=absolute(reverse("web:register")), now=fact.at,
        )  # fmt: skip


# ── « C’est la nôtre » ────────────────────────────────────────────────────────────────────────
def claim_of(fact: Fact) -> Claim | None:
    """The request that a fact is about; none when whoever made it asked to be forgotten."""
    found = Claim.objects.select_related("entry", "person", "organisation").filter(pk=fact.about_id).first()
    return found if found and found.person.erased_at is None else None


@receiver(facts.claimed)
def tell_the_team(fact: Fact, **kwargs: Any) -> None:
    claim = claim_of(fact)
    if claim is None or claim.decided_at:
        return
    for person in Person.objects.filter(is_staff=True, is_active=True, erased_at=None):
        notify(
            to=person, kind="organisations.claim_waiting", key=f"organisations.claim_waiting:{claim.pk}:{person.pk}",
            context={"association": readable(claim.entry.title), "is_letter": claim.proof == ClaimProof.LETTER},
            about=claim, link=absolute(reverse("web:operate_claim", args=[claim.pk])), now=fact.at,
        )  # fmt: skip


@receiver(facts.letter_posted)
def say_that_the_letter_left(fact: Fact, **kwargs: Any) -> None:
    claim = claim_of(fact)
    if claim is None or claim.decided_at:
        return
    notify(
        to=claim.person, kind="organisations.claim_letter", key=f"organisations.claim_letter:{fact.pk}",
        context={
            "name": claim.person.name, "association": readable(claim.entry.title), "until": fact.at + CODE_LASTS,
            "commune": claim.entry.commune_name.title(),
        },
        about=claim, link=absolute(reverse("web:claim", args=[claim.pk])), now=fact.at,
    )  # fmt: skip


@receiver(facts.claim_accepted)
def hand_over_the_keys(fact: Fact, **kwargs: Any) -> None:
    claim = claim_of(fact)
    if claim is None or claim.organisation is None:
        return
    notify(
        to=claim.person, kind="organisations.claim_accepted", key=f"organisations.claim_accepted:{claim.pk}",
        context={
            "name": claim.person.name, "organisation": claim.organisation, "role": claim.get_role_display(),
            "document": claim.proof == ClaimProof.DOCUMENT,
        },
        organisation=claim.organisation, about=claim, now=fact.at,
        link=absolute(reverse("web:desk", args=[claim.organisation.slug])),
    )  # fmt: skip


@receiver(facts.claim_refused)
def say_why_not(fact: Fact, **kwargs: Any) -> None:
    claim = claim_of(fact)
    if claim is None:
        return
    notify(
        to=claim.person, kind="organisations.claim_refused", key=f"organisations.claim_refused:{claim.pk}",
        context={
            "name": claim.person.name, "association": readable(claim.entry.title), "reason": claim.reason,
            "document": claim.proof == ClaimProof.DOCUMENT,
        },
        about=claim, link=absolute(reverse("web:claim", args=[claim.pk])), now=fact.at,
    )  # fmt: skip


@receiver([facts.claim_accepted, facts.claim_refused, facts.claim_withdrawn])
def destroy_the_document(fact: Fact, **kwargs: Any) -> None:
    """It was lent to prove one thing: once answered, nobody needs it any more."""
    claim = Claim.objects.select_related("document").filter(pk=fact.about_id).first()
    if claim and claim.document:
        destroy(claim.document)


@receiver(facts.proof_changed)
def destroy_what_was_replaced(fact: Fact, **kwargs: Any) -> None:
    replaced = File.objects.across(reason="the document that the fact replaces").filter(pk=fact.details.get("replaced"))
    for file in replaced:
        destroy(file)
