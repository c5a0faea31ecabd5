from datetime import datetime, timedelta

import pytest

from maillage.kernel import hooks
from maillage.kernel.consent import actions
from maillage.kernel.consent.models import Consent, How
from maillage.kernel.organisations import actions as organisations
from maillage.kernel.organisations.models import Contact, Organisation
from maillage.kernel.people.models import Person


@pytest.fixture
def purpose() -> str:
    hooks.purposes.add(hooks.Purpose("tried.purpose", "Dire mon besoin à ma place"))
    yield "tried.purpose"
    hooks.purposes._items[:] = [one for one in hooks.purposes if one.name != "tried.purpose"]


@pytest.fixture
def helped(les_jardins: Organisation, now: datetime) -> Contact:
    return organisations.know(organisation=les_jardins, name="Une voisine", phone="+33600000001", now=now)


def test_an_agreement_keeps_the_words_that_were_said(
    helped: Contact, bruno: Person, purpose: str, now: datetime
) -> None:
    made = actions.record_agreement(contact=helped, purpose=purpose, by=bruno, how=How.PHONE, now=now)
    assert (made.wording, made.legal_basis, made.recorded_by) == ("Dire mon besoin à ma place", "consent", bruno)
    assert actions.has(contact=helped, purpose=purpose)


def test_it_is_withdrawn_and_the_proof_stays(helped: Contact, bruno: Person, purpose: str, now: datetime) -> None:
    made = actions.record_agreement(contact=helped, purpose=purpose, by=bruno, how=How.SPOKEN, now=now)
    later = now + timedelta(days=3)
    actions.withdraw(consent=made, by=None, now=later)
    actions.withdraw(consent=made, by=None, now=later + timedelta(days=1))
    kept = Consent.objects.of(helped.organisation).get()
    assert (kept.given_at, kept.withdrawn_at) == (now, later)
    assert not actions.has(contact=helped, purpose=purpose)


def test_an_unknown_purpose_is_a_bug(helped: Contact, bruno: Person, now: datetime) -> None:
    with pytest.raises(LookupError):
        actions.record_agreement(contact=helped, purpose="tried.nothing", by=bruno, how=How.PHONE, now=now)


def test_agreeing_twice_on_the_site_is_once(amina: Person, purpose: str, now: datetime) -> None:
    first = actions.give(person=amina, purpose=purpose, now=now)
    assert actions.give(person=amina, purpose=purpose, now=now) == first
