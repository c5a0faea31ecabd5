"""axe-core, rules A and AA, on every page that links lead to: both schemes, a telephone and a desktop."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser

from maillage.kernel.organisations import claims
from maillage.kernel.organisations.tests import factories
from maillage.kernel.people.models import Person
from tests.journeys.visitor import DESKTOP, PHONE, Visitor
from tests.pages import crawl
from tests.proofs.town import Town, town

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
COLOURS = {"type": "rule", "values": ["color-contrast"]}  # all that another scheme changes


def violations(visitor: Visitor, only: dict[str, Any] | None = None) -> list[str]:
    """What axe finds on the page that is open, one line each; the bar at the bottom, which hides nothing that does not
    scroll, is set down first."""
    visitor.page.evaluate("for (const bar of document.querySelectorAll('.bar')) bar.style.position = 'static'")
    said: dict[str, Any] = visitor.page.evaluate(
        "(rules) => axe.run(document, {runOnly: rules, resultTypes: ['violations']})",
        only or {"type": "tag", "values": RULES},
    )
    return [f"{one['id']}: {' | '.join(node['html'][:120] for node in one['nodes'][:3])}" for one in said["violations"]]


def judged(visitor: Visitor, address: str) -> list[str]:
    """The page as a telephone and a desktop show it, by day and by night."""
    visitor.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    visitor.page.emulate_media(color_scheme="light")
    visitor.page.goto(address)
    wrong = []
    for size in (PHONE, DESKTOP):
        visitor.page.set_viewport_size(size)  # type: ignore[arg-type]
        for scheme in ("light", "dark"):
            visitor.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found = violations(visitor, None if scheme == "light" else COLOURS)
            wrong += [f"{size['width']} {scheme} {address} {line}" for line in found]
        if visitor.width() > size["width"]:
            wrong.append(f"{size['width']} {address} is {visitor.width()} px wide")
    return wrong


def pages_of(person: Person | None, starts: list[str], known: set[str]) -> Iterator[str]:
    """One address of each view that links lead to, but for those that somebody else has shown already."""
    client = Client(SERVER_NAME="localhost")
    if person:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    for page in crawl(client, starts, each=1):
        if (
            page.html.startswith("<!DOCTYPE")
            and page.status < 400
            and page.view
            and page.view not in known
            and "admin" not in page.view
        ):
            known.add(page.view)
            yield page.address


def technical(there: Town) -> Person:
    """The team that runs the instance, with its second factor; somebody asks it for the keys of an association."""
    made = Person.objects.create_user("odile@proof.localhost", name="Odile", is_staff=True)
    Authenticator.objects.create(user=made, type=Authenticator.Type.TOTP, data={"secret": "x"})
    factories.commune("35047", "Bruz", postcodes=["35170"])
    mill = factories.entry(insee="35047", postcode="35170", commune_name="BRUZ")
    stranger = there.actors["a stranger"]
    assert stranger
    # Their second factor is still to be set up, which whoever proved their address may do: that page is seen too.
    Authenticator.objects.filter(user=stranger).delete()
    EmailAddress.objects.create(user=stranger, email=stranger.email, verified=True, primary=True)
    claims.make_letter(
        claim=claims.claim(entry=mill, person=stranger, proof="letter", now=timezone.now()), by=made, now=timezone.now()
    )
    return made


def test_no_page_has_a_violation(browser: Browser, live_server: Any) -> None:
    there = town()
    team = technical(there)
    desk = f"/gerer/{there.a.slug}/"
    walks = [
        ("anonymous", there.actors["anonymous"], ["/", "/missions/", "/aide/", "/associations/"]),
        ("volunteer", there.actors["volunteer of A"], ["/moi/", "/moi/donnees/", "/missions/"]),
        ("stranger", there.actors["a stranger"], ["/moi/"]),
        ("president", there.actors["president of A"], [desk, "/gerer/"]),
        ("operator", team, ["/operer/", "/demo/messages/"]),
    ]
    wrong, known = [], set[str]()
    for who, person, starts in walks:
        visitor = Visitor(browser, live_server.url, person=person)
        # The page's own policy forbids strangers' scripts: axe enters through the debugger, which needs no leave.
        visitor.context.add_init_script(path=AXE)
        before = len(known)
        for address in pages_of(person, starts, known):
            wrong += [f"{who} {line}" for line in judged(visitor, address)]
        assert len(known) > before + (8 if who in {"anonymous", "president"} else 0), f"{who} sees {known}"
        visitor.close()
    assert not wrong, "\n".join(wrong)
    # Those that a careless walk would leave out.
    assert {"volunteering:desk_presence", "volunteering:desk_person", "volunteering:desk_mission_edit", "web:operate_claim",
            "volunteering:sheet", "volunteering:sign_up", "web:claim", "mfa_activate_totp"} <= known, known  # fmt: skip


def test_no_refusal_has_a_violation(browser: Browser, live_server: Any) -> None:
    """Pages that say no: a form to correct, an address that leads nowhere, a desk of somebody else."""
    there = town()
    president = there.actors["president of A"]
    mission = there.a.missions.filter(status="published").get()
    coming = mission.shifts.order_by("-starts_at")[0]
    wrong = []
    visitor = Visitor(browser, live_server.url, person=president)
    visitor.context.add_init_script(path=AXE)
    for address, button in (
        (f"/gerer/{there.a.slug}/missions/nouvelle/", "Continuer"),
        (f"/gerer/{there.a.slug}/besoins/nouveau/", "Noter ce besoin"),
        (f"/gerer/{there.a.slug}/creneaux/{coming.pk}/", "Ajouter à la liste"),
        ("/moi/age/", "Enregistrer"),
        ("/associations/creer/", ""),
        (f"/gerer/{there.b.slug}/", ""),
        ("/nulle-part/", ""),
    ):
        visitor.page.goto(address)
        if button:
            visitor.page.evaluate("document.querySelectorAll('form').forEach((form) => (form.noValidate = true))")
            visitor.press(button).sees("plus bas")
        wrong += [f"{address} {line}" for line in violations(visitor)]
    visitor.context.close()  # not found is what was looked for: the console may say so
    assert not wrong, "\n".join(wrong)


def test_the_judge_sees_a_fault(browser: Browser, live_server: Any) -> None:
    """The control: a page spoiled on purpose is caught, in both schemes."""
    visitor = Visitor(browser, live_server.url)
    visitor.context.add_init_script(path=AXE)
    visitor.page.goto("/aide/")
    visitor.page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<img src=\"/x.png\"><input><mark>trop pâle</mark>');"
        "document.querySelector('mark').style.cssText = 'background: #777; color: #888'"
    )
    found = "\n".join(violations(visitor))
    assert re.search("image-alt", found) and re.search("label", found)
    visitor.page.emulate_media(color_scheme="dark")
    assert re.search("color-contrast", "\n".join(violations(visitor, COLOURS)))
    visitor.context.close()
