"""Cells of the H3 grid, and distances. A cell is a 64-bit integer: stored, compared and indexed as one.

Resolution 8 (about 0.7 km²) is what others may see of where somebody is, and what finding looks through.
"""

from functools import lru_cache
from math import asin, cos, radians, sin, sqrt

import h3.api.basic_int as h3

RESOLUTION = 8
EARTH_KM = 6371.0088  # mean radius


def cell_of(latitude: float, longitude: float) -> int:
    """The cell that holds a point, in degrees."""
    return int(h3.latlng_to_cell(latitude, longitude, RESOLUTION))


def centre_of(cell: int) -> tuple[float, float]:
    """Latitude and longitude of the middle of a cell, in degrees."""
    latitude, longitude = h3.cell_to_latlng(cell)
    return latitude, longitude


@lru_cache(maxsize=512)
def disk(cell: int, rings: int) -> frozenset[int]:
    """The cells at most `rings` steps away."""
    return frozenset(h3.grid_disk(cell, rings))


@lru_cache(maxsize=2048)
def covered_km(cell: int, rings: int) -> float:
    """A distance from the middle of `cell` within which every point lies in one of the cells of `disk(cell, rings)`.

    What lies outside is in a cell of the next ring or farther, hence no nearer than that cell's centre less its radius.
    """
    latitude, longitude = centre_of(cell)
    outside = disk(cell, rings + 1) - disk(cell, rings)
    return min(km_between(latitude, longitude, *centre_of(other)) - radius_km(other) for other in outside)


def radius_km(cell: int) -> float:
    """From the middle of a cell to its farthest corner."""
    middle = centre_of(cell)
    return max(km_between(*middle, *corner) for corner in h3.cell_to_boundary(cell))


def km_between(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Great-circle distance, in kilometres; right on both sides of the 180th meridian."""
    here, there = radians(latitude), radians(other_latitude)
    across = radians(other_longitude - longitude)
    half = sin((there - here) / 2) ** 2 + cos(here) * cos(there) * sin(across / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))
