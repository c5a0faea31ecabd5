"""Filters keep what can still be joined, and the list shows the shift that was asked for."""

from datetime import UTC, datetime, timedelta

import pytest

from maillage.engage.volunteering import actions, queries, tasks
from maillage.engage.volunteering.models import Mission, Shift
from maillage.engage.volunteering.tests import factories
from maillage.kernel.tasks.models import Heartbeat

pytestmark = pytest.mark.django_db
TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SATURDAY = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
THURSDAY_EVENING = datetime(2026, 12, 3, 18, 30, tzinfo=UTC)
NEXT_TUESDAY = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


def with_shifts(*starts: datetime, capacity: int = 1) -> tuple[Mission, list[Shift]]:
    """Published the Tuesday, with these shifts and no other."""
    mission = factories.draft(now=TUESDAY)
    shifts = [factories.shift(mission, starts_at=at, capacity=capacity, now=TUESDAY) for at in starts]
    return actions.publish(mission=mission, by=factories.leader_of(mission.organisation), now=TUESDAY), shifts


def found(now: datetime, **asked: bool) -> list[tuple[Mission, Shift | None]]:
    return [(one.mission, one.next_shift) for one in queries.find(queries.Search(**asked), now=now)]


def test_a_week_end_gone_by_leaves_only_what_is_to_come() -> None:
    mission, (saturday, tuesday) = with_shifts(SATURDAY, NEXT_TUESDAY)
    factories.sign_up(tuesday, now=TUESDAY)
    assert found(TUESDAY, weekends=True, with_room=True) == [(mission, saturday)]
    sunday = SATURDAY + timedelta(days=1)
    assert actions.refresh_what_went_by(since=TUESDAY, now=sunday) == 1
    assert found(sunday, weekends=True, with_room=True) == found(sunday, with_room=True) == []
    assert found(sunday, weekends=True) == [] and found(sunday, days=True) == [(mission, tuesday)]


def test_room_at_the_week_end_is_room_at_the_week_end() -> None:
    mission, (saturday, tuesday) = with_shifts(SATURDAY, NEXT_TUESDAY)
    made = factories.sign_up(saturday, now=TUESDAY)
    assert found(TUESDAY, weekends=True, with_room=True) == []
    assert found(TUESDAY, days=True, with_room=True) == [(mission, tuesday)]
    factories.sign_up(tuesday, now=TUESDAY)
    assert found(TUESDAY, weekends=True) == [(mission, saturday)]  # full everywhere, it still says when it takes place
    actions.cancel_sign_up(sign_up=made, by=None, now=TUESDAY)
    assert found(TUESDAY, weekends=True, with_room=True) == [(mission, saturday)]


def test_the_next_shift_shown_is_one_that_was_asked_for() -> None:
    mission, (tuesday, evening, saturday) = with_shifts(NEXT_TUESDAY, THURSDAY_EVENING, SATURDAY + timedelta(days=7))
    assert found(TUESDAY) == found(TUESDAY, days=True) == [(mission, tuesday)]
    assert found(TUESDAY, evenings=True) == found(TUESDAY, evenings=True, weekends=True) == [(mission, evening)]
    assert found(TUESDAY, weekends=True) == [(mission, saturday)]
    factories.sign_up(evening, now=TUESDAY)
    assert found(TUESDAY, evenings=True, weekends=True) == [(mission, saturday)]


def test_time_that_passes_is_noticed_without_anybody_doing_anything() -> None:
    mission, _shifts = with_shifts(SATURDAY, NEXT_TUESDAY)
    untouched, _shifts = with_shifts(NEXT_TUESDAY)
    before = TUESDAY + timedelta(days=3)
    Heartbeat.objects.create(name="volunteering.refresh", every_minutes=5, began_at=before, ended_at=before)
    Mission.objects.filter(pk=untouched.pk).update(on_weekends=True)  # a mark: nobody looks at it
    tasks.refresh(SATURDAY + timedelta(minutes=3))
    assert not Mission.objects.get(pk=mission.pk).on_weekends and Mission.objects.get(pk=untouched.pk).on_weekends


def test_a_first_run_looks_at_all_that_went_by() -> None:
    mission, _shifts = with_shifts(SATURDAY, SATURDAY + timedelta(days=30, hours=1))
    tasks.refresh(SATURDAY + timedelta(days=20))
    assert not Mission.objects.get(pk=mission.pk).on_weekends


def test_what_is_done_at_one_s_own_hour_suits_whenever_one_is_free() -> None:
    mission = factories.draft(now=TUESDAY)
    flexible = factories.shift(
        mission, starts_at=TUESDAY - timedelta(days=1), ends_at=SATURDAY, is_flexible=True, now=TUESDAY
    )
    actions.publish(mission=mission, by=factories.leader_of(mission.organisation), now=TUESDAY)
    for kind in ("days", "evenings", "weekends"):
        assert found(TUESDAY, with_room=True, **{kind: True}) == [(mission, flexible)]
