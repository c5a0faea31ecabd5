"""Until when one can still sign up: every page and every verb gives the same answer."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from maillage.engage.volunteering import actions, queries
from maillage.engage.volunteering.actions.sign_ups import why_not
from maillage.engage.volunteering.models import Mission, MissionStatus, Shift
from maillage.engage.volunteering.tests import factories
from maillage.engage.volunteering.tests.at_the_desk import leader, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    """Pages look at the real clock."""
    return timezone.now()


def from_today(mission: Mission, now: datetime, **said: object) -> Shift:
    """To be done at any hour, from this morning until next week."""
    usual: dict = {"starts_at": now - timedelta(hours=9), "ends_at": now + timedelta(days=7), "is_flexible": True}
    return factories.shift(mission, now=now, **(usual | said))


def test_the_queryset_and_the_row_agree_on_the_last_call(now: datetime) -> None:
    mission = factories.mission(now=now)
    for hours in (-30, -1, 0, 1, 30):
        for length in (1, 40):
            for is_flexible in (False, True):
                factories.shift(
                    mission, starts_at=now + timedelta(hours=hours), minutes=60 * length, is_flexible=is_flexible,
                    now=now - timedelta(days=3),
                )  # fmt: skip
    for at in (now - timedelta(hours=1), now, now + timedelta(hours=3)):
        open_now = set(Shift.objects.open_to_sign_ups(at))
        assert open_now == {one for one in Shift.objects.all() if one.last_call > at}
        assert open_now == {one for one in Shift.objects.all() if why_not(one, at) is None}
        assert open_now == {one for one in Shift.objects.all() if one.get_missing(at)}


def test_what_is_done_from_today_on_is_published(now: datetime) -> None:
    mission = factories.draft(now=now)
    from_today(mission, now)
    page = leader(mission.organisation).get(f"/gerer/{mission.organisation.slug}/missions/{mission.pk}/")
    assert "Publier" in words_of(page)
    published = actions.publish(mission=mission, by=factories.leader_of(mission.organisation), now=now)
    assert published.status == MissionStatus.PUBLISHED
    assert [one.mission for one in queries.find(queries.Search(), now=now)] == [mission]


def test_what_began_is_not_offered_for_publishing(now: datetime) -> None:
    mission = factories.draft(now=now)
    factories.shift(mission, starts_at=now - timedelta(hours=1), minutes=120, now=now - timedelta(days=1))
    desk = f"/gerer/{mission.organisation.slug}/missions/{mission.pk}/"
    assert "Dire quand" in words_of(leader(mission.organisation).get(desk))
    with pytest.raises(actions.missions.MissionHasNoShift):
        actions.publish(mission=mission, by=factories.leader_of(mission.organisation), now=now)


def test_a_full_shift_offers_what_is_done_at_one_s_own_hour_and_is_under_way(now: datetime) -> None:
    mission = factories.mission(now=now)
    full = factories.shift(mission, starts_at=now + timedelta(days=2), capacity=1, now=now)
    factories.sign_up(full, now=now)
    flexible = from_today(mission, now)
    page = Client(SERVER_NAME="localhost").get(f"/missions/creneaux/{full.pk}/inscription/")
    assert flexible in page.context["others"] and full not in page.context["others"]


# ── Who is missing ────────────────────────────────────────────────────────────────────────────
def only_from_today(now: datetime, **said: object) -> Shift:
    """A public mission whose one shift is under way, at everybody's own hour."""
    mission = factories.draft(now=now)
    shift = from_today(mission, now, **said)
    actions.publish(mission=mission, by=factories.leader_of(mission.organisation), now=now)
    return shift


def test_people_are_missing_from_what_is_under_way_at_one_s_own_hour(now: datetime) -> None:
    shift = only_from_today(now)
    of = shift.mission.organisation
    assert queries.gaps(of, now) == [shift]
    page = words_of(leader(of).get(f"/gerer/{of.slug}/manques/"))
    assert "Il nous manque 3 personnes d’ici" in page and "à l’heure de leur choix" in page and "0 h –" not in page
    week = words_of(leader(of).get(f"/gerer/{of.slug}/semaine/"))
    assert "Il manque 3 personnes cette semaine" in week and "Il ne manque personne" not in week


def test_the_soonest_last_call_comes_first(now: datetime) -> None:
    shift = only_from_today(now)
    dated = factories.shift(shift.mission, starts_at=now + timedelta(days=2), now=now)
    later = factories.shift(shift.mission, starts_at=now + timedelta(days=20), now=now)
    full = from_today(shift.mission, now, capacity=1)
    factories.sign_up(full, now=now)
    assert queries.gaps(shift.mission.organisation, now) == [dated, shift] and later.get_missing(now)
    both = leader(shift.mission.organisation).get(f"/gerer/{shift.mission.organisation.slug}/manques/").context["all"]
    assert both.index("– d’ici ") > 0


def test_the_desk_says_it_when_the_end_comes_near(now: datetime) -> None:
    far, near = only_from_today(now), only_from_today(now, ends_at=now + timedelta(days=2))
    for shift, said in ((far, False), (near, True)):
        page = words_of(leader(shift.mission.organisation).get(f"/gerer/{shift.mission.organisation.slug}/"))
        assert ("Il manque 3 personnes" in page) is said and "il y a" not in page
