"""The thread: Claire coordinates an association where nothing is written yet; a few days later a volunteer holds an attestation.

need → mission → shift → sign-up → presence → hours → both signatures → attestation, checked by anybody; no name typed twice.
"""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pikepdf
import pytest

from maillage.engage.volunteering.models import Hours
from maillage.engage.volunteering.tests.factories import NOW
from maillage.kernel.documents.models import Issued
from maillage.kernel.organisations.models import Role, RoleKind
from tests.journeys.conftest import Clock
from tests.journeys.visitor import DESKTOP, Visitor
from tests.letterbox import address_in, last_letter

pytestmark = pytest.mark.usefixtures("javascript")
LUCIE = "lucie@exemple.localhost"
GARDEN, TITLE = "les-jardins", "Récolter les légumes avant le gel"


@pytest.fixture
def coordinator(les_jardins: Any, claire: Any) -> Any:
    Role.objects.create(person=claire, organisation=les_jardins, kind=RoleKind.COORDINATOR, since_at=NOW)
    return claire


def test_from_an_empty_association_to_an_attestation(
    visit: Callable[..., Visitor], coordinator: Any, clock: Clock
) -> None:
    claire, lucie, town_hall = visit(size=DESKTOP, person=coordinator), visit(), visit()
    claire.go("web:desk", GARDEN).sees("Pour commencer").look("coordinator-1-empty")

    # A need, then the mission that answers it: one tap, and it is public.
    claire.press("Besoins", inside=".desk-menu").sees("Aucun besoin n’attend").press("Dire un besoin")
    claire.fill("Qu’est-ce qui manque", TITLE).fill("Combien de personnes", "3")
    claire.fill("Quel jour", "2026-12-01").fill("À quelle heure", "10:00").fill("Pendant combien de temps", "2 h 30")
    claire.look("coordinator-2-need").press("Noter ce besoin").sees("mardi 1er décembre")
    claire.press("Ouvrir la mission").sees("Préparer la mission")
    assert claire.field("Titre").input_value() == TITLE
    claire.fill("Ce que l’on fait", "On arrache, on lave et l’on met en caisses, puis tout part à l’épicerie.")
    claire.fill("Point de rendez-vous", "Portail vert").look("coordinator-3-mission")
    claire.press("Publier").sees("C’est public").sees("mardi 1er décembre").look("coordinator-4-public")

    # One signs up by herself, one phones.
    lucie.go("volunteering:mission_list").press(TITLE).press("Je m’inscris")
    lucie.fill("Votre nom", "Lucie Nédélec").fill("Votre adresse mail", LUCIE).press("Je m’inscris")
    lucie.sees("Vous êtes attendu·e").sees("Portail vert")
    sheet = lucie.page.url
    claire.go("web:desk", GARDEN).press("Missions", inside=".desk-menu").press(TITLE).press("mardi 1er décembre")
    claire.sees("Lucie Nédélec").sees("1 sur 3")
    claire.fill("son nom", "Paul Tanguy").fill("Son téléphone", "06 12 34 56 78").look("coordinator-5-shift")
    claire.press("Ajouter à la liste").sees("Paul Tanguy").sees("2 sur 3")
    claire.go("volunteering:desk_week", GARDEN).press("Semaine d’après").sees("Récolter").look("coordinator-6-week")

    # On the day: who came, in one tap each.
    clock.jump_to(NOW + timedelta(days=7, minutes=20))
    claire.go("web:desk", GARDEN).sees("Noter 2 présences").look("coordinator-7-today").press("Noter 2 présences")
    claire.page.locator(".who", has_text="Lucie").get_by_role("button", name="Présence").click()
    claire.sees("1 présence, 1 à noter")
    claire.page.locator(".who", has_text="Paul").get_by_role("button", name="A prévenu").click()
    claire.sees("Tout est noté : 1 présence").look("coordinator-8-presence")

    # The hours follow from it, signed by the association and then by Lucie.
    clock.wait(hours=4)
    claire.press("Heures", inside=".desk-menu").sees("Lucie Nédélec").does_not_see("Paul").look("coordinator-9-hours")
    claire.press("Compter et signer").sees("compt").look("coordinator-10-counted")
    assert address_in(last_letter(LUCIE)) in sheet
    lucie.open(sheet).sees("2 h 30").press("Oui, c’est juste").sees("signées des deux côtés").look(
        "coordinator-11-signed"
    )
    assert Hours.objects.across(reason="test").get().signature.how == "link"

    # The attestation: a tagged PDF, whose code tells anybody that it is authentic.
    claire.press("Personnes", inside=".desk-menu").press("Lucie Nédélec").sees("2 h 30").look("coordinator-12-person")
    claire.press("Attester 2026").sees("L’attestation est prête")
    paper = claire.takes("Télécharger")
    with pikepdf.open(io.BytesIO(paper)) as pdf:
        assert pdf.Root.MarkInfo.Marked and "/StructTreeRoot" in pdf.Root
    code = Issued.objects.across(reason="test").get().code
    town_hall.go("web:check").fill("Le code", code).press("Vérifier").sees("Ce document est authentique")
    town_hall.sees("Les Jardins").sees("2 h 30").does_not_see("Nédélec").look("coordinator-13-checked")

    # Nobody wrote twice the same thing, nor what the house knew already.
    typed = claire.typed + lucie.typed + town_hall.typed
    assert sorted(typed) == sorted(set(typed))
    for known in ("Les Jardins", "Claire", "Rennes"):
        assert not any(known in text for text in typed)
    for name in (TITLE, "Nédélec", "Tanguy", "Portail"):
        assert sum(name in text for text in typed) == 1

    # And next week is told from what is known: nobody is written again, not even who has no account.
    claire.go("volunteering:desk_missions", GARDEN).press(TITLE).press("Ajouter des créneaux")
    claire.typed = []
    claire.fill("Le", "2026-12-08", exact=True)
    assert claire.field("De", exact=True).input_value() == "10:00"
    claire.press("Ajouter").press("mardi 8 décembre").picks("Quelqu’un que vous connaissez déjà", "Paul Tanguy")
    claire.press("Ajouter à la liste").sees("1 sur 3").look("coordinator-14-again")
    assert claire.typed == ["2026-12-08"]


