"""The 20 nearest open missions within 10 km, of one domain: the product beside bare sqlite3, on 1.3 and 5.2 million.

Missions lie like the population: drawn by commune, scattered around it, put at the middle of their cell as the product does;
a third is still open. Of 400 people asking, four in five live where people live and one in five in any commune. Both sides
answer the same questions in turn, in one process. The product's answers are compared with measuring every mission.

    python -m bench.nearest [MISSIONS]

It makes its own database with the product's migrations, in a temporary folder, and removes it.
"""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import h3.api.basic_int as h3
import numpy as np
from numpy.typing import NDArray

from bench.registry import Figure

MISSIONS = 1_300_000
TIMES = 4  # growth: how many times the missions
QUESTIONS, ROUNDS = 400, 5
KM, AT_MOST = 10.0, 20
NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
# The most common domain is twelve times the rarest, as in real catalogues.
DOMAINS = {
    "food": 24, "children": 18, "elderly": 14, "environment": 11, "culture": 9,
    "sport": 8, "rights": 6, "disability": 5, "migrants": 3, "animals": 2,
}  # fmt: skip
EARTH_KM = 6371.0088
ROOT = Path(__file__).resolve().parent.parent

Floats = NDArray[np.float64]
Answer = list[tuple[int, float]]  # number of the mission, kilometres


class Question(NamedTuple):
    latitude: float
    longitude: float
    domain: str


@cache
def figures() -> dict[str, float]:
    """Measure once, in a process of its own: the database is chosen by the environment before Django starts."""
    with tempfile.TemporaryDirectory(prefix="maillage-bench-") as folder:
        environment = os.environ | {
            "DATABASE_URL": f"sqlite:///{folder}/product.sqlite3", "MAILLAGE_VAR": folder,
            "MAILLAGE_SECRET_KEY": "bench", "DJANGO_SETTINGS_MODULE": "config.settings",
        }  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-m", "bench.nearest", "--measure", folder, str(MISSIONS)],
            cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True,
        )  # fmt: skip
    measured: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return measured


def measure(folder: Path, missions: int) -> dict[str, float]:
    """Fill both databases, ask both; then three times as many missions more, and ask the product again."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    say("database made")
    chance = np.random.default_rng(42)
    towns = Towns()
    fill = Filling(folder, towns)
    fill.add(missions, chance)
    say(f"{missions} missions")
    questions = towns.questions(QUESTIONS)
    bare = Bare(folder)
    rounds = [(timed(bare.ask, questions), timed(ask, questions)) for _ in range(ROUNDS + 1)][1:]  # the first warms
    for label, at in (("bare sqlite3", 0), ("product", 1)):
        p50, p95 = (median(percentile(times[at], share) for times in rounds) for share in (0.5, 0.95))
        say(f"{label}: p50 {p50:.2f} ms, p95 {p95:.2f} ms")
    ratio = median(percentile(product, 0.95) / percentile(alone, 0.95) for alone, product in rounds)
    recall = min(share_found(fill, questions, ask), share_found(fill, questions, bare.ask))
    bare.close()
    once = median(percentile(product, 0.95) for _alone, product in rounds)

    fill.add(missions * (TIMES - 1), chance)
    say(f"{missions * TIMES} missions")
    more = [timed(ask, questions) for _ in range(ROUNDS + 1)][1:]
    p50, p95 = (median(percentile(times, share) for times in more) for share in (0.5, 0.95))
    say(f"product: p50 {p50:.2f} ms, p95 {p95:.2f} ms")
    recall = min(recall, share_found(fill, questions, ask))
    return {"p95": ratio, "recall": recall, "growth": p95 / once}


def ask(question: Question) -> Answer:
    """Through the product's own queryset, rows and all."""
    from maillage.engage.volunteering import queries
    from maillage.kernel.places import near

    search = queries.Search(domain=question.domain)
    found = near.nearest(
        queries.matching(search, NOW), latitude=question.latitude, longitude=question.longitude, km=KM, at_most=AT_MOST
    )
    return [(mission.pk, km) for mission, km in found]


