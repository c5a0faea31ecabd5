"""The journey of a president: find the association, say that it is ours, prove it, follow the answer; with and without htmx."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from maillage.kernel.files.models import File
from maillage.kernel.organisations import claims
from maillage.kernel.organisations.models import Claim, ClaimProof, Organisation, RegisterEntry, RoleKind
from maillage.kernel.organisations.tests import factories
from maillage.kernel.people.models import Person
from maillage.kernel.places.models import Commune
from maillage.web.views import register as views
from tests.pages import enter, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]
PDF = b"%PDF-1.7\n" + b"le proces-verbal " * 20


@pytest.fixture
def mill(rennes: Commune) -> RegisterEntry:
    return factories.entry()


@pytest.fixture
def odile(db: None) -> Person:
    return Person.objects.create_user("odile@exemple.localhost", name="Odile H.", is_staff=True)


def paper(name: str = "pv.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def ask(client: Client, entry: RegisterEntry, **said: Any) -> Any:
    return client.post(reverse("web:claim_ask", args=[entry.number]), {"role": "president", "proof": "letter", **said})


# ── Finding ───────────────────────────────────────────────────────────────────────────────────
def test_nothing_asked_shows_those_that_stand_here(
    client: Client, les_jardins: Organisation, mill: RegisterEntry
) -> None:
    page = text(client.get("/associations/"))
    assert "Les Jardins" in page and "Amis du Moulin" not in page
    assert reverse("web:declare") in page


def test_words_find_those_that_stand_here_and_the_lines_of_the_register(
    client: Client, les_jardins: Organisation, mill: RegisterEntry
) -> None:
    factories.entry("W353001299", "JARDINS DU BOUT DU MONDE")
    page = text(client.get("/associations/", {"q": "jardins"}))
    assert reverse("web:organisation", args=["les-jardins"]) in page
    assert reverse("web:register_entry", args=["W353001299"]) in page
    assert "Moulin" not in page


def test_one_that_stands_here_is_not_shown_twice(client: Client, les_jardins: Organisation) -> None:
    factories.entry("W353001299", "LES JARDINS")
    Organisation.objects.update(rna_number="W353001299")
    page = text(client.get("/associations/", {"q": "jardins"}))
    assert reverse("web:register_entry", args=["W353001299"]) not in page
    assert page.count(reverse("web:organisation", args=["les-jardins"])) == 1


def test_a_commune_is_understood_as_typed_and_a_doubt_is_said(client: Client, mill: RegisterEntry) -> None:
    factories.commune("35288", "Saint-Malo", postcodes=["35400"])
    factories.commune("35281", "Saint-Jacques-de-la-Lande", postcodes=["35136"])
    assert "Les Amis du Moulin" in text(client.get("/associations/", {"q": "", "commune": "rennes"}))
    page = text(client.get("/associations/", {"q": "moulin", "commune": "saint"}))
    assert "Plusieurs communes y répondent" in page and "Les Amis du Moulin" not in page
    assert "Nous ne trouvons pas" in text(client.get("/associations/", {"commune": "Atlantide"}))


def test_htmx_gets_the_very_part_of_the_whole_page(client: Client, mill: RegisterEntry) -> None:
    for asked in ({}, {"q": "moulin"}, {"q": "rien du tout"}):
        whole = text(client.get("/associations/", asked))
        part = text(client.get("/associations/", asked, headers={"HX-Request": "true"}))
        assert "<html" not in part
        assert part.strip() in whole


def test_the_form_works_without_javascript_and_as_one_types(client: Client) -> None:
    page = text(client.get("/associations/"))
    assert 'method="get" action="/associations/"' in page
    assert 'hx-trigger="input delay:300ms from:#id_q, submit"' in page


def test_nothing_found_says_what_to_do(client: Client, mill: RegisterEntry) -> None:
    page = text(client.get("/associations/", {"q": "zzz", "commune": "Rennes"}))
    assert "Chercher partout en France" in page and "/associations/?q=zzz" in page
    assert reverse("web:declare") in page


def test_pages_follow_one_another(client: Client, rennes: Commune) -> None:
    for n in range(views.A_PAGE + 5):
        factories.entry(f"W35300{n:04}", f"CLUB {n:02}")
    first = text(client.get("/associations/", {"q": "club"}))
    second = text(client.get("/associations/", {"q": "club", "page": "2"}))
    assert "Page d’après" in first and "Page d’avant" not in first
    assert "Page d’après" not in second and "Page d’avant" in second
    assert ("Club 00" in first, "Club 00" in second, "Club 24" in second) == (True, False, True)


@pytest.mark.parametrize("page", ["0", "-1", "x", "²", "9" * 30, "99999", ""])
def test_no_page_number_breaks_anything(client: Client, mill: RegisterEntry, page: str) -> None:
    assert client.get("/associations/", {"q": "moulin", "page": page}).status_code == 200
    assert client.get("/associations/", {"page": page}).status_code == 200


@pytest.mark.parametrize("typed", ["\x00", "'\"><script>", "a" * 5000, "%", "W353001234' OR 1=1", "\u202e"])
def test_no_words_break_the_search(client: Client, mill: RegisterEntry, typed: str) -> None:
    for asked in ({"q": typed}, {"commune": typed}, {"q": typed, "commune": typed, "commune_insee": typed}):
        response = client.get("/associations/", asked)
        assert response.status_code == 200
        assert "<script>" not in text(response).replace("<script type", "")


def test_a_search_asks_few_questions(client: Client, rennes: Commune, django_assert_max_num_queries: Any) -> None:
    for n in range(20):
        factories.entry(f"W35300{n:04}", f"CLUB {n:02}")
        factories.organisation(f"Club {n}", rennes, rna_number=f"W35300{n:04}" if n % 2 else None)
    with django_assert_max_num_queries(12):
        client.get("/associations/", {"q": "club", "commune": "Rennes"})


# ── A line of the register ────────────────────────────────────────────────────────────────────
def test_of_the_seat_only_the_commune_is_shown(client: Client, mill: RegisterEntry) -> None:
    for address in (reverse("web:register_entry", args=[mill.number]), "/associations/?q=moulin"):
        page = text(client.get(address))
        assert "Rennes" in page and "Forge" not in page
    response = client.get(reverse("web:register_entry", args=[mill.number]))
    assert "C’est la nôtre" in text(response) and "Licence Ouverte" in text(response)
    assert response["X-Robots-Tag"] == "noindex, nofollow"


def test_a_dissolved_one_says_so_and_offers_no_key(client: Client, mill: RegisterEntry) -> None:
    RegisterEntry.objects.update(position="D", dissolved_on=date(2020, 3, 1))
    page = text(client.get(reverse("web:register_entry", args=[mill.number])))
    assert "dissoute depuis le 1 mars 2020" in page and reverse("web:declare") in page
    assert reverse("web:claim_ask", args=[mill.number]) not in page


def test_an_old_number_leads_to_the_line_of_today(client: Client, mill: RegisterEntry) -> None:
    RegisterEntry.objects.create(
        number="353P00012345", layout="import", rna_number=mill.number, title="AMIS", position="R"
    )
    response = client.get(reverse("web:register_entry", args=["353P00012345"]))
    assert response["Location"] == reverse("web:register_entry", args=[mill.number])
    assert client.get(reverse("web:register_entry", args=["w353001234"]))["Location"].endswith("/W353001234/")


def test_one_that_stands_here_shows_its_page_and_its_desk_to_its_own(
    client: Client, les_jardins: Organisation, bruno: Person, mill: RegisterEntry
) -> None:
    Organisation.objects.update(rna_number=mill.number)
    address = reverse("web:register_entry", args=[mill.number])
    assert reverse("web:organisation", args=["les-jardins"]) in text(client.get(address))
    assert reverse("web:claim_ask", args=[mill.number]) not in text(client.get(address))
    assert reverse("web:desk", args=["les-jardins"]) in text(enter(bruno).get(address))


@pytest.mark.parametrize("number", ["W999999999", "x", "%00", "W353001234%00", "é" * 30, "..", "W" * 300])
def test_a_line_that_is_not_is_a_page_that_is_not(client: Client, db: None, number: str) -> None:
    assert client.get(f"/associations/repertoire/{number}/").status_code == 404


# ── « C’est la nôtre » ────────────────────────────────────────────────────────────────────────
def test_asking_wants_to_have_come_in_and_comes_back_here(client: Client, mill: RegisterEntry) -> None:
    address = reverse("web:claim_ask", args=[mill.number])
    assert client.get(address)["Location"] == f"{reverse('account_login')}?next={address}"
    assert ask(client, mill).status_code == 302
    assert not Claim.objects.exists()


def test_a_document_is_sent_kept_encrypted_and_followed(amina: Person, mill: RegisterEntry, tmp_path: Any) -> None:
    client = enter(amina)
    response = ask(client, mill, proof="document", document=paper())
    made = Claim.objects.get()
    assert response["Location"] == reverse("web:claim", args=[made.pk])
    assert (made.person, made.role, made.stage) == (amina, RoleKind.PRESIDENT, "to_read")
    assert made.document and made.document.person == amina
    assert all(b"proces-verbal" not in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    page = text(client.get(response["Location"]))
    assert "va lire votre document" in page and "Retirer ma demande" in page
    assert "Les Amis du Moulin" in text(client.get(reverse("web:me")))
    assert "Suivre ma demande" in text(client.get(reverse("web:register_entry", args=[mill.number])))


def test_the_letter_is_chosen_and_what_comes_next_is_said(amina: Person, mill: RegisterEntry) -> None:
    client = enter(amina)
    page = text(client.get(reverse("web:claim_ask", args=[mill.number])))
    assert "siège déclaré, à Rennes" in page and "Forge" not in page
    page = text(client.get(ask(client, mill)["Location"]))
    assert "prépare le courrier" in page and "Le code écrit sur le courrier" not in page


def test_without_a_seat_only_a_document_is_offered(amina: Person, mill: RegisterEntry) -> None:
    RegisterEntry.objects.update(seat="")
    client = enter(amina)
    assert 'value="letter"' not in text(client.get(reverse("web:claim_ask", args=[mill.number])))
    assert "Sélectionnez un choix valide" in text(ask(client, mill))
    assert not Claim.objects.exists()


@pytest.mark.parametrize(
    ("said", "no"),
    [
        ({"proof": "document"}, "Choisissez le document à envoyer"),
        (
            {"proof": "document", "document": paper("x.pdf", b"MZ\x90\x00 executable")},
            "Nous ne lisons pas ce genre de fichier",
        ),
        (
            {"proof": "document", "document": paper("x.pdf", b"<html><script>")},
            "Nous ne lisons pas ce genre de fichier",
        ),
        ({"proof": "document", "document": paper("x.pdf", b"")}, "vide"),
        ({"proof": "document", "document": paper("x.pdf", b"%PDF-" + b"0" * 8_500_000)}, "trop lourd"),
        ({"proof": ""}, "obligatoire"),
        ({"role": "member"}, "choix valide"),
        ({"proof": "none"}, "choix valide"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_kept(
    amina: Person, mill: RegisterEntry, said: dict[str, Any], no: str
) -> None:
    if isinstance(said.get("document"), SimpleUploadedFile):
        said["document"].seek(0)
    response = ask(enter(amina), mill, **said)
    assert response.status_code == 200 and no in text(response)
    assert not Claim.objects.exists() and not File.objects.about(amina).exists()


def test_the_very_same_form_sent_twice_asks_once(amina: Person, mill: RegisterEntry) -> None:
    client = enter(amina, enforce_csrf_checks=True)
    address = reverse("web:claim_ask", args=[mill.number])
    page = text(client.get(address))
    token = page.split('enctype="multipart/form-data"')[1].split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    sent = {"csrfmiddlewaretoken": token, "role": "president", "proof": "document"}
    answers = [client.post(address, {**sent, "document": paper()})["Location"] for _ in range(2)]
    assert answers[0] == answers[1]
    assert (Claim.objects.count(), File.objects.about(amina).count()) == (1, 1)


def test_whoever_never_said_their_name_is_asked_for_it(mill: RegisterEntry) -> None:
    nameless = Person.objects.create_user("sans-nom@exemple.localhost")
    client = enter(nameless)
    assert 'name="name"' in text(client.get(reverse("web:claim_ask", args=[mill.number])))
    assert ask(client, mill).status_code == 200 and not Claim.objects.exists()
    ask(client, mill, name="Paul I.")
    nameless.refresh_from_db()
    assert (nameless.name, Claim.objects.count()) == ("Paul I.", 1)


def test_one_changes_ones_proof(amina: Person, mill: RegisterEntry) -> None:
    client = enter(amina)
    ask(client, mill, role="treasurer")
    page = text(client.get(reverse("web:claim_ask", args=[mill.number])))
    assert 'value="treasurer" required id="id_role_1" checked' in page or page.count("checked") == 2
    ask(client, mill, role="treasurer", proof="document", document=paper())
    made = Claim.objects.get()
    assert made.stage == "to_read"
    ask(client, mill, role="president", proof="document")  # the document already there serves
    made.refresh_from_db()
    assert made.role == RoleKind.PRESIDENT and made.document is not None


def test_a_taken_one_says_what_is_possible_instead(
    amina: Person, les_jardins: Organisation, mill: RegisterEntry
) -> None:
    Organisation.objects.update(rna_number=mill.number)
    client = enter(amina)
    response = client.get(reverse("web:claim_ask", args=[mill.number]), follow=True)
    assert "Demandez à la personne qui la préside" in text(response)
    assert not Claim.objects.exists()


# ── Following ─────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def posted(amina: Person, mill: RegisterEntry, odile: Person) -> Claim:
    now = timezone.now()
    made = claims.claim(entry=mill, person=amina, proof=ClaimProof.LETTER, now=now)
    claims.make_letter(claim=made, by=odile, now=now)
    return claims.post_letter(claim=made, by=odile, now=now)


def test_the_code_of_the_letter_opens_the_desk(amina: Person, posted: Claim) -> None:
    client = enter(amina)
    assert "Le code écrit sur le courrier" in text(client.get(reverse("web:claim", args=[posted.pk])))
    response = client.post(reverse("web:claim_code", args=[posted.pk]), {"code": claims.code_of(posted)})
    made = Organisation.objects.get()
    assert response["Location"] == reverse("web:desk", args=[made.slug])
    assert client.get(response["Location"]).status_code == 200
    assert "Ouvrir son bureau" in text(client.get(reverse("web:claim", args=[posted.pk])))


@pytest.mark.parametrize("typed", ["", "AAAA", "A" * 29, "\x00", "AAAA-AAA!", "é" * 8, "ABCD-2O34"])
def test_what_cannot_be_a_code_costs_no_try(amina: Person, posted: Claim, typed: str) -> None:
    response = enter(amina).post(reverse("web:claim_code", args=[posted.pk]), {"code": typed})
    assert response.status_code == 200
    assert Claim.objects.get().code_tries == 0


def test_wrong_codes_are_counted_and_the_end_is_said(amina: Person, posted: Claim) -> None:
    client = enter(amina)
    address = reverse("web:claim_code", args=[posted.pk])
    assert "Essais restants : 4" in text(client.post(address, {"code": "AAAA-AAAA"}))
    for _ in range(4):
        page = text(client.post(address, {"code": "AAAA-AAAA"}))
    assert "Cinq codes faux" in page
    assert client.post(address, {"code": claims.code_of(posted)}).status_code == 200
    assert not Organisation.objects.exists()


def test_nobody_follows_somebody_elses_request(claire: Person, odile: Person, posted: Claim) -> None:
    for person in (claire, odile):
        client = enter(person)
        assert client.get(reverse("web:claim", args=[posted.pk])).status_code == 404
        for name in ("claim_code", "claim_withdraw"):
            assert (
                client.post(reverse(f"web:{name}", args=[posted.pk]), {"code": claims.code_of(posted)}).status_code
                == 404
            )
    posted.refresh_from_db()
    assert posted.decided_at is None


def test_one_takes_ones_request_back(amina: Person, posted: Claim) -> None:
    client = enter(amina)
    assert client.post(reverse("web:claim_withdraw", args=[posted.pk])).status_code == 302
    page = text(client.get(reverse("web:claim", args=[posted.pk])))
    assert "Vous avez retiré cette demande" in page and "La refaire" in page
    assert "Mes demandes de prise en main" not in text(client.get(reverse("web:me")))


def test_a_refusal_is_read_with_its_reason_and_can_be_tried_again(amina: Person, posted: Claim, odile: Person) -> None:
    claims.decide_claim(
        claim=posted, by=odile, accepted=False, reason="Le <b>nom</b>\nn’y est pas.", now=timezone.now()
    )
    client = enter(amina)
    page = text(client.get(reverse("web:claim", args=[posted.pk])))
    assert "Le &lt;b&gt;nom&lt;/b&gt;<br>n’y est pas." in page
    assert reverse("web:claim_ask", args=[posted.entry.number]) in page
    assert "refusée, voir pourquoi" in text(client.get(reverse("web:me")))


def test_that_the_document_was_read_is_told(amina: Person, mill: RegisterEntry, odile: Person) -> None:
    client = enter(amina)
    ask(client, mill, proof="document", document=paper())
    made = Claim.objects.get()
    claims.note_reading(claim=made, by=odile, now=timezone.now())
    page = text(client.get(reverse("web:claim", args=[made.pk])))
    assert "Document lu par l’équipe" in page and "Odile" not in page


# ── Not in the register ───────────────────────────────────────────────────────────────────────
def declared(client: Client, **said: Any) -> Any:
    usual = {"association": "Les Semeurs", "commune": "Rennes", "commune_insee": "35238", "legal_form": "undeclared"}
    return client.post(reverse("web:declare"), usual | said)


def test_an_association_that_no_list_has_is_made(amina: Person, rennes: Commune) -> None:
    client = enter(amina)
    assert client.get(reverse("web:declare")).status_code == 200
    response = declared(client, purpose="Semer ensemble.")
    assert response["Location"] == "/gerer/les-semeurs/"
    assert "Les Semeurs" in text(client.get(response["Location"]))


def test_one_of_alsace_is_made_under_its_law(amina: Person) -> None:
    factories.commune("67482", "Strasbourg", postcodes=["67000"])
    declared(enter(amina), commune="Strasbourg", commune_insee="67482", legal_form="alsace_moselle")
    assert Organisation.objects.get().legal_form == "alsace_moselle"


def test_those_alike_are_shown_before_another_is_made(amina: Person, mill: RegisterEntry, rennes: Commune) -> None:
    client = enter(amina)
    page = text(declared(client, association="Amis du moulin"))
    assert "Est-ce l’une de celles-ci" in page and reverse("web:register_entry", args=[mill.number]) in page
    assert not Organisation.objects.exists()
    assert declared(client, association="Amis du moulin", is_another="on").status_code == 302


def test_a_number_of_the_register_leads_to_its_line(amina: Person, mill: RegisterEntry) -> None:
    page = text(declared(enter(amina), rna_number="W353 001 234"))
    assert "déjà dans le répertoire" in page and reverse("web:register_entry", args=[mill.number]) in page
    assert not Organisation.objects.exists()


@pytest.mark.parametrize(
    "said",
    [{"association": ""}, {"commune": "Atlantide", "commune_insee": ""}, {"legal_form": "x"}, {"rna_number": "W12"},
     {"association": "\x00"}, {"association": "A" * 400}, {"purpose": "x" * 2000}],
)  # fmt: skip
def test_what_is_missing_is_said_and_nothing_is_made(amina: Person, rennes: Commune, said: dict[str, str]) -> None:
    response = declared(enter(amina), **said)
    assert response.status_code == 200 and "field__error" in text(response)
    assert not Organisation.objects.exists()


def test_creating_wants_to_have_come_in(client: Client, db: None) -> None:
    assert client.get(reverse("web:declare")).status_code == 302
    assert declared(client).status_code == 302
    assert not Organisation.objects.exists()
