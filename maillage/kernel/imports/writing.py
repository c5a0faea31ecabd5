"""Writing CSV that is safe to open: every export of the house comes through here."""

import csv
import re
from collections.abc import Iterable, Iterator
from typing import Any

BOM = "\ufeff"  # without it, spreadsheets read UTF-8 as cp1252
# What a spreadsheet may run: a first sign among = + - @ (full-width ones too), even after spaces; a tab or a return.
_FORMULA = re.compile(r"[\t\r\n]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20]")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")


class _Echo:
    """Hands the written line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def safe_cell(value: Any) -> Any:
    """The value as a cell: what a spreadsheet would run gets an apostrophe before it; plain numbers stay numbers."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return value if isinstance(value, int | float) and not isinstance(value, bool) else safe_cell(str(value))
    text = value.replace("\x00", "")
    if _FORMULA.match(text) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def csv_lines(header: Iterable[Any], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """The lines of a CSV file one by one, for a StreamingHttpResponse or a file opened with `newline=""`."""
    yield BOM + csv_line(header)
    yield from map(csv_line, rows)


def csv_line(row: Iterable[Any]) -> str:
    """One line by itself."""
    return str(csv.writer(_Echo(), delimiter=";", lineterminator="\r\n").writerow([safe_cell(cell) for cell in row]))
