"""Pages: how fast, how many questions to the database, how heavy, and what the process that serves them takes.

« Près de chez moi » is the list of missions for somebody who said their commune, thirty to the page, among 1.3 million:
asked of the product itself, middleware, search and compression included, beside the bare page of `bench.pages` with the
same thirty. Weights and memory are those of the product's own server, with its files collected, on the same missions.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from statistics import median
from threading import Thread
from typing import Any

from bench.browsing import Browser
from bench.fresh import ROOT, environment, filled, measured, say
from bench.registry import Figure
from bench.volunteering import MISSIONS

SHOWN = 30
NEAR = f"/missions/?n={SHOWN}"
REQUESTS, AT_ONCE = 500, 4


@cache
def figures() -> dict[str, float]:
    return measured("web", filled(MISSIONS))


def measure(
    folder: Path, *, askers: int = 300, rounds: int = 3, requests: int = REQUESTS, slow: bool = False
) -> dict[str, float]:
    told = near_page(folder, askers, rounds, slow)
    cookies = somebody_of_an_association(folder)
    with server(folder) as (port, pid):
        told |= weights(port, cookies)
        told["memory"] = memory(port, pid, cookies, requests)
    return told


# ── Near me ───────────────────────────────────────────────────────────────────────────────────
def near_page(folder: Path, askers: int, rounds: int, slow: bool) -> dict[str, float]:
    """How much of the bare page's speed, and the most questions asked for one page."""
    from django.db import connection
    from django.test import RequestFactory
    from django.utils import timezone

    from bench.country import Country
    from bench.pages import Visitor, bare_page

    country, visitor, bare = Country(folder), Visitor(), bare_page(timezone.now())
    request, asked = RequestFactory().get("/"), Questions()
    ratios = []
    for seed in range(rounds + 1):
        ours, theirs = [], []
        for insee in country.communes(askers // rounds, seed):
            with connection.execute_wrapper(asked):
                taken, (status, page) = timed(lambda insee=insee: visitor.get(NEAR, insee))
            asked.end()
            assert status == "200 OK", status
            numbers = [int(number) for number in dict.fromkeys(re.findall(rb'href="/missions/(\d+)/"', page))]
            if len(numbers) == SHOWN:
                ours.append(taken * (4 if slow else 1))
                theirs.append(timed(lambda numbers=numbers: bare(request, numbers))[0])
        if seed:  # the first round warms both
            ratios.append(sum(theirs) / sum(ours))
            say(f"near page: {median(ours) * 1000:.1f} ms, bare {median(theirs) * 1000:.1f} ms, {len(ours)} communes")
    return {"near": median(ratios), "questions": asked.most}


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of this thread's own work: what else runs on the machine does not count."""
    start = time.thread_time()
    answer = work()
    return time.thread_time() - start, answer


class Questions:
    """Counts what is asked of the database, page by page."""

    def __init__(self) -> None:
        self.now = self.most = 0

    def __call__(self, execute: Callable[..., Any], *said: Any) -> Any:
        self.now += 1
        return execute(*said)

    def end(self) -> None:
        self.now, self.most = 0, max(self.now, self.most)


# ── The server ────────────────────────────────────────────────────────────────────────────────
def somebody_of_an_association(folder: Path) -> dict[str, str]:
    """Cookies of somebody who has a commune, and who presides over an association."""
    from django.conf import settings
    from django.core import signing
    from django.test import Client
    from django.utils import timezone

    from maillage.kernel.organisations.models import Organisation, Role, RoleKind
    from maillage.kernel.people.models import Person
    from maillage.web import place

    bruno = Person.objects.create_user("bruno@exemple.localhost", name="Bruno C.", birth_year=1968)
    organisation = Organisation.objects.get(slug=SLUG)
    Role.objects.create(person=bruno, organisation=organisation, kind=RoleKind.PRESIDENT, since_at=timezone.now())
    client = Client()
    client.force_login(bruno, backend="django.contrib.auth.backends.ModelBackend")
    name = settings.SESSION_COOKIE_NAME
    return {name: client.cookies[name].value, place.COOKIE: signing.dumps("35238", salt=place.SALT)}


SLUG = "association-1"
DESK = f"/gerer/{SLUG}/"


@contextmanager
def server(folder: Path) -> Iterator[tuple[int, int]]:
    """The product's own, on a free port; its port and the number of its process. Desks ask no second factor of a demo."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running = subprocess.Popen(
        [sys.executable, "-m", "config.command", "serve", "--port", str(port), "--threads", str(AT_ONCE)],
        cwd=ROOT, env=environment(folder, MAILLAGE_DEMO="1"), start_new_session=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(port, running)
        yield port, running.pid
    finally:
        os.killpg(running.pid, signal.SIGTERM)
        running.wait(timeout=30)


def wait_for(port: int, running: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        assert running.poll() is None, "the server stopped"
        try:
            if Browser(port).get("/aide/")[0] == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError("the server does not answer")


def weights(port: int, cookies: dict[str, str]) -> dict[str, float]:
    """The heaviest first page, nothing kept; the heaviest next one, after the home page. In kilobytes."""
    pages = {"home": "/", "missions": "/missions/", "mission": a_mission(port, cookies), "desk": DESK}
    first = {name: Browser(port, cookies).visit(address) for name, address in pages.items()}
    following = {}
    for name, address in pages.items():
        one = Browser(port, cookies)
        one.visit("/")
        following[name] = one.visit(address)
    for name in pages:
        say(f"{name}: {first[name] / 1000:.1f} kB first, {following[name] / 1000:.1f} kB next")
    return {"first": max(first.values()) / 1000, "next": max(following.values()) / 1000}


def a_mission(port: int, cookies: dict[str, str]) -> str:
    page, _weight = Browser(port, cookies).fetch("/missions/")
    found = re.search(r"/missions/\d+/", page)
    assert found, "no mission near"
    return found.group()


def memory(port: int, pid: int, cookies: dict[str, str], requests: int) -> float:
    """What the largest web process holds after so many requests of every kind, several at once. In megabytes."""
    mission = a_mission(port, cookies)
    addresses = [
        "/", "/missions/", mission, DESK, "/j-aide/", "/missions/?q=main+forte", f"{DESK}missions/", "/associations/",
        f"/associations/{SLUG}/", "/missions/?domain=food&weekends=on&km=50", f"{DESK}semaine/", "/communes/?q=saint",
        "/moi/", "/moi/missions/", "/aide/", "/je-donne/", f"{DESK}heures/", "/besoins/dire/", "/missions/?remote=on",
    ]  # fmt: skip
    wrong: list[str] = []

    def ask(share: int) -> None:
        visitor = Browser(port, cookies)
        for number in range(share, requests, AT_ONCE):
            address = addresses[number % len(addresses)]
            status, _body, _weight = visitor.get(address)
            if status >= 400:
                wrong.append(f"{address} answers {status}")

    threads = [Thread(target=ask, args=[share]) for share in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong, wrong[:3]
    processes = [pid, *(int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
    held = max(resident(one) for one in processes)
    say(f"web process: {held:.0f} MB after {requests} requests, {AT_ONCE} at once")
    return held


def resident(pid: int) -> float:
    """Megabytes in memory, the parts of files that it reads there included."""
    said = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(said.group(1)) * 1024 / 1e6 if said else 0


FIGURES = [
    Figure("web.near_page", "× a bare Django page of the same 30 missions", 0.6, "higher", lambda: figures()["near"]),
    Figure("web.near_page_queries", "questions to the database, at most", 12, "lower", lambda: figures()["questions"]),
    Figure("web.first_page", "kB on an empty cache, the heaviest of home, missions, mission, desk", 100, "lower", lambda: figures()["first"]),
    Figure("web.next_page", "kB once home has been seen, the heaviest of the same", 20, "lower", lambda: figures()["next"]),
    Figure("web.process_memory", "MB of a web process after 500 requests of every kind", 200, "lower", lambda: figures()["memory"]),
]  # fmt: skip
