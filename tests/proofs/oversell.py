"""Eight processes fight for the last places: none is sold twice, and the count is always right."""

from typing import Any

from tests.proofs.stage import stage

CROWD = 8


def attempt(*, attempts: int, sabotaged: bool) -> dict[str, Any]:
    """`attempts` in all, by 8 processes, on a third as many places."""
    each = max(10, attempts // CROWD)
    with stage() as there:
        there.run("oversell_scene", what="set", count=10, capacity=max(2, attempts // 30), sabotaged=sabotaged)
        crowd = [there.start("oversell_process", seed=n, attempts=each, sabotaged=sabotaged) for n in range(CROWD)]
        import json

        counts = []
        for process in crowd:
            out, err = process.communicate(timeout=900)
            assert out.strip(), err[-2000:]
            counts.append(json.loads(out.splitlines()[-1]))
        end = there.run("oversell_scene", what="count")
    return {
        "attempts": each * CROWD,
        "got": sum(one["got"] for one in counts),
        "refused": sum(one["refused"] for one in counts),
        "errors": sum(one["errors"] for one in counts),
        **end,
    }
