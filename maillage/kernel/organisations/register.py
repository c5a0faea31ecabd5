"""The State's register of associations (RNA): its two layouts, brought in and found by words."""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from itertools import filterfalse
from operator import itemgetter
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from maillage.kernel.imports.actions import Progress, RefusedLine, Stored, bring_in
from maillage.kernel.imports.models import Import
from maillage.kernel.organisations.models import RNA_NUMBER, Position, RegisterEntry
from maillage.kernel.places.models import Commune
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

COLUMNS = [
    "number",
    "layout",
    "rna_number",
    "siret",
    "title",
    "short_title",
    "purpose",
    "activity_1",
    "activity_2",
    "grouping",
    "position",
    "seat",
    "insee",
    "postcode",
    "commune_name",
    "website",
    "created_on",
    "declared_on",
    "published_on",
    "dissolved_on",
    "updated_on",
]
TABLE = RegisterEntry._meta.db_table
DATES = frozenset({"created_on", "declared_on", "published_on", "dissolved_on", "updated_on"})
UPDATED = COLUMNS.index("updated_on")
_RNA = re.compile(RNA_NUMBER + r"\Z")
_OLD_NUMBER = re.compile(r"[0-9][0-9A-Z]{5,13}\Z")
_MARKS = frozenset({"_", '"', '""', "NULL", "null", "-", "--", "\\N"})  # all of them say: nothing
_EMPTY = _MARKS | {""}
_POSITIONS, _GROUPINGS = frozenset("ADSR"), frozenset("SUF")
_SPACES = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_DAY = re.compile(r"(?:(\d{4})-(\d\d)-(\d\d)|(\d\d)/(\d\d)/(\d{4}))")
_INSEE = re.compile(r"(?:\d\d|2[AB])\d{3}\Z")
Row = tuple[Any, ...]  # one value per column; dates as text


class NotTheRegister(Refused):
    sentence = _(
        "Ce fichier n’est pas un répertoire des associations : il faut les colonnes des fichiers « waldec » ou « import » "
        "(id, titre, position…)."
    )


class SomeFilesAreRefused(Refused):
    sentence = _(
        "Fichiers refusés, pour les raisons dites plus haut : {names}. Fichiers entrés : {entered} sur {given}."
    )


# ── Cells ─────────────────────────────────────────────────────────────────────────────────────
def words(cell: str) -> str:
    """One line of words; what stands for nothing is nothing."""
    cell = _SPACES.sub(" ", cell).strip()
    return "" if cell in _EMPTY else cell


class Remembered(dict[str, Any]):
    """What the cells of a column become: each is told once, since a million lines say the same few thousand."""

    def __init__(self, tell: Callable[[str], Any]) -> None:
        super().__init__()
        self.tell = tell

    def __missing__(self, cell: str) -> Any:
        if len(self) > 200_000:
            self.clear()
        self[cell] = told = self.tell(cell)
        return told


def day(cell: str) -> str | None:
    """A date of the register, as `2008-02-12`; `0001-01-01`, impossible and absurd ones are no date."""
    found = _DAY.match(cell.strip())
    if not found:
        return None
    year, month, number, number_fr, month_fr, year_fr = found.groups()
    try:
        made = date(int(year or year_fr), int(month or month_fr), int(number or number_fr))
    except ValueError:
        return None
    return made.isoformat() if 1600 <= made.year <= 2200 else None


def code(cell: str, length: int) -> str:
    """A code of digits as text; zeros that a spreadsheet ate are put back, zeros alone are no code."""
    cell = words(cell).upper()
    if cell.isdecimal():
        cell = cell.zfill(length)
    return "" if len(cell) > length or not cell.strip("0") else cell


def insee_of(cell: str) -> str:
    made = code(cell, 5)
    return made if _INSEE.match(made) else ""


def commune_of(cell: str) -> str:
    return words(cell)[:80]


def siret_of(cell: str) -> str:
    cell = cell.replace(" ", "")
    return cell if len(cell) == 14 and cell.isascii() and cell.isdigit() and cell.strip("0") else ""


DAYS, COMMUNES, INSEES = Remembered(day), Remembered(commune_of), Remembered(insee_of)
ACTIVITIES, POSTCODES = Remembered(lambda cell: code(cell, 6)), Remembered(lambda cell: code(cell, 5))


