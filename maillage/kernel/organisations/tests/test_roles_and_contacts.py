from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from maillage.kernel.organisations import actions
from maillage.kernel.organisations.access import can, roles_of
from maillage.kernel.organisations.models import Contact, Organisation, Role, RoleKind
from maillage.kernel.organisations.personal_data import Roles
from maillage.kernel.organisations.scope import WhoseIsIt
from maillage.kernel.people import actions as people
from maillage.kernel.people.models import Person

pytestmark = pytest.mark.django_db


def test_who_creates_presides_and_addresses_never_collide(amina: Person, now: datetime) -> None:
    made = [actions.create(name="Les Amis du Moulin", by=amina, now=now) for _ in range(3)]
    assert [one.slug for one in made] == ["les-amis-du-moulin", "les-amis-du-moulin-2", "les-amis-du-moulin-3"]
    assert roles_of(amina, made[0]) == {RoleKind.PRESIDENT}


def test_a_number_belongs_to_one(amina: Person, now: datetime) -> None:
    actions.create(name="Un", by=amina, now=now, rna_number="W9T1002867")
    with pytest.raises(actions.NumberIsTaken):
        actions.create(name="Deux", by=amina, now=now, rna_number="W9T1002867")


def test_an_offered_role_is_taken_by_whom_it_was_offered_to(
    les_jardins: Organisation, bruno: Person, amina: Person, claire: Person, now: datetime
) -> None:
    made = actions.invite(
        organisation=les_jardins, kind=RoleKind.COORDINATOR, name="Amina", email=amina.email.upper(), by=bruno, now=now
    )
    with pytest.raises(actions.NotInvited):
        actions.accept_invitation(token=made.token, person=claire, now=now)
    actions.accept_invitation(token=made.token, person=amina, now=now)
    assert can("manage_missions", amina, les_jardins)
    with pytest.raises(actions.InvitationIsOver):
        actions.accept_invitation(token=made.token, person=amina, now=now)


@pytest.mark.parametrize("spoil", ["x", "", "-", "9" * 40])
def test_a_wrong_address_finds_no_invitation(
    les_jardins: Organisation, bruno: Person, amina: Person, now: datetime, spoil: str
) -> None:
    made = actions.invite(organisation=les_jardins, kind=RoleKind.MEMBER, name="", email=amina.email, by=bruno, now=now)
    assert actions.invitation_of(made.token) is not None
    assert actions.invitation_of(spoil if spoil != "x" else made.token[:-1] + "!") is None


def test_an_old_invitation_is_over(les_jardins: Organisation, bruno: Person, amina: Person, now: datetime) -> None:
    made = actions.invite(organisation=les_jardins, kind=RoleKind.MEMBER, name="", email=amina.email, by=bruno, now=now)
    with pytest.raises(actions.InvitationIsOver):
        actions.accept_invitation(token=made.token, person=amina, now=now + timedelta(days=15))


def test_a_presidency_passes_in_one_instant(
    les_jardins: Organisation, bruno: Person, amina: Person, now: datetime
) -> None:
    role = Role.objects.current().get(person=bruno, organisation=les_jardins, kind=RoleKind.PRESIDENT)
    made = actions.hand_over(role=role, to_name="Amina", to_email=amina.email, by=bruno, now=now)
    assert can("give_roles", bruno, les_jardins)
    actions.accept_invitation(token=made.token, person=amina, now=now)
    assert (can("give_roles", bruno, les_jardins), can("give_roles", amina, les_jardins)) == (False, True)


def test_the_last_president_stays_until_somebody_else_presides(
    les_jardins: Organisation, bruno: Person, amina: Person, now: datetime
) -> None:
    with pytest.raises(actions.SomebodyMustPreside):
        actions.leave(organisation=les_jardins, person=bruno, now=now)
    actions.give_role(organisation=les_jardins, person=amina, kind=RoleKind.PRESIDENT, by=bruno, now=now)
    assert actions.leave(organisation=les_jardins, person=bruno, now=now) >= 1
    assert roles_of(bruno, les_jardins) == frozenset()


# ── A departure takes what was proposed with it ───────────────────────────────────────────────
def president(person: Person, here: Organisation, now: datetime) -> Role:
    return actions.give_role(organisation=here, person=person, kind=RoleKind.PRESIDENT, by=None, now=now)


def test_what_a_departed_president_proposed_makes_nobody_president(
    les_jardins: Organisation, bruno: Person, amina: Person, claire: Person, now: datetime
) -> None:
    president(claire, les_jardins, now)
    made = actions.invite(
        organisation=les_jardins, kind=RoleKind.PRESIDENT, name="", email=amina.email, by=bruno, now=now
    )
    actions.leave(organisation=les_jardins, person=bruno, now=now + timedelta(days=1))
    made.refresh_from_db()
    assert not made.is_open(now + timedelta(days=1))
    with pytest.raises(actions.NobodyOffersItNow):
        actions.accept_invitation(token=made.token, person=amina, now=now + timedelta(days=10))
    assert roles_of(amina, les_jardins) == frozenset()


def test_the_hand_over_of_a_dismissed_coordinator_is_over(
    les_jardins: Organisation, bruno: Person, amina: Person, claire: Person, now: datetime
) -> None:
    role = actions.give_role(organisation=les_jardins, person=claire, kind=RoleKind.COORDINATOR, by=bruno, now=now)
    made = actions.hand_over(role=role, to_name="", to_email=amina.email, by=claire, now=now)
    actions.end_role(role=role, by=bruno, now=now + timedelta(days=1))
    with pytest.raises(actions.NobodyOffersItNow):
        actions.accept_invitation(token=made.token, person=amina, now=now + timedelta(days=10))
    assert roles_of(amina, les_jardins) == frozenset()


