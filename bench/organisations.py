"""The State's register brought in: the product beside bare sqlite3, on a file written here in the layout of the real ones.

Bare: the file read by `csv`, the same columns put as they stand into the same table by one `executemany`. The product also
guesses the encoding, tells what is wrong line by line, converts each cell, compares with what is held, and commits as it
goes. Letting lines be found by their words is timed apart, beside the same words, ready in memory, put into a bare full-text
table. Both sides in turn, each in a database of its own. The control saves each line by itself.
"""

import csv
import shutil
import sqlite3
import time
from collections.abc import Callable
from functools import cache
from operator import itemgetter
from pathlib import Path
from statistics import median

import numpy as np

from bench.fresh import DATABASE, measured, open_at, say
from bench.registry import Figure

LINES = 200_000
WHAT = ["Amicale", "Comité des fêtes", "Club sportif", "Les amis du patrimoine", "Entraide et partage", "Jardins partagés",
        "École de musique", "Parents d’élèves", "Union des commerçants", "Théâtre amateur", "Chorale", "Pétanque", "Football"]  # fmt: skip
WHOSE = [
    "du quartier",
    "de la vallée",
    "des anciens",
    "intercommunal",
    "du pays",
    "des jeunes",
    "sans frontières",
    "d’ici",
]
PURPOSES = [
    "promouvoir la solidarité entre les habitants du quartier et organiser des actions d'entraide, de collecte et de "
    "distribution alimentaire",
    "pratique et développement du sport amateur, organisation de compétitions et de stages pour les jeunes",
    "sauvegarde du patrimoine local ; conférences, visites, publications et toute action culturelle s'y rapportant",
    "soutien scolaire, accompagnement à la parentalité, \"médiation\" et accès aux droits des familles",
]  # fmt: skip

# The columns of the file in the order of the product's own.
AS_THEY_STAND = [
    "id",
    "gestion",
    "id",
    "siret",
    "titre",
    "titre_court",
    "objet",
    "objet_social1",
    "objet_social2",
    "groupement",
    "position",
    "adrs_libvoie",
    "adrs_codeinsee",
    "adrs_codepostal",
    "adrs_libcommune",
    "siteweb",
    "date_creat",
    "date_decla",
    "date_publi",
    "date_disso",
    "maj_time",
]


@cache
def figures() -> dict[str, float]:
    return measured("organisations", lines=LINES)


def measure(folder: Path, *, lines: int, rounds: int = 5, slow: bool = False) -> dict[str, float]:
    from django.utils import timezone

    from maillage.kernel.organisations import register
    from maillage.kernel.organisations.models import RegisterEntry

    file, start = folder / "waldec.csv", folder / DATABASE
    write(file, lines)

    def import_it() -> None:
        register.import_rna([file], now=timezone.now(), with_words=False)

    told = []
    for number in range(rounds):
        kept = Path(shutil.copy(start, folder / f"round-{number}.sqlite3"))
        open_at(kept)
        ours = timed(save_one_by_one(file) if slow else import_it)
        assert RegisterEntry.objects.count() == lines
        theirs = timed(bare_lines(file, Path(shutil.copy(start, folder / f"bare-{number}.sqlite3"))))
        told.append((theirs / ours, lines / ours))
    words = timed(register.index_register)
    bare_words = timed(bare_index(kept))
    share, speed = (median(column) for column in zip(*told, strict=True))
    say(f"register: {speed:,.0f} lines a second; found by their words, {lines / words:,.0f}")
    return {"import": share, "index": bare_words / words}


def timed(work: Callable[[], object]) -> float:
    """Seconds of this thread's own work: what else runs on the machine does not count."""
    start = time.thread_time()
    work()
    return time.thread_time() - start


def save_one_by_one(file: Path) -> Callable[[], None]:
    """The control."""
    from maillage.kernel.organisations import register
    from maillage.kernel.organisations.models import RegisterEntry

    def work() -> None:
        with file.open(encoding="latin-1", newline="") as opened:
            reader = csv.reader(opened, delimiter=";")
            layout = register.layout_of(next(reader))
            for cells in reader:
                said = dict(zip(register.COLUMNS, layout.convert(cells) or (), strict=True))
                RegisterEntry.objects.create(
                    **{name: value or None if name in register.DATES else value for name, value in said.items()}
                )

    return work


# ── Bare sqlite3 ──────────────────────────────────────────────────────────────────────────────
def bare(path: Path) -> sqlite3.Connection:
    """Set as the product sets its own."""
    from django.conf import settings

    made = sqlite3.connect(path, isolation_level=None)
    made.executescript(settings.DATABASES["default"]["OPTIONS"]["init_command"])
    return made


