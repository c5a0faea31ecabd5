from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests import chromium
from tests.journeys.visitor import Visitor


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all journeys of a process."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium.executable(), args=chromium.FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def visit(browser: Browser, live_server: Any) -> Iterator[Callable[..., Visitor]]:
    """Make visitors; at the end none may have met an error or asked anything of a third party."""
    made: list[Visitor] = []

    def come(**how: Any) -> Visitor:
        made.append(Visitor(browser, live_server.url, **how))
        return made[-1]

    yield come
    for visitor in made:
        visitor.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All that needs a browser carries the mark `browser`, so that a run can leave it out."""
    for item in items:
        if "journeys" in str(item.fspath):
            item.add_marker("browser")
