"""Reading any CSV, line after line, in constant memory; a damaged line is told, never an error of ours."""

import codecs
import contextlib
import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from maillage.kernel.refusal import Refused

SAMPLE = 256 * 1024
LONGEST_LINE = 128 * 1024  # bytes of one physical line, and of one record
MOST_LINES = 100  # physical lines of one record: beyond, a quote was never closed
BLOCK = 1 << 18
SEPARATORS = ";,\t|"


class FileIsMissing(Refused):
    sentence = _("Le fichier « {name} » est introuvable, ou ne peut pas être lu.")


class FileIsEmpty(Refused):
    sentence = _("Ce fichier est vide : le téléchargement s’est sans doute arrêté. Téléchargez-le de nouveau.")


class FileIsUtf16(Refused):
    sentence = _(
        "Ce fichier est codé en UTF-16 (« texte Unicode » d’un tableur). Enregistrez-le en CSV UTF-8, puis recommencez."
    )


class FileIsNotText(Refused):
    sentence = _("Ce fichier n’est pas un tableau en texte (CSV). {hint}")


_SPREADSHEET = _(
    "C’est un classeur ou une archive : enregistrez la feuille au format CSV, ou sortez le CSV de l’archive."
)
_MAGIC = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")

REASON_TOO_LONG = _("ligne beaucoup trop longue")
REASON_NUL = _("la ligne contient un octet nul")
REASON_QUOTE = _("guillemet ouvert et jamais refermé")
REASON_COLUMNS = _("{found} colonnes au lieu de {wanted}")


def _as_controls(error: UnicodeError) -> tuple[str, int]:
    """The five bytes that cp1252 leaves undefined, read as Latin-1 does."""
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("maillage-latin-1", _as_controls)


@dataclass(frozen=True)
class Shape:
    """What a file looks like, guessed from its beginning."""

    encoding: str  # utf-8 | cp1252 (Latin-1 is read as cp1252, which only adds signs to it)
    separator: str
    start: int  # bytes of the byte order mark
    old_newlines: bool = False  # \r alone


# One record: the number of its first physical line, its cells; and when it is refused, why and what it was.
# A plain tuple: a million of them are made.
Record = tuple[int, list[str], str | Promise, str]


class Batch(NamedTuple):
    """Some hundreds of records. `lines` is empty when each of them takes one line."""

    first_line: int
    rows: list[list[str]]
    lines: list[int]
    refused: list[tuple[int, str | Promise, str]]

    def line_of(self, place: int) -> int:
        return self.lines[place] if self.lines else self.first_line + place


def decode(raw: bytes) -> str:
    """UTF-8, or else cp1252: told for each line, because concatenated files mix both."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", "maillage-latin-1")


# Each byte as what it may be: f the first of a letter of UTF-8, n a next one, s a next one or a sign of cp1252 alone.
_KINDS = bytes(
    b"s"[0] if 0x80 <= byte < 0xA0 else b"n"[0] if 0xA0 <= byte < 0xC0 else b"f"[0] if 0xC2 <= byte < 0xF5 else 0
    for byte in range(256)
)


def decode_block(block: bytes) -> str:
    """The same for many lines, at once when none is in doubt."""
    try:
        return block.decode()
    except UnicodeDecodeError:
        kinds = block.translate(_KINDS)
        if b"fn" not in kinds and b"fs" not in kinds:  # no letter of UTF-8 anywhere in it
            return block.decode("cp1252", "maillage-latin-1") if b"s" in kinds else block.decode("latin-1")
        return "".join(map(decode, block.splitlines(keepends=True)))


def guess(beginning: bytes) -> Shape:
    """Encoding and separator, from the first bytes. Raises FileIsEmpty, FileIsUtf16, FileIsNotText."""
    if not beginning.strip(b"\xef\xbb\xbf \t\r\n"):
        raise FileIsEmpty
    if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise FileIsUtf16
    nul = beginning.count(0)
    if nul > len(beginning) * 0.3 and max(beginning[::2].count(0), beginning[1::2].count(0)) > nul * 0.95:
        raise FileIsUtf16
    if beginning.startswith(_MAGIC):
        raise FileIsNotText(hint=_SPREADSHEET)
    controls = sum(beginning.count(byte) for byte in (*range(9), *range(14, 32), 127))
    if beginning.startswith(b"%PDF") or controls > max(8, len(beginning) * 0.05):
        raise FileIsNotText(hint="")
    start = len(codecs.BOM_UTF8) if beginning.startswith(codecs.BOM_UTF8) else 0
    try:
        # The sample may stop in the middle of a letter.
        codecs.getincrementaldecoder("utf-8")().decode(beginning[start:])
        encoding = "utf-8"
    except UnicodeDecodeError:
        encoding = "cp1252"
    old_newlines = b"\n" not in beginning and b"\r" in beginning
    text = decode(beginning[start:]) if encoding == "cp1252" else beginning[start:].decode(errors="replace")
    return Shape(encoding, separator_of(text), start, old_newlines)


def separator_of(text: str) -> str:
    """The sign that cuts most records in as many cells as the first one."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[:60]

    def score(sign: str) -> tuple[float, int]:
        widths = []
        with contextlib.suppress(csv.Error):
            widths = [len(cells) for cells in csv.reader(lines[:-1] or lines, delimiter=sign) if cells]
        if not widths or widths[0] < 2:
            return (0.0, 0)
        return (Counter(widths)[widths[0]] / len(widths), widths[0])

    return max(SEPARATORS, key=score)


