"""« Mon compte »: who I am, how I am reached, and those I answer for."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from maillage.engage.volunteering.tests import factories
from maillage.kernel.organisations import actions as organisations
from maillage.kernel.organisations.models import Organisation
from maillage.kernel.people.models import Person
from maillage.web.tests.signing_in import enters_at_once

pytestmark = pytest.mark.django_db
NUMBER = "+33612345678"


@pytest.fixture
def mine(client: Client, amina: Person) -> Client:
    enters_at_once(client, amina)
    return client


def text(response: Any) -> str:
    return str(response.content.decode())


# ── A telephone, which nobody proves ──────────────────────────────────────────────────────────
def test_a_number_that_somebody_has_is_taken_like_any_other(mine: Client, amina: Person, bruno: Person) -> None:
    """A family shares one; and no answer tells whether somebody here has it."""
    Person.objects.filter(pk=bruno.pk).update(phone=NUMBER)
    response = mine.post(reverse("web:identity"), {"name": "Amina B.", "phone": "06 12 34 56 78"})
    amina.refresh_from_db()
    assert response["Location"] == reverse("web:me") and amina.phone == NUMBER


def test_typing_somebody_s_number_shows_nothing_of_theirs(
    mine: Client, amina: Person, les_jardins: Organisation, now: Any
) -> None:
    organisations.know(organisation=les_jardins, name="Amina B.", phone=NUMBER, now=now)
    Person.objects.filter(pk=amina.pk).update(phone=NUMBER)
    assert "connaît" not in text(mine.get(reverse("web:me")))
    assert "Les Jardins" not in text(mine.get(reverse("privacy:my_data")))


def test_erasing_oneself_leaves_the_number_that_a_mission_gives_of_somebody_else(
    amina: Person, les_jardins: Organisation, now: Any
) -> None:
    """Of the same association, and the same number in their account: it is not theirs by that alone."""
    from maillage.engage.volunteering.hooks.personal_data import Volunteering

    organisations.give_role(organisation=les_jardins, person=amina, kind="member", by=None, now=now)
    Person.objects.filter(pk=amina.pk).update(phone=NUMBER)
    amina.refresh_from_db()
    theirs = factories.mission(les_jardins, now=now, contact_name="Bruno", contact_phone=NUMBER)
    hers = factories.mission(les_jardins, now=now, contact_name="Amina", contact_phone=NUMBER)
    assert list(Volunteering.reached_at(amina)) == [hers]
    Volunteering().forget(amina, today=now.date())
    theirs.refresh_from_db()
    assert (theirs.contact_name, theirs.contact_phone) == ("Bruno", NUMBER)
