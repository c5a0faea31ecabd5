"""Nadia presides over an association that is not here yet: she finds it, says that it is ours, and proves it by a letter."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Browser

from maillage.kernel.organisations import claims
from maillage.kernel.organisations.models import Claim, Organisation
from maillage.kernel.organisations.tests import factories
from maillage.kernel.people.models import Person
from tests.journeys.test_accessibility import AXE, violations
from tests.journeys.visitor import DESKTOP, PHONE, Visitor
from tests.letterbox import address_in, last_letter

pytestmark = pytest.mark.usefixtures("own_folder")
PDF = b"%PDF-1.7\n" + b"le proces-verbal " * 20


@pytest.fixture
def nadia(transactional_db: None) -> Person:
    return Person.objects.create_user("nadia@exemple.localhost", name="Nadia E.", birth_year=1957)


@pytest.fixture
def odile(transactional_db: None) -> Person:
    made = Person.objects.create_user("odile@exemple.localhost", name="Odile H.", is_staff=True)
    Authenticator.objects.create(user=made, type=Authenticator.Type.TOTP, data={"secret": "x"})
    return made


@pytest.fixture
def mill(transactional_db: None) -> Any:
    factories.commune("35047", "Bruz", postcodes=["35170"])
    factories.entry("W353009999", "CHORALE DU MOULIN", insee="35238")
    return factories.entry(insee="35047", postcode="35170", commune_name="BRUZ")


def finds(visitor: Visitor) -> None:
    """The association is there before the button is pressed, for whoever has JavaScript."""
    visitor.go("/associations/")
    visitor.field("Son nom, ou son numéro").press_sequentially("amis du moul")
    visitor.typed.append("amis du moul")
    if not visitor.javascript:
        visitor.press("Chercher")
    visitor.sees("Les Amis du Moulin").does_not_see("Chorale").look("takeover-1-found")
    visitor.press("Les Amis du Moulin").sees("Vous en êtes responsable").does_not_see("Forge").look("takeover-2-line")


@pytest.mark.usefixtures("javascript")
def test_nadia_takes_her_association_over_with_a_letter(
    visit: Callable[..., Visitor], mill: Any, nadia: Person, odile: Person
) -> None:
    her = visit(person=nadia)
    finds(her)
    her.press("C’est la nôtre").sees("Votre rôle dans l’association")
    her.choose("Présidence").choose("Un code, que nous postons")
    her.look("takeover-3-ask").press("Envoyer ma demande")
    her.sees("prépare le courrier").look("takeover-4-waits")

    team = visit(person=odile, size=DESKTOP)
    assert "Une demande attend" in last_letter("odile@")
    team.open(address_in(last_letter("odile@"))).sees("Nadia E. demande les clés").look("takeover-5-team")
    team.press("Préparer la lettre").sees("L’imprimer").press("Elle est postée").sees("C’est noté")

    letter = last_letter("nadia@")
    assert "est posté" in letter and "Forge" not in letter
    her.open(address_in(letter)).sees("Vous avez reçu le courrier").look("takeover-6-code")
    her.fill("Le code écrit sur le courrier", "aaaa-aaaa").press("Entrer ce code").sees("Essais restants : 4")
    code = claims.code_of(Claim.objects.get())
    her.fill("Le code écrit sur le courrier", code.lower().replace("-", " ")).press("Entrer ce code")
    her.sees("est à vous").sees("Pour commencer").look("takeover-7-desk")
    assert Organisation.objects.get().name == "Les Amis du Moulin"
    assert "amis du moul" in her.typed and "Les Amis du Moulin" not in her.typed  # its name was never typed in full


@pytest.mark.usefixtures("javascript")
def test_nadia_proves_it_with_a_document_which_is_then_destroyed(
    visit: Callable[..., Visitor], mill: Any, nadia: Person, odile: Person, tmp_path: Any
) -> None:
    her = visit(person=nadia)
    her.go("web:claim_ask", mill.number).choose("Trésorerie").choose("Un document que vous avez")
    her.field("Le document", exact=True).set_input_files(
        {"name": "pv.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    her.press("Envoyer ma demande").sees("va lire votre document").sees("pv.pdf")
    team = visit(person=odile)
    team.go("web:operate").press("Les Amis du Moulin").sees("pv.pdf").look("takeover-8-document")
    team.press("Refuser").sees("Dites pourquoi").fill("Pourquoi", "Il manque la date.", exact=True)
    team.press("Refuser").sees("C’est refusé")
    her.open(address_in(last_letter("nadia@"))).sees("Il manque la date.").look("takeover-9-refused")
    her.press("Faire une nouvelle demande").sees("Votre rôle dans l’association")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_commune_taken_among_the_suggestions_searches_at_once(visit: Callable[..., Visitor], mill: Any) -> None:
    visitor = visit()
    visitor.go("/associations/").fill("Commune", "bru")
    visitor.page.get_by_role("option", name="Bruz").click()
    visitor.sees("Les Amis du Moulin").does_not_see("Chorale du Moulin")
    assert "commune_insee=35047" in visitor.page.url
    visitor.page.reload()
    visitor.sees("Les Amis du Moulin")


def test_a_commune_typed_before_its_suggestions_can_be_asked_for_has_them_all_the_same(
    visit: Callable[..., Visitor], mill: Any
) -> None:
    visitor = visit()
    waiting: list[Any] = []
    visitor.page.route("**/commune_field*.js", lambda route: waiting.append(route))
    visitor.go("/associations/").fill("Commune", "bru")
    visitor.page.wait_for_timeout(400)  # longer than the field waits for another letter
    assert visitor.page.get_by_role("option").count() == 0
    waiting[0].continue_()
    visitor.page.get_by_role("option", name="Bruz").click()
    visitor.sees("Les Amis du Moulin").does_not_see("Chorale du Moulin")


def test_only_the_chosen_proof_asks_for_its_file(visit: Callable[..., Visitor], mill: Any, nadia: Person) -> None:
    her = visit(person=nadia)
    her.go("web:claim_ask", mill.number)
    document = her.page.locator("#id_document")
    her.choose("Un code, que nous postons")
    assert not document.is_visible()
    her.choose("Un document que vous avez")
    assert document.is_visible()


def test_no_page_of_the_takeover_has_a_violation(
    browser: Browser, live_server: Any, mill: Any, nadia: Person, odile: Person, now: Any
) -> None:
    asked = claims.claim(entry=mill, person=nadia, proof="letter", now=now)
    claims.make_letter(claim=asked, by=odile, now=now)
    claims.post_letter(claim=asked, by=odile, now=now)
    pages = {
        nadia: ["/associations/?q=moulin", "/associations/?q=zzz&commune=Bruz", "/associations/creer/",
                f"/associations/repertoire/{mill.number}/", f"/associations/repertoire/{mill.number}/c-est-la-notre/",
                f"/moi/demandes/{asked.pk}/", "/moi/"],
        odile: ["/operer/", f"/operer/demandes/{asked.pk}/", "/moi/"],
    }  # fmt: skip
    wrong = []
    for person, addresses in pages.items():
        for size, dark in ((PHONE, False), (DESKTOP, True)):
            visitor = Visitor(browser, live_server.url, size=size, dark=dark, person=person)
            visitor.context.add_init_script(path=AXE)
            for address in addresses:
                visitor.open(address)
                wrong += [f"{size['width']} {address} {line}" for line in violations(visitor)]
                if visitor.width() > size["width"]:
                    wrong.append(f"{address} is {visitor.width()} px wide")
            visitor.close()
    assert wrong == []
