"""The clock of a worker: say it is alive, take over from the dead, run what is due, try again what failed."""

import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import close_old_connections, connection, transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult, get_date_max

from maillage.kernel.tasks.kinds import Periodic, patience, periodic
from maillage.kernel.tasks.models import Heartbeat, Worker

log = logging.getLogger("maillage.tasks")
SILENT_FOR = timedelta(seconds=90)
BEAT = 5  # seconds
LONGEST_WAIT = timedelta(hours=12)


# ── A task failed, or its worker died ─────────────────────────────────────────────────────────
def try_again(sender: type, task_result: Any, **kwargs: object) -> None:
    """Put a failed task back in the queue, later and later, until its patience is spent."""
    if task_result.status != TaskResultStatus.FAILED:
        return
    row = DBTaskResult.objects.get(pk=task_result.id)
    mine, tried = patience.get(row.task_path), len(row.worker_ids)
    log.error("task %s failed (try %s): %s", row.task_path, tried, row.exception_class_path)
    if mine is None or tried >= mine.tries:
        return
    wait = min(mine.wait * 2 ** (tried - 1), LONGEST_WAIT)
    put_back(DBTaskResult.objects.filter(pk=row.pk), run_after=timezone.now() + wait)


def put_back(rows: Any, *, run_after: datetime) -> int:
    """Make rows ready again; what they were given and how often they were tried stays."""
    count: int = rows.update(status=TaskResultStatus.READY, run_after=run_after, started_at=None, finished_at=None)
    return count


def reap(*, now: datetime) -> int:
    """Give back the tasks whose worker died while running them; return how many."""
    alive = {worker.name for worker in Worker.objects.all() if is_alive(worker, now)}
    orphans = [
        row
        for row in DBTaskResult.objects.running()
        if (row.worker_ids[-1] if row.worker_ids else "") not in alive
        and (row.started_at is None or now - row.started_at > timedelta(seconds=5))
    ]
    given_back = 0
    for row in orphans:
        mine = patience.get(row.task_path)
        running = DBTaskResult.objects.filter(pk=row.pk, status=TaskResultStatus.RUNNING)
        if mine and len(row.worker_ids) >= mine.tries:
            # It took its workers down each time: leave it where `doctor` shows it.
            running.update(status=TaskResultStatus.FAILED, finished_at=now, exception_class_path="WorkerDied")
        else:
            given_back += put_back(running, run_after=now)
    Worker.objects.filter(seen_at__lt=now - timedelta(days=1)).delete()
    return given_back


def is_alive(worker: Worker, now: datetime) -> bool:
    if now - worker.seen_at > SILENT_FOR:
        return False
    return worker.host != socket.gethostname() or process_exists(worker.pid)


def process_exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


# ── What happens every so often ───────────────────────────────────────────────────────────────
def tick(*, now: datetime) -> list[str]:
    """Run what is due, each in one worker only; return the names of what ran."""
    return [job.name for job in periodic.values() if claim(job, now) and run(job, now)]


def claim(job: Periodic, now: datetime) -> bool:
    """Whether it is due and ours to run: the condition and the mark are one statement."""
    Heartbeat.objects.get_or_create(name=job.name, defaults={"every_minutes": job.minutes})
    due = Q(began_at=None) | Q(began_at__lte=now - timedelta(minutes=job.minutes))
    return bool(Heartbeat.objects.filter(due, name=job.name).update(began_at=now, every_minutes=job.minutes))


def run(job: Periodic, now: datetime) -> bool:
    error = ""
    try:
        job.run(now)
    except Exception as failed:  # one periodic function never stops the others
        error = type(failed).__name__
        log.exception("periodic %s failed", job.name)
    Heartbeat.objects.filter(name=job.name).update(ended_at=timezone.now(), failed=bool(error), error=error)
    return True


def late(*, now: datetime) -> list[Heartbeat]:
    """Heart-beats that should have been felt since twice their interval (at least ten minutes), or that failed."""
    return [
        beat
        for beat in Heartbeat.objects.filter(name__in=periodic)
        if beat.failed
        or beat.ended_at is None
        or now - beat.ended_at > max(timedelta(minutes=10), timedelta(minutes=2 * beat.every_minutes))
    ]


# ── A worker ──────────────────────────────────────────────────────────────────────────────────
def name_of_worker() -> str:
    return f"{socket.gethostname()[:30]}-{os.getpid()}-{secrets.token_hex(6)}"


def say_alive(name: str, *, now: datetime) -> None:
    Worker.objects.update_or_create(
        name=name,
        defaults={"seen_at": now},
        create_defaults={"host": socket.gethostname(), "pid": os.getpid(), "began_at": now, "seen_at": now},
    )


def work(*, interval: float = 0.5) -> None:
    """Take tasks until told to stop, with the heart and the clock beside. Runs in the main thread of its process."""
    name = name_of_worker()
    say_alive(name, now=timezone.now())
    reap(now=timezone.now())
    stop = threading.Event()
    start_beside(name, stop)
    worker = worker_of(name, interval=interval, batch=False)
    worker.configure_signals()
    try:
        worker.run()
    finally:
        stop.set()
        Worker.objects.filter(name=name).delete()


def start_beside(name: str, stop: threading.Event) -> list[threading.Thread]:
    """The heart and the clock, each in its own thread: what is due may be slow, and the heart beats on."""

    def live() -> None:
        now = timezone.now()
        say_alive(name, now=now)
        reap(now=now)

    beside = [
        threading.Thread(target=beat, args=(live, stop), name="heart", daemon=True),
        threading.Thread(target=beat, args=(lambda: tick(now=timezone.now()), stop), name="clock", daemon=True),
    ]
    for thread in beside:
        thread.start()
    return beside


def beat(do: Callable[[], object], stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            close_old_connections()
            do()
        except Exception:  # a database that is away for a moment must not stop the clock
            log.exception("the %s missed a beat", threading.current_thread().name)
            connection.close()
        stop.wait(BEAT)
    connection.close()


def worker_of(name: str, *, interval: float, batch: bool) -> db_worker.Worker:
    return db_worker.Worker(
        queue_names=["*"], interval=interval, batch=batch, backend_name="default", startup_delay=False,
        max_tasks=None, worker_id=name, excluded_queue_names=[],
    )  # fmt: skip


def run_waiting() -> None:
    """Run in this process every task that waits, and return: for tests and for the end of a command."""
    worker_of(name_of_worker(), interval=0, batch=True).run()


# ── What `doctor` asks ────────────────────────────────────────────────────────────────────────
def waiting(*, now: datetime) -> int:
    """Tasks that should have run already."""
    return (
        DBTaskResult.objects.filter(status=TaskResultStatus.READY)
        .filter(Q(run_after=get_date_max()) | Q(run_after__lte=now))
        .count()
    )


def failed() -> int:
    return DBTaskResult.objects.failed().count()


def forget_done(*, now: datetime) -> int:
    """Drop tasks done a week ago, and failed ones after a month."""
    with transaction.atomic():
        done = DBTaskResult.objects.filter(
            Q(status=TaskResultStatus.SUCCESSFUL, finished_at__lt=now - timedelta(days=7))
            | Q(status=TaskResultStatus.FAILED, finished_at__lt=now - timedelta(days=30))
        )
        return done.delete()[0]


__all__ = ["failed", "forget_done", "late", "reap", "run_waiting", "tick", "try_again", "waiting", "work"]
