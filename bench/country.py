"""A country of missions in an empty product: as many as one likes, lying like its population.

Each is drawn in a commune, scattered around its middle, and put at the middle of its cell as the product does; a third are
still open. They are drawn once, into a plain table, from which the product's own tables are filled by one statement each.
"""

from datetime import UTC, datetime, timedelta
from itertools import repeat
from pathlib import Path
from typing import Any, NamedTuple

import h3.api.basic_int as h3
import numpy as np
from django.db import connection
from django.db.models import Model
from django.utils import timezone
from numpy.typing import NDArray

from maillage.engage.volunteering.models import Mission, Shift
from maillage.kernel.invariants import actions as invariants
from maillage.kernel.organisations.models import Organisation
from maillage.kernel.places.actions import ensure_communes
from maillage.kernel.places.models import Commune

# The most common domain is twelve times the rarest, as in real catalogues.
DOMAINS = {
    "food": 24, "children": 18, "elderly": 14, "environment": 11, "culture": 9,
    "sport": 8, "rights": 6, "disability": 5, "migrants": 3, "animals": 2,
}  # fmt: skip
# Hours from now to a mission's last shift: a third are still to come.
OLDEST, LATEST = -365 * 24, 180 * 24
ORGANISATIONS = 20_000
WHAT = "Préparer les colis, accueillir les familles, ranger la salle après la distribution. " * 2
WHY = "Une quarantaine de familles du quartier comptent sur ce rendez-vous chaque semaine."
BULK = (
    "PRAGMA foreign_keys = OFF", "PRAGMA synchronous = OFF", "PRAGMA journal_mode = OFF", "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -500000", "PRAGMA threads = 2",
)  # fmt: skip

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


class Asker(NamedTuple):
    """Somebody who asks what there is around them."""

    latitude: float
    longitude: float
    domain: str  # or nothing: any
    weekends: bool
    with_room: bool


class Towns:
    """The communes of the product's own table, as arrays."""

    def __init__(self) -> None:
        ensure_communes()
        rows = (
            Commune.objects.filter(part_of="").order_by("pk").values_list("latitude", "longitude", "population", "pk")
        )
        latitudes, longitudes, populations, self.codes = zip(*rows, strict=True)
        self.latitude, self.longitude = np.array(latitudes), np.array(longitudes)
        self.population = np.array(populations, dtype=float)
        self.share = self.population / self.population.sum()

    def where_people_live(self, count: int, chance: np.random.Generator) -> Whole:
        """Communes drawn by their population."""
        return chance.choice(len(self.share), count, p=self.share)

    def mostly_where_people_live(self, count: int, chance: np.random.Generator) -> Whole:
        """Four in five drawn by population, one in five among all communes: the country is asked too."""
        in_town = count * 4 // 5
        which = np.concatenate([
            self.where_people_live(in_town, chance), chance.integers(0, len(self.share), count - in_town)
        ])  # fmt: skip
        chance.shuffle(which)
        return which

    def scatter(self, which: Whole, chance: np.random.Generator) -> tuple[Floats, Floats]:
        """A point around each commune: the larger it is, the farther."""
        spread = 0.8 * (np.maximum(self.population[which], 50) / 5000) ** 0.25 / 111.2  # degrees
        latitude = self.latitude[which] + chance.normal(0, 1, len(which)) * spread
        east = chance.normal(0, 1, len(which)) * spread / np.cos(np.radians(latitude))
        return latitude, self.longitude[which] + east

    def askers(self, count: int, seed: int) -> list[Asker]:
        chance = np.random.default_rng(seed)
        latitude, longitude = self.scatter(self.mostly_where_people_live(count, chance), chance)
        domain = np.where(chance.random(count) < 3 / 4, chance.choice(list(DOMAINS), count), "")
        weekends, with_room = chance.random(count) < 1 / 3, chance.random(count) < 1 / 4
        lists = (column.tolist() for column in (latitude, longitude, domain, weekends, with_room))
        return [Asker(*said) for said in zip(*lists, strict=True)]


