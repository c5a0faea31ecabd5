"""The technical team's own pages: only for them, the document read and destroyed, the letter printed, the answer told."""

import io
import json
from typing import Any

import pikepdf
import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from maillage.engage.volunteering.tests import factories as volunteering
from maillage.kernel.documents.actions import make_pdf
from maillage.kernel.facts.models import Fact
from maillage.kernel.files import actions as files
from maillage.kernel.files.models import File
from maillage.kernel.notifications.models import Message
from maillage.kernel.organisations import actions, claims
from maillage.kernel.organisations.models import Claim, ClaimProof, Organisation, RegisterEntry, Role
from maillage.kernel.organisations.tests import factories
from maillage.kernel.people.models import Person
from maillage.kernel.places.models import Commune
from maillage.web import letters
from tests.pages import enter, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]
PDF = b"%PDF-1.7\n" + b"le proces-verbal " * 20
ADDRESSES = [
    ("get", "operate"), ("get", "operate_claim"), ("get", "operate_document"), ("post", "operate_make_letter"),
    ("get", "operate_letter"), ("post", "operate_post_letter"), ("post", "operate_accept"), ("post", "operate_refuse"),
]  # fmt: skip


@pytest.fixture
def odile(db: None) -> Person:
    """Of the technical team, with her second factor."""
    made = Person.objects.create_user("odile@exemple.localhost", name="Odile H.", is_staff=True)
    Authenticator.objects.create(user=made, type=Authenticator.Type.TOTP, data={"secret": "x"})
    return made


@pytest.fixture
def team(odile: Person) -> Client:
    return enter(odile)


@pytest.fixture
def mill(rennes: Commune) -> RegisterEntry:
    return factories.entry()


@pytest.fixture
def by_letter(amina: Person, mill: RegisterEntry) -> Claim:
    return claims.claim(entry=mill, person=amina, proof=ClaimProof.LETTER, now=timezone.now())


@pytest.fixture
def by_document(claire: Person, rennes: Commune) -> Claim:
    now = timezone.now()
    paper = files.keep(content=PDF, name="procès verbal.pdf", owner_person=claire, now=now)
    entry = factories.entry("W353005678", "CHORALE DU BOCAGE")
    return claims.claim(entry=entry, person=claire, proof=ClaimProof.DOCUMENT, document=paper, now=now)


def address(name: str, claim: Claim) -> str:
    return reverse(f"web:{name}", args=[] if name == "operate" else [claim.pk])


# ── The door ──────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(("method", "name"), ADDRESSES)
def test_for_anybody_else_these_pages_do_not_exist(
    client: Client, bruno: Person, les_jardins: Organisation, amina: Person, by_document: Claim, method: str, name: str
) -> None:
    to = address(name, by_document)
    assert getattr(client, method)(to)["Location"] == f"{reverse('account_login')}?next={to}"
    for person in (bruno, amina):  # a president, a stranger
        assert getattr(enter(person), method)(to).status_code == 404
    by_document.refresh_from_db()
    assert by_document.decided_at is None


@pytest.mark.parametrize(("method", "name"), ADDRESSES)
def test_outside_the_demo_the_second_factor_is_wanted_first(
    odile: Person, by_document: Claim, settings: Any, method: str, name: str
) -> None:
    Authenticator.objects.all().delete()
    response = getattr(enter(odile), method)(address(name, by_document))
    assert response["Location"] == reverse("mfa_activate_totp")
    settings.DEMO = True
    assert getattr(enter(odile), method)(address(name, by_document)).get("Location") != reverse("mfa_activate_totp")


def test_who_left_the_team_is_out_at_the_next_request(team: Client, odile: Person, by_document: Claim) -> None:
    assert team.get(reverse("web:operate")).status_code == 200
    Person.objects.filter(pk=odile.pk).update(is_staff=False)
    assert team.get(reverse("web:operate")).status_code == 404


def test_the_way_there_is_in_moi_for_the_team_only(team: Client, amina: Person, by_letter: Claim) -> None:
    assert "Une demande de prise en main est ouverte" in text(team.get(reverse("web:me")))
    assert "Équipe technique" not in text(enter(amina).get(reverse("web:me")))


