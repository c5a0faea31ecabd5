"""kill -9 during sign-ups: what was acknowledged is there, and the count of places is right."""

from typing import Any

from tests.proofs.registry import Proof
from tests.proofs.stage import stage


def attempt(few: bool, sabotaged: bool) -> dict[str, Any]:
    kills = 15 if few else 200
    with stage() as there:
        there.run("oversell_scene", what="set", count=5, capacity=30_000, sabotaged=False)
        return {
            "kills": kills,
            **there.run(
                "kill_process", seed=9, kills=kills, acknowledged=str(there.folder / "told.txt"), sabotaged=sabotaged
            ),
        }


def holds(told: dict[str, Any]) -> bool:
    """Something was acknowledged between kills, nothing of it is lost, the counters and the file are sound."""
    return told["acknowledged"] >= told["kills"] and not told["lost"] and not told["miscounted"] and told["sound"]


PROOFS = [Proof("volunteering.kill_9", attempt, holds)]