class _UnixNewlines(io.RawIOBase):
    """A file of the old Macintosh, \r read as \n: same bytes, same places."""

    def __init__(self, raw: io.RawIOBase) -> None:
        self.raw = raw

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, place: int, whence: int = 0) -> int:
        return self.raw.seek(place, whence)

    def close(self) -> None:
        self.raw.close()
        super().close()

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        got = self.raw.read(len(view)) or b""
        view[: len(got)] = got.replace(b"\r", b"\n")
        return len(got)


class _TooMuch(Exception):
    """The record that is being read has no end in sight."""


class Reader:
    """The records of one file, from `position` on. After each batch `position` and `line` say where it ended.

    `width` is how many cells are wanted (those of the first record unless told). Shorter and longer ones are refused
    one by one: a quote left open takes only its own line with it.
    """

    def __init__(self, path: Path | str, *, position: int = 0, line: int = 0, width: int = 0) -> None:
        self.path = Path(path)
        try:
            self.file: BinaryIO = open(self.path, "rb", buffering=1 << 20)  # noqa: SIM115
            self.shape = guess(self.file.read(SAMPLE))
        except OSError:
            raise FileIsMissing(name=self.path.name) from None
        if self.shape.old_newlines:
            # Taken out of its buffer, which would close it when it is forgotten.
            self.file = io.BufferedReader(_UnixNewlines(self.file.detach()), 1 << 20)  # type: ignore[attr-defined]
        self.position = position or self.shape.start
        self.line = line
        self.width = width

    @property
    def size(self) -> int:
        return self.path.stat().st_size

    def close(self) -> None:
        self.file.close()

    def __enter__(self) -> "Reader":
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[Record]:
        return self.one_by_one()

    def first(self) -> list[str]:
        """The cells of the first record."""
        return next((cells for _line, cells, _reason, _original in self.one_by_one()), [])

    def batches(self) -> Iterator[Batch]:
        """Records by the hundred; `position` and `line` are right between two batches, not inside one."""
        self.file.seek(self.position)
        rest = b""
        while block := rest + self.file.read(BLOCK):
            if batch := self._plain(block):
                rest = block[self.bytes_taken :]
                yield batch
                continue
            # Something is odd in there, or it is the end of the file: one record after the other.
            until, batch = self.position + len(block), Batch(self.line + 1, [], [], [])
            for line, cells, reason, original in self.one_by_one():
                if reason:
                    batch.refused.append((line, reason, original))
                else:
                    batch.rows.append(cells)
                    batch.lines.append(line)
                if self.position >= until:
                    break
            rest = b""
            self.file.seek(self.position)
            if batch.rows or batch.refused:
                yield batch

    def _plain(self, block: bytes) -> Batch | None:
        """The whole records of a block where nothing is odd, but for the last one, which may go on; or nothing.

        All is done by the block, not by the line: three times faster.
        """
        end = block.rfind(b"\n") + 1
        if not self.width or not end or b"\x00" in block:
            return None
        reader = csv.reader(io.StringIO(decode_block(block[:end]), newline="\n"), delimiter=self.shape.separator)
        try:
            rows = list(reader)
        except csv.Error:
            return None
        if len(rows) < 2 or set(map(len, rows)) != {self.width}:
            return None
        lines, of_last = [], 1
        if reader.line_num > len(rows):  # some records take several lines: is it a quote left open?
            taken = [1 + sum(cell.count("\n") for cell in cells) for cells in rows]
            if sum(taken) != reader.line_num or max(taken) > MOST_LINES:
                return None
            of_last = taken.pop()
            lines = list(accumulate(taken[:-1], initial=self.line + 1))
        rows.pop()
        for _line in range(of_last):  # back to where the last record begins
            end = block.rfind(b"\n", 0, end - 1) + 1
        batch = Batch(self.line + 1, rows, lines, [])
        self.position += end
        self.bytes_taken = end
        self.line += reader.line_num - of_last
        return batch

    # ── One record after the other ────────────────────────────────────────────────────────────
    def one_by_one(self) -> Iterator[Record]:
        """Every record, damaged or not; `position` and `line` are right after each of them."""
        self.file.seek(self.position)
        while True:
            self.bytes_taken = self.lines_taken = 0
            self.first_raw = b""
            reader = csv.reader(self._lines(), delimiter=self.shape.separator)
            try:
                for cells in reader:
                    if len(cells) != self.width:
                        if not cells or (len(cells) == 1 and not cells[0].strip()):
                            self._advance()
                            continue
                        if not self.width:
                            if all(cells[:-1]) and not cells[-1].strip():
                                cells.pop()  # headings that end with a separator
                            self.width = len(cells)
                        elif len(cells) == self.width + 1 and not cells[-1].strip():
                            cells.pop()  # a separator at the end of the line
                        elif self.lines_taken > 1:
                            raise _TooMuch
                        else:
                            yield self._refused(str(REASON_COLUMNS).format(found=len(cells), wanted=self.width))
                            continue
                    yield (self._advance(), cells, "", "")
            except csv.Error:  # a \r in the middle of a line, mostly
                yield self._mended() or self._refused_alone()
                self.file.seek(self.position)
                continue
            except _TooMuch:
                yield self._refused_alone()
                self.file.seek(self.position)
                continue
            return

    def _lines(self) -> Iterator[str]:
        """Decoded physical lines, counting what the current record takes."""
        for raw in iter(partial(self.file.readline, LONGEST_LINE), b""):
            self.bytes_taken += len(raw)
            self.lines_taken += 1
            if self.lines_taken == 1:
                self.first_raw = raw
                if len(raw) >= LONGEST_LINE or 0 in raw:
                    raise _TooMuch
            elif self.lines_taken > MOST_LINES or self.bytes_taken > LONGEST_LINE or 0 in raw:
                raise _TooMuch
            yield decode(raw)

    def _advance(self) -> int:
        """The current record is over; the number of its first line."""
        number = self.line + 1
        self.position += self.bytes_taken
        self.line += self.lines_taken
        self.bytes_taken = self.lines_taken = 0
        return number

    def _mended(self) -> Record | None:
        if self.lines_taken > 1:
            return None
        text = decode(self.first_raw).replace("\r", " ")
        cells = next(csv.reader([text], delimiter=self.shape.separator), [])
        return (self._advance(), cells, "", "") if len(cells) == self.width else None

    def _refused(self, reason: str | Promise) -> Record:
        original = decode(self.first_raw[:2000]).rstrip("\r\n").replace("\x00", "␀")
        return (self._advance(), [], reason, original)

    def _refused_alone(self) -> Record:
        """Refuse the first physical line of what was being read; reading goes on from the second."""
        if len(self.first_raw) >= LONGEST_LINE:
            self._skip_to_the_end_of_the_line()
            return self._refused(REASON_TOO_LONG)
        reason = REASON_NUL if 0 in self.first_raw else REASON_QUOTE
        self.bytes_taken, self.lines_taken = len(self.first_raw), 1
        return self._refused(reason)

    def _skip_to_the_end_of_the_line(self) -> None:
        self.file.seek(self.position)
        self.bytes_taken, self.lines_taken = 0, 1
        for raw in iter(partial(self.file.readline, LONGEST_LINE), b""):
            self.bytes_taken += len(raw)
            if raw.endswith(b"\n"):
                break
