"""Print one line per proof: `name  key=value …  control=caught|MISSED  ok|SHORT`; exit 1 when one is short.

python -m tests.proofs [--few] [NAME…]      NAME selects by prefix; on the database that DATABASE_URL names, else SQLite
"""

import sys

from tests.proofs import crawl_proofs, evidence_proof, import_kill, kill, oversell, register_proof, worker_proof

PROOFS = [
    *oversell.PROOFS, *kill.PROOFS, *worker_proof.PROOFS, *evidence_proof.PROOFS, *register_proof.PROOFS,
    *import_kill.PROOFS, *crawl_proofs.PROOFS,
]  # fmt: skip


def main(words: list[str]) -> int:
    few = "--few" in words
    names = tuple(word for word in words if not word.startswith("--"))
    wanted = [proof for proof in PROOFS if not names or proof.name.startswith(names)]
    if not wanted:
        print(f"no such proof; there are: {', '.join(proof.name for proof in PROOFS)}", file=sys.stderr)
        return 2
    bad = 0
    for proof in wanted:
        line, right = proof.run(few=few)
        print(line, flush=True)
        bad += not right
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
