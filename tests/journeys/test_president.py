"""Nadia presides over an association that no register knows: she creates it, tells what it does, and is not alone for long."""

from collections.abc import Callable
from typing import Any

import pytest

from maillage.kernel.organisations.models import Organisation
from maillage.kernel.people.models import Person
from tests.journeys.test_entering import code_in, enters
from tests.journeys.visitor import DESKTOP, Visitor
from tests.letterbox import address_in, last_letter

pytestmark = pytest.mark.usefixtures("javascript")
NADIA, CLAIRE = "nadia@exemple.localhost", "coordination@exemple.localhost"


def test_from_nothing_to_a_team_of_two(visit: Callable[..., Visitor], rennes: Any) -> None:
    nadia = visit(size=DESKTOP)
    nadia.go("web:home").press("Je gère mon association", inside=".head").sees("Un bureau qui dit").look(
        "president-1-door"
    )
    nadia.press("Trouver mon association").fill("Son nom", "Les Mains Libres")
    if not nadia.javascript:
        nadia.press("Chercher")
    nadia.sees("Aucune association ne répond").look("president-2-none").press("La créer ici")
    # Known to nobody yet, she comes in on the way, and finds herself where she was going.
    nadia.fill("Votre adresse mail", NADIA).press("Recevoir mon code").sees("Écrivez le code reçu")
    nadia.fill("Le code", code_in(last_letter(NADIA))).press("Entrer").sees("Créer une association ici")
    assert nadia.field("Le nom de l’association").input_value() == "Les Mains Libres"  # written once
    nadia.fill("Sa commune", "Rennes").choose("Pas déclarée").fill("Votre nom", "Nadia E.").look(
        "president-3-create"
    ).press("Créer cette association")
    nadia.sees("vous en avez la présidence").sees("Bienvenue à votre bureau").sees("Pour commencer").look(
        "president-4-desk"
    )
    here = Organisation.objects.get().slug

    # The first things to do: say what one does, do not stay alone.
    nadia.press("Compléter votre page").fill("présentation", "On répare ensemble ce qui allait être jeté.")
    nadia.look("president-5-page").press("Enregistrer la page").sees("Votre page est à jour")
    nadia.go("web:desk", here).press("Inviter quelqu’un à vous aider")
    nadia.fill("Son nom", "Claire D.").fill("Son adresse mail", CLAIRE).choose("Coordination").look("president-6-team")
    nadia.press("Envoyer l’invitation").sees("Invitations en attente")

    claire = visit()
    claire.open(address_in(last_letter(CLAIRE))).sees("Les Mains Libres").look("president-7-invitation")
    claire.press("Entrer pour accepter").fill("Votre adresse mail", CLAIRE).press("Recevoir mon code")
    claire.fill("Le code", code_in(last_letter(CLAIRE))).press("Entrer").press("J’accepte ce rôle")
    claire.sees("Bienvenue dans l’équipe").sees("Ouvrir votre première mission").look("president-8-coordinator")
    assert Person.objects.get(email=CLAIRE).name == "Claire D."  # who invited had written it: she does not
    claire.does_not_see("Inviter quelqu’un")  # that is for who presides

    # She leaves: her desk closes at the next request.
    nadia.go("web:team", here).page.get_by_role("link", name="Terminer le rôle de Claire D.").click()
    nadia.press("Terminer ce rôle").sees("effet immédiat")
    answer = claire.page.goto(f"/gerer/{here}/")
    assert answer is not None and answer.status == 404
    claire.sees("n’existe pas").look("president-9-closed")
    claire.wrong.clear()  # the console said that it was not found
    stranger = visit().go("web:organisation", here).sees("On répare ensemble").look("president-10-public")
    assert "Claire" not in stranger.page.content() and NADIA not in stranger.page.content()


def test_an_invitation_is_for_the_address_that_was_invited(
    visit: Callable[..., Visitor], les_jardins: Any, bruno: Any
) -> None:
    desk = visit(person=bruno).go("web:team", "les-jardins")
    desk.fill("Son nom", "Claire D.").fill("Son adresse mail", CLAIRE).choose("Coordination")
    desk.press("Envoyer l’invitation").sees("part à")
    stranger = enters(visit(), "autre@exemple.localhost").open(address_in(last_letter(CLAIRE)))
    stranger.press("J’accepte ce rôle").look("president-11-not-hers")
    assert not les_jardins.roles.exclude(person=bruno).exists()
    stranger.sees("adresse")