def test_a_role_handed_over_to_two_people_passes_to_the_first(
    les_jardins: Organisation, bruno: Person, amina: Person, claire: Person, now: datetime
) -> None:
    role = actions.give_role(organisation=les_jardins, person=bruno, kind=RoleKind.TREASURER, by=bruno, now=now)
    first, second = (
        actions.hand_over(role=role, to_name="", to_email=one.email, by=bruno, now=now) for one in (amina, claire)
    )
    actions.accept_invitation(token=first.token, person=amina, now=now)
    with pytest.raises(actions.NobodyOffersItNow):
        actions.accept_invitation(token=second.token, person=claire, now=now)
    holders = Role.objects.current().filter(organisation=les_jardins, kind=RoleKind.TREASURER)
    assert [one.person for one in holders] == [amina]


@pytest.mark.parametrize("how", ["ended unseen", "suspended"])
def test_accepting_asks_again_whether_it_may_be_offered(
    les_jardins: Organisation, bruno: Person, amina: Person, now: datetime, how: str
) -> None:
    """Whatever path the right was lost by, even one that closed no invitation."""
    made = actions.invite(
        organisation=les_jardins, kind=RoleKind.TREASURER, name="", email=amina.email, by=bruno, now=now
    )
    if how == "suspended":
        Person.objects.filter(pk=bruno.pk).update(is_active=False)
    else:
        Role.objects.filter(person=bruno).update(ended_at=now)
    assert made.is_open(now)
    with pytest.raises(actions.NobodyOffersItNow):
        actions.accept_invitation(token=made.token, person=amina, now=now)


def test_whoever_leaves_one_role_keeps_what_they_propose_by_another(
    les_jardins: Organisation, bruno: Person, amina: Person, now: datetime
) -> None:
    role = actions.give_role(organisation=les_jardins, person=bruno, kind=RoleKind.TREASURER, by=bruno, now=now)
    made = actions.invite(
        organisation=les_jardins, kind=RoleKind.TREASURER, name="", email=amina.email, by=bruno, now=now
    )
    actions.end_role(role=role, by=bruno, now=now)
    actions.accept_invitation(token=made.token, person=amina, now=now)
    assert roles_of(amina, les_jardins) == {RoleKind.TREASURER}


def test_the_invitations_of_whoever_is_erased_are_closed(
    les_jardins: Organisation, bruno: Person, amina: Person, claire: Person, now: datetime
) -> None:
    president(claire, les_jardins, now)
    made = actions.invite(
        organisation=les_jardins, kind=RoleKind.TREASURER, name="", email=amina.email, by=bruno, now=timezone.now()
    )
    Roles().forget(bruno, now=now)
    made.refresh_from_db()
    assert not made.is_open(timezone.now())


def test_what_one_of_two_rows_proposed_still_stands_once_they_are_one(
    les_jardins: Organisation, bruno: Person, amina: Person, claire: Person, now: datetime
) -> None:
    made = actions.invite(
        organisation=les_jardins, kind=RoleKind.TREASURER, name="", email=amina.email, by=bruno, now=now
    )
    people.merge(kept=claire, gone=bruno, by=claire, now=now)
    assert actions.accept_invitation(token=made.token, person=amina, now=now).given_by == claire


# ── Contacts ──────────────────────────────────────────────────────────────────────────────────
def test_a_mail_alone_never_attaches_to_a_person(les_jardins: Organisation, amina: Person, now: datetime) -> None:
    guest = actions.know(organisation=les_jardins, name="Amina", email=amina.email, now=now)
    assert guest.person is None
    own = actions.know(organisation=les_jardins, name="Amina", email=amina.email, person=amina, now=now)
    assert own.pk != guest.pk
    again = actions.know(organisation=les_jardins, name="Amina", email=amina.email, now=now)
    assert again.pk == guest.pk


def test_another_name_at_the_same_address_is_another_contact(les_jardins: Organisation, now: datetime) -> None:
    first = actions.know(organisation=les_jardins, name="Paule", email="famille@example.org", now=now)
    second = actions.know(organisation=les_jardins, name="Jeanne", email="famille@example.org", now=now)
    assert first.pk != second.pk


def test_a_contact_is_confirmed_by_whom_it_speaks_of(
    les_jardins: Organisation, amina: Person, claire: Person, now: datetime
) -> None:
    guest = actions.know(organisation=les_jardins, name="Amina", email=amina.email, now=now)
    with pytest.raises(actions.NotYours):
        actions.confirm_contact(contact=guest, person=claire, now=now)
    assert actions.confirm_contact(contact=guest, person=amina, now=now).person == amina


def test_forgetting_whose_contacts_is_an_exception(les_jardins: Organisation, now: datetime) -> None:
    actions.know(organisation=les_jardins, name="X", phone="+33600000009", now=now)
    for ask in (list, lambda q: q.count(), lambda q: q.exists(), lambda q: q.first(), lambda q: q[0], bool, len):
        with pytest.raises(WhoseIsIt):
            ask(Contact.objects.all())
    with pytest.raises(WhoseIsIt):
        Contact.objects.filter(name="X").update(name="Y")
    with pytest.raises(WhoseIsIt):
        list(Contact.objects.values_list("email", flat=True))
