"""What is prepared once answers as the queryset itself."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db.models.query_utils import DeferredAttribute

from maillage.kernel.organisations.models import Organisation
from maillage.kernel.places.models import Commune
from maillage.kernel.prepared import Prepared

pytestmark = pytest.mark.django_db
SHOWN = ("name", "shows_seat_address", "closed_at", "activities", "commune")


def said(row: Any) -> dict[str, Any]:
    """What is loaded of a row."""
    return {name: value for name, value in vars(row).items() if name != "_state"}


@pytest.fixture
def organisations(rennes: Commune) -> list[Organisation]:
    return [
        Organisation.objects.create(
            slug=f"a-{n}", name=f"A {n}", shows_seat_address=bool(n % 2), activities=["food"], commune=rennes,
            closed_at=datetime(2026, 1, n + 1, tzinfo=UTC),
        )
        for n in range(3)
    ]  # fmt: skip


@pytest.mark.parametrize("make", [Organisation.objects.all, lambda: Organisation.objects.only(*SHOWN)])
def test_it_says_the_same_as_in_bulk(make: Any, organisations: list[Organisation]) -> None:
    keys = [one.pk for one in organisations]
    told, plain = Prepared(make).in_bulk(keys), make().in_bulk(keys)
    assert {key: said(row) for key, row in told.items()} == {key: said(row) for key, row in plain.items()}
    assert {type(row.shows_seat_address) for row in told.values()} == {bool}
    assert list(told) == keys


def test_keys_keep_their_order_and_those_that_are_no_more_are_left_out(organisations: list[Organisation]) -> None:
    first, _second, third = (one.pk for one in organisations)
    assert list(Prepared(Organisation.objects.all).in_bulk([third, 10**9, first])) == [third, first]
    assert Prepared(Organisation.objects.all).in_bulk([]) == {}


def test_keys_may_be_words(rennes: Commune) -> None:
    told = Prepared(lambda: Commune.objects.only("name")).in_bulk(["35238", "35238' OR 1"])
    assert {key: row.name for key, row in told.items()} == {"35238": "Rennes"}
    assert isinstance(Commune.__dict__["population"], DeferredAttribute)
    assert told["35238"].population == rennes.population  # read when it is wanted after all


def test_it_is_made_into_sql_once(organisations: list[Organisation]) -> None:
    times = []

    def make() -> Any:
        times.append(1)
        return Organisation.objects.all()

    prepared = Prepared(make)
    assert len(prepared.in_bulk([organisations[0].pk])) == len(prepared.in_bulk([organisations[1].pk])) == 1
    assert len(times) == 1
