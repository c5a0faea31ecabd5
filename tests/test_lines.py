"""What `bin/bench` and `bin/test --proofs` print and answer: one line each, exit 0 when all is well, 1 when one is short."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import bench.__main__ as figures_command
import tests.proofs.__main__ as proofs_command
from bench import registry
from bench.registry import Figure
from tests.proofs.registry import Proof
from tools import figures as page

ROOT = Path(__file__).resolve().parent.parent
FIGURE = re.compile(r"[a-z_]+\.[a-z0-9_]+ +-?[\d.e+]+  \S.*\S +[≤≥] \S+ +(ok|SHORT)")
PROOF = re.compile(r"[a-z_]+\.[a-z0-9_]+  (\w+=\S+ )*\w+=\S+  control=(caught|MISSED)  (ok|SHORT)")


# ── Figures ───────────────────────────────────────────────────────────────────────────────────
def figure(name: str, value: float, bar: float, better: Any = "lower") -> Figure:
    return Figure(name, "ms, by the way", bar, better, lambda: value)


@pytest.mark.parametrize(
    ("made", "code", "ends"),
    [
        ([figure("tried.fast", 12.3456, 20)], 0, ["ok"]),
        ([figure("tried.slow", 1234.5, 20)], 1, ["SHORT"]),
        ([figure("tried.many", 5, 3, "higher"), figure("tried.few", 2, 3, "higher")], 1, ["ok", "SHORT"]),
        ([figure("tried.equal", 3, 3), figure("tried.equal_too", 3, 3, "higher")], 0, ["ok", "ok"]),
    ],
)
def test_a_figure_is_a_line_and_one_that_is_short_is_told_by_the_exit_code(
    made: list[Figure], code: int, ends: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(registry, "every", lambda: made)
    assert figures_command.main([]) == code
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[-1] for line in lines] == ends
    assert [line.split()[0] for line in lines] == [one.name for one in made]
    assert all(FIGURE.fullmatch(line) and page.LINE.match(line) for line in lines), lines


def test_a_figure_that_nobody_knows_is_said_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert figures_command.main(["nothing.like_it"]) == 2
    said = capsys.readouterr()
    assert "No figure begins with nothing.like_it" in said.err
    assert said.out == ""
    assert all(re.fullmatch(r"[a-z_]+\.[a-z0-9_]+", one.name) for one in registry.every())


# ── Proofs ────────────────────────────────────────────────────────────────────────────────────
def proof(name: str, wrong: int, *, catches: bool = True) -> Proof:
    def attempt(few: bool, sabotaged: bool) -> dict[str, Any]:
        return {"rounds": 3, "wrong": wrong + (sabotaged and catches), "told": ["who, where"] if wrong else []}

    return Proof(name, attempt, lambda told: not told["wrong"])


@pytest.mark.parametrize(
    ("made", "code", "said"),
    [
        ([proof("tried.holds", 0)], 0, ["tried.holds  rounds=3 wrong=0  control=caught  ok"]),
        (
            [proof("tried.fails", 2), proof("tried.holds", 0)],
            1,
            [
                "tried.fails  rounds=3 wrong=2  control=caught  SHORT",
                "    who, where",
                "tried.holds  rounds=3 wrong=0  control=caught  ok",
            ],
        ),
        ([proof("tried.blind", 0, catches=False)], 1, ["tried.blind  rounds=3 wrong=0  control=MISSED  SHORT"]),
    ],
)
def test_a_proof_is_a_line_and_one_that_is_short_or_blind_is_told_by_the_exit_code(
    made: list[Proof], code: int, said: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(proofs_command, "PROOFS", made)
    assert proofs_command.main([]) == code
    lines = capsys.readouterr().out.splitlines()
    assert lines == said
    for line in lines:
        assert line.startswith("    ") or (PROOF.fullmatch(line) and page.LINE.match(line))


# ── The shell commands themselves ─────────────────────────────────────────────────────────────
@pytest.fixture
def shell(tmp_path: Path) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """A folder with the two commands, whose Python prints a line and answers with the code it is told."""
    (tmp_path / "bin").mkdir()
    (tmp_path / ".tools").mkdir()
    for name in ("bench", "test"):
        shutil.copy(ROOT / "bin" / name, tmp_path / "bin" / name)
    (tmp_path / "bin" / "_ready").write_text('set -eu\ncd "$(dirname "$0")/.." || exit 3\nready() { :; }\n')
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(
        '#!/bin/sh\nif [ "$1" = tools/figures.py ]; then cat; else echo "tried.line  $*  ok"; exit "$WANTED"; fi\n'
    )
    python.chmod(0o755)

    def run(*words: str, wanted: int) -> "subprocess.CompletedProcess[str]":
        env = os.environ | {"WANTED": str(wanted)}
        return subprocess.run(
            [str(tmp_path / "bin" / words[0]), *words[1:]], env=env, capture_output=True, text=True, check=False
        )

    return run


@pytest.mark.parametrize("wanted", [0, 1, 2])
@pytest.mark.parametrize(
    ("words", "runs"),
    [
        (["bench"], "-m bench"),
        (["bench", "places."], "-m bench places."),
        (["bench", "--keep"], "-m bench"),
        (["test", "--proofs"], "-m tests.proofs"),
        (["test", "--proofs", "imports."], "-m tests.proofs imports."),
        (["test", "--proofs", "--keep"], "-m tests.proofs"),
    ],
)
def test_the_commands_pass_the_lines_and_the_exit_code_on(
    words: list[str], runs: str, wanted: int, shell: Callable[..., "subprocess.CompletedProcess[str]"]
) -> None:
    ran = shell(*words, wanted=wanted)
    assert (ran.returncode, ran.stdout) == (wanted, f"tried.line  {runs}  ok\n"), ran.stderr
