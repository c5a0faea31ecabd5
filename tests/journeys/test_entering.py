"""Amina comes in by a code read in her mail, signs up with one tap, signs her hours, takes her attestation, and leaves."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from maillage.engage.volunteering.models import Hours, Shift, SignUp
from maillage.engage.volunteering.tests import factories
from maillage.engage.volunteering.tests.factories import NOW
from tests.journeys.conftest import Clock
from tests.journeys.visitor import Visitor
from tests.letterbox import last_letter

pytestmark = pytest.mark.usefixtures("javascript")
AMINA = "amina@exemple.localhost"


def enters(visitor: Visitor, email: str) -> Visitor:
    """From the home page: a mail address, then the code that it received."""
    visitor.go("web:home").press("Me connecter", inside=".head")
    visitor.fill("Votre adresse mail", email).press("Recevoir mon code").sees("Écrivez le code reçu")
    return visitor.fill("Le code", code_in(last_letter(email))).press("Entrer")


def code_in(letter: str) -> str:
    found = re.search(r"^([A-Z0-9]{3,}-?[A-Z0-9]{3,})$", letter, re.MULTILINE)
    assert found, letter
    return found[1]


@pytest.fixture
def harvest(les_jardins: Any) -> Shift:
    return factories.first_shift(factories.mission(les_jardins, title="Récolter les légumes"))


def test_amina_comes_in_signs_up_signs_her_hours_and_leaves(
    visit: Callable[..., Visitor], harvest: Shift, clock: Clock
) -> None:
    amina = enters(visit(), AMINA).sees("Bonjour").look("entering-1-me")
    amina.press("Mon nom").fill("Votre nom", "Amina B.").look("entering-2-name")
    amina.press("Enregistrer").sees("Bonjour Amina B.")

    # Three taps from the list, and nothing to type any more.
    amina.go("volunteering:mission_list")
    amina.taps, amina.typed = 0, []
    amina.press("Récolter les légumes").press("Je m’inscris").sees("sous le nom de Amina B.").look("entering-3-sign-up")
    amina.press("Je m’inscris").sees("Vous êtes attendu·e").sees("Portail vert")
    assert (amina.taps, amina.typed) == (3, [])
    assert "réservée" in last_letter(AMINA)
    amina.go("volunteering:sign_up", harvest.pk).sees("Vous avez déjà une place").sees("Portail vert")

    amina.press("Moi", inside=".bar").sees("Mes prochaines missions").look("entering-4-me")
    amina.press("Toutes mes missions").sees("Récolter les légumes").sees("mardi 1er décembre").look(
        "entering-5-missions"
    )
    assert b"BEGIN:VEVENT" in amina.takes("Tout mettre dans mon agenda")

    # She came; Bruno noted it and counted her two hours.
    clock.jump_to(NOW + timedelta(days=8))
    factories.counted(SignUp.objects.of(harvest.mission.organisation).get())
    amina.go("web:me").press("à vérifier").sees("À vérifier").sees("2 h").look("entering-6-hours")
    amina.press("C’est juste").sees("signées des deux côtés")
    assert Hours.objects.across(reason="test").get().signature.how == "account"
    amina.go("volunteering:my_hours").does_not_see("À vérifier").look("entering-7-signed")
    assert amina.takes("Mon attestation").startswith(b"%PDF")
    assert "Récolter les légumes" in amina.takes("tableau CSV").decode()

    amina.go("web:me").press("Sortir").sees("Sur un ordinateur partagé").press("Sortir").look("entering-8-out")
    amina.sees("Vous êtes sorti·e").does_not_see("Bonjour").go("web:me").sees("Recevoir mon code")


def test_a_lost_telephone_is_shut_out_from_another(visit: Callable[..., Visitor], amina: Any) -> None:
    lost, kept = enters(visit(), AMINA), enters(visit(), AMINA)
    lost.sees("Bonjour Amina B.")
    kept.sees("Bonjour Amina B.").press("Mes appareils").sees("celui-ci").look("entering-devices")
    assert len(kept.all(".lines > li")) == 2
    kept.press("Fermer").sees("cet appareil n’a plus accès")
    assert len(kept.all(".lines > li")) == 1
    lost.go("web:me").sees("Recevoir mon code")
    kept.go("web:me").sees("Bonjour Amina B.")


def test_a_wrong_code_is_a_sentence_and_nothing_tells_who_is_here(visit: Callable[..., Visitor], amina: Any) -> None:
    known, unknown = visit(), visit()
    said = []
    for visitor, email in ((known, AMINA), (unknown, "personne@exemple.localhost")):
        visitor.go("account_login").fill("Votre adresse mail", email).press("Recevoir mon code")
        visitor.sees("Écrivez le code reçu").fill("Le code", "AAA-AAA").press("Entrer").sees("Ce n’est pas ce code")
        said.append([line.replace(email, "…") for line in visitor.all("main")])
    known.look("entering-wrong-code")
    assert said[0] == said[1]
    known.fill("Le code", code_in(last_letter(AMINA))).press("Entrer").sees("Bonjour Amina B.")
