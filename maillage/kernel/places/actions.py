"""Loading the table of communes: the one that comes with the house, or a complete official file."""

import csv
import gzip
import io
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.kernel.places import words
from maillage.kernel.places.models import Commune, Precision
from maillage.kernel.refusal import Refused

BUNDLED = Path(__file__).parent / "data" / "communes.csv.gz"
LARGEST = 200_000_000
INSEE = re.compile(r"^(?:\d{5}|2[AB]\d{3})$")
# How official files call what we need, as plain words; the first that is there wins.
NAMES = {
    "insee": ("insee", "code insee", "insee com", "code commune insee", "codgeo", "com", "code commune", "code"),
    "name": ("name", "nom commune complet", "nom standard", "nom de la commune", "libgeo", "nom commune", "nom", "libelle",
             "commune", "nom commune postal"),
    "postcodes": ("postcodes", "codes postaux", "code postal", "codespostaux", "code postaux"),
    "department_code": ("department code", "code departement", "dep code", "insee dep", "dep", "departement"),
    "department_name": ("department name", "nom departement", "dep nom"),
    "region_name": ("region name", "nom region", "reg nom"),
    "population": ("population", "population municipale", "population 2021", "pop"),
    "latitude": ("latitude", "lat", "latitude centre", "latitude mairie", "y"),
    "longitude": ("longitude", "lng", "lon", "long", "longitude centre", "longitude mairie", "x"),
    "precision": ("precision",),
    "part_of": ("part of", "insee parente"),
}  # fmt: skip


class FileSaysTooLittle(Refused):
    sentence = gettext_lazy(
        "Ce fichier n’a pas les colonnes qu’il faut : il manque {missing}. "
        "On y attend au moins un code INSEE, un nom, une latitude et une longitude."
    )


class FileIsUnreadable(Refused):
    sentence = gettext_lazy("Ce fichier n’est pas un tableau de communes que nous savons lire (CSV, compressé ou non).")


@dataclass
class Loaded:
    """How it went: what stands in the table now, and the lines left aside, each with its reason."""

    communes: int = 0
    added: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


def ensure_communes() -> None:
    """Load the table that comes with the house when there is none."""
    if not Commune.objects.exists():
        import_communes()


def import_communes(path: Path | None = None, *, progress: Callable[[int], None] | None = None) -> Loaded:
    """Write every commune of a file, in one transaction; what was known of it is replaced. Running it again changes nothing.

    `progress` is told how many lines were read. Raises FileIsUnreadable, FileSaysTooLittle.
    """
    done = Loaded()
    rows: dict[str, dict[str, Any]] = {}
    for number, said in lines_of(path or BUNDLED):
        if progress and number % 1000 == 0:
            progress(number)
        try:
            row = row_of(said)
        except ValueError as wrong:
            done.refused.append((number, str(wrong)))
            continue
        if earlier := rows.get(row["insee"]):  # one line for each postal code, as La Poste has it
            earlier["postcodes"] = list(dict.fromkeys([*earlier["postcodes"], *row["postcodes"]]))
        else:
            rows[row["insee"]] = row
    if not rows:
        raise FileIsUnreadable
    with transaction.atomic():
        complete(rows)
        before = Commune.objects.count()
        Commune.objects.bulk_create(
            (commune_of(row) for row in rows.values()), batch_size=500, update_conflicts=True, unique_fields=["insee"],
            update_fields=[field.name for field in Commune._meta.fields if field.name != "insee"],
        )  # fmt: skip
        done.communes = Commune.objects.count()
        done.added = done.communes - before
    return done


def lines_of(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Each line as our own column names, whatever the file calls them; (line number, values)."""
    try:
        content = path.read_bytes()
        if content[:2] == b"\x1f\x8b":
            with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
                content = file.read(LARGEST)
        text = decoded(content)
        reader = csv.reader(io.StringIO(text), delimiter=separator_of(text))
        header = [words.plain(name) for name in next(reader)]
    except (OSError, EOFError, ValueError, csv.Error, StopIteration):
        raise FileIsUnreadable from None
    places = {ours: next((header.index(name) for name in names if name in header), -1) for ours, names in NAMES.items()}
    missing = [name for name in ("insee", "name", "latitude", "longitude") if places[name] < 0]
    if missing:
        raise FileSaysTooLittle(missing=", ".join(missing))
    try:
        for number, line in enumerate(reader, start=2):
            yield number, {name: line[at].strip() for name, at in places.items() if 0 <= at < len(line)}
    except csv.Error:
        raise FileIsUnreadable from None


def decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252")


def separator_of(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",;\t|", key=first.count)


def row_of(said: dict[str, str]) -> dict[str, Any]:
    """One commune; raises ValueError with a sentence when its code or its point is not one."""
    insee = said.get("insee", "").upper().rjust(5, "0")  # spreadsheets eat the zero of « 01004 »
    if not INSEE.match(insee):
        raise ValueError(_("code INSEE illisible"))
    if not said.get("name"):
        raise ValueError(_("nom absent"))
    try:
        latitude, longitude = (float(said.get(name, "").replace(",", ".")) for name in ("latitude", "longitude"))
    except ValueError:
        raise ValueError(_("latitude ou longitude absente")) from None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180) or latitude == longitude == 0:
        raise ValueError(_("latitude ou longitude impossible"))
    population = said.get("population", "").replace(" ", "").partition(".")[0]
    precision = said.get("precision", "")
    return {
        "insee": insee, "name": said["name"][:60], "latitude": latitude, "longitude": longitude,
        "postcodes": [code.rjust(5, "0") for code in re.findall(r"\d{4,5}", said.get("postcodes", ""))],
        "department_code": department_of(insee), "department_name": said.get("department_name", "")[:40],
        "region_name": said.get("region_name", "")[:40],
        "population": int(population) if population.isdigit() else None,
        "precision": precision if precision in Precision.values else Precision.OFFICIAL,
        "part_of": said.get("part_of", "")[:5] if len(said.get("part_of", "")) == 5 else "",
    }  # fmt: skip


def department_of(insee: str) -> str:
    return insee[:3] if insee.startswith(("97", "98")) else insee[:2]


def complete(rows: dict[str, dict[str, Any]]) -> None:
    """What a file does not say stays as it was known: names of departments and regions, populations, postal codes, parents."""
    known = Commune.objects.in_bulk(list(rows)) if Commune.objects.exists() else {}
    by_department: dict[str, tuple[str, str]] = defaultdict(lambda: ("", ""))
    for commune in Commune.objects.exclude(department_name="").order_by("pk").iterator():
        by_department.setdefault(commune.department_code, (commune.department_name, commune.region_name))
    for row in rows.values():
        before = known.get(row["insee"])
        department, region = by_department[row["department_code"]]
        row["department_name"] = row["department_name"] or department
        row["region_name"] = row["region_name"] or region
        row["postcodes"] = row["postcodes"] or (before.postcodes if before else [])
        row["part_of"] = row["part_of"] or (before.part_of if before else "")
        if row["population"] is None:
            row["population"] = before.population if before else 0


def commune_of(row: dict[str, Any]) -> Commune:
    made = Commune(**row)
    made.fill_in()
    return made
