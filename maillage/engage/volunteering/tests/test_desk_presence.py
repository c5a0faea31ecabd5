"""The presence page: one tap for one person, with htmx or without, and what was forgotten stays in sight."""

import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.timezone import localdate, localtime

from maillage.engage.volunteering import actions
from maillage.engage.volunteering.models import Presence, SignUp
from maillage.engage.volunteering.tests import factories
from maillage.engage.volunteering.tests.at_the_desk import enter, holding, leader, signed_up_before, words_of
from maillage.kernel.organisations.models import Organisation, RoleKind

pytestmark = pytest.mark.django_db
PHONE = "+33612345678"


@pytest.fixture
def now() -> datetime:
    """Pages look at the real clock."""
    return timezone.now()


def page_of(made: SignUp) -> str:
    slug = made.shift.mission.organisation.slug
    return f"/gerer/{slug}/presences/?jour={localdate(made.shift.starts_at).isoformat()}"


def tap_of(made: SignUp) -> str:
    return f"/gerer/{made.shift.mission.organisation.slug}/presences/{made.pk}/"


def presence_of(made: SignUp) -> str:
    return SignUp.objects.of(made.shift.mission.organisation).get(pk=made.pk).presence


# ── One tap ───────────────────────────────────────────────────────────────────────────────────
def test_one_tap_notes_who_came_and_comes_back_to_their_line(now: datetime) -> None:
    made = signed_up_before(now, factories.person("Amina B."))
    bruno = leader(made.shift.mission.organisation)
    assert "Amina B." in words_of(bruno.get(page_of(made)))
    response = bruno.post(tap_of(made), {"presence": "came"})
    assert response.status_code == 302 and response["Location"] == f"{page_of(made)}#inscription-{made.pk}"
    assert presence_of(made) == Presence.CAME


@pytest.mark.parametrize("presence", ["came", "absent", "excused"])
def test_htmx_gets_the_line_alone_with_the_counts_of_its_shift(now: datetime, presence: str) -> None:
    made = signed_up_before(now, factories.person("Amina B."))
    factories.sign_up(made.shift, factories.guest("Marc O."), now=now - timedelta(days=8))
    response = leader(made.shift.mission.organisation).post(
        tap_of(made), {"presence": presence}, headers={"HX-Request": "true"}
    )
    html = response.content.decode()
    assert response.status_code == 200 and html.count("<li") == 1 and "<html" not in html
    assert f'id="inscription-{made.pk}"' in html and "Amina B." in html and "Marc O." not in html
    pressed = re.findall(r'id="(\w+)-\d+"[^>]*aria-pressed="true"', html)
    assert pressed == [presence]
    assert f'id="compte-{made.shift_id}" hx-swap-oob="innerHTML"' in html and "1 personne à noter" in html.replace(
        "1 présence, 1 à noter", "1 personne à noter"
    )
    assert presence_of(made) == presence


def test_a_slip_is_erased(now: datetime) -> None:
    made = factories.came(signed_up_before(now))
    bruno = leader(made.shift.mission.organisation)
    assert f'id="clear-{made.pk}"' in bruno.get(page_of(made)).content.decode()
    bruno.post(tap_of(made), {"presence": ""})
    assert presence_of(made) == ""
    assert f'id="clear-{made.pk}"' not in bruno.get(page_of(made)).content.decode()


@pytest.mark.parametrize("said", [{}, {"presence": "peut-être"}, {"presence": "\x00" * 40}, {"presence": "came" * 500}])
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_tap_that_says_nothing_known_is_answered_by_a_sentence(now: datetime, said: dict, headers: dict) -> None:  # type: ignore[type-arg]
    made = signed_up_before(now)
    response = leader(made.shift.mission.organisation).post(tap_of(made), said, headers=headers, follow=True)
    assert "Dites si la personne est venue" in words_of(response)
    assert presence_of(made) == ""


def test_before_the_hour_the_page_shows_who_comes_and_offers_nothing_to_tap(now: datetime) -> None:
    made = factories.sign_up(who=factories.person("Amina B."), now=now)
    bruno = leader(made.shift.mission.organisation)
    page = bruno.get(page_of(made))
    assert "Amina B." in words_of(page) and "Qui viendra" in words_of(page)
    assert 'name="presence"' not in page.content.decode()
    said = words_of(bruno.post(tap_of(made), {"presence": "came"}, follow=True))
    assert "la présence se note à partir de son début" in said and presence_of(made) == ""


