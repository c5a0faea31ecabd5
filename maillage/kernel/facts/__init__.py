"""What happened, who did it, in order.

A fact is a row written with the change and announced after the commit. The table is at once the audit trail,
a person's timeline, the trigger of what follows (`wiring`) and the outbox: what was not delivered is announced
again, so receivers must be idempotent. A fact holds identifiers and plain codes, never a name or an address.
"""

from maillage.kernel.facts.kinds import FactKind

__all__ = ["FactKind"]
