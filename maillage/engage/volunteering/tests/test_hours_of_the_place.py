"""Nine o'clock is nine o'clock there: from the form to the page, the message and the calendar, in every territory."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from maillage.engage.volunteering import actions, attestation, calendar, exports
from maillage.engage.volunteering.models import Mission, Shift
from maillage.engage.volunteering.tests import factories
from maillage.engage.volunteering.tests.at_the_desk import form_of, leader, words_of
from maillage.kernel.notifications.models import Message
from maillage.kernel.organisations.models import Contact, Organisation
from maillage.web import place

pytestmark = pytest.mark.django_db
REUNION, GUADELOUPE, MIQUELON, NOUMEA = "97411", "97105", "97502", "98818"
TERRITORIES = {
    REUNION: ("Saint-Denis", "974", "Indian/Reunion", "heure de La Réunion"),
    GUADELOUPE: ("Basse-Terre", "971", "America/Guadeloupe", "heure de Guadeloupe"),
    MIQUELON: ("Saint-Pierre", "975", "America/Miquelon", "heure de Saint-Pierre-et-Miquelon"),
    NOUMEA: ("Nouméa", "988", "Pacific/Noumea", "heure de Nouvelle-Calédonie"),
}
NINE_TO_NOON = "de 9 h à 12 h"


def association(insee: str) -> Organisation:
    name, department, _zone, _words = TERRITORIES[insee]
    of = factories.organisation(f"Les Voisins de {name}")
    of.commune = factories.commune(insee, name, department_code=department)
    of.save()
    return of


def in_a_week(insee: str) -> datetime:
    """Nine o'clock there, in a week."""
    there = timezone.now().astimezone(ZoneInfo(TERRITORIES[insee][2])) + timedelta(days=7)
    return there.replace(hour=9, minute=0, second=0, microsecond=0)


def from_the_form(of: Organisation, start: datetime, **said: Any) -> Shift:
    """A public mission of the association's commune, whose shift its coordinator typed: from 9:00 to 12:00."""
    mission = factories.draft(of, **({"commune": of.commune} | said), now=timezone.now())
    leader(of).post(
        f"/gerer/{of.slug}/missions/{mission.pk}/creneaux/",
        {"on": start.date().isoformat(), "starts": "09:00", "ends": "12:00", "capacity": "3", "every": "", "note": ""},
    )
    actions.publish(mission=mission, by=factories.leader_of(of), now=timezone.now())
    return mission.shifts.get()


def visitor(insee: str = "") -> Client:
    """Somebody who said where they are, or not."""
    client = Client(SERVER_NAME="localhost")
    if insee:
        client.cookies[place.COOKIE] = signing.dumps(insee, salt=place.SALT)
    return client


def last_message() -> Message:
    message = Message.objects.across(reason="test").order_by("-pk").first()
    assert message
    return message


def bare(text: str) -> str:
    return text.replace("\xa0", " ").replace("\u202f", " ")


@pytest.mark.parametrize("insee", [REUNION, GUADELOUPE, MIQUELON, NOUMEA])
def test_nine_o_clock_there_is_nine_o_clock_everywhere_it_is_read(insee: str) -> None:
    of, start = association(insee), in_a_week(insee)
    shift = from_the_form(of, start)
    assert (shift.starts_at, shift.ends_at) == (start, start + timedelta(hours=3)) and shift.on == start.date()
    # The desk.
    bruno = leader(of)
    monday = start.date() - timedelta(days=start.weekday())
    week = bruno.get(f"/gerer/{of.slug}/semaine/", {"semaine": monday.isoformat()})
    assert "9 h – 12 h" in words_of(week) and week.context["days"][start.weekday()][1][0].shift == shift
    typed = form_of(bruno.get(f"/gerer/{of.slug}/creneaux/{shift.pk}/modifier/"), "starts")
    assert (typed["on"], typed["starts"], typed["ends"]) == (start.date().isoformat(), "09:00", "12:00")
    assert "9 h – 12 h" in words_of(bruno.get(f"/gerer/{of.slug}/manques/"))
    day = bruno.get(f"/gerer/{of.slug}/presences/", {"jour": start.date().isoformat()})
    assert [one.shift for one in day.context["listed"]] == [shift]
    # Everybody: from elsewhere one reads whose hours they are; there, it goes without saying.
    words = TERRITORIES[insee][3]
    for page in (f"/missions/{shift.mission_id}/", f"/missions/creneaux/{shift.pk}/inscription/"):
        assert f"{NINE_TO_NOON}, {words}" in words_of(visitor().get(page))
        here = words_of(visitor(insee).get(page))
        assert NINE_TO_NOON in here and words not in here
    assert NINE_TO_NOON in words_of(visitor(insee).get("/missions/", {"km": "20"}))
    # Who comes.
    made = factories.sign_up(shift, factories.guest(email="lucie@exemple.localhost"), now=timezone.now())
    assert NINE_TO_NOON in bare(last_message().text) and words not in last_message().text
    assert f"{NINE_TO_NOON}, {words}" in words_of(visitor().get(f"/inscription/{made.token}/"))
    file = calendar.one_shift(made, now=timezone.now()).decode()
    assert re.search(rf"DTSTART:{start.astimezone(UTC):%Y%m%dT%H%M%SZ}\r", file)
    assert actions.remind(now=shift.starts_at - timedelta(hours=20)) == 1
    assert last_message().kind == "volunteering.reminder" and NINE_TO_NOON in bare(last_message().text)


