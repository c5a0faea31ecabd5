"""Evidence still refuses to change after a migration that alters its table; and what was changed behind its back is seen."""

from typing import Any

from tests.proofs.registry import Proof
from tests.proofs.stage import stage


def attempt(few: bool, sabotaged: bool) -> dict[str, Any]:
    """Sabotaged, a migration forgets to put the triggers back, as Django's own rebuilding of a table does."""
    with stage() as there:
        return there.run("evidence_process", sabotaged=sabotaged)


PROOFS = [
    Proof(
        "evidence.append_only", attempt,
        lambda told: told["altered"] and told["refused"] == told["tried"] and told["rows_kept"] and told["seen_behind"],
    )
]  # fmt: skip
