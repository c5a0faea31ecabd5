"""Somebody at a screen: what they see, press and fill, in the words of the page."""

import re
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect

from maillage.kernel.people.models import Person

PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 900}


class Visitor:
    """A browser of one's own, on a telephone unless said otherwise. `wrong` collects what the console complained of."""

    def __init__(
        self, browser: Browser, site: str, *, javascript: bool = True, size: dict[str, int] | None = None,
        dark: bool = False, person: Person | None = None,
    ) -> None:  # fmt: skip
        self.site = site
        self.wrong: list[str] = []
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

    def _seen(self, request: Any) -> None:
        if not request.url.startswith((self.site, "data:", "blob:", "about:")):
            self.wrong.append(f"third-party request: {request.url}")

    def enter_as(self, person: Person) -> None:
        """Signed in, without the page of the sign-in: that has a journey of its own."""
        session = SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
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
        expect(self.page.locator("body")).to_contain_text(re.compile(re.escape(words), re.IGNORECASE))
        return self

    def does_not_see(self, words: str) -> "Visitor":
        expect(self.page.locator("body")).not_to_contain_text(words)
        return self

    # ── Doing ─────────────────────────────────────────────────────────────────────────────────
    def press(self, words: str, *, inside: str = "main") -> "Visitor":
        """Press the first visible button or link that says so."""
        where = self.page.locator(inside)
        name = re.compile(re.escape(words), re.IGNORECASE)
        found = where.get_by_role("button", name=name).or_(where.get_by_role("link", name=name))
        found.locator("visible=true").first.click()
        return self

    def fill(self, label: str, value: str) -> "Visitor":
        self.page.get_by_label(re.compile(re.escape(label), re.IGNORECASE)).locator("visible=true").first.fill(value)
        return self

    def choose(self, label: str) -> "Visitor":
        self.page.get_by_label(re.compile(re.escape(label), re.IGNORECASE)).first.check()
        return self

    def picks(self, label: str, choice: str) -> "Visitor":
        self.page.get_by_label(re.compile(re.escape(label), re.IGNORECASE)).first.select_option(label=choice)
        return self

    def takes(self, words: str) -> bytes:
        """Press what downloads a file; its bytes."""
        with self.page.expect_download() as got:
            self.press(words)
        with open(got.value.path(), "rb") as file:
            return file.read()

    def close(self) -> None:
        self.context.close()
        assert self.wrong == [], self.wrong
