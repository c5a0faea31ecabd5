"""The State's register of associations (RNA): its two layouts, brought in and found by words."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from maillage.kernel.imports.actions import Progress, RefusedLine, Stored, bring_in
from maillage.kernel.imports.models import Import
from maillage.kernel.organisations.models import RNA_NUMBER, RegisterEntry
from maillage.kernel.refusal import Refused
from maillage.kernel.search.index import TextIndex

KIND = "rna"
index = TextIndex("register")

# The columns of each layout in the order of its files, for those cut without their headings.
WALDEC = (
    "id id_ex siret rup_mi gestion date_creat date_decla date_publi date_disso nature groupement titre titre_court objet "
    "objet_social1 objet_social2 adrs_complement adrs_numvoie adrs_repetition adrs_typevoie adrs_libvoie adrs_distrib "
    "adrs_codeinsee adrs_codepostal adrs_libcommune adrg_declarant adrg_complemid adrg_complemgeo adrg_libvoie "
    "adrg_distrib adrg_codepostal adrg_achemine adrg_pays dir_civilite {}siteweb {}publiweb observation position maj_time"
)
IMPORT = (
    "id id_ex siret gestion date_creat date_publi nature groupement titre objet objet_social1 objet_social2 adr1 adr2 adr3 "
    "adrs_codepostal libcom adrs_codeinsee dir_civilite {}siteweb {}observation position rup_mi maj_time"
)
WITHOUT_HEADINGS = {
    len(columns): (name, columns)
    for name, text in (("waldec", WALDEC), ("import", IMPORT))
    for columns in (text.format("", "").split(), text.format("telephone ", "email ").split())
}
# What we never read: the name and address of who declared, telephones, mail addresses. They are people's.

COLUMNS = (
    "number layout rna_number siret title short_title purpose activity_1 activity_2 grouping position seat insee "
    "postcode commune_name website created_on declared_on published_on dissolved_on updated_on digest"
).split()
TABLE = RegisterEntry._meta.db_table
UPDATED = COLUMNS.index("updated_on")
_RNA = re.compile(RNA_NUMBER + r"\Z")
_OLD_NUMBER = re.compile(r"[0-9][0-9A-Z]{5,13}\Z")
_EMPTY = frozenset({"_", '"', '""', "NULL", "null", "-", "--", "\\N"})
_SPACES = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_DAY = re.compile(r"(?:(\d{4})-(\d\d)-(\d\d)|(\d\d)/(\d\d)/(\d{4}))")
_INSEE = re.compile(r"(?:\d\d|2[AB])\d{3}\Z")
Cell = str | date | int | None
Row = tuple[Cell, ...]


class NotTheRegister(Refused):
    sentence = _(
        "Ce fichier n’est pas un répertoire des associations : il faut les colonnes des fichiers « waldec » ou « import » "
        "(id, titre, position…)."
    )


# ── Cells ─────────────────────────────────────────────────────────────────────────────────────
def words(cell: str) -> str:
    """One line of words; what stands for nothing is nothing."""
    cell = cell.strip()
    if cell in _EMPTY:
        return ""
    return cell if cell.isprintable() and "  " not in cell else _SPACES.sub(" ", cell).strip()


@lru_cache(maxsize=100_000)
def day(cell: str) -> date | None:
    """A date of the register; `0001-01-01`, impossible and absurd ones are no date."""
    found = _DAY.match(cell.strip())
    if not found:
        return None
    year, month, number, number_fr, month_fr, year_fr = found.groups()
    try:
        made = date(int(year or year_fr), int(month or month_fr), int(number or number_fr))
    except ValueError:
        return None
    return made if 1600 <= made.year <= 2200 else None


@lru_cache(maxsize=100_000)
def code(cell: str, length: int) -> str:
    """A code of digits as text; zeros that a spreadsheet ate are put back, zeros alone are no code."""
    cell = words(cell).upper()
    if cell.isdecimal():
        cell = cell.zfill(length)
    return "" if len(cell) > length or not cell.strip("0") else cell


@lru_cache(maxsize=100_000)
def insee_of(cell: str) -> str:
    made = code(cell, 5)
    return made if _INSEE.match(made) else ""


@lru_cache(maxsize=100_000)
def commune_of(cell: str) -> str:
    return words(cell)[:80]


def siret_of(cell: str) -> str:
    cell = cell.replace(" ", "")
    return cell if len(cell) == 14 and cell.isascii() and cell.isdigit() and cell.strip("0") else ""


# ── Lines ─────────────────────────────────────────────────────────────────────────────────────
class Lines:
    """What one layout's lines become. `columns` are the file's own, in its own order."""

    def __init__(self, name: str, columns: Sequence[str], has_header: bool) -> None:
        self.name, self.has_header = name, has_header
        self.places = {column: place for place, column in reversed(list(enumerate(columns)))}
        self.convert = self._converter()

    def _converter(self) -> "Callable[[list[str]], Row | None]":
        place = self.places  # a column that the file lacks reads as the empty cell that `convert` adds last
        is_waldec, name = self.name == "waldec", self.name

        def at(column: str) -> int:
            return place.get(column, -1)

        i_id, i_siret, i_title, i_short = at("id"), at("siret"), at("titre"), at("titre_court")
        i_purpose, i_a1, i_a2 = at("objet"), at("objet_social1"), at("objet_social2")
        i_grouping, i_position, i_insee = at("groupement"), at("position"), at("adrs_codeinsee")
        i_postcode, i_site, i_note = at("adrs_codepostal"), at("siteweb"), at("observation")
        i_commune = at("adrs_libcommune") if is_waldec else at("libcom")
        i_created, i_declared, i_published = at("date_creat"), at("date_decla"), at("date_publi")
        i_dissolved, i_updated = at("date_disso"), at("maj_time")
        seat_columns = (
            "adrs_complement adrs_numvoie adrs_repetition adrs_typevoie adrs_libvoie adrs_distrib"
            if is_waldec
            else "adr1 adr2 adr3"
        )
        i_seat = [at(column) for column in seat_columns.split() if column in place]
        valid = _RNA.match if is_waldec else _OLD_NUMBER.match
        blake = hashlib.blake2b

        def convert(cells: list[str]) -> Row | None:
            number = cells[i_id].strip().upper()
            if not valid(number):
                if number == "ID":
                    return None
                raise RefusedLine(
                    _("« {number} » n’est pas un numéro d’association").format(number=number[:30])
                    if number
                    else _("pas de numéro")
                )
            cells.append("")
            title = words(cells[i_title]) or words(cells[i_short])
            if not title:
                raise RefusedLine(_("pas de titre"))
            dissolved = day(cells[i_dissolved])
            position = cells[i_position].strip().upper()
            if position not in ("A", "D", "S", "R"):
                if position not in ("", "_", '"'):
                    raise RefusedLine(_("position inconnue : « {position} »").format(position=position[:10]))
                position = "D" if dissolved else "A"
            if is_waldec:
                rna = number
            else:
                rna = cells[i_note].strip().upper()
                if not _RNA.match(rna):
                    rna = ""
            seat = [part for i in i_seat if (part := cells[i].strip()) and part not in _EMPTY]
            grouping = cells[i_grouping].strip().upper()
            said: tuple[Cell, ...] = (
                number, name, rna, siret_of(cells[i_siret]), title[:250], words(cells[i_short])[:120],
                words(cells[i_purpose]), code(cells[i_a1], 6), code(cells[i_a2], 6),
                grouping if grouping in ("S", "U", "F") else "", position,
                words(" ".join(seat))[:250], insee_of(cells[i_insee]), code(cells[i_postcode], 5),
                commune_of(cells[i_commune]), words(cells[i_site])[:250],
                day(cells[i_created]), day(cells[i_declared]), day(cells[i_published]), dissolved,
                day(cells[i_updated][:10]),
            )  # fmt: skip
            digest = blake(repr(said).encode("utf-8", "surrogatepass"), digest_size=8).digest()
            return (*said, int.from_bytes(digest, "big", signed=True))

        return convert

    def store(self, rows: Sequence[Row]) -> Stored:
        """Write what is new or says something else. A line older than the one held changes nothing."""
        held = held_digests([row[0] for row in rows])  # type: ignore[misc]
        wanted: dict[str, Row] = {}
        for row in rows:
            number: str = row[0]  # type: ignore[assignment]
            other = wanted.get(number)
            if other is None or is_not_older(row[UPDATED], other[UPDATED]):
                wanted[number] = row
        added: list[Row] = []
        changed: list[Row] = []
        for number, row in wanted.items():
            known = held.get(number)
            if known is None:
                added.append(row)
            elif known[0] != row[-1] and is_not_older(row[UPDATED], known[1]):
                changed.append(row)
        write(added, changed)
        return Stored(len(added), len(changed), len(rows) - len(added) - len(changed))


def is_not_older(one: Cell, other: Cell) -> bool:
    return one is None or other is None or one >= other  # type: ignore[operator]


def held_digests(numbers: list[str]) -> dict[str, tuple[int, date | None]]:
    """Number → (digest, last change) of the lines held already."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                f"SELECT number, digest, updated_on FROM {TABLE} WHERE number IN (SELECT value FROM json_each(%s))",
                [json.dumps(numbers)],
            )
            return {n: (d, date.fromisoformat(u) if isinstance(u, str) else u) for n, d, u in cursor.fetchall()}
        cursor.execute(f"SELECT number, digest, updated_on FROM {TABLE} WHERE number = ANY(%s)", [numbers])
        return {n: (d, u) for n, d, u in cursor.fetchall()}


