"""Nearest is exactly what measuring everything says, wherever one is."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from maillage.kernel.places import cells, near
from maillage.kernel.places.models import Commune

AROUND = {
    "Rennes": (48.11, -1.68),
    "the antimeridian": (-17.8, 179.995),
    "the equator": (0.01, -51.0),
    "north": (71.0, 25.8),
}


def scatter(where: tuple[float, float], count: int, seed: int) -> None:
    chance = random.Random(seed)
    Commune.objects.all().delete()
    made = []
    for n in range(count):
        spread = chance.choice([0.002, 0.02, 0.2])
        longitude = (where[1] + chance.gauss(0, spread) + 540) % 360 - 180
        made.append(
            Commune(insee=f"{n:05}", name="x", latitude=where[0] + chance.gauss(0, spread), longitude=longitude)
        )
        made[-1].fill_in()
    Commune.objects.bulk_create(made)


def measured(latitude: float, longitude: float, km: float, at_most: int) -> list[tuple[float, str]]:
    every = sorted(
        (cells.km_between(latitude, longitude, c.latitude, c.longitude), c.pk) for c in Commune.objects.all()
    )
    return [(distance, pk) for distance, pk in every if distance <= km][:at_most]


class Nearest(TestCase):
    @settings(max_examples=40, deadline=None)
    @given(
        st.sampled_from(sorted(AROUND)), st.integers(0, 10_000), st.floats(0.3, 30), st.integers(1, 40),
        st.floats(-0.05, 0.05), st.floats(-0.05, 0.05),
    )  # fmt: skip
    def test_it_equals_measuring_everything(
        self, where: str, seed: int, km: float, at_most: int, north: float, east: float
    ) -> None:
        scatter(AROUND[where], 150, seed)
        latitude = AROUND[where][0] + north
        longitude = (AROUND[where][1] + east + 540) % 360 - 180
        found = near.nearest(Commune.objects.all(), latitude=latitude, longitude=longitude, km=km, at_most=at_most)
        assert [(round(d, 9), row.pk) for row, d in found] == [
            (round(d, 9), pk) for d, pk in measured(latitude, longitude, km, at_most)
        ]


@pytest.mark.django_db
def test_filters_of_the_queryset_are_kept() -> None:
    scatter(AROUND["Rennes"], 60, 1)
    Commune.objects.filter(pk__lt="00030").update(name="y")
    found = near.nearest(Commune.objects.filter(name="y"), latitude=48.11, longitude=-1.68, km=50, at_most=100)
    assert {row.name for row, _km in found} == {"y"}


@given(st.floats(-60, 75), st.floats(-179.9, 179.9), st.floats(0.1, 100), st.integers(0, 10_000))
@settings(max_examples=100, deadline=None)
def test_spans_hold_every_cell_within_their_circle(latitude: float, longitude: float, km: float, seed: int) -> None:
    starts, length = cells.spans_around(latitude, longitude, km)
    chance = random.Random(seed)
    missed = []
    for _ in range(200):
        other = (
            latitude + chance.uniform(-1, 1) * km / 111,
            (longitude + chance.uniform(-1, 1) * km / 50 + 540) % 360 - 180,
        )
        if cells.km_between(latitude, longitude, *other) <= km:
            cell = cells.cell_of(*other)
            missed += [] if any(start <= cell <= start + length for start in starts) else [other]
    assert missed == []


def test_a_circle_is_a_few_spans_whatever_its_size() -> None:
    assert all(5 < len(cells.spans_around(48.1, -1.7, km)[0]) < 40 for km in (0.5, 1, 2, 5, 10, 20, 50, 100))


def test_distances_are_those_of_the_globe() -> None:
    assert round(cells.km_between(48.8566, 2.3522, 45.764, 4.8357)) == 391
    assert round(cells.km_between(0, 179.5, 0, -179.5)) == 111
