"""What tests of the desk share: coming in with a role, and reading the page."""

import re
from datetime import datetime, timedelta
from html import unescape
from html.parser import HTMLParser
from typing import Any

from django.test import Client

from maillage.engage.volunteering.models import SignUp
from maillage.engage.volunteering.tests import factories
from maillage.kernel.organisations.models import Organisation, Role, RoleKind
from maillage.kernel.people.models import Person


def enter(person: Person) -> Client:
    """Signed in, at the address the site answers to."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


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


class Forms(HTMLParser):
    """Each form of a page, with what a browser would send if nobody touched it."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self.inside, self.words, self.select = "", "", ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        said = dict(attributes)
        name, value = said.get("name") or "", said.get("value") or ""
        if tag == "form":
            self.forms.append({})
        elif not self.forms:
            return
        elif tag == "input" and name and said.get("type") not in ("submit", "button"):
            if said.get("type") not in ("checkbox", "radio") or "checked" in said:
                self.forms[-1][name] = value or ("on" if said.get("type") == "checkbox" else "")
        elif tag == "textarea":
            self.inside, self.words = name, ""
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and ("selected" in said or self.select not in self.forms[-1]):
            self.forms[-1][self.select] = value

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.inside:
            self.forms[-1][self.inside], self.inside = self.words.removeprefix("\n"), ""
        elif tag == "select":
            self.select = ""


def form_of(response: Any, field: str) -> dict[str, str]:
    """What the form of the page that has `field` would send as it stands."""
    page = Forms()
    page.feed(response.content.decode())
    return next(form for form in page.forms if field in form)
