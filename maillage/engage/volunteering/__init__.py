"""Volunteering: from a need to signed hours, one thread and nothing typed twice.

Nouns: a `Need` (something lacks) becomes a `Mission` (what, why, with whom), which has `Shift`s (when, how many), to which people
make a `SignUp`; presence ticked on the day becomes `Hours` (evidence, never changed) with their `Signature`s; both sides tell
an `Outcome`. Verbs: say_need, open_mission, publish, open_shift, sign_up, cancel_sign_up, tick, confirm_hours, reverse_hours,
sign_hours, tell_outcome, attest. Facts: need_said, mission_published, signed_up, presence_ticked, hours_confirmed, outcome_told…
"""
