"""kill -9 during sign-ups: what was acknowledged is there, and the count of places is right."""

from typing import Any

from tests.proofs.stage import stage


def attempt(*, kills: int, sabotaged: bool) -> dict[str, Any]:
    with stage() as there:
        there.run("oversell_scene", what="set", count=5, capacity=30_000, sabotaged=False)
        return there.run(
            "kill_process", seed=9, kills=kills, acknowledged=str(there.folder / "told.txt"), sabotaged=sabotaged
        )
