"""Lucie has two hours on Saturday: she finds something near her home, signs up in three taps without an account, changes her mind."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from maillage.engage.volunteering.models import Mission, Shift
from maillage.engage.volunteering.tests import factories
from maillage.engage.volunteering.tests.factories import NOW
from tests.journeys.conftest import Clock
from tests.journeys.visitor import Visitor
from tests.letterbox import address_in, last_letter, letters

pytestmark = pytest.mark.usefixtures("javascript")
SATURDAY = NOW + timedelta(days=4)
EXACT = "Portail vert, 12 chemin des Prairies"


@pytest.fixture
def harvest(les_jardins: Any) -> Mission:
    """On Saturday, in Rennes; something else further away, in Bruz."""
    bruz = factories.commune("35047", "Bruz", latitude=48.0246, longitude=-1.7461, population=18_000)
    factories.mission(les_jardins, title="Lire des histoires", commune=bruz, meeting_point="La médiathèque")
    made = factories.mission(les_jardins, title="Récolter les légumes", contact_name="Bruno")
    factories.shift(made, starts_at=SATURDAY)
    return made


def saturday(harvest: Mission) -> Shift:
    return harvest.shifts.get(starts_at=SATURDAY)


def sign_up(visitor: Visitor, shift: Shift, *, name: str = "Lucie N.", email: str = "lucie@exemple.localhost") -> None:
    visitor.go("volunteering:sign_up", shift.pk).fill("Votre nom", name).fill("Votre adresse mail", email)
    visitor.press("Je m’inscris")


def test_lucie_finds_signs_up_comes_or_cancels(visit: Callable[..., Visitor], harvest: Mission) -> None:
    lucie = visit()
    lucie.go("web:home").sees("Où êtes-vous ?").look("volunteer-1-home")
    lucie.says_where("Rennes").sees("Autour de Rennes").look("volunteer-2-here")
    lucie.press("J’aide", inside=".bar").sees("Récolter les légumes").look("volunteer-3-door")
    lucie.press("Voir tout").sees("Missions autour de Rennes")
    lucie.unfold("Choisir quand").picks("Jusqu’à", "20 km")
    if not lucie.javascript:  # with it, what is chosen is applied at once
        lucie.press("Appliquer ces choix")
    lucie.sees("Lire des histoires").look("volunteer-4-list")
    found = lucie.all("article.found")
    assert ["Récolter" in found[0], "Lire" in found[1]] == [True, True], found
    assert "samedi 28 novembre, de 10 h à 12 h" in found[0] and "3 places" in found[0]
    assert "moins d’1 km" in found[0] and "km" in found[1]

    lucie.taps = 0
    lucie.press("Récolter les légumes").sees("Ce que l’on fait").does_not_see("Portail vert").look(
        "volunteer-5-mission"
    )
    lucie.press("Je m’inscris").look("volunteer-6-sign-up")
    lucie.fill("Votre nom", "Lucie N.").fill("Votre adresse mail", "lucie@exemple.localhost")
    lucie.press("Je m’inscris").sees("Vous êtes attendu·e")
    assert lucie.taps <= 3
    lucie.sees(EXACT).sees("Demandez Bruno").sees("samedi 28 novembre").look("volunteer-7-sheet")
    file = lucie.takes("Mettre dans mon agenda").decode()
    assert file.startswith("BEGIN:VCALENDAR") and "Récolter les légumes" in file and "20261128T1" in file
    sheet = lucie.page.url

    # The same sheet waits in her mail, for whoever has another telephone tomorrow.
    letter = last_letter("lucie@exemple.localhost")
    assert "réservée" in letter and sheet.endswith(address_in(letter))
    assert saturday(harvest).taken == 1

    lucie.taps = 0
    lucie.press("Je ne peux plus venir").sees("Cela arrive").look("volunteer-8-cancel")
    lucie.press("J’annule mon inscription").sees("Votre place est rendue").look("volunteer-9-cancelled")
    assert lucie.taps == 2
    assert saturday(harvest).taken == 0
    lucie.press("Revoir la mission").sees("il reste 3 places")


def test_somebody_else_took_the_last_place_while_she_typed(visit: Callable[..., Visitor], harvest: Mission) -> None:
    shift = saturday(harvest)
    lucie = visit()
    lucie.go("volunteering:sign_up", shift.pk)
    for _ in range(3):
        factories.sign_up(shift, factories.guest())
    lucie.fill("Votre nom", "Lucie N.").fill("Votre adresse mail", "lucie@exemple.localhost").press("Je m’inscris")
    lucie.sees("Toutes les places de ce créneau sont prises").sees("Ces créneaux ont de la place").look(
        "volunteer-full"
    )
    lucie.does_not_see("Votre nom")  # nothing is asked twice: one tap on another date is enough
    lucie.press("mardi 1er décembre").sees("Vous êtes attendu·e").sees("Lucie N.").sees("mardi 1er décembre")
    assert "mardi 1er décembre" in last_letter("lucie@exemple.localhost")
    # Whoever arrives afterwards is told before they type anything.
    lucie.go("volunteering:mission", harvest.pk).sees("complet")
    lucie.go("volunteering:sign_up", shift.pk).sees("sont prises").does_not_see("Votre nom")


def test_she_left_the_page_open_until_the_shift_was_over(
    visit: Callable[..., Visitor], harvest: Mission, clock: Clock
) -> None:
    lucie = visit()
    lucie.go("volunteering:sign_up", saturday(harvest).pk)
    clock.wait(days=4, hours=3)
    lucie.fill("Votre nom", "Lucie N.").fill("Votre adresse mail", "lucie@exemple.localhost").press("Je m’inscris")
    lucie.sees("Ce créneau a déjà commencé").sees("Ces créneaux ont de la place").look("volunteer-over")
    assert saturday(harvest).taken == 0


def test_nobody_is_in_two_places_at_once(visit: Callable[..., Visitor], harvest: Mission) -> None:
    other = factories.mission(harvest.organisation, title="Tenir le stand")
    shift = factories.shift(other, starts_at=SATURDAY + timedelta(hours=1))
    lucie = visit()
    sign_up(lucie, saturday(harvest))
    lucie.sees("Vous êtes attendu·e")
    sign_up(lucie, shift)
    lucie.sees("Une place est déjà prise à cette heure").look("volunteer-overlap")
    assert "Récolter" not in lucie.all("main")  # it may be somebody else who typed her name
    assert Shift.objects.get(pk=shift.pk).taken == 0
    letter = letters("lucie@exemple.localhost")
    assert any("Vos inscriptions" in one and "Récolter les légumes" in one for one in letter)


def test_the_lost_link_comes_back_by_mail(visit: Callable[..., Visitor], harvest: Mission) -> None:
    sign_up(lucie := visit(), saturday(harvest))
    lucie.sees("Vous êtes attendu·e")
    sheet = lucie.page.url
    again = visit()  # another telephone: nothing is known of her here
    again.go("volunteering:mission_list").press("Le recevoir à nouveau")
    again.fill("L’adresse mail de votre inscription", "lucie@exemple.localhost").press("Recevoir mes liens")
    again.sees("leurs liens viennent de partir").look("volunteer-find-mine")
    said = again.all("main")
    address = address_in(last_letter("lucie@exemple.localhost"))
    assert sheet.endswith(address)
    again.open(address).sees("Vous êtes attendu·e").sees(EXACT)

    # Whoever is not signed up reads the very same words: nothing tells who is here.
    stranger = visit()
    stranger.go("volunteering:find_mine").fill("L’adresse mail", "personne@exemple.localhost")
    stranger.press("Recevoir mes liens").sees("leurs liens viennent de partir")
    assert stranger.all("main") == said
    assert "Aucune n’est à venir" in letters("personne@exemple.localhost")[0]
