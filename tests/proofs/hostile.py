"""Hostile text in every field of every form: a sentence or a page, never a 500, never markup that comes back alive."""

import itertools
from typing import Any
from urllib.parse import urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from maillage.web.tests.signing_in import enters_at_once
from tests.pages import Form, crawl
from tests.proofs.tenants import town

ALIVE = '<img src=x onerror="zq()">'
HOSTILE = [
    f"\"'>{ALIVE}</script></textarea>",
    "{{ 7|add:7 }}{% debug %}{age}{0.__class__}%s%(x)s",
    "'; DROP TABLE people_person; -- \\",
    "\x00\x07\ud7ff\u202e\ufeff\u0085",
    '=HYPERLINK("http://x")\r\nBcc: zq@proof.localhost',
    "A" * 70_000,
    "-99999999999999999999999999",
    "2026-13-45T99:99",
    "NaN",
    "🧶" * 400,
    "../../etc/passwd",
    " ",
]


def starts(there: Any) -> dict[str, list[str]]:
    desk = f"/gerer/{there.a.slug}/"
    mine = ["/moi/", "/moi/missions/", "/moi/heures/", "/moi/donnees/", "/lecture/", "/missions/", "/"]
    return {
        "anonymous": ["/", "/missions/", "/besoins/dire/", "/associations/", "/aide/", "/compte/login/"],
        "volunteer of A": mine,
        "president of A": [desk, *mine],
        "a stranger": ["/", "/associations/", "/je-gere/"],
    }


def send(client: Client, form: Form, hostile: str, target: str | None) -> Any:
    """Fill a form as it stands, with `hostile` in `target` (or everywhere), and send it as a browser would."""
    said = form.values()
    for one in form.fields:
        if one.kind in {"submit"} or one.name == "csrfmiddlewaretoken" or not one.name:
            continue
        if target is None or one.name == target:
            if one.kind == "file":
                said[one.name] = SimpleUploadedFile(f"{hostile[:40]}.pdf", hostile.encode("utf-8", "replace"))
            else:
                said[one.name] = hostile
    path = urlsplit(form.action)
    address = path.path + (f"?{path.query}" if path.query else "")
    return client.post(address, said, follow=True) if form.is_change else client.get(address, said, follow=True)


def attempt(*, few: bool, until_wrong: bool = False) -> dict[str, Any]:
    """Send each form with each hostile text in all its fields, and with the worst one in each field alone."""
    there, each = town(), 2 if few else len(HOSTILE)
    wrong: list[str] = []
    pages = forms = sendings = 0
    done: set[tuple[str, str]] = set()
    for actor, addresses in starts(there).items():
        person = there.actors[actor]
        client = Client(raise_request_exception=False, SERVER_NAME="localhost")
        if person:
            enters_at_once(client, person)
        for page in list(crawl(client, addresses, each=1, at_most=40 if few else 400)):
            pages += 1
            if page.status >= 500:
                wrong.append(f"{actor} GET {page.address}: {page.status}")
            for form in page.forms:
                shape = (page.view, ",".join(sorted({one.name for one in form.fields})))
                if shape in done or (until_wrong and wrong):
                    continue
                done.add(shape)
                forms += 1
                named = {
                    one.name for one in form.fields if one.kind not in {"submit"} and one.name != "csrfmiddlewaretoken"
                }
                tries = [(text, None) for text in HOSTILE[:each]] + [
                    (text, name) for text, name in itertools.product(HOSTILE[: max(2, each // 4)], sorted(named - {""}))
                ]
                for hostile, target in tries:
                    sendings += 1
                    cookies = client.cookies.copy()
                    with transaction.atomic():
                        response = send(client, form, hostile, target)
                        problem = judged(response)
                        transaction.set_rollback(True)
                    client.cookies = cookies  # it may have signed out
                    if problem:
                        wrong.append(f"{actor} {form.method} {form.action} {target or '*'}={hostile[:20]!r}: {problem}")
    return {"pages": pages, "forms": forms, "sent": sendings, "wrong": len(wrong), "told": wrong[:20]}


def judged(response: Any) -> str:
    if response.status_code >= 500:
        return str(response.status_code)
    said = b"".join(response.streaming_content) if response.streaming else response.content
    if ALIVE.encode() in said and response.get("Content-Type", "").startswith("text/html"):
        return "comes back alive"
    return "a traceback" if b"Traceback (most recent" in said else ""
