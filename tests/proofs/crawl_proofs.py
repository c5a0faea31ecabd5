"""Three proofs that walk the whole site: tenants, once, hostile text."""

import json
from contextlib import ExitStack
from typing import Any

from tests.proofs.registry import Proof
from tests.proofs.stage import stage

SHARES = 2  # as many processes, each in an instance of its own


def tenants(few: bool, sabotaged: bool) -> dict[str, Any]:
    """Sabotaged, one check is forgotten: every role to whoever is signed in. A sabotaged walk ends at the first leak."""
    told: dict[str, Any] = {}
    with ExitStack() as stages:
        walks = []
        for mine in range(SHARES):
            there = stages.enter_context(stage())
            there.manage("createcachetable")
            walks.append(
                there.start("crawl_process", what="tenants", few=few, sabotaged=sabotaged, share=[mine, SHARES])
            )
        for process in walks:
            out, err = process.communicate(timeout=3600)
            assert out.strip(), err[-2000:]
            for key, value in json.loads(out.splitlines()[-1]).items():
                told[key] = told[key] + value if key in told else value
    return told


def crawl(what: str, few: bool, sabotaged: bool) -> dict[str, Any]:
    with stage() as there:
        there.manage("createcachetable")
        told: dict[str, Any] = there.run("crawl_process", what=what, few=few, sabotaged=sabotaged)
        return told


def once(few: bool, sabotaged: bool) -> dict[str, Any]:
    """Sabotaged, nothing remembers what was sent."""
    return crawl("once", few, sabotaged)


def hostile(few: bool, sabotaged: bool) -> dict[str, Any]:
    """Sabotaged, templates no longer escape."""
    return crawl("hostile", few, sabotaged)


def holds(told: dict[str, Any]) -> bool:
    return not told["wrong"] and told["sent"] > 100


PROOFS = [
    Proof(
        "house.tenants",
        tenants,
        lambda told: holds(told) and not told["undeclared"] and told["opened"] > 50 and told["own"] > 20,
    ),
    Proof("web.once", once, lambda told: holds(told) and told["did"] > 15),
    Proof("web.hostile", hostile, holds),
]
