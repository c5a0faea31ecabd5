"""A part that htmx brings is the same as that part of the whole page: whoever has JavaScript sees nothing else."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from maillage.engage.volunteering.tests import factories
from maillage.engage.volunteering.tests.factories import NOW
from tests.journeys.conftest import Clock
from tests.journeys.visitor import DESKTOP, Visitor


def test_a_presence_noted_is_what_the_page_shows(
    visit: Callable[..., Visitor], les_jardins: Any, bruno: Any, clock: Clock
) -> None:
    shift = factories.first_shift(factories.mission(les_jardins))
    made = [factories.sign_up(shift, factories.guest(name)) for name in ("Lucie N.", "Paul T.", "Zoé B.")]
    clock.jump_to(NOW + timedelta(days=7, minutes=10))
    desk = visit(person=bruno).go("volunteering:desk_presence", "les-jardins")
    parts = [f"#inscription-{made[0].pk}", f"#compte-{shift.pk}", f"#tous-{shift.pk}"]
    before = [desk.part(part) for part in parts]
    address = desk.page.url
    for button, words in (
        ("came", "1 présence, 2 à noter"),
        ("excused", "2 personnes à noter"),
        ("clear", "3 personnes"),
    ):
        desk.page.locator(f"#{button}-{made[0].pk}").click()
        desk.sees(words)
        assert desk.page.url == address  # nothing was loaded anew
        brought = [desk.part(part) for part in parts]
        desk.open(address)
        assert brought == [desk.part(part) for part in parts]
    assert brought == before


def test_advice_while_typing_is_the_advice_of_the_page(
    visit: Callable[..., Visitor], les_jardins: Any, bruno: Any
) -> None:
    mission = factories.draft(les_jardins, what="")
    desk = visit(size=DESKTOP, person=bruno).go("volunteering:desk_mission_edit", "les-jardins", mission.pk)
    parts = ["#conseils", "#conseil-what", "#conseil-why", "#conseil-meeting_point"]
    before = [desk.page.locator(part).first.inner_text() for part in parts]
    assert "en deux ou trois phrases" in before[1]
    desk.fill("À quoi cela sert", "Les paniers partent le soir même chez quarante familles du quartier.")
    with desk.page.expect_response(lambda answer: "conseils" in answer.url):
        desk.field("Point de rendez-vous").fill("Portail vert")
    desk.page.wait_for_function("() => !document.querySelector('#conseil-meeting_point').innerText")
    typed = [desk.page.locator(part).first.inner_text() for part in parts]
    assert typed[1] == before[1] and typed[2] == typed[3] == "" != before[2]
    desk.press("Garder en brouillon").go("volunteering:desk_mission_edit", "les-jardins", mission.pk)
    assert [desk.page.locator(part).first.inner_text() for part in parts] == typed


def test_without_network_a_tap_says_so_and_loses_nothing(
    visit: Callable[..., Visitor], les_jardins: Any, bruno: Any, clock: Clock
) -> None:
    shift = factories.first_shift(factories.mission(les_jardins))
    factories.sign_up(shift, factories.guest("Lucie N."))
    clock.jump_to(NOW + timedelta(days=7, minutes=10))
    desk = visit(person=bruno).go("volunteering:desk_presence", "les-jardins")
    desk.context.set_offline(True)
    desk.press("Présence").sees("Pas de réseau : rien n’est perdu").look("parts-offline")
    desk.wrong.clear()  # the browser told its console that it was cut off
    desk.context.set_offline(False)
    desk.press("Présence").sees("Tout est noté : 1 présence")
