"""A real instance of its own for a proof: a fresh database, a fresh folder, processes that can be killed."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


class Stage:
    """A fresh instance. `run(module, **words)` starts a process in it; `ask(code)` evaluates Python in it."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder, self.database_url = folder, database_url
        self.env = {
            **{name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}},
            "MAILLAGE_SECRET_KEY": "a secret for this proof alone",
            "MAILLAGE_VAR": str(folder),
            "DATABASE_URL": database_url,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PYTHONPATH": str(ROOT),
        }

    def manage(self, *words: str) -> None:
        subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=self.env, check=True, capture_output=True)

    def start(self, script: str, **told: Any) -> subprocess.Popen[str]:
        """Start `tests/proofs/<script>.py` with `told` as JSON in its first argument."""
        return subprocess.Popen(
            [sys.executable, "-m", f"tests.proofs.{script}", json.dumps(told)],
            cwd=ROOT, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run(self, script: str, **told: Any) -> Any:
        """Run a script to its end and read the JSON of its last line."""
        process = self.start(script, **told)
        out, err = process.communicate(timeout=1800)
        if process.returncode:
            raise AssertionError(f"{script} failed:\n{err[-2000:]}")
        return json.loads(out.splitlines()[-1])


@contextmanager
def stage() -> Iterator[Stage]:
    """An instance on the database of the suite: SQLite in a folder, or a database of its own on the PostgreSQL server."""
    folder = Path(tempfile.mkdtemp(prefix="maillage-proof-"))
    given = os.environ.get("DATABASE_URL", "")
    name = f"proof_{uuid.uuid4().hex[:10]}"
    try:
        if given.startswith(("postgres", "pgsql")):
            server = given.rpartition("/")[0]
            on_server(given, f'CREATE DATABASE "{name}"')
            made = Stage(folder, f"{server}/{name}")
        else:
            made = Stage(folder, f"sqlite:///{folder / 'proof.sqlite3'}")
        made.manage("migrate", "--verbosity", "0")
        yield made
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if given.startswith(("postgres", "pgsql")):
            on_server(given, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def on_server(url: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(url.replace("pgsql", "postgres", 1), autocommit=True) as connection:
        connection.execute(statement)


def told() -> dict[str, Any]:
    """What the parent said, with Django ready."""
    import django

    django.setup()
    return json.loads(sys.argv[1]) if len(sys.argv) > 1 else {}
