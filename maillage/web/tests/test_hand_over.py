"""The page where a role is handed over: one's own, or anybody's for whoever presides; it passes when accepted."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from maillage.kernel.notifications.models import Message
from maillage.kernel.organisations.models import Invitation, Organisation, Role, RoleKind
from maillage.kernel.people.models import Person
from tests.pages import enter

pytestmark = pytest.mark.django_db(transaction=True)  # the mail follows from the fact, after the commit


@pytest.fixture
def presidency(les_jardins: Organisation, bruno: Person) -> Role:
    return Role.objects.get(organisation=les_jardins, person=bruno)


def page_of(role: Role) -> str:
    return reverse("web:role_hand_over", args=[role.organisation.slug, role.pk])


def roles() -> list[tuple[str, str]]:
    return sorted(Role.objects.current().values_list("person__name", "kind"))


def post(person: Person, role: Role, **said: Any) -> Any:
    return enter(person).post(
        page_of(role), {"name": "Amina B.", "email": "amina@exemple.localhost"} | said, follow=True
    )


def test_it_says_whose_role_passes_and_when(bruno: Person, presidency: Role) -> None:
    html = enter(bruno).get(page_of(presidency)).content.decode()
    assert "Bruno C." in html
    assert "présidence" in html
    assert "à l’instant où l’autre personne accepte" in html


def test_nothing_changes_until_the_other_accepts_then_all_does(bruno: Person, amina: Person, presidency: Role) -> None:
    response = post(bruno, presidency)
    assert "La proposition est partie" in response.content.decode()
    assert roles() == [("Bruno C.", "president")]
    told = Message.objects.across(reason="test").get()
    assert told.address == "amina@exemple.localhost"
    address = told.link[told.link.index("/invitation/") :]
    assert enter(amina).post(address, follow=True).status_code == 200
    assert roles() == [("Amina B.", "president")]
    assert enter(bruno).get(reverse("web:desk", args=["les-jardins"])).status_code == 404


def test_who_holds_it_already_is_refused_with_a_sentence(bruno: Person, presidency: Role) -> None:
    response = post(bruno, presidency, name="Bruno C.", email=bruno.email)
    assert "Bruno C." in response.content.decode()
    assert not Invitation.objects.across(reason="test").exists()
    assert response.context["form"].errors


@pytest.mark.parametrize("said", [{"email": "pas une adresse"}, {"email": ""}])
def test_a_wrong_address_is_said_beside_its_field(bruno: Person, presidency: Role, said: dict[str, str]) -> None:
    response = post(bruno, presidency, **said)
    assert "email" in response.context["form"].errors
    assert not Invitation.objects.across(reason="test").exists()


def test_a_role_is_handed_over_by_its_holder_or_who_presides_and_by_nobody_else(
    bruno: Person, amina: Person, claire: Person, presidency: Role, now: datetime
) -> None:
    here = presidency.organisation
    hers = Role.objects.create(person=amina, organisation=here, kind=RoleKind.COORDINATOR, since_at=now)
    assert enter(amina).get(page_of(hers)).status_code == 200
    assert enter(bruno).get(page_of(hers)).status_code == 200
    assert enter(amina).get(page_of(presidency)).status_code == 404
    assert enter(claire).get(page_of(hers)).status_code == 404
    assert Client().get(page_of(hers)).status_code == 302
    for somebody, role in ((amina, presidency), (claire, hers)):
        assert post(somebody, role).status_code == 404
    assert not Invitation.objects.across(reason="test").exists()


def test_a_role_that_is_over_or_of_another_association_is_not_found(
    bruno: Person, presidency: Role, amina: Person, now: datetime
) -> None:
    other = Organisation.objects.create(slug="ailleurs", name="Ailleurs")
    theirs = Role.objects.create(person=amina, organisation=other, kind=RoleKind.MEMBER, since_at=now)
    over = Role.objects.create(
        person=amina, organisation=presidency.organisation, kind=RoleKind.MEMBER, since_at=now, ended_at=now
    )
    for role in (theirs, over):
        assert enter(bruno).get(reverse("web:role_hand_over", args=["les-jardins", role.pk])).status_code == 404
