from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from maillage.kernel.facts import FactKind, actions
from maillage.kernel.facts.models import Fact
from maillage.kernel.organisations.models import Organisation

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def opened():
    kind = FactKind("facts.opened_in_a_test", "ouvert")
    yield kind
    del FactKind.all[kind.name]


@pytest.fixture
def thing():
    return Organisation.objects.create(slug="chose", name="Chose")


def heard_by(kind):
    heard = []

    def receiver(fact, **kwargs):
        heard.append(fact.pk)

    kind.connect(receiver, weak=False)
    return heard


def test_a_fact_is_told_after_the_commit(opened, thing):
    heard = heard_by(opened)
    with transaction.atomic():
        fact = opened.record(about=thing, by=None)
        assert heard == []
    assert heard == [fact.pk]
    assert Fact.objects.get().announced_at


def test_what_is_rolled_back_never_happened(opened, thing):
    heard = heard_by(opened)
    with pytest.raises(ValueError), transaction.atomic():
        opened.record(about=thing, by=None)
        raise ValueError
    assert heard == []
    assert not Fact.objects.exists()


def test_a_receiver_that_fails_is_told_again(opened, thing):
    broken = [True]

    def receiver(fact, **kwargs):
        if broken:
            raise RuntimeError("not now")

    opened.connect(receiver, weak=False)
    heard = heard_by(opened)
    fact = opened.record(about=thing, by=None, at=timezone.now() - timedelta(minutes=5))
    assert heard == [fact.pk]
    assert Fact.objects.get().announced_at is None

    broken.clear()
    assert actions.announce_again(now=timezone.now()) == 1
    assert heard == [fact.pk, fact.pk]
    assert actions.announce_again(now=timezone.now()) == 0


def test_a_fact_that_never_succeeds_stops_being_told(opened, thing):
    def receiver(fact, **kwargs):
        raise RuntimeError

    opened.connect(receiver, weak=False)
    opened.record(about=thing, by=None, at=timezone.now() - timedelta(minutes=5))
    Fact.objects.update(attempts=actions.TRIES)
    actions.announce_again(now=timezone.now())
    assert Fact.objects.get().attempts == actions.TRIES
