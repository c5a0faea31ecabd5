"""The 20 nearest open missions within 10 km, with filters: the product beside bare sqlite3, and with four times as many.

Three askers in four want one domain, one in three week-ends, one in four a place left. Both sides answer the same questions
in turn, in one process; each round has new askers, so that nothing but what is common to all is remembered. What the
product answers is compared with measuring every mission. The control answers by reading every open mission.
"""

import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import h3.api.basic_int as h3
import numpy as np

from bench.fresh import DATABASE, filled, measured, open_at, say
from bench.registry import Figure

if TYPE_CHECKING:
    from bench.country import Asker, Country

MISSIONS, TIMES = 1_300_000, 4
KM, AT_MOST = 10.0, 20
EARTH_KM = 6371.0088
Answer = list[tuple[int, float]]  # number of the mission, kilometres
Answering = Callable[["Asker"], Answer]


@cache
def figures() -> dict[str, float]:
    return measured("volunteering", filled(MISSIONS))


def measure(folder: Path, *, questions: int = 400, rounds: int = 5, slow: bool = False) -> dict[str, float]:
    from bench.country import Country

    few, many = folder / "few.sqlite3", folder / DATABASE
    country = Country(folder)
    bare, product = Bare(folder, country), slowly(country) if slow else nearest(country)
    shutil.copy(many, few)
    open_at(few)
    askers = country.towns.askers(questions, 0)
    recall = min(share_found(country, askers, product), share_found(country, askers, bare.ask))
    country.add(country.count * (TIMES - 1))
    say(f"{country.count:,} missions")
    recall = min(recall, share_found(country, askers, product))
    alone, once, more = [], [], []
    for seed in range(rounds):
        askers = country.towns.askers(questions, 1 + seed)
        open_at(few)
        timed(product, country.towns.askers(questions // 4, 100 + seed))  # a connection just opened is cold
        pairs = [(timed(bare.ask, [one])[0], timed(product, [one])[0]) for one in askers]
        alone.append(percentiles([one for one, _other in pairs]))
        once.append(percentiles([other for _one, other in pairs]))
        open_at(many)
        timed(product, country.towns.askers(questions // 4, 100 + seed))
        more.append(percentiles(timed(product, askers)))
    for label, told in (("bare sqlite3", alone), ("product", once), (f"product, {TIMES} × the missions", more)):
        say(f"{label}: p50 {median(p50 for p50, _ in told):.2f} ms, p95 {median(p95 for _, p95 in told):.2f} ms")
    return {
        "p95": median(ours[1] / theirs[1] for ours, theirs in zip(once, alone, strict=True)),
        "recall": recall,
        "growth": median(after[1] / before[1] for after, before in zip(more, once, strict=True)),
    }


# ── The product ───────────────────────────────────────────────────────────────────────────────
def nearest(country: "Country") -> Answering:
    """Through the product's own question, rows and all."""
    from maillage.engage.volunteering import queries

    started = time.monotonic()

    def ask(one: "Asker") -> Answer:
        search = queries.Search(
            one.latitude, one.longitude, km=int(KM), domain=one.domain, weekends=one.weekends, with_room=one.with_room
        )
        now = country.now + timedelta(seconds=time.monotonic() - started)  # minutes pass, as in real life
        return [(mission.pk, km) for mission, km in queries.nearest(search, now=now, at_most=AT_MOST)]

    return ask


def slowly(country: "Country") -> Answering:
    """The control: every open mission that passes the filters is read and measured."""
    from maillage.engage.volunteering import queries

    def ask(one: "Asker") -> Answer:
        search = queries.Search(domain=one.domain, weekends=one.weekends, with_room=one.with_room)
        rows = queries.matching(search, country.now).values_list("pk", "latitude", "longitude")
        best = sorted(distances(one, rows))[:AT_MOST]
        return [(number, km) for km, number in best if km <= KM]

    return ask


# ── Bare sqlite3 ──────────────────────────────────────────────────────────────────────────────
class Bare:
    """The same questions without anything between them and SQLite, on a table made for them alone: cells in three steps,
    an index that covers, distances, twenty titles."""

    RINGS = (1, 3, 6)
    SHORTEST_EDGE_KM = 1.24  # of a cell of resolution 7, in France

    def __init__(self, folder: Path, country: "Country") -> None:
        self.database = sqlite3.connect(folder / "bare.sqlite3", isolation_level=None)
        self.database.executescript(
            f"""
            PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -32000; PRAGMA mmap_size = 268435456;
            ATTACH DATABASE '{country.drawn}' AS drawn;
            CREATE TABLE mission (id INTEGER PRIMARY KEY, title TEXT, domain INTEGER, cell INTEGER, open_until INTEGER,
                                  latitude REAL, longitude REAL, on_weekends INTEGER, has_room INTEGER);
            INSERT INTO mission
                SELECT id, 'Prêter main-forte, mission n° ' || id, kind, (cell & ~(15 << 52)) | (7 << 52) | (7 << 21),
                       hours, latitude, longitude, id % 3 = 0, id % 5 > 0 FROM drawn.mission;
            CREATE INDEX near ON mission (cell, open_until, latitude, longitude, on_weekends, has_room);
            CREATE INDEX near_by_domain ON mission (domain, cell, open_until, latitude, longitude, on_weekends, has_room);
            ANALYZE main;
            DETACH DATABASE drawn;
            """
        )

    def ask(self, one: "Asker") -> Answer:
        from bench.country import DOMAINS

        where, given = ["cell = json_each.value", "open_until > 0"], []
        if one.domain:
            where.append("domain = ?")
            given.append(list(DOMAINS).index(one.domain))
        where += ["on_weekends = 1"] * one.weekends + ["has_room = 1"] * one.with_room
        index = "near_by_domain" if one.domain else "near"
        sql = (
            "SELECT mission.id, latitude, longitude FROM json_each(?) CROSS JOIN mission "
            f"INDEXED BY {index} ON {' AND '.join(where)}"
        )
        here = h3.latlng_to_cell(one.latitude, one.longitude, 7)
        seen, best = set[int](), list[tuple[float, int]]()
        for rings in self.RINGS:
            wanted = [cell for cell in h3.grid_disk(here, rings) if cell not in seen]
            seen.update(wanted)
            rows = self.database.execute(sql, (str(wanted), *given))
            best = sorted([*best, *distances(one, rows)])[:AT_MOST]
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


def distances(one: "Asker", rows: Any) -> Iterator[tuple[float, int]]:
    here, across = radians(one.latitude), one.longitude
    shrink = cos(here)
    for number, latitude, longitude in rows:
        there = radians(latitude)
        half = sin((there - here) / 2) ** 2 + shrink * cos(there) * sin(radians(longitude - across) / 2) ** 2
        yield 2 * EARTH_KM * asin(sqrt(half)), number


# ── Measuring ─────────────────────────────────────────────────────────────────────────────────
def timed(answer: Answering, askers: "list[Asker]") -> list[float]:
    """Milliseconds of each, of this thread's own work: what else runs on the machine does not count."""
    taken = []
    for one in askers:
        start = time.thread_time()
        answer(one)
        taken.append((time.thread_time() - start) * 1000)
    return taken


def percentiles(taken: list[float]) -> tuple[float, float]:
    """p50 and p95."""
    taken = sorted(taken)
    return taken[len(taken) // 2], taken[int(len(taken) * 0.95)]


def share_found(country: "Country", askers: "list[Asker]", answer: Answering) -> float:
    """Of the nearest, by measuring every mission: the share that was answered. Equal distances are equally right."""
    from bench.country import DOMAINS

    numbers = np.arange(1, country.count + 1)
    is_open, weekends, room = country.hours > 0, numbers % 3 == 0, numbers % 5 > 0
    northward = np.argsort(country.latitude)
    latitudes = country.latitude[northward]
    found = wanted = 0
    for one in askers:
        first, last = np.searchsorted(latitudes, (one.latitude - KM / 100, one.latitude + KM / 100))
        close = northward[first:last]
        close = close[is_open[close]]
        if one.domain:
            close = close[country.kind[close] == list(DOMAINS).index(one.domain)]
        close = close[weekends[close]] if one.weekends else close
        close = close[room[close]] if one.with_room else close
        here, there = np.radians(one.latitude), np.radians(country.latitude[close])
        across = np.radians(country.longitude[close] - one.longitude)
        half = np.sin((there - here) / 2) ** 2 + np.cos(here) * np.cos(there) * np.sin(across / 2) ** 2
        km = np.sort(2 * EARTH_KM * np.arcsin(np.sqrt(half)))
        km = km[km <= KM][:AT_MOST]
        given = [distance for _number, distance in answer(one)]
        wanted += len(km)
        found += sum(abs(mine - right) < 1e-6 for mine, right in zip(given, km, strict=False))
    return found / wanted


FIGURES = [
    Figure("volunteering.nearest_p95", "× bare sqlite3, 1.3 million missions", 2.5, "lower", lambda: figures()["p95"]),
    Figure(
        "volunteering.nearest_recall",
        "of what measuring every mission gives",
        1.0,
        "higher",
        lambda: figures()["recall"],
    ),
    Figure(
        "volunteering.nearest_growth", "× in p95 at 5.2 million missions", 2.0, "lower", lambda: figures()["growth"]
    ),
]
