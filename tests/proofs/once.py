"""Every form that changes something, sent twice as it stands: the second sending changes nothing more."""

import itertools
from collections import Counter
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.utils.timezone import localdate

from tests.pages import Field, Form
from tests.proofs.rounds import address_of, is_ours, kind_of, rounds, to_be_sent, told_unsent
from tests.proofs.routes import route_of
from tests.proofs.tenants import Writes
from tests.proofs.town import PAPER, Town

# Rows that say that something was sent, not what it did.
TRIES = 4  # of one form, until it does something
# Routes that may be sent a change and write nothing that is kept, each with its reason.
DOES_NOTHING = {
    "account_logout": "ends a session",
    "mfa_activate_totp": "only the owner of the telephone knows the code",
    "web:device_close": "ends a session",
    "web:device_close_others": "ends sessions",
    "web:here": "a cookie",
    "web:language": "a cookie",
}
ASIDE = {"once.Done", "sessions.Session", "usersessions.UserSession", "admin.LogEntry"}


NAMED = {
    "commune": "Rennes", "phone": "06 12 34 56 78", "birth_year": "1990", "wanted_minutes": "1 h 30", "minutes": "1 h", "code": "ABCDEFGH",
    "siret": "", "rna_number": "", "website": "https://exemple.localhost/",
}  # fmt: skip
TYPED = {"text", "search", "textarea", "email", "tel", "number", "time", "date", "url"}


def plausible(form: Form, one: Field) -> str:
    """What somebody in good faith would type."""
    if form.action.endswith("/enfants/") and one.name == "birth_year":
        return str(localdate().year - 9)
    if one.name in NAMED:
        return NAMED[one.name]
    return {
        "email": "quelquun@proof.localhost", "tel": "06 12 34 56 78", "number": "2", "time": "10:00",
        "date": (localdate() + timedelta(days=9)).isoformat(), "url": "https://exemple.localhost/",
    }.get(one.kind, "Une phrase assez longue pour que chacun la comprenne.")  # fmt: skip


def filled(form: Form, pressed: Field | None = None) -> dict[str, Any]:
    """As somebody would send it: what is asked for is said, the first choice is taken, what must be ticked is ticked."""
    said = form.values(pressed)
    for one in form.fields:
        if (one.kind == "radio" and one.name not in said) or (one.kind == "checkbox" and one.required):
            said[one.name] = one.value
        elif one.kind == "file":
            said[one.name] = SimpleUploadedFile("recepisse.pdf", PAPER)
        elif one.kind in TYPED and not said.get(one.name):
            said[one.name] = plausible(form, one)
    return said


def counts() -> dict[str, int]:
    return {
        model._meta.label: model._base_manager.count()
        for model in apps.get_models()
        if model._meta.managed and model._meta.label not in ASIDE
    }


def attempt(there: Town, *, until_wrong: bool = False) -> dict[str, Any]:
    """Counts: ways of sending a form, those whose first sending wrote something, those whose second wrote anything more.

    A form is told from another by the route that it leads to, its fields and the button pressed; one that did nothing is
    tried again where another page shows it.
    """
    aside = {apps.get_model(label)._meta.db_table for label in ASIDE} | {"cache"}
    wrong: list[str] = []
    sent: set[str] = set()
    tries: Counter[tuple[str, ...]] = Counter()
    did: set[tuple[str, ...]] = set()
    for actor, client, page in rounds(there):
        if until_wrong and wrong:
            break
        for form, button in ((one, button) for one in page.forms if one.is_change for button in one.buttons):
            kind = (*kind_of(form), button.value if button else "")
            if not is_ours(form) or kind in did or tries[kind] == TRIES:
                continue
            tries[kind] += 1
            before, cookies = counts(), client.cookies.copy()
            after, written = [], []
            with transaction.atomic():
                for _ in range(2):
                    writes = Writes()
                    with connection.execute_wrapper(writes):
                        response = client.post(address_of(form), filled(form, button))
                    after.append(counts())
                    written.append(writes.tables - aside)
                transaction.set_rollback(True)
            client.cookies = cookies
            sent.add(route_of(form.action))
            if written[0]:
                did.add(kind)
            more = {name: number - after[0][name] for name, number in after[1].items() if number != after[0][name]}
            if response.status_code >= 500:
                wrong.append(f"{actor} {form.action}: {response.status_code}")
            elif more:
                wrong.append(f"{actor} {form.action} again: {dict(itertools.islice(more.items(), 4))}")
            elif written[1] and after[0] != before:
                wrong.append(f"{actor} {form.action} again wrote in {', '.join(sorted(written[1]))}")
    idle = sorted(to_be_sent() - {kind[1] for kind in did} - set(DOES_NOTHING) - (to_be_sent() - sent))
    unsent = [*told_unsent(sent), *(f"{name} was sent twice, and did nothing the first time" for name in idle)]
    return {
        "forms": len(tries), "routes": len(sent), "sent": 2 * tries.total(), "did": len(did), "unsent": len(unsent),
        "wrong": len(wrong), "told": [*unsent, *wrong][:20],
    }  # fmt: skip
