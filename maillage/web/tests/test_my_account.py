"""« Mon compte »: who I am, how I am reached, and those I answer for."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from maillage.engage.volunteering.tests import factories
from maillage.kernel.notifications.models import Message
from maillage.kernel.organisations import actions as organisations
from maillage.kernel.organisations.models import Contact, Organisation
from maillage.kernel.people import actions as people
from maillage.kernel.people.models import Person
from maillage.steer.privacy import actions as privacy
from maillage.web.tests.signing_in import AMINA, enters_at_once
from tests.letterbox import letters

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
    Volunteering().forget(amina, now=now)
    theirs.refresh_from_db()
    assert (theirs.contact_name, theirs.contact_phone) == ("Bruno", NUMBER)


# ── Those I answer for ────────────────────────────────────────────────────────────────────────
def adds(client: Client, name: str = "Sami", years: int = 9) -> Any:
    return client.post(reverse("web:children"), {"name": name, "birth_year": localdate().year - years})


def test_an_adult_adds_a_child_and_signs_them_up(mine: Client, amina: Person, les_jardins: Organisation) -> None:
    assert reverse("web:children") in text(mine.get(reverse("web:me")))
    assert adds(mine)["Location"] == reverse("web:children")
    child = amina.children(localdate()).get()
    page = text(mine.get(reverse("web:children")))
    assert "Sami" in page and reverse("web:child_remove", args=[child.pk]) in page
    shift = factories.first_shift(factories.mission(les_jardins, min_age=8))
    made = factories.sign_up(shift, child, now=timezone.now())
    assert made.is_confirmed and (made.contact.name, made.contact.email) == ("Sami", AMINA)
    told = Message.objects.of(les_jardins).get(about_id=made.pk)
    assert told.address == AMINA


def test_the_wrong_child_is_a_sentence(mine: Client, amina: Person) -> None:
    assert "quatre chiffres" in text(adds(mine, years=40))
    Person.objects.filter(pk=amina.pk).update(birth_year=None)
    assert "Il faut avoir 18 ans" in text(adds(mine)) and "Il faut avoir 18 ans" in text(
        mine.get(reverse("web:children"))
    )
    assert not amina.wards.exists()


def test_nobody_acts_for_the_child_of_another(mine: Client, claire: Person, now: Any) -> None:
    child = people.add_child(guardian=claire, name="Zoé", birth_year=localdate().year - 9, now=now)
    for send in (mine.get, mine.post):
        assert send(reverse("web:child_remove", args=[child.pk])).status_code == 404
    assert "Zoé" not in text(mine.get(reverse("web:children")))
    with pytest.raises(people.NotYourChild):
        people.remove_child(guardian=Person.objects.get(email=AMINA), child=child, now=now)


def test_a_child_who_is_removed_is_forgotten_everywhere(mine: Client, amina: Person, les_jardins: Organisation) -> None:
    adds(mine)
    child = amina.children(localdate()).get()
    shift = factories.first_shift(factories.mission(les_jardins, min_age=8))
    factories.sign_up(shift, child, now=timezone.now())
    mine.post(reverse("web:child_remove", args=[child.pk]))
    child.refresh_from_db()
    shift.refresh_from_db()
    assert child.erased_at and not child.name and shift.taken == 0 and not amina.children(localdate()).exists()
    assert not Contact.objects.of(les_jardins).filter(name="Sami").exists()


def test_what_is_known_of_a_child_is_shown_and_forgotten_with_the_adult_who_answers(
    mine: Client, amina: Person, les_jardins: Organisation
) -> None:
    adds(mine)
    child = amina.children(localdate()).get()
    shift = factories.first_shift(factories.mission(les_jardins, min_age=8, title="Semer les radis"))
    factories.sign_up(shift, child, now=timezone.now())
    assert "Semer les radis" in text(mine.get(reverse("privacy:my_data")))
    privacy.erase(person=amina, now=timezone.now())
    child.refresh_from_db()
    assert child.erased_at and not Contact.objects.of(les_jardins).filter(name="Sami").exists()


def test_a_minor_names_their_guardian_in_the_same_form_and_goes_on_once_agreed(
    client: Client, amina: Person, django_capture_on_commit_callbacks: Any
) -> None:
    minor = Person.objects.create_user("jeune@exemple.localhost", name="Inès")
    enters_at_once(client, minor)
    said = {"birth_year": localdate().year - 13, "guardian_name": "Amina", "guardian_email": AMINA}
    assert "Avant 15 ans" in text(client.post(reverse("web:age"), {"birth_year": said["birth_year"]}))
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(reverse("web:age"), said)["Location"] == reverse("web:age")
    minor.refresh_from_db()
    asked = minor.guardianships.get()
    assert minor.birth_year == said["birth_year"] and f"/accord/{asked.token}/" in letters(AMINA)[0]
    assert "La question est partie" in text(client.get(reverse("web:age")))

    # Amina answers, signed in with the address that was asked: Inès, who keeps her own account, is one of hers.
    adult = Client()
    enters_at_once(adult, amina)
    adult.post(reverse("web:guardian", args=[asked.token]), {"answer": "yes"})
    assert amina.answers_for(minor, localdate())
    page = text(adult.get(reverse("web:children")))
    assert "a son propre compte" in page and "Retirer Inès" not in page
    assert adult.post(reverse("web:child_remove", args=[minor.pk])).status_code == 404


def test_a_minor_does_not_answer_for_themself_by_following_the_address(client: Client) -> None:
    minor = Person.objects.create_user("jeune@exemple.localhost", name="Inès")
    asked = people.say_age(
        person=minor, year=localdate().year - 16, guardian_name="Amina", guardian_email=AMINA, now=timezone.now()
    )
    assert asked
    enters_at_once(client, minor)
    client.post(reverse("web:guardian", args=[asked.token]), {"answer": "yes"})
    asked.refresh_from_db()
    assert asked.guardian is None


# ── A role that was offered to me ─────────────────────────────────────────────────────────────
def test_the_page_of_an_invitation_that_nobody_backs_any_more_says_so(
    mine: Client, bruno: Person, les_jardins: Organisation
) -> None:
    made = organisations.invite(
        organisation=les_jardins, kind="treasurer", name="", email=AMINA, by=bruno, now=timezone.now()
    )
    address = reverse("web:invitation", args=[made.token])
    assert "J’accepte ce rôle" in text(mine.get(address))
    Person.objects.filter(pk=bruno.pk).update(is_active=False)
    page = text(mine.get(address))
    assert "Cette invitation ne vaut plus" in page and "J’accepte ce rôle" not in page
    assert "ne peut plus donner ce rôle" in text(mine.post(address, follow=True))
