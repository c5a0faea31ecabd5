"""Take the pictures of the guide from a living demonstration: a fresh instance, a real browser, the pages as they are.

    .venv/bin/python tools/pictures.py [NAME…]      all of them, or those whose name begins with one of these

Each picture is a short walk, as its reader would walk; a walk that no longer works stops the tool.
"""

import io
import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests import chromium  # noqa: E402

FOLDER = ROOT / "docs" / "guide" / "images"
PHONE, DESKTOP = {"width": 360, "height": 900}, {"width": 1280, "height": 860}
Walk = Callable[[Page], None]


@contextmanager
def demonstration() -> Iterator[str]:
    """A demo instance of its own; its address."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        site = f"http://localhost:{port}"
        env = {
            **os.environ, "MAILLAGE_VAR": folder, "MAILLAGE_SECRET_KEY": secrets.token_urlsafe(48), "MAILLAGE_DEMO": "1",
            "MAILLAGE_SITE_URL": site, "DATABASE_URL": f"sqlite:///{folder}/pictures.sqlite3",
        }  # fmt: skip
        maillage = [sys.executable, "-m", "config.command"]
        for verb in ("prepare", "demo"):
            subprocess.run([*maillage, verb], cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)
        serving = subprocess.Popen([*maillage, "serve", "--port", str(port)], cwd=ROOT, env=env)
        try:
            for _ in range(100):
                try:
                    urllib.request.urlopen(f"{site}/sante", timeout=2)
                    break
                except OSError:
                    time.sleep(0.2)
            yield site
        finally:
            serving.terminate()
            serving.wait(10)


# ── Walking ───────────────────────────────────────────────────────────────────────────────────
def press(page: Page, words: str) -> None:
    name = re.compile(re.escape(words), re.IGNORECASE)
    main = page.locator("main")
    found = main.get_by_role("button", name=name).or_(main.get_by_role("link", name=name))
    found.locator("visible=true").first.click()
    page.wait_for_load_state("networkidle")


def be(page: Page, who: str) -> None:
    """Enter as somebody of the demo."""
    page.goto("/demo/")
    page.get_by_role("button", name=re.compile(who)).first.click()
    page.wait_for_load_state("networkidle")


def in_rennes(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Votre commune").first.fill("35000")
    page.keyboard.press("Escape")  # the list of communes that opened
    press(page, "Voir autour de moi")


def home(page: Page) -> None:
    in_rennes(page)
    page.goto("/")


def missions(page: Page) -> None:
    in_rennes(page)
    page.goto("/missions/")


def mission(page: Page) -> None:
    missions(page)
    page.get_by_role("link", name=re.compile("légumes")).first.click()
    page.wait_for_load_state("networkidle")


def sheet(page: Page) -> None:
    mission(page)
    press(page, "m’inscris")
    page.locator("[name=name]").fill("Lucie N.")
    page.locator("[name=phone]").first.fill("06 12 34 56 78")
    press(page, "m’inscris")


def my_hours(page: Page) -> None:
    be(page, "Amina")
    page.goto("/moi/heures/")


def need(page: Page) -> None:
    in_rennes(page)
    page.goto("/besoins/dire/")


def follow(page: Page) -> None:
    need(page)
    page.locator("[name=title]").fill("Un panier apporté jusqu’à la maison")
    page.locator("[name=name]").fill("Denise P.")
    page.locator("[name=phone]").fill("06 12 34 56 79")
    page.locator("[name=organisation]").first.check()
    press(page, "Dire mon besoin")


def my_data(page: Page) -> None:
    be(page, "Amina")
    page.goto("/moi/donnees/")


def claim(page: Page) -> None:
    be(page, "Nadia")
    page.goto("/associations/?q=moulin")
    page.get_by_role("link", name=re.compile("moulin", re.IGNORECASE)).first.click()
    page.wait_for_load_state("networkidle")


def desk(address: str) -> Walk:
    def walk(page: Page) -> None:
        be(page, "Bruno")
        page.goto(f"/gerer/les-jardins-de-la-vilaine/{address}")

    return walk


PICTURES: dict[str, tuple[dict[str, int], Walk]] = {
    "accueil-360": (PHONE, home),
    "missions-360": (PHONE, missions),
    "mission-360": (PHONE, mission),
    "fiche-360": (PHONE, sheet),
    "heures-360": (PHONE, my_hours),
    "besoin-360": (PHONE, need),
    "suivi-360": (PHONE, follow),
    "donnees-360": (PHONE, my_data),
    "lecture-360": (PHONE, lambda page: page.goto("/lecture/") and None),
    "prise-en-main-360": (PHONE, claim),
    "bureau-1280": (DESKTOP, desk("")),
    "mission-bureau-1280": (DESKTOP, desk("missions/nouvelle/")),
    "semaine-1280": (DESKTOP, desk("semaine/")),
    "presences-360": (PHONE, desk("presences/")),
    "heures-1280": (DESKTOP, desk("heures/")),
    "equipe-1280": (DESKTOP, desk("equipe/")),
    "statistiques-1280": (DESKTOP, desk("statistiques/")),
}


def take(browser: Browser, site: str, name: str) -> int:
    """Walk, then keep what the screen shows; its weight in bytes."""
    size, walk = PICTURES[name]
    context = browser.new_context(base_url=site, viewport=size, locale="fr-FR", reduced_motion="reduce")  # type: ignore[arg-type]
    page = context.new_page()
    walk(page)
    page.evaluate("window.scrollTo(0, 0)")
    shot = Image.open(io.BytesIO(page.screenshot()))
    context.close()
    FOLDER.mkdir(parents=True, exist_ok=True)
    shot.save(FOLDER / f"{name}.webp", quality=82, method=6)
    return (FOLDER / f"{name}.webp").stat().st_size


def main() -> int:
    wanted = [name for name in PICTURES if not sys.argv[1:] or name.startswith(tuple(sys.argv[1:]))]
    with demonstration() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.executable(), args=chromium.FLAGS)
        for name in wanted:
            print(f"{name:<24}{take(browser, site, name) // 1024} kB")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
