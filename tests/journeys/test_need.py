"""Mado cannot carry her shopping any more: she says it from outside; an association answers; a neighbour comes; it helped."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from maillage.engage.volunteering.models import Mission, Need, NeedStatus, Outcome
from maillage.engage.volunteering.tests.factories import NOW
from tests.journeys.conftest import Clock
from tests.journeys.visitor import DESKTOP, Visitor
from tests.letterbox import address_in, last_letter, letters

pytestmark = pytest.mark.usefixtures("javascript")
MADO, LUCIE = "+33612345678", "lucie@exemple.localhost"


def says_it(mado: Visitor, title: str = "Porter les courses au deuxième étage") -> Visitor:
    """From the door; she has a telephone and no mail. One association listens near her: it is chosen already."""
    mado.go("web:home").press("J’ai besoin", inside=".bar").sees("Vous dites ce qui manque").look("need-0-door")
    mado.says_where("Rennes").press("Dire ce qui me manque").sees("Personne d’autre").look("need-1-form")
    mado.fill("en quelques mots", title).picks("C’est plutôt", "Alimentation")
    mado.fill("Quand", "un matin de la semaine prochaine").choose("dans les jours qui viennent")
    mado.fill("Ce que l’association doit savoir", "Je marche avec une canne, digicode 12B45")
    mado.fill("Votre nom", "Madeleine Kervadec").fill("Ou votre téléphone", "06 12 34 56 78")
    return mado.press("Dire mon besoin")


def only_need() -> Need:
    return Need.objects.across(reason="test").get()


def test_a_need_is_said_answered_met_and_closed(
    visit: Callable[..., Visitor], les_jardins: Any, bruno: Any, clock: Clock
) -> None:
    mado, bruno_desk, lucie = visit(), visit(size=DESKTOP, person=bruno), visit()
    says_it(mado).sees("Reçue").sees("L’association la lit").look("need-2-followed")
    followed = mado.page.url
    assert followed.endswith(address_in(last_letter(MADO)))

    # The association reads it, keeps it, opens the mission in one tap: what was said is not written again.
    bruno_desk.go("web:desk", "les-jardins").sees("Porter les courses au deuxième étage").look("need-3-desk")
    bruno_desk.press("Porter les courses").sees("Madeleine Kervadec").sees("canne").look("need-4-read")
    bruno_desk.press("Le retenir pour plus tard").sees("Ce besoin est retenu")
    mado.open(followed).sees("Retenue par l’association")
    bruno_desk.press("Ouvrir la mission").sees("Préparer la mission").look("need-5-mission")
    assert bruno_desk.field("titre").input_value() == "Porter les courses au deuxième étage"
    bruno_desk.fill("ce que l’on fait", "On monte deux sacs au deuxième étage, et l’on prend un café si l’on veut.")
    bruno_desk.press("Continuer : dire quand").fill("Le", "2026-12-01", exact=True)
    bruno_desk.fill("De", "10:00", exact=True).fill("À", "11:00", exact=True).look("need-6-when")
    bruno_desk.press("Ajouter").sees("mardi 1er décembre").press("Publier").sees("C’est public").look("need-7-public")

    # Everybody may read the mission; nobody reads who it is for.
    mado.open(followed).sees("Une mission est ouverte").sees("Personne encore").look("need-8-open")
    assert "cherche quelqu’un pour vous" in last_letter(MADO)
    lucie.go("volunteering:mission_list").press("Porter les courses").sees("On monte deux sacs")
    for secret in ("Madeleine", "Kervadec", "canne", "12B45", "06 12"):
        assert secret not in lucie.page.content()
    lucie.press("Je m’inscris").fill("Votre nom", "Lucie N.").fill("Votre adresse mail", LUCIE).press("Je m’inscris")
    lucie.sees("L’association répond à chaque personne").look("need-9-asked")
    sheet = lucie.page.url
    bruno_desk.go("web:desk", "les-jardins").press("Répondre à une personne").sees("Lucie N.").look("need-10-answer")
    bruno_desk.press("Dire oui").sees("Viennent")
    assert "réservée" in last_letter(LUCIE)
    mado.open(followed).sees("1 personne inscrite").does_not_see("Lucie")

    # It took place; both say whether it helped.
    clock.jump_to(NOW + timedelta(days=7, hours=4))
    bruno_desk.go("web:desk", "les-jardins").press("Noter une présence").press("Présence").sees("Tout est noté")
    lucie.open(sheet).sees("Merci d’être venu·e").choose("Oui").fill("Un mot", "Le café était bon").look("need-11-told")
    lucie.press("Le dire").sees("Vous avez répondu : Oui")
    mado.open(followed).sees("Est-ce que cela a aidé").choose("Oui").look("need-12-helped").press("Le dire")
    mado.sees("cela a aidé, Oui").sees("Terminée").look("need-13-closed")
    assert only_need().status == NeedStatus.CLOSED
    assert {(one.side, one.answer) for one in Outcome.objects.across(reason="test")} == {
        ("asker", "yes"),
        ("helper", "yes"),
    }
    bruno_desk.go("volunteering:desk_need", "les-jardins", only_need().pk).sees("Le café était bon").sees("clos")
    bruno_desk.look("need-14-desk-closed")


def test_a_need_that_names_its_person_is_asked_again(visit: Callable[..., Visitor], les_jardins: Any) -> None:
    mado = says_it(visit(), title="Porter les courses de Madeleine")
    mado.sees("dites ce qu’il faut faire, sans dire qui").look("need-names")
    assert mado.field("Votre nom").input_value() == "Madeleine Kervadec"  # nothing is lost
    mado.fill("en quelques mots", "Porter les courses").press("Dire mon besoin").sees("Reçue")


def test_a_no_comes_with_its_reason(visit: Callable[..., Visitor], les_jardins: Any, bruno: Any) -> None:
    mado, bruno_desk = says_it(visit()).sees("Reçue"), visit(size=DESKTOP, person=bruno)
    bruno_desk.go("volunteering:desk_need", "les-jardins", only_need().pk).unfold("Nous ne pouvons pas y répondre")
    bruno_desk.fill("Que dites-vous à la personne", "Nous n’avons personne ce mois-ci : appelez la mairie.")
    bruno_desk.press("Envoyer cette réponse").sees("la personne lira votre réponse")
    mado.open(mado.page.url).sees("appelez la mairie").look("need-declined")
    assert "appelez la mairie" in last_letter(MADO)


def test_she_withdraws_when_somebody_else_helped(visit: Callable[..., Visitor], les_jardins: Any, bruno: Any) -> None:
    mado = says_it(visit()).sees("Reçue")
    mado.press("Ce n’est plus la peine").sees("C’est noté : l’association le sait").look("need-withdrawn")
    assert only_need().status == NeedStatus.CLOSED and not Mission.objects.exists()
    assert "Porter les courses" in letters(bruno.email)[0]