# ── Where things are ──────────────────────────────────────────────────────────────────────────
class Towns:
    """The communes of the house's own table, as arrays."""

    def __init__(self) -> None:
        from maillage.kernel.places.actions import ensure_communes
        from maillage.kernel.places.models import Commune

        ensure_communes()
        rows = (
            Commune.objects.filter(part_of="").order_by("pk").values_list("latitude", "longitude", "population", "pk")
        )
        latitudes, longitudes, population, self.codes = zip(*rows, strict=True)
        self.latitude, self.longitude = np.array(latitudes), np.array(longitudes)
        self.population = np.array(population, dtype=float)
        self.share = self.population / self.population.sum()

    def scatter(self, chance: np.random.Generator, which: NDArray[np.int64]) -> tuple[Floats, Floats]:
        """A point around each commune: the larger it is, the farther."""
        spread = 0.8 * (np.maximum(self.population[which], 50) / 5000) ** 0.25 / 111.2  # degrees
        latitude = self.latitude[which] + chance.normal(0, 1, len(which)) * spread
        east = chance.normal(0, 1, len(which)) * spread / np.cos(np.radians(latitude))
        return latitude, self.longitude[which] + east

    def questions(self, count: int) -> list[Question]:
        chance = np.random.default_rng(7)
        in_town = count * 4 // 5
        which = np.concatenate([
            chance.choice(len(self.share), in_town, p=self.share), chance.integers(0, len(self.share), count - in_town)
        ])  # fmt: skip
        chance.shuffle(which)
        latitude, longitude = self.scatter(chance, which)
        domains = chance.choice(list(DOMAINS), count)
        return [Question(float(a), float(b), str(c)) for a, b, c in zip(latitude, longitude, domains, strict=True)]


