"""The weakest person concerned decides: whoever is helped, whoever is young, whoever has no account."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from maillage.engage.volunteering import actions, queries
from maillage.engage.volunteering.actions import hours as on_hours
from maillage.engage.volunteering.actions import missions as on_missions
from maillage.engage.volunteering.actions import needs as on_needs
from maillage.engage.volunteering.actions import sign_ups as on_sign_ups
from maillage.engage.volunteering.actions.naming import DescribesAPerson, GivesAHome
from maillage.engage.volunteering.models import (
    Answer,
    Mission,
    MissionStatus,
    Need,
    NeedStatus,
    Outcome,
    Presence,
    Side,
    SignUp,
    SignUpStatus,
)
from maillage.engage.volunteering.tests import factories
from maillage.engage.volunteering.tests.at_the_desk import enter, holding, leader, words_of
from maillage.engage.volunteering.tests.factories import NOW
from maillage.kernel.consent import actions as consent
from maillage.kernel.consent.models import How
from maillage.kernel.facts.models import Fact
from maillage.kernel.notifications.models import Message
from maillage.kernel.organisations import actions as organisations
from maillage.kernel.organisations.models import Activity, Organisation, RoleKind
from maillage.kernel.people import actions as people
from maillage.kernel.people.models import Person
from maillage.steer.privacy.actions import erase

pytestmark = pytest.mark.django_db
DOOR = "12 rue des Lilas, digicode 12B45"
SOON = NOW + timedelta(days=7)
AFTER = NOW + timedelta(days=8)


def messages(kind: str) -> list[Message]:
    return list(Message.objects.across(reason="test").filter(kind=f"volunteering.{kind}").order_by("pk"))


def here() -> Organisation:
    return factories.organisation("Les Voisins")


def spoken_for(of: Organisation, **said: Any) -> Need:
    """Paulette, who has no account, agreed that Les Voisins speak for her."""
    usual = {"title": "Porter des courses", "domain": Activity.ELDERLY, "commune": factories.commune()}
    return actions.speak_for(
        organisation=of, helped=None, name="Paulette Durand", email="paulette@exemple.localhost", phone="", how=How.SPOKEN,
        given_at=NOW, by=factories.leader_of(of), now=NOW, **(usual | said),
    )  # fmt: skip


def at_her_home(need: Need, **said: Any) -> Mission:
    return factories.mission(need.organisation, need=need, meeting_point=DOOR, **said)


def again(need: Need) -> Need:
    return Need.objects.of(need.organisation).get(pk=need.pk)


# ── Where somebody lives ──────────────────────────────────────────────────────────────────────
def test_where_a_helped_person_lives_is_given_to_nobody_before_a_yes() -> None:
    mission = at_her_home(spoken_for(here()))
    assert mission.asks_first
    made = factories.sign_up(factories.first_shift(mission), factories.guest())
    for address in (f"/missions/{mission.pk}/", f"/inscription/{made.token}/"):
        assert "Lilas" not in Client(SERVER_NAME="localhost").get(address).content.decode()
    assert not any("Lilas" in one.text for one in Message.objects.across(reason="test"))


def test_a_coordinator_cannot_open_that_door_by_a_box_unticked() -> None:
    mission = at_her_home(spoken_for(here()))
    by = factories.leader_of(mission.organisation)
    assert actions.change_mission(mission=mission, by=by, now=NOW, asks_first=False).asks_first
    form = leader(mission.organisation).get(f"/gerer/{mission.organisation.slug}/missions/{mission.pk}/modifier/")
    assert form.context["form"].fields["asks_first"].disabled
    assert "Toujours, quand une personne aidée" in words_of(form)


def test_a_stranger_posing_as_a_parent_learns_no_more_than_a_stranger() -> None:
    mission = at_her_home(spoken_for(here()), min_age=15)
    young = factories.guest(birth_year=NOW.year - 16, guardian_name="X", guardian_email="x@exemple.localhost")
    factories.sign_up(factories.first_shift(mission), young)
    link = "/" + messages("guardian_asked")[0].link.split("/", 3)[3]
    page = Client(SERVER_NAME="localhost").get(link)
    assert page.status_code == 200
    assert "Lilas" not in page.content.decode() and "+33600000000" not in page.content.decode()
    open_to_all = factories.sign_up(factories.first_shift(factories.mission(min_age=15)), young)  # a garden, no home
    link = "/" + messages("guardian_asked")[1].link.split("/", 3)[3]
    assert open_to_all.shift.mission.meeting_point in words_of(Client(SERVER_NAME="localhost").get(link))


def test_a_copy_forgets_where_she_lives_and_is_refused_while_it_names_her() -> None:
    need = spoken_for(here())
    mission, by = at_her_home(need), factories.leader_of(need.organisation)
    copy = actions.copy_mission(mission=mission, by=by, now=NOW)
    assert (copy.meeting_point, copy.asks_first, copy.need) == ("", True, None)
    Mission.objects.filter(pk=mission.pk).update(why="Pour Paulette")
    mission.refresh_from_db()
    with pytest.raises(DescribesAPerson):
        actions.copy_mission(mission=mission, by=by, now=NOW)


@pytest.mark.parametrize(
    "field", ["title", "what", "why", "with_whom", "skill", "gear", "area", "transport", "training", "contact_name"]
)
@pytest.mark.parametrize(
    ("words", "refusal"),
    [("Tout cela pour Paulette, qui attend", DescribesAPerson), (f"Cela se passe au {DOOR} à neuf heures", GivesAHome)],
)
def test_nothing_public_names_her_or_says_where_she_lives(field: str, words: str, refusal: type) -> None:
    mission = at_her_home(spoken_for(here()))
    with pytest.raises(refusal):
        actions.change_mission(mission=mission, by=factories.leader_of(mission.organisation), now=NOW, **{field: words})


@pytest.mark.parametrize(
    "words", ["Métro ligne 2, place Hoche", "Bus 4 avenue de Paris", "Il reste 2 places en voiture"]
)
def test_how_to_come_is_no_address(words: str) -> None:
    mission = at_her_home(spoken_for(here()))
    by = factories.leader_of(mission.organisation)
    assert actions.change_mission(mission=mission, by=by, now=NOW, transport=words).transport == words


def test_the_small_words_of_a_name_name_nobody() -> None:
    of = here()
    need = actions.speak_for(
        organisation=of, helped=None, name="Mme Marie des Ormes", email="", phone="+33600000055", how=How.PHONE, given_at=NOW,
        by=factories.leader_of(of), now=NOW, title="Porter des courses", domain=Activity.ELDERLY, commune=factories.commune(),
    )  # fmt: skip
    mission, by = at_her_home(need), factories.leader_of(of)
    with pytest.raises(DescribesAPerson, match="ormes"):
        actions.change_mission(mission=mission, by=by, now=NOW, why="Pour que les Ormes refleurissent.")


def test_neither_a_shift_nor_a_reason_names_her() -> None:
    mission = at_her_home(spoken_for(here()))
    by, shift, said = factories.leader_of(mission.organisation), factories.first_shift(mission), "Mme Durand est malade"
    for work in (
        lambda: factories.shift(mission, note=said),
        lambda: actions.change_shift(
            shift=shift, starts_at=shift.starts_at, ends_at=shift.ends_at, capacity=3, note=said, by=by, now=NOW
        ),
        lambda: actions.cancel_shift(shift=shift, reason=said, by=by, now=NOW),
        lambda: actions.close_mission(mission=mission, reason=said, by=by, now=NOW),
        lambda: actions.cancel_mission(mission=mission, reason=said, by=by, now=NOW),
    ):
        with pytest.raises(DescribesAPerson):
            work()
    assert Mission.objects.get(pk=mission.pk).is_published and not messages("shift_cancelled")


def test_who_is_forgotten_is_visited_no_more_and_their_door_is_written_nowhere() -> None:
    of, denise = here(), factories.person("Denise R.")
    need = actions.ask_for_help(
        organisation=of, who=denise, name="Denise R.", email=denise.email or "", phone="", now=NOW,
        title="Porter des courses", domain=Activity.ELDERLY, commune=factories.commune(),
    )  # fmt: skip
    mission = at_her_home(need)
    made = factories.sign_up(factories.first_shift(mission), by=factories.leader_of(of))
    erase(person=denise, now=NOW)
    mission.refresh_from_db()
    assert (mission.status, mission.meeting_point) == (MissionStatus.CANCELLED, "")
    assert len(messages("shift_cancelled")) == 1 and made.contact.name in messages("shift_cancelled")[0].text
    assert again(need).status == NeedStatus.CLOSED


def test_whatever_somebody_is_called_what_they_take_back_ends() -> None:
    """The reason that volunteers read is ours: « Cette aide… » names nobody, not even whom a team noted as « Aide du 3e »."""
    need = spoken_for(here())
    mission = at_her_home(need)
    assert need.helped
    need.helped.name = "Aide du troisième"
    need.helped.save()
    actions.withdraw_need(need=need, now=NOW)
    mission.refresh_from_db()
    assert mission.status == MissionStatus.CANCELLED


def test_a_mission_that_went_on_after_the_need_was_met_ends_with_it() -> None:
    need, denise = spoken_for(here()), factories.person("Paulette Durand")
    mission = at_her_home(need)
    assert need.helped
    need.helped.person = denise
    need.helped.save()
    asker(mission, Answer.YES)
    assert again(need).status == NeedStatus.CLOSED
    erase(person=denise, now=NOW)
    mission.refresh_from_db()
    assert (mission.status, mission.meeting_point) == (MissionStatus.CANCELLED, "")


# ── Who speaks for whom ───────────────────────────────────────────────────────────────────────
def test_nobody_speaks_for_her_once_she_has_taken_back_her_agreement() -> None:
    need = spoken_for(here())
    by, of = factories.leader_of(need.organisation), need.organisation
    mission = actions.mission_from_need(need=need, by=by, now=NOW)
    assert need.agreement
    need.agreement.withdrawn_at = NOW
    need.agreement.save()
    for work in (
        lambda: actions.publish(mission=mission, by=by, now=NOW),
        lambda: actions.mission_from_need(need=need, by=by, now=NOW),
        lambda: actions.say_need(
            organisation=of, title="Autre chose", domain=Activity.ELDERLY, commune=factories.commune(), by=by, now=NOW,
            helped=need.helped, agreement=need.agreement,
        ),
    ):  # fmt: skip
        with pytest.raises(on_missions.AgreementWithdrawn):
            work()


def test_the_agreement_of_one_person_does_not_speak_for_another() -> None:
    need = spoken_for(here())
    other = organisations.know(organisation=need.organisation, name="Georges X.", now=NOW)
    with pytest.raises(on_needs.AgreementIsMissing):
        actions.say_need(
            organisation=need.organisation, title="Autre chose", domain=Activity.ELDERLY, commune=factories.commune(),
            by=factories.leader_of(need.organisation), now=NOW, helped=other, agreement=need.agreement,
        )  # fmt: skip


def test_the_association_notes_that_she_takes_it_back_and_everything_ends() -> None:
    need = spoken_for(here())
    mission = at_her_home(need)
    factories.sign_up(factories.first_shift(mission), by=factories.leader_of(need.organisation))
    address = f"/gerer/{need.organisation.slug}/besoins/{need.pk}/"
    assert holding(RoleKind.COORDINATOR, need.organisation).post(f"{address}accord/").status_code == 403
    president = leader(need.organisation)
    assert "Cette personne reprend son accord" in words_of(president.get(address))
    assert "celles et ceux qui devaient venir sont prévenus" in words_of(
        president.post(f"{address}accord/", follow=True)
    )
    assert again(need).status == NeedStatus.CLOSED and not again(need).agreement.is_standing  # type: ignore[union-attr]
    mission.refresh_from_db()
    assert mission.status == MissionStatus.CANCELLED and len(messages("shift_cancelled")) == 1
    assert "a repris son accord" in words_of(president.get(address))


@pytest.mark.django_db(transaction=True)
def test_taken_back_anywhere_it_ends_what_was_said_by_it() -> None:
    need = spoken_for(here())
    assert need.agreement
    consent.withdraw(consent=need.agreement, by=None, now=NOW)
    assert again(need).status == NeedStatus.CLOSED


@pytest.mark.django_db(transaction=True)
def test_she_takes_it_back_herself_from_her_data_and_nobody_does_it_for_her() -> None:
    need = spoken_for(here())
    paulette = factories.person("Paulette Durand", email="paulette@exemple.localhost")
    assert need.helped and need.agreement
    need.helped.person = paulette  # her contact became hers after she had agreed
    need.helped.save()
    client, address = enter(paulette), f"/moi/donnees/accords/{need.agreement.pk}/"
    assert enter(factories.person()).post(address).status_code == 404
    assert "Reprendre mon accord" in words_of(client.get("/moi/donnees/"))
    assert "vous avez repris votre accord" in words_of(client.post(address, follow=True))
    assert "Reprendre mon accord" not in words_of(client.get("/moi/donnees/"))
    assert again(need).status == NeedStatus.CLOSED


# ── Who waits at home ─────────────────────────────────────────────────────────────────────────
def test_who_waits_hears_that_a_shift_moved_or_that_nobody_comes() -> None:
    mission = at_her_home(spoken_for(here()))
    by, shift = factories.leader_of(mission.organisation), factories.first_shift(mission)
    later = shift.starts_at + timedelta(hours=3)
    actions.change_shift(
        shift=shift, starts_at=later, ends_at=later + timedelta(hours=2), capacity=3, note="", by=by, now=NOW
    )
    actions.cancel_shift(shift=shift, by=by, now=NOW)
    assert [("a changé d’heure" in one.text, "est annulé" in one.text) for one in messages("need_changed")] == [
        (True, False), (False, True),
    ]  # fmt: skip
    assert {one.address for one in messages("need_changed")} == {"paulette@exemple.localhost"}


def test_a_mission_given_up_is_told_to_who_waits_and_the_next_one_too() -> None:
    need = spoken_for(here())
    by = factories.leader_of(need.organisation)
    first = at_her_home(need)
    need.status = NeedStatus.ANSWERED
    need.save()
    actions.cancel_mission(mission=first, reason="Pas assez de monde.", by=by, now=NOW)
    assert len(messages("need_waits_again")) == 1 and again(need).status == NeedStatus.OPEN
    link = "/" + messages("need_waits_again")[0].link.split("/", 3)[3]
    said = words_of(Client(SERVER_NAME="localhost").get(link))
    assert "n’a pas lieu" in said and "Une mission est ouverte" not in said
    second = actions.mission_from_need(need=need, by=by, now=NOW)
    factories.shift(second)
    actions.change_mission(mission=second, by=by, now=NOW, what="Porter un panier une fois par semaine, le jeudi.")
    actions.publish(mission=second, by=by, now=NOW)
    assert len(messages("need_answered")) == 2


def test_a_mission_closed_with_nobody_come_gives_the_need_back() -> None:
    need = spoken_for(here())
    by = factories.leader_of(need.organisation)
    for came, status in ((False, NeedStatus.OPEN), (True, NeedStatus.ANSWERED)):
        mission = at_her_home(need)
        Need.objects.of(need.organisation).filter(pk=need.pk).update(status=NeedStatus.ANSWERED)
        if came:
            factories.came(factories.sign_up(factories.first_shift(mission), by=by))
        mission.refresh_from_db()
        actions.close_mission(mission=mission, by=by, now=AFTER)
        assert again(need).status == status


def test_a_need_withdrawn_by_who_asked_sends_nobody_for_nothing() -> None:
    need = spoken_for(here())
    mission = at_her_home(need)
    factories.sign_up(factories.first_shift(mission), by=factories.leader_of(need.organisation))
    actions.withdraw_need(need=need, now=NOW)
    mission.refresh_from_db()
    assert mission.status == MissionStatus.CANCELLED and "n’est plus demandée" in messages("shift_cancelled")[0].text
    assert len(messages("need_withdrawn")) == 1


# ── Did it help? ──────────────────────────────────────────────────────────────────────────────
def visited(need: Need) -> Mission:
    """Somebody came, and it is noted."""
    mission = at_her_home(need)
    factories.came(factories.sign_up(factories.first_shift(mission), by=factories.leader_of(need.organisation)))
    Need.objects.of(need.organisation).filter(pk=need.pk).update(status=NeedStatus.ANSWERED)
    return mission


def asker(mission: Mission, answer: str, by: Any = None, words: str = "") -> Outcome:
    mission.refresh_from_db()
    return actions.tell_outcome(mission=mission, side=Side.ASKER, answer=answer, words=words, by=by, now=AFTER)


def test_she_is_asked_whether_it_helped_once_and_after_the_end() -> None:
    mission = visited(spoken_for(here()))
    end = factories.first_shift(mission).ends_at
    assert actions.ask_whether_it_helped(now=end + timedelta(hours=1)) == 0
    for hours in (3, 4):
        actions.ask_whether_it_helped(now=end + timedelta(hours=hours))
    (asked,) = messages("need_how_was_it")
    assert asked.address == "paulette@exemple.localhost" and "/besoins/suivi/" in asked.link
    asker(mission, Answer.YES)
    assert actions.ask_whether_it_helped(now=end + timedelta(hours=5)) == 0


def test_what_she_said_herself_nobody_says_for_her() -> None:
    mission = visited(spoken_for(here()))
    by = factories.leader_of(mission.organisation)
    asker(mission, Answer.PARTLY, by=by)  # noted for her, by telephone
    asker(mission, Answer.NO, words="J’ai eu peur.")
    with pytest.raises(on_hours.TheySpokeForThemselves):
        asker(mission, Answer.YES, by=by)
    kept = Outcome.objects.of(mission.organisation).get(side=Side.ASKER)
    assert (kept.answer, kept.words) == (Answer.NO, "J’ai eu peur.")
    page = words_of(leader(mission.organisation).get(f"/gerer/{mission.organisation.slug}/besoins/{mission.need_id}/"))
    assert "La personne a répondu elle-même" in page and "J’ai eu peur." in page


def test_her_no_opens_the_need_again_and_somebody_hears_it() -> None:
    need = spoken_for(here())
    mission = visited(need)
    asker(mission, Answer.YES, by=factories.leader_of(need.organisation))
    assert again(need).status == NeedStatus.CLOSED
    asker(mission, Answer.NO)
    assert again(need).status == NeedStatus.OPEN and again(need).closed_at is None
    assert len(messages("need_not_helped")) == 1
    assert Fact.objects.filter(kind="volunteering.need_reopened").count() == 1


def test_a_need_closed_by_who_had_it_stays_closed() -> None:
    need = spoken_for(here())
    mission = visited(need)
    actions.withdraw_need(need=need, now=AFTER)
    asker(mission, Answer.NO)
    assert again(need).status == NeedStatus.CLOSED


def test_needs_whose_dates_are_behind_come_back_to_the_desk() -> None:
    of = here()
    visited_need, forgotten = spoken_for(of, title="Porter du bois"), spoken_for(of, title="Changer une ampoule")
    visited(visited_need)
    at_her_home(forgotten)
    Need.objects.of(of).filter(pk=forgotten.pk).update(status=NeedStatus.ANSWERED)
    assert queries.needs_left_behind(of, NOW) == []
    assert queries.needs_left_behind(of, AFTER + timedelta(days=1)) == [(visited_need, True), (forgotten, False)]


# ── How old somebody is ───────────────────────────────────────────────────────────────────────
def test_whoever_was_sixteen_last_week_is_no_adult_today() -> None:
    of = here()
    young = factories.guest("Noé P.", birth_year=NOW.year - 16, guardian_name="Anne", guardian_phone="+33600000077")
    first = factories.mission(of, min_age=15)
    made = factories.sign_up(factories.first_shift(first), young)
    agreement = made.guardian_agreement  # type: ignore[attr-defined]
    actions.answer_as_guardian(agreement=agreement, agrees=False, now=NOW)
    as_adult = factories.guest("Noé P.", phone=young.phone)
    with pytest.raises(on_sign_ups.GuardianIsMissing):
        factories.sign_up(factories.shift(first, starts_at=SOON + timedelta(days=1)), as_adult)
    with pytest.raises(on_sign_ups.TooYoung):
        factories.sign_up(factories.first_shift(factories.mission(of)), as_adult)


def test_an_account_without_an_age_is_asked_for_it_where_minors_may_come() -> None:
    shift = factories.first_shift(factories.mission(min_age=15, now=datetime.now(tz=NOW.tzinfo)))
    amina = factories.person(birth_year=None)
    client, address = enter(amina), f"/missions/creneaux/{shift.pk}/inscription/"
    assert "J’ai 18 ans ou plus" in words_of(client.get(address))
    refused = client.post(address, {"age": "minor"})
    assert "dites d’abord votre année de naissance" in words_of(refused) and "Indiquer mon parent" in words_of(refused)
    assert client.post(address, {"age": "adult"}).status_code == 302
    assert "J’ai 18 ans" not in words_of(enter(factories.person()).get(address))


def test_somebody_written_down_by_hand_may_be_a_minor_too() -> None:
    shift = factories.first_shift(factories.mission(min_age=15, now=datetime.now(tz=NOW.tzinfo)))
    of = shift.mission.organisation
    bruno, address = leader(of), f"/gerer/{of.slug}/creneaux/{shift.pk}/ajouter/"
    page = bruno.get(f"/gerer/{of.slug}/creneaux/{shift.pk}/")
    assert "moins de 18 ans" in words_of(page)
    young = {"name": "Noé P.", "phone": "06 00 00 00 88", "birth_year": str(NOW.year - 16)}
    assert "il faut l’accord d’un parent" in words_of(bruno.post(address, young))
    bruno.post(address, young | {"guardian_name": "Anne", "guardian_email": "anne@exemple.localhost"})
    assert SignUp.objects.of(of).get().status == SignUpStatus.GUARDIAN and messages("guardian_asked")


@pytest.fixture
def odile() -> Person:
    """She answers for Sami, who is nine."""
    made = factories.person("Odile", birth_year=1985)
    people.add_child(guardian=made, name="Sami", birth_year=NOW.year - 9, now=NOW)
    return made


def test_an_adult_signs_up_the_child_they_answer_for_and_follows_it(odile: Person) -> None:
    now = datetime.now(tz=NOW.tzinfo)
    shift = factories.first_shift(factories.mission(min_age=8, now=now))
    client, address = enter(odile), f"/missions/creneaux/{shift.pk}/inscription/"
    assert "Pour qui ?" in words_of(client.get(address)) and "Sami" in words_of(client.get(address))
    (sami,) = odile.children(now.date())
    for whom in (str(sami.pk), "me"):
        assert client.post(address, {"whom": whom}).status_code == 302
    made = SignUp.objects.of(shift.mission.organisation).get(contact__person=sami)
    assert made.is_confirmed and {one.address for one in messages("signed_up")} == {odile.email}
    mine = words_of(client.get("/moi/missions/"))
    assert mine.count(shift.mission.title) == 2 and "Sami · " in mine
    assert "Sami · " in words_of(client.get("/moi/"))


def test_nobody_signs_up_the_child_of_another(odile: Person) -> None:
    shift = factories.first_shift(factories.mission(min_age=8, now=datetime.now(tz=NOW.tzinfo)))
    (sami,) = odile.children(NOW.date())
    stranger = factories.person(birth_year=1985)
    people.add_child(guardian=stranger, name="Zoé", birth_year=NOW.year - 9, now=NOW)
    refused = enter(stranger).post(f"/missions/creneaux/{shift.pk}/inscription/", {"whom": str(sami.pk)})
    assert refused.status_code == 200 and not SignUp.objects.of(shift.mission.organisation).exists()


def test_the_hours_of_a_child_wait_for_whoever_answers_for_them(odile: Person) -> None:
    (sami,) = odile.children(NOW.date())
    hours = factories.counted(factories.sign_up(factories.first_shift(factories.mission(min_age=8)), sami))
    assert queries.hours_to_sign(odile, AFTER) == [hours]
    assert queries.my_lines(odile) == [] and queries.hours_to_sign(factories.person(), AFTER) == []


# ── Too late to say yes ───────────────────────────────────────────────────────────────────────
def test_a_yes_to_what_is_cancelled_or_over_promises_nothing() -> None:
    young = factories.guest(birth_year=NOW.year - 16, guardian_name="Anne", guardian_email="anne@exemple.localhost")
    shift = factories.first_shift(factories.mission(min_age=15))
    by = factories.leader_of(shift.mission.organisation)
    waiting, asked = factories.sign_up(shift, young), factories.sign_up(shift)
    SignUp.objects.of(shift.mission.organisation).filter(pk=asked.pk).update(status=SignUpStatus.ASKED)
    with pytest.raises(on_sign_ups.ShiftIsOver):
        actions.answer_as_guardian(agreement=waiting.guardian_agreement, agrees=True, now=AFTER)  # type: ignore[attr-defined]
    actions.cancel_shift(shift=shift, by=by, now=NOW)
    with pytest.raises(on_sign_ups.ShiftIsCancelled):
        actions.answer_as_guardian(agreement=waiting.guardian_agreement, agrees=True, now=NOW)  # type: ignore[attr-defined]
    with pytest.raises(on_sign_ups.ShiftIsCancelled):
        actions.accept(sign_up=asked, by=by, now=NOW)
    link = "/" + messages("guardian_asked")[0].link.split("/", 3)[3]
    assert "a annulé ce créneau" in words_of(Client(SERVER_NAME="localhost").get(link))
    assert "Dire oui" not in words_of(
        leader(shift.mission.organisation).get(f"/gerer/{shift.mission.organisation.slug}/creneaux/{shift.pk}/")
    )


# ── Hours that are wrong ──────────────────────────────────────────────────────────────────────
def test_who_was_there_says_so_and_the_team_hears_it() -> None:
    made = factories.sign_up(who=factories.guest(email="lucie@exemple.localhost"))
    of, by = made.shift.mission.organisation, factories.leader_of(made.shift.mission.organisation)
    with pytest.raises(on_hours.TooEarlyToTick):
        actions.claim_presence(sign_up=made, by=None, now=NOW)
    actions.tick(sign_up=made, presence=Presence.ABSENT, by=by, now=AFTER)
    for _twice in range(2):
        actions.claim_presence(sign_up=made, by=None, words="J’ai fermé le local avec Samir.", now=AFTER)
    assert [one.claim for one in queries.claimed(of)] == ["J’ai fermé le local avec Samir."]
    assert len(messages("presence_claimed")) == 1
    made = actions.tick(sign_up=made, presence=Presence.CAME, by=by, now=AFTER)
    assert queries.claimed(of) == [] and made.claim == ""
    with pytest.raises(on_hours.PresenceIsAgreed):
        actions.claim_presence(sign_up=made, by=None, now=AFTER)


def test_from_the_sheet_one_tap_says_i_was_there() -> None:
    now = datetime.now(tz=NOW.tzinfo)
    then = now - timedelta(days=9)
    mission = factories.mission(now=then)
    made = factories.sign_up(factories.first_shift(mission), factories.guest(), now=then)
    visitor, sheet = Client(SERVER_NAME="localhost"), f"/inscription/{made.token}/"
    assert "J’étais là, et rien n’est noté" in words_of(visitor.get(sheet))
    said = visitor.post(f"{sheet}heures/", {"answer": "wrong", "words": "Avec\x00 Samir."}, follow=True)
    assert "Vous avez dit que vous étiez là" in words_of(said)
    of, day = mission.organisation, queries.ticked_on(made.shift).isoformat()
    bruno = leader(of)
    assert f"{made.contact.name} dit avoir été là" in words_of(bruno.get(f"/gerer/{of.slug}/"))
    assert "Dit avoir été là. « Avec Samir. »" in words_of(bruno.get(f"/gerer/{of.slug}/presences/", {"jour": day}))


def test_hours_taken_back_are_told_to_a_phone_too() -> None:
    hours = factories.counted(factories.sign_up(who=factories.guest()))
    actions.reverse_hours(hours=hours, reason="other", by=hours.by, now=AFTER)
    assert [one.channel for one in messages("hours_reversed")] == ["sms"]


def test_two_signatures_are_of_two_people() -> None:
    of = here()
    bruno = factories.leader_of(of)
    made = factories.came(factories.sign_up(factories.first_shift(factories.mission(of)), bruno))
    with pytest.raises(on_hours.NotYourOwnHours):
        actions.confirm_hours(sign_up=made, by=bruno, now=AFTER)
    samir = factories.person("Samir")
    assert actions.confirm_hours(sign_up=made, by=samir, now=AFTER).minutes == 120


def test_whoever_is_alone_is_not_asked_to_count_their_own() -> None:
    now = datetime.now(tz=NOW.tzinfo)
    of = here()
    mission = factories.mission(of, now=now - timedelta(days=9))
    factories.came(
        factories.sign_up(factories.first_shift(mission), factories.leader_of(of), now=now - timedelta(days=9))
    )
    bruno = leader(of)
    page = words_of(bruno.get(f"/gerer/{of.slug}/heures/"))
    assert "C’est vous : quelqu’un d’autre" in page and "Compter et signer" not in page
    assert "Compter les heures" not in words_of(bruno.get(f"/gerer/{of.slug}/"))


def test_hours_are_counted_when_it_is_over_and_what_was_done_is_not_cancelled() -> None:
    made = factories.sign_up()
    shift, by = made.shift, factories.leader_of(made.shift.mission.organisation)
    minute = shift.starts_at + timedelta(minutes=1)
    actions.tick(sign_up=made, presence=Presence.CAME, by=by, now=minute)
    assert queries.to_confirm(shift.mission.organisation, minute) == []
    with pytest.raises(on_hours.TooEarlyToCount):
        actions.confirm_hours(sign_up=made, by=by, now=minute)
    with pytest.raises(on_missions.SomebodyCame):
        actions.cancel_shift(shift=shift, by=by, now=minute)
    with pytest.raises(on_missions.ShiftIsGone):
        actions.cancel_shift(shift=shift, by=by, now=shift.ends_at)
    assert actions.confirm_hours(sign_up=made, by=by, now=shift.ends_at).minutes == 120


def test_what_is_done_at_ones_own_hour_is_dated_when_it_was_done() -> None:
    mission = factories.mission()
    window = factories.shift(
        mission, starts_at=NOW + timedelta(days=1), ends_at=NOW + timedelta(days=300), minutes=60, is_flexible=True
    )
    signed_up = NOW + timedelta(days=110)  # in March, for a window opened in November
    made = factories.sign_up(window, now=signed_up)
    by = factories.leader_of(mission.organisation)
    ticked = signed_up + timedelta(days=3)
    actions.tick(sign_up=made, presence=Presence.CAME, by=by, now=ticked)
    assert actions.confirm_hours(sign_up=made, by=by, now=ticked).on == ticked.date()
