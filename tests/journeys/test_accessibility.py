"""axe-core, rules A and AA, on every page that links lead to: both schemes, a telephone and a desktop."""

import re
from fnmatch import fnmatch
from itertools import groupby
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from tests.journeys.visitor import DESKTOP, PHONE, Visitor
from tests.pages import Page
from tests.proofs.rounds import rounds
from tests.proofs.routes import named
from tests.proofs.town import town

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


# Routes that answer to GET and show no page of ours to look at, each with its reason.
UNSEEN = {
    "admin:*": "Django's pages, for the technical team only",
    "account_email_verification_sent": "a page of the library that nothing here leads to",
    "account_request_login_code": "another name of account_login",
    "account_signup": "leads to the sign-in page",
    "mfa_authenticate": "shown between two steps of coming in: the same template as mfa_reauthenticate",
    "mfa_download_recovery_codes": "a file",
    "privacy:my_data_export": "a file",
    "usersessions_list": "leads to web:devices",
    "volunteering:desk_attestation": "a file",
    "volunteering:desk_export": "a file",
    "volunteering:my_calendar": "a file",
    "volunteering:my_hours_file": "a file",
    "volunteering:my_hours_json": "a file",
    "volunteering:my_paper": "a file",
    "volunteering:sheet_calendar": "a file",
    "web:communes": "suggestions, for a script",
    "web:demo": "in the demo only",
    "web:health": "for a monitor",
    "web:manifest": "for the browser",
    "web:operate_document": "a file",
    "web:operate_letter": "a file",
}


def is_a_page(page: Page) -> bool:
    return page.html.startswith("<!DOCTYPE") and page.status < 400 and bool(page.view) and "admin" not in page.view


def test_no_page_has_a_violation(browser: Browser, live_server: Any) -> None:
    """Each view once, and each state of the town: a sheet before and after, a need followed, a guardian who is asked."""
    there = town()
    states = {address.partition("?")[0] for address in there.pages.values()}
    known, looked_at, wrong = set[str](), set[str](), list[str]()
    for who, pages in groupby(rounds(there), key=lambda one: one[:2]):
        visitor = Visitor(browser, live_server.url)
        visitor.context.add_cookies(
            [{"name": name, "value": one.value, "url": live_server.url} for name, one in who[1].cookies.items()]
        )
        # The page's own policy forbids strangers' scripts: axe enters through the debugger, which needs no leave.
        visitor.context.add_init_script(path=AXE)
        for _actor, _client, page in pages:
            is_new = page.view not in known or (page.address in states and page.address not in looked_at)
            if is_a_page(page) and is_new:
                known.add(page.view)
                looked_at.add(page.address)
                wrong += [f"{who[0]} {line}" for line in judged(visitor, page.address)]
        visitor.close()
    assert not wrong, "\n".join(wrong)
    assert looked_at >= states, states - looked_at
    excused = {name for name in named("GET") if any(fnmatch(name, pattern) for pattern in UNSEEN)}
    assert named("GET") - excused <= known, f"nobody looked at {named('GET') - excused - known}"
    assert not excused & known, f"looked at, and excused: {excused & known}"


def test_no_refusal_has_a_violation(browser: Browser, live_server: Any) -> None:
    """Pages that say no: a form to correct, an address that leads nowhere, a desk of somebody else."""
    there = town()
    president = there.actors["president of A"]
    coming = there.a.missions.get(title="Porter des paniers").shifts.order_by("-starts_at")[0]
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
