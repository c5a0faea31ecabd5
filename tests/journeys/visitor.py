"""Somebody at a screen: what they see, press and fill, in the words of the page."""

import os
import re
from pathlib import Path
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import update_last_login
from django.contrib.sessions.backends.db import SessionStore
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from maillage.kernel.people.models import Person
from maillage.web.tests.signing_in import remembers

PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
PICTURES = os.environ.get("MAILLAGE_PICTURES", "")  # a folder: what `look` sees is kept there, to be looked at


def said(words: str) -> re.Pattern[str]:
    """These words, whatever their capitals, and whether their spaces may break or not."""
    return re.compile(r"\s+".join(map(re.escape, words.split())), re.IGNORECASE)


class Visitor:
    """A browser of one's own, on a telephone unless said otherwise. `wrong` collects what the console complained of.

    `taps` counts what is pressed or ticked, `typed` keeps every text written: stories say how much is asked of people.
    """

    def __init__(
        self, browser: Browser, site: str, *, javascript: bool = True, size: dict[str, int] | None = None,
        dark: bool = False, person: Person | None = None,
    ) -> None:  # fmt: skip
        self.site, self.javascript = site, javascript
        self.wrong: list[str] = []
        self.taps, self.typed = 0, list[str]()
        self.context: BrowserContext = browser.new_context(
            base_url=site, java_script_enabled=javascript, viewport=size or PHONE,  # type: ignore[arg-type]
            color_scheme="dark" if dark else "light", locale="fr-FR", reduced_motion="reduce",
            accept_downloads=True,
        )  # fmt: skip
        self.context.set_default_timeout(10_000)
        if person:
            self.enter_as(person)
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda said: self.wrong.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("request", self._seen)
        self.page.on("response", self._answered)

    def _seen(self, request: Any) -> None:
        if not request.url.startswith((self.site, "data:", "blob:", "about:")):
            self.wrong.append(f"third-party request: {request.url}")

    def _answered(self, response: Any) -> None:
        if response.status >= 500:
            self.wrong.append(f"{response.status}: {response.url}")

    def enter_as(self, person: Person) -> None:
        """Signed in, without the page of the sign-in: that has a journey of its own."""
        update_last_login(type(person), person)
        session = SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        remembers(session, person)
        session.save()
        self.context.add_cookies([{"name": "sessionid", "value": str(session.session_key), "url": self.site}])

    # ── Going and looking ─────────────────────────────────────────────────────────────────────
    def go(self, name: str, *args: object) -> "Visitor":
        return self.open(name if name.startswith(("/", "http")) else reverse(name, args=args))

    def open(self, address: str) -> "Visitor":
        answer = self.page.goto(address)
        assert answer is not None and answer.status < 400, f"{address}: {answer and answer.status}"
        return self

    def sees(self, words: str) -> "Visitor":
        expect(self.page.locator("body")).to_contain_text(said(words))
        return self

    def does_not_see(self, words: str) -> "Visitor":
        expect(self.page.locator("body")).not_to_contain_text(said(words))
        return self

    def all(self, selector: str) -> list[str]:
        """The words of everything of that kind on the page, in order."""
        return [" ".join(words.split()) for words in self.page.locator(selector).all_inner_texts()]

    def part(self, selector: str) -> str:
        """What a part of the page is made of once it is settled, but for the tokens that are drawn anew each time."""
        # For an instant htmx gives what it brought the attributes of what it replaces, so that styles may glide.
        expect(self.page.locator(".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added")).to_have_count(0)
        html = str(self.page.locator(selector).first.evaluate("(part) => part.outerHTML"))
        html = re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]*', r"\1", html)
        return " ".join(re.sub(r' class="([^"]*?)\s*(htmx-[a-z]+\s*)*"', r' class="\1"', html).split())

    def look(self, name: str) -> "Visitor":
        """Keep a picture of the page, when a folder was given for it."""
        if PICTURES:
            Path(PICTURES).mkdir(parents=True, exist_ok=True)
            kind = "" if self.javascript else "-plain"
            self.page.screenshot(path=f"{PICTURES}/{name}{kind}.png", full_page=True)
        return self

    def width(self) -> int:
        """How wide the page is: more than the screen, and it must be pushed sideways."""
        return int(self.page.evaluate("document.documentElement.scrollWidth"))

    # ── Doing ─────────────────────────────────────────────────────────────────────────────────
    def press(self, words: str, *, inside: str = "main") -> "Visitor":
        """Press the first visible button or link that says so."""
        where = self.page.locator(inside)
        name = said(words)
        found = where.get_by_role("button", name=name).or_(where.get_by_role("link", name=name))
        found.locator("visible=true").first.click()
        self.taps += 1
        return self

    def unfold(self, words: str) -> "Visitor":
        """Open what is folded under these words."""
        self.page.locator("summary", has_text=said(words)).first.click()
        self.taps += 1
        return self

    def field(self, label: str, *, exact: bool = False) -> Locator:
        """The first visible field whose label says so; `exact` for labels of one small word."""
        found = self.page.get_by_label(label, exact=True) if exact else self.page.get_by_label(said(label))
        return found.locator("visible=true").first

    def fill(self, label: str, value: str, *, exact: bool = False) -> "Visitor":
        self.field(label, exact=exact).fill(value)
        self.typed.append(value)
        return self

    def choose(self, label: str) -> "Visitor":
        self.page.get_by_label(said(label)).first.check()
        self.taps += 1
        return self

    def picks(self, label: str, choice: str) -> "Visitor":
        self.page.get_by_label(said(label)).first.select_option(label=choice)
        self.taps += 1
        return self

    def says_where(self, commune: str) -> "Visitor":
        """« Où êtes-vous ? »: with JavaScript the suggestion is taken, without it the words are enough."""
        self.fill("Votre commune ou votre code postal", commune)
        if self.javascript:
            self.page.get_by_role("option", name=commune).first.click()
        return self.press("Voir autour de moi")

    def takes(self, words: str) -> bytes:
        """Press what downloads a file; its bytes."""
        with self.page.expect_download() as got:
            self.press(words)
        return Path(got.value.path()).read_bytes()

    def close(self) -> None:
        self.context.close()
        assert self.wrong == [], self.wrong
