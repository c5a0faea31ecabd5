"""Work that waits its turn: the queue, retries, the reaper, and what happens every so often.

Nouns: a task (a function in a module's `tasks.py`, queued with `.enqueue(…)` in the transaction that wants it), `Worker` (a
process that takes tasks, and says it is alive) and `Heartbeat` (when a periodic function last ran). Verbs: tick, reap, run_waiting.
A task may run twice when its worker was killed: each calls one action, which is idempotent.
"""

from maillage.kernel.tasks.kinds import every, task

__all__ = ["every", "task"]