def test_hours_that_are_not_right_are_put_right(visit: Callable[..., Visitor], coordinator: Any, clock: Clock) -> None:
    from maillage.engage.volunteering.actions.missions import sheet_address
    from maillage.engage.volunteering.tests import factories

    mission = factories.mission(coordinator.roles.get().organisation, title=TITLE)
    hours = factories.counted(
        factories.sign_up(factories.first_shift(mission), factories.guest("Lucie N.")), minutes=60
    )
    clock.jump_to(NOW + timedelta(days=8))
    lucie, claire = visit(), visit(size=DESKTOP, person=coordinator)
    lucie.open("/" + sheet_address(hours.sign_up).split("/", 3)[3]).sees("1 h").unfold("Ce n’est pas juste")
    lucie.fill("Qu’est-ce qui n’est pas juste", "Je suis restée une heure et demie.").press("Le dire à l’association")
    lucie.sees("elle va regarder et corriger").look("coordinator-wrong-1")
    claire.go("web:desk", GARDEN).press("Revoir les heures d’une personne").sees("Lucie N.").look("coordinator-wrong-2")
    claire.sees("Je suis restée une heure et demie.")
    claire.press("Corriger").choose("durée inexacte").look("coordinator-wrong-3").press("Annuler")
    claire.go("volunteering:desk_hours", GARDEN).fill("Durée pour Lucie", "1 h 30").press("Compter et signer")
    lucie.open(lucie.page.url).sees("1 h 30").press("Oui, c’est juste").sees("signées des deux côtés")
    told = Hours.objects.across(reason="test").order_by("pk").values_list("minutes", flat=True)
    assert list(told) == [60, -60, 90]  # nothing is rubbed out