# ── Lines ─────────────────────────────────────────────────────────────────────────────────────
class Lines:
    """What one layout's lines become. `columns` are the file's own, in its own order."""

    def __init__(self, name: str, columns: Sequence[str], has_header: bool) -> None:
        self.name, self.has_header = name, has_header
        self.places = {column: place for place, column in reversed(list(enumerate(columns)))}
        self.convert = self._converter()

    def _converter(self) -> "Callable[[list[str]], Row | None]":
        is_waldec, name = self.name == "waldec", self.name
        columns = [
            "id",
            "titre",
            "titre_court",
            "objet",
            "siteweb",
            "siret",
            "objet_social1",
            "objet_social2",
            "groupement",
            "position",
            "adrs_codeinsee",
            "adrs_codepostal",
            "observation",
            "date_creat",
            "date_decla",
            "date_publi",
            "date_disso",
            "maj_time",
        ]
        columns.append("adrs_libcommune" if is_waldec else "libcom")
        seats = (
            "adrs_complement adrs_numvoie adrs_repetition adrs_typevoie adrs_libvoie adrs_distrib"
            if is_waldec
            else "adr1 adr2 adr3"
        ).split()
        # A column that the file lacks (-1) reads as an empty cell added at the end.
        lacks_some = not self.places.keys() >= {*columns, *seats}
        pick = itemgetter(*[self.places.get(column, -1) for column in columns])
        pick_seat = itemgetter(*[self.places.get(column, -1) for column in seats])
        valid = _RNA.match if is_waldec else _OLD_NUMBER.match
        is_empty = _EMPTY.__contains__

        def convert(cells: list[str]) -> Row | None:
            if lacks_some:
                cells.append("")
            (
                number, title, short, purpose, site, siret, activity_1, activity_2, grouping, position, insee, postcode,
                note, created, declared, published, dissolved, updated, commune,
            ) = pick(cells)  # fmt: skip
            if not valid(number):
                number = words(number).upper()
                if number == "ID":
                    return None
                if not number:
                    raise RefusedLine(_("pas de numéro"))
                if not valid(number):
                    raise RefusedLine(
                        str(_("« {number} » n’est pas un numéro d’association")).format(number=number[:30])
                    )
            title, short, purpose, site = title.strip(), short.strip(), purpose.strip(), site.strip()
            if title in _EMPTY and not (title := words(short)):
                raise RefusedLine(_("pas de titre"))
            dissolved = DAYS[dissolved]
            if position not in _POSITIONS:
                position = words(position).upper()
                if not position:
                    position = "D" if dissolved else "A"
                elif position not in _POSITIONS:
                    raise RefusedLine(str(_("position inconnue : « {position} »")).format(position=position[:10]))
            if is_waldec:
                note = number
            elif not _RNA.match(note := note.strip().upper()):
                note = ""
            seat = " ".join(filterfalse(is_empty, pick_seat(cells)))
            said = (
                number, name, note, siret_of(siret) if siret else "", title[:250], short[:120], purpose,
                ACTIVITIES[activity_1], ACTIVITIES[activity_2], grouping if grouping in _GROUPINGS else "", position,
                seat[:250], INSEES[insee], POSTCODES[postcode], COMMUNES[commune], site[:250],
                DAYS[created], DAYS[declared], DAYS[published], dissolved, DAYS[updated[:10]],
            )  # fmt: skip
            # Most lines are clean already: told at once for all their cells.
            line = f"{title}¦{short}¦{purpose}¦{seat}¦{site}"
            if "  " in line or not line.isprintable() or short in _MARKS or purpose in _MARKS or site in _MARKS:
                return (
                    *said[:4], title[:250], words(short)[:120], words(purpose), *said[7:11], words(seat)[:250],
                    *said[12:15], words(site)[:250], *said[16:],
                )  # fmt: skip
            return said

        return convert

    def store(self, rows: Sequence[Row]) -> Stored:
        """Write what is new or says something else. A line older than the one held changes nothing."""
        held = held_now([row[0] for row in rows])
        wanted: dict[str, Row] = {}
        for row in rows:
            other = wanted.setdefault(row[0], row)
            if other is not row and is_not_older(row[UPDATED], other[UPDATED]):
                wanted[row[0]] = row
        if not held:
            added, changed = list(wanted.values()), []
        else:
            added = [row for number, row in wanted.items() if number not in held]
            changed = [
                row
                for number, row in wanted.items()
                if (known := held.get(number)) and known != row and is_not_older(row[UPDATED], known[UPDATED])
            ]
        write(added, changed)
        return Stored(len(added), len(changed), len(rows) - len(added) - len(changed))


def is_not_older(one: str | None, other: str | None) -> bool:
    return not one or one >= (other or "")


def held_now(numbers: list[str]) -> dict[str, Row]:
    """The lines held already, said as `Lines.convert` says them."""
    columns = ", ".join(f"CAST({c} AS text)" if c in DATES else c for c in COLUMNS)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            theirs, given = "IN (SELECT value FROM json_each(%s))", [json.dumps(numbers)]
        else:
            theirs, given = "= ANY(%s)", [numbers]  # type: ignore[list-item]
        cursor.execute(f"SELECT {columns} FROM {TABLE} WHERE number {theirs}", given)
        return {row[0]: row for row in cursor.fetchall()}


