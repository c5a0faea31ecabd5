"""Noé is 16: somebody who answers for him says yes, or no. At 14 he is told why not, and what else."""

from collections.abc import Callable
from typing import Any

import pytest

from maillage.engage.volunteering.models import Shift, SignUp
from maillage.engage.volunteering.tests import factories
from tests.journeys.visitor import Visitor
from tests.letterbox import address_in, last_letter, letters

pytestmark = pytest.mark.usefixtures("javascript")
NOE, MOTHER = "noe@exemple.localhost", "mere@exemple.localhost"


@pytest.fixture
def reading(les_jardins: Any) -> Shift:
    return factories.first_shift(factories.mission(les_jardins, title="Lire des histoires", min_age=14))


def asks(noe: Visitor, shift: Shift, year: str) -> Visitor:
    noe.go("volunteering:sign_up", shift.pk).fill("Votre nom", "Noé P.").fill("Votre adresse mail", NOE)
    return noe.choose("Je suis plus jeune").fill("Année de naissance", year)


def with_his_mother(noe: Visitor) -> Visitor:
    noe.fill("Le nom d’un parent", "Inès P.").page.get_by_label("Son adresse mail").fill(MOTHER)
    return noe


def test_his_mother_says_yes(visit: Callable[..., Visitor], reading: Shift) -> None:
    noe, mother = visit(), visit()
    noe.go("volunteering:sign_up", reading.pk)
    young = noe.page.get_by_label("Année de naissance")
    assert young.is_visible() is not noe.javascript  # asked of the young alone, where the page can
    asks(noe, reading, "2010").look("minor-1-asks").press("Je m’inscris")
    noe.sees("Avant 18 ans, il faut l’accord d’un parent").look("minor-2-who")
    with_his_mother(noe).press("Je m’inscris").sees("Votre place est gardée").look("minor-3-waits")
    noe.does_not_see("Portail vert").does_not_see("Mettre dans mon agenda")
    assert Shift.objects.get(pk=reading.pk).taken == 1

    letter = last_letter(MOTHER)
    assert "Noé P." in letter and "sans créer de compte" in letter
    mother.open(address_in(letter)).sees("Êtes-vous d’accord").sees("Lire des histoires").look("minor-4-guardian")
    mother.sees("Portail vert")  # she reads where her son would be
    mother.press("Oui, je suis d’accord").sees("vous êtes d’accord").look("minor-5-agreed")
    noe.open(noe.page.url).sees("Vous êtes attendu·e").sees("Portail vert")
    assert "réservée" in last_letter(NOE)
    mother.open(mother.page.url).does_not_see("Oui, je suis d’accord")  # answered once


def test_his_mother_says_no(visit: Callable[..., Visitor], reading: Shift) -> None:
    noe, mother = visit(), visit()
    with_his_mother(asks(noe, reading, "2010")).press("Je m’inscris").sees("Votre place est gardée")
    mother.open(address_in(last_letter(MOTHER))).press("Non").sees("vous n’êtes pas d’accord").look("minor-6-refused")
    noe.open(noe.page.url).sees("Votre parent ou responsable n’est pas d’accord").look("minor-7-no")
    assert len(letters(NOE)) == 2  # « en attente », then the answer
    assert Shift.objects.get(pk=reading.pk).taken == 0


def test_at_14_he_is_told_that_a_parent_signs_up(visit: Callable[..., Visitor], reading: Shift) -> None:
    noe = visit()
    with_his_mother(asks(noe, reading, "2012")).press("Je m’inscris")
    noe.sees("Avant 15 ans, un parent ou un responsable inscrit l’enfant").look("minor-8-child")
    assert not SignUp.objects.across(reason="test").exists() and letters(MOTHER) == []


def test_too_young_for_this_one_he_is_shown_others(
    visit: Callable[..., Visitor], reading: Shift, les_jardins: Any
) -> None:
    stand = factories.first_shift(factories.mission(les_jardins, title="Tenir le stand", min_age=17))
    factories.mission(les_jardins, title="Monter les tentes")
    noe = visit()
    with_his_mother(asks(noe, stand, "2010")).press("Je m’inscris").sees("demande d’avoir 17 ans").look("minor-9-young")
    noe.press("Voir les missions ouvertes avant 18 ans").sees("Lire des histoires").does_not_see("Monter les tentes")


def test_with_an_account_one_yes_is_enough_for_every_mission(visit: Callable[..., Visitor], reading: Shift) -> None:
    noe, mother = visit(person=factories.person("Noé P.", email=NOE, birth_year=None)), visit()
    noe.go("web:age").fill("Votre année de naissance", "2010").fill("le nom d’un parent", "Inès P.")
    noe.fill("Son adresse mail", MOTHER).press("Enregistrer").sees("Votre responsable reçoit un message")
    noe.look("minor-10-age")
    noe.go("volunteering:sign_up", reading.pk).press("Je m’inscris").sees("il faut l’accord d’un parent")
    mother.open(address_in(last_letter(MOTHER))).press("Oui, je suis d’accord").sees("Merci")
    noe.go("volunteering:sign_up", reading.pk).press("Je m’inscris").sees("Vous êtes attendu·e")
