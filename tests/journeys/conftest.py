from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, sync_playwright

from maillage.engage.volunteering.tests.factories import NOW
from tests import chromium
from tests.journeys.visitor import Visitor

real_now = timezone.now


class Clock:
    """The hour of every story: a Tuesday morning that runs on, and jumps when the story says « three days later »."""

    def __init__(self) -> None:
        self.ahead = NOW - real_now()

    def now(self) -> datetime:
        return real_now() + self.ahead

    def wait(self, **how_long: float) -> None:
        self.ahead += timedelta(**how_long)

    def jump_to(self, moment: datetime) -> None:
        self.ahead = moment - real_now()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The server lives in this process: it reads the same clock."""
    made = Clock()
    monkeypatch.setattr(timezone, "now", made.now)
    return made


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without"])
def javascript(request: pytest.FixtureRequest) -> bool:
    """A story that asks for it is told twice."""
    return bool(request.param)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all journeys of a process."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium.executable(), args=chromium.FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def visit(
    request: pytest.FixtureRequest, browser: Browser, live_server: Any, clock: Clock
) -> Iterator[Callable[..., Visitor]]:
    """Make visitors; at the end none may have met an error or asked anything of a third party."""
    made: list[Visitor] = []
    usual = {"javascript": request.getfixturevalue("javascript")} if "javascript" in request.fixturenames else {}

    def come(**how: Any) -> Visitor:
        made.append(Visitor(browser, live_server.url, **(usual | how)))
        return made[-1]

    yield come
    for visitor in made:
        visitor.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All that needs a browser carries the mark `browser`, so that a run can leave it out."""
    for item in items:
        if "journeys" in str(item.fspath):
            item.add_marker("browser")
