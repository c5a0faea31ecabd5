"""What surrounds every page: the doors, the policy of the browser, the pages of errors, the ways of reading, the demo."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import SESSION_KEY
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from maillage.engage.volunteering.tests import factories
from maillage.kernel.notifications.models import LocalMessage
from maillage.kernel.organisations import access
from maillage.kernel.organisations import demo as cast
from maillage.kernel.organisations.models import Organisation
from maillage.kernel.people.models import Person
from maillage.kernel.places.models import Commune
from maillage.web import context, errors, place, reading
from maillage.web.tests.signing_in import AMINA, enters
from tests.pages import enter, text

pytestmark = pytest.mark.django_db
DOORS = ["/j-aide/", "/j-ai-besoin/", "/je-donne/", "/je-gere/"]


@pytest.fixture
def lively(rennes: Commune) -> list[Any]:
    """Something behind each door, near Rennes."""
    now = timezone.now()
    here = factories.organisation("Les Jardins", purpose="Cultiver ensemble.")
    missions = [factories.mission(here, now=now, title=f"Récolte {n}") for n in range(4)]
    missions.append(factories.mission(here, now=now, title="Répondre de loin", is_remote=True))
    missions.append(factories.mission(here, now=now, title="Réparer un vélo", skill="Mécanique"))
    return missions


def says_rennes(client: Client) -> None:
    client.post(reverse("web:here"), {"commune": "Rennes", "next": "/"})


# ── Where one is, and the four doors ──────────────────────────────────────────────────────────
def test_the_home_page_opens_before_anybody_says_where_they_are(client: Client, lively: Any) -> None:
    page = text(client.get("/"))
    assert "Où êtes-vous" in page and page.count('class="door ') == 4
    assert all(f'href="{address}"' in page for address in DOORS)


def test_one_says_where_one_is_and_near_things_come_at_once(client: Client, lively: Any) -> None:
    response = client.post(reverse("web:here"), {"commune": "35000", "next": "/"})
    assert response["Location"] == "/" and response.cookies[place.COOKIE]["httponly"]
    assert "Rennes" not in response.cookies[place.COOKIE].value
    page = text(client.get("/"))
    assert "Autour de Rennes" in page and "Récolte 0" in page


def test_the_device_may_say_it_instead(client: Client, lively: Any) -> None:
    client.post(reverse("web:here"), {"commune": "", "latitude": "48.1", "longitude": "-1.7", "next": "/"})
    assert "Autour de Rennes" in text(client.get("/"))


@pytest.mark.parametrize(
    "said",
    [
        {"commune": "Nulle-Part-en-Rien"}, {"commune": "\x00"}, {"latitude": "nan", "longitude": "1"},
        {"latitude": "1e400", "longitude": "1"}, {"latitude": "48.1"}, {"latitude": "-33.8", "longitude": "151.2"}, {},
    ],
)  # fmt: skip
def test_what_is_nowhere_is_said_and_nothing_breaks(client: Client, rennes: Commune, said: dict[str, str]) -> None:
    response = client.post(reverse("web:here"), said, follow=True)
    assert response.status_code == 200 and "Où êtes-vous" in text(response)


def test_nobody_else_can_write_where_one_is(client: Client, rennes: Commune) -> None:
    client.cookies[place.COOKIE] = "35238"
    assert "Où êtes-vous" in text(client.get("/"))


@pytest.mark.parametrize(
    "typed", ["//ailleurs.example/", "https://ailleurs.example/", "NaN", "'; ailleurs", "ailleurs"]
)
def test_one_is_never_led_elsewhere(client: Client, rennes: Commune, typed: str) -> None:
    for name in ("web:here", "web:language", "web:reading"):
        said = {"commune": "Rennes", "language": "fr", "size": "normal", "spacing": "normal", "contrast": "system"}
        response = client.post(reverse(name), {**said, "next": typed})
        assert response.status_code == 302 and "ailleurs" not in response["Location"]


@pytest.mark.parametrize("address", DOORS)
def test_each_door_opens_with_and_without_a_place(client: Client, lively: Any, address: str) -> None:
    assert client.get(address).status_code == 200
    says_rennes(client)
    page = client.get(address)
    assert page.status_code == 200
    if address != "/je-gere/":
        assert "Autour de Rennes" in text(page) and "Les Jardins" in text(page)


def test_where_one_lives_follows_whoever_has_an_account(amina: Person, rennes: Commune) -> None:
    client = enter(amina)
    says_rennes(client)
    amina.refresh_from_db()
    assert amina.commune == rennes
    assert "Autour de Rennes" in text(enter(amina).get("/"))


def test_whoever_runs_an_association_goes_straight_to_it(bruno: Person, les_jardins: Organisation) -> None:
    response = enter(bruno).get("/je-gere/", follow=True)
    assert response.redirect_chain[-1][0] == reverse("web:desk", args=["les-jardins"])


def test_words_find_missions_and_associations(client: Client, lively: Any) -> None:
    page = text(client.get("/chercher/", {"q": "jardins"}))
    assert "Les Jardins" in page
    assert "Répondre de loin" in text(client.get("/chercher/", {"q": "repondre"}))
    assert client.get("/chercher/", {"q": "\x00'\"*()"}).status_code == 200


@pytest.mark.parametrize(
    ("address", "at_most"),
    [("/", 36), ("/j-aide/", 12), ("/j-ai-besoin/", 12), ("/je-donne/", 12), ("/je-gere/", 6), ("/chercher/?q=jardins", 12)],
)  # fmt: skip
def test_the_questions_asked_of_the_database_are_few_and_do_not_grow(
    client: Client, lively: Any, address: str, at_most: int
) -> None:
    says_rennes(client)
    client.get(address)  # what is computed once for all
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(address)
    for n in range(10):
        factories.mission(lively[0].organisation, now=timezone.now(), title=f"Récolte {n} bis", skill="Jardins")
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) <= at_most and len(many) <= len(few) + 1


# ── What the browser may do ───────────────────────────────────────────────────────────────────
PAGES = [
    "/", *DOORS, "/missions/", "/associations/", "/aide/", "/mentions/", "/accessibilite/", "/lecture/", "/verifier/",
    "/chercher/", "/confidentialite/", "/compte/entrer/", "/besoins/dire/", "/cette-page-n-existe-pas/",
]  # fmt: skip


@pytest.mark.parametrize("address", PAGES)
def test_each_page_lets_the_browser_ask_nobody_else_anything(client: Client, address: str) -> None:
    response = client.get(address)
    policy = dict(
        part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";") if " " in part.strip()
    )
    assert policy["default-src"] == "'self'" and policy["object-src"] == policy["base-uri"] == "'none'"
    assert policy["frame-ancestors"] == "'none'" and policy["form-action"] == "'self'"
    said = response["Content-Security-Policy"]
    assert "unsafe" not in said and "http" not in said and "*" not in said
    page = text(response)
    nonces = set(re.findall(r'<script[^>]* nonce="([^"]+)"', page))
    assert all(f"'nonce-{nonce}'" in policy["script-src"] for nonce in nonces)
    # A script is a file of ours, or carries this page's own nonce.
    for tag in re.findall(r"<script[^>]*>", page):
        assert "nonce=" in tag or re.search(r'src="/static/', tag) or 'type="application/' in tag, tag
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', page.replace("http://localhost:8000", ""))
    assert not re.search(r'\sstyle="|\son\w+="', page)


def test_two_pages_never_carry_the_same_nonce(client: Client) -> None:
    seen = {re.findall(r"'nonce-([^']+)'", client.get("/")["Content-Security-Policy"])[0] for _ in range(3)}
    assert len(seen) == 3


def test_what_the_browser_is_told_besides(client: Client) -> None:
    response = client.get("/")
    assert response["X-Frame-Options"] == "DENY" and response["Referrer-Policy"] == "same-origin"
    assert response["X-Content-Type-Options"] == "nosniff" and "Cookie" in response["Vary"]


# ── When something goes wrong ─────────────────────────────────────────────────────────────────
def helps(response: Any, status: int) -> bool:
    page = text(response)
    return (
        response.status_code == status
        and page.count("<h1") == 1
        and page.count("<p>") >= 2
        and 'href="/aide/"' in page
        and f": {status}." in page
        and "Traceback" not in page
    )


def test_a_page_that_does_not_exist_helps_and_echoes_nothing(client: Client) -> None:
    response = client.get("/<script>alert(1)</script>/")
    assert helps(response, 404) and "alert" not in text(response)


def test_a_page_of_another_role_says_whose(amina: Person, les_jardins: Organisation) -> None:
    les_jardins.roles.create(person=amina, kind="member", since_at=timezone.now())
    response = enter(amina).get(reverse("web:presentation", args=["les-jardins"]))
    assert helps(response, 403) and "Votre rôle dans « Les Jardins »" in text(response)


def test_somebody_else_s_role_is_handed_over_by_whoever_gives_roles(
    amina: Person, bruno: Person, les_jardins: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The right, not the name of a role, opens the page and shows the buttons."""
    les_jardins.roles.create(person=amina, kind="coordinator", since_at=timezone.now())
    team = reverse("web:team", args=["les-jardins"])
    role = reverse("web:role_hand_over", args=["les-jardins", les_jardins.roles.get(person=bruno).pk])
    assert enter(amina).get(role).status_code == 404 and role not in text(enter(amina).get(team))
    monkeypatch.setitem(access.RIGHTS, "give_roles", frozenset({"president", "coordinator"}))
    assert enter(amina).get(role).status_code == 200 and role in text(enter(amina).get(team))


