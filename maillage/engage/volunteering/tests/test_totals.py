"""What totals count: hours that stand, and nobody whose hours were taken back."""

from datetime import timedelta

import pytest

from maillage.engage.volunteering import actions, queries
from maillage.engage.volunteering.models import Hours, ReversalReason
from maillage.engage.volunteering.tests import factories
from maillage.engage.volunteering.tests.factories import NOW

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=40)


def taken_back(hours: Hours) -> Hours:
    return actions.reverse_hours(hours=hours, reason=ReversalReason.NOT_THERE, by=hours.by, now=LATER)


def test_whose_hours_were_taken_back_is_counted_in_no_mission() -> None:
    mission = factories.mission()
    stays, goes = (factories.counted(factories.sign_up(factories.first_shift(mission))) for _ in range(2))
    taken_back(goes)
    (row,) = queries.minutes_by_mission(mission.organisation, 2026)
    assert (row["mission"], row["minutes"], row["people"]) == (mission.pk, 120, 1)
    taken_back(stays)
    assert queries.minutes_by_mission(mission.organisation, 2026) == []


def test_a_time_that_was_taken_back_is_no_time_that_somebody_came() -> None:
    mission, amina = factories.mission(), factories.person()
    shifts = [factories.first_shift(mission), factories.shift(mission, starts_at=NOW + timedelta(days=9))]
    first, second = (factories.counted(factories.sign_up(shift, amina)) for shift in shifts)
    taken_back(second)
    (row,) = queries.minutes_by_contact(mission.organisation, 2026)
    assert (row["minutes"], row["times"], row["last_on"]) == (120, 1, first.on)
    actions.confirm_hours(sign_up=second.sign_up, minutes=60, by=second.by, now=LATER)
    (row,) = queries.minutes_by_contact(mission.organisation, 2026)
    assert (row["minutes"], row["times"], row["last_on"]) == (180, 2, second.on)


def test_the_totals_of_people_missions_months_and_years_are_the_same() -> None:
    mission = factories.mission()
    counted = [factories.counted(factories.sign_up(factories.first_shift(mission)), minutes=m) for m in (60, 90, 45)]
    taken_back(counted[1])
    of = mission.organisation
    assert (
        sum(row["minutes"] for row in queries.minutes_by_contact(of, 2026))
        == sum(row["minutes"] for row in queries.minutes_by_mission(of, 2026))
        == sum(queries.minutes_by_month(of, 2026))
        == queries.minutes_by_year(of)[2026]
        == 105
    )
