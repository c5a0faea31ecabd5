"""Every kind of message has its words: they render, say who and when, and carry the address that helps."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps

from maillage.engage.volunteering import actions
from maillage.engage.volunteering.actions import missions
from maillage.engage.volunteering.models import Need, ReversalReason, SignUp
from maillage.engage.volunteering.tests import factories
from maillage.engage.volunteering.tests.factories import NOW
from maillage.kernel import hooks
from maillage.kernel.notifications import words
from maillage.kernel.notifications.models import Message
from maillage.kernel.organisations.models import Activity

pytestmark = pytest.mark.django_db
HOUSE = Path(apps.get_app_config("volunteering").path)
KINDS = {kind.name: kind for kind in hooks.notification_kinds if kind.name.startswith("volunteering.")}
USED = {
    name
    for source in (HOUSE / "actions").glob("*.py")
    for name in re.findall(r'"(volunteering\.[a-z_]+)"', source.read_text())
    if name != "volunteering.attestation"  # a document, not a message
}


def messages(kind: str = "") -> list[Message]:
    rows = Message.objects.across(reason="test").order_by("pk")
    return list(rows.filter(kind=kind) if kind else rows)


def only(kind: str) -> Message:
    found = messages(kind)
    assert len(found) == 1, [message.kind for message in messages()]
    return found[0]


def test_what_the_verbs_tell_is_declared_once_and_nothing_else_is() -> None:
    declared = [kind.name for kind in hooks.notification_kinds if kind.name.startswith("volunteering.")]
    assert sorted(declared) == sorted(USED)


@pytest.mark.parametrize("kind", sorted(USED))
@pytest.mark.parametrize("locale", ["fr", "en"])
def test_every_kind_has_words_that_render(kind: str, locale: str) -> None:
    made = factories.sign_up()
    shift, mission = made.shift, made.shift.mission
    need = Need(title="Porter les courses", organisation=mission.organisation)
    context = {
        "name": "Amina B.", "guardian": "Paul I.", "mission": mission, "shift": shift, "organisation": mission.organisation,
        "sheet": "https://ici/inscription/1-abc/", "link": "https://ici/inscription/1-abc/", "answer": "https://ici/accord/1/",
        "minutes": 150, "reason": "La serre est inondée.", "on": NOW.date(), "need": need, "follow": "https://ici/suivi/1/",
        "sheets": [{"mission": mission, "shift": shift, "sheet": "https://ici/inscription/1-abc/"}],
    }  # fmt: skip
    subject, text = words.made(kind, context, locale=locale, short=False)
    assert 8 < len(subject) <= 120
    assert text and "{{" not in text and "{%" not in text
    # A subject is one line; no word of the text is stuck to its neighbour by a missing space.
    assert not re.search(r"»[A-Za-zÀ-ÿ]|[a-zà-ÿ]« ?|,[A-Za-zÀ-ÿ]", subject + text), text
    if "sms" in KINDS[kind].channels:
        _subject, said = words.made(kind, context, locale=locale, short=True)
        assert 20 < len(said) <= words.SMS_LENGTH
        assert said.endswith("/") or "http" not in said, said  # an address is never cut


def test_a_long_title_does_not_cut_the_address_of_an_sms() -> None:
    mission = factories.mission(title="T" * 120, meeting_point="P" * 250)
    made = factories.sign_up(factories.first_shift(mission), factories.guest())
    assert only("volunteering.signed_up").text.endswith("/")
    actions.remind(now=made.shift.starts_at - timedelta(hours=20))
    assert only("volunteering.reminder").text.endswith("/")


# ── Who reads what ────────────────────────────────────────────────────────────────────────────
def test_who_has_a_place_reads_where_and_whom_to_call() -> None:
    factories.sign_up()
    message = only("volunteering.signed_up")
    assert "Portail vert, 12 chemin des Prairies" in message.text
    assert "06 00 00 00 00" in message.text.replace("\xa0", " ")
    assert "mardi 1er décembre" in message.text
    assert message.link in message.text.splitlines()  # alone on its line: a button in the mail
    assert [name for name, _content, _type in message.attachments] == ["creneau.ics"]


@pytest.mark.parametrize("said", [{"asks_first": True}, {"min_age": 15}])
def test_who_waits_for_an_answer_does_not_read_the_exact_place(said: dict[str, object]) -> None:
    mission = factories.mission(**said)
    who = factories.guest(
        email="lucie@exemple.localhost", phone="", birth_year=NOW.year - 16, guardian_name="Paul I.",
        guardian_email="paul@exemple.localhost",
    ) if "min_age" in said else factories.person()  # fmt: skip
    factories.sign_up(factories.first_shift(mission), who)
    for message in messages():
        assert "12 chemin des Prairies" not in message.text
        assert message.attachments == []


def test_a_guardian_reads_what_it_is_about_and_answers_at_their_own_address() -> None:
    young = factories.guest(
        name="Léo G.", birth_year=NOW.year - 16, guardian_name="Paul I.", guardian_email="paul@exemple.localhost"
    )
    made = factories.sign_up(factories.first_shift(factories.mission(min_age=15)), young)
    asked, waits = only("volunteering.guardian_asked"), only("volunteering.waits_for_guardian")
    assert asked.address == "paul@exemple.localhost"
    assert "Léo G." in asked.text and made.shift.mission.title in asked.text
    assert asked.link != waits.link and "/accord-mission/" in asked.link


def test_hours_counted_then_corrected_are_told_with_their_length() -> None:
    made = factories.sign_up()
    by = factories.leader_of(made.shift.mission.organisation)
    hours = factories.counted(made, minutes=150)
    assert "2 h 30" in only("volunteering.hours_confirmed").text.replace("\xa0", " ")
    actions.reverse_hours(
        hours=hours, reason=ReversalReason.WRONG_LENGTH, by=by, now=made.shift.ends_at + timedelta(days=1)
    )
    assert "durée inexacte" in only("volunteering.hours_reversed").text


def test_hours_that_are_wrong_are_told_to_who_may_correct_them() -> None:
    made = factories.sign_up()
    hours = factories.counted(made)
    actions.dispute_hours(hours=hours, by=made.contact.person, now=made.shift.ends_at + timedelta(days=1))
    assert only("volunteering.hours_disputed").person == factories.leader_of(made.shift.mission.organisation)


def need_said() -> Need:
    organisation = factories.organisation()
    return actions.ask_for_help(
        organisation=organisation, who=None, name="Denise R.", email="", phone="+33612345678", now=NOW,
        title="Un panier porté à la maison", domain=Activity.FOOD, commune=factories.commune(),
    )  # fmt: skip


def test_who_asks_for_help_keeps_an_address_and_the_team_is_told() -> None:
    need = need_said()
    heard, said = only("volunteering.need_heard"), only("volunteering.need_said")
    assert (heard.channel, heard.address) == ("sms", "+33612345678")
    assert "/besoins/suivi/" in heard.link and heard.link in heard.text
    assert said.person == factories.leader_of(need.organisation)
    assert "Denise" not in said.text  # who it is stays behind the desk's door


def test_who_asked_is_told_yes_and_told_no() -> None:
    kept, declined = need_said(), need_said()
    actions.decline_need(
        need=declined, reason="Pas de bénévole ce mois-ci.", by=factories.leader_of(declined.organisation), now=NOW
    )
    assert "Pas de bénévole ce mois-ci." in only("volunteering.need_declined").text
    by = factories.leader_of(kept.organisation)
    mission = actions.mission_from_need(need=kept, by=by, now=NOW)
    factories.shift(mission)
    actions.change_mission(mission=mission, by=by, now=NOW, what="Porter un panier une fois par semaine, le jeudi.")
    actions.publish(mission=mission, by=by, now=NOW)
    assert "/besoins/suivi/" in only("volunteering.need_answered").link


# ── Lost links ────────────────────────────────────────────────────────────────────────────────
def test_lost_links_are_sent_to_the_address_that_made_them_only() -> None:
    mission = factories.mission()
    mine = factories.sign_up(factories.first_shift(mission), factories.guest(email="lucie@exemple.localhost", phone=""))
    other = factories.sign_up(factories.first_shift(mission), factories.guest(email="marc@exemple.localhost", phone=""))
    actions.send_links_again(email="Lucie@exemple.localhost", now=NOW)
    message = only("volunteering.links_again")
    sheet = re.escape(f"/inscription/{mine.pk}-")
    assert re.search(sheet, message.text) and f"/inscription/{other.pk}-" not in message.text
    assert message.address == "lucie@exemple.localhost"


def test_lost_links_come_by_sms_to_the_telephone_that_made_them_and_wake_no_stranger() -> None:
    mine = factories.sign_up(who=factories.guest(phone="+33639980001"))
    assert actions.send_links_again(phone="+33639980002", now=NOW) == 0
    assert messages("volunteering.links_again") == []
    actions.send_links_again(phone="+33639980001", now=NOW)
    message = only("volunteering.links_again")
    assert (message.channel, message.address) == ("sms", "+33639980001")
    assert f"/inscription/{mine.pk}-" in message.text


def test_each_lost_link_comes_whole_in_an_sms_of_its_own() -> None:
    mission = factories.mission(
        title="Accompagner des personnes âgées au marché et les raccompagner chez elles, le jeudi matin"
    )
    first, second = factories.first_shift(mission), factories.shift(mission, starts_at=NOW + timedelta(days=9))
    made = [factories.sign_up(shift, factories.guest(phone="+33639980001", email="")) for shift in (first, second)]
    for minutes in (0, 20):
        assert actions.send_links_again(phone="+33639980001", now=NOW + timedelta(minutes=minutes)) == 2
    texts = [message.text for message in messages("volunteering.links_again")]
    assert [text.count("://") for text in texts] == [1, 1]
    assert [text.endswith(missions.sheet_address(one)) for text, one in zip(texts, made, strict=True)] == [True, True]


def test_asking_again_within_the_hour_sends_nothing_more() -> None:
    for minutes in (0, 20):
        actions.send_links_again(email="inconnue@exemple.localhost", now=NOW + timedelta(minutes=minutes))
    assert len(messages("volunteering.links_again")) == 1


def test_no_message_names_the_exact_place_to_who_has_no_place() -> None:
    made = factories.sign_up()
    actions.cancel_sign_up(sign_up=made, by=None, now=NOW)
    assert "12 chemin des Prairies" not in only("volunteering.cancelled").text
    assert SignUp.objects.across(reason="test").get(pk=made.pk).holds_a_place is False
