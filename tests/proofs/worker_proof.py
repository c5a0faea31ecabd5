"""A worker is killed in the middle of a task: another one takes it up, and it ends once."""

import os
import signal
import time
from typing import Any

from tests.proofs.registry import Proof
from tests.proofs.stage import stage


def attempt(few: bool, sabotaged: bool) -> dict[str, Any]:
    """Sabotaged, nobody looks after the tasks of the dead."""
    rounds = 1 if few else 5
    killed = resumed = 0
    with stage() as there:
        for _ in range(rounds):
            mark, done = there.folder / "began", there.folder / "done"
            for file in (mark, done):
                file.unlink(missing_ok=True)
            there.run("worker_task", what="enqueue", began=str(mark), done=str(done))
            first = there.start("worker_task", what="work", reaps=True)
            wait_for(mark.exists)
            os.kill(first.pid, signal.SIGKILL)
            first.communicate()
            killed += not done.exists()
            second = there.start("worker_task", what="work", reaps=not sabotaged)
            resumed += wait_for(done.exists, seconds=6 if sabotaged else 60)
            second.kill()
            second.communicate()
    return {"rounds": rounds, "killed": killed, "resumed": resumed}


def wait_for(seen: Any, *, seconds: int = 60) -> bool:
    for _ in range(seconds * 20):
        if seen():
            return True
        time.sleep(0.05)
    return False


PROOFS = [
    Proof("tasks.killed_worker", attempt, lambda told: told["killed"] == told["resumed"] == told["rounds"])
]  # fmt: skip
