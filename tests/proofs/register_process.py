"""Make files nobody would wish for, bring them in, and look at what became of each."""

import csv
import json
import random
import traceback
from pathlib import Path
from typing import Any

from tests.proofs.stage import told

HEAD = "id;id_ex;siret;gestion;date_creat;date_decla;date_publi;date_disso;nature;groupement;titre;titre_court;objet;objet_social1;adrs_codeinsee;adrs_codepostal;adrs_libcommune;siteweb;position;maj_time"
FORMULAS = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1"]
NASTY = [
    "\x00",
    '"',
    '""";',
    "é" * 10,
    "\ufeff",
    "A" * 300,
    "'; DROP TABLE x; --",
    "0001-01-01",
    "9999-99-99",
    "\u202e",
    "🧶",
]


def line(chance: random.Random, n: int) -> str:
    number = chance.choice([f"W{n % 10}A{n % 10}{n:06d}", f"W35{n % 10}{n:06d}", "=W", "", "Wzzz", *FORMULAS])
    cells = [number, "", "", "", "2001-02-03", "", "", "", "", "S", chance.choice(["LES AMIS", *FORMULAS, *NASTY]), "",
             chance.choice([*NASTY, *FORMULAS]), "", "35238", "35000", "RENNES", "", chance.choice(["A", "D", "S", "R", "Z", ""]), ""]  # fmt: skip
    said = ";".join(cells)
    kind = chance.random()
    if kind < 0.05:
        said += ";" * chance.randint(1, 400)
    elif kind < 0.1:
        said = said[: chance.randint(0, len(said))]
    elif kind < 0.11:
        said += "x" * 3_000_000
    return said


def file_of(chance: random.Random, to: Path) -> Path:
    lines = [HEAD if chance.random() < 0.9 else chance.choice(["", "a;b;c", HEAD.replace("id;", "")])]
    lines += [line(chance, n) for n in range(chance.randint(0, 40))]
    raw = (
        chance.choice(["\n", "\r\n", "\r"])
        .join(lines)
        .encode(chance.choice(["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16"]), "replace")
    )
    if chance.random() < 0.2:
        raw = bytes(chance.randrange(256) if chance.random() < 0.02 else byte for byte in raw[:20_000])
    to.write_bytes(raw)
    return to


def main() -> None:
    words = told()
    from django.conf import settings
    from django.utils import timezone

    from maillage.kernel.imports import writing
    from maillage.kernel.imports.models import Import
    from maillage.kernel.organisations.models import RegisterEntry
    from maillage.kernel.organisations.register import import_rna
    from maillage.kernel.refusal import Refused

    if words["sabotaged"]:
        writing.safe_cell = lambda value: value
    chance, folder = random.Random(4), Path(settings.VAR)
    counts: dict[str, Any] = {
        "files": 0,
        "sentences": 0,
        "read": 0,
        "refused": 0,
        "crashed": 0,
        "alive": 0,
        "miscounted": 0,
        "told": [],
    }
    for n in range(words["rounds"]):
        counts["files"] += 1
        before = RegisterEntry.objects.count()
        try:
            (done,) = import_rna([file_of(chance, folder / f"hostile-{n}.csv")], now=timezone.now())
        except Refused as no:
            counts["sentences"] += 1
            counts["miscounted"] += len(str(no)) < 20 or RegisterEntry.objects.count() != before
            continue
        except Exception:
            counts["crashed"] += 1
            counts["told"].append(traceback.format_exc().splitlines()[-1][:200])
            continue
        counts["read"] += done.read
        counts["refused"] += done.refused
        counts["miscounted"] += RegisterEntry.objects.count() - before != done.added
        counts["alive"] += alive(done)
        (folder / f"hostile-{n}.csv").unlink()
    counts["imports"] = Import.objects.count()
    print(json.dumps(counts))


def alive(done: Any) -> int:
    """Cells of the file of refused lines that a spreadsheet would run."""
    if not done.refused:
        return 0
    with done.refused_path.open(newline="", encoding="utf-8-sig") as file:
        return sum(
            cell.lstrip("\t\r ")[:1] in {"=", "+", "@"} for row in csv.reader(file, delimiter=";") for cell in row
        )


if __name__ == "__main__":
    main()