class Country:
    """`drawn` is the file of the plain table; the arrays keep every point, to measure them all."""

    def __init__(self, folder: Path) -> None:
        """The country of this folder, if it has one; an empty one otherwise."""
        self.drawn, self.kept = folder / "drawn.sqlite3", folder / "country.npz"
        self.towns = Towns()
        if self.kept.exists():
            told = np.load(self.kept)
            self.latitude, self.longitude = told["latitude"], told["longitude"]
            self.kind, self.hours = told["kind"], told["hours"]
            self.now = datetime.fromtimestamp(float(told["now"]), tz=UTC)
            return
        self.now = timezone.now().replace(minute=0, second=0, microsecond=0)
        self.latitude, self.longitude = np.empty(0), np.empty(0)
        self.kind, self.hours = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        Organisation.objects.bulk_create(
            [
                Organisation(pk=number, slug=f"association-{number}", name=f"Les Voisins du quartier {number}")
                for number in range(1, ORGANISATIONS + 1)
            ],
            batch_size=1000,
        )
        with connection.cursor() as cursor:
            cursor.execute("ATTACH DATABASE %s AS drawn", [str(self.drawn)])
            cursor.execute(
                "CREATE TABLE drawn.mission (id INTEGER PRIMARY KEY, cell INTEGER, latitude REAL, longitude REAL,"
                " kind INTEGER, domain TEXT, hours INTEGER, commune TEXT)"
            )
        connection.close()

    @property
    def count(self) -> int:
        return len(self.latitude)

    def communes(self, count: int, seed: int) -> list[str]:
        """The INSEE codes of communes where somebody asks."""
        which = self.towns.mostly_where_people_live(count, np.random.default_rng(seed))
        return [self.towns.codes[one] for one in which.tolist()]

    def add(self, count: int) -> None:
        """So many missions more."""
        first, chance = self.count + 1, np.random.default_rng(42 + self.count)
        which = self.towns.where_people_live(count, chance)
        scattered = self.towns.scatter(which, chance)
        cells = list(map(h3.latlng_to_cell, scattered[0].tolist(), scattered[1].tolist(), repeat(8)))
        middle = {cell: h3.cell_to_latlng(cell) for cell in set(cells)}
        latitude, longitude = zip(*map(middle.__getitem__, cells), strict=True)
        kind = chance.choice(len(DOMAINS), count, p=np.array(list(DOMAINS.values())) / 100)
        hours = chance.integers(OLDEST, LATEST, count)
        names, codes = list(DOMAINS), self.towns.codes
        lines = zip(
            range(first, first + count), cells, latitude, longitude, kind.tolist(),
            map(names.__getitem__, kind.tolist()), hours.tolist(), map(codes.__getitem__, which.tolist()), strict=True,
        )  # fmt: skip
        with connection.cursor() as cursor:
            for pragma in BULK:
                cursor.execute(pragma)
            cursor.execute("ATTACH DATABASE %s AS drawn", [str(self.drawn)])
            for pragma in ("journal_mode = OFF", "synchronous = OFF"):
                cursor.execute(f"PRAGMA drawn.{pragma}")
            cursor.execute("BEGIN")
            marks = "?, ?, ?, ?, ?, ?, ?, ?"
            cursor.cursor.connection.executemany(f"INSERT INTO drawn.mission VALUES ({marks})", lines)
            cursor.execute("COMMIT")
            self._fill(cursor, first)
            cursor.execute("ANALYZE main")
            cursor.execute("PRAGMA journal_mode = WAL")
        connection.close()  # the next one opens as the product opens it
        self.latitude = np.concatenate([self.latitude, latitude])
        self.longitude = np.concatenate([self.longitude, longitude])
        self.kind, self.hours = np.concatenate([self.kind, kind]), np.concatenate([self.hours, hours])
        np.savez(
            self.kept, latitude=self.latitude, longitude=self.longitude, kind=self.kind, hours=self.hours,
            now=self.now.timestamp(),
        )  # fmt: skip

    def _fill(self, cursor: Any, first: int) -> None:
        """Rows as wide as real ones; an open mission has a shift or two to come.

        Triggers are put up and indexes made after, which is sooner done; the indexes of the foreign keys are left out:
        no finding reads them.
        """
        invariants.drop(connection)
        dropped = []
        for model in (Mission, Shift):
            named = {index.name for index in model._meta.indexes}
            cursor.execute(
                "SELECT name, sql FROM main.sqlite_master WHERE type = 'index' AND tbl_name = %s AND sql > ''",
                [model._meta.db_table],
            )
            for name, sql in cursor.fetchall():
                cursor.execute(f'DROP INDEX "{name}"')
                dropped += [sql] if name in named else []
        now, a_year_ago = f"{self.now:%Y-%m-%d %H:%M:%S}", self.now - timedelta(days=400)

        def after(hours: str) -> str:
            return f"datetime('{now}', ({hours}) || ' hours')"

        said = {
            "id": "id", "cell": "cell", "latitude": "latitude", "longitude": "longitude", "domain": "domain",
            "commune_id": "commune", "title": "'Prêter main-forte, mission n° ' || id",
            "organisation_id": f"1 + id % {ORGANISATIONS}", "on_weekends": "id % 3 = 0", "has_room": "id % 5 > 0",
            "is_wheelchair_accessible": "id % 4 = 0", "min_age": "CASE WHEN id % 6 THEN 18 ELSE 16 END",
        }  # fmt: skip
        insert(
            cursor, Mission, said | {"open_until": after("hours")},
            {"status": "published", "what": WHAT, "why": WHY, "made_at": a_year_ago, "published_at": a_year_ago},
            f"drawn.mission WHERE id >= {first}",
        )  # fmt: skip
        shift = {"mission_id": "id", "capacity": "6", "taken": "CASE WHEN id % 5 THEN id % 5 ELSE 6 END"}
        for which, start in (("hours > 0", "hours"), ("hours > 1 AND id % 3 = 0", "hours / 2")):
            insert(
                cursor, Shift, shift | {"starts_at": after(start), "ends_at": after(f"{start} + 3")}, {},
                f"drawn.mission WHERE id >= {first} AND {which}",
            )  # fmt: skip
        for sql in dropped:
            cursor.execute(sql)
        invariants.install(connection)


def insert(cursor: Any, model: type[Model], said: dict[str, str], constant: dict[str, Any], source: str) -> None:
    """Fill a table from another: `said` are expressions, `constant` values; what neither says takes its default."""
    fields = {
        field.column: field
        for field in model._meta.concrete_fields
        if field.column not in said and not field.primary_key
    }
    values = [
        field.get_db_prep_save(constant.get(name, field.get_default()), connection) for name, field in fields.items()
    ]
    cursor.execute(
        f"INSERT INTO {model._meta.db_table} ({', '.join([*said, *fields])}) "
        f"SELECT {', '.join([*said.values(), *['%s'] * len(fields)])} FROM {source}".replace(" % ", " %% "),
        values,
    )


def measure(folder: Path, *, missions: int) -> dict[str, float]:
    """Fill the product that others measure in: see `bench.fresh.filled`."""
    country = Country(folder)
    country.add(missions)
    return {"missions": country.count}
