"""What is near: circles that widen as fast as the country is empty, each read as a few spans of cells.

A cell's number begins with that of the larger cell around it, so a large cell is one span of a B-tree. The model wants an
index that begins with what every question fixes, then `cell`, then what filters and what measures (`latitude`,
`longitude`), so that candidates are read from the index alone.
"""

import json
from math import cos, radians, sqrt
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Model, QuerySet

from maillage.kernel.places import cells

Row = TypeVar("Row", bound=Model)  # with a `cell`, a `latitude` and a `longitude`: see `Placed`
FIRST_KM = 1.0  # in a large town this already holds a page of missions
KM_PER_DEGREE = 111.32
FARTHEST_KM = 100.0


def nearest(
    queryset: "QuerySet[Row]", *, latitude: float, longitude: float, km: float, at_most: int
) -> list[tuple[Row, float]]:
    """The rows of `queryset` within `km` of a point (degrees), nearest first, each with its distance in kilometres."""
    found = Candidates(queryset).nearest(latitude, longitude, km=km, at_most=at_most)
    rows = queryset.in_bulk([key for _km, key in found])
    return [(rows[key], distance) for distance, key in found if key in rows]


class Candidates:
    """The rows of a queryset as keys and points. The queryset is made into SQL once, and asked around any point."""

    def __init__(self, queryset: "QuerySet[Any]") -> None:
        self.database = queryset.db
        connection = connections[queryset.db]
        fields = [queryset.model._meta.pk, *map(queryset.model._meta.get_field, ("latitude", "longitude", "cell"))]
        key, latitude, longitude, cell = (f"candidate.{connection.ops.quote_name(field.column)}" for field in fields)
        self.is_sqlite = connection.vendor == "sqlite"
        spans = "json_each(%s) AS span" if self.is_sqlite else "unnest(%s::bigint[]) AS span(value)"
        self.given: tuple[Any, ...]
        try:
            rows, self.given = queryset.order_by().values_list(*(one.name for one in fields)).query.sql_with_params()
        except EmptyResultSet:
            self.sql, self.given = "", ()
            return
        self.sql = (
            f"SELECT {key}, {latitude}, {longitude} FROM {spans} CROSS JOIN ({rows}) AS candidate "
            f"WHERE {cell} BETWEEN span.value AND span.value + %s"
        )

    def nearest(self, latitude: float, longitude: float, *, km: float, at_most: int) -> list[tuple[float, Any]]:
        """Distance and key of those within `km` of a point, the nearest first. None is missed; equal distances come in the
        order of their keys. At most 100 km."""
        km = min(km, FARTHEST_KM)
        reach = min(FIRST_KM, km)
        found = self.within(reach, latitude, longitude)
        while len(found) < at_most and reach < km:
            # As far as would hold half as many again as are wanted, were it as full there as here: 2.6 to 10 times.
            fuller = 1.5 * at_most / max(len(found), 0.015 * at_most)
            reach = min(km, reach * sqrt(max(7, fuller)))
            found = self.within(reach, latitude, longitude)
        return sorted(found)[:at_most]

    def within(self, km: float, latitude: float, longitude: float) -> list[tuple[float, Any]]:
        """Distance and key of all those within `km` of a point, in no order."""
        if not self.sql:
            return []
        starts, length = cells.spans_around(latitude, longitude, km)
        with connections[self.database].cursor() as cursor:
            cursor.execute(self.sql, [json.dumps(starts) if self.is_sqlite else starts, *self.given, length])
            rows = cursor.fetchall()
        # A cheap box spares the far ones the trigonometry; many stand at the middle of the same cell: measured once.
        tall = km / KM_PER_DEGREE * 1.01
        wide = tall / max(0.01, cos(radians(min(89.0, abs(latitude) + tall))))
        between, far = cells.km_between, km + 1
        away: dict[tuple[float, float], float] = {}
        found = []
        for key, north, east in rows:
            distance = away.get((north, east))
            if distance is None:
                is_close = abs(north - latitude) <= tall and abs((east - longitude + 540) % 360 - 180) <= wide
                distance = away[north, east] = between(latitude, longitude, north, east) if is_close else far
            if distance <= km:
                found.append((distance, key))
        return found
