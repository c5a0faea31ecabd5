"""Missions ended, given up or begun twice: who is told, what waits again, what stays unseen."""

from datetime import datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from maillage.engage.volunteering import actions
from maillage.engage.volunteering.models import Mission, Need, NeedStatus, Shift, SignUp
from maillage.engage.volunteering.tests import factories
from maillage.engage.volunteering.tests.at_the_desk import leader, words_of
from maillage.kernel.notifications.models import Message
from maillage.kernel.organisations.models import Activity, Organisation
from maillage.kernel.people.models import Person
from tests.pages import enter

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    """Pages look at the real clock."""
    return timezone.now()


@pytest.fixture
def here() -> Organisation:
    return factories.organisation("Les Voisins")


def desk(of: Organisation, rest: str = "") -> str:
    return f"/gerer/{of.slug}/missions/{rest}"


def last_told(made: SignUp) -> str:
    rows = Message.objects.across(reason="test").filter(about_model="volunteering.signup", about_id=made.pk)
    last = rows.order_by("-pk").first()
    assert last
    return last.kind


def under_way(mission: Mission, now: datetime) -> Shift:
    """Begun yesterday, to be done at any hour until next week."""
    return factories.shift(
        mission, starts_at=now - timedelta(days=1), ends_at=now + timedelta(days=7), is_flexible=True, now=now
    )


def test_cancelling_reaches_those_who_do_it_at_their_own_hour(now: datetime, here: Organisation) -> None:
    mission, bruno = factories.mission(here, now=now), leader(here)
    made = factories.sign_up(under_way(mission, now), now=now)
    assert "1 personne devait venir" in words_of(bruno.get(desk(here, f"{mission.pk}/annuler/")))
    bruno.post(desk(here, f"{mission.pk}/annuler/"), {"reason": "Le projet s’arrête."})
    assert last_told(made) == "volunteering.shift_cancelled"
    assert Shift.objects.get(pk=made.shift_id).is_cancelled


def test_ending_leaves_them_the_time_they_were_given(now: datetime, here: Organisation) -> None:
    mission, bruno = factories.mission(here, now=now), leader(here)
    made = factories.sign_up(under_way(mission, now), now=now)
    assert "devait encore venir" not in words_of(bruno.get(desk(here, f"{mission.pk}/terminer/")))
    bruno.post(desk(here, f"{mission.pk}/terminer/"))
    assert last_told(made) == "volunteering.signed_up" and not Shift.objects.get(pk=made.shift_id).is_cancelled


def test_people_are_counted_once_however_many_shifts_they_took(now: datetime, here: Organisation) -> None:
    mission, amina = factories.mission(here, now=now), factories.person()
    for days in (3, 5):
        factories.sign_up(factories.shift(mission, starts_at=now + timedelta(days=days), now=now), amina, now=now)
    assert "1 personne devait venir" in words_of(leader(here).get(desk(here, f"{mission.pk}/annuler/")))


def test_a_draft_given_up_gives_its_need_back_and_is_never_seen(now: datetime, here: Organisation) -> None:
    by = factories.leader_of(here)
    need = actions.say_need(
        organisation=here, title="Trier", domain=Activity.FOOD, commune=factories.commune(), now=now, by=by
    )
    mission = actions.mission_from_need(need=need, by=by, now=now)
    leader(here).post(desk(here, f"{mission.pk}/annuler/"), {"reason": ""})
    assert Need.objects.of(here).get().status == NeedStatus.OPEN
    assert Client(SERVER_NAME="localhost").get(f"/missions/{mission.pk}/").status_code == 404
    assert not Mission.objects.public().exists()


def test_a_need_whose_mission_ended_without_helping_is_answered_by_another(now: datetime, here: Organisation) -> None:
    by = factories.leader_of(here)
    need = actions.say_need(
        organisation=here, title="Trier", domain=Activity.FOOD, commune=factories.commune(), now=now, by=by
    )
    first = actions.mission_from_need(need=need, by=by, now=now)
    actions.close_mission(mission=first, by=by, now=now)
    actions.tell_outcome(mission=first, side="asker", answer="no", by=by, now=now)
    second = actions.mission_from_need(need=need, by=by, now=now)
    assert second != first and actions.mission_from_need(need=need, by=by, now=now) == second


def test_no_shift_is_added_to_what_is_over(now: datetime, here: Organisation) -> None:
    mission, bruno = factories.mission(here, now=now), leader(here)
    actions.close_mission(mission=mission, by=factories.leader_of(here), now=now)
    for send in (bruno.get, bruno.post):
        page = send(desk(here, f"{mission.pk}/creneaux/"), follow=True)
        assert page.redirect_chain[-1][0] == desk(here, f"{mission.pk}/")
        assert "Vous pouvez en ouvrir une nouvelle" in words_of(page)


def test_a_year_of_shifts_is_folded(now: datetime, here: Organisation) -> None:
    mission = factories.mission(here, now=now)
    for week in range(2, 21):
        factories.shift(mission, starts_at=now + timedelta(days=7 * week), now=now)
    assert "12 autres créneaux" in words_of(leader(here).get(desk(here, f"{mission.pk}/")))


@pytest.mark.parametrize("page", ["missions/", "manques/", "besoins/", "semaine/"])
def test_a_list_asks_as_many_questions_for_many_as_for_few(page: str, now: datetime, here: Organisation) -> None:
    bruno, counts, by = leader(here), [], factories.leader_of(here)
    for days in (1, 2):
        for n in range(3):
            mission = factories.mission(here, now=now)
            shift = factories.shift(mission, starts_at=now + timedelta(minutes=10 * days + n), now=now)
            factories.sign_up(shift, now=now)
            actions.say_need(
                organisation=here, title="Trier", domain=Activity.FOOD, commune=factories.commune(), now=now, by=by
            )
        bruno.get(f"/gerer/{here.slug}/{page}")
        with CaptureQueriesContext(connection) as asked:
            bruno.get(f"/gerer/{here.slug}/{page}")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_technical_team_reads_no_draft_in_its_lists(amina: Person, les_jardins: Organisation) -> None:
    amina.is_staff = True
    amina.save()
    Authenticator.objects.create(user=amina, type=Authenticator.Type.TOTP, data={"secret": "x"})
    team = enter(amina)
    draft, public = factories.draft(les_jardins, title="Encore un secret"), factories.mission(les_jardins)
    factories.shift(draft)
    for kind, hidden, shown in (("mission", draft, public), ("shift", draft.shifts.get(), public.shifts.get())):
        page = team.get(f"/technique/volunteering/{kind}/").content.decode()
        assert "Encore un secret" not in page and "Récolter les légumes" in page
        assert team.get(f"/technique/volunteering/{kind}/{shown.pk}/change/").status_code == 200
        assert team.get(f"/technique/volunteering/{kind}/{hidden.pk}/change/").status_code == 302