def write(added: Sequence[Row], changed: Sequence[Row]) -> None:
    """Written SQL, about seven times the ORM: the test says that it equals the plain form."""
    columns = ", ".join(COLUMNS)
    with connection.cursor() as cursor:
        if added and connection.vendor == "postgresql":
            # One statement, one array per column: faster than a statement per row.
            types = [field.db_type(connection) for field in map(RegisterEntry._meta.get_field, COLUMNS)]
            arrays = ", ".join(f"%s::{(kind or 'text').split('(')[0]}[]" for kind in types)
            cursor.execute(
                f"INSERT INTO {TABLE} ({columns}) SELECT * FROM unnest({arrays})",
                [list(values) for values in zip(*added, strict=True)],
            )
        elif added:
            marks = ", ".join(["%s"] * len(COLUMNS))
            cursor.executemany(f"INSERT INTO {TABLE} ({columns}) VALUES ({marks})", added)
        if changed:
            sets = ", ".join(f"{column} = %s" for column in COLUMNS[1:])
            cursor.executemany(
                f"UPDATE {TABLE} SET {sets} WHERE number = %s", [(*row[1:], row[0]) for row in changed]
            )
    if changed:
        forget_words([str(row[0]) for row in changed])


def layout_of(heading: Sequence[str]) -> Lines:
    """Which layout a file has, from its headings or, when it has none, from its first line."""
    columns = [cell.strip().strip("\ufeff\"'").lower() for cell in heading]
    if {"id", "titre", "position"} <= set(columns):
        is_waldec = "libcom" not in columns and "adr1" not in columns
        return Lines("waldec" if is_waldec else "import", columns, True)
    name, order = WITHOUT_HEADINGS.get(len(columns), ("", []))
    first = heading[0].strip().upper() if heading else ""
    if (name == "waldec" and _RNA.match(first)) or (name == "import" and _OLD_NUMBER.match(first)):
        return Lines(name, order, False)
    raise NotTheRegister


