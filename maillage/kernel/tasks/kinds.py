"""Two decorators: `@task`, run later and again if it fails; `@every`, run every so often."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import django_tasks
from django_tasks.base import Task

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Patience:
    """How often a failing task is tried, and how long we wait: `wait`, then twice as long each time."""

    tries: int
    wait: timedelta


@dataclass(frozen=True)
class Periodic:
    name: str
    minutes: int
    run: Callable[[datetime], object]


patience: dict[str, Patience] = {}
periodic: dict[str, Periodic] = {}


def task(
    *, tries: int = 5, wait: timedelta = timedelta(minutes=1)
) -> "Callable[[Callable[Given, Answer]], Task[Given, Answer]]":
    """Make a function of a module a task: `send_it.enqueue(pk=3)`; arguments are plain JSON."""

    def decorate(function: Callable[Given, Answer]) -> "Task[Given, Answer]":
        @wraps(function)
        def run(*args: Given.args, **kwargs: Given.kwargs) -> Any:
            function(*args, **kwargs)  # an answer would be kept in the queue's table: nobody needs it

        made = django_tasks.task()(run)
        patience[made.module_path] = Patience(tries, wait)
        return made

    return decorate


def every(*, minutes: int, name: str) -> Callable[[Callable[[datetime], object]], Callable[[datetime], object]]:
    """Run a function of a module every so many minutes, in one worker at a time; it gets `now`."""

    def decorate(function: Callable[[datetime], object]) -> Callable[[datetime], object]:
        periodic[name] = Periodic(name, minutes, function)
        return function

    return decorate
