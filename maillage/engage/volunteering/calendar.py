"""The calendar file of a sign-up, RFC 5545 and 5546.

A stable UID, and a SEQUENCE that grows with each move and with the end: a moved or cancelled shift replaces the old one.
"""

from collections import Counter
from datetime import UTC, datetime
from email.utils import parseaddr

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText

from maillage.engage.volunteering import facts
from maillage.engage.volunteering.models import Shift, SignUp
from maillage.kernel.facts.models import Fact
from maillage.kernel.organisations.models import Organisation
from maillage.kernel.secret_link import absolute


def one_shift(sign_up: SignUp, *, now: datetime) -> bytes:
    """A file with one event, which takes it off the calendar when it will not take place.

    The meeting point is in it: only whoever has a place receives it.
    """
    return calendar_of([sign_up], now=now, method="PUBLISH" if takes_place(sign_up) else "CANCEL")


def calendar_of(sign_ups: list[SignUp], *, now: datetime, method: str = "PUBLISH") -> bytes:
    file = Calendar()
    file.add("prodid", "-//Maillage//FR")
    file.add("version", "2.0")
    file.add("method", method)
    moves = moves_of([sign_up.shift for sign_up in sign_ups])
    for sign_up in sign_ups:
        file.add_component(event_of(sign_up, now=now, moves=moves[sign_up.shift_id]))
    return bytes(file.to_ical())


def takes_place(sign_up: SignUp) -> bool:
    return sign_up.holds_a_place and not sign_up.shift.is_cancelled


def moves_of(shifts: list[Shift]) -> Counter[int]:
    """How many times each was moved, as it was recorded."""
    return Counter(
        Fact.objects.filter(
            about_model=Shift._meta.label_lower, about_id__in=[shift.pk for shift in shifts],
            kind=facts.shift_changed.name, details__moved=True,
        ).values_list("about_id", flat=True)
    )  # fmt: skip


def organiser_of(organisation: Organisation) -> vCalAddress:
    """Who calls people together: the RFC wants an address, and ours answers for an association that shows none."""
    address = vCalAddress(f"mailto:{organisation.email or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    address.params["CN"] = vText(str(organisation))
    return address


def event_of(sign_up: SignUp, *, now: datetime, moves: int = 0) -> Event:
    shift: Shift = sign_up.shift
    mission = shift.mission
    event = Event()
    event.add("uid", f"inscription-{sign_up.pk}@{absolute('').partition('://')[2]}")
    event.add("dtstamp", now)
    # Instants in UTC: right whatever the reader's time zone and both clock changes.
    event.add("dtstart", shift.starts_at.astimezone(UTC))
    event.add("dtend", shift.ends_at.astimezone(UTC))
    event.add("summary", f"{mission.title} · {mission.organisation}")
    event.add(
        "location",
        _("À distance") if mission.is_remote else ", ".join(filter(None, [mission.meeting_point, mission.place])),
    )
    event.add("class", "PRIVATE")
    event.add("organizer", organiser_of(mission.organisation))
    event.add("status", "CONFIRMED" if takes_place(sign_up) else "CANCELLED")
    event.add("sequence", moves + int(not takes_place(sign_up)))
    return event
