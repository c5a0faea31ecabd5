"""Cells of the H3 grid, and distances. A cell is a 64-bit integer, so it is stored, compared and indexed as one.

Resolutions used: 10 (about 130 m across) finds, 8 (about 0.7 km²) is what others may see of where somebody is.
The children of a cell are one range of integers: `children` gives it, so one column serves every resolution.
"""

from math import asin, cos, radians, sin, sqrt

import h3.api.basic_int as h3

FINE, SHOWN = 10, 8
EARTH_KM = 6371.0088  # mean radius
_DIGITS = 15  # an H3 integer always has 15 digits of three bits, 7 where the resolution stops
_RESOLUTION_BIT = 52


def cell_of(latitude: float, longitude: float, resolution: int = SHOWN) -> int:
    """The cell that holds a point, in degrees."""
    return h3.latlng_to_cell(latitude, longitude, resolution)


def centre_of(cell: int) -> tuple[float, float]:
    """Latitude and longitude of the middle of a cell, in degrees."""
    return h3.cell_to_latlng(cell)


def children(cell: int, resolution: int = FINE) -> tuple[int, int]:
    """First and last integer of the cells of `resolution` inside `cell`, both included.

    Two resolutions differ by their number in the index and by the digits that follow: 000… for the first child,
    and 111… stands above the last, whose digits stop at 6.
    """
    own = h3.get_resolution(cell)
    first = cell + ((resolution - own) << _RESOLUTION_BIT)
    low = 3 * (_DIGITS - resolution)
    span = 3 * (resolution - own)
    mask = ((1 << span) - 1) << low
    return first & ~mask, first | mask


def km_between(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Great-circle distance, in kilometres; right on both sides of the 180th meridian."""
    here, there = radians(latitude), radians(other_latitude)
    across = radians(other_longitude - longitude)
    half = sin((there - here) / 2) ** 2 + cos(here) * cos(there) * sin(across / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))
