"""Hostile CSV files: formula cells, a gigantic line, NUL, wrong columns, broken bytes. Counts or a sentence, never a traceback,
nothing half-done, and nothing that comes alive in the spreadsheet that opens the refused lines."""

from typing import Any

from tests.proofs.registry import Proof
from tests.proofs.stage import stage


def attempt(few: bool, sabotaged: bool) -> dict[str, Any]:
    """Sabotaged, cells are written as they came."""
    with stage() as there:
        return there.run("register_process", rounds=40 if few else 1500, sabotaged=sabotaged)


PROOFS = [
    Proof(
        "imports.hostile", attempt,
        lambda told: not told["crashed"] and not told["alive"] and not told["miscounted"] and told["refused"] > 0,
    )
]  # fmt: skip