# ── The two databases ─────────────────────────────────────────────────────────────────────────
class Filling:
    """Adds missions to the product's database and to the bare one, and keeps their points to measure them all."""

    def __init__(self, folder: Path, towns: Towns) -> None:
        self.folder, self.towns, self.count = folder, towns, 0
        self.latitude, self.longitude = np.empty(0), np.empty(0)
        self.domain, self.open_until = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)

    def add(self, count: int, chance: np.random.Generator) -> None:
        which = chance.choice(len(self.towns.share), count, p=self.towns.share)
        cells = [h3.latlng_to_cell(*point, 8) for point in zip(*self.towns.scatter(chance, which), strict=True)]
        middle = {cell: h3.cell_to_latlng(cell) for cell in set(cells)}
        points = [middle[cell] for cell in cells]
        weights = np.array(list(DOMAINS.values())) / 100
        domain = chance.choice(len(DOMAINS), count, p=weights)
        hours = chance.integers(-365 * 24, 180 * 24, count)
        first, self.count = self.count + 1, self.count + count
        if first == 1:
            self.fill_bare(cells, points, domain, hours)
        self.fill_product(first, cells, points, domain, hours, which)
        latitude, longitude = zip(*points, strict=True)
        self.latitude = np.concatenate([self.latitude, latitude])
        self.longitude = np.concatenate([self.longitude, longitude])
        self.domain = np.concatenate([self.domain, domain])
        self.open_until = np.concatenate([self.open_until, hours])

    def fill_bare(self, cells: list[int], points: list[tuple[float, float]], domain: Any, hours: Any) -> None:
        database = sqlite3.connect(self.folder / "bare.sqlite3", isolation_level=None)
        database.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
            "CREATE TABLE mission (id INTEGER PRIMARY KEY, title TEXT, domain INTEGER, cell INTEGER, open_until INTEGER,"
            " latitude REAL, longitude REAL)"
        )
        database.execute("BEGIN")
        coarse = {cell: h3.cell_to_parent(cell, 7) for cell in set(cells)}
        lines = zip(cells, points, domain.tolist(), hours.tolist(), strict=True)
        database.executemany(
            "INSERT INTO mission VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (number, f"Mission {number}", kind, coarse[cell], hour, *point)
                for number, (cell, point, kind, hour) in enumerate(lines, start=1)
            ),
        )
        database.execute("COMMIT")
        database.execute("CREATE INDEX mission_near ON mission (domain, cell, open_until, latitude, longitude)")
        database.execute("ANALYZE")
        database.close()

    def fill_product(
        self, first: int, cells: list[int], points: list[tuple[float, float]], domain: Any, hours: Any, which: Any
    ) -> None:
        """Rows as wide as real ones. Indexes are made anew after: the same index, sooner than row by row."""
        from django.db import connection

        from maillage.engage.volunteering.models import Mission
        from maillage.kernel.organisations.models import Organisation

        organisation, _made = Organisation.objects.get_or_create(slug="bench", defaults={"name": "Les Jardins"})
        values: dict[str, Any] = {
            "organisation_id": organisation.pk, "status": "published", "made_at": "2025-01-01 09:00:00",
            "what": "Préparer les colis, accueillir les familles, ranger la salle après la distribution. " * 3,
            "why": "Une quarantaine de familles du quartier comptent sur ce rendez-vous chaque semaine.",
        }  # fmt: skip
        each = [
            "id",
            "title",
            "cell",
            "latitude",
            "longitude",
            "domain",
            "open_until",
            "commune_id",
            "on_weekends",
            "has_room",
        ]
        columns = {field.column: field for field in Mission._meta.concrete_fields}
        constant = {
            name: values.get(name, field.get_db_prep_save(field.get_default(), connection))
            for name, field in columns.items() if name not in each
        }  # fmt: skip
        names = ", ".join([*each, *constant])
        marks = ", ".join([*("%s" for _ in each), *("%s" for _ in constant)])
        rest, codes, kinds = list(constant.values()), self.towns.codes, list(DOMAINS)
        until = {hour: f"{NOW + timedelta(hours=hour):%Y-%m-%d %H:%M:%S}" for hour in range(-365 * 24, 180 * 24)}
        lines = zip(cells, points, domain.tolist(), hours.tolist(), which.tolist(), strict=True)
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA foreign_keys = OFF")
            cursor.execute("PRAGMA synchronous = OFF")
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s AND sql > ''",
                [Mission._meta.db_table],
            )
            indexes = cursor.fetchall()
            for name, _sql in indexes:
                cursor.execute(f'DROP INDEX "{name}"')
            cursor.execute("BEGIN")
            cursor.executemany(
                f"INSERT INTO {Mission._meta.db_table} ({names}) VALUES ({marks})",
                (
                    [number, f"Mission {number}", cell, *point, kinds[kind], until[hour], codes[town], number % 3 == 0, number % 5 > 0, *rest]
                    for number, (cell, point, kind, hour, town) in enumerate(lines, start=first)
                ),
            )  # fmt: skip
            cursor.execute("COMMIT")
            for _name, sql in indexes:
                cursor.execute(sql)
            cursor.execute("ANALYZE")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.execute("PRAGMA foreign_keys = ON")
        connection.close()


