"""Adding to a chain, and reading it back."""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, TypeVar

from django.db import connection, transaction

from maillage.kernel.evidence.models import EvidenceRow

Row = TypeVar("Row", bound=EvidenceRow)
START = "0" * 64


@transaction.atomic
def append(model: type[Row], *, stream: str, at: datetime, **fields: Any) -> Row:
    """Add one row to `stream` of `model`, numbered and chained; rows of one stream wait for one another."""
    lock(f"{model._meta.label}:{stream}")
    last = model._base_manager.filter(stream=stream).order_by("-sequence").first()
    row = model(
        stream=stream,
        sequence=last.sequence + 1 if last else 1,
        at=at,
        previous_hash=last.row_hash if last else START,
        **fields,
    )
    row.row_hash = hash_of(row)
    row.save(force_insert=True)
    return row


def hash_of(row: EvidenceRow) -> str:
    """SHA-256 over every field but the key and the hash itself, as canonical JSON."""
    told = {
        field.attname: plain(getattr(row, field.attname))
        for field in row._meta.concrete_fields
        if field.attname not in {"id", "row_hash"}
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def plain(value: Any) -> Any:
    # Microseconds and UTC: what both databases give back for what was put in.
    return (
        int(value.timestamp() * 1_000_000)
        if isinstance(value, datetime)
        else (value if isinstance(value, (int, str, bool, type(None))) else str(value))
    )


def verify(model: type[EvidenceRow], *, stream: str) -> str:
    """Walk the chain; return an empty text when it holds, else what is wrong and where."""
    previous, expected = START, 1
    for row in rows(model, stream):
        if row.sequence != expected:
            return f"{stream}: row {expected} is missing"
        if row.previous_hash != previous:
            return f"{stream}: row {row.sequence} does not follow the one before"
        if row.row_hash != hash_of(row):
            return f"{stream}: row {row.sequence} was changed"
        previous, expected = row.row_hash, expected + 1
    return ""


def rows(model: type[Row], stream: str) -> Iterator[Row]:
    return model._base_manager.filter(stream=stream).order_by("sequence").iterator()


def lock(name: str) -> None:
    """Hold `name` until the transaction ends. On SQLite the IMMEDIATE transaction is the lock already."""
    if connection.vendor == "postgresql":
        number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
