"""Each proof in its short version, honest and sabotaged: `bin/test --proofs` runs them in full."""

from fnmatch import fnmatch
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, path

from maillage.web.doors import signed_in
from tests.pages import Reader
from tests.proofs import once, rounds, tenants
from tests.proofs.__main__ import PROOFS, main
from tests.proofs.registry import Proof
from tests.proofs.routes import named, routes
from tests.proofs.town import Town


@pytest.mark.parametrize("proof", PROOFS, ids=[proof.name for proof in PROOFS])
def test_what_is_promised_holds_and_a_sabotage_is_caught(proof: Proof) -> None:
    line, right = proof.run(few=True)
    assert right, line


def test_a_proof_that_nothing_can_break_proves_nothing() -> None:
    blind = Proof("house.blind", lambda few, sabotaged: {"wrong": 0}, lambda told: not told["wrong"])
    assert blind.run(few=True) == ("house.blind  wrong=0  control=MISSED  SHORT", False)


def test_an_unknown_name_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nothing.like_it"]) == 2
    assert "volunteering.oversell" in capsys.readouterr().err


def test_a_proof_that_tried_too_little_is_short_and_says_what_is_missing() -> None:
    hollow = Proof(
        "house.hollow", lambda few, sabotaged: {"wrong": int(sabotaged), "told": ["a page is missing"]},
        lambda told: not told["wrong"], lambda told: False,
    )  # fmt: skip
    assert hollow.run(few=True) == ("house.hollow  wrong=0  control=caught  SHORT\n    a page is missing", False)


# ── What the walks over the site leave out ────────────────────────────────────────────────────
@pytest.fixture
def a_new_route(monkeypatch: pytest.MonkeyPatch) -> URLPattern:
    """Somebody adds an address that changes something, and takes a key."""

    @signed_in
    def view(request: Any, pk: int) -> None: ...

    made = path("moi/objets/<int:pk>/donner/", view, name="give_thing")
    resolver = get_resolver()
    monkeypatch.setattr(resolver, "url_patterns", [*resolver.url_patterns, made])
    return made


def test_a_new_route_that_no_page_sends_is_told(a_new_route: URLPattern) -> None:
    assert rounds.told_unsent(rounds.to_be_sent() - {"give_thing"}) == [
        "give_thing changes something, and nothing was sent to it"
    ]


def test_a_new_route_whose_key_nobody_declared_is_told(a_new_route: URLPattern) -> None:
    undeclared = [route.name for route in routes() if None in tenants.parameters(route)]
    assert undeclared == ["give_thing"]


def test_every_key_in_an_address_is_of_a_declared_kind() -> None:
    assert [route.address for route in routes() if None in tenants.parameters(route)] == []


def test_no_excuse_outlives_its_route() -> None:
    every = {route.name for route in routes()}
    excuses = [*rounds.UNSENT, *rounds.SENT_TOO, *once.DOES_NOTHING, *tenants.OPEN_TO_ALL, *tenants.OF_ONESELF]
    assert [excuse for excuse in excuses if not any(fnmatch(name, excuse) for name in every)] == []
    assert [words for words in tenants.KINDS if not any(words in route.address for route in routes())] == []


def test_what_a_view_answers_to_is_read_from_its_decorators_and_its_class() -> None:
    assert {"web:invite", "volunteering:desk_tick", "web:guardian", "mfa_deactivate_totp"} <= named("POST")
    assert not {"web:home", "volunteering:sheet", "account_inactive"} & named("POST")
    assert "volunteering:desk_tick" not in named("GET")


@pytest.mark.django_db
def test_a_start_that_leads_nowhere_stops_the_rounds(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    monkeypatch.setattr(rounds, "starts", lambda there: {"anonymous": ["/aide/", "/compte/login/"]})
    there = Town(None, None, {"anonymous": None})  # type: ignore[arg-type]
    with pytest.raises(AssertionError, match="anonymous is shown nothing at /compte/login/"):
        list(rounds.rounds(there))


def test_a_form_is_read_as_a_browser_reads_it() -> None:
    reader: HTMLParser = Reader("/ici/")
    reader.feed(
        '<form method="post"><textarea name="why">\nParce que</textarea><input type="checkbox" name="sure" checked>'
        '<input type="radio" name="every" value="" checked><button name="answer" value="yes"></button>'
        '<button name="answer" value="no"></button></form>'
    )
    (form,) = reader.forms  # type: ignore[attr-defined]
    assert form.values() == {"why": "Parce que", "sure": ["on"], "every": [""], "answer": "yes"}
    assert [form.values(button)["answer"] for button in form.buttons] == ["yes", "no"]