# ── What waits ────────────────────────────────────────────────────────────────────────────────
def test_what_waits_is_sorted_by_what_is_to_be_done(team: Client, by_letter: Claim, by_document: Claim) -> None:
    page = text(team.get(reverse("web:operate")))
    read, post = page.index("Documents à lire"), page.index("Courriers à poster")
    assert read < page.index("Chorale du Bocage") < post < page.index("Les Amis du Moulin")


def test_nothing_waiting_says_so(team: Client) -> None:
    assert "Rien n’attend l’équipe" in text(team.get(reverse("web:operate")))


def test_those_made_without_proof_are_told(team: Client, les_jardins: Organisation) -> None:
    assert "Les Jardins" in text(team.get(reverse("web:operate")))


def close_of(organisation: Organisation) -> str:
    return reverse("web:operate_close", args=[organisation.slug])


def test_what_nothing_proves_is_closed_and_all_who_counted_on_it_are_told(
    team: Client, amina: Person, rennes: Commune, django_capture_on_commit_callbacks: Any
) -> None:
    now = timezone.now()
    false = claims.declare(person=amina, name="Faux Secours", commune=rennes, now=now, rna_number="W353001234")
    invitation = actions.invite(
        organisation=false, kind="member", name="Paul", email="paul@exemple.localhost", by=amina, now=now
    )
    made = volunteering.sign_up(volunteering.first_shift(volunteering.mission(false, now=now)), now=now)
    assert "Amina B." in text(team.get(close_of(false)))
    assert "Dites pourquoi" in text(team.post(close_of(false), {"reason": " "}))
    with django_capture_on_commit_callbacks(execute=True):
        team.post(close_of(false), {"reason": "Le vrai Secours nous a écrit."})
    false.refresh_from_db()
    assert false.closed_at and false.rna_number is None  # whoever proves that number may have it
    assert not Role.objects.current().filter(organisation=false).exists()
    assert enter(amina).get(reverse("web:desk", args=[false.slug])).status_code == 404
    paul = Person.objects.create_user("paul@exemple.localhost")
    with pytest.raises(actions.InvitationIsOver):
        actions.accept_invitation(token=invitation.token, person=paul, now=timezone.now())
    told = {one.kind: one for one in Message.objects.across(reason="test")}
    assert told["organisations.closed"].person == amina and "nous a écrit" in told["organisations.closed"].text
    assert told["volunteering.shift_cancelled"].about_id == made.pk
    assert "nous a écrit" not in told["volunteering.shift_cancelled"].text
    assert "Faux Secours" not in text(Client().get(reverse("web:register")))
    assert "Faux Secours" not in text(team.get(reverse("web:operate")))
    assert team.get(close_of(false)).status_code == 404


def test_one_that_was_proven_is_not_closed_from_there(team: Client, by_document: Claim, odile: Person) -> None:
    proven = claims.decide_claim(claim=by_document, by=odile, accepted=True, reason="", now=timezone.now()).organisation
    assert proven
    assert "a prouvé son rôle" in text(team.post(close_of(proven), {"reason": "Je me trompe."}))
    assert Organisation.objects.get(pk=proven.pk).closed_at is None


def test_only_the_team_closes(client: Client, amina: Person, les_jardins: Organisation) -> None:
    for one in (client, enter(amina)):
        assert one.post(close_of(les_jardins), {"reason": "x"}).status_code in (302, 404)
    assert Organisation.objects.get(pk=les_jardins.pk).closed_at is None


def test_all_there_is_to_judge_by_is_on_one_page(
    team: Client, by_document: Claim, claire: Person, amina: Person
) -> None:
    claims.claim(entry=by_document.entry, person=amina, proof=ClaimProof.LETTER, now=timezone.now())
    page = text(team.get(address("operate_claim", by_document)))
    for words in ("Claire D.", "claire@exemple.localhost", "pas encore vérifiée", "W353005678", "3 RUE de la Forge",
                  "procès verbal.pdf", "D’autres personnes demandent aussi", "Amina B."):  # fmt: skip
        assert words in page


