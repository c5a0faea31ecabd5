"""A map drawn on the server: rings of distance, towns around, numbered missions. Useful without tiles nor JavaScript."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from math import cos, hypot, radians

from maillage.engage.volunteering.queries import Found
from maillage.kernel.places import near
from maillage.kernel.places.models import Commune

SIZE, MIDDLE, EDGE = 340, 170, 14  # as wide as the column beside the list: its words keep their size
PIN = 24  # the height of a pin; nearer than that, two places share one
KM_PER_DEGREE = 111.32


@dataclass
class Pin:
    """Missions of one place: those of the list from `first` to `last`."""

    x: float
    y: float
    first: int
    last: int

    @property
    def label(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}–{self.last}"

    @property
    def width(self) -> int:
        return PIN if len(self.label) < 3 else 12 + 8 * len(self.label)

    @property
    def left(self) -> float:
        return round(self.x - self.width / 2, 1)

    @property
    def top(self) -> float:
        return round(self.y - PIN / 2, 1)


@dataclass(frozen=True)
class Town:
    x: float
    y: float
    name: str
    words_y: float  # below the pin when there is one, above the dot otherwise
    has_pin: bool


@dataclass(frozen=True)
class Ring:
    radius: float
    label: str
    words_x: float
    words_y: float


@dataclass(frozen=True)
class Map:
    """Everything in units of the drawing."""

    here: Commune
    pins: list[Pin]
    towns: list[Town]
    rings: list[Ring]
    size: int = SIZE
    middle: int = MIDDLE
    pin: int = PIN


def draw(here: Commune, found: list[Found], km: float) -> Map:
    """The list comes nearest first, so the missions of one place follow one another: « 3–5 »."""
    scale = (MIDDLE - EDGE) / km

    def at(latitude: float, longitude: float) -> tuple[float, float]:
        east = (longitude - here.longitude) * KM_PER_DEGREE * cos(radians(here.latitude))
        north = (latitude - here.latitude) * KM_PER_DEGREE
        return round(MIDDLE + east * scale, 1), round(MIDDLE - north * scale, 1)

    placed = [
        (number, at(one.mission.latitude, one.mission.longitude))
        for number, one in enumerate(found, start=1)
        if one.mission.latitude is not None and one.mission.longitude is not None
    ]
    pins: list[Pin] = []
    for point, group in groupby(placed, key=lambda one: one[1]):
        numbers = [number for number, _point in group]
        last = pins[-1] if pins else None
        if last and hypot(last.x - point[0], last.y - point[1]) < PIN and last.last == numbers[0] - 1:
            last.last = numbers[-1]
        else:
            pins.append(Pin(point[0], point[1], numbers[0], numbers[-1]))
    towns: list[Town] = []
    for name, latitude, longitude in largest_around(here.pk, here.latitude, here.longitude, km):
        x, y = at(latitude, longitude)
        has_pin = any(hypot(pin.x - x, pin.y - y) < PIN for pin in pins)
        if (
            not any(abs(town.x - x) < 70 and abs(town.y - y) < 26 for town in towns)
            and hypot(x - MIDDLE, y - MIDDLE) > 40
        ):
            towns.append(Town(x, y, name, y + (PIN / 2 + 13 if has_pin else -8), has_pin))
    return Map(here, pins, towns[:7], [ring(km * part, km * part * scale) for part in (0.5, 1)])


def ring(km: float, radius: float) -> Ring:
    """Its words stand on the circle, on the lower right, where « 10 km » seldom meets a town's name."""
    return Ring(
        round(radius, 1),
        f"{km:g} km".replace(".", ","),
        round(MIDDLE + radius * 0.68, 1),
        round(MIDDLE + radius * 0.73, 1),
    )


@lru_cache(maxsize=1024)
def largest_around(insee: str, latitude: float, longitude: float, km: float) -> list[tuple[str, float, float]]:
    """The most peopled towns of the drawing: they seldom change, so a process asks once."""
    towns = Commune.objects.filter(part_of="", population__gte=2000).exclude(pk=insee)
    to_the_corner = [key for _km, key in near.Candidates(towns).within(km * 2**0.5, latitude, longitude)]
    tall = km / KM_PER_DEGREE
    wide = tall / max(0.01, cos(radians(latitude)))
    rows = Commune.objects.filter(pk__in=to_the_corner).order_by("-population", "pk")
    return [
        (name, north, east)
        for name, north, east in rows.values_list("name", "latitude", "longitude")
        if abs(north - latitude) <= tall and abs(east - longitude) <= wide
    ][:14]