def bare_lines(file: Path, empty: Path) -> Callable[[], None]:
    from maillage.kernel.organisations.register import COLUMNS, TABLE, WALDEC

    of_the_file = WALDEC.format("", "").split()
    pick = itemgetter(*(of_the_file.index(name) for name in AS_THEY_STAND))
    insert = f"INSERT INTO {TABLE} ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
    database = bare(empty)

    def work() -> None:
        with file.open(encoding="latin-1", newline="") as opened:
            reader = csv.reader(opened, delimiter=";")
            next(reader)
            database.execute("BEGIN")
            database.executemany(insert, map(pick, reader))
            database.execute("COMMIT")

    return work


def bare_index(kept: Path) -> Callable[[], None]:
    """What the product has just let be found, put into another full-text table of the same kind."""
    from maillage.kernel.organisations.register import index

    database = bare(kept)
    rows = database.execute(f"SELECT rowid, words FROM {index.table} ORDER BY rowid").fetchall()
    (made,) = database.execute("SELECT sql FROM sqlite_master WHERE name = ?", [index.table]).fetchone()
    database.execute(made.replace(index.table, "bare_words", 1))

    def work() -> None:
        database.execute("BEGIN")
        database.executemany("INSERT INTO bare_words (rowid, words) VALUES (?, ?)", rows)
        database.execute("COMMIT")

    return work


# ── The file ──────────────────────────────────────────────────────────────────────────────────
def write(path: Path, lines: int) -> None:
    """As the State writes it: `;`, every cell quoted, Latin-1, codes of zeros and days of the year 1 for nothing."""
    from maillage.kernel.organisations.register import WALDEC
    from maillage.kernel.places.models import Commune

    towns = list(Commune.objects.filter(part_of="").order_by("pk").values_list("pk", "name", "postcodes", "population"))
    share = np.array([population for *_town, population in towns], dtype=float)
    chance = np.random.default_rng(3)
    drawn = chance.choice(len(towns), lines, p=share / share.sum()).tolist()
    columns = WALDEC.format("", "").split()
    with path.open("w", encoding="latin-1", errors="replace", newline="") as file:
        writer = csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow(columns)
        for number, at in enumerate(drawn):
            insee, town, postcodes, _population = towns[at]
            postcode = postcodes[0] if postcodes else insee
            title = f"{WHAT[number % len(WHAT)]} {WHOSE[number // 13 % len(WHOSE)]} de {town}".upper()
            said = {
                "id": f"W{number % 95 + 1:02}{number % 4}{number:06}", "id_ex": f"0{number % 95:02}20{number:05}",
                "siret": f"{number * 7919 % 10**14:014}" if number % 3 == 0 else "", "gestion": f"{insee[:2]}1P",
                "date_creat": f"{1950 + number % 75}-{number % 12 + 1:02}-{number % 28 + 1:02}",
                "date_decla": f"20{number % 25:02}-01-15", "date_publi": "0001-01-01",
                "date_disso": "0001-01-01" if number % 8 else f"20{number % 25:02}-06-30", "nature": "D", "groupement": "S",
                "titre": title, "titre_court": title[:38], "objet": PURPOSES[number % 4],
                "objet_social1": f"{number % 30 + 1:03}{number % 9:02}0", "objet_social2": "000000",
                "adrs_numvoie": str(number % 200 + 1), "adrs_typevoie": "RUE", "adrs_libvoie": "de la République",
                "adrs_distrib": "_", "adrs_codeinsee": insee, "adrs_codepostal": postcode, "adrs_libcommune": town,
                "adrg_libvoie": f"{number % 200 + 1} RUE DE LA RÉPUBLIQUE", "adrg_codepostal": postcode,
                "adrg_achemine": town.upper(), "adrg_pays": "FRANCE", "dir_civilite": "PM", "publiweb": "1",
                "position": "A" if number % 8 else "D", "maj_time": f"20{number % 15 + 10}-02-09 12:51:34",
            }  # fmt: skip
            writer.writerow([said.get(column, "") for column in columns])


FIGURES = [
    Figure(
        "organisations.import_rna",
        "× bare csv and executemany, 200,000 lines",
        0.45,
        "higher",
        lambda: figures()["import"],
    ),
    Figure(
        "organisations.index_rna",
        "× bare full-text insert of the same words",
        0.2,
        "higher",
        lambda: figures()["index"],
    ),
]
