"""A calendar follows its shift: each move replaces the hour before, and the end takes it off."""

import base64
from datetime import datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from maillage.engage.volunteering import actions, calendar
from maillage.engage.volunteering.models import Shift, SignUp
from maillage.engage.volunteering.tests import factories
from maillage.engage.volunteering.tests.factories import NOW
from maillage.kernel.notifications.models import Message

pytestmark = pytest.mark.django_db


def attached(kind: str) -> list[Any]:
    """The calendars sent with the messages of a kind, in the order they were."""
    rows = Message.objects.across(reason="test").filter(kind=f"volunteering.{kind}").order_by("pk")
    return [Calendar.from_ical(base64.b64decode(content)) for row in rows for _name, content, _mime in row.attachments]


def told(file: Any) -> tuple[str, str, int, datetime, str]:
    """Its method, and of its one event the status, the sequence, the start and who it is."""
    (event,) = file.walk("VEVENT")
    return str(file["method"]), str(event["status"]), int(event["sequence"]), event["dtstart"].dt, str(event["uid"])


def moved(made: SignUp, hours: int, **said: Any) -> Shift:
    shift = Shift.objects.get(pk=made.shift_id)
    usual: dict[str, Any] = {
        "starts_at": shift.starts_at + timedelta(hours=hours), "ends_at": shift.ends_at + timedelta(hours=hours),
        "capacity": shift.capacity, "note": "",
    }  # fmt: skip
    return actions.change_shift(
        shift=shift, by=factories.leader_of(shift.mission.organisation), now=NOW, **(usual | said)
    )


def test_each_move_is_sent_with_a_sequence_that_grows() -> None:
    made = factories.sign_up()
    start = made.shift.starts_at
    moved(made, 1)
    moved(made, 0, capacity=7)  # other places, the same hour: nothing is sent
    moved(made, 2)
    (first,) = attached("signed_up")
    uid = told(first)[-1]
    assert told(first) == ("PUBLISH", "CONFIRMED", 0, start, uid)
    assert [told(file) for file in attached("shift_moved")] == [
        ("PUBLISH", "CONFIRMED", 1, start + timedelta(hours=1), uid),
        ("PUBLISH", "CONFIRMED", 2, start + timedelta(hours=3), uid),
    ]
    # Whoever takes the file from the sheet, or signs up afterwards, gets the same.
    later = calendar.one_shift(SignUp.objects.about(made.contact.person).get(), now=NOW)
    assert told(Calendar.from_ical(later))[1:3] == ("CONFIRMED", 2)
    factories.sign_up(Shift.objects.get(pk=made.shift_id))
    assert told(attached("signed_up")[-1])[1:4] == ("CONFIRMED", 2, start + timedelta(hours=3))


def test_what_is_cancelled_leaves_the_calendar_whatever_moved_before() -> None:
    still, gone = factories.sign_up(), factories.sign_up()
    shift = moved(gone, 1)
    actions.cancel_shift(shift=shift, by=factories.leader_of(shift.mission.organisation), now=NOW, reason="Il pleut.")
    (file,) = attached("shift_cancelled")
    method, status, sequence, _start, uid = told(file)
    assert (method, status, sequence) == ("CANCEL", "CANCELLED", 2) and uid == told(attached("signed_up")[1])[-1]
    actions.cancel_mission(
        mission=still.shift.mission,
        reason="Il pleut.",
        by=factories.leader_of(still.shift.mission.organisation),
        now=NOW,
    )
    assert told(attached("shift_cancelled")[-1])[:3] == ("CANCEL", "CANCELLED", 1)


def test_the_place_given_back_is_cancelled_in_the_file() -> None:
    made = factories.sign_up()
    actions.cancel_sign_up(sign_up=made, by=None, now=NOW)
    file = calendar.one_shift(SignUp.objects.about(made.contact.person).get(), now=NOW)
    assert told(Calendar.from_ical(file))[:3] == ("CANCEL", "CANCELLED", 1)


def test_who_waits_for_an_answer_is_told_without_the_exact_place() -> None:
    made = factories.sign_up(factories.first_shift(factories.mission(asks_first=True)))
    shift = moved(made, 1)
    actions.cancel_shift(shift=shift, by=factories.leader_of(shift.mission.organisation), now=NOW)
    assert attached("shift_moved") == attached("shift_cancelled") == []
    every = Message.objects.across(reason="test").filter(kind__startswith="volunteering.shift_")
    assert len(every) == 2 and not any("joint" in one.text for one in every)


def test_a_file_says_what_the_rfc_wants_of_it() -> None:
    made = factories.sign_up()
    made.shift.starts_at = made.shift.starts_at.astimezone(made.shift.mission.zone)
    file = Calendar.from_ical(calendar.one_shift(made, now=NOW))
    (event,) = file.walk("VEVENT")
    for name in ("uid", "dtstamp", "organizer", "dtstart", "dtend", "summary", "sequence", "status"):
        assert name in event
    assert str(event["organizer"]).startswith("mailto:") and "@" in str(event["organizer"])
    assert event["organizer"].params["CN"] == str(made.shift.mission.organisation)
    assert event["dtstart"].to_ical().endswith(b"Z") and event["dtend"].to_ical().endswith(b"Z")


def test_the_message_says_that_the_file_is_there() -> None:
    made = factories.sign_up()
    shift = moved(made, 1)
    actions.cancel_shift(shift=shift, by=factories.leader_of(shift.mission.organisation), now=NOW)
    texts = dict(Message.objects.across(reason="test").values_list("kind", "text"))
    assert "le nouvel horaire est joint pour votre agenda" in texts["volunteering.shift_moved"]
    assert "Le fichier joint retire ce créneau de votre agenda." in texts["volunteering.shift_cancelled"]


# ── What a reminder would say ─────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("reach", [{"email": "lucie@exemple.localhost"}, {"phone": "+33611111111"}])
def test_who_signs_up_at_the_last_moment_reads_at_once_all_that_a_reminder_says(reach: dict[str, str]) -> None:
    mission = factories.mission(gear="des bottes", transport="bus C4", contact_name="Bruno")
    shift = factories.shift(mission, starts_at=NOW + timedelta(hours=20), note="Prévoir un imperméable")
    usual = {"phone": "", "email": ""}
    factories.sign_up(shift, factories.guest(**(usual | reach)))
    late = factories.sign_up(shift, factories.guest("Jean U."), now=shift.starts_at - timedelta(hours=5))
    assert actions.remind(now=shift.starts_at - timedelta(hours=4)) == 1
    texts = Message.objects.across(reason="test")
    assert not texts.filter(kind="volunteering.reminder", about_id=late.pk).exists()
    confirmed = texts.get(kind="volunteering.signed_up", address=next(iter(reach.values()))).text
    reminder = texts.get(kind="volunteering.reminder").text
    practical = (
        [line for line in reminder.splitlines() if line.startswith("- ")] if "email" in reach
        else ["mercredi 25 novembre", "Portail vert, 12 chemin des Prairies", "/inscription/"]
    )  # fmt: skip
    assert len(practical) >= 3
    for line in practical:
        assert line in reminder and line in confirmed
