"""The map beside the list: a drawing for everybody, one that moves for whoever asks; no tile, nobody else asked."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from maillage.engage.volunteering.tests import factories
from tests.journeys.test_accessibility import AXE, violations
from tests.journeys.visitor import DESKTOP, Visitor


@pytest.fixture
def around(les_jardins: Any) -> None:
    """Two missions at Rennes, one at Bruz."""
    bruz = factories.commune("35047", "Bruz", latitude=48.0246, longitude=-1.7461, population=18_000)
    for title, where in (
        ("Récolter les légumes", {}),
        ("Trier les graines", {}),
        ("Lire des histoires", {"commune": bruz}),
    ):
        factories.mission(les_jardins, title=title, **where)


def list_of(visitor: Visitor) -> Visitor:
    visitor.go("web:home").says_where("Rennes")
    return visitor.open("/missions/?km=20").sees("Missions autour de Rennes")


@pytest.mark.usefixtures("javascript", "around")
def test_the_drawn_map_leads_to_the_list_with_and_without_javascript(visit: Callable[..., Visitor]) -> None:
    lucie = list_of(visit(size=DESKTOP))
    pins = lucie.page.locator("a.map__pin")
    assert pins.evaluate_all("(pins) => pins.map((pin) => pin.textContent)") == ["1–2", "3"]
    expect(lucie.page.get_by_role("link", name="Missions n° 1 à 2")).to_be_visible()
    pins.nth(1).click()
    assert lucie.page.url.endswith("#mission-3")
    expect(lucie.page.locator("#mission-3")).to_be_in_viewport()
    assert "Lire des histoires" in lucie.page.locator("#mission-3").inner_text()
    expect(lucie.page.locator("mission-map button")).to_have_count(1 if lucie.javascript else 0)
    assert lucie.page.locator(".map__town").all_text_contents().count("20 km") == 1


@pytest.mark.usefixtures("around")
def test_a_map_that_moves_opens_when_asked_and_asks_for_no_tile(visit: Callable[..., Visitor]) -> None:
    lucie = list_of(visit(size=DESKTOP))
    asked: list[str] = []
    lucie.page.on("request", lambda request: asked.append(request.url))
    assert lucie.page.evaluate("typeof window.L") == "undefined"  # nothing is fetched before
    lucie.press("Une carte qui bouge", inside="mission-map")
    live = lucie.page.locator(".map__live")
    expect(live).to_be_visible()
    expect(live).to_have_attribute(
        "aria-label", "Missions autour de Rennes, jusqu’à 20 km ; la liste dit la même chose."
    )
    expect(live).to_be_focused()
    expect(lucie.page.locator("mission-map svg[viewBox='0 0 340 340']")).to_have_count(0)
    assert sorted(address.rpartition("/")[2].partition("?")[0] for address in asked) == ["leaflet.css", "leaflet.js"]
    expect(live.locator("img")).to_have_count(0)

    markers = live.locator(".map__number")
    assert markers.all_inner_texts() == ["1–2", "3"]
    markers.first.click()
    popup = live.locator(".leaflet-popup-content")
    expect(popup.get_by_role("link")).to_have_text(["Récolter les légumes", "Trier les graines"])
    lucie.page.evaluate(AXE.read_text())
    assert violations(lucie) == []
    popup.get_by_role("link", name="Trier les graines").click()
    lucie.sees("Ce que l’on fait")
    assert "/missions/" in lucie.page.url


@pytest.mark.usefixtures("around")
def test_without_its_library_the_drawing_stays(visit: Callable[..., Visitor]) -> None:
    """A network that gives way between the page and the map: the list and the drawing are still there."""
    lucie = list_of(visit(size=DESKTOP))
    lucie.context.set_offline(True)
    lucie.press("Une carte qui bouge", inside="mission-map")
    lucie.page.wait_for_timeout(300)
    expect(lucie.page.locator("a.map__pin").first).to_be_visible()
    lucie.context.set_offline(False)
    lucie.wrong.clear()  # the browser told its console that it was cut off
    lucie.press("Une carte qui bouge", inside="mission-map")
    expect(lucie.page.locator(".map__live")).to_be_visible()
