"""What hour it is in each commune of France."""

from datetime import UTC, datetime, timedelta

import pytest

from maillage.kernel.places import zones
from maillage.kernel.places.models import Commune

WINTER, SUMMER = datetime(2026, 1, 15, 12, tzinfo=UTC), datetime(2026, 7, 15, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("insee", "winter", "summer"),
    [
        ("35238", 1, 2), ("2A004", 1, 2), ("97105", -4, -4), ("97209", -4, -4), ("97302", -3, -3), ("97411", 4, 4),
        ("97502", -3, -2), ("97611", 3, 3), ("97701", -4, -4), ("97801", -4, -4), ("98611", 12, 12), ("98735", -10, -10),
        ("98731", -9.5, -9.5), ("98719", -9, -9), ("98818", 11, 11), (None, 1, 2), ("", 1, 2),
    ],
)  # fmt: skip
def test_clocks_show_the_hour_of_the_territory(insee: str | None, winter: float, summer: float) -> None:
    for moment, hours in ((WINTER, winter), (SUMMER, summer)):
        assert moment.astimezone(zones.zone_of(insee)).utcoffset() == timedelta(hours=hours)


def test_every_zone_has_words() -> None:
    names = {"Europe/Paris", *zones.OVERSEAS.values(), *zones.OTHER_ISLANDS.values()}
    assert set(zones.IN_WORDS) == names
    assert zones.in_words(WINTER.astimezone(Commune(insee="97411").zone)) == "heure de La Réunion"


def test_an_instant_of_the_database_is_of_no_place() -> None:
    assert not zones.is_of_a_place(WINTER) and not zones.in_words(WINTER)
    assert zones.is_of_a_place(WINTER.astimezone(zones.PARIS))