class Bare:
    """The same question without anything between it and SQLite: cells in three steps, distances, twenty titles."""

    RINGS = (1, 3, 6)
    SHORTEST_EDGE_KM = 1.24  # of a cell of resolution 7, in France

    def __init__(self, folder: Path) -> None:
        self.database = sqlite3.connect(folder / "bare.sqlite3", isolation_level=None)
        self.database.executescript("PRAGMA cache_size = -32000; PRAGMA mmap_size = 268435456")
        self.kinds = {name: number for number, name in enumerate(DOMAINS)}

    def ask(self, question: Question) -> Answer:
        here = h3.latlng_to_cell(question.latitude, question.longitude, 7)
        kind, seen, best = self.kinds[question.domain], set[int](), list[tuple[float, int]]()
        for rings in self.RINGS:
            wanted = [cell for cell in h3.grid_disk(here, rings) if cell not in seen]
            seen.update(wanted)
            rows = self.database.execute(
                "SELECT mission.id, latitude, longitude FROM json_each(?) CROSS JOIN mission INDEXED BY mission_near"
                " ON domain = ? AND cell = json_each.value AND open_until > 0",
                (str(wanted), kind),
            )
            best = sorted([*best, *distances(question, rows)])[:AT_MOST]
            if len(best) == AT_MOST and best[-1][0] <= (1.5 * rings - 0.5) * self.SHORTEST_EDGE_KM:
                break
        best = [(km, number) for km, number in best if km <= KM]
        marks = ",".join("?" * len(best))
        titles = dict(
            self.database.execute(
                f"SELECT id, title FROM mission WHERE id IN ({marks})", [number for _km, number in best]
            )
        )
        return [(number, km) for km, number in best if titles[number]]

    def close(self) -> None:
        self.database.close()


def distances(question: Question, rows: Any) -> Iterator[tuple[float, int]]:
    here, across = radians(question.latitude), question.longitude
    shrink = cos(here)
    for number, latitude, longitude in rows:
        there = radians(latitude)
        half = sin((there - here) / 2) ** 2 + shrink * cos(there) * sin(radians(longitude - across) / 2) ** 2
        yield 2 * EARTH_KM * asin(sqrt(half)), number


# ── Measuring ─────────────────────────────────────────────────────────────────────────────────
def timed(answer: Callable[[Question], Answer], questions: list[Question]) -> list[float]:
    """Milliseconds of each."""
    taken = []
    for question in questions:
        start = time.perf_counter()
        answer(question)
        taken.append((time.perf_counter() - start) * 1000)
    return taken


def percentile(taken: list[float], share: float) -> float:
    return sorted(taken)[int(len(taken) * share)]


def share_found(fill: Filling, questions: list[Question], answer: Callable[[Question], Answer]) -> float:
    """Of the nearest, by measuring every mission: the share that was answered. Equal distances are equally right."""
    kinds = {name: number for number, name in enumerate(DOMAINS)}
    found = wanted = 0
    for question in questions:
        close = np.flatnonzero(
            (np.abs(fill.latitude - question.latitude) < 0.1)
            & (fill.domain == kinds[question.domain])
            & (fill.open_until > 0)
        )
        here, there = np.radians(question.latitude), np.radians(fill.latitude[close])
        across = np.radians(fill.longitude[close] - question.longitude)
        half = np.sin((there - here) / 2) ** 2 + np.cos(here) * np.cos(there) * np.sin(across / 2) ** 2
        km = np.sort(2 * EARTH_KM * np.arcsin(np.sqrt(half)))
        km = km[km <= KM][:AT_MOST]
        given = [km for _number, km in answer(question)]
        wanted += len(km)
        found += sum(abs(mine - right) < 1e-6 for mine, right in zip(given, km, strict=False))
    return found / wanted


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


FIGURES = [
    Figure("volunteering.nearest_p95", "× bare sqlite3", 2.5, "lower", lambda: figures()["p95"]),
    Figure("volunteering.nearest_recall", "", 1.0, "higher", lambda: figures()["recall"]),
    Figure("volunteering.nearest_growth", "× at 4 × the missions", 2.0, "lower", lambda: figures()["growth"]),
]


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        import django

        django.setup()
        print(json.dumps(measure(Path(sys.argv[2]), int(sys.argv[3]))))
    else:
        MISSIONS = int(sys.argv[1]) if len(sys.argv) > 1 else MISSIONS
        for figure in FIGURES:
            value = figure.measure()
            print(
                f"{figure.name}  {value:.3g}  {figure.unit}  {figure.bar}  {'ok' if figure.passes(value) else 'SHORT'}"
            )
