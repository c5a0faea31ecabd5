"""Signing up: what is refused and why, once is enough, places given back, reminders; lengths when clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maillage.engage.volunteering import actions
from maillage.engage.volunteering.actions import missions, sign_ups
from maillage.engage.volunteering.models import (
    GuardianAgreement,
    Mission,
    Presence,
    Shift,
    SignUp,
    SignUpStatus,
)
from maillage.engage.volunteering.tests import factories
from maillage.engage.volunteering.tests.factories import NOW
from maillage.kernel.facts.models import Fact
from maillage.kernel.notifications.models import Message
from maillage.kernel.people.models import Guardianship, Person

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")


def told(made: SignUp) -> list[str]:
    """The kinds of messages written about a sign-up, in order."""
    return list(
        Message.objects.across(reason="test")
        .filter(about_model="volunteering.signup", about_id=made.pk)
        .order_by("pk")
        .values_list("kind", flat=True)
    )


def every_sign_up() -> list[SignUp]:
    return list(SignUp.objects.across(reason="test").order_by("pk"))


# ── Who comes ─────────────────────────────────────────────────────────────────────────────────
def test_somebody_with_an_account_has_a_place_at_once() -> None:
    amina = factories.person()
    made = factories.sign_up(who=amina)
    assert (made.status, made.contact.person) == (SignUpStatus.CONFIRMED, amina)
    assert Shift.objects.get(pk=made.shift_id).taken == 1
    assert told(made) == ["volunteering.signed_up"]


def test_signing_up_twice_is_once() -> None:
    shift, amina = factories.first_shift(factories.mission()), factories.person()
    first, second = (actions.sign_up(shift=shift, who=amina, now=NOW) for _ in range(2))
    assert first == second
    assert Shift.objects.get(pk=shift.pk).taken == 1
    assert Fact.objects.filter(kind="volunteering.signed_up").count() == 1
    assert len(told(first)) == 1


def test_whoever_types_the_name_and_address_of_a_guest_learns_neither_where_nor_when_they_go() -> None:
    mission = factories.mission(title="Accompagner à l’hôpital")
    shift, lucie = factories.first_shift(mission), factories.guest(email="lucie@exemple.localhost", phone="")
    factories.sign_up(shift, lucie)
    elsewhere = factories.first_shift(factories.mission(mission.organisation))
    said = set()
    for one in (shift, elsewhere):
        with pytest.raises(sign_ups.HeldAlready) as no:
            actions.sign_up(shift=one, who=lucie, now=NOW)
        said.add(str(no.value))
    assert len(said) == 1 and "hôpital" not in said.pop()
    assert len(every_sign_up()) == 1
    # Who has her at the desk or on the telephone may write her down: for them, twice is once.
    assert actions.sign_up(shift=shift, who=lucie, by=factories.person(), now=NOW) == every_sign_up()[0]


def test_a_guest_needs_a_name_and_one_way_to_be_reached() -> None:
    shift = factories.first_shift(factories.mission())
    with pytest.raises(sign_ups.NameIsMissing):
        actions.sign_up(shift=shift, who=factories.guest(name="  "), now=NOW)
    with pytest.raises(sign_ups.NoWayToReach):
        actions.sign_up(shift=shift, who=factories.guest(phone=""), now=NOW)
    made = actions.sign_up(shift=shift, who=factories.guest(email="lucie@exemple.localhost", phone=""), now=NOW)
    assert made.contact.person is None
    assert Shift.objects.get(pk=shift.pk).taken == 1


def test_the_address_of_somebody_with_an_account_attaches_a_guest_to_nobody() -> None:
    amina = factories.person()
    made = factories.sign_up(who=factories.guest(name=amina.name, email=amina.email, phone=""))
    assert made.contact.person is None
    assert not SignUp.objects.about(amina).exists()


def test_an_association_that_answers_first_makes_people_wait() -> None:
    mission = factories.mission(asks_first=True)
    made = factories.sign_up(factories.first_shift(mission))
    assert made.status == SignUpStatus.ASKED
    actions.accept(sign_up=made, by=factories.leader_of(mission.organisation), now=NOW)
    assert told(made) == ["volunteering.sign_up_asked", "volunteering.signed_up"]


# ── What is refused ───────────────────────────────────────────────────────────────────────────
def test_a_full_shift_says_so_and_takes_nobody() -> None:
    shift = factories.shift(factories.mission(), capacity=1, starts_at=NOW + timedelta(days=3))
    factories.sign_up(shift)
    with pytest.raises(sign_ups.ShiftIsFull, match="autre créneau"):
        factories.sign_up(shift)
    assert Shift.objects.get(pk=shift.pk).taken == 1


def test_a_shift_that_began_is_over() -> None:
    shift = factories.first_shift(factories.mission())
    with pytest.raises(sign_ups.ShiftIsOver):
        factories.sign_up(shift, now=shift.starts_at)


def test_what_one_does_at_ones_own_hour_is_open_until_its_end() -> None:
    mission = factories.mission()
    shift = factories.shift(mission, is_flexible=True, ends_at=NOW + timedelta(days=40), minutes=60)
    assert factories.sign_up(shift, now=shift.starts_at + timedelta(days=10)).is_confirmed
    with pytest.raises(sign_ups.ShiftIsOver):
        factories.sign_up(shift, now=shift.ends_at)


def test_a_cancelled_shift_takes_nobody() -> None:
    mission = factories.mission()
    shift = factories.shift(mission, starts_at=NOW + timedelta(days=3))
    actions.cancel_shift(shift=shift, by=factories.leader_of(mission.organisation), now=NOW)
    with pytest.raises(sign_ups.ShiftIsCancelled):
        factories.sign_up(shift)


@pytest.mark.parametrize("end", [actions.close_mission, actions.cancel_mission])
def test_a_mission_that_ended_takes_nobody(end) -> None:  # type: ignore[no-untyped-def]
    mission = factories.mission()
    shift = factories.first_shift(mission)
    reason = {"reason": "La serre est inondée."} if end is actions.cancel_mission else {}
    end(mission=mission, by=factories.leader_of(mission.organisation), now=NOW, **reason)
    with pytest.raises(sign_ups.MissionIsNotOpen):
        factories.sign_up(Shift.objects.get(pk=shift.pk))


def test_a_draft_takes_nobody() -> None:
    shift = factories.shift(factories.draft())
    with pytest.raises(sign_ups.MissionIsNotOpen):
        factories.sign_up(shift)


def test_nobody_is_in_two_places_at_once_even_for_two_associations() -> None:
    amina, starts_at = factories.person(), NOW + timedelta(days=3)
    here, there = (factories.shift(factories.mission(title=title), starts_at=starts_at) for title in ("Ici", "Là-bas"))
    factories.sign_up(here, amina)
    with pytest.raises(sign_ups.AlreadyElsewhere, match="Ici"):
        factories.sign_up(there, amina)
    just_after = factories.shift(there.mission, starts_at=here.ends_at)
    assert factories.sign_up(just_after, amina).is_confirmed


def test_a_place_given_back_leaves_the_hour_free() -> None:
    amina, starts_at = factories.person(), NOW + timedelta(days=3)
    here, there = (factories.shift(factories.mission(), starts_at=starts_at) for _ in range(2))
    actions.cancel_sign_up(sign_up=factories.sign_up(here, amina), by=amina, now=NOW)
    assert factories.sign_up(there, amina).is_confirmed


# ── The young ─────────────────────────────────────────────────────────────────────────────────
def young(age: int, **said: str) -> sign_ups.Guest:
    """A guest who reaches this age in the year of the test."""
    asked = {"guardian_name": "Paul I.", "guardian_phone": "+33611111111"}
    return factories.guest(birth_year=NOW.year - age, **(asked | said))


def test_too_young_for_the_mission() -> None:
    shift = factories.first_shift(factories.mission(min_age=16))
    with pytest.raises(sign_ups.TooYoung, match="16 ans"):
        factories.sign_up(shift, young(15))


def test_before_15_an_adult_signs_up() -> None:
    shift = factories.first_shift(factories.mission(min_age=10))
    with pytest.raises(sign_ups.ChildNeedsAnAdult):
        factories.sign_up(shift, young(14))


def test_a_minor_without_a_guardian_is_asked_for_one() -> None:
    shift = factories.first_shift(factories.mission(min_age=15))
    with pytest.raises(sign_ups.GuardianIsMissing):
        factories.sign_up(shift, young(16, guardian_name=""))
    with pytest.raises(sign_ups.GuardianIsMissing):
        factories.sign_up(shift, young(16, guardian_phone=""))
    assert Shift.objects.get(pk=shift.pk).taken == 0


def test_doubt_protects_who_may_still_be_17() -> None:
    """Eighteen this year: their birthday may be tomorrow."""
    shift = factories.first_shift(factories.mission(min_age=15))
    assert factories.sign_up(shift, young(18)).status == SignUpStatus.GUARDIAN
    assert factories.sign_up(shift, young(19)).status == SignUpStatus.CONFIRMED


def agreement_of(made: SignUp) -> GuardianAgreement:
    return GuardianAgreement.objects.across(reason="test").get(sign_up=made)


def test_a_guardian_agrees_once_and_the_place_is_confirmed() -> None:
    made = factories.sign_up(factories.first_shift(factories.mission(min_age=15)), young(16))
    assert made.status == SignUpStatus.GUARDIAN
    assert set(told(made)) == {"volunteering.guardian_asked", "volunteering.waits_for_guardian"}
    answered = actions.answer_as_guardian(agreement=agreement_of(made), agrees=True, now=NOW)
    assert answered.status == SignUpStatus.CONFIRMED
    with pytest.raises(sign_ups.NothingToAnswer):
        actions.answer_as_guardian(agreement=agreement_of(made), agrees=False, now=NOW)


def test_a_guardian_who_refuses_gives_the_place_back() -> None:
    made = factories.sign_up(factories.first_shift(factories.mission(min_age=15)), young(16))
    answered = actions.answer_as_guardian(agreement=agreement_of(made), agrees=False, now=NOW)
    assert answered.status == SignUpStatus.CANCELLED
    assert Shift.objects.get(pk=made.shift_id).taken == 0
    assert told(made)[-1] == "volunteering.guardian_refused"


def test_with_an_account_the_agreement_given_once_is_enough() -> None:
    shift = factories.first_shift(factories.mission(min_age=15))
    leo = factories.person("Léo G.", birth_year=NOW.year - 16)
    with pytest.raises(sign_ups.GuardianIsMissing):
        factories.sign_up(shift, leo)
    Guardianship.objects.create(minor=leo, guardian_name="Paul I.", asked_at=NOW, agreed_at=NOW)
    assert factories.sign_up(shift, leo).is_confirmed


# ── Changing one's mind ───────────────────────────────────────────────────────────────────────
def test_cancelling_gives_the_place_to_the_next_and_twice_is_once() -> None:
    shift = factories.shift(factories.mission(), capacity=1, starts_at=NOW + timedelta(days=3))
    made = factories.sign_up(shift)
    for _ in range(2):
        assert actions.cancel_sign_up(sign_up=made, by=None, now=NOW).status == SignUpStatus.CANCELLED
    assert Shift.objects.get(pk=shift.pk).taken == 0
    assert Fact.objects.filter(kind="volunteering.sign_up_cancelled").count() == 1
    assert factories.sign_up(shift).is_confirmed


def test_a_late_cancelling_is_known_as_late() -> None:
    made = factories.sign_up()
    actions.cancel_sign_up(sign_up=made, by=None, now=made.shift.starts_at - timedelta(hours=3))
    assert Fact.objects.get(kind="volunteering.sign_up_cancelled").details["late"] is True


def test_once_it_is_over_one_no_longer_cancels() -> None:
    made = factories.sign_up()
    with pytest.raises(sign_ups.TooLateToCancel):
        actions.cancel_sign_up(sign_up=made, by=None, now=made.shift.ends_at)
    factories.came(made)
    with pytest.raises(sign_ups.TooLateToCancel):
        actions.cancel_sign_up(sign_up=made, by=None, now=made.shift.starts_at)


def test_after_cancelling_one_may_come_back() -> None:
    shift, amina = factories.first_shift(factories.mission()), factories.person()
    first = factories.sign_up(shift, amina)
    actions.cancel_sign_up(sign_up=first, by=amina, now=NOW)
    assert factories.sign_up(shift, amina) != first
    assert Shift.objects.get(pk=shift.pk).taken == 1


# ── What the association does ─────────────────────────────────────────────────────────────────
def test_moving_a_shift_tells_who_comes_each_time_it_moves() -> None:
    made = factories.sign_up()
    by = factories.leader_of(made.shift.mission.organisation)
    for hours in (1, 2):
        shift = Shift.objects.get(pk=made.shift_id)
        actions.change_shift(
            shift=shift, starts_at=shift.starts_at + timedelta(hours=hours), ends_at=shift.ends_at + timedelta(hours=hours),
            capacity=3, note="", by=by, now=NOW,
        )  # fmt: skip
    assert told(made).count("volunteering.shift_moved") == 2


def test_changing_the_places_alone_disturbs_nobody() -> None:
    made = factories.sign_up()
    shift = made.shift
    actions.change_shift(
        shift=shift, starts_at=shift.starts_at, ends_at=shift.ends_at, capacity=9, note="",
        by=factories.leader_of(shift.mission.organisation), now=NOW,
    )  # fmt: skip
    assert told(made) == ["volunteering.signed_up"]
    with pytest.raises(missions.SomePeopleAreComing):
        factories.sign_up(shift)
        actions.change_shift(
            shift=shift, starts_at=shift.starts_at, ends_at=shift.ends_at, capacity=1, note="",
            by=factories.leader_of(shift.mission.organisation), now=NOW,
        )  # fmt: skip


def test_cancelling_a_mission_tells_everybody_why() -> None:
    made = factories.sign_up()
    mission = made.shift.mission
    actions.cancel_mission(
        mission=mission, reason="La serre est inondée.", by=factories.leader_of(mission.organisation), now=NOW
    )
    message = Message.objects.across(reason="test").get(kind="volunteering.shift_cancelled")
    assert "La serre est inondée." in message.text


# ── Reminders ─────────────────────────────────────────────────────────────────────────────────
def test_who_comes_tomorrow_is_told_once() -> None:
    made = factories.sign_up()
    eve = made.shift.starts_at - timedelta(hours=20)
    assert actions.remind(now=eve) == 1
    actions.remind(now=eve + timedelta(minutes=30))
    assert told(made).count("volunteering.reminder") == 1


@pytest.mark.parametrize("hours", [31, -1])
def test_not_too_early_and_never_after(hours: int) -> None:
    made = factories.sign_up()
    assert actions.remind(now=made.shift.starts_at - timedelta(hours=hours)) == 0


def test_who_does_not_come_is_not_reminded() -> None:
    cancelled, asked = factories.sign_up(), factories.sign_up(factories.first_shift(factories.mission(asks_first=True)))
    actions.cancel_sign_up(sign_up=cancelled, by=None, now=NOW)
    actions.remind(now=asked.shift.starts_at - timedelta(hours=20))
    assert "volunteering.reminder" not in told(cancelled) + told(asked)


def test_a_shift_that_moved_is_reminded_again() -> None:
    made = factories.sign_up()
    shift = made.shift
    actions.remind(now=shift.starts_at - timedelta(hours=20))
    shift = actions.change_shift(
        shift=shift, starts_at=shift.starts_at + timedelta(days=2), ends_at=shift.ends_at + timedelta(days=2), capacity=3,
        note="", by=factories.leader_of(shift.mission.organisation), now=NOW,
    )  # fmt: skip
    actions.remind(now=shift.starts_at - timedelta(hours=20))
    assert told(made).count("volunteering.reminder") == 2


# ── Never oversold ────────────────────────────────────────────────────────────────────────────
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(capacity=st.integers(1, 4), steps=st.lists(st.tuples(st.booleans(), st.integers(0, 5)), max_size=14))
def test_whatever_people_do_places_and_people_agree(db: None, capacity: int, steps: list[tuple[bool, int]]) -> None:
    """Six people come and go in any order: those who hold a place are counted, and never more than there are places."""
    mission = factories.mission(factories.organisation())
    shift = factories.shift(mission, capacity=capacity, starts_at=NOW + timedelta(days=3))
    people: list[Person] = [factories.person(f"Personne {n}") for n in range(6)]
    for comes, who in steps:
        mine = SignUp.objects.about(people[who]).holding().filter(shift=shift).first()  # type: ignore[attr-defined]
        if comes:
            try:
                actions.sign_up(shift=shift, who=people[who], now=NOW)
            except sign_ups.ShiftIsFull:
                assert Shift.objects.get(pk=shift.pk).taken == capacity
        elif mine:
            actions.cancel_sign_up(sign_up=mine, by=people[who], now=NOW)
        holding = shift.sign_ups.holding().count()  # type: ignore[attr-defined]
        shift.refresh_from_db()
        assert shift.taken == holding <= capacity
        others_have_room = True  # the mission's first shift stays empty
        assert Mission.objects.get(pk=mission.pk).has_room == (holding < capacity or others_have_room)


# ── When the clocks change ────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("begins", "ends", "minutes"),
    [
        (datetime(2026, 10, 24, 22, 0, tzinfo=PARIS), datetime(2026, 10, 25, 6, 0, tzinfo=PARIS), 9 * 60),
        (datetime(2027, 3, 27, 22, 0, tzinfo=PARIS), datetime(2027, 3, 28, 6, 0, tzinfo=PARIS), 7 * 60),
        (datetime(2027, 3, 27, 9, 0, tzinfo=PARIS), datetime(2027, 3, 27, 12, 0, tzinfo=PARIS), 3 * 60),
    ],
)
def test_a_night_of_clock_change_lasts_what_it_lasts(begins: datetime, ends: datetime, minutes: int) -> None:
    now = begins.astimezone(UTC) - timedelta(days=20)
    mission = factories.mission(now=now)
    by = factories.leader_of(mission.organisation)
    shift = actions.open_shift(mission=mission, starts_at=begins, ends_at=ends, capacity=2, by=by, now=now)
    assert shift.length_minutes == minutes
    made = factories.came(factories.sign_up(shift, now=now))
    assert actions.confirm_hours(sign_up=made, by=by, now=shift.ends_at).minutes == minutes


def test_a_length_in_minutes_crosses_the_change_as_elapsed_time() -> None:
    begins = datetime(2026, 10, 25, 1, 30, tzinfo=PARIS)
    now = begins.astimezone(UTC) - timedelta(days=20)
    mission = factories.mission(now=now)
    shift = actions.open_shift(
        mission=mission,
        starts_at=begins,
        minutes=120,
        capacity=2,
        by=factories.leader_of(mission.organisation),
        now=now,
    )
    assert shift.length_minutes == 120
    assert shift.ends_at.astimezone(PARIS).strftime("%H:%M") == "02:30"


# ── Somebody who phoned, or is simply there ───────────────────────────────────────────────────
def test_a_coordinator_adds_who_came_even_when_it_is_full() -> None:
    shift = factories.shift(factories.mission(asks_first=True), capacity=1, starts_at=NOW + timedelta(days=3))
    by = factories.leader_of(shift.mission.organisation)
    first = actions.sign_up(shift=shift, who=factories.guest(), by=by, now=NOW)
    assert first.is_confirmed
    with pytest.raises(sign_ups.ShiftIsFull):
        actions.sign_up(shift=shift, who=factories.guest(), by=by, now=NOW)
    walked_in = actions.sign_up(shift=shift, who=factories.guest(), by=by, now=shift.starts_at + timedelta(minutes=5))
    assert actions.tick(sign_up=walked_in, presence=Presence.CAME, by=by, now=shift.ends_at).presence == Presence.CAME
    assert (Shift.objects.get(pk=shift.pk).taken, Shift.objects.get(pk=shift.pk).capacity) == (2, 2)
