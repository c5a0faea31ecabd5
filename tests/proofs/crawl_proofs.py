"""Three proofs that walk the whole site: tenants, once, hostile text."""

from collections.abc import Callable
from typing import Any

from tests.proofs.registry import Proof
from tests.proofs.stage import stage


def attempt(what: str) -> Callable[[bool, bool], dict[str, Any]]:
    def tried(few: bool, sabotaged: bool) -> dict[str, Any]:
        with stage() as there:
            there.manage("createcachetable")
            told: dict[str, Any] = there.run("crawl_process", what=what, few=few, sabotaged=sabotaged)
            return told

    return tried


def holds(told: dict[str, Any]) -> bool:
    return not told["wrong"] and not told.get("undeclared", 0) and told["sent"] > 100


PROOFS = [
    Proof("house.tenants", attempt("tenants"), holds),
    Proof("web.once", attempt("once"), holds),
    Proof("web.hostile", attempt("hostile"), holds),
]
