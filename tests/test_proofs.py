"""Each proof in its short version, honest and sabotaged: `bin/test --proofs` runs them in full."""

import pytest

from tests.proofs.__main__ import PROOFS, main
from tests.proofs.registry import Proof


@pytest.mark.parametrize("proof", PROOFS, ids=[proof.name for proof in PROOFS])
def test_what_is_promised_holds_and_a_sabotage_is_caught(proof: Proof) -> None:
    line, right = proof.run(few=True)
    assert right, line


def test_a_proof_that_nothing_can_break_proves_nothing() -> None:
    blind = Proof("house.blind", lambda few, sabotaged: {"wrong": 0}, lambda told: not told["wrong"])
    assert blind.run(few=True) == ("house.blind  wrong=0  control=MISSED  SHORT", False)


def test_an_unknown_name_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nothing.like_it"]) == 2
    assert "volunteering.oversell" in capsys.readouterr().err
