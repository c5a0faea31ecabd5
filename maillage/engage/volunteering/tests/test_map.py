"""The map drawn beside the list: what is where, how it is numbered, and of what use it is without JavaScript."""

import re
from math import cos, radians
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from maillage.engage.volunteering import map as maps
from maillage.engage.volunteering.map import EDGE, MIDDLE, PIN, SIZE, Map
from maillage.engage.volunteering.models import Mission
from maillage.engage.volunteering.queries import Found
from maillage.engage.volunteering.tests import factories
from maillage.kernel.places.models import Commune

pytestmark = pytest.mark.django_db
REACH = MIDDLE - EDGE  # from the middle of the drawing to its outer ring
DEGREE = 111.32  # kilometres from north to south


@pytest.fixture(autouse=True)
def nothing_remembered_of_towns() -> None:
    maps.largest_around.cache_clear()


@pytest.fixture
def rennes() -> Commune:
    return factories.commune(latitude=48.0, longitude=-2.0)


def away(here: Commune, *, north: float = 0, east: float = 0) -> dict[str, float]:
    """The point so many kilometres away."""
    return {
        "latitude": here.latitude + north / DEGREE,
        "longitude": here.longitude + east / (DEGREE * cos(radians(here.latitude))),
    }


def drawn(here: Commune, *points: dict[str, float], km: float = 10) -> Map:
    """The map of missions at these points, in the order of the list; one without a point is done from home."""
    return maps.draw(here, [Found(Mission(**point)) for point in points], km)


def town(insee: str, name: str, population: int, here: Commune, **where: float) -> Commune:
    return factories.commune(insee, name, population=population, **away(here, **where))


# ── Rings ─────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(("km", "labels"), [(5, ["2,5 km", "5 km"]), (10, ["5 km", "10 km"]), (50, ["25 km", "50 km"])])
def test_two_rings_say_how_far_it_is_to_half_way_and_to_the_edge(rennes: Commune, km: int, labels: list[str]) -> None:
    rings = drawn(rennes, km=km).rings
    assert [ring.label for ring in rings] == labels
    assert [ring.radius for ring in rings] == [REACH / 2, REACH]
    assert all(0 < ring.words_x < SIZE and 0 < ring.words_y < SIZE for ring in rings)


# ── Pins ──────────────────────────────────────────────────────────────────────────────────────
def test_north_is_up_east_is_right_and_a_ring_is_a_distance(rennes: Commune) -> None:
    north, east, south = drawn(rennes, away(rennes, north=5), away(rennes, east=10), away(rennes, north=-10)).pins
    assert (north.x, north.y) == (MIDDLE, pytest.approx(MIDDLE - REACH / 2, abs=0.1))
    assert (east.x, east.y) == (pytest.approx(MIDDLE + REACH, abs=0.1), MIDDLE)
    assert (south.x, south.y) == (MIDDLE, pytest.approx(MIDDLE + REACH, abs=0.1))


def test_missions_of_one_place_share_a_pin_that_names_them_all(rennes: Commune) -> None:
    here, there = away(rennes, north=2), away(rennes, east=-8)
    pins = drawn(rennes, here, here, here, there).pins
    assert [(pin.label, pin.first, pin.last) for pin in pins] == [("1–3", 1, 3), ("4", 4, 4)]
    assert pins[0].width > pins[1].width == PIN
    assert (pins[1].left, pins[1].top) == (round(pins[1].x - PIN / 2, 1), round(pins[1].y - PIN / 2, 1))


def test_two_places_too_near_to_be_told_apart_share_a_pin_and_two_others_do_not(rennes: Commune) -> None:
    apart = 10 * PIN / REACH  # kilometres that a pin hides
    near = drawn(rennes, away(rennes, north=3), away(rennes, north=3 + apart * 0.9))
    far = drawn(rennes, away(rennes, north=3), away(rennes, north=3 + apart * 1.1))
    assert [pin.label for pin in near.pins] == ["1–2"]
    assert [pin.label for pin in far.pins] == ["1", "2"]


def test_what_is_done_from_home_keeps_its_number_and_has_no_pin(rennes: Commune) -> None:
    assert [pin.label for pin in drawn(rennes, away(rennes, north=2), {}, away(rennes, east=6)).pins] == ["1", "3"]


