import pytest
from django.db import connection

from maillage.kernel.invariants import actions

pytestmark = pytest.mark.django_db(transaction=True)


def test_every_trigger_stands_after_migrations():
    assert actions.missing(connection) == []
    assert len(actions.every()) >= 12


def test_a_trigger_that_fell_is_missed_and_put_up_again():
    first = actions.every()[0]
    connection.cursor().execute(first.drop_sql(connection.vendor))
    assert actions.missing(connection) == [first.full_name]
    actions.install(connection)
    assert actions.missing(connection) == []


def test_names_fit_in_postgresql():
    assert [trigger.full_name for trigger in actions.every() if len(trigger.full_name) > 63] == []
