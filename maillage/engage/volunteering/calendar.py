"""The calendar file of a sign-up, RFC 5545: a stable UID, so that a moved or cancelled shift replaces the old one."""

from datetime import datetime

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from maillage.engage.volunteering.models import Shift, SignUp
from maillage.kernel.secret_link import absolute


def one_shift(sign_up: SignUp, *, now: datetime) -> bytes:
    """A file with one event. The meeting point is in it: only whoever has a place receives it."""
    return calendar_of([sign_up], now=now)


def calendar_of(sign_ups: list[SignUp], *, now: datetime) -> bytes:
    file = Calendar()
    file.add("prodid", "-//Maillage//FR")
    file.add("version", "2.0")
    file.add("method", "PUBLISH")
    for sign_up in sign_ups:
        file.add_component(event_of(sign_up, now=now))
    return bytes(file.to_ical())


def event_of(sign_up: SignUp, *, now: datetime) -> Event:
    shift: Shift = sign_up.shift
    mission = shift.mission
    event = Event()
    event.add("uid", f"inscription-{sign_up.pk}@{absolute('').partition('://')[2]}")
    event.add("dtstamp", now)
    # Instants in UTC: right whatever the reader's time zone and both clock changes.
    event.add("dtstart", shift.starts_at)
    event.add("dtend", shift.ends_at)
    event.add("summary", f"{mission.title} · {mission.organisation}")
    event.add(
        "location",
        _("À distance") if mission.is_remote else ", ".join(filter(None, [mission.meeting_point, mission.place])),
    )
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if shift.is_cancelled or not sign_up.holds_a_place else "CONFIRMED")
    event.add("sequence", int(bool(shift.is_cancelled)))
    return event
