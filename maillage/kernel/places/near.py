"""What is near: a B-tree on cells in widening rings, then exact distances.

The model wants an index that begins with what every question fixes, then `cell`, then what filters and what measures
(`latitude`, `longitude`), so that the candidates are read from the index alone.
"""

import json
from math import cos, radians
from typing import Any, TypeVar

from django.db import connections
from django.db.models import Model, QuerySet
from django.db.models.expressions import RawSQL

from maillage.kernel.places import cells

Row = TypeVar("Row", bound=Model)  # with a `cell`, a `latitude` and a `longitude`: see `Placed`
STEPS = (1, 3, 7)  # rings tried before the whole disk: a town stops at the first, the country goes on
KM_PER_DEGREE = 111.32
FARTHEST_KM = 100.0


def nearest(
    queryset: "QuerySet[Row]", *, latitude: float, longitude: float, km: float, at_most: int
) -> list[tuple[Row, float]]:
    """The rows of `queryset` within `km` of a point (degrees), nearest first, each with its distance in kilometres.

    None is missed; equal distances come in the order of their keys. At most 100 km.
    """
    km = min(km, FARTHEST_KM)
    here = cells.cell_of(latitude, longitude)
    aside = cells.km_between(latitude, longitude, *cells.centre_of(here))
    found: list[tuple[float, int]] = []
    asked: frozenset[int] = frozenset()
    for rings in rings_for(here, aside + km):
        disk = cells.disk(here, rings)
        found += measured(candidates(queryset, disk - asked), latitude, longitude, km)
        asked = disk
        if len(found) >= at_most:
            found.sort()
            del found[at_most:]
            if found[-1][0] <= cells.covered_km(here, rings) - aside:
                break
    found.sort()
    del found[at_most:]
    rows = queryset.in_bulk([pk for _km, pk in found])
    return [(rows[pk], distance) for distance, pk in found if pk in rows]


def rings_for(cell: int, km: float) -> list[int]:
    """The steps, the last of which covers `km` around the middle of `cell`."""
    last = max(1, round(km / 0.75))  # a ring is 0.75 to 0.95 km wide in France
    while cells.covered_km(cell, last) < km:
        last += 1
    while last > 1 and cells.covered_km(cell, last - 1) >= km:
        last -= 1
    return [*(step for step in STEPS if step < last), last]


def candidates(queryset: "QuerySet[Row]", wanted: frozenset[int]) -> Any:
    """Key and point of the rows in these cells. One parameter whatever their number: the statement stays the same."""
    if connections[queryset.db].vendor == "sqlite":
        inside = RawSQL("SELECT value FROM json_each(%s)", [json.dumps(sorted(wanted))])
    else:
        inside = RawSQL("SELECT unnest(%s::bigint[])", [sorted(wanted)])
    return (
        queryset.filter(cell__in=inside)
        .order_by()
        .values_list("pk", "latitude", "longitude")
        .iterator(chunk_size=10_000)
    )


def measured(rows: Any, latitude: float, longitude: float, km: float) -> list[tuple[float, int]]:
    """Exact distances of those within `km`; a cheap box spares most of the far ones the trigonometry."""
    tall = km / KM_PER_DEGREE * 1.01
    wide = tall / max(0.01, cos(radians(min(89.0, abs(latitude) + tall))))
    between = cells.km_between
    found = []
    for pk, their_latitude, their_longitude in rows:
        if abs(their_latitude - latitude) <= tall and abs((their_longitude - longitude + 540) % 360 - 180) <= wide:
            distance = between(latitude, longitude, their_latitude, their_longitude)
            if distance <= km:
                found.append((distance, pk))
    return found
