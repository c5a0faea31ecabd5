"""A map drawn on the server: rings of distance, towns around, numbered missions. Useful without tiles nor JavaScript."""

from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians

from maillage.engage.volunteering.queries import Found
from maillage.kernel.places.models import Commune

SIZE, MIDDLE = 480, 240
KM_PER_DEGREE = 111.32


@dataclass(frozen=True)
class Mark:
    x: float
    y: float
    label: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Map:
    """Everything in units of the drawing, 480 wide; `rings` are (radius, « 5 km »)."""

    here: Commune
    pins: list[Mark]
    towns: list[Mark]
    rings: list[tuple[float, str]]


def draw(here: Commune, found: list[Found], km: float) -> Map:
    """Missions near one another share a pin: « 1, 3, 4 »."""
    scale = (MIDDLE - 16) / km

    def at(latitude: float, longitude: float) -> tuple[float, float]:
        east = (longitude - here.longitude) * KM_PER_DEGREE * cos(radians(here.latitude))
        north = (latitude - here.latitude) * KM_PER_DEGREE
        return round(MIDDLE + east * scale, 1), round(MIDDLE - north * scale, 1)

    places: dict[tuple[float, float], list[int]] = {}
    for number, one in enumerate(found, start=1):
        if one.mission.latitude is not None and one.mission.longitude is not None:
            places.setdefault((one.mission.latitude, one.mission.longitude), []).append(number)
    pins = [Mark(*at(*point), ", ".join(map(str, numbers[:3])) + ("…" if len(numbers) > 3 else ""), *point) for point, numbers in places.items()]
    towns = [Mark(*at(latitude, longitude), name, latitude, longitude) for name, latitude, longitude in largest_around(here.pk, km)]
    return Map(
        here, pins, towns,
        [(round(km * part * scale, 1), f"{km * part:g} km".replace(".", ",")) for part in (0.5, 1)],
    )  # fmt: skip


@lru_cache(maxsize=1024)
def largest_around(insee: str, km: float) -> list[tuple[str, float, float]]:
    """The seven most peopled towns of the drawing: they seldom change, so a process asks once."""
    here = Commune.objects.only("latitude", "longitude").get(pk=insee)
    tall = km / KM_PER_DEGREE
    wide = tall / max(0.01, cos(radians(here.latitude)))
    return list(
        Commune.objects.filter(
            part_of="", population__gte=3000, latitude__range=(here.latitude - tall, here.latitude + tall),
            longitude__range=(here.longitude - wide, here.longitude + wide),
        )
        .exclude(pk=insee)
        .order_by("-population")
        .values_list("name", "latitude", "longitude")[:7]
    )