def test_a_request_that_makes_no_sense_helps(client: Client) -> None:
    assert helps(errors.bad_request(RequestFactory().get("/"), SuspiciousOperation("secret")), 400)
    response = Client(raise_request_exception=False).get("/", HTTP_HOST="ailleurs.example")
    assert helps(response, 400) and "ailleurs" not in text(response)


def test_too_many_fields_get_a_page_too(rennes: Commune) -> None:
    client = Client(raise_request_exception=False)
    response = client.post(reverse("web:here"), {f"champ{n}": "x" for n in range(1100)})
    assert helps(response, 400)


def test_our_own_fault_is_said_as_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(request: Any) -> Any:
        raise RuntimeError("une phrase secrète")

    monkeypatch.setattr("maillage.web.views.small.page", lambda *said, **more: breaks(said))
    response = Client(raise_request_exception=False).get("/aide/")
    assert helps(response, 500) and "secrète" not in text(response) and "pas votre faute" in text(response)


def test_error_pages_ask_nothing_of_the_database(django_assert_num_queries: Any) -> None:
    request = RequestFactory().get("/")
    with django_assert_num_queries(0):
        for answer in (
            errors.bad_request(request, Exception()), errors.forbidden(request, PermissionDenied()),
            errors.not_found(request, Exception()), errors.server_error(request), errors.too_many(request),
            errors.not_this_way(request), errors.csrf_failure(request),
        ):  # fmt: skip
            assert answer.status_code >= 400


