"""The week, who is missing, and a shift's own page: added, moved, cancelled; people answered, added by hand, taken off."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from django.utils.timezone import localdate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maillage.engage.volunteering import actions
from maillage.engage.volunteering.actions import missions
from maillage.engage.volunteering.forms.desk import AddShifts, HourDoesNotExist, at_the_wall_clock
from maillage.engage.volunteering.models import Presence, Shift, SignUp, SignUpStatus
from maillage.engage.volunteering.tests import factories
from maillage.engage.volunteering.tests.at_the_desk import enter, holding, leader, signed_up_before, words_of
from maillage.kernel.notifications.models import Message
from maillage.kernel.organisations.models import Organisation, RoleKind

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def now() -> datetime:
    """Pages look at the real clock."""
    return timezone.now()


@pytest.fixture
def jardins() -> Organisation:
    return factories.organisation()


def desk(of: Organisation, rest: str) -> str:
    return f"/gerer/{of.slug}/{rest}"


def told(made: SignUp) -> list[str]:
    rows = Message.objects.across(reason="test").filter(about_model="volunteering.signup", about_id=made.pk)
    return list(rows.order_by("pk").values_list("kind", flat=True))


# ── The week ──────────────────────────────────────────────────────────────────────────────────
def test_the_week_shows_each_day_who_comes_and_how_many_are_missing(now: datetime, jardins: Organisation) -> None:
    shift = factories.first_shift(factories.mission(jardins, now=now, title="Récolter"))
    factories.sign_up(shift, factories.guest("Lucie N."), now=now)
    page = leader(jardins).get(desk(jardins, f"semaine/?semaine={localdate(shift.starts_at).isoformat()}"))
    said = words_of(page)
    assert "Récolter" in said and "Lucie N." in said
    assert "1 sur 3, il manque 2 personnes" in said
    assert said.count("Rien") == 6


def test_who_may_not_see_people_sees_the_week_without_names(now: datetime, jardins: Organisation) -> None:
    shift = factories.first_shift(factories.mission(jardins, now=now))
    factories.sign_up(shift, factories.guest("Lucie N."), now=now)
    page = holding(RoleKind.DIGITAL_LEAD, jardins).get(
        desk(jardins, f"semaine/?semaine={localdate(shift.starts_at).isoformat()}")
    )
    assert "1 sur 3" in words_of(page) and "Lucie N." not in words_of(page)


@pytest.mark.parametrize("said", ["", "hier", "2026-02-31", "9999-12-31", "0001-01-01", "1899-01-01"])
def test_an_odd_week_is_this_one(said: str, jardins: Organisation) -> None:
    response = leader(jardins).get(desk(jardins, f"semaine/?semaine={said}"))
    assert response.status_code == 200
    assert response.context["monday"] == localdate() - timedelta(days=localdate().weekday())


def test_an_empty_week_says_what_to_do(jardins: Organisation) -> None:
    assert "Voir les missions" in words_of(leader(jardins).get(desk(jardins, "semaine/")))


# ── Who is missing ────────────────────────────────────────────────────────────────────────────
def test_a_gap_comes_with_words_ready_to_be_sent(now: datetime, jardins: Organisation) -> None:
    mission = factories.mission(jardins, now=now, title="Récolter")
    full = factories.shift(mission, starts_at=now + timedelta(days=3), capacity=1, now=now)
    factories.sign_up(full, factories.guest(), now=now)
    page = leader(jardins).get(desk(jardins, "manques/"))
    said = words_of(page)
    assert "Il nous manque 3 personnes" in said and f"/missions/{mission.pk}/" in said
    assert f"creneau-{full.pk}" not in page.content.decode()


def test_when_nobody_is_missing_it_says_so(jardins: Organisation) -> None:
    assert "Il ne manque personne" in words_of(leader(jardins).get(desk(jardins, "manques/")))


# ── Adding shifts ─────────────────────────────────────────────────────────────────────────────
def test_shifts_are_added_every_week_at_the_hour_the_clocks_show(now: datetime, jardins: Organisation) -> None:
    """Across the change of October the wall clock stays, the true instant moves."""
    mission = factories.draft(jardins, now=now)
    year = localdate(now).year + 1
    first = date(year, 10, 20)
    response = leader(jardins).post(
        desk(jardins, f"missions/{mission.pk}/creneaux/"),
        {"on": first.isoformat(), "starts": "09:00", "ends": "11:30", "capacity": "4", "every": "7",
         "until": (first + timedelta(days=21)).isoformat()},
    )  # fmt: skip
    assert response.status_code == 302
    shifts = list(mission.shifts.order_by("starts_at"))
    assert [one.starts_at.astimezone(PARIS).strftime("%H:%M") for one in shifts] == ["09:00"] * 4
    assert len({one.starts_at.astimezone(PARIS).utcoffset() for one in shifts}) == 2
    assert {one.length_minutes for one in shifts} == {150}


def test_the_next_shift_is_offered_with_the_hours_of_the_last(now: datetime, jardins: Organisation) -> None:
    mission = factories.mission(jardins, now=now)
    page = leader(jardins).get(desk(jardins, f"missions/{mission.pk}/creneaux/")).content.decode()
    start = timezone.localtime(factories.first_shift(mission).starts_at)
    assert f'value="{start:%H:%M}"' in page and 'value="3"' in page


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"on": "2020-01-01"}, "passé"),
        ({"starts": "25:61"}, "heure"),
        ({"capacity": "0"}, "1"),
        ({"every": "7"}, "jusqu’à quel jour"),
        ({"every": "7", "until": "2020-01-01"}, "avant le premier"),
    ],
)
def test_a_shift_that_cannot_be_is_refused_with_a_sentence(
    said: dict[str, str], sentence: str, now: datetime, jardins: Organisation
) -> None:
    mission = factories.draft(jardins, now=now)
    usual = {
        "on": (localdate(now) + timedelta(days=9)).isoformat(),
        "starts": "09:00",
        "ends": "11:00",
        "capacity": "4",
    }
    response = leader(jardins).post(desk(jardins, f"missions/{mission.pk}/creneaux/"), usual | said)
    assert response.status_code == 200
    assert sentence in words_of(response)
    assert not mission.shifts.exists()


def test_the_hour_that_does_not_exist_is_refused_and_told(now: datetime, jardins: Organisation) -> None:
    mission, year = factories.draft(jardins, now=now), localdate(now).year + 1
    last_sunday = max(day for day in (date(year, 3, n) for n in range(25, 32)) if day.weekday() == 6)
    with pytest.raises(HourDoesNotExist):
        at_the_wall_clock(last_sunday, time(2, 30))
    response = leader(jardins).post(
        desk(jardins, f"missions/{mission.pk}/creneaux/"),
        {"on": last_sunday.isoformat(), "starts": "02:30", "ends": "05:00", "capacity": "4"},
    )
    assert response.status_code == 200 and "02:30" in words_of(response)
    assert not mission.shifts.exists()


def test_what_is_done_at_any_hour_has_days_and_a_length(now: datetime, jardins: Organisation) -> None:
    mission = factories.draft(jardins, now=now, is_remote=True, commune=None)
    first = localdate(now) + timedelta(days=2)
    response = leader(jardins).post(
        desk(jardins, f"missions/{mission.pk}/creneaux/"),
        {"since": first.isoformat(), "until": (first + timedelta(days=5)).isoformat(), "minutes": "1 h 30", "capacity": "6"},
    )  # fmt: skip
    assert response.status_code == 302
    shift = mission.shifts.get()
    assert (shift.is_flexible, shift.length_minutes, shift.capacity) == (True, 90, 6)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(on=st.dates(date(2000, 1, 1), date(2099, 12, 31)), at=st.times())
def test_the_wall_clock_is_kept_or_refused(on: date, at: time) -> None:
    at = at.replace(second=0, microsecond=0)
    try:
        moment = at_the_wall_clock(on, at)
    except HourDoesNotExist:
        assert on.month == 3 and at.hour == 2  # the only hour that France skips
    else:
        shown = moment.astimezone(PARIS)
        assert (shown.date(), shown.time()) == (on, at)


# ── Moving and cancelling ─────────────────────────────────────────────────────────────────────
def test_who_comes_is_told_when_the_hour_moves_and_only_then(now: datetime, jardins: Organisation) -> None:
    shift = factories.first_shift(factories.mission(jardins, now=now))
    made, bruno = factories.sign_up(shift, now=now), leader(jardins)
    start, end = timezone.localtime(shift.starts_at), timezone.localtime(shift.ends_at)
    said = {"on": start.date().isoformat(), "starts": f"{start:%H:%M}", "ends": f"{end:%H:%M}", "capacity": "5"}
    assert bruno.post(desk(jardins, f"creneaux/{shift.pk}/modifier/"), said).status_code == 302
    before = told(made)
    assert Shift.objects.get(pk=shift.pk).capacity == 5
    later = said | {"on": (start.date() + timedelta(days=1)).isoformat()}
    assert bruno.post(desk(jardins, f"creneaux/{shift.pk}/modifier/"), later).status_code == 302
    assert told(made) == [*before, "volunteering.shift_moved"]


def test_places_never_go_below_those_taken(now: datetime, jardins: Organisation) -> None:
    shift = factories.first_shift(factories.mission(jardins, now=now))
    for _ in range(2):
        factories.sign_up(shift, now=now)
    start, end = timezone.localtime(shift.starts_at), timezone.localtime(shift.ends_at)
    response = leader(jardins).post(
        desk(jardins, f"creneaux/{shift.pk}/modifier/"),
        {"on": start.date().isoformat(), "starts": f"{start:%H:%M}", "ends": f"{end:%H:%M}", "capacity": "1"},
    )
    assert response.status_code == 200 and "2 personnes ont déjà une place" in words_of(response)
    assert Shift.objects.get(pk=shift.pk).capacity == 3


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(wanted=st.integers(1, 6), taken=st.integers(0, 4))
def test_capacity_follows_what_is_asked_down_to_what_is_taken(wanted: int, taken: int) -> None:
    shift = factories.shift(factories.mission(), capacity=4)
    for _ in range(taken):
        factories.sign_up(shift)
    try:
        actions.change_shift(
            shift=shift, starts_at=shift.starts_at, ends_at=shift.ends_at, capacity=wanted, note="",
            by=factories.leader_of(shift.mission.organisation), now=factories.NOW,
        )  # fmt: skip
    except missions.SomePeopleAreComing:
        assert wanted < taken
    else:
        assert wanted >= taken
    kept = Shift.objects.get(pk=shift.pk)
    assert kept.taken == taken <= kept.capacity


def test_a_cancelled_shift_tells_everybody_why(now: datetime, jardins: Organisation) -> None:
    shift = factories.first_shift(factories.mission(jardins, now=now))
    made, bruno = factories.sign_up(shift, now=now), leader(jardins)
    assert "1 personne devait venir" in words_of(bruno.get(desk(jardins, f"creneaux/{shift.pk}/annuler/")))
    for _ in range(2):
        bruno.post(desk(jardins, f"creneaux/{shift.pk}/annuler/"), {"reason": "Il neige."})
    assert told(made).count("volunteering.shift_cancelled") == 1
    last = Message.objects.across(reason="test").order_by("-pk").first()
    assert last and "Il neige." in last.text
    assert "Ce créneau est annulé" in words_of(bruno.get(desk(jardins, f"creneaux/{shift.pk}/")))


def test_a_past_shift_is_not_cancelled(now: datetime, jardins: Organisation) -> None:
    made = signed_up_before(now, of=jardins)
    response = leader(jardins).post(desk(jardins, f"creneaux/{made.shift_id}/annuler/"), {"reason": ""}, follow=True)
    assert "Ce créneau est passé" in response.content.decode()
    assert not Shift.objects.get(pk=made.shift_id).is_cancelled


# ── Who comes ─────────────────────────────────────────────────────────────────────────────────
def test_a_yes_and_a_no_reach_whoever_asked(now: datetime, jardins: Organisation) -> None:
    shift = factories.first_shift(factories.mission(jardins, now=now, asks_first=True))
    yes, no = (factories.sign_up(shift, factories.guest(name), now=now) for name in ("Lucie N.", "Marc O."))
    bruno = leader(jardins)
    page = words_of(bruno.get(desk(jardins, f"creneaux/{shift.pk}/")))
    assert "Attendent votre réponse" in page and "Lucie N." in page
    bruno.post(desk(jardins, f"inscriptions/{yes.pk}/accepter/"))
    assert "volunteering.signed_up" in told(yes)
    empty = bruno.post(desk(jardins, f"inscriptions/{no.pk}/retirer/"), {"reason": " "})
    assert empty.status_code == 200 and "details" in empty.content.decode()
    bruno.post(desk(jardins, f"inscriptions/{no.pk}/retirer/"), {"reason": "L’équipe est complète."})
    statuses = {one.pk: one.status for one in SignUp.objects.of(jardins)}
    assert statuses == {yes.pk: SignUpStatus.CONFIRMED, no.pk: SignUpStatus.DECLINED}
    assert Shift.objects.get(pk=shift.pk).taken == 1


def test_somebody_who_phoned_is_added_and_somebody_who_simply_came_is_counted(
    now: datetime, jardins: Organisation
) -> None:
    bruno = leader(jardins)
    coming = factories.first_shift(factories.mission(jardins, now=now))
    bruno.post(desk(jardins, f"creneaux/{coming.pk}/ajouter/"), {"name": "Mado P.", "phone": "06 12 34 56 78"})
    made = SignUp.objects.of(jardins).get(shift=coming)
    assert (made.contact.name, made.contact.phone, made.presence) == ("Mado P.", "+33612345678", Presence.UNKNOWN)
    past = signed_up_before(now, of=jardins).shift
    bruno.post(desk(jardins, f"creneaux/{past.pk}/ajouter/"), {"contact": made.contact_id})
    assert SignUp.objects.of(jardins).get(shift=past, contact=made.contact).presence == Presence.CAME


@pytest.mark.parametrize("said", [{}, {"name": "Mado P."}, {"name": "Mado P.", "phone": "12"}, {"contact": "999999"}])
def test_somebody_nobody_could_reach_is_not_added(said: dict[str, str], now: datetime, jardins: Organisation) -> None:
    shift = factories.first_shift(factories.mission(jardins, now=now))
    response = leader(jardins).post(desk(jardins, f"creneaux/{shift.pk}/ajouter/"), said)
    assert response.status_code == 200
    assert "field__error" in response.content.decode() or "notice--urgent" in response.content.decode()
    assert not SignUp.objects.of(jardins).exists()


def test_nobody_chooses_among_people_they_may_not_see(now: datetime, jardins: Organisation) -> None:
    shift = factories.first_shift(factories.mission(jardins, now=now))
    known = factories.sign_up(shift, factories.guest("Lucie N."), now=now).contact
    other = factories.shift(shift.mission, starts_at=now + timedelta(days=20), now=now)
    lead = holding(RoleKind.DIGITAL_LEAD, jardins)
    assert "Lucie N." not in lead.get(desk(jardins, f"creneaux/{other.pk}/")).content.decode()
    lead.post(desk(jardins, f"creneaux/{other.pk}/ajouter/"), {"contact": known.pk})
    assert not SignUp.objects.of(jardins).filter(shift=other).exists()


def test_hostile_words_stay_words(now: datetime, jardins: Organisation) -> None:
    shift = factories.first_shift(factories.mission(jardins, now=now))
    hostile = "<img src=x onerror=alert(1)>"
    factories.sign_up(shift, factories.guest(hostile), now=now, message=hostile)
    bruno = leader(jardins)
    for address in (f"creneaux/{shift.pk}/", f"semaine/?semaine={localdate(shift.starts_at)}", "manques/"):
        page = bruno.get(desk(jardins, address)).content.decode()
        assert hostile not in page
    assert "&lt;img" in bruno.get(desk(jardins, f"creneaux/{shift.pk}/")).content.decode()


# ── What the clocks and the calendar do ───────────────────────────────────────────────────────
def clocks_change(month: int, year: int) -> date:
    """The last Sunday of March or October."""
    return max(day for day in (date(year, month, n) for n in range(25, 32)) if day.weekday() == 6)


def test_an_hour_shown_twice_stays_the_one_it_was_when_left_alone(now: datetime, jardins: Organisation) -> None:
    """From half past one, two true hours: until half past two, the second time the clocks show it."""
    sunday = clocks_change(10, localdate(now).year + 1)
    start = datetime.combine(sunday, time(1, 30), PARIS)
    shift = factories.shift(factories.mission(jardins, now=now), starts_at=start, minutes=120, now=now)
    made, bruno = factories.sign_up(shift, now=now), leader(jardins)
    before, address = told(made), desk(jardins, f"creneaux/{shift.pk}/modifier/")
    assert 'value="02:30"' in bruno.get(address).content.decode()
    said = {"on": sunday.isoformat(), "starts": "01:30", "ends": "02:30", "capacity": "9"}
    assert bruno.post(address, said).status_code == 302
    kept = Shift.objects.get(pk=shift.pk)
    assert (kept.capacity, kept.length_minutes, told(made)) == (9, 120, before)


def test_the_end_may_fall_in_the_hour_that_does_not_exist_and_says_so_itself(
    now: datetime, jardins: Organisation
) -> None:
    mission, sunday = factories.draft(jardins, now=now), clocks_change(3, localdate(now).year + 1)
    response = leader(jardins).post(
        desk(jardins, f"missions/{mission.pk}/creneaux/"),
        {"on": (sunday - timedelta(days=1)).isoformat(), "starts": "22:00", "ends": "02:30", "capacity": "4"},
    )
    errors = response.context["form"].errors
    assert list(errors) == ["ends"] and "dimanche" in errors["ends"][0] and "02:30" in errors["ends"][0]


def test_one_impossible_hour_in_a_series_opens_none_of_it(now: datetime, jardins: Organisation) -> None:
    mission, sunday = factories.draft(jardins, now=now), clocks_change(3, localdate(now).year + 1)
    response = leader(jardins).post(
        desk(jardins, f"missions/{mission.pk}/creneaux/"),
        {"on": (sunday - timedelta(days=14)).isoformat(), "starts": "02:30", "ends": "04:00", "capacity": "4",
         "every": "7", "until": (sunday + timedelta(days=14)).isoformat()},
    )  # fmt: skip
    assert f"dimanche {sunday.day} mars" in words_of(response) and not mission.shifts.exists()


def test_a_whole_year_of_weeks_is_added_at_once_and_no_more(now: datetime, jardins: Organisation) -> None:
    mission, bruno, first = factories.draft(jardins, now=now), leader(jardins), localdate(now) + timedelta(days=3)
    said = {"on": first.isoformat(), "starts": "18:00", "ends": "20:00", "capacity": "4", "every": "7"}
    address = desk(jardins, f"missions/{mission.pk}/creneaux/")
    more = bruno.post(address, said | {"until": (first + timedelta(days=371)).isoformat()})
    assert "Un an de créneaux au plus" in words_of(more) and not mission.shifts.exists()
    assert bruno.post(address, said | {"until": (first + timedelta(days=364)).isoformat()}).status_code == 302
    assert mission.shifts.count() == 53


@pytest.mark.parametrize("on", ["9999-12-31", "0001-01-01", "1899-12-31", "2101-01-01"])
@pytest.mark.parametrize("name", ["on", "until", "since"])
def test_no_day_is_too_far_to_be_refused_with_a_sentence(
    name: str, on: str, now: datetime, jardins: Organisation
) -> None:
    mission = factories.draft(jardins, now=now)
    day = (localdate(now) + timedelta(days=9)).isoformat()
    said = {
        "on": day,
        "starts": "22:00",
        "ends": "02:00",
        "capacity": "4",
        "every": "7",
        "until": day,
        "minutes": "1 h",
    }
    if name == "since":
        said["since"] = day
    response = leader(jardins).post(desk(jardins, f"missions/{mission.pk}/creneaux/"), said | {name: on})
    assert response.status_code == 200 and "Vérifiez l’année de ce jour" in words_of(response)
    assert not mission.shifts.exists()


def test_a_shift_that_ends_when_it_starts_is_asked_about(now: datetime, jardins: Organisation) -> None:
    mission = factories.draft(jardins, now=now)
    day = (localdate(now) + timedelta(days=9)).isoformat()
    response = leader(jardins).post(
        desk(jardins, f"missions/{mission.pk}/creneaux/"),
        {"on": day, "starts": "9 h", "ends": "09:00", "capacity": "4"},
    )
    assert "à quelle heure est-ce fini" in words_of(response) and not mission.shifts.exists()


def test_the_two_forms_of_the_page_share_no_name_of_field(now: datetime, jardins: Organisation) -> None:
    mission = factories.draft(jardins, now=now)
    page = leader(jardins).get(desk(jardins, f"missions/{mission.pk}/creneaux/")).content.decode()
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids)) and "id_until" in ids and "id_flexible_until" in ids


@settings(max_examples=150, deadline=None)
@given(on=st.dates(date(2001, 1, 1), date(2099, 12, 30)), starts=st.times(), ends=st.times())
def test_a_span_keeps_both_hours_or_the_form_says_why(on: date, starts: time, ends: time) -> None:
    starts, ends = (at.replace(second=0, microsecond=0) for at in (starts, ends))
    form = AddShifts({"on": on.isoformat(), "starts": f"{starts:%H:%M}", "ends": f"{ends:%H:%M}", "capacity": "3"})
    if not form.is_valid():
        assert starts == ends or any(at.hour == 2 for at in (starts, ends))
        return
    ((start, end),) = form.cleaned_data["times"]
    shown = [moment.astimezone(PARIS) for moment in (start, end)]
    assert [moment.time() for moment in shown] == [starts, ends] and shown[0].date() == on
    length = end.astimezone(UTC) - start.astimezone(UTC)
    assert timedelta(0) < length <= timedelta(hours=25)
    assert shown[1].date() == (on if ends > starts else on + timedelta(days=1))


# ── What the week and the gaps leave aside ────────────────────────────────────────────────────
def test_nobody_is_missing_from_what_is_past_or_what_nobody_sees(now: datetime, jardins: Organisation) -> None:
    signed_up_before(now, of=jardins, days=0)
    draft = factories.draft(jardins, now=now)
    factories.shift(draft, starts_at=now + timedelta(minutes=1), minutes=30, now=now)
    page = leader(jardins).get(desk(jardins, "semaine/"))
    states = [slot.state for _on, slots in page.context["days"] for slot in slots]
    assert sorted(states) == ["draft", "past"] and page.context["missing"] == 0
    assert "il manque" not in words_of(page) and "brouillon" in words_of(page)


def test_one_message_asks_for_all_the_shifts_and_a_mail_is_ready(now: datetime, jardins: Organisation) -> None:
    mission = factories.mission(jardins, now=now, title="Récolter & laver")
    assert "Un seul message pour tout" not in words_of(leader(jardins).get(desk(jardins, "manques/")))
    factories.shift(mission, starts_at=now + timedelta(days=3), now=now)
    page = leader(jardins).get(desk(jardins, "manques/"))
    every = page.context["all"]
    assert every.count("Récolter & laver") == every.count(f"/missions/{mission.pk}/") == 2
    assert "Un seul message pour tout" in words_of(page)
    assert "mailto:?subject=R%C3%A9colter%20%26%20laver&amp;body=Il%20nous%20manque" in page.content.decode()


# ── Somebody who cannot be in two places, or is young ─────────────────────────────────────────
def test_a_coordinator_never_reads_where_else_somebody_helps(now: datetime, jardins: Organisation) -> None:
    amina, there = (
        factories.person("Amina B."),
        factories.mission(factories.organisation("L’autre"), now=now, title="Ailleurs"),
    )
    shift = factories.first_shift(factories.mission(jardins, now=now))
    factories.sign_up(factories.first_shift(there), amina, now=now)
    known = factories.sign_up(
        factories.shift(shift.mission, starts_at=now + timedelta(days=2), now=now), amina, now=now
    )
    response = leader(jardins).post(desk(jardins, f"creneaux/{shift.pk}/ajouter/"), {"contact": known.contact_id})
    assert "a déjà donné sa place ailleurs" in words_of(response) and "Ailleurs" not in words_of(response)
    assert not SignUp.objects.of(jardins).filter(shift=shift).exists()


def test_of_one_s_own_association_the_other_shift_is_named(now: datetime, jardins: Organisation) -> None:
    known = factories.sign_up(
        factories.first_shift(factories.mission(jardins, now=now, title="Récolter")), factories.person(), now=now
    )
    other = factories.first_shift(factories.mission(jardins, now=now, title="Arroser"))
    response = leader(jardins).post(desk(jardins, f"creneaux/{other.pk}/ajouter/"), {"contact": known.contact_id})
    assert "déjà attendue à « Récolter »" in words_of(response)


def test_a_minor_known_already_waits_for_whoever_answered_for_them(now: datetime, jardins: Organisation) -> None:
    mission = factories.mission(jardins, now=now, min_age=15)
    young = factories.guest(
        "Lou M.",
        birth_year=localdate(now).year - 16,
        guardian_name="Sacha M.",
        guardian_email="sacha@exemple.localhost",
    )
    known = factories.sign_up(factories.first_shift(mission), young, now=now)
    other = factories.shift(mission, starts_at=now + timedelta(days=2), now=now)
    leader(jardins).post(desk(jardins, f"creneaux/{other.pk}/ajouter/"), {"contact": known.contact_id})
    made = SignUp.objects.of(jardins).get(shift=other)
    assert made.status == SignUpStatus.GUARDIAN and made.guardian_agreement.name == "Sacha M."


# ── Rights ────────────────────────────────────────────────────────────────────────────────────
PAGES = ["semaine/", "manques/", "creneaux/{pk}/", "creneaux/{pk}/modifier/", "creneaux/{pk}/annuler/"]


@pytest.mark.parametrize("page", PAGES)
def test_each_page_opens_to_its_roles_only(page: str, now: datetime, jardins: Organisation) -> None:
    shift = factories.first_shift(factories.mission(jardins, now=now))
    address = desk(jardins, page.format(pk=shift.pk))
    assert holding(RoleKind.COORDINATOR, jardins).get(address).status_code == 200
    for kind in (RoleKind.TREASURER, RoleKind.MEMBER, RoleKind.ADVISER):
        assert holding(kind, jardins).get(address).status_code == 403
    assert enter(factories.person("Claire D.")).get(address).status_code == 404


@pytest.mark.parametrize("page", PAGES[2:])
def test_another_association_s_shift_does_not_exist_here(page: str, now: datetime, jardins: Organisation) -> None:
    theirs = factories.first_shift(factories.mission(factories.organisation("L’autre"), now=now))
    assert leader(jardins).get(desk(jardins, page.format(pk=theirs.pk))).status_code == 404
