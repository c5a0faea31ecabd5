from datetime import timedelta

import pytest
from django.utils import timezone

from maillage.kernel.once import actions
from maillage.kernel.once.models import Done

pytestmark = pytest.mark.django_db


def test_the_second_sender_gets_the_first_answer():
    done = []

    def work():
        done.append(1)
        return f"/ici/{len(done)}/"

    assert actions.once("k", work) == ("/ici/1/", True)
    assert actions.once("k", work) == ("/ici/1/", False)
    assert len(done) == 1


def test_work_that_fails_may_be_done_again():
    def fails():
        raise ValueError

    with pytest.raises(ValueError):
        actions.once("k", fails)
    assert actions.once("k", lambda: "/fait/") == ("/fait/", True)


def test_work_that_says_nothing_may_be_done_again():
    assert actions.once("k", lambda: "") == ("", True)
    assert actions.once("k", lambda: "/fait/") == ("/fait/", True)


def test_keys_differ_when_any_part_differs():
    assert actions.key_of("a", "bc") != actions.key_of("ab", "c")


def test_old_keys_go_away_and_recent_ones_stay():
    actions.once("old", lambda: "/")
    Done.objects.update(at=timezone.now() - timedelta(days=3))
    actions.once("new", lambda: "/")
    assert actions.forget_old(now=timezone.now()) == 1
    assert list(Done.objects.values_list("key", flat=True)) == ["new"]