def test_the_morning_in_guadeloupe_is_open_until_it_begins_there() -> None:
    of, start = association(GUADELOUPE), in_a_week(GUADELOUPE)
    shift = from_the_form(of, start)
    assert start.astimezone(ZoneInfo("Europe/Paris")).hour in (14, 15)
    at_paris_nine = start - timedelta(hours=4)
    assert factories.sign_up(shift, now=at_paris_nine).is_confirmed
    assert factories.sign_up(shift, now=start - timedelta(minutes=1)).is_confirmed


def test_the_message_is_by_sms_too() -> None:
    shift = from_the_form(association(REUNION), in_a_week(REUNION))
    factories.sign_up(shift, factories.guest(phone="+262692000000"), now=timezone.now())
    assert last_message().channel == "sms" and NINE_TO_NOON in bare(last_message().text)


def test_from_afar_other_hours_are_named() -> None:
    start = in_a_week(REUNION)
    rennes = factories.organisation()
    shift = factories.shift(
        factories.mission(rennes, is_remote=True, commune=None, now=timezone.now()),
        starts_at=start.replace(tzinfo=ZoneInfo("Europe/Paris")), minutes=180, now=timezone.now(),
    )  # fmt: skip
    factories.commune(REUNION, "Saint-Denis", department_code="974")
    page = f"/missions/{shift.mission_id}/"
    assert f"{NINE_TO_NOON}, heure de Paris" in words_of(visitor(REUNION).get(page))
    assert NINE_TO_NOON in words_of(visitor().get(page)) and "heure de" not in words_of(visitor().get(page))
    factories.sign_up(shift, factories.person(commune_id=REUNION), now=timezone.now())
    assert f"{NINE_TO_NOON}, heure de Paris" in bare(last_message().text)
    factories.sign_up(shift, factories.person(), now=timezone.now())
    assert "heure de Paris" not in last_message().text
    theirs = from_the_form(association(REUNION), start, is_remote=True, commune=None)
    factories.sign_up(theirs, factories.guest(email="lucie@exemple.localhost"), now=timezone.now())
    assert f"{NINE_TO_NOON}, heure de La Réunion" in bare(last_message().text)


def test_a_mission_elsewhere_is_typed_by_the_hour_of_its_place() -> None:
    rennes, start = factories.organisation(), in_a_week(REUNION)
    saint_denis = factories.commune(REUNION, "Saint-Denis", department_code="974")
    shift = from_the_form(rennes, start, commune=saint_denis)
    assert shift.starts_at == start
    for rest in (f"missions/{shift.mission_id}/creneaux/", f"creneaux/{shift.pk}/modifier/"):
        assert "heure de La Réunion" in words_of(leader(rennes).get(f"/gerer/{rennes.slug}/{rest}"))
    desk = leader(rennes).get(f"/gerer/{rennes.slug}/missions/{shift.mission_id}/")
    assert f"{NINE_TO_NOON}, heure de La Réunion" in words_of(desk)
    own = from_the_form(rennes, in_a_week(NOUMEA), commune=factories.commune())
    assert "heure de" not in words_of(leader(rennes).get(f"/gerer/{rennes.slug}/creneaux/{own.pk}/modifier/"))


def test_evenings_and_week_ends_are_those_of_the_place() -> None:
    kinds = {}
    friday, saturday = datetime(2027, 1, 8, 19, tzinfo=UTC), datetime(2027, 1, 9, 8, tzinfo=UTC)
    for insee, starts_at in ((REUNION, friday), (NOUMEA, saturday)):
        of = association(insee)
        mission = factories.draft(of, commune=of.commune)
        there = starts_at.replace(tzinfo=ZoneInfo(TERRITORIES[insee][2]))
        factories.shift(mission, starts_at=there)
        actions.publish(mission=mission, by=factories.leader_of(of), now=factories.NOW)
        kept = Mission.objects.get(pk=mission.pk)
        kinds[insee] = (kept.on_days, kept.on_evenings, kept.on_weekends)
    # A Friday at seven in the evening, which is four in the afternoon in Paris; a Saturday morning, which is still Friday there.
    assert kinds == {REUNION: (False, True, False), NOUMEA: (False, False, True)}