# ── The document ──────────────────────────────────────────────────────────────────────────────
def test_the_document_is_read_in_the_clear_and_its_reading_written(
    team: Client, odile: Person, by_document: Claim
) -> None:
    response = team.get(address("operate_document", by_document))
    assert response.content == PDF
    assert (response["Content-Type"], response["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    assert "no-store" in response["Cache-Control"] and response["Content-Disposition"].startswith("inline")
    assert [fact.by for fact in claims.readings(by_document)] == [odile]
    assert "Lu par Odile H." in text(team.get(address("operate_claim", by_document)))


def test_a_document_that_is_gone_is_a_sentence(team: Client, by_document: Claim, by_letter: Claim) -> None:
    assert by_document.document
    files.path_of(by_document.document.storage_key).unlink()
    page = text(team.get(address("operate_document", by_document), follow=True))
    assert "Ce fichier ne peut plus être lu" in page
    assert "Il n’y a plus de document" in text(team.get(address("operate_document", by_letter), follow=True))


# ── The letter ────────────────────────────────────────────────────────────────────────────────
def words_of(content: bytes) -> str:
    with pikepdf.open(io.BytesIO(content)) as pdf, pdf.open_metadata() as told:
        assert len(pdf.pages) == 1
        return str(told["dc:title"])


def test_the_letter_is_prepared_printed_posted(team: Client, by_letter: Claim, amina: Person) -> None:
    page = text(team.get(address("operate_letter", by_letter), follow=True))
    assert "Préparez et imprimez d’abord le courrier" in page
    team.post(address("operate_make_letter", by_letter))
    by_letter.refresh_from_db()
    response = team.get(address("operate_letter", by_letter))
    assert response["Content-Type"] == "application/pdf" and "no-store" in response["Cache-Control"]
    assert words_of(response.content) == "Un code pour « Les Amis du Moulin »"
    assert response.content == team.get(address("operate_letter", by_letter)).content
    team.post(address("operate_post_letter", by_letter))
    by_letter.refresh_from_db()
    assert by_letter.stage == "posted"
    assert "Courriers en route" in text(team.get(reverse("web:operate")))
    code = claims.code_of(by_letter)
    assert enter(amina).post(reverse("web:claim_code", args=[by_letter.pk]), {"code": code}).status_code == 302
    assert Organisation.objects.get().name == "Les Amis du Moulin"


def test_what_the_letter_says_fits_its_window_and_names_its_code(by_letter: Claim, odile: Person) -> None:
    made = claims.make_letter(claim=by_letter, by=odile, now=timezone.now())
    said = letters.of_claim(made)
    assert said["address"] == ["LES AMIS DU MOULIN", "3 RUE DE LA FORGE", "35000 RENNES"]
    assert (said["code"], said["person"], said["role"]) == (claims.code_of(made), "Amina B.", "présidence")
    assert json.loads(json.dumps(said)) == said


def test_a_long_or_hostile_title_still_makes_one_page(by_letter: Claim, odile: Person) -> None:
    hostile = ('#read("/etc/passwd") $ * _ " \\ ] ' + "ASSOCIATION INTERCOMMUNALE " * 9)[:250]
    RegisterEntry.objects.filter(pk=by_letter.entry_id).update(title=hostile, seat="X" * 250)
    made = claims.make_letter(claim=by_letter, by=odile, now=timezone.now())
    words_of(make_pdf(letters.CLAIM, letters.of_claim(made)))


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("", [""]),
        ("A", ["A"]),
        ("LES AMIS", ["LES AMIS"]),
        ("A" * 50, ["A" * 36]),
        ("ABCD " * 40, ["ABCD " * 6 + "ABCD"] * 3),
    ],
)
def test_a_name_is_cut_into_lines_that_a_window_shows(name: str, lines: list[str]) -> None:
    assert letters.wrapped(name) == lines


def test_no_letter_after_the_answer(team: Client, by_letter: Claim, odile: Person) -> None:
    claims.make_letter(claim=by_letter, by=odile, now=timezone.now())
    team.post(address("operate_refuse", by_letter), {"reason": "Non."})
    for method, name in (("get", "operate_letter"), ("post", "operate_make_letter"), ("post", "operate_post_letter")):
        page = text(getattr(team, method)(address(name, by_letter), follow=True))
        assert "Cette demande a déjà reçu sa réponse" in page