# ── The verbs ─────────────────────────────────────────────────────────────────────────────────
def import_rna(
    paths: Iterable[Path | str],
    *,
    now: datetime,
    progress: Progress | None = None,
    chunk: int = 10_000,
    with_words: bool = True,
    words_progress: Callable[[int, int], None] | None = None,
) -> list[Import]:
    """Bring files of the register in, one after the other, then let their lines be found by words.

    Run again it changes nothing; killed, it goes on from its last committed chunk. Raises NotTheRegister and the
    refusals of `imports.actions.bring_in`; the files before stay imported.
    """
    made = [
        bring_in(kind=KIND, path=path, layout_of=layout_of, now=now, progress=progress, chunk=chunk) for path in paths
    ]
    if with_words:
        index_register(progress=words_progress)
    return made


def index_register(*, progress: Callable[[int, int], None] | None = None, chunk: int = 5000) -> int:
    """Let every line be found by words that is not yet; return how many were. Each chunk is committed."""
    last = RegisterEntry.objects.aggregate(last=Max("pk"))["last"] or 0
    done = after = 0
    while after < last:
        page = list(
            RegisterEntry.objects.filter(pk__gt=after)
            .order_by("pk")
            .values_list("pk", "title", "short_title", "commune_name", "postcode", "rna_number")[:chunk]
        )
        if not page:
            break
        first, after = page[0][0], page[-1][0]
        known = set(index.known_between(first, after))
        missing = [
            (pk, text_of(title, short, commune, postcode, rna))
            for pk, title, short, commune, postcode, rna in page
            if pk not in known
        ]
        if missing:
            index.put(missing)
            done += len(missing)
        if progress:
            progress(after, last)
    return done


def text_of(title: str, short: str, commune: str, postcode: str, rna: str) -> str:
    return " ".join((title, "" if short == title else short, commune, postcode, rna))


@transaction.atomic
def forget_words(numbers: list[str]) -> None:
    """Lines that say something else are found by their new words: see `index_register`."""
    for start in range(0, len(numbers), 5000):
        part = numbers[start : start + 5000]
        index.remove(RegisterEntry.objects.filter(number__in=part).values_list("pk", flat=True))
