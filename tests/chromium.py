"""A browser for the journeys: the machine's own Chromium, else the one that npm brings, unpacked here; no apt needed."""

import io
import os
import shutil
import tarfile
from pathlib import Path

import brotli

ROOT = Path(__file__).resolve().parents[1]
PACKED = ROOT / "node_modules" / "@sparticuz" / "chromium" / "bin"
UNPACKED = ROOT / ".tools" / "chromium"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SAFELY = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}  # which Python has since 3.11.4
FLAGS = ["--no-sandbox", "--disable-gpu", "--font-render-hinting=none", "--lang=fr-FR"]


def executable() -> str:
    """The path of a Chromium that starts; raises FileNotFoundError with what to do."""
    given = os.environ.get("MAILLAGE_CHROMIUM", "")
    for name in (given, *NAMES):
        if name and (found := shutil.which(name)):
            return found
    return unpack()


def unpack() -> str:
    """Unpack once what the npm package holds: the browser, its libraries, and a script that starts one with the others."""
    start = UNPACKED / "start"
    if start.exists():
        return str(start)
    if not (PACKED / "chromium.br").exists():
        raise FileNotFoundError("No Chromium: install one, or run `bin/test`, which brings one with npm.")
    made = UNPACKED.with_suffix(f".{os.getpid()}")
    made.mkdir(parents=True)
    browser = made / "chromium"
    browser.write_bytes(brotli.decompress((PACKED / "chromium.br").read_bytes()))
    browser.chmod(0o755)
    for name in ("al2023", "fonts", "swiftshader"):
        with tarfile.open(fileobj=io.BytesIO(brotli.decompress((PACKED / f"{name}.tar.br").read_bytes()))) as archive:
            archive.extractall(made, **SAFELY)  # type: ignore[arg-type]
    script = made / "start"
    script.write_text(
        f'#!/bin/sh\nexport LD_LIBRARY_PATH="{UNPACKED}/al2023/lib:{UNPACKED}/lib"\nexec "{UNPACKED}/chromium" "$@"\n'
    )
    script.chmod(0o755)
    try:
        made.rename(UNPACKED)
    except OSError:  # another process was quicker
        shutil.rmtree(made)
    return str(start)
