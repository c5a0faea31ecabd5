"""One table of words per thing to find, made after migrations, asked with one query."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from django.db import connection, models, transaction
from django.db.models.expressions import RawSQL

from maillage.kernel.search.words import LONGEST, stem, stems, stems_of, tokens


class TextIndex:
    """`TextIndex("missions")` keeps `search_missions`; numbers are those of the rows it stands for."""

    all: ClassVar[dict[str, "TextIndex"]] = {}

    def __init__(self, name: str) -> None:
        assert name.isidentifier()
        self.name, self.table = name, f"search_{name}"
        self.all[name] = self

    # ── Writing ───────────────────────────────────────────────────────────────────────────────
    def install(self) -> None:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute(
                    f"CREATE VIRTUAL TABLE IF NOT EXISTS {self.table} "
                    "USING fts5(words, tokenize = 'unicode61', prefix = '3', detail = 'none')"
                )
            else:
                cursor.execute(
                    f"CREATE TABLE IF NOT EXISTS {self.table} (id bigint PRIMARY KEY, words tsvector NOT NULL)"
                )
                cursor.execute(f"CREATE INDEX IF NOT EXISTS {self.table}_words ON {self.table} USING gin (words)")

    def put(self, rows: Iterable[tuple[int, str]]) -> int:
        """Write or write again what rows say: (number, text). In one transaction; return how many."""
        made = [(number, " ".join(indexed(text))) for number, text in rows]
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.executemany(f"DELETE FROM {self.table} WHERE rowid = %s", [(n,) for n, _text in made])
                cursor.executemany(f"INSERT INTO {self.table} (rowid, words) VALUES (%s, %s)", made)
            else:
                cursor.executemany(
                    f"INSERT INTO {self.table} (id, words) VALUES (%s, to_tsvector('simple', %s)) "
                    "ON CONFLICT (id) DO UPDATE SET words = EXCLUDED.words",
                    made,
                )
        return len(made)

    def remove(self, numbers: Iterable[int]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(f"DELETE FROM {self.table} WHERE {self._number} = %s", [(n,) for n in numbers])

    def known_between(self, first: int, last: int) -> list[int]:
        """Which rows of this range of numbers are found by their words already."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {self._number} FROM {self.table} WHERE {self._number} BETWEEN %s AND %s", [first, last]
            )
            return [number for (number,) in cursor.fetchall()]

    def clear(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {self.table}")

    # ── Asking ────────────────────────────────────────────────────────────────────────────────
    @property
    def _number(self) -> str:
        return "rowid" if connection.vendor == "sqlite" else "id"

    def _condition(self, words: str, any_of: Sequence[str] = ()) -> tuple[str, str] | None:
        """The condition and its value: every word said, the last one perhaps not finished; and one of the signs `any_of`."""
        said = asked(words)
        if not said and (words.strip() or not any_of):
            return None
        if any_of:
            said = [*said, [(sign, False) for sign in any_of]]
        if connection.vendor == "sqlite":
            whole, begun, some, every = '"{}"', '"{}"*', " OR ", " AND "
        else:
            whole, begun, some, every = "{}", "{}:*", " | ", " & "
        query = every.join(
            "(" + some.join((begun if is_begun else whole).format(form) for form, is_begun in forms) + ")"
            for forms in said
        )
        if connection.vendor == "sqlite":
            return f"{self.table} MATCH %s", query
        return "words @@ to_tsquery('simple', %s)", query

    def find(self, words: str, at_most: int = 20, offset: int = 0, any_of: Sequence[str] = ()) -> list[int]:
        """Numbers of the rows that say every word (and one of `any_of`, plain words), in the order of their numbers."""
        condition = self._condition(words, any_of)
        if condition is None:
            return []
        where, value = condition
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {self._number} FROM {self.table} WHERE {where} ORDER BY {self._number} LIMIT %s OFFSET %s",
                [value, at_most, offset],
            )
            return [number for (number,) in cursor.fetchall()]

    def matching(self, words: str) -> models.Q:
        """The same as a condition for a queryset: `missions.filter(index.matching("jardin"))`. No word: no row."""
        condition = self._condition(words)
        if condition is None:
            return models.Q(pk__in=[])
        where, value = condition
        return models.Q(pk__in=RawSQL(f"SELECT {self._number} FROM {self.table} WHERE {where}", [value]))


def indexed(text: str) -> list[str]:
    """What is kept of a text: each word's stem, and the word itself when it differs, so that a beginning finds it."""
    said = tokens(text)[:LONGEST]
    return list(dict.fromkeys([*stems_of(said), *said]))


def asked(words: str) -> list[list[tuple[str, bool]]]:
    """What was typed, word by word: the forms that will do, each with whether more letters may follow (the last word)."""
    said = tokens(words)[:12]
    kept = stems(" ".join(said))
    made = [[(one, False)] for one in kept]
    last_is_begun = bool(said) and not words.endswith((" ", ","))
    if kept and last_is_begun and len(said[-1]) >= 3 and kept[-1] == stem(said[-1]):
        made[-1].append((said[-1], True))
    return made
