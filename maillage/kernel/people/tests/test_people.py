"""Who people are: how they arrive, who answers for the young, how two rows become one, how a row is emptied."""

from datetime import date, datetime
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from maillage.engage.volunteering.actions.sign_ups import ChildNeedsAnAdult, GuardianIsMissing, TooYoung
from maillage.engage.volunteering.models import SignUp
from maillage.engage.volunteering.tests import factories
from maillage.kernel import hooks
from maillage.kernel.consent.actions import give
from maillage.kernel.facts.models import Fact
from maillage.kernel.files.actions import keep
from maillage.kernel.files.models import File
from maillage.kernel.notifications.models import Message
from maillage.kernel.organisations.models import Contact, Organisation, Role, RoleKind
from maillage.kernel.people import actions
from maillage.kernel.people.models import Guardianship, Person
from maillage.kernel.places.models import Commune
from maillage.web import accounts

pytestmark = pytest.mark.django_db


def young(now: datetime, age: int, **said: Any) -> Person:
    """Somebody who reaches `age` this year."""
    return Person.objects.create_user(name=f"Jeune de {age}", birth_year=now.year - age, **said)


def facts(kind: str) -> int:
    return Fact.objects.filter(kind=f"people.{kind}").count()


# ── Arriving ──────────────────────────────────────────────────────────────────────────────────
def test_an_address_is_one_person_whatever_its_capitals(now: datetime) -> None:
    first = actions.register(email=" Lucie@Exemple.localhost ", now=now)
    assert actions.register(email="LUCIE@exemple.LOCALHOST", now=now) == first
    assert (first.email, facts("registered")) == ("lucie@exemple.localhost", 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create(email="Lucie@exemple.localhost")


def test_one_may_have_neither_address_nor_telephone_nor_password() -> None:
    several = [Person.objects.create_user(name="Sans rien") for _ in range(2)]
    assert several[0] != several[1]
    assert [one.email for one in several] == [None, None] and not several[0].has_usable_password()


def test_two_people_may_share_a_telephone_which_nobody_proved(amina: Person, bruno: Person) -> None:
    for one in (amina, bruno):
        assert actions.rename(person=one, name=str(one), phone="+33612345678").phone == "+33612345678"
    assert actions.rename(person=amina, name=" Amina B. ", phone="").phone is None


# ── Age: only a year is known, and doubt protects ─────────────────────────────────────────────
@pytest.mark.parametrize(
    ("year", "surely_adult", "may_be_minor"),
    [(2007, True, False), (2008, False, True), (2009, False, True), (2026, False, True), (None, False, False)],
)
def test_in_the_year_of_18_one_may_still_be_a_minor(year: int | None, surely_adult: bool, may_be_minor: bool) -> None:
    today = date(2026, 11, 24)
    person = Person(birth_year=year)
    assert (person.is_surely_adult(today), person.may_be_minor(today)) == (surely_adult, may_be_minor)


@pytest.mark.parametrize("year", [1900, 2027, 0, 99])
def test_an_impossible_year_is_a_sentence(amina: Person, now: datetime, year: int) -> None:
    with pytest.raises(actions.YearIsImpossible, match="quatre chiffres"):
        actions.set_birth_year(person=amina, year=year, now=now)


def test_under_15_one_comes_with_an_adult(amina: Person, now: datetime) -> None:
    with pytest.raises(actions.TooYoungAlone, match="Avant 15 ans"):
        actions.set_birth_year(person=amina, year=now.year - 14, now=now)
    amina.refresh_from_db()
    assert amina.birth_year == 1991
    assert actions.set_birth_year(person=amina, year=now.year - 15, now=now).may_be_minor(now.date())


def test_under_15_nothing_is_open_until_the_adult_who_was_asked_agrees(now: datetime) -> None:
    """The year is noted at once: left out, it would close no mission."""
    child = Person.objects.create_user("enfant@exemple.localhost", name="Sami")
    shift = factories.first_shift(factories.mission(min_age=8))
    with pytest.raises(actions.TooYoungAlone):
        actions.say_age(person=child, year=now.year - 12, now=now)
    said = {"guardian_name": "Mère", "guardian_email": "mere@exemple.localhost"}
    asked = actions.say_age(person=child, year=now.year - 12, now=now, **said)
    assert asked and child.birth_year == now.year - 12
    with pytest.raises(GuardianIsMissing):
        factories.sign_up(shift, child)
    actions.answer_as_guardian(guardianship=asked, agrees=True, now=now)
    assert actions.say_age(person=child, year=now.year - 12, now=now) is None
    assert factories.sign_up(shift, child).is_confirmed


@pytest.mark.parametrize("name", ["", "Mère"])
def test_when_nobody_can_be_asked_nothing_is_noted(now: datetime, name: str) -> None:
    minor = Person.objects.create_user("jeune@exemple.localhost")
    with pytest.raises(actions.GuardianCannotBeReached):
        actions.say_age(person=minor, year=now.year - 16, now=now, guardian_name=name)
    minor.refresh_from_db()
    assert minor.birth_year is None and not Guardianship.objects.exists()


@pytest.mark.parametrize("age", [15, 16, 17, 18])
def test_from_15_to_17_no_mission_without_an_agreement(now: datetime, age: int) -> None:
    shift = factories.first_shift(factories.mission(min_age=15))
    minor = young(now, age)
    with pytest.raises(GuardianIsMissing):
        factories.sign_up(shift, minor)
    asked = actions.ask_guardian(minor=minor, name="Père", phone="+33600000009", now=now)
    with pytest.raises(GuardianIsMissing):
        factories.sign_up(shift, minor)
    actions.answer_as_guardian(guardianship=asked, agrees=True, now=now)
    assert factories.sign_up(shift, minor).is_confirmed


def test_a_mission_s_own_age_is_older_than_any_agreement(now: datetime) -> None:
    minor = young(now, 16)
    asked = actions.ask_guardian(minor=minor, name="Père", phone="+33600000009", now=now)
    actions.answer_as_guardian(guardianship=asked, agrees=True, now=now)
    with pytest.raises(TooYoung, match="18 ans"):
        factories.sign_up(factories.first_shift(factories.mission()), minor)


def test_a_guest_under_15_is_told_to_come_with_an_adult(now: datetime) -> None:
    shift = factories.first_shift(factories.mission(min_age=8))
    with pytest.raises(ChildNeedsAnAdult):
        factories.sign_up(shift, factories.guest(birth_year=now.year - 12, guardian_name="Père", guardian_phone="+33600000009"))  # fmt: skip


# ── Those who answer for the young ────────────────────────────────────────────────────────────
def test_a_guardian_is_asked_by_a_secret_address_and_answers_once(now: datetime) -> None:
    minor = young(now, 16, email="jeune@exemple.localhost")
    asked = actions.ask_guardian(minor=minor, name="Mère", email="Mere@exemple.localhost ", now=now)
    token = asked.token
    assert actions.guardianship_of(token) == asked and asked.guardian_email == "mere@exemple.localhost"
    for wrong in (f"{token}x", token[:-1], "", "1", f"0-{token}", token.swapcase(), f"{asked.pk}-" + "A" * 20, "é-é"):
        assert actions.guardianship_of(wrong) is None
    actions.answer_as_guardian(guardianship=asked, agrees=False, now=now)
    with pytest.raises(actions.AlreadyAnswered):
        actions.answer_as_guardian(guardianship=asked, agrees=True, now=now)
    asked.refresh_from_db()
    assert asked.refused_at and asked.agreed_at is None


def test_asking_again_makes_the_first_address_void(now: datetime) -> None:
    minor = young(now, 16)
    first = actions.ask_guardian(minor=minor, name="Mère", email="mere@exemple.localhost", now=now)
    second = actions.ask_guardian(minor=minor, name="Père", email="pere@exemple.localhost", now=now)
    assert actions.guardianship_of(first.token) is None and actions.guardianship_of(second.token) == second
    assert minor.guardianships.count() == 1


@pytest.mark.parametrize(
    ("said", "no"),
    [
        ({"name": ""}, actions.GuardianCannotBeReached),
        ({"email": "", "phone": " "}, actions.GuardianCannotBeReached),
        ({"email": "jeune@exemple.localhost"}, actions.NobodyAnswersForThemself),
        ({"email": "JEUNE@exemple.localhost "}, actions.NobodyAnswersForThemself),
        ({"email": "", "phone": "+33611111111"}, actions.NobodyAnswersForThemself),
    ],
)
def test_nobody_answers_for_themself(now: datetime, said: dict[str, str], no: type[Exception]) -> None:
    minor = young(now, 16, email="jeune@exemple.localhost", phone="+33611111111")
    with pytest.raises(no):
        actions.ask_guardian(minor=minor, now=now, **({"name": "Mère", "email": "mere@exemple.localhost"} | said))
    assert not Guardianship.objects.exists()


def test_an_adult_makes_a_row_for_a_child_who_cannot_enter_alone(amina: Person, now: datetime) -> None:
    child = actions.add_child(guardian=amina, name=" Sami ", birth_year=now.year - 9, now=now)
    assert (child.name, child.email, child.has_usable_password()) == ("Sami", None, False)
    assert child.guardianships.get().guardian == amina and amina.wards.get().minor == child
    with pytest.raises(actions.YearIsImpossible):
        actions.add_child(guardian=amina, name="Grand", birth_year=now.year - 30, now=now)
    with pytest.raises(actions.ChildNameIsMissing):
        actions.add_child(guardian=amina, name=" ", birth_year=now.year - 9, now=now)
    with pytest.raises(actions.GuardianMustBeAdult):
        actions.add_child(guardian=young(now, 18), name="Sami", birth_year=now.year - 9, now=now)


# ── Two rows, one human being ─────────────────────────────────────────────────────────────────
@pytest.mark.usefixtures("own_folder")
def test_everything_of_the_second_row_becomes_the_first_s(amina: Person, bruno: Person, now: datetime) -> None:
    gone = Person.objects.create_user("amina.b@exemple.localhost", name="A. B.", phone="+33612345678", birth_year=1990)
    for person in (amina, gone):
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    here, there = factories.organisation(), factories.organisation()
    signed = factories.sign_up(factories.first_shift(factories.mission(here)), gone)
    Role.objects.create(person=gone, organisation=there, kind=RoleKind.TREASURER, since_at=now)
    give(person=gone, purpose="spoken_for", now=now)
    keep(content=b"%PDF-1.7\n papier", name="pv.pdf", owner_person=gone, now=now)
    actions.ask_guardian(minor=gone, name="Père", email="pere@exemple.localhost", now=now)
    told = Message.objects.about(gone).count()
    assert told

    actions.merge(kept=amina, gone=gone, by=bruno, now=now)
    assert SignUp.objects.about(amina).get() == signed and not SignUp.objects.about(gone).exists()
    assert amina.roles.get().organisation == there and not gone.roles.exists()
    assert File.objects.about(amina).count() == amina.consents.count() == amina.guardianships.count() == 1
    assert Message.objects.about(amina).count() == told
    assert {(one.email, one.primary) for one in EmailAddress.objects.filter(user=amina)} == {
        ("amina@exemple.localhost", True), ("amina.b@exemple.localhost", False),
    }  # fmt: skip
    amina.refresh_from_db()
    gone.refresh_from_db()
    # What the first row says wins; what it lacks is taken from the second, which is empty now.
    assert (amina.name, amina.birth_year, amina.phone) == ("Amina B.", 1991, "+33612345678")
    assert (gone.name, gone.email, gone.phone, gone.is_active) == ("", None, None, False) and gone.erased_at
    assert Fact.objects.get(kind="people.merged").details == {"gone": gone.pk}


def test_a_row_without_an_address_takes_the_other_s(now: datetime) -> None:
    kept = Person.objects.create_user(name="Sami")
    gone = Person.objects.create_user("sami@exemple.localhost", name="Sami K.", reading={"size": "huge"})
    EmailAddress.objects.create(user=gone, email=gone.email, verified=True, primary=True)
    actions.merge(kept=kept, gone=gone, by=kept, now=now)
    kept.refresh_from_db()
    assert (kept.email, kept.name, kept.reading) == ("sami@exemple.localhost", "Sami", {"size": "huge"})
    assert EmailAddress.objects.get(user=kept).primary


def test_an_association_that_knew_both_keeps_two_contacts_and_the_same_role_is_held_once(
    amina: Person, les_jardins: Organisation, now: datetime
) -> None:
    gone = factories.person("Amina bis")
    shift = factories.first_shift(factories.mission(factories.organisation()))
    for person in (amina, gone):
        factories.sign_up(shift, person)
        Role.objects.create(person=person, organisation=les_jardins, kind=RoleKind.COORDINATOR, since_at=now)
    actions.merge(kept=amina, gone=gone, by=amina, now=now)
    known = Contact.objects.of(shift.mission.organisation)
    assert known.count() == 2 and known.get(person=amina) and not known.filter(person=gone).exists()
    assert Role.objects.current().filter(person=amina).count() == 1


def test_nobody_is_merged_into_themself(amina: Person, now: datetime) -> None:
    with pytest.raises(actions.SamePerson):
        actions.merge(kept=amina, gone=Person.objects.get(pk=amina.pk), by=amina, now=now)


def test_a_preference_is_kept_and_nothing_else_is_one(amina: Person, rennes: Commune) -> None:
    actions.prefer(person=amina, locale="en", commune=rennes)
    kept = Person.objects.get(pk=amina.pk)
    assert (kept.locale, kept.commune, kept.reading) == ("en", rennes, {})
    with pytest.raises(AssertionError):
        actions.prefer(person=amina, is_staff=True)


def test_every_module_knows_how_to_merge(amina: Person, claire: Person, now: datetime) -> None:
    assert len(hooks.personal_data) >= 8
    for data in hooks.personal_data:
        data.merge(amina, claire, now=now)  # none answers LookupError


# ── Nobody any more ───────────────────────────────────────────────────────────────────────────
def test_an_emptied_row_says_nothing_and_opens_nothing(amina: Person, now: datetime) -> None:
    amina.is_staff, amina.is_superuser, amina.reading = True, True, {"size": "large"}
    amina.save()
    actions.erase(person=amina, by=None, now=now)
    amina.refresh_from_db()
    assert str(amina) == "Personne effacée"
    assert not (amina.is_active or amina.is_staff or amina.is_superuser or amina.has_usable_password())
    assert (amina.reading, amina.birth_year, amina.commune, amina.last_login) == ({}, None, None, None)
    assert not accounts.needs_second_factor(amina)


def test_access_is_given_and_taken_with_a_fact(amina: Person, bruno: Person, now: datetime) -> None:
    actions.set_access(person=amina, is_active=True, is_staff=True, by=bruno, now=now)
    assert Person.objects.get(pk=amina.pk).is_superuser
    actions.set_access(person=amina, is_active=False, is_staff=False, by=bruno, now=now)
    assert not Person.objects.get(pk=amina.pk).is_superuser and facts("access_changed") == 2
