"""kill -9 during `maillage import rna`, again and again: it goes on where it stopped, and each line is counted once."""

import os
import random
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

from tests.proofs.registry import Proof
from tests.proofs.stage import stage
from tests.proofs.worker_proof import wait_for

LINES_OF_A_LIFE = 3000
HEAD = "id;titre;objet;position;date_creat;adrs_codeinsee;adrs_codepostal;adrs_libcommune;maj_time"


def file_of(lines: int, to: Path) -> int:
    """Write a register in which every fiftieth line has no title; return how many have none."""
    untitled = 0
    with to.open("w") as file:
        file.write(HEAD + "\n")
        for n in range(lines):
            is_wrong = n % 50 == 7
            untitled += is_wrong
            title = "" if is_wrong else f"LES AMIS DU MOULIN {n}"
            file.write(f"W35{n:07};{title};Sauver le moulin;A;2001-02-03;35047;35170;BRUZ;2026-01-01 00:00:00\n")
    return untitled


def attempt(few: bool, sabotaged: bool) -> dict[str, Any]:
    """Sabotaged, lines are kept before the place where they end."""
    kills = 3 if few else 40
    chance = random.Random(11)
    with stage() as there:
        file, mark = there.folder / "rna.csv", there.folder / "chunks"
        untitled = file_of(kills * LINES_OF_A_LIFE, file)
        mark.touch()
        told = {"file": str(file), "mark": str(mark), "sabotaged": sabotaged}
        killed = 0
        for _ in range(kills):
            killed += kill_once(there.start("import_kill_process", dies=True, **told), mark, chance.uniform(0.0, 0.04))
        return {
            "kills": kills, "killed": killed, "lines": kills * LINES_OF_A_LIFE, "untitled": untitled,
            **there.run("import_kill_process", dies=False, **told),
        }  # fmt: skip


def kill_once(process: "subprocess.Popen[str]", mark: Path, moment: float) -> bool:
    """Take it once it has committed a chunk more; whether it was still at work."""
    before = mark.stat().st_size
    wait_for(lambda: mark.stat().st_size > before or process.poll() is not None)
    time.sleep(moment)
    was_at_work = process.poll() is None
    if was_at_work:
        os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    return was_at_work


def holds(told: dict[str, Any]) -> bool:
    """One import, each line read once and counted as what became of it, each refused one told once, all of it findable."""
    return bool(
        told["killed"] == told["kills"]
        and told["exit"] == 0
        and told["imports"] == 1
        and told["read"] == told["lines"]
        and told["same"] == told["changed"] == 0
        and told["added"] == told["entries"] == told["findable"] == told["lines"] - told["untitled"]
        and told["refused"] == told["told_once"] == told["untitled"]
    )


PROOFS = [Proof("imports.kill_9", attempt, holds)]
