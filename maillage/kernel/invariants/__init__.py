"""Triggers that keep what constraints cannot say, on SQLite and PostgreSQL alike.

A module declares its triggers in its own `invariants.py`:

    triggers.add(append_only(Hours))
    triggers.add(same_organisation(SignUp, "contact", path=("shift", "mission")))

Django rebuilds a table on SQLite when a field changes and silently drops its triggers, so all of them are dropped
before migrations and installed after; a process that does not find them refuses to start (`actions.missing`).
"""

from maillage.kernel.invariants.triggers import Trigger, append_only, same_organisation, triggers

__all__ = ["Trigger", "append_only", "same_organisation", "triggers"]
