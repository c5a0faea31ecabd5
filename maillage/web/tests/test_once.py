"""A form sent twice does its work once, and the second sender gets the answer of the first: also at the same instant."""

import re
import threading
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from maillage.kernel.notifications.models import Message
from maillage.kernel.once.models import Done
from maillage.kernel.organisations.models import Invitation, Organisation, Role
from maillage.kernel.people.models import Person
from maillage.web import middleware
from maillage.web.tests.signing_in import AMINA, code_sent, is_in
from tests.pages import enter, text

pytestmark = pytest.mark.django_db
TEAM = "/gerer/les-jardins/equipe/"
INVITE = TEAM + "inviter/"


def token_on(client: Client, address: str) -> str:
    """The hidden token of the page as it is shown now."""
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text(client.get(address)))
    assert found
    return found[1]


def invitation(client: Client, **more: str) -> dict[str, str]:
    said = {"kind": "member", "name": "Lucie N.", "email": "lucie@exemple.localhost"}
    return said | {"csrfmiddlewaretoken": token_on(client, TEAM)} | more


def invitations(here: Organisation) -> int:
    return int(Invitation.objects.of(here).count())


# ── One after the other ───────────────────────────────────────────────────────────────────────
def test_two_sendings_of_one_form_do_it_once_and_lead_to_the_same_page(
    bruno: Person, les_jardins: Organisation
) -> None:
    client = enter(bruno, enforce_csrf_checks=True)
    said = invitation(client)
    first, second, third = (client.post(INVITE, said) for _ in range(3))
    assert first.status_code == 302
    assert first["Location"] == second["Location"] == third["Location"]
    assert invitations(les_jardins) == 1


def test_the_same_page_shown_again_may_be_sent_again(bruno: Person, les_jardins: Organisation) -> None:
    client = enter(bruno)
    for _ in range(2):
        client.post(INVITE, invitation(client))
    assert invitations(les_jardins) == 2


def test_other_words_on_the_same_page_are_another_sending(bruno: Person, les_jardins: Organisation) -> None:
    client = enter(bruno)
    said = invitation(client)
    client.post(INVITE, said)
    client.post(INVITE, said | {"email": "marc@exemple.localhost"})
    assert invitations(les_jardins) == 2


def test_a_form_that_was_refused_is_not_done(bruno: Person, les_jardins: Organisation) -> None:
    client = enter(bruno)
    said = invitation(client, email="pas une adresse")
    first, second = (client.post(INVITE, said) for _ in range(2))
    assert first.status_code == second.status_code == 200 and invitations(les_jardins) == 0
    assert not Done.objects.exclude(answer="").exists()
    client.post(INVITE, said | {"email": "lucie@exemple.localhost"})
    assert invitations(les_jardins) == 1


