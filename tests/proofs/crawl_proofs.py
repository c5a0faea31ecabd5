"""Three proofs that walk the whole site: tenants, once, hostile text."""

import json
from contextlib import ExitStack
from typing import Any

from tests.proofs.registry import Proof
from tests.proofs.stage import stage

SHARES = 2  # as many processes, each in an instance of its own


def tenants(few: bool, sabotaged: bool) -> dict[str, Any]:
    """Sabotaged, one check is forgotten: every role to whoever is signed in; such a walk ends at the first leak. Then
    another: whose a row is, and every route of a desk that takes a key must be told. Either unseen is a sabotage missed.
    """
    told: dict[str, Any] = {}
    with ExitStack() as stages:
        walks = []
        for mine in range(SHARES):
            there = stages.enter_context(stage())
            there.manage("createcachetable")
            sabotage = ("roles", "unscoped")[mine] if sabotaged else ""
            share = [0, 1] if sabotaged else [mine, SHARES]
            walks.append(
                there.start(
                    "crawl_process", what="tenants", few=few, sabotaged=sabotaged, sabotage=sabotage, share=share
                )
            )
        for process in walks:
            out, err = process.communicate(timeout=3600)
            assert out.strip(), err[-2000:]
            for key, value in json.loads(out.splitlines()[-1]).items():
                told[key] = told[key] + value if key in told else value
    if missed := told.pop("unseen", []):
        return {**told, "wrong": 0, "told": [f"{name}: nothing is told, though it asks of all" for name in missed]}
    return told


def crawl(what: str, few: bool, sabotaged: bool) -> dict[str, Any]:
    with stage() as there:
        there.manage("createcachetable")
        told: dict[str, Any] = there.run("crawl_process", what=what, few=few, sabotaged=sabotaged, sabotage="")
        return told


def once(few: bool, sabotaged: bool) -> dict[str, Any]:
    """Sabotaged, nothing remembers what was sent."""
    return crawl("once", few, sabotaged)


def hostile(few: bool, sabotaged: bool) -> dict[str, Any]:
    """Sabotaged, templates no longer escape."""
    return crawl("hostile", few, sabotaged)


PROOFS = [
    Proof(
        "house.tenants", tenants, lambda told: not told["wrong"] and not told["undeclared"],
        lambda told: told["foreign"] > 500 and told["opened"] > 30 and told["own"] > 20 and told["found"] > 30,
    ),
    Proof("web.once", once, lambda told: not told["wrong"], lambda told: not told["unsent"] and told["did"] > 60),
    Proof("web.hostile", hostile, lambda told: not told["wrong"], lambda told: not told["unsent"] and told["sent"] > 400),
]  # fmt: skip
