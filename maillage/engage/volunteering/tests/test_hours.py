"""Presence, hours, signatures and outcomes: what is counted is proved, and a mistake is never erased."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maillage.engage.volunteering import actions, queries
from maillage.engage.volunteering.actions import hours as refusals
from maillage.engage.volunteering.models import (
    Answer,
    Hours,
    NeedStatus,
    Outcome,
    Presence,
    ReversalReason,
    Side,
    Signature,
    SignUp,
)
from maillage.engage.volunteering.tests import factories
from maillage.engage.volunteering.tests.factories import NOW
from maillage.kernel.evidence import actions as evidence
from maillage.kernel.facts.models import Fact
from maillage.kernel.notifications.models import Message
from maillage.kernel.organisations.models import Activity

pytestmark = pytest.mark.django_db
AFTER = NOW + timedelta(days=8)


def by(made: SignUp):  # type: ignore[no-untyped-def]
    return factories.leader_of(made.shift.mission.organisation)


def told(kind: str) -> int:
    return Message.objects.across(reason="test").filter(kind=f"volunteering.{kind}").count()


# ── Presence ──────────────────────────────────────────────────────────────────────────────────
def test_presence_is_noted_from_the_start_of_the_shift_not_before() -> None:
    made = factories.sign_up()
    with pytest.raises(refusals.TooEarlyToTick):
        actions.tick(sign_up=made, presence=Presence.CAME, by=by(made), now=made.shift.starts_at - timedelta(minutes=1))
    made = actions.tick(sign_up=made, presence=Presence.CAME, by=by(made), now=made.shift.starts_at)
    assert (made.presence, made.presence_by, made.presence_at) == (Presence.CAME, by(made), made.shift.starts_at)


def test_noting_the_same_twice_is_the_same_as_once() -> None:
    made = factories.came(factories.sign_up())
    again = actions.tick(sign_up=made, presence=Presence.CAME, by=by(made), now=AFTER)
    assert again.presence_at == made.presence_at
    assert Fact.objects.filter(kind="volunteering.presence_ticked").count() == 1


def test_a_slip_is_put_right_and_taken_back() -> None:
    made = factories.sign_up()
    for presence in (Presence.ABSENT, Presence.EXCUSED, Presence.CAME, Presence.UNKNOWN):
        made = actions.tick(sign_up=made, presence=presence, by=by(made), now=AFTER)
        assert SignUp.objects.of(made.shift.mission.organisation).get(pk=made.pk).presence == presence


def test_who_waits_for_an_answer_or_gave_the_place_back_is_not_ticked() -> None:
    asked = factories.sign_up(factories.first_shift(factories.mission(asks_first=True)))
    gone = factories.sign_up()
    actions.cancel_sign_up(sign_up=gone, by=None, now=NOW)
    for made in (asked, gone):
        with pytest.raises(refusals.NotExpected):
            actions.tick(sign_up=made, presence=Presence.CAME, by=by(made), now=AFTER)


def test_what_is_done_at_ones_own_hour_waits_for_its_end() -> None:
    mission = factories.mission()
    flexible = factories.shift(
        mission, starts_at=NOW + timedelta(days=1), ends_at=NOW + timedelta(days=20), minutes=60, is_flexible=True
    )
    made = factories.sign_up(flexible)
    organisation = mission.organisation
    assert queries.to_tick(organisation, NOW + timedelta(days=10)) == []
    assert queries.to_tick(organisation, NOW + timedelta(days=21)) == [made]
    assert queries.ticked_on(flexible) == (NOW + timedelta(days=20)).date()


# ── Counting ──────────────────────────────────────────────────────────────────────────────────
def test_hours_are_as_long_as_the_shift_unless_said_otherwise() -> None:
    first, second = (factories.sign_up() for _ in range(2))
    assert factories.counted(first).minutes == 120
    assert factories.counted(second, minutes=95).minutes == 95


def test_counting_twice_is_the_same_as_once() -> None:
    made = factories.came(factories.sign_up())
    first, second = (actions.confirm_hours(sign_up=made, by=by(made), now=AFTER) for _ in range(2))
    assert first == second
    assert Hours.objects.of(first.organisation).count() == 1
    assert told("hours_confirmed") == 1


def test_another_length_is_refused_while_hours_stand() -> None:
    hours = factories.counted(factories.sign_up())
    with pytest.raises(refusals.HoursAreCounted):
        actions.confirm_hours(sign_up=hours.sign_up, minutes=60, by=hours.by, now=AFTER)


@pytest.mark.parametrize("presence", [Presence.UNKNOWN, Presence.ABSENT, Presence.EXCUSED])
def test_hours_are_for_those_who_came(presence: Presence) -> None:
    made = actions.tick(sign_up=factories.sign_up(), presence=presence, by=factories.person(), now=AFTER)
    with pytest.raises(refusals.NobodyWasThere):
        actions.confirm_hours(sign_up=made, by=by(made), now=AFTER)


@pytest.mark.parametrize("minutes", [-60, 0, 4, 48 * 60 + 1, 32768])
def test_an_impossible_length_is_refused(minutes: int) -> None:
    made = factories.came(factories.sign_up())
    with pytest.raises(refusals.LengthIsImpossible):
        actions.confirm_hours(sign_up=made, minutes=minutes, by=by(made), now=AFTER)
    assert not Hours.objects.of(made.shift.mission.organisation).exists()


def test_presence_stays_while_its_hours_stand() -> None:
    hours = factories.counted(factories.sign_up())
    with pytest.raises(refusals.HoursAreCounted):
        actions.tick(sign_up=hours.sign_up, presence=Presence.ABSENT, by=hours.by, now=AFTER)
    actions.reverse_hours(hours=hours, reason=ReversalReason.NOT_THERE, by=hours.by, now=AFTER)
    assert actions.tick(sign_up=hours.sign_up, presence=Presence.ABSENT, by=hours.by, now=AFTER).presence == "absent"


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "minutes", "on"),
    [
        # From 22:00 to 06:00 on the clocks of France, the nights when they change, and on New Year’s Eve.
        (datetime(2027, 3, 27, 21, tzinfo=UTC), datetime(2027, 3, 28, 4, tzinfo=UTC), 7 * 60, date(2027, 3, 27)),
        (datetime(2027, 10, 30, 20, tzinfo=UTC), datetime(2027, 10, 31, 5, tzinfo=UTC), 9 * 60, date(2027, 10, 30)),
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), datetime(2027, 1, 1, 1, tzinfo=UTC), 90, date(2027, 1, 1)),
    ],
)
def test_hours_are_the_time_that_passed_and_their_day_is_that_of_france(
    starts_at: datetime, ends_at: datetime, minutes: int, on: date
) -> None:
    shift = actions.open_shift(
        mission=(mission := factories.mission()), starts_at=starts_at, ends_at=ends_at, capacity=1, now=NOW,
        by=factories.leader_of(mission.organisation),
    )  # fmt: skip
    hours = factories.counted(factories.sign_up(shift))
    assert (hours.minutes, hours.on) == (minutes, on)


# ── Correcting ────────────────────────────────────────────────────────────────────────────────
def test_a_mistake_is_corrected_by_a_contrary_row_and_nothing_is_erased() -> None:
    hours = factories.counted(factories.sign_up())
    back = actions.reverse_hours(hours=hours, reason=ReversalReason.WRONG_LENGTH, by=hours.by, now=AFTER)
    right = actions.confirm_hours(sign_up=hours.sign_up, minutes=90, by=hours.by, now=AFTER)
    rows = list(Hours.objects.of(hours.organisation).order_by("sequence"))
    assert [(row.pk, row.minutes) for row in rows] == [(hours.pk, 120), (back.pk, -120), (right.pk, 90)]
    assert (right.version, back.reverses) == (2, hours)
    assert Hours.objects.of(hours.organisation).get_minutes() == 90
    assert told("hours_reversed") == 1


def test_hours_are_taken_back_once() -> None:
    hours = factories.counted(factories.sign_up())
    back = actions.reverse_hours(hours=hours, reason=ReversalReason.OTHER, by=hours.by, now=AFTER)
    for row in (hours, back):
        with pytest.raises(refusals.NothingToReverse):
            actions.reverse_hours(hours=row, reason=ReversalReason.OTHER, by=hours.by, now=AFTER)
    assert Hours.objects.of(hours.organisation).count() == 2


def test_hours_taken_back_wait_again_to_be_counted() -> None:
    hours = factories.counted(factories.sign_up())
    assert queries.to_confirm(hours.organisation, AFTER) == []
    actions.reverse_hours(hours=hours, reason=ReversalReason.WRONG_LENGTH, by=hours.by, now=AFTER)
    assert queries.to_confirm(hours.organisation, AFTER) == [hours.sign_up]


STEPS = st.lists(st.tuples(st.sampled_from(["count", "take back", "sign"]), st.integers(-10, 3000)), max_size=14)
later = count(1)


@given(steps=STEPS)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_whatever_is_counted_signed_and_taken_back_the_total_is_what_stands(steps: list[tuple[str, int]]) -> None:
    made = factories.came(factories.sign_up())
    organisation, hours = made.shift.mission.organisation, Hours.objects.of(made.shift.mission.organisation)
    for step, minutes in steps:
        at = AFTER + timedelta(seconds=next(later))
        standing = hours.filter(reverses=None, reversed_by=None).first()
        try:
            if step == "count":
                actions.confirm_hours(sign_up=made, minutes=minutes, by=by(made), now=at)
            elif standing and step == "sign":
                actions.sign_hours(hours=standing, by=made.contact.person, now=at)
            elif standing:
                actions.reverse_hours(hours=standing, reason=ReversalReason.OTHER, by=by(made), now=at)
        except (refusals.LengthIsImpossible, refusals.HoursAreCounted):
            pass
        stands = list(hours.filter(reverses=None, reversed_by=None))
        assert len(stands) <= 1
        assert hours.get_minutes() == sum(row.minutes for row in stands) >= 0
        assert queries.minutes_by_year(organisation).get(NOW.year, 0) == hours.get_minutes()
    for model, stream in ((Hours, "hours"), (Signature, "signatures")):
        assert evidence.verify(model, stream=f"{stream}:{organisation.pk}") == ""


# ── The other hand ────────────────────────────────────────────────────────────────────────────
def test_the_volunteer_signs_and_signing_twice_is_once() -> None:
    amina = factories.person()
    hours = factories.counted(factories.sign_up(who=amina))
    first, second = (actions.sign_hours(hours=hours, by=amina, now=AFTER) for _ in range(2))
    assert first == second and (first.how, first.by) == ("account", amina)
    assert Fact.objects.filter(kind="volunteering.hours_signed").count() == 1


def test_whoever_holds_the_secret_address_signs_without_an_account() -> None:
    hours = factories.counted(factories.sign_up(who=factories.guest()))
    signed = actions.sign_hours(hours=hours, by=None, now=AFTER)
    assert (signed.how, signed.by) == ("link", None)


def test_nobody_signs_nor_disputes_for_somebody_else() -> None:
    hours = factories.counted(factories.sign_up(who=factories.person()))
    for verb in (actions.sign_hours, actions.dispute_hours):
        with pytest.raises(refusals.NotYours):
            verb(hours=hours, by=hours.by, now=AFTER)
    assert not Signature.objects.of(hours.organisation).exists()


def test_hours_taken_back_are_signed_and_disputed_no_more() -> None:
    hours = factories.counted(factories.sign_up())
    actions.reverse_hours(hours=hours, reason=ReversalReason.WRONG_LENGTH, by=hours.by, now=AFTER)
    right = actions.confirm_hours(sign_up=hours.sign_up, minutes=60, by=hours.by, now=AFTER)
    for verb in (actions.sign_hours, actions.dispute_hours):
        with pytest.raises(refusals.HoursWereTakenBack):
            verb(hours=hours, by=hours.contact.person, now=AFTER)
    assert actions.sign_hours(hours=right, by=hours.contact.person, now=AFTER).hours == right


def test_a_dispute_tells_the_team_until_it_is_answered() -> None:
    hours = factories.counted(factories.sign_up())
    actions.dispute_hours(hours=hours, by=hours.contact.person, words="Je suis restée trois heures.", now=AFTER)
    assert told("hours_disputed") == 1
    assert [one.sign_up.claim for one in queries.disputed(hours.organisation)] == ["Je suis restée trois heures."]
    actions.sign_hours(hours=hours, by=hours.contact.person, now=AFTER)
    assert queries.disputed(hours.organisation) == []
    with pytest.raises(refusals.HoursAreSigned):
        actions.dispute_hours(hours=hours, by=hours.contact.person, now=AFTER)


# ── Did it help? ──────────────────────────────────────────────────────────────────────────────
def test_each_side_tells_once_and_may_change_its_answer() -> None:
    made = factories.came(factories.sign_up())
    mission = made.shift.mission
    for answer in (Answer.YES, Answer.PARTLY):
        actions.tell_outcome(mission=mission, side=Side.HELPER, sign_up=made, answer=answer, by=None, now=AFTER)
        actions.tell_outcome(mission=mission, side=Side.ASKER, answer=answer, by=None, now=AFTER)
    assert sorted(Outcome.objects.of(mission.organisation).values_list("side", "answer")) == [
        ("asker", "partly"), ("helper", "partly"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "status"),
    [(Answer.YES, NeedStatus.CLOSED), (Answer.PARTLY, NeedStatus.CLOSED), (Answer.NO, NeedStatus.ANSWERED)],
)
def test_the_need_closes_when_it_helped_and_stays_open_when_it_did_not(answer: Answer, status: NeedStatus) -> None:
    organisation = factories.organisation()
    leader = factories.leader_of(organisation)
    need = actions.say_need(
        organisation=organisation, title="Monter une serre", domain=Activity.FOOD, commune=factories.commune(), by=leader,
        now=NOW,
    )  # fmt: skip
    mission = actions.mission_from_need(need=need, by=leader, now=NOW)
    actions.tell_outcome(mission=mission, side=Side.ASKER, answer=answer, by=leader, now=AFTER)
    need.refresh_from_db()
    assert need.status == status
