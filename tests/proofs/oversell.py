"""Eight processes fight for the last places: none is sold twice, and the count is always right."""

import json
from typing import Any

from tests.proofs.registry import Proof
from tests.proofs.stage import stage

CROWD = 8


def attempt(few: bool, sabotaged: bool) -> dict[str, Any]:
    """Three times as many attempts as places."""
    each = 25 if few else 200
    with stage() as there:
        there.run("oversell_scene", what="set", count=5, capacity=each * CROWD // 15, sabotaged=sabotaged)
        crowd = [there.start("oversell_process", seed=n, attempts=each, sabotaged=sabotaged) for n in range(CROWD)]
        counts = []
        for process in crowd:
            out, err = process.communicate(timeout=1500)
            assert out.strip(), err[-2000:]
            counts.append(json.loads(out.splitlines()[-1]))
        end = there.run("oversell_scene", what="count")
    got = sum(one["got"] for one in counts)
    return {
        "processes": CROWD, "attempts": each * CROWD, "got": got, "refused": sum(one["refused"] for one in counts),
        "busy": sum(one["busy"] for one in counts), **end,
    }  # fmt: skip


def holds(told: dict[str, Any]) -> bool:
    """Every place is taken, none twice, the counters say so, and whoever got an answer got the true one."""
    return not told["oversold"] and not told["miscounted"] and told["held"] == told["got"] == told["places"]


PROOFS = [Proof("volunteering.oversell", attempt, holds)]
