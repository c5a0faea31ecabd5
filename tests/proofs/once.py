"""Every form that changes something, sent twice as it stands: the second sending changes nothing more."""

import itertools
from collections import Counter
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.db import transaction
from django.test import Client
from django.utils.timezone import localdate

from tests.pages import Field, Form, crawl
from tests.proofs.hostile import starts
from tests.proofs.tenants import town

# Rows that say that something was sent, not what it did.
ASIDE = {"once.Done", "sessions.Session", "usersessions.UserSession", "admin.LogEntry"}


def plausible(one: Field) -> str:
    """What somebody in good faith would type."""
    return {
        "email": "quelquun@proof.localhost", "tel": "06 12 34 56 78", "number": "2", "time": "10:00",
        "date": (localdate() + timedelta(days=9)).isoformat(), "url": "https://exemple.localhost/",
    }.get(one.kind, "Une phrase assez longue pour que chacun la comprenne.")  # fmt: skip


def filled(form: Form) -> dict[str, Any]:
    said = form.values()
    for one in form.fields:
        if one.kind == "radio" and one.name not in said:
            said[one.name] = one.value
        elif one.kind in {
            "text",
            "search",
            "textarea",
            "email",
            "tel",
            "number",
            "time",
            "date",
            "url",
        } and not said.get(one.name):
            said[one.name] = plausible(one)
    return said


def counts() -> dict[str, int]:
    return {
        model._meta.label: model._base_manager.count()
        for model in apps.get_models()
        if model._meta.managed and model._meta.label not in ASIDE
    }


def attempt(*, few: bool) -> dict[str, Any]:
    there = town()
    wrong: list[str] = []
    sent = changed = 0
    done: Counter[tuple[str, str]] = Counter()
    for actor, addresses in starts(there).items():
        person = there.actors[actor]
        client = Client(raise_request_exception=False, SERVER_NAME="localhost")
        if person:
            client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        for page in list(crawl(client, addresses, each=1, at_most=60 if few else 400)):
            for form in page.forms:
                shape = (page.view, ",".join(sorted({one.name for one in form.fields})))
                if (
                    not form.is_change
                    or done[shape]
                    or "sortir" in form.action
                    or urlsplit(form.action).netloc not in ("", "localhost")
                ):
                    continue
                done[shape] += 1
                said, before = filled(form), counts()
                with transaction.atomic():
                    after = []
                    for _ in range(2):
                        sent += 1
                        response = client.post(urlsplit(form.action).path, said)
                        after.append(counts())
                    transaction.set_rollback(True)
                changed += after[0] != before
                if response.status_code >= 500:
                    wrong.append(f"{actor} {form.action}: {response.status_code}")
                more = {name: number - after[0][name] for name, number in after[1].items() if number != after[0][name]}
                if more:
                    wrong.append(f"{actor} {form.action} again: {dict(itertools.islice(more.items(), 4))}")
    return {"forms": sum(done.values()), "sent": sent, "changed": changed, "wrong": len(wrong), "told": wrong[:20]}
