"""Every form that changes something, sent twice as it stands: the second sending changes nothing more."""

import itertools
from collections import Counter
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.utils.timezone import localdate

from maillage.web.tests.signing_in import enters_at_once
from tests.pages import Field, Form, crawl
from tests.proofs.hostile import starts
from tests.proofs.tenants import Writes, town

# Rows that say that something was sent, not what it did.
ASIDE = {"once.Done", "sessions.Session", "usersessions.UserSession", "admin.LogEntry"}


NAMED = {
    "commune": "Rennes", "phone": "06 12 34 56 78", "birth_year": "1990", "wanted_minutes": "90", "code": "ABCDEFGH",
    "siret": "", "rna_number": "", "website": "https://exemple.localhost/",
}  # fmt: skip
TYPED = {"text", "search", "textarea", "email", "tel", "number", "time", "date", "url"}


def plausible(one: Field) -> str:
    """What somebody in good faith would type."""
    if one.name in NAMED:
        return NAMED[one.name]
    return {
        "email": "quelquun@proof.localhost", "tel": "06 12 34 56 78", "number": "2", "time": "10:00",
        "date": (localdate() + timedelta(days=9)).isoformat(), "url": "https://exemple.localhost/",
    }.get(one.kind, "Une phrase assez longue pour que chacun la comprenne.")  # fmt: skip


def filled(form: Form) -> dict[str, Any]:
    """As somebody would send it: what is asked for is said, the first choice is taken, what must be ticked is ticked."""
    said = form.values()
    for one in form.fields:
        if (one.kind == "radio" and one.name not in said) or (one.kind == "checkbox" and one.required):
            said[one.name] = one.value or "on"
        elif one.kind in TYPED and not said.get(one.name):
            said[one.name] = plausible(one)
    return said


def counts() -> dict[str, int]:
    return {
        model._meta.label: model._base_manager.count()
        for model in apps.get_models()
        if model._meta.managed and model._meta.label not in ASIDE
    }


def attempt(*, few: bool, until_wrong: bool = False) -> dict[str, Any]:
    """Counts: forms found, those whose first sending wrote something, those whose second wrote anything more."""
    there = town()
    aside = {apps.get_model(label)._meta.db_table for label in ASIDE} | {"cache"}
    wrong: list[str] = []
    sent = did = 0
    done: Counter[tuple[str, str]] = Counter()
    for actor, addresses in starts(there).items():
        person = there.actors[actor]
        client = Client(raise_request_exception=False, SERVER_NAME="localhost")
        if person:
            enters_at_once(client, person)
        for page in list(crawl(client, addresses, each=1, at_most=60 if few else 400)):
            for form in page.forms:
                shape = (page.view, ",".join(sorted({one.name for one in form.fields})))
                path = urlsplit(form.action)
                if (until_wrong and wrong) or not form.is_change or done[shape] or path.netloc not in ("", "localhost"):
                    continue
                done[shape] += 1
                before, cookies = counts(), client.cookies.copy()
                said, after, written = filled(form), [], []
                with transaction.atomic():
                    for _ in range(2):
                        sent += 1
                        writes = Writes()
                        with connection.execute_wrapper(writes):
                            response = client.post(f"{path.path}?{path.query}".rstrip("?"), said)
                        after.append(counts())
                        written.append(writes.tables - aside)
                    transaction.set_rollback(True)
                client.cookies = cookies
                did += bool(written[0])
                more = {name: number - after[0][name] for name, number in after[1].items() if number != after[0][name]}
                if response.status_code >= 500:
                    wrong.append(f"{actor} {form.action}: {response.status_code}")
                elif more:
                    wrong.append(f"{actor} {form.action} again: {dict(itertools.islice(more.items(), 4))}")
                elif written[1] and after[0] != before:
                    wrong.append(f"{actor} {form.action} again wrote in {', '.join(sorted(written[1]))}")
    return {"forms": sum(done.values()), "sent": sent, "did": did, "wrong": len(wrong), "told": wrong[:20]}
