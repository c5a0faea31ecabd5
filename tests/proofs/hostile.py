"""Hostile text in every field of every form: a sentence or a page, never a 500, never markup that comes back alive."""

import itertools
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from tests.pages import Form
from tests.proofs.rounds import address_of, is_ours, kind_of, rounds, told_unsent
from tests.proofs.town import Town

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


def send(client: Client, form: Form, hostile: str, target: str | None) -> Any:
    """Fill a form as it stands, with `hostile` in `target` (or everywhere but in its buttons), and send it as a browser would."""
    said = form.values()
    for one in form.fields:
        if one.name == "csrfmiddlewaretoken" or not one.name or (one.kind == "submit" and target is None):
            continue
        if target is None or one.name == target:
            if one.kind == "file":
                said[one.name] = SimpleUploadedFile(f"{hostile[:40]}.pdf", hostile.encode("utf-8", "replace"))
            else:
                said[one.name] = hostile
    address = address_of(form)
    return client.post(address, said, follow=True) if form.is_change else client.get(address, said, follow=True)


def attempt(there: Town, *, few: bool, until_wrong: bool = False) -> dict[str, Any]:
    """Send each form with each hostile text in all its fields, and with the worst ones in each field and button alone."""
    each = 2 if few else len(HOSTILE)
    wrong: list[str] = []
    pages = forms = sendings = 0
    done: set[tuple[str, str, str]] = set()
    for actor, client, page in rounds(there):
        if until_wrong and wrong:
            break
        pages += 1
        if page.status >= 500:
            wrong.append(f"{actor} GET {page.address}: {page.status}")
        for form in page.forms:
            kind = kind_of(form)
            if kind in done or not is_ours(form):
                continue
            done.add(kind)
            forms += 1
            named = {one.name for one in form.fields} - {"csrfmiddlewaretoken", ""}
            alone = HOSTILE[: 1 if few else len(HOSTILE) // 4]
            tries = [(text, None) for text in HOSTILE[:each]] + list(itertools.product(alone, sorted(named)))
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
    unsent = told_unsent({route for method, route, _fields in done if method == "post"})
    return {
        "pages": pages, "forms": forms, "sent": sendings, "unsent": len(unsent), "wrong": len(wrong),
        "told": [*unsent, *wrong][:20],
    }  # fmt: skip


def judged(response: Any) -> str:
    if response.status_code >= 500:
        return str(response.status_code)
    said = b"".join(response.streaming_content) if response.streaming else response.content
    if ALIVE.encode() in said and response.get("Content-Type", "").startswith("text/html"):
        return "comes back alive"
    return "a traceback" if b"Traceback (most recent" in said else ""
