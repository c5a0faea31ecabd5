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


def minutes_of_tries(start, minutes):
    """When a fact of `start` that nobody hears is told, by a clock that asks every minute."""
    tried = []
    for minute in range(minutes):
        before = Fact.objects.get().attempts
        actions.announce_again(now=start + timedelta(minutes=minute))
        if Fact.objects.get().attempts > before:
            tried.append(minute)
    return tried


def test_a_fact_that_is_not_heard_is_told_later_and_later_then_every_hour_for_ever(opened, thing):
    def receiver(fact, **kwargs):
        raise RuntimeError

    opened.connect(receiver, weak=False)
    start = timezone.now()
    opened.record(about=thing, by=None, at=start)
    assert minutes_of_tries(start, 250) == [1, 3, 7, 15, 31, 63, 123, 183, 243]
    Fact.objects.update(attempts=24 * 90 + 5)
    assert minutes_of_tries(start + timedelta(days=90), 200) == [3, 63, 123, 183]
    Fact.objects.update(attempts=30_000)
    assert not actions.announce_again(now=start + timedelta(days=9999))


def test_a_receiver_that_is_mended_after_hours_hears(opened, thing):
    broken, heard = [True], []

    def receiver(fact, **kwargs):
        if broken:
            raise RuntimeError
        heard.append(fact.pk)

    opened.connect(receiver, weak=False)
    start = timezone.now()
    fact = opened.record(about=thing, by=None, at=start)
    minutes_of_tries(start, 130)
    broken.clear()
    assert sum(actions.announce_again(now=start + timedelta(minutes=minute)) for minute in range(130, 183)) == 0
    assert sum(actions.announce_again(now=start + timedelta(minutes=minute)) for minute in range(183, 200)) == 1
    assert heard == [fact.pk]


def test_a_receiver_that_stays_broken_keeps_no_other_from_hearing(opened, thing):
    def receiver(fact, **kwargs):
        raise RuntimeError

    other = FactKind("facts.other_in_a_test", "autre")
    opened.connect(receiver, weak=False)
    heard = heard_by(other)
    start = timezone.now()
    try:
        for _turn in range(5):
            opened.record(about=thing, by=None, at=start)
        Fact.objects.update(attempts=0)
        late = Fact.objects.create(kind=other.name, about_model="x", about_id=1, at=start)
        assert actions.announce_again(now=start + timedelta(minutes=2), at_most=3) == 1
        assert heard == [late.pk]
        # Of one kind too, who was tried least comes first.
        assert sorted(Fact.objects.filter(kind=opened.name).values_list("attempts", flat=True)) == [0, 0, 1, 1, 1]
        actions.announce_again(now=start + timedelta(minutes=2), at_most=3)
        assert sorted(Fact.objects.filter(kind=opened.name).values_list("attempts", flat=True)) == [1, 1, 1, 1, 2]
    finally:
        del FactKind.all[other.name]


def test_a_fact_whose_kind_is_no_more_is_left_alone(opened, thing):
    Fact.objects.create(kind="gone.away", about_model="x", about_id=1, at=timezone.now() - timedelta(days=1))
    assert actions.announce_again(now=timezone.now()) == 0
    assert Fact.objects.get().attempts == 0
