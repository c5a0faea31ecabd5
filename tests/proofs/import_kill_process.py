"""Run the product's own command on a register, in small chunks; say in a file when each was committed; count at the end."""

import csv
import json
import time
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.proofs.stage import told


def main() -> None:
    words = told()
    from config.command import importing
    from config.command import main as command
    from maillage.kernel.imports import actions, reading
    from maillage.kernel.imports.models import Import
    from maillage.kernel.organisations import register
    from maillage.kernel.organisations.models import RegisterEntry

    reading.BLOCK = 1 << 13
    real = importing.import_rna

    def watched(files: list[Path], *, progress: Any, **more: Any) -> Any:
        with open(words["mark"], "ab", buffering=0) as mark:

            def tell(found: Import, done: int, size: int) -> None:
                mark.write(b".")
                progress(found, done, size)

            return real(files, progress=tell, chunk=100, **more)

    importing.import_rna = watched
    if words["sabotaged"]:
        write = actions.write_refused
        actions.transaction = SimpleNamespace(atomic=nullcontext)

        def later(found: Import, lines: list[str]) -> int:
            time.sleep(0.2 if words["dies"] else 0)  # the lines are kept, and not yet the place where they end
            return write(found, lines)

        actions.write_refused = later
    code = command(["import", "rna", words["file"]])
    found = Import.objects.order_by("pk").last()
    assert found
    entries = list(RegisterEntry.objects.order_by("pk").values_list("pk", flat=True))
    with found.refused_path.open(newline="", encoding="utf-8-sig") as file:
        numbers = [row[0] for row in csv.reader(file, delimiter=";")][1:]
    print(
        json.dumps(
            {
                "exit": code, "imports": Import.objects.count(), "read": found.read, "added": found.added,
                "changed": found.changed, "same": found.same, "refused": found.refused, "entries": len(entries),
                "told_once": len(set(numbers)) if len(set(numbers)) == len(numbers) else -1,
                "findable": len(set(register.index.known_between(entries[0], entries[-1]))),
            }
        )
    )  # fmt: skip


if __name__ == "__main__":
    main()