# ── Towns ─────────────────────────────────────────────────────────────────────────────────────
def test_the_largest_towns_around_are_named_but_for_the_one_where_one_is(rennes: Commune) -> None:
    town("35001", "Grande", 30_000, rennes, north=7)
    town("35002", "Petite", 1_500, rennes, east=7)
    town("35003", "Loin", 90_000, rennes, east=60)
    town("35004", "Tout près", 20_000, rennes, north=1)  # its name would be written over « here »
    part = town("35005", "Grande 2e", 25_000, rennes, north=-7)
    Commune.objects.filter(pk=part.pk).update(part_of="35001")
    assert [one.name for one in drawn(rennes).towns] == ["Grande"]


def test_of_two_names_that_would_touch_the_larger_town_has_its_own(rennes: Commune) -> None:
    town("35001", "Grande", 30_000, rennes, north=7)
    town("35002", "Moyenne", 10_000, rennes, north=7.5)
    town("35003", "Autre", 9_000, rennes, north=-7)
    assert [one.name for one in drawn(rennes).towns] == ["Grande", "Autre"]


def test_at_most_seven_towns_are_named(rennes: Commune) -> None:
    for n in range(14):
        town(f"35{n:03}", f"T{n}", 30_000 - n, rennes, north=-9 + 4.5 * (n % 5), east=-8 + 8 * (n // 5))
    assert 3 < len(drawn(rennes).towns) <= 7


def test_a_town_under_a_pin_is_named_below_it_without_a_dot(rennes: Commune) -> None:
    town("35001", "Grande", 30_000, rennes, north=7)
    alone = drawn(rennes).towns[0]
    (under,) = drawn(rennes, away(rennes, north=7)).towns
    assert not alone.has_pin and alone.words_y < alone.y
    assert under.has_pin and under.words_y > under.y + PIN / 2


# ── On the page ───────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def somebody_at_rennes(client: Client) -> Client:
    """Rennes, with two missions there, one at Bruz, one from home; none of it needs JavaScript."""
    now, here = timezone.now(), factories.commune()
    of = factories.organisation()
    bruz = factories.commune("35047", "Bruz", latitude=48.0246, longitude=-1.7461, population=18_000)
    for title, where in (("Récolter", here), ("Trier", here), ("Lire", bruz)):
        factories.mission(of, now=now, title=title, commune=where)
    factories.mission(of, now=now, title="Relire de chez soi", commune=None, is_remote=True)
    client.post("/ici/", {"commune": here.label, "commune_insee": here.insee})
    return client


def page_of(client: Client, **asked: Any) -> str:
    return client.get("/missions/", asked).content.decode()


def test_each_pin_is_a_link_to_the_first_mission_of_its_place(somebody_at_rennes: Client) -> None:
    page = page_of(somebody_at_rennes, km=20)
    drawing = page.partition("<mission-map")[2].partition("</svg>")[0]
    pins = re.findall(r'<a href="#([\w-]+)" class="map__pin" aria-label="([^"]+)">', drawing)
    assert pins == [("mission-1", "Missions n° 1 à 2"), ("mission-3", "Mission n° 3")]
    for target, _label in pins:
        assert page.count(f'id="{target}"') == 1
    third = page.partition('id="mission-3"')[2].partition("</article>")[0]
    assert "Lire" in third and 'data-number="3"' in third


def test_the_drawing_says_what_it_is_and_asks_nothing_of_anybody(somebody_at_rennes: Client) -> None:
    page = page_of(somebody_at_rennes, km=20)
    drawing = page.partition('<figure class="map"')[2].partition("</figure>")[0]
    assert "Missions autour de Rennes, jusqu’à 20\xa0km" in drawing.replace(" km", "\xa0km")
    assert "la liste dit la même chose" in drawing and 'href="#map"' in page
    assert "<img" not in drawing and "<script" not in drawing and "http" not in drawing
    # Numbers in the drawing keep their point, whatever the language of the page.
    assert re.findall(r' (?:x|y|cx|cy|r)="([^"]*,[^"]*)"', drawing) == []


@pytest.mark.parametrize("asked", [{"remote": "on"}, {"q": "introuvable"}])
def test_where_there_is_nothing_to_place_there_is_no_map(somebody_at_rennes: Client, asked: dict[str, str]) -> None:
    page = page_of(somebody_at_rennes, **asked)
    assert "<mission-map" not in page and 'href="#map"' not in page


def test_who_did_not_say_where_they_are_has_a_list_without_a_map(somebody_at_rennes: Client) -> None:
    page = page_of(Client())
    assert "Récolter" in page and "<mission-map" not in page and "found__number" in page
