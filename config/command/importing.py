"""The State's files: brought in with a bar that moves, counts at the end, and the lines that were refused."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from config.command.serving import refuse_unless_ready
from maillage.kernel.imports.models import Import
from maillage.kernel.organisations.register import import_rna
from maillage.kernel.places.actions import import_communes
from maillage.kernel.refusal import Refused

console = Console(highlight=False, soft_wrap=True)


@contextmanager
def bar() -> Iterator[Progress]:
    """On a terminal it moves; in a file or a log it stays silent."""
    columns: list[Any] = [
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
    ]
    with Progress(*columns, console=Console(stderr=True), transient=True) as moving:
        yield moving


def rna(said: argparse.Namespace) -> int:
    """Each file is told for itself, also when another is refused or the whole is stopped."""
    refuse_unless_ready()
    ends: list[tuple[Path, Import | Refused]] = []
    try:
        bring(said.files, ends)
    finally:
        for path, end in ends:
            if isinstance(end, Import):
                tell(end)
            elif len(said.files) > 1:  # of one alone, the command says it
                print(_("{name} : {reason}").format(name=path.name, reason=end), file=sys.stderr)
    return 0


def bring(files: list[Path], ends: list[tuple[Path, Import | Refused]]) -> None:
    with bar() as moving:
        shown: dict[int, Any] = {}

        def read(found: Import, done: int, size: int) -> None:
            if found.pk not in shown:
                shown[found.pk] = moving.add_task(found.file_name[:40], total=size)
            moving.update(shown[found.pk], completed=done, total=size)

        words = moving.add_task(_("Mots à chercher"), total=None, visible=False)

        def indexed(done: int, total: int) -> None:
            moving.update(words, completed=done, total=total, visible=True)

        import_rna(
            files, now=timezone.now(), progress=read, words_progress=indexed,
            told=lambda path, end: ends.append((path, end)),
        )  # fmt: skip


def tell(one: Import) -> None:
    """What was done with a file, and where its refused lines are told."""
    console.print(
        _("{name} ({layout}) : {read} lignes lues, {added} ajoutées, {changed} modifiées, {same} déjà à jour, {refused} refusées.").format(
            name=one.file_name, layout=one.layout, read=one.read, added=one.added, changed=one.changed, same=one.same,
            refused=one.refused,
        )
    )  # fmt: skip
    if one.refused:
        console.print(_("  Les lignes refusées, avec leur numéro et la raison : {path}").format(path=one.refused_path))


def communes(said: argparse.Namespace) -> int:
    refuse_unless_ready()
    file: Path | None = said.file
    with bar() as moving:
        line = moving.add_task(_("Communes"), total=None)
        done = import_communes(file, progress=lambda number: moving.update(line, completed=number))
    console.print(
        _("{communes} communes, dont {added} nouvelles ; {refused} lignes refusées.").format(
            communes=done.communes, added=done.added, refused=len(done.refused)
        )
    )
    for number, reason in done.refused[:20]:
        console.print(_("  ligne {number} : {reason}").format(number=number, reason=reason))
    return 0