def test_a_form_older_than_the_sign_in_says_so(rennes: Commune) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post(reverse("web:here"), {"commune": "Rennes"})
    assert helps(response, 403) and "ouverte depuis trop longtemps" in text(response)


def test_the_address_of_a_button_opened_as_a_page_says_what_to_do(client: Client, amina: Person) -> None:
    response = client.get(reverse("web:language"))
    assert helps(response, 405) and "POST" in response["Allow"]
    response = enter(amina).get(reverse("web:messages_read"))
    assert helps(response, 405)


def test_errors_are_read_as_one_reads(client: Client) -> None:
    client.cookies[reading.COOKIE] = json.dumps({"size": "huge", "contrast": "dark"})
    page = text(client.get("/rien/"))
    assert 'data-size="huge"' in page and 'data-contrast="dark"' in page
    client.post(reverse("web:language"), {"language": "en"})
    assert '<html lang="en"' in text(client.get("/rien/"))


# ── How one reads ─────────────────────────────────────────────────────────────────────────────
CHOSEN = {"size": "large", "spacing": "wide", "contrast": "high", "pictograms": "on"}


def html_of(response: Any) -> str:
    found = re.search(r"<html[^>]*>", text(response))
    assert found
    return found[0]


def test_a_way_of_reading_is_kept_in_the_browser_then_on_one_s_row(client: Client, amina: Person) -> None:
    assert "data-" not in html_of(client.get("/"))
    response = client.post("/lecture/?next=/aide/", CHOSEN)
    assert response["Location"] == "/aide/"
    seen = html_of(client.get("/aide/"))
    assert all(said in seen for said in ('data-size="large"', 'data-spacing="wide"', 'data-contrast="high"', 'data-pictograms="yes"'))  # fmt: skip

    # Whoever comes in keeps it, and finds it on another device.
    enters(client, AMINA)
    amina.refresh_from_db()
    assert amina.reading["size"] == "large"
    assert 'data-contrast="high"' in html_of(enter(amina).get("/"))


def test_what_one_s_row_says_wins_over_the_browser(client: Client, amina: Person) -> None:
    Person.objects.filter(pk=amina.pk).update(reading={"size": "huge"})
    client.post("/lecture/", CHOSEN)
    enters(client, AMINA)
    seen = html_of(client.get("/"))
    assert 'data-size="huge"' in seen and "data-contrast" not in seen


def test_one_goes_back_to_the_usual_way_in_one_tap(client: Client) -> None:
    client.post("/lecture/", CHOSEN)
    client.post("/lecture/", CHOSEN | {"usual": ""})
    assert "data-" not in html_of(client.get("/"))


