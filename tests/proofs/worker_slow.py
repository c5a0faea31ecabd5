"""The task itself, in a module of its own: the queue finds it by its path."""

from maillage.kernel.tasks import task
from tests.proofs.worker_task import take_time


@task(tries=3)
def slow(began: str, done: str) -> None:
    take_time(began, done)
