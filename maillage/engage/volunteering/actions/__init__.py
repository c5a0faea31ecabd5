"""The verbs, in the order of the thread: needs, missions and shifts, sign-ups, hours and outcomes."""

from maillage.engage.volunteering.actions.hours import (
    attest,
    confirm_hours,
    reverse_hours,
    sign_hours,
    tell_outcome,
    tick,
)
from maillage.engage.volunteering.actions.missions import (
    cancel_mission,
    cancel_shift,
    change_mission,
    change_shift,
    close_mission,
    copy_mission,
    open_mission,
    open_shift,
    publish,
    refresh,
)
from maillage.engage.volunteering.actions.needs import (
    close_need,
    decline_need,
    keep_need,
    mission_from_need,
    say_need,
)
from maillage.engage.volunteering.actions.sign_ups import (
    accept,
    answer_as_guardian,
    cancel_sign_up,
    decline,
    remind,
    sign_up,
)

__all__ = [
    "accept",
    "answer_as_guardian",
    "attest",
    "cancel_mission",
    "cancel_shift",
    "cancel_sign_up",
    "change_mission",
    "change_shift",
    "close_mission",
    "close_need",
    "confirm_hours",
    "copy_mission",
    "decline",
    "decline_need",
    "keep_need",
    "mission_from_need",
    "open_mission",
    "open_shift",
    "publish",
    "refresh",
    "remind",
    "reverse_hours",
    "say_need",
    "sign_hours",
    "sign_up",
    "tell_outcome",
    "tick",
]
