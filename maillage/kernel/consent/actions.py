"""The verbs: an agreement is written down as it was told, given by the person themself, taken back."""

from datetime import datetime

from django.db import transaction

from maillage.kernel import hooks
from maillage.kernel.consent import facts
from maillage.kernel.consent.models import Consent, How
from maillage.kernel.organisations.models import Contact
from maillage.kernel.people.models import Person


@transaction.atomic
def record_agreement(
    *,
    contact: Contact,
    purpose: str,
    by: Person | None,
    how: str,
    now: datetime,
    note: str = "",
    given_at: datetime | None = None,
) -> Consent:
    """Write down that `contact` agreed, as `by` was told. The proof carries the words of the purpose."""
    why = hooks.purposes.named(purpose)
    made = Consent.objects.create(
        organisation=contact.organisation, contact=contact, person=contact.person, purpose=purpose,
        legal_basis=why.legal_basis, wording=str(why.label)[:500], how=How(how), note=note[:300],
        recorded_by=by, given_at=given_at or now,
    )  # fmt: skip
    facts.given.record(about=made, by=by, organisation=contact.organisation, at=now, purpose=purpose, how=str(how))
    return made


@transaction.atomic
def give(*, person: Person, purpose: str, now: datetime) -> Consent:
    """A person agrees for themself, on the site; agreeing twice is once."""
    if standing := Consent.objects.about(person).standing().filter(contact=None, purpose=purpose).first():
        return standing
    why = hooks.purposes.named(purpose)
    made = Consent.objects.create(
        person=person, purpose=purpose, legal_basis=why.legal_basis, wording=str(why.label)[:500],
        how=How.ONLINE, recorded_by=person, given_at=now,
    )  # fmt: skip
    facts.given.record(about=made, by=person, at=now, purpose=purpose, how="online")
    return made


@transaction.atomic
def withdraw(*, consent: Consent, by: Person | None, now: datetime) -> Consent:
    """Take an agreement back; the proof that it was given stays. Twice is once."""
    consent = Consent.objects.across(reason="the row itself, to lock it").select_for_update().get(pk=consent.pk)
    if consent.is_standing:
        consent.withdrawn_at = now
        consent.save(update_fields=["withdrawn_at"])
        facts.withdrawn.record(about=consent, by=by, organisation=consent.organisation, at=now, purpose=consent.purpose)
    return consent


def has(*, contact: Contact, purpose: str) -> bool:
    """Whether an agreement of `contact` for `purpose` stands."""
    return Consent.objects.of(contact.organisation).standing().filter(contact=contact, purpose=purpose).exists()
