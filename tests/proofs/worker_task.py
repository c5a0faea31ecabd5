"""A task that says it began, takes its time the first time, and says it is done; and a worker that runs it."""

from pathlib import Path
from time import sleep

from tests.proofs.stage import told


def main() -> None:
    words = told()
    from maillage.kernel.tasks import actions
    from tests.proofs.worker_slow import slow

    if words["what"] == "enqueue":
        slow.enqueue(began=words["began"], done=words["done"])
        print("{}")
        return
    if not words["reaps"]:
        actions.reap = lambda *, now: 0  # type: ignore[assignment]
    actions.SILENT_FOR = actions.SILENT_FOR / 30  # three seconds: the proof need not wait a minute and a half
    actions.BEAT = 1
    actions.work(interval=0.1)


def take_time(began: str, done: str) -> None:
    is_first = not Path(began).exists()
    Path(began).write_text("began")
    if is_first:
        sleep(600)  # until it is killed
    Path(done).write_text("done")


if __name__ == "__main__":
    main()
