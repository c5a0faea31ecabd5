"""What was noted with my proven address before I had an account, or by somebody who shares it."""

import json
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from maillage.engage.volunteering.models import GuardianAgreement, SignUp, SignUpStatus
from maillage.engage.volunteering.tests import factories
from maillage.kernel.organisations import actions as organisations
from maillage.kernel.organisations.models import Contact, Organisation
from maillage.kernel.people import actions as people
from maillage.kernel.people.models import Person
from maillage.steer.privacy import actions, queries
from tests.pages import enter, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def proven(amina: Person) -> Person:
    EmailAddress.objects.create(user=amina, email=str(amina.email), verified=True, primary=True)
    return amina


@pytest.fixture
def mine(proven: Person) -> Client:
    return enter(proven)


def signs_up(here: Organisation, name: str, email: Any, title: str) -> SignUp:
    shift = factories.first_shift(factories.mission(here, title=title))
    return factories.sign_up(shift, factories.guest(name, email=email), now=timezone.now())


def told(person: Person, part: str = "") -> str:
    found = [[one.name, one.rows] for one in queries.sections(person) if part in one.name]
    return json.dumps(found, ensure_ascii=False)


@pytest.mark.parametrize("name", ["Amina B.", "Amina Benali", "AMINA", "amina"])
def test_what_i_gave_as_a_guest_is_shown_taken_away_and_erased(
    mine: Client, proven: Person, les_jardins: Organisation, name: str
) -> None:
    made = signs_up(les_jardins, name, proven.email, "Semer les radis")
    assert "Semer les radis" in text(mine.get(reverse("privacy:my_data")))
    assert b"Semer les radis" in zipped(proven)
    made.contact.refresh_from_db()
    assert made.contact.person is None  # looking changes nothing
    actions.erase(person=proven, now=timezone.now())
    made.refresh_from_db()
    assert made.status != SignUpStatus.CONFIRMED and made.contact.name == "Personne effacée"


def zipped(person: Person) -> bytes:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(actions.export_of(person, now=timezone.now()))) as archive:
        return archive.read("donnees.json")


def test_several_contacts_of_one_association_are_all_shown(proven: Person, les_jardins: Organisation) -> None:
    for name, title in (("Amina B.", "Semer"), ("Amina Benali", "Arroser"), ("Amina", "Récolter")):
        signs_up(les_jardins, name, proven.email, title)
    factories.sign_up(factories.first_shift(factories.mission(les_jardins, title="Vendre")), proven, now=timezone.now())
    said = told(proven, "mes inscriptions")
    assert [title in said for title in ("Semer", "Arroser", "Récolter", "Vendre")] == [True] * 4
    assert said.count("Vendre") == 1
    assert Contact.objects.about(proven).get().sign_ups.count() == 1


def test_an_address_that_nobody_proved_shows_nothing(amina: Person, les_jardins: Organisation) -> None:
    signs_up(les_jardins, "Amina B.", amina.email, "Semer les radis")
    signs_up(les_jardins, "Marc", amina.email, "Arroser")
    EmailAddress.objects.create(user=amina, email=str(amina.email), verified=False, primary=True)
    said = told(amina)
    assert "Semer" not in said and "Arroser" not in said and "Marc" not in said
    with pytest.raises(organisations.NotYours):
        organisations.take_address_out(
            contact=Contact.objects.of(les_jardins).get(name="Marc"), person=amina, now=timezone.now()
        )


def test_another_first_name_is_somebody_else_and_the_address_may_be_taken_out(
    mine: Client, proven: Person, claire: Person, les_jardins: Organisation
) -> None:
    made = signs_up(les_jardins, "Marc B.", proven.email, "Arroser les tomates")
    page = text(mine.get(reverse("privacy:my_data")))
    assert "sous un autre nom" in page and "Marc B." in page
    assert "Arroser" not in told(proven, "mes inscriptions")
    assert "portent le nom de quelqu’un d’autre" in text(mine.get(reverse("privacy:my_data_erase")))
    address = reverse("privacy:take_address_out", args=[made.contact_id])
    assert enter(claire).post(address).status_code == 404
    assert mine.post(address)["Location"] == reverse("privacy:my_data")
    made.refresh_from_db()
    made.contact.refresh_from_db()
    assert (made.contact.name, made.contact.email, made.is_confirmed) == ("Marc B.", "", True)
    assert "Marc B." not in told(proven, "associations savent")
    assert mine.post(address).status_code == 404


def test_what_i_did_is_told_by_days(mine: Client, proven: Person, les_jardins: Organisation) -> None:
    shift = factories.first_shift(factories.mission(les_jardins))
    factories.sign_up(shift, proven, now=timezone.now())
    (section,) = [one for one in queries.sections(proven) if one.name == "Ce que vous avez fait ici"]
    (row,) = [one for one in section.rows if one["Organisation"] == "Les Jardins"]
    assert row["Le"] and row["Quoi"] and row["Fois"] is None
    assert row["Quoi"] in text(mine.get(reverse("privacy:my_data")))


def test_the_agreements_asked_of_me_by_my_address_are_shown_and_forgotten(
    proven: Person, les_jardins: Organisation
) -> None:
    minor = factories.guest(
        "Zoé", email="zoe@exemple.localhost", birth_year=localdate().year - 16,
        guardian_name="Amina B.", guardian_email=str(proven.email),
    )  # fmt: skip
    shift = factories.first_shift(factories.mission(les_jardins, min_age=15))
    factories.sign_up(shift, minor, now=timezone.now())
    young = Person.objects.create_user("ines@exemple.localhost", name="Inès", birth_year=localdate().year - 16)
    people.ask_guardian(minor=young, name="Amina B.", email=str(proven.email), now=timezone.now())
    said = told(proven)
    assert "Zoé" in said and "Inès" in said
    actions.erase(person=proven, now=timezone.now())
    asked = GuardianAgreement.objects.of(les_jardins).get()
    assert (asked.name, asked.email) == ("", "") and young.guardianships.get().guardian_email == ""
