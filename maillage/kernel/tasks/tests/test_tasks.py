"""A failing task is tried again, a dead worker's task is given back, periodic work runs once."""

import os
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from maillage.kernel.tasks import actions, every, task
from maillage.kernel.tasks.kinds import periodic
from maillage.kernel.tasks.models import Heartbeat, Worker

pytestmark = pytest.mark.django_db(transaction=True)
seen: list[int] = []


@task(tries=3, wait=timedelta(minutes=2))
def note(number: int) -> None:
    seen.append(number)
    if number < 0:
        raise ValueError("secret words")


@pytest.fixture(autouse=True)
def nothing_seen() -> None:
    seen.clear()


def row() -> DBTaskResult:
    return DBTaskResult.objects.get()


def test_a_task_runs_once() -> None:
    note.enqueue(3)
    actions.run_waiting()
    actions.run_waiting()
    assert seen == [3]


def test_a_failing_task_waits_longer_each_time_then_stays_failed() -> None:
    note.enqueue(-1)
    waits = []
    for _ in range(3):
        DBTaskResult.objects.update(run_after=timezone.now() - timedelta(seconds=1))
        actions.run_waiting()
        waits.append((row().status, round((row().run_after - timezone.now()).total_seconds() / 60)))
    assert seen == [-1, -1, -1]
    assert [status for status, _wait in waits] == ["READY", "READY", "FAILED"]
    assert [wait for _status, wait in waits[:2]] == [2, 4]
    assert actions.failed() == 1


def test_the_task_of_a_dead_worker_is_given_back() -> None:
    now = timezone.now()
    note.enqueue(4)
    DBTaskResult.objects.update(status="RUNNING", started_at=now - timedelta(seconds=30), worker_ids=["gone"])
    Worker.objects.create(name="gone", host=os.uname().nodename, pid=2**22 + 1, began_at=now, seen_at=now)
    assert actions.reap(now=now) == 1
    actions.run_waiting()
    assert seen == [4]


def test_the_task_of_a_living_worker_is_left_alone() -> None:
    now = timezone.now()
    note.enqueue(5)
    actions.say_alive("here", now=now)
    DBTaskResult.objects.update(status="RUNNING", started_at=now - timedelta(hours=3), worker_ids=["here"])
    assert actions.reap(now=now) == 0
    Worker.objects.filter(name="here").update(host="elsewhere", seen_at=now - timedelta(minutes=5))
    assert actions.reap(now=now) == 1


def test_a_task_that_kills_its_workers_is_not_given_back_for_ever() -> None:
    note.enqueue(6)
    DBTaskResult.objects.update(
        status="RUNNING", started_at=timezone.now() - timedelta(minutes=1), worker_ids=["a", "b", "c"]
    )
    assert actions.reap(now=timezone.now()) == 0
    assert row().status == "FAILED"


@pytest.fixture
def pulse() -> list[datetime]:
    felt: list[datetime] = []
    every(minutes=10, name="tried.pulse")(felt.append)
    yield felt
    del periodic["tried.pulse"]


def test_periodic_work_runs_when_it_is_due_and_not_before(pulse: list[datetime]) -> None:
    start = timezone.now()
    for minutes in (0, 1, 9, 10, 11, 25):
        actions.tick(now=start + timedelta(minutes=minutes))
    assert [round((at - start).total_seconds() / 60) for at in pulse] == [0, 10, 25]


def test_only_one_of_two_workers_claims_a_turn(pulse: list[datetime]) -> None:
    now = timezone.now()
    job = periodic["tried.pulse"]
    assert [actions.claim(job, now), actions.claim(job, now)] == [True, False]


def test_what_fails_says_its_kind_and_not_its_words() -> None:
    def fail(now: datetime) -> None:
        raise ValueError("somebody@example.org")

    every(minutes=1, name="tried.fail")(fail)
    try:
        actions.tick(now=timezone.now())
        beat = Heartbeat.objects.get(name="tried.fail")
        assert (beat.failed, beat.error) == (True, "ValueError")
        assert beat in actions.late(now=timezone.now())
    finally:
        del periodic["tried.fail"]
