"""axe-core, rules A and AA, on every page that links lead to: both schemes, a telephone and a desktop."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser

from maillage.kernel.people.models import Person
from tests.journeys.visitor import DESKTOP, PHONE, Visitor
from tests.pages import crawl
from tests.proofs.tenants import town

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def violations(visitor: Visitor) -> list[str]:
    """What axe finds on the page that is open, one line each."""
    said: dict[str, Any] = visitor.page.evaluate(
        "(rules) => axe.run(document, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})", RULES
    )
    return [f"{one['id']}: {' | '.join(node['html'][:120] for node in one['nodes'][:3])}" for one in said["violations"]]


def pages_of(person: Person | None, starts: list[str]) -> list[str]:
    client = Client(SERVER_NAME="localhost")
    if person:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    found = {}
    for page in crawl(client, starts, each=1):
        if page.html and page.status < 400 and page.view and not page.view.startswith("admin"):
            found.setdefault(page.view, page.address)
    return list(found.values())


@pytest.mark.parametrize("who", ["anonymous", "volunteer of A", "president of A"])
def test_no_page_has_a_violation(who: str, browser: Browser, live_server: Any) -> None:
    there = town()
    starts = ["/", "/missions/", "/aide/", "/associations/"]
    if who != "anonymous":
        starts += ["/moi/", "/moi/donnees/"]
    if who.startswith("president"):
        starts = [f"/gerer/{there.a.slug}/", "/gerer/"]
    person = there.actors[who]
    addresses = pages_of(person, starts)
    assert len(addresses) > 8, addresses
    wrong = []
    for size, dark in ((PHONE, False), (PHONE, True), (DESKTOP, False), (DESKTOP, True)):
        visitor = Visitor(browser, live_server.url, size=size, dark=dark, person=person)
        # The page's own policy forbids strangers' scripts: axe enters through the debugger, which needs no leave.
        visitor.context.add_init_script(path=AXE)
        for address in addresses:
            visitor.page.goto(address)
            wrong += [f"{size['width']} {'dark' if dark else 'light'} {address} {line}" for line in violations(visitor)]
            width = visitor.page.evaluate("document.documentElement.scrollWidth")
            if width > size["width"] + 1:
                wrong.append(f"{size['width']} {address} is {width} px wide")
        visitor.context.close()
    assert wrong == []


def test_the_judge_sees_a_fault(browser: Browser, live_server: Any) -> None:
    """The control: a page spoiled on purpose is caught."""
    visitor = Visitor(browser, live_server.url)
    visitor.context.add_init_script(path=AXE)
    visitor.page.goto("/aide/")
    visitor.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=\"/x.png\"><input>')")
    found = "\n".join(violations(visitor))
    assert re.search("image-alt", found) and re.search("label", found)
    visitor.context.close()
