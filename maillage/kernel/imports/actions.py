"""Bringing one file in: chunk after chunk, each committed with the place where it ends."""

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.kernel.imports.models import Import
from maillage.kernel.imports.reading import Batch, Reader
from maillage.kernel.imports.writing import BOM, csv_line
from maillage.kernel.refusal import Refused


class AlreadyRunning(Refused):
    sentence = gettext_lazy("Ce fichier est déjà en cours d’import ailleurs. Laissez-le finir.")


class Stored(NamedTuple):
    added: int
    changed: int
    same: int


class RefusedLine(Exception):
    """A line cannot be kept; its text is the reason, as the file of refused lines says it."""


class Layout(Protocol):
    """What one kind of file does with its lines."""

    name: str
    has_header: bool

    def convert(self, cells: list[str]) -> tuple[Any, ...] | None:
        """The row to store; None for a line that says nothing (a heading met again). Raises RefusedLine."""

    def store(self, rows: Sequence[tuple[Any, ...]]) -> Stored:
        """Write the rows, in the caller's transaction."""


Progress = Callable[[Import, int, int], None]  # the import, bytes read, bytes in all


def bring_in(
    *,
    kind: str,
    path: Path | str,
    layout_of: Callable[[list[str]], Layout],
    now: datetime,
    progress: Progress | None = None,
    chunk: int = 5000,
) -> Import:
    """Read a whole file, or the rest of one whose import was cut short; the lines refused are told in its CSV.

    `layout_of(first record)` knows the file's kind of lines or raises a Refused. Raises FileIsMissing, FileIsEmpty,
    FileIsUtf16, FileIsNotText, AlreadyRunning.
    """
    path = Path(path)
    with Reader(path) as first:
        layout = layout_of(first.first())
        shape, width = first.shape, first.width
        start = (first.position, first.line) if layout.has_header else (shape.start, 0)
    found, hasher = unfinished(kind, path)
    if found is None:
        found = Import.objects.create(
            kind=kind, file_name=path.name[-255:], size=path.stat().st_size, encoding=shape.encoding,
            separator=shape.separator, layout=layout.name, position=start[0], line=start[1], started_at=now,
        )  # fmt: skip
        hasher = hashlib.blake2b(digest_size=32)
        digest_until(hasher, path, 0, start[0])
    with Reader(path, position=found.position, line=found.line, width=width) as reader:
        size, batches, goes_on = reader.size, reader.batches(), True
        while goes_on:
            with transaction.atomic():
                goes_on = take(found, layout, batches, reader, hasher, chunk)
            found.refresh_from_db()
            if progress:
                progress(found, reader.position, size)
    found.ended_at = timezone.now()
    found.save(update_fields=["ended_at"])
    return found


def take(found: Import, layout: Layout, batches: Iterator[Batch], reader: Reader, hasher: Any, chunk: int) -> bool:
    """Store a chunk, batch by batch, and where it ends; false when it was the last. The caller's transaction holds both.

    Each batch is stored at once rather than kept: a chunk in memory would scatter it, which costs a third of the speed.
    """
    read = added = changed = same = 0
    refused: list[str] = []
    goes_on = False
    for batch in batches:
        rows, no = converted(layout, batch, reader.shape.separator)
        stored = layout.store(rows) if rows else Stored(0, 0, 0)
        added, changed, same = added + stored.added, changed + stored.changed, same + stored.same
        refused += no
        read += len(rows) + len(no)
        if read >= chunk:
            goes_on = True
            break
    digest_until(hasher, reader.path, found.position, reader.position)
    moved = Import.objects.filter(pk=found.pk, position=found.position, ended_at=None).update(
        position=reader.position, line=reader.line, prefix_digest=hasher.hexdigest(),
        refused_bytes=write_refused(found, refused), read=F("read") + read, added=F("added") + added,
        changed=F("changed") + changed, same=F("same") + same, refused=F("refused") + len(refused),
    )  # fmt: skip
    if not moved:
        raise AlreadyRunning
    return goes_on


def converted(layout: Layout, batch: Batch, separator: str) -> tuple[list[tuple[Any, ...]], list[str]]:
    """The rows to store, and the lines of the file of refused ones."""
    convert = layout.convert
    refused = [csv_line([line, reason, original]) for line, reason, original in batch.refused]
    try:
        return [row for row in map(convert, batch.rows) if row is not None], refused
    except RefusedLine:
        rows = []
    for place, cells in enumerate(batch.rows):
        try:
            if (row := convert(cells)) is not None:
                rows.append(row)
        except RefusedLine as no:
            refused.append(csv_line([batch.line_of(place), no, separator.join(cells)[:2000]]))
    return rows, refused


def unfinished(kind: str, path: Path) -> tuple[Import | None, Any]:
    """The import of this very file that was cut short, if any, and the digest of what it had read."""
    for found in Import.objects.filter(kind=kind, file_name=path.name[-255:], ended_at=None).order_by("-pk"):
        if found.prefix_digest and found.size == path.stat().st_size:
            hasher = hashlib.blake2b(digest_size=32)
            digest_until(hasher, path, 0, found.position)
            if hasher.hexdigest() == found.prefix_digest:
                return found, hasher
    return None, None


def digest_until(hasher: Any, path: Path, start: int, end: int) -> None:
    with open(path, "rb") as file:
        file.seek(start)
        left = end - start
        while left > 0 and (block := file.read(min(left, 1 << 20))):
            hasher.update(block)
            left -= len(block)


def write_refused(found: Import, lines: list[str]) -> int:
    """Add lines to the file of refused ones, after dropping what a killed run wrote and never committed."""
    if not lines:
        return found.refused_bytes
    path = found.refused_path
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "r+b" if path.exists() else "w+b") as file:
        file.truncate(min(found.refused_bytes, file.seek(0, os.SEEK_END)))
        file.seek(0, os.SEEK_END)
        if file.tell() == 0:
            file.write((BOM + csv_line([_("ligne"), _("raison"), _("contenu")])).encode())
        file.write("".join(lines).encode("utf-8", "replace"))
        file.flush()
        os.fsync(file.fileno())
        return file.tell()
