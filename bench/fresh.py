"""An empty product in a process of its own, to measure in: its database is chosen before Django starts.

    python -m bench.fresh FOLDER [MODULE SIZES]      the second half of it: makes the product, or measures in it

Everything is made in a temporary folder, and removed.
"""

import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DATABASE = "maillage.sqlite3"


def measured(module: str, start: Path | None = None, **sizes: Any) -> dict[str, float]:
    """What `bench.<module>.measure(folder, **sizes)` answers, measured in a copy of `start`: the empty product if none."""
    folder = copied(start or empty())
    try:
        told = in_product(folder, module, json.dumps(sizes))
    finally:
        shutil.rmtree(folder)
    values: dict[str, float] = json.loads(told.splitlines()[-1])
    return values


@cache
def filled(missions: int) -> Path:
    """A product with so many missions: see `bench.country`. Made once for a whole run."""
    folder = copied(empty())
    in_product(folder, "country", json.dumps({"missions": missions}))
    say(f"{missions:,} missions")
    return folder


@cache
def empty() -> Path:
    """The product as it is first opened: tables, communes, static files collected. Made once for a whole run."""
    place = Path(tempfile.mkdtemp(prefix="maillage-bench-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    folder = place / "empty"
    folder.mkdir()
    in_product(folder)
    return folder


def copied(start: Path) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="of-", dir=empty().parent))
    return shutil.copytree(start, folder, dirs_exist_ok=True)


def in_product(folder: Path, *words: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", "bench.fresh", str(folder), *words], cwd=ROOT, env=environment(folder), check=True,
        stdout=subprocess.PIPE, text=True,
    ).stdout  # fmt: skip


def environment(folder: Path, **said: str) -> dict[str, str]:
    """Of a product that keeps everything in `folder`, whatever the caller's own says."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAILLAGE_")}
    return kept | {
        "MAILLAGE_VAR": str(folder), "DATABASE_URL": f"sqlite:///{folder / DATABASE}", "PYTHONUNBUFFERED": "1",
        "MAILLAGE_SECRET_KEY": "a secret for the bench alone", "DJANGO_SETTINGS_MODULE": "config.settings",
    } | said  # fmt: skip


def say(words: str) -> None:
    """What is worth knowing beside the figures, which have standard output for themselves."""
    print(f"  · {words}", file=sys.stderr, flush=True)


def open_at(path: Path) -> None:
    """From now on the product's database is this one."""
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = str(path)


def main(folder: Path, module: str = "", sizes: str = "{}") -> None:
    import django

    django.setup()
    if module:
        print(json.dumps(import_module(f"bench.{module}").measure(folder, **json.loads(sizes))))
        return
    from django.core.management import call_command

    from maillage.kernel.places.actions import ensure_communes

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    ensure_communes()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