@pytest.mark.parametrize(
    "kept", ["", "{", "[]", "null", '{"size": "<b>"}', '{"size": ["large"]}', '{"pictograms": "yes"}', "\x00", '{"a":' * 2000]
)  # fmt: skip
def test_a_cookie_that_makes_no_sense_is_left_aside(client: Client, kept: str) -> None:
    client.cookies[reading.COOKIE] = kept
    response = client.get("/")
    assert response.status_code == 200 and "data-" not in html_of(response)


# ── In which language ─────────────────────────────────────────────────────────────────────────
def test_french_is_spoken_to_whoever_says_nothing(client: Client) -> None:
    for asked in ("", "de", "zz,*;q=0", "fr-CA"):
        assert '<html lang="fr"' in text(client.get("/", headers={"accept-language": asked}))


def test_english_is_chosen_and_follows_the_person(amina: Person, client: Client) -> None:
    response = client.post(reverse("web:language"), {"language": "en", "next": "/aide/"})
    assert response["Location"] == "/aide/"
    assert '<html lang="en"' in text(client.get("/"))
    inside = enter(amina)
    inside.post(reverse("web:language"), {"language": "en"})
    amina.refresh_from_db()
    assert amina.locale == "en"
    assert client.post(reverse("web:language"), {"language": "xx\x00"}).status_code == 302
    assert '<html lang="en"' in text(client.get("/"))


# ── Machines ──────────────────────────────────────────────────────────────────────────────────
def test_a_monitor_hears_that_the_database_answers(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get("/sante").json() == {"ok": True}

    def away(*said: Any) -> Any:
        raise RuntimeError

    monkeypatch.setattr("maillage.web.views.small.connection.cursor", away)
    assert Client(raise_request_exception=False).get("/sante").status_code == 500


def test_the_site_can_be_put_on_a_telephone(client: Client) -> None:
    response = client.get("/manifest.webmanifest")
    said = response.json()
    assert response["Content-Type"] == "application/manifest+json" and said["start_url"] == "/"
    assert all(icon["src"].startswith("/static/") for icon in said["icons"])
    assert 'rel="manifest" href="/manifest.webmanifest"' in text(client.get("/"))


# ── The demo ──────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def somebody_of_the_demo(rennes: Commune) -> Person:
    return Person.objects.create_user(cast.email_of("amina"), name="Amina B.", birth_year=1991)


def test_outside_the_demo_nobody_enters_as_somebody_else(client: Client, somebody_of_the_demo: Person) -> None:
    for send in (client.get, client.post):
        assert send("/demo/", {"key": "amina"}).status_code == 404
    assert client.get("/demo/messages/").status_code == 404
    assert SESSION_KEY not in client.session
    assert "Démonstration" not in text(client.get("/"))


def test_in_the_demo_one_enters_in_one_tap_as_one_of_the_cast_only(
    client: Client, somebody_of_the_demo: Person, amina: Person, settings: Any
) -> None:
    settings.DEMO = True
    assert "Entrer comme Amina B." in text(client.get("/demo/"))
    for key in ("", "amina@exemple.localhost", str(amina.pk), "admin", "\x00"):
        assert client.post("/demo/", {"key": key}).status_code == 404
    client.post("/demo/", {"key": "amina"})
    assert client.session[SESSION_KEY] == str(somebody_of_the_demo.pk)


def test_the_local_outbox_is_read_by_the_technical_team_alone(amina: Person, client: Client) -> None:
    LocalMessage.objects.create(channel="mail", address=AMINA, subject="Bonjour", text="Un code")
    team = Person.objects.create_user("odile@exemple.localhost", is_staff=True)
    assert client.get("/demo/messages/").status_code == enter(amina).get("/demo/messages/").status_code == 404
    assert "Un code" in text(enter(team).get("/demo/messages/"))


def test_the_frame_asks_the_database_nothing_it_does_not_show(django_assert_num_queries: Any) -> None:
    request = RequestFactory().get("/")
    with django_assert_num_queries(0):
        said = context.frame(request)
    assert {"reading", "doors", "place", "demo", "desk", "desk_menu"} <= set(said)


def test_a_year_later_the_same_words(client: Client) -> None:
    """Cookies last as long as they say: two years for what is not personal, six months for a place."""
    client.post(reverse("web:language"), {"language": "en"})
    client.post("/lecture/", CHOSEN)
    assert int(client.cookies["langue"]["max-age"]) == int(timedelta(days=730).total_seconds())
    assert int(client.cookies[reading.COOKIE]["max-age"]) == int(timedelta(days=730).total_seconds())