@pytest.mark.parametrize(
    ("insee", "on", "exists"),
    [
        (MIQUELON, "2027-03-14", False), (MIQUELON, "2027-03-28", True), (REUNION, "2027-03-28", True),
        (REUNION, "2027-10-31", True), (None, "2027-03-28", False), (None, "2027-03-14", True),
    ],
)  # fmt: skip
def test_an_hour_is_refused_where_the_clocks_jump_over_it_and_only_there(
    insee: str | None, on: str, exists: bool
) -> None:
    of = association(insee) if insee else factories.organisation()
    mission = factories.draft(of, commune=of.commune)
    page = leader(of).post(
        f"/gerer/{of.slug}/missions/{mission.pk}/creneaux/",
        {"on": on, "starts": "02:30", "ends": "05:30", "capacity": "3", "every": "", "note": ""},
    )
    assert mission.shifts.exists() is exists
    assert exists or "n’existe pas" in words_of(page)
    if exists:
        shift = mission.shifts.get()
        assert f"{shift.local_start:%H:%M}-{shift.local_end:%H:%M}" == "02:30-05:30"


def test_days_at_one_s_own_hour_are_whole_days_there_and_the_last_one_is_said() -> None:
    of, start = association(REUNION), in_a_week(REUNION)
    mission = factories.draft(of, commune=of.commune, now=timezone.now())
    last = start.date() + timedelta(days=10)
    leader(of).post(
        f"/gerer/{of.slug}/missions/{mission.pk}/creneaux/",
        {"since": start.date().isoformat(), "until": last.isoformat(), "minutes": "1 h", "capacity": "3"},
    )
    shift = mission.shifts.get()
    assert (shift.on, shift.last_on) == (start.date(), last) and shift.local_start.hour == shift.local_end.hour == 0
    actions.publish(mission=mission, by=factories.leader_of(of), now=timezone.now())
    said = words_of(visitor(REUNION).get(f"/missions/{mission.pk}/"))
    assert re.search(rf"jusqu’au \w+ {last.day if last.day > 1 else '1er'} ", said)


def test_an_attestation_is_of_the_day_that_it_is_there() -> None:
    evening = datetime(
        2026, 11, 24, 21, 0, tzinfo=UTC
    )  # one in the morning in Saint-Denis, the afternoon in Basse-Terre
    for insee, day in ((REUNION, "25 novembre 2026"), (GUADELOUPE, "24 novembre 2026")):
        of = association(insee)
        contact = Contact.objects.create(organisation=of, name="Lucie N.", since_at=evening)
        told = attestation.told(
            organisation=of, contact=contact, since_on=evening.date(), until_on=evening.date(), lines=[],
            by=factories.leader_of(of), now=evening,
        )  # fmt: skip
        assert told["made"] == day


def test_what_an_association_takes_away_is_in_its_hours() -> None:
    of, start = association(REUNION), in_a_week(REUNION)
    from_the_form(of, start)
    file = b"".join(leader(of).get(f"/gerer/{of.slug}/exports/creneaux.csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert f"{start:%Y-%m-%d} 09:00" in file and f"{start:%Y-%m-%d} 12:00" in file
    (table,) = [one for one in exports.TABLES if one.name == "creneaux"]
    (line,) = table.lines(of, sees_helped=False)
    assert f"{start:%Y-%m-%d} 09:00" in line


def test_a_mission_that_moves_elsewhere_takes_place_by_the_hour_of_there() -> None:
    of = factories.organisation()
    mission = factories.draft(of, commune=of.commune)
    factories.shift(
        mission, starts_at=datetime(2027, 1, 8, 15, tzinfo=UTC)
    )  # four in the afternoon, seven in Saint-Denis
    actions.publish(mission=mission, by=factories.leader_of(of), now=factories.NOW)
    saint_denis = factories.commune(REUNION, "Saint-Denis", department_code="974")
    for commune, is_evening in ((saint_denis, True), (of.commune, False)):
        actions.change_mission(mission=mission, commune=commune, by=factories.leader_of(of), now=factories.NOW)
        kept = Mission.objects.get(pk=mission.pk)
        assert (kept.on_evenings, kept.on_days) == (is_evening, not is_evening)
