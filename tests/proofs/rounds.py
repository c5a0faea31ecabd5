"""The rounds of the whole site: every page in each of its states, as each of those to whom it shows something.

What a proof sends is told by the route to which it leads. Every route that may be sent a change must have been sent one:
who adds one that no page of the rounds shows must show it here, or say below why not.
"""

from collections.abc import Iterator
from fnmatch import fnmatch
from urllib.parse import urlsplit

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from maillage.web.tests.signing_in import enters_at_once
from tests.pages import Form, Page, crawl
from tests.proofs.routes import named, route_of
from tests.proofs.town import Town

# Routes that answer to POST and to which no page sends one, each with its reason.
UNSENT = {
    "admin:*": "nothing is changed there but two rows: see SENT_TOO",
    "account_request_login_code": "another name of account_login",
    "account_signup": "only leads to the sign-in page",
    "account_email_verification_sent": "a page of the library that nothing here leads to",
    "mfa_authenticate": "shown between two steps of coming in; a code is worth once (test_second_factor.py)",
    "mfa_reauthenticate": "shown between two steps of coming in; a code is worth once (test_second_factor.py)",
    "mfa_view_recovery_codes": "only shows",
    "usersessions_list": "only leads to web:devices",
    "volunteering:desk_mission_advice": "sent while typing, by no form; nothing is kept",
    "web:demo": "in the demo only, where it opens a session",
}
SENT_TOO = {"admin:people_person_change", "admin:mfa_authenticator_delete"}


def to_be_sent() -> set[str]:
    excused = {name for name in named("POST") if any(fnmatch(name, pattern) for pattern in UNSENT)}
    return (named("POST") - excused) | SENT_TOO


def starts(there: Town) -> dict[str, list[str]]:
    """Where each actor begins; pages in a given state come first, since a view is walked once by its links."""
    desk, of = f"/gerer/{there.a.slug}/", there.pages
    mine = ["/moi/", "/moi/missions/", "/moi/heures/", "/moi/donnees/", "/lecture/", "/missions/", "/"]
    secret = [address for address in of.values() if route_of(address) in BY_LINK]
    factor = Authenticator.objects.get(user=there.actors["volunteer of A"], type=Authenticator.Type.TOTP)
    stranger = there.actors["a stranger"]
    assert stranger
    return {
        "anonymous": [
            *secret, "/", "/missions/", "/besoins/dire/", "/associations/", "/aide/", "/compte/entrer/",
            "/compte/suspendu/", "/chercher/?q=paniers", of["paper checked"],
        ],
        "a neighbour": [
            "/besoins/dire/", of["invitation"], *(of[name] for name in of if name.startswith("request") and "team" not in name),
            of["asking for an association"], *mine, "/moi/appareils/", "/moi/messages/", "/moi/age/",
            "/compte/double-code/secours/", "/compte/double-code/confirmer/",
        ],
        "a minor": ["/moi/age/", "/moi/", "/compte/double-code/activer/", "/compte/confirmer/", "/compte/sortir/"],
        "volunteer of A": ["/compte/double-code/", "/compte/double-code/secours/refaire/", *mine],
        "president of A": [
            *(of[name] for name in of if of[name].startswith(desk)), f"{desk}besoins/?etat=clos", desk, *mine,
        ],
        "coordinator of A": [f"{desk}equipe/partir/"],
        "a stranger": ["/", "/associations/", "/associations/creer/", "/je-gere/", "/gerer/"],
        "technical team": [
            *(of[name] for name in of if name.endswith("for the team")), of["closing what was declared"], "/operer/",
            reverse("admin:people_person_change", args=[stranger.pk]),
            reverse("admin:mfa_authenticator_delete", args=[factor.pk]), "/demo/messages/",
        ],
    }  # fmt: skip


BY_LINK = {"volunteering:sheet", "volunteering:guardian", "volunteering:need_followed", "web:guardian"}
CODE = "/compte/code/"  # shown to whoever has just asked for one


def client_of(there: Town, actor: str) -> Client:
    client = Client(raise_request_exception=False, SERVER_NAME="localhost")
    if person := there.actors[actor]:
        enters_at_once(client, person)
        request = HttpRequest()
        request.session = client.session
        # They have just said again who they are: what is asked of an old session has tests of its own.
        record_authentication(request, person, method="mfa", type="totp", reauthenticated=True)
        request.session.save()
    return client


def rounds(there: Town) -> Iterator[tuple[str, Client, Page]]:
    """Each page that the starts and their links show to each actor. Raises AssertionError when a start shows nothing."""
    for actor, addresses in starts(there).items():
        client = client_of(there, actor)
        pages = list(crawl(client, addresses, each=1))
        lost = [page.address for page in pages[: len(addresses)] if page.status >= 400]
        assert not lost, f"{actor} is shown nothing at {', '.join(lost)}"
        yield from ((actor, client, page) for page in pages)
    client = client_of(there, "anonymous")
    client.post("/compte/entrer/", {"email": "arrive@proof.localhost"})
    yield from (("somebody who comes in", client, page) for page in crawl(client, [CODE], each=1, at_most=1))


def kind_of(form: Form) -> tuple[str, str, str]:
    """Where a form leads and what it asks: two of them are the same when these are."""
    return form.method, route_of(form.action), ",".join(sorted({one.name for one in form.fields}))


def is_ours(form: Form) -> bool:
    return urlsplit(form.action).netloc in ("", "localhost", "testserver")


def address_of(form: Form) -> str:
    path = urlsplit(form.action)
    return path.path + (f"?{path.query}" if path.query else "")


def told_unsent(sent: set[str]) -> list[str]:
    return [f"{name} changes something, and nothing was sent to it" for name in sorted(to_be_sent() - sent)]
