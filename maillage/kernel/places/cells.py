"""Cells of the H3 grid, and distances. A cell is a 64-bit integer: stored, compared and indexed as one.

Resolution 8 (about 0.7 km²) is what others may see of where somebody is, and what finding looks through.
"""

from functools import lru_cache
from math import asin, ceil, cos, radians, sin, sqrt

import h3.api.basic_int as h3

RESOLUTION = 8
EARTH_KM = 6371.0088  # mean radius
# In mean sides of a cell, anywhere on earth: a thing of a cell is never farther from its middle (a thing belongs to the
# large cell that holds its small one, be it a little outside; 1.14 was the most seen).
WIDEST = 1.2
RESOLUTION_BIT, UNUSED_BITS = 52, 3 * (15 - RESOLUTION)  # where a cell's number holds its resolution; its unused end


def cell_of(latitude: float, longitude: float) -> int:
    """The cell that holds a point, in degrees."""
    return int(h3.latlng_to_cell(latitude, longitude, RESOLUTION))


def spans_around(latitude: float, longitude: float, km: float) -> tuple[list[int], int]:
    """Where the cells begin that hold every point within `km` of a point, and the length of each span.

    The larger the circle, the larger the cells it is covered with: some twenty, each one span of the cells within it.
    """
    levels = next((levels for levels in range(5) if km <= 2.7 * edge_km(RESOLUTION - levels)), 5)
    sides = km / edge_km(RESOLUTION - levels) + WIDEST
    rings = ceil((sides + 0.6) / 1.05) - 1  # the middles of ring n are more than 1.05 n − 0.6 sides away
    x, y, z = on_the_globe(latitude, longitude)
    least = cos(sides * edge_km(RESOLUTION - levels) / EARTH_KM)
    near = around(h3.latlng_to_cell(latitude, longitude, RESOLUTION - levels), rings)
    return [start for start, east, north, up in near if x * east + y * north + z * up >= least], length_of(levels)


@lru_cache(maxsize=4096)
def around(cell: int, rings: int) -> list[tuple[int, float, float, float]]:
    """Where the cells begin that are at most `rings` steps away, and their middles."""
    levels = RESOLUTION - h3.get_resolution(cell)
    return [
        ((one + (levels << RESOLUTION_BIT)) & ~length_of(levels), *on_the_globe(*h3.cell_to_latlng(one)))
        for one in h3.grid_disk(cell, rings)
    ]


def on_the_globe(latitude: float, longitude: float) -> tuple[float, float, float]:
    """A point as a vector of length one: the product of two of them is the cosine of the angle between."""
    north, east = radians(latitude), radians(longitude)
    return cos(north) * cos(east), cos(north) * sin(east), sin(north)


def length_of(levels: int) -> int:
    """How far apart are the first and the last number of the cells in one of so many levels above."""
    return ((1 << 3 * levels) - 1) << UNUSED_BITS


@lru_cache
def edge_km(resolution: int) -> float:
    """The mean side of a cell."""
    return float(h3.average_hexagon_edge_length(resolution, "km"))


def km_between(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Great-circle distance, in kilometres; right on both sides of the 180th meridian."""
    here, there = radians(latitude), radians(other_latitude)
    across = radians(other_longitude - longitude)
    half = sin((there - here) / 2) ** 2 + cos(here) * cos(there) * sin(across / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))