def test_work_that_breaks_leaves_nothing_and_may_be_sent_again(
    bruno: Person, les_jardins: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = enter(bruno, raise_request_exception=False)
    said = invitation(client)
    with monkeypatch.context() as broken:
        broken.setattr("maillage.web.views.desk.messages.success", lambda *words: 1 / 0)
        assert client.post(INVITE, said).status_code == 500
    assert invitations(les_jardins) == 0 and not Done.objects.exists()
    assert client.post(INVITE, said).status_code == 302
    assert invitations(les_jardins) == 1


def test_a_replay_passes_through_the_same_door(bruno: Person, les_jardins: Organisation) -> None:
    """Whoever has not signed in is told so, and whoever lost their role is led where nothing opens any more."""
    client = enter(bruno)
    said = invitation(client)
    client.post(INVITE, said)
    assert Client().post(INVITE, said)["Location"].startswith(reverse("account_login"))
    Role.objects.all().delete()
    assert client.post(INVITE, said, follow=True).status_code == 404
    assert invitations(les_jardins) == 1


def test_what_is_kept_of_it_says_nothing(bruno: Person, les_jardins: Organisation) -> None:
    client = enter(bruno)
    client.post(INVITE, invitation(client))
    kept = Done.objects.get()
    assert len(kept.key) == 64 and "les-jardins" not in kept.answer and kept.answer


def test_a_double_tap_on_the_code_comes_in_twice_to_the_same_page(amina: Person) -> None:
    """The first half changes the session and its token: the second half finds the answer already given."""
    client = Client(enforce_csrf_checks=True)
    enter_page = reverse("account_login")
    client.post(enter_page, {"email": AMINA, "csrfmiddlewaretoken": token_on(client, enter_page)})
    code_page = reverse("account_confirm_login_code")
    said = {"code": code_sent(AMINA), "csrfmiddlewaretoken": token_on(client, code_page)}
    before = client.cookies.copy()
    first = client.post(code_page, said)
    double = Client(enforce_csrf_checks=True)
    double.cookies = before  # what the browser had when the finger came down for the second time
    second = double.post(code_page, said)
    assert first["Location"] == second["Location"] == reverse("web:me")
    assert is_in(client)
    assert Message.objects.across(reason="test").filter(kind="web.account_mail").count() == 1


# ── Parts of pages ────────────────────────────────────────────────────────────────────────────
def sending(**more: Any) -> HttpRequest:
    return RequestFactory().post("/ici/", {"csrfmiddlewaretoken": "t" * 64}, **more)


def answered(request: HttpRequest, response: HttpResponse, done: list[int]) -> Any:
    def view(request: HttpRequest) -> HttpResponse:
        done.append(1)
        return response

    return middleware.Once(lambda request: response).process_view(request, view, (), {})


def test_a_part_already_answered_is_asked_for_anew() -> None:
    done: list[int] = []
    part = HttpResponse("<p>la partie</p>")
    part.done = True  # type: ignore[attr-defined]
    assert answered(sending(headers={"HX-Request": "true"}), part, done).content == b"<p>la partie</p>"
    again = answered(sending(headers={"HX-Request": "true"}), part, done)
    assert (again.status_code, again["HX-Refresh"]) == (204, "true")
    plain = answered(sending(), part, done)
    assert plain["Location"] == "/ici/"
    assert done == [1]


def test_an_address_kept_for_a_second_sender_is_never_read_in_the_table() -> None:
    done: list[int] = []
    secret = HttpResponse(status=302, headers={"Location": "/fiche/12-SECRETSECRET/"})
    first, second = (answered(sending(), secret, done) for _ in range(2))
    assert first["Location"] == second["Location"] == "/fiche/12-SECRETSECRET/" and done == [1]
    assert "SECRET" not in Done.objects.get().answer


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_what_changes_nothing_is_not_remembered(method: str) -> None:
    request = getattr(RequestFactory(), method)("/ici/")
    assert middleware.key_of(request) == ""


def test_the_same_file_and_another_one_are_two_sendings() -> None:
    def key(name: str, content: bytes) -> str:
        file = SimpleUploadedFile(name, content)
        return middleware.key_of(RequestFactory().post("/ici/", {"csrfmiddlewaretoken": "t", "proof": file}))

    assert key("a.pdf", b"un") == key("a.pdf", b"un")
    assert len({key("a.pdf", b"un"), key("a.pdf", b"deux mots"), key("b.pdf", b"un")}) == 3


# ── At the same instant ───────────────────────────────────────────────────────────────────────
def together(work: list[Any]) -> list[Any]:
    """Each in a thread and a connection of its own, let go at once."""
    gate, answers = threading.Barrier(len(work)), []

    def run(one: Any) -> None:
        try:
            gate.wait(timeout=30)
            answers.append(one())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


@pytest.mark.django_db(transaction=True)
def test_six_at_the_same_instant_do_it_once_and_are_told_the_same(bruno: Person, les_jardins: Organisation) -> None:
    client = enter(bruno)
    said = invitation(client)

    def send() -> tuple[int, str]:
        one = Client()
        one.cookies = client.cookies.copy()
        response = one.post(INVITE, said)
        return response.status_code, response.get("Location", "")

    answers = together([send] * 6)
    assert len(answers) == 6 and len(set(answers)) == 1 and answers[0][0] == 302
    assert invitations(les_jardins) == 1


@pytest.mark.django_db(transaction=True)
def test_without_it_six_do_it_several_times(
    bruno: Person, les_jardins: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the test above."""
    monkeypatch.setattr(middleware, "key_of", lambda request: "")
    client = enter(bruno)
    said = invitation(client)

    def send() -> int:
        one = Client()
        one.cookies = client.cookies.copy()
        return one.post(INVITE, said).status_code

    assert together([send] * 6) == [302] * 6
    assert invitations(les_jardins) == 6