def write(added: Sequence[Row], changed: Sequence[Row]) -> None:
    """Written SQL, about seven times the ORM: the test says that it equals the plain form."""
    with connection.cursor() as cursor:
        cast = {column: "::date" * (column in DATES) for column in COLUMNS} if connection.vendor == "postgresql" else {}
        if added and cast:
            # One statement, one array per column: faster than a statement per row.
            cursor.execute(
                f"INSERT INTO {TABLE} ({', '.join(COLUMNS)}) SELECT {', '.join(c + cast[c] for c in COLUMNS)} "
                f"FROM unnest({', '.join(['%s::text[]'] * len(COLUMNS))}) AS line ({', '.join(COLUMNS)})",
                [list(column) for column in zip(*added, strict=True)],
            )
        elif added:
            cursor.executemany(
                f"INSERT INTO {TABLE} ({', '.join(COLUMNS)}) VALUES ({', '.join(['%s'] * len(COLUMNS))})", added
            )
        if changed:
            sets = ", ".join(f"{column} = %s{cast.get(column, '')}" for column in COLUMNS[1:])
            cursor.executemany(f"UPDATE {TABLE} SET {sets} WHERE number = %s", [(*row[1:], row[0]) for row in changed])
    if changed:
        forget_words([row[0] for row in changed])


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
    chunk: int = 50_000,
    with_words: bool = True,
    words_progress: Callable[[int, int], None] | None = None,
    told: Callable[[Path, Import | Refused], None] | None = None,
) -> list[Import]:
    """Bring files of the register in, one after the other, then let their lines be found by words.

    Run again it changes nothing; killed, it goes on from its last committed chunk. A file that is refused stops no
    other: `told` hears how each ended. Raises at the end, of a single file NotTheRegister or a refusal of
    `imports.actions.bring_in`, of several SomeFilesAreRefused.
    """
    files = [Path(path) for path in paths]
    made: list[Import] = []
    refused: list[tuple[Path, Refused]] = []
    for path in files:
        end: Import | Refused
        try:
            end = bring_in(kind=KIND, path=path, layout_of=layout_of, now=now, progress=progress, chunk=chunk)
            made.append(end)
        except Refused as no:
            end = no
            refused.append((path, no))
        if told:
            told(path, end)
    if with_words and made:
        index_register(progress=words_progress)
    if refused and len(files) == 1:
        raise refused[0][1]
    if refused:
        names = ", ".join(path.name for path, _no in refused)
        raise SomeFilesAreRefused(names=names, entered=len(made), given=len(files))
    return made


def index_register(*, progress: Callable[[int, int], None] | None = None, chunk: int = 5000) -> int:
    """Let every line that people look for be found by words; return how many were not yet. Each chunk is committed.

    Lines removed from the register or taken up under a new number are found by their number alone.
    """
    shown = RegisterEntry.objects.filter(position__in=[Position.ACTIVE, Position.DISSOLVED])
    last = shown.aggregate(last=Max("pk"))["last"] or 0
    places = Places()
    done = after = 0
    while after < last:
        page = list(
            shown.filter(pk__gt=after)
            .order_by("pk")
            .values_list("pk", "title", "short_title", "rna_number", "siret", "insee", "postcode", "commune_name")[
                :chunk
            ]
        )
        first, after = page[0][0], page[-1][0]
        known = set(index.known_between(first, after))
        missing = [(pk, places.text_of(*said)) for pk, *said in page if pk not in known]
        if missing:
            index.put(missing)
            done += len(missing)
        if progress:
            progress(after, last)
    return done


def sign_of(insee: str) -> str:
    """How a commune is written among the words of a line."""
    return f"insee{insee.lower()}"


class Places:
    """Which communes of today a line is found in: its own; when it was merged since, those of its postal code."""

    def __init__(self) -> None:
        self.codes: set[str] = set()
        self.by_postcode: dict[str, list[str]] = {}
        for insee, postcodes in Commune.objects.values_list("insee", "postcodes"):
            self.codes.add(insee)
            for postcode in postcodes:
                self.by_postcode.setdefault(postcode, []).append(insee)

    def text_of(self, title: str, short: str, rna: str, siret: str, insee: str, postcode: str, commune: str) -> str:
        codes = [insee] if insee in self.codes else self.by_postcode.get(postcode, [])
        said = (title, "" if short == title else short, commune, postcode, rna, siret, *map(sign_of, codes))
        return " ".join(filter(None, said))


@transaction.atomic
def forget_words(numbers: list[str]) -> None:
    """Lines that say something else are found by their new words: see `index_register`."""
    for start in range(0, len(numbers), 5000):
        part = numbers[start : start + 5000]
        index.remove(RegisterEntry.objects.filter(number__in=part).values_list("pk", flat=True))
