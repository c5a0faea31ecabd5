"""Finding asks the index alone, whatever is filtered, and answers as measuring every mission would."""

from datetime import timedelta
from itertools import product

import pytest
from django.db import connection
from django.utils import timezone

from maillage.engage.volunteering import queries
from maillage.engage.volunteering.models import Mission
from maillage.engage.volunteering.tests import factories
from maillage.kernel.organisations.models import Activity
from maillage.kernel.places import cells, near

pytestmark = pytest.mark.django_db
HERE = (48.1173, -1.6778)
FILTERS = {
    "none": {}, "domain": {"domain": "food"}, "room": {"with_room": True}, "evenings": {"evenings": True},
    "any time": {"days": True, "evenings": True, "weekends": True}, "wheelchair": {"wheelchair": True},
    "minors": {"age": 16}, "all": {"domain": "food", "with_room": True, "days": True, "wheelchair": True, "age": 17},
}  # fmt: skip


def scattered(count: int) -> None:
    """Missions of every kind, in the cells around."""
    of = factories.organisation()
    place = factories.commune()
    chances = list(product([Activity.FOOD, Activity.SPORT], [True, False], [True, False], [16, 18]))
    Mission.objects.bulk_create(
        Mission(
            organisation=of, commune=place, title=f"Mission {n}", domain=kind, has_room=flag, on_days=flag,
            on_evenings=not flag, is_wheelchair_accessible=other, min_age=age, status="published",
            made_at=factories.NOW, open_until=factories.NOW + timedelta(days=n % 9 - 2),
            latitude=HERE[0] + (n % 17 - 8) / 90, longitude=HERE[1] + (n % 13 - 6) / 60,
            cell=cells.cell_of(HERE[0] + (n % 17 - 8) / 90, HERE[1] + (n % 13 - 6) / 60),
        )
        for n, (kind, flag, other, age) in enumerate((chances * (count // len(chances) + 1))[:count])
    )  # fmt: skip


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("at_most", [5, 20])
def test_the_nearest_are_those_that_measuring_every_mission_gives(name: str, at_most: int) -> None:
    scattered(400)
    search = queries.Search(*HERE, km=9, **FILTERS[name])
    found = queries.nearest(search, now=factories.NOW, at_most=at_most)
    every = sorted(
        (cells.km_between(*HERE, mission.latitude, mission.longitude), mission.pk)
        for mission in queries.matching(search, factories.NOW)
    )
    assert [(km, mission.pk) for mission, km in found] == [one for one in every if one[0] <= 9][:at_most]
    assert len(found) >= 4


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL chooses by its statistics")
@pytest.mark.parametrize("name", FILTERS)
def test_candidates_are_read_from_the_index_alone(name: str) -> None:
    candidates = near.Candidates(queries.matching(queries.Search(*HERE, **FILTERS[name]), timezone.now()))
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {candidates.sql}", ["[]", *candidates.given, 0])
        plan = " ".join(row[3] for row in cursor.fetchall())
    index = "mission_near_by_domain (status=? AND domain=?" if "domain" in FILTERS[name] else "mission_near (status=?"
    assert f"COVERING INDEX {index} AND cell>? AND cell<?)" in plan
