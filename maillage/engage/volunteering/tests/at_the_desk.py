"""What tests of the desk share: coming in with a role, and reading the page."""

import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any

from django.test import Client

from maillage.engage.volunteering.models import SignUp
from maillage.engage.volunteering.tests import factories
from maillage.kernel.organisations.models import Organisation, Role, RoleKind
from tests.pages import Reader, enter


def leader(of: Organisation) -> Client:
    return enter(factories.leader_of(of))


def holding(kind: RoleKind, of: Organisation) -> Client:
    """Somebody with that role, and that one only."""
    person = factories.person(f"Quelqu’un, {kind}")
    Role.objects.create(person=person, organisation=of, kind=kind, since_at=factories.NOW - timedelta(days=10))
    return enter(person)


def words_of(response: Any) -> str:
    """The words of the page, without its tags, scripts and needless spaces."""
    main = response.content.decode()
    main = main.partition("<main")[2].partition("</main>")[0] or main
    bare = re.sub(r"<script.*?</script>|<[^>]+>", " ", main, flags=re.DOTALL)
    return " ".join(unescape(bare).replace("\u202f", " ").replace("\xa0", " ").split())


def signed_up_before(
    now: datetime, who: Any = None, *, of: Organisation | None = None, days: int = 2, **said: Any
) -> SignUp:
    """Somebody signed up a week before a shift that took place `days` ago, of two hours unless told otherwise."""
    then = now - timedelta(days=days + 7)
    mission = factories.mission(of, now=then, **{key: said.pop(key) for key in ("title", "domain") if key in said})
    shift = factories.first_shift(mission)
    if said:
        shift = factories.shift(mission, starts_at=now - timedelta(days=days), now=then, **said)
    return factories.sign_up(shift, who, now=then)


def form_of(response: Any, field: str) -> dict[str, str]:
    """What the form of the page that has `field` would send as it stands, its buttons left alone."""
    reader = Reader("")
    reader.feed(response.content.decode())
    fields = next(form.fields for form in reader.forms if field in {one.name for one in form.fields})
    said: dict[str, str] = {}
    for one in fields:
        if one.kind in {"checkbox", "radio"}:
            if one.is_checked:
                said[one.name] = one.value or ("on" if one.kind == "checkbox" else "")
        elif one.kind == "select":
            said[one.name] = one.value or next(iter(one.choices), "")
        elif one.kind not in {"submit", "button"}:
            said[one.name] = one.value.removeprefix("\n")
    return said