# ── The answer ────────────────────────────────────────────────────────────────────────────────
def test_a_yes_opens_the_association_and_destroys_the_document(
    team: Client, by_document: Claim, claire: Person, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        response = team.post(address("operate_accept", by_document), follow=True)
    assert "Claire D. a les clés de « Chorale du Bocage »" in text(response)
    made = Organisation.objects.get()
    assert enter(claire).get(reverse("web:desk", args=[made.slug])).status_code == 200
    assert not File.objects.about(claire).exists()
    assert [message.kind for message in Message.objects.about(claire)] == ["organisations.claim_accepted"]
    assert "acceptée" in text(team.get(address("operate_claim", by_document)))


def test_a_no_wants_a_reason_which_the_person_reads(
    team: Client, by_document: Claim, claire: Person, django_capture_on_commit_callbacks: Any
) -> None:
    response = team.post(address("operate_refuse", by_document), {"reason": " "})
    assert response.status_code == 200 and "Dites pourquoi" in text(response)
    with django_capture_on_commit_callbacks(execute=True):
        team.post(address("operate_refuse", by_document), {"reason": "Le papier date de 2011."})
    by_document.refresh_from_db()
    assert by_document.stage == "refused" and not File.objects.about(claire).exists()
    assert "Le papier date de 2011." in Message.objects.about(claire).get().text


@pytest.mark.parametrize("reason", ["\x00", "A" * 5000, "<script>", "{% debug %}"])
def test_no_reason_breaks_the_page(team: Client, by_document: Claim, reason: str) -> None:
    response = team.post(address("operate_refuse", by_document), {"reason": reason}, follow=True)
    assert response.status_code == 200 and "<script>" not in text(response).replace("<script ", "")


def test_answering_twice_is_a_sentence(team: Client, by_document: Claim) -> None:
    team.post(address("operate_accept", by_document))
    for name in ("operate_accept", "operate_refuse"):
        assert "déjà reçu sa réponse" in text(team.post(address(name, by_document), {"reason": "x"}, follow=True))
    assert Organisation.objects.count() == 1


def test_one_taken_meanwhile_can_no_longer_be_accepted(
    team: Client, by_letter: Claim, claire: Person, odile: Person
) -> None:
    late = claims.claim(entry=by_letter.entry, person=claire, proof=ClaimProof.LETTER, now=timezone.now())
    claims.decide_claim(claim=by_letter, by=odile, accepted=True, reason="", now=timezone.now())
    page = text(team.get(address("operate_claim", late)))
    assert "Elle ne peut plus être acceptée" in page and address("operate_accept", late) not in page
    assert "est déjà sur Maillage" in text(team.post(address("operate_accept", late), follow=True))


# ── Django's admin ────────────────────────────────────────────────────────────────────────────
def lists() -> list[str]:
    return [f"/technique/{model._meta.app_label}/{model._meta.model_name}/" for model in admin.site._registry]


def test_the_admin_is_entered_by_our_own_page_only(client: Client, amina: Person, db: None) -> None:
    response = client.get("/technique/", follow=True)
    assert response.redirect_chain[-1][0] == f"{reverse('account_login')}?next=/technique/"
    assert 'type="password"' not in text(response)
    assert client.get("/technique/login/?next=//evil.example/")["Location"].endswith("?next=/technique/")
    stranger = enter(amina)
    for path in ("/technique/", "/technique/login/", *lists()):
        assert stranger.get(path).status_code == 404
    assert stranger.post("/technique/login/", {"username": "x", "password": "y"}).status_code == 404


def test_the_admin_has_no_password_page(team: Client) -> None:
    for path in ("/technique/password_change/", "/technique/password_change/done/"):
        assert team.get(path).status_code == 404
    assert team.get("/technique/login/")["Location"] == "/technique/"
    assert team.post("/technique/logout/")["Location"] == reverse("account_logout")


def test_the_admin_wants_the_second_factor_too(odile: Person) -> None:
    Authenticator.objects.all().delete()
    assert enter(odile).get("/technique/")["Location"] == reverse("mfa_activate_totp")


def test_every_list_and_row_of_the_admin_opens(
    team: Client, three_hours: list[Any], by_document: Claim, les_jardins: Organisation
) -> None:
    assert team.get("/technique/").status_code == 200
    opened = 0
    for model in admin.site._registry:
        path = f"/technique/{model._meta.app_label}/{model._meta.model_name}/"
        assert team.get(path).status_code == 200, path
        for words in ("x1", "A" * 70_000):
            assert team.get(path, {"q": words}).status_code == 200, path
        if row := model._base_manager.first():
            assert team.get(f"{path}{row.pk}/change/").status_code == 200, path
            opened += 1
    assert opened > 8


def test_facts_and_evidence_are_looked_at_and_never_changed(team: Client, three_hours: list[Any]) -> None:
    hours = apps.get_model("volunteering", "Hours")
    for model, pk in ((Fact, Fact.objects.earliest("pk").pk), (hours, three_hours[0].pk)):
        path = f"/technique/{model._meta.app_label}/{model._meta.model_name}/"
        before = list(model._base_manager.order_by("pk").values_list())
        assert team.get(f"{path}add/").status_code == 403
        assert team.post(f"{path}{pk}/change/", {"minutes": "1", "kind": "x"}).status_code == 403
        assert team.post(f"{path}{pk}/delete/", {"post": "yes"}).status_code == 403
        team.post(path, {"action": "delete_selected", "_selected_action": [pk], "post": "yes"})
        assert list(model._base_manager.order_by("pk").values_list()) == before


def test_no_secret_nor_private_word_is_in_the_admin(
    team: Client, by_document: Claim, by_letter: Claim, amina: Person, odile: Person, les_jardins: Organisation,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    made = claims.make_letter(claim=by_letter, by=odile, now=timezone.now())
    Organisation.objects.update(seat_address="3 rue CACHEE")
    with django_capture_on_commit_callbacks(execute=True):
        claims.decide_claim(claim=by_document, by=odile, accepted=False, reason="RAISON INTIME", now=timezone.now())
    secrets = [made.code_hash, "RAISON INTIME", "CACHEE", '"secret"']
    for model in admin.site._registry:
        path = f"/technique/{model._meta.app_label}/{model._meta.model_name}/"
        pages = [path, *(f"{path}{row.pk}/change/" for row in model._base_manager.all()[:5])]
        for page in pages:
            said = text(team.get(page, follow=True))
            assert [secret for secret in secrets if secret in said] == [] or model is Claim, page
    assert "amina@exemple" not in text(team.get("/technique/people/person/"))
    assert f"/technique/people/person/{amina.pk}/" in text(
        team.get("/technique/people/person/?q=amina@exemple.localhost")
    )


def test_access_is_taken_and_given_with_a_fact_and_no_name_in_a_journal(
    team: Client, amina: Person, odile: Person
) -> None:
    path = f"/technique/people/person/{amina.pk}/change/"
    assert team.post(path, {"is_staff": "on", "name": "Autre", "email": "autre@exemple.localhost"}).status_code == 302
    amina.refresh_from_db()
    assert (amina.is_active, amina.is_staff, amina.name) == (False, True, "Amina B.")
    fact = Fact.objects.get(kind="people.access_changed")
    assert (fact.by, fact.details) == (odile, {"is_active": False, "is_staff": True})
    assert not LogEntry.objects.exists()


def test_a_lost_second_factor_is_taken_away(team: Client, bruno: Person, odile: Person) -> None:
    lost = Authenticator.objects.create(user=bruno, type=Authenticator.Type.TOTP, data={"secret": "SECRETTOTP"})
    page = f"/technique/mfa/authenticator/{lost.pk}/"
    assert "SECRETTOTP" not in text(team.get(f"{page}change/"))
    assert team.post(f"{page}delete/", {"post": "yes"}).status_code == 302
    assert not Authenticator.objects.filter(user=bruno).exists()
