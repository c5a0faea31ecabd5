"""Walk the site as a browser without JavaScript does: follow links, read forms, fill and send them."""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

from django.test import Client
from django.urls import Resolver404, resolve

from maillage.web.tests.signing_in import enters_at_once

VOID = {"input", "br", "img", "meta", "link", "hr"}


@dataclass
class Field:
    name: str
    kind: str  # text, email, checkbox, radio, hidden, file, select, textarea, submit…
    value: str = ""
    is_checked: bool = False
    choices: list[str] = field(default_factory=list)
    required: bool = False


@dataclass
class Form:
    page: str
    action: str
    method: str
    fields: list[Field] = field(default_factory=list)

    @property
    def is_change(self) -> bool:
        return self.method == "post"

    @property
    def buttons(self) -> list[Field | None]:
        """Those that say something more than « send »: each is another answer. One without a name when there is none."""
        return [one for one in self.fields if one.kind == "submit" and one.name] or [None]

    def values(self, pressed: Field | None = None) -> dict[str, Any]:
        """What a browser would send if one only pressed the button: that one, or the first."""
        said: dict[str, Any] = {}
        first = pressed or next((one for one in self.fields if one.kind == "submit"), None)
        for one in self.fields:
            if one.kind in {"checkbox", "radio"}:
                if one.is_checked:
                    said.setdefault(one.name, []).append(one.value)
            elif one.kind == "submit":
                if one is first and one.name:
                    said[one.name] = one.value
            elif one.kind == "select":
                said[one.name] = one.value or next((c for c in one.choices if c), "")
            elif one.kind != "file":
                said[one.name] = one.value
        return said


@dataclass
class Page:
    address: str
    view: str
    status: int
    html: str
    links: list[str]
    forms: list[Form]


class Reader(HTMLParser):
    """Collects links and forms of one page."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.form: Form | None = None
        self.select: Field | None = None
        self.area: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "a" and said.get("href") and "download" not in said:
            self.links.append(urljoin(self.address, said["href"]))
        elif tag == "form":
            self.form = Form(
                self.address,
                urljoin(self.address, said.get("action") or self.address),
                said.get("method", "get").lower(),
            )
            self.forms.append(self.form)
        elif self.form is None:
            return
        elif tag == "input" and said.get("name"):
            self.form.fields.append(
                Field(
                    said["name"],
                    said.get("type", "text"),
                    said.get("value", "on" if said.get("type") in {"checkbox", "radio"} else ""),
                    "checked" in said,
                    [],
                    "required" in said,
                )
            )
        elif tag == "button" and said.get("type", "submit") == "submit":
            self.form.fields.append(Field(said.get("name", ""), "submit", said.get("value", "")))
        elif tag == "select" and said.get("name"):
            self.select = Field(said["name"], "select", required="required" in said)
            self.form.fields.append(self.select)
        elif tag == "option" and self.select is not None:
            self.select.choices.append(said.get("value", ""))
            if "selected" in said:
                self.select.value = said.get("value", "")
        elif tag == "textarea" and said.get("name"):
            self.area = Field(said["name"], "textarea", required="required" in said)
            self.form.fields.append(self.area)

    def handle_data(self, data: str) -> None:
        if self.area is not None:
            self.area.value += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.select = None
        elif tag == "textarea" and self.area is not None:
            self.area.value = self.area.value.removeprefix("\n")  # as browsers do
            self.area = None


def enter(person: Any, **how: Any) -> Client:
    """A browser in which this person has come in, second factor shown."""
    client = Client(**how)
    enters_at_once(client, person)
    return client


def text(response: Any) -> str:
    return str(response.content.decode())


def read(client: Client, address: str) -> Page:
    """Fetch one page (following redirects within the site) and read it."""
    response = client.get(address, follow=True)
    if response.redirect_chain:
        address = response.redirect_chain[-1][0]
    html = "" if response.streaming else response.content.decode("utf-8", "replace")
    reader = Reader(address)
    if response.get("Content-Type", "").startswith("text/html"):
        reader.feed(html)
    return Page(address, view_of(address), response.status_code, html, reader.links, reader.forms)


def view_of(address: str) -> str:
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return ""


def crawl(client: Client, starts: list[str], *, each: int = 2, at_most: int = 400) -> Iterator[Page]:
    """Every start, then every page that links lead to: at most `each` addresses of one view, and one set of filters a view.

    At most `at_most` pages in all, the starts first.
    """
    waiting, seen, first = deque(starts), set(starts), set(starts)
    visited: Counter[str] = Counter()
    while waiting and visited.total() < at_most:
        address = waiting.popleft()
        view = view_of(address)
        if address not in first and (not view or visited[view] >= each or "logout" in view):
            continue
        visited[view] += 1
        page = read(client, address)
        yield page
        for link in page.links:
            parts = urlsplit(link)
            if parts.netloc not in ("", "localhost", "testserver") or parts.scheme not in ("", "http", "https"):
                continue
            plain = parts.path + (f"?{parts.query}" if parts.query else "")
            if plain not in seen and len(parse_qs(parts.query)) < 3:
                seen.add(plain)
                waiting.append(plain)