def test_who_gave_the_place_back_meanwhile_refreshes_the_page(now: datetime) -> None:
    made = signed_up_before(now)
    actions.cancel_sign_up(sign_up=made, by=None, now=now - timedelta(days=5))
    bruno = leader(made.shift.mission.organisation)
    response = bruno.post(tap_of(made), {"presence": "came"}, headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Refresh"]) == (204, "true")
    assert "n’a plus, de place" in words_of(bruno.get(page_of(made)))
    assert presence_of(made) == ""


def test_once_counted_the_line_says_how_much_and_offers_to_correct(now: datetime) -> None:
    made = signed_up_before(now)
    factories.counted(made)
    organisation = made.shift.mission.organisation
    page = leader(organisation).get(page_of(made))
    assert "2 h comptées" in words_of(page) and "Corriger" in words_of(page)
    assert f'id="came-{made.pk}"' not in page.content.decode()
    assert "Corriger" not in words_of(holding(RoleKind.DIGITAL_LEAD, organisation).get(page_of(made)))


# ── Everybody ─────────────────────────────────────────────────────────────────────────────────
def test_everybody_came_speaks_of_those_about_whom_nothing_was_said(now: datetime) -> None:
    first = signed_up_before(now, factories.person("Amina B."))
    others = [
        factories.sign_up(first.shift, factories.guest(name), now=now - timedelta(days=8))
        for name in ("Marc O.", "Lucie N.")
    ]
    organisation = first.shift.mission.organisation
    bruno = leader(organisation)
    assert "Tout le monde est venu" in words_of(bruno.get(page_of(first)))
    bruno.post(tap_of(first), {"presence": "absent"})
    assert "Tous les autres sont venus" in words_of(bruno.get(page_of(first)))
    address = f"/gerer/{organisation.slug}/presences/creneaux/{first.shift_id}/"
    response = bruno.post(address, follow=True)
    assert "tout le monde est venu" in words_of(response) and "Tout est noté : 2 présences" in words_of(response)
    assert [presence_of(made) for made in (first, *others)] == ["absent", "came", "came"]
    assert "plus personne à noter" in words_of(bruno.post(address, follow=True))


def test_everybody_came_is_refused_before_the_hour(now: datetime) -> None:
    made = factories.sign_up(now=now)
    organisation = made.shift.mission.organisation
    leader(organisation).post(f"/gerer/{organisation.slug}/presences/creneaux/{made.shift_id}/")
    assert presence_of(made) == ""


# ── Which day ─────────────────────────────────────────────────────────────────────────────────
def test_days_that_miss_a_tick_stay_in_sight_until_it_is_done(now: datetime) -> None:
    made = signed_up_before(now, days=3)
    bruno = leader(made.shift.mission.organisation)
    link = f"?jour={localdate(made.shift.starts_at).isoformat()}"
    today = bruno.get(f"/gerer/{made.shift.mission.organisation.slug}/presences/")
    assert "1 présence à noter" in words_of(today) and link in today.content.decode()
    factories.came(made)
    assert "à noter" not in words_of(bruno.get(f"/gerer/{made.shift.mission.organisation.slug}/presences/"))


def test_hours_are_offered_once_everybody_is_noted(now: datetime) -> None:
    made = signed_up_before(now)
    bruno = leader(made.shift.mission.organisation)
    assert "Compter les heures" not in words_of(bruno.get(page_of(made)))
    factories.came(made)
    assert "Compter les heures" in words_of(bruno.get(page_of(made)))


@pytest.mark.parametrize(
    "said", ["", "x", "2026-02-30", "0001-01-01", "9999-12-31", "2026-W01-1", "１２", "\x00", "-1"]
)
def test_any_day_is_answered(now: datetime, said: str) -> None:
    organisation = factories.organisation()
    response = leader(organisation).get(f"/gerer/{organisation.slug}/presences/", {"jour": said})
    assert response.status_code == 200 and "Rien de prévu" in words_of(response)


def test_cancelled_shifts_and_drafts_are_no_days_to_tick(now: datetime) -> None:
    mission = factories.mission(now=now)
    shift = factories.first_shift(mission)
    made = factories.sign_up(shift, factories.person("Amina B."), now=now)
    actions.cancel_shift(shift=shift, by=factories.leader_of(mission.organisation), now=now)
    assert "Amina B." not in words_of(leader(mission.organisation).get(page_of(made)))


def test_a_night_is_on_the_page_of_both_its_days(now: datetime) -> None:
    evening = localtime(now - timedelta(days=3)).replace(hour=22, minute=0, second=0, microsecond=0)
    mission = factories.mission(now=now - timedelta(days=9))
    shift = factories.shift(mission, starts_at=evening, minutes=300, now=now - timedelta(days=9))
    factories.sign_up(shift, factories.person("Amina B."), now=now - timedelta(days=9))
    bruno = leader(mission.organisation)
    for day in (evening.date(), evening.date() + timedelta(days=1)):
        page = bruno.get(f"/gerer/{mission.organisation.slug}/presences/", {"jour": day.isoformat()})
        assert "Amina B." in words_of(page)


# ── Who may ───────────────────────────────────────────────────────────────────────────────────
TICK = [RoleKind.PRESIDENT, RoleKind.COORDINATOR, RoleKind.DIGITAL_LEAD, RoleKind.SOCIAL_WORKER]


@pytest.mark.parametrize("kind", list(RoleKind))
def test_presence_is_for_the_roles_that_note_it(now: datetime, kind: RoleKind) -> None:
    made = signed_up_before(now)
    client = holding(kind, made.shift.mission.organisation)
    expected = 200 if kind in TICK else 403
    assert client.get(page_of(made)).status_code == expected
    client.post(tap_of(made), {"presence": "came"})
    assert presence_of(made) == ("came" if kind in TICK else "")


def test_telephones_are_for_those_who_may_see_people(now: datetime) -> None:
    made = signed_up_before(now, factories.guest(phone=PHONE))
    organisation = made.shift.mission.organisation
    assert PHONE in leader(organisation).get(page_of(made)).content.decode()
    digital = holding(RoleKind.DIGITAL_LEAD, organisation)
    assert PHONE not in digital.get(page_of(made)).content.decode()
    part = digital.post(tap_of(made), {"presence": "came"}, headers={"HX-Request": "true"})
    cleared = digital.post(tap_of(made), {"presence": ""}, headers={"HX-Request": "true"})
    assert PHONE not in part.content.decode() + cleared.content.decode()


def test_a_stranger_finds_nothing_and_changes_nothing(now: datetime) -> None:
    made = signed_up_before(now)
    elsewhere = factories.organisation("Ailleurs")
    for client in (enter(factories.person("Claire D.")), leader(elsewhere)):
        assert client.get(page_of(made)).status_code == 404
        assert client.post(tap_of(made), {"presence": "came"}).status_code == 404
    borrowed = f"/gerer/{elsewhere.slug}/presences/{made.pk}/"
    assert leader(elsewhere).post(borrowed, {"presence": "came"}).status_code == 404
    assert presence_of(made) == ""


def test_hostile_names_are_only_words(now: datetime) -> None:
    organisation = factories.organisation()
    name = '<script>alert("x")</script>{{ 7|add:7 }}'
    made = signed_up_before(now, factories.guest(name), of=organisation, title="<img src=x onerror=alert(1)>")
    for html in (
        leader(organisation).get(page_of(made)).content.decode(),
        leader(organisation).post(tap_of(made), {"presence": "came"}, headers={"HX-Request": "true"}).content.decode(),
    ):
        assert "<script>alert" not in html and "<img src=x" not in html and "&lt;script&gt;alert" in html


def test_the_page_asks_as_many_questions_whatever_the_crowd(now: datetime) -> None:
    made = signed_up_before(now, capacity=30)
    bruno = leader(made.shift.mission.organisation)
    bruno.get(page_of(made))  # the first one also opens the session
    asked = []
    for guests in (0, 25):
        for _guest in range(guests):
            factories.sign_up(made.shift, factories.guest(), now=now - timedelta(days=8))
        with CaptureQueriesContext(connection) as queries:
            bruno.get(page_of(made))
        asked.append(len(queries))
    assert asked[0] == asked[1] < 25


def test_another_associations_people_are_never_listed(now: datetime) -> None:
    other: Organisation = factories.organisation("Ailleurs")
    signed_up_before(now, factories.person("Personne d’ailleurs"), of=other)
    mine = signed_up_before(now, factories.person("Amina B."))
    said = words_of(leader(mine.shift.mission.organisation).get(page_of(mine)))
    assert "Amina B." in said and "ailleurs" not in said
