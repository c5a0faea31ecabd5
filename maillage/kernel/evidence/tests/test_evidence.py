"""Evidence, tried on the hours of volunteering: the first module that keeps some."""

import pytest
from django.db import DatabaseError, connection, transaction

from maillage.kernel.evidence import actions
from maillage.kernel.invariants import actions as invariants

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hours(three_hours):
    return three_hours


def test_rows_are_numbered_and_chained(hours):
    model, stream = type(hours[0]), hours[0].stream
    assert [row.sequence for row in hours] == [1, 2, 3]
    assert hours[1].previous_hash == hours[0].row_hash
    assert actions.verify(model, stream=stream) == ""


@pytest.mark.parametrize("how", ["save", "update", "delete", "sql", "replace"])
def test_the_database_refuses_any_change(hours, how):
    row = hours[1]
    rows = type(row).objects.across(reason="a test")
    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        if how == "save":
            row.minutes = 600
            row.save()
        elif how == "update":
            rows.filter(pk=row.pk).update(minutes=600)
        elif how == "delete":
            rows.filter(pk=row.pk)._raw_delete(rows.db)
        elif how == "replace" and connection.vendor == "sqlite":
            connection.cursor().execute("REPLACE INTO volunteering_hours SELECT * FROM volunteering_hours")
        else:
            connection.cursor().execute("UPDATE volunteering_hours SET minutes = 600")


@pytest.mark.parametrize(
    ("behind", "said"),
    [
        ("UPDATE volunteering_hours SET minutes = 600 WHERE sequence = 2", "row 2 was changed"),
        ("DELETE FROM volunteering_hours WHERE sequence = 2", "row 2 is missing"),
        ("UPDATE volunteering_hours SET previous_hash = 'x' WHERE sequence = 3", "row 3 does not follow"),
    ],
)
def test_a_change_made_behind_the_back_is_seen(hours, behind, said):
    invariants.drop(connection)
    connection.cursor().execute(behind)
    invariants.install(connection)
    assert said in actions.verify(type(hours[0]), stream=hours[0].stream)
