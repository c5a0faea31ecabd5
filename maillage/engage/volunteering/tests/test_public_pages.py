"""What a visitor, a volunteer, a guardian and somebody in need see, do, and never see."""

import json
import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from maillage.engage.volunteering import actions
from maillage.engage.volunteering.actions.missions import sheet_address
from maillage.engage.volunteering.models import (
    Answer,
    GuardianAgreement,
    Hours,
    Mission,
    Need,
    NeedStatus,
    Outcome,
    Shift,
    Side,
    Signature,
    SignUp,
    SignUpStatus,
)
from maillage.engage.volunteering.tests import factories
from maillage.kernel.notifications.models import Message
from maillage.kernel.organisations.models import Activity
from tests.pages import enter

pytestmark = pytest.mark.django_db
EXACT = "12 chemin des Prairies"
BRUZ = {"insee": "35047", "name": "Bruz", "latitude": 48.0246, "longitude": -1.7461, "population": 18_000}


@pytest.fixture
def now():  # type: ignore[no-untyped-def]
    """Pages look at the real clock."""
    return timezone.now()


def text_of(response) -> str:  # type: ignore[no-untyped-def]
    """The words of the page, without its tags, scripts and needless spaces."""
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    bare = re.sub(r"<script.*?</script>|<[^>]+>", " ", main, flags=re.DOTALL)
    return " ".join(unescape(bare).replace("\u202f", " ").split())


def at(client: Client, commune) -> Client:  # type: ignore[no-untyped-def]
    """The same client, who said where they are."""
    response = client.post("/ici/", {"commune": commune.label, "commune_insee": commune.insee})
    assert response.status_code == 302
    return client


def sheet_of(made: SignUp) -> str:
    return "/" + sheet_address(made).split("/", 3)[3]


def only_sign_up() -> SignUp:
    return SignUp.objects.across(reason="test").get()


# ── Finding ───────────────────────────────────────────────────────────────────────────────────
def test_nearest_first_with_the_reason_the_place_the_next_shift_and_the_room_left(client: Client, now) -> None:  # type: ignore[no-untyped-def]
    rennes, bruz = factories.commune(), factories.commune(**BRUZ)
    organisation = factories.organisation()
    factories.mission(organisation, now=now, title="Loin", commune=bruz)
    near = factories.mission(organisation, now=now, title="Tout près", commune=rennes)
    shift = factories.first_shift(near)
    factories.sign_up(shift, now=now)
    response = at(client, rennes).get("/missions/?km=20")
    said = text_of(response)
    assert said.index("Tout près") < said.index("Loin")
    assert "11 km" in said or "12 km" in said
    assert organisation.name in said and "Bruz" in said
    assert "2 places" in said
    assert f"{timezone.localtime(shift.starts_at):%-H} h" in said.replace("\xa0", " ")
    assert [f'data-number="{n}"' in response.content.decode() for n in (1, 2)] == [True, True]


def test_the_list_asks_few_questions_whatever_its_length(client: Client, now) -> None:  # type: ignore[no-untyped-def]
    rennes = factories.commune()
    for number in range(12):
        factories.mission(now=now, title=f"Mission {number}")
    at(client, rennes)
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/missions/").status_code == 200
    assert len(queries) <= 12, [query["sql"][:120] for query in queries]
    member = at(enter(factories.person()), rennes)
    with CaptureQueriesContext(connection) as queries:
        assert "Mission 3" in text_of(member.get("/missions/?q=mission&domain=food&with_room=on"))
    # Who is signed in, and on which device, is the frame's own.
    asked = [query["sql"] for query in queries if query["sql"].startswith("SELECT") and "session" not in query["sql"]]
    assert len(asked) <= 12, asked


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", "Ici Loin Maison Nuit"), ("km=5", "Ici Nuit"), ("remote=on", "Maison"), ("evenings=on&km=50", "Nuit"),
        ("domain=culture&km=50", "Loin"), ("wheelchair=on&km=50", "Ici"), ("minors=on&km=50", "Loin"),
        ("q=légume&km=50", "Ici"), ("q=bibliotheque&km=50", "Loin"), ("q=introuvable", ""), ("with_room=on&km=5", "Ici"),
        ("km=douze&domain=<b>&n=-1", "Ici Nuit"), ("q=" + "%00" + '"*&km=5', "Ici Nuit"),
    ],
)  # fmt: skip
def test_each_filter_keeps_what_it_says(client: Client, now, asked: str, found: str) -> None:  # type: ignore[no-untyped-def]
    rennes, bruz = factories.commune(), factories.commune(**BRUZ)
    noon = timezone.localtime(now).replace(hour=12, minute=0) + timedelta(days=(7 - timezone.localtime(now).weekday()))

    def one(title: str, hour: int = 12, **said: object) -> Mission:
        mission = factories.draft(
            now=now, title=title, what="Ce que l’on fait ensemble, dit en une phrase.", commune=rennes
        )
        actions.change_mission(mission=mission, by=factories.leader_of(mission.organisation), now=now, **said)
        factories.shift(mission, starts_at=noon.replace(hour=hour), capacity=1, now=now)
        return actions.publish(mission=mission, by=factories.leader_of(mission.organisation), now=now)

    one("Ici", is_wheelchair_accessible=True, what="On récolte les légumes de la semaine, ensemble.")
    one("Loin", commune=bruz, domain=Activity.CULTURE, min_age=16, what="On range la bibliothèque du village.")
    one("Maison", is_remote=True, commune=None)
    factories.sign_up(factories.first_shift(one("Nuit", hour=19)), now=now)
    if asked:
        at(client, rennes)
    said = text_of(client.get(f"/missions/?{asked}"))
    assert {name for name in ("Ici", "Loin", "Maison", "Nuit") if re.search(rf"\b{name}\b", said)} == set(found.split())


def test_an_empty_answer_says_what_to_do(client: Client) -> None:
    said = at(client, factories.commune()).get("/missions/?q=zzz&km=5").content.decode()
    assert "km=20" in said and "remote=on" in said


def test_a_draft_and_a_past_mission_are_not_found(client: Client, now) -> None:  # type: ignore[no-untyped-def]
    factories.draft(now=now, title="Brouillon secret")
    factories.mission(now=now - timedelta(days=30), title="Mission passée")
    said = text_of(client.get("/missions/"))
    assert "Brouillon secret" not in said and "Mission passée" not in said


# ── One mission ───────────────────────────────────────────────────────────────────────────────
def test_a_mission_says_all_but_its_exact_place(client: Client, now) -> None:  # type: ignore[no-untyped-def]
    mission = factories.mission(
        now=now, why="Trente foyers mangent mieux.", with_whom="six personnes", gear="des bottes", transport="bus C4",
        training="sur place", has_meal=True, min_age=15, is_wheelchair_accessible=True,
    )  # fmt: skip
    response = client.get(f"/missions/{mission.pk}/")
    said = text_of(response)
    for words in (
        "Trente foyers",
        "six personnes",
        "des bottes",
        "bus C4",
        "sur place",
        "Repas",
        "15 ans",
        "Je m’inscris",
        "3 places",
    ):
        assert words in said
    assert EXACT not in response.content.decode()
    assert "+33600000000" not in response.content.decode()


def test_machines_read_the_shifts_and_no_text_closes_their_script(client: Client, now) -> None:  # type: ignore[no-untyped-def]
    mission = factories.mission(now=now, title="</script><script>alert(1)</script>")
    page = client.get(f"/missions/{mission.pk}/").content.decode()
    told = json.loads(re.search(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', page, re.DOTALL).group(1))  # type: ignore[union-attr]
    events = told if isinstance(told, list) else [told]
    assert events[0]["name"] == mission.title
    assert events[0]["location"]["address"]["addressLocality"] == "Rennes"
    assert "<script>alert(1)" not in page


def test_a_draft_is_seen_by_its_own_desk_only(client: Client, now) -> None:  # type: ignore[no-untyped-def]
    draft = factories.draft(now=now)
    assert client.get(f"/missions/{draft.pk}/").status_code == 404
    assert enter(factories.leader_of(factories.organisation())).get(f"/missions/{draft.pk}/").status_code == 404
    assert enter(factories.leader_of(draft.organisation)).get(f"/missions/{draft.pk}/").status_code == 200


def test_a_cancelled_mission_says_why_and_shows_others(client: Client, now) -> None:  # type: ignore[no-untyped-def]
    mission, other = factories.mission(now=now), factories.mission(now=now, title="Une autre, tout près")
    actions.cancel_mission(
        mission=mission, reason="La serre est inondée.", by=factories.leader_of(mission.organisation), now=now
    )
    said = text_of(client.get(f"/missions/{mission.pk}/"))
    assert "La serre est inondée." in said and other.title in said and "Je m’inscris" not in said


@pytest.mark.parametrize(
    "address",
    ["/missions/999999/", "/missions/99999999999999999999999/", "/missions/creneaux/99999999999999999999/inscription/"],
)
def test_what_does_not_exist_is_a_page_that_helps(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


# ── Signing up ────────────────────────────────────────────────────────────────────────────────
def test_three_taps_without_an_account(client: Client, now) -> None:  # type: ignore[no-untyped-def]
    mission = factories.mission(now=now)
    sign_up = re.search(
        r'href="(/missions/creneaux/\d+/inscription/)"', client.get(f"/missions/{mission.pk}/").content.decode()
    )
    assert sign_up
    address = sign_up.group(1)
    assert 'name="age"' not in client.get(address).content.decode()  # nothing asked that is of no use
    response = client.post(address, {"name": "Lucie N.", "phone": "06 12 34 56 78"}, follow=True)
    said = text_of(response)
    assert "Lucie N." in said and EXACT in said and "06 00 00 00 00" in said.replace("\xa0", " ")
    made = only_sign_up()
    assert (made.status, made.contact.phone, made.contact.person) == (SignUpStatus.CONFIRMED, "+33612345678", None)


def test_one_tap_with_an_account(now) -> None:  # type: ignore[no-untyped-def]
    amina, shift = factories.person(), factories.first_shift(factories.mission(now=now))
    response = enter(amina).post(f"/missions/creneaux/{shift.pk}/inscription/", {}, follow=True)
    assert EXACT in text_of(response)
    assert only_sign_up().contact.person == amina


def test_the_same_form_sent_twice_takes_one_place(now) -> None:  # type: ignore[no-untyped-def]
    client = Client(enforce_csrf_checks=True)
    shift = factories.first_shift(factories.mission(now=now))
    address = f"/missions/creneaux/{shift.pk}/inscription/"
    page = client.get(address).content.decode()
    secret = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page).group(1)  # type: ignore[union-attr]
    said = {"name": "Lucie N.", "phone": "0612345678", "csrfmiddlewaretoken": secret}
    first, second = (client.post(address, said) for _ in range(2))
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert Shift.objects.get(pk=shift.pk).taken == 1


def test_a_guest_typed_by_somebody_else_is_neither_shown_nor_named(client: Client, now) -> None:  # type: ignore[no-untyped-def]
    mission = factories.mission(now=now, title="Accompagner à l’hôpital")
    shift = factories.first_shift(mission)
    made = factories.sign_up(shift, factories.guest(email="lucie@exemple.localhost", phone=""), now=now)
    elsewhere = factories.first_shift(factories.mission(mission.organisation, now=now, title="Tenir la buvette"))
    for one in (shift, elsewhere):
        typed = {"name": "lucie n.", "email": "lucie@exemple.localhost"}
        response = client.post(f"/missions/creneaux/{one.pk}/inscription/", typed)
        assert response.status_code == 200 and "Une place est déjà prise à cette heure" in text_of(response)
        assert made.token not in response.content.decode()
    assert "hôpital" not in response.content.decode()
    link = Message.objects.across(reason="test").get(kind="volunteering.links_again")
    assert link.address == "lucie@exemple.localhost" and made.token in link.text


def test_a_full_shift_is_a_sentence_with_other_shifts_and_loses_no_word(client: Client, now) -> None:  # type: ignore[no-untyped-def]
    mission = factories.mission(now=now)
    full = factories.shift(mission, capacity=1, starts_at=now + timedelta(days=3), now=now)
    factories.sign_up(full, now=now)
    response = client.post(
        f"/missions/creneaux/{full.pk}/inscription/",
        {"name": "Lucie N.", "phone": "0612345678", "message": "Je viens à vélo."},
    )
    page = response.content.decode()
    assert "Toutes les places de ce créneau sont prises" in text_of(response)
    assert f"/missions/creneaux/{factories.first_shift(mission).pk}/" in page or any(
        f"/missions/creneaux/{shift.pk}/" in page for shift in mission.shifts.exclude(pk=full.pk)
    )
    assert 'value="Lucie N."' in page and "Je viens à vélo." in page


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"name": "Lucie N."}, "adresse mail ou un"), ({"phone": "0612345678"}, "obligatoire"),
        ({"name": "Lucie", "phone": "12"}, "06 12 34 56 78"), ({"name": "Lucie", "email": "pas un mail"}, "mail"),
        ({"name": "x" * 500, "phone": "0612345678"}, "150"), ({"name": "\x00", "phone": "0612345678"}, ""),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_a_sentence(client: Client, now, said: dict[str, str], sentence: str) -> None:  # type: ignore[no-untyped-def]
    shift = factories.first_shift(factories.mission(now=now))
    response = client.post(f"/missions/creneaux/{shift.pk}/inscription/", said)
    assert response.status_code == 200
    assert sentence in text_of(response)
    assert not SignUp.objects.across(reason="test").exists()


YOUNG = {
    "name": "Léo G.",
    "phone": "0612345678",
    "age": "minor",
    "guardian_name": "Paul I.",
    "guardian_email": "paul@exemple.localhost",
}


def test_a_minor_names_a_guardian_who_answers_without_an_account(client: Client, now) -> None:  # type: ignore[no-untyped-def]
    shift = factories.first_shift(factories.mission(now=now, min_age=15))
    address = f"/missions/creneaux/{shift.pk}/inscription/"
    year = timezone.localtime(now).year
    assert "Je suis plus jeune" in text_of(client.get(address))
    response = client.post(address, YOUNG | {"birth_year": ""})
    assert response.status_code == 200 and not SignUp.objects.across(reason="test").exists()
    response = client.post(address, YOUNG | {"birth_year": year - 16}, follow=True)
    said = text_of(response)
    assert "accord" in said and EXACT not in said
    agreement = GuardianAgreement.objects.across(reason="test").get()
    answer = f"/accord-mission/{agreement.token}/"
    assert "Léo G." in text_of(client.get(answer))
    client.post(answer, {"answer": "yes"})
    assert only_sign_up().status == SignUpStatus.CONFIRMED
    assert client.get(answer).status_code == 200  # coming back later is no mistake
    assert client.post(answer, {"answer": "no"}, follow=True).status_code == 200
    assert only_sign_up().status == SignUpStatus.CONFIRMED


def test_too_young_for_this_mission_is_said_with_the_age(client: Client, now) -> None:  # type: ignore[no-untyped-def]
    shift = factories.first_shift(factories.mission(now=now, min_age=17))
    year = timezone.localtime(now).year
    response = client.post(f"/missions/creneaux/{shift.pk}/inscription/", YOUNG | {"birth_year": year - 15})
    assert "17 ans" in text_of(response) and response.status_code == 200


def test_a_minor_with_an_account_is_told_where_to_name_a_guardian(now) -> None:  # type: ignore[no-untyped-def]
    leo = factories.person("Léo G.", birth_year=timezone.localtime(now).year - 16)
    shift = factories.first_shift(factories.mission(now=now, min_age=15))
    response = enter(leo).post(f"/missions/creneaux/{shift.pk}/inscription/", {})
    assert response.status_code == 200 and "/moi/age/" in response.content.decode().partition("<main")[2]


# ── The sheet ─────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("change", ["", "x", "seed"])
def test_a_secret_address_opens_one_sheet_only(client: Client, now, change: str) -> None:  # type: ignore[no-untyped-def]
    made = factories.sign_up(now=now)
    other = factories.sign_up(now=now)
    right = sheet_of(made)
    if not change:
        assert client.get(right).status_code == 200
        return
    wrong = right.replace(f"/{made.pk}-", f"/{other.pk}-") if change == "seed" else right[:-2] + "/"
    for end in ("", "annuler/", "creneau.ics"):
        assert client.get(wrong + end).status_code == 404
    for end in ("annuler/", "heures/", "retour/"):
        assert client.post(wrong + end, {"answer": "yes"}).status_code in (404, 405)


def test_who_waits_sees_neither_the_exact_place_nor_the_telephone(client: Client, now) -> None:  # type: ignore[no-untyped-def]
    made = factories.sign_up(factories.first_shift(factories.mission(now=now, asks_first=True)), now=now)
    page = client.get(sheet_of(made)).content.decode()
    assert EXACT not in page and "+33600000000" not in page
    calendar = client.get(sheet_of(made) + "creneau.ics")
    assert calendar.status_code == 404 or EXACT not in calendar.content.decode()
    mine = enter(made.contact.person).get("/moi/missions/calendrier.ics")  # type: ignore[arg-type]
    assert EXACT not in mine.content.decode().replace("\r\n ", "")


def test_the_calendar_file_says_where_to_who_has_a_place(client: Client, now) -> None:  # type: ignore[no-untyped-def]
    made = factories.sign_up(now=now)
    file = client.get(sheet_of(made) + "creneau.ics")
    assert file["Content-Type"].startswith("text/calendar")
    assert "chemin des Prairies" in file.content.decode().replace("\r\n ", "")


def test_one_tap_and_a_confirmation_give_the_place_back(client: Client, now) -> None:  # type: ignore[no-untyped-def]
    made = factories.sign_up(who=factories.guest(), now=now)
    assert client.get(sheet_of(made) + "annuler/").status_code == 200
    assert only_sign_up().holds_a_place  # looking changes nothing
    response = client.post(sheet_of(made) + "annuler/", {"reason": "Grippe."}, follow=True)
    assert "annul" in text_of(response)
    assert Shift.objects.get(pk=made.shift_id).taken == 0
    assert client.post(sheet_of(made) + "annuler/", {}, follow=True).status_code == 200


def test_a_cancelled_shift_says_not_to_go(client: Client, now) -> None:  # type: ignore[no-untyped-def]
    made = factories.sign_up(now=now)
    actions.cancel_shift(shift=made.shift, by=factories.leader_of(made.shift.mission.organisation), now=now)
    assert "annulé" in text_of(client.get(sheet_of(made)))


def past_sign_up(now, who=None) -> SignUp:  # type: ignore[no-untyped-def]
    """Somebody signed up nine days ago for a shift of two days ago."""
    then = now - timedelta(days=9)
    return factories.sign_up(who=who, now=then, to=factories.first_shift(factories.mission(now=then)))


def test_hours_are_signed_from_the_link_and_it_is_said_whether_it_helped(client: Client, now) -> None:  # type: ignore[no-untyped-def]
    made = past_sign_up(now, factories.guest())
    hours = factories.counted(made)
    said = text_of(client.get(sheet_of(made)))
    assert "2 h" in said.replace("\xa0", " ") and "Oui, c’est juste" in said
    for _ in range(2):
        client.post(sheet_of(made) + "heures/", {"answer": "right"})
    assert Signature.objects.of(hours.organisation).get().how == "link"
    for answer in (Answer.YES, Answer.PARTLY):
        client.post(sheet_of(made) + "retour/", {"answer": answer, "words": "On m’attendait."})
    told = Outcome.objects.of(hours.organisation).get()
    assert (told.side, told.answer, told.words) == (Side.HELPER, Answer.PARTLY, "On m’attendait.")
    assert client.post(sheet_of(made) + "retour/", {"answer": "<b>"}, follow=True).status_code == 200
    assert Outcome.objects.of(hours.organisation).get().answer == Answer.PARTLY


def test_hours_that_are_wrong_stay_unsigned_and_the_team_is_told(client: Client, now) -> None:  # type: ignore[no-untyped-def]
    made = past_sign_up(now, factories.guest())
    hours = factories.counted(made)
    client.post(sheet_of(made) + "heures/", {"answer": "wrong"})
    assert not Signature.objects.of(hours.organisation).exists()
    assert Message.objects.across(reason="test").filter(kind="volunteering.hours_disputed").count() == 1


def test_nothing_to_sign_before_it_took_place(client: Client, now) -> None:  # type: ignore[no-untyped-def]
    made = factories.sign_up(now=now)
    assert client.post(sheet_of(made) + "heures/", {"answer": "right"}).status_code == 404
    client.post(sheet_of(made) + "retour/", {"answer": "yes"})
    assert not Outcome.objects.across(reason="test").exists()


# ── Lost links ────────────────────────────────────────────────────────────────────────────────
def test_finding_ones_sign_ups_says_nothing_of_who_is_known(client: Client, now) -> None:  # type: ignore[no-untyped-def]
    factories.sign_up(who=factories.guest(email="lucie@exemple.localhost", phone=""), now=now)
    known, unknown = (
        text_of(client.post("/inscriptions/retrouver/", {"email": email}, follow=True))
        for email in ("lucie@exemple.localhost", "personne@exemple.localhost")
    )
    assert known.replace("lucie", "personne") == unknown


# ── Mine ──────────────────────────────────────────────────────────────────────────────────────
def test_my_missions_are_mine_alone(now) -> None:  # type: ignore[no-untyped-def]
    amina, claire = factories.person(), factories.person("Claire D.")
    mine = factories.sign_up(factories.first_shift(factories.mission(now=now, title="La mienne")), amina, now=now)
    factories.sign_up(factories.first_shift(factories.mission(now=now, title="La sienne")), claire, now=now)
    page = enter(amina).get("/moi/missions/")
    assert "La mienne" in text_of(page) and "La sienne" not in text_of(page)
    assert sheet_of(mine) in page.content.decode()
    file = enter(amina).get("/moi/missions/calendrier.ics").content.decode()
    assert "La mienne" in file and "La sienne" not in file


def test_my_hours_my_file_and_my_attestation(now) -> None:  # type: ignore[no-untyped-def]
    amina = factories.person("Amina B.")
    made = past_sign_up(now, amina)
    hours = factories.counted(made, minutes=150)
    client = enter(amina)
    assert "2 h 30" in text_of(client.get("/moi/heures/")).replace("\xa0", " ")
    file = b"".join(client.get("/moi/heures/heures.csv").streaming_content).decode()
    assert made.shift.mission.title in file and "150" in file
    address = f"/moi/heures/{made.contact_id}/{hours.on.year}/attestation/"
    document = client.post(address, follow=True)
    assert document.status_code == 200
    assert document["Content-Type"] == "application/pdf" and document.content.startswith(b"%PDF")
    other = enter(factories.person("Claire D."))
    assert other.post(address).status_code == 404
    assert Hours.objects.about(amina).count() == 1


@pytest.mark.parametrize("year", [1, 99999, 2001])
def test_an_attestation_of_nothing_is_a_page_that_helps(now, year: int) -> None:  # type: ignore[no-untyped-def]
    amina = factories.person()
    made = factories.sign_up(who=amina, now=now)
    assert enter(amina).post(f"/moi/heures/{made.contact_id}/{year}/attestation/").status_code in (200, 404)


@pytest.mark.parametrize(
    "address", ["/moi/missions/", "/moi/heures/", "/moi/heures/heures.csv", "/moi/missions/calendrier.ics"]
)
def test_my_space_asks_who_i_am(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 302 and "/compte/" in response["Location"]


# ── Needs ─────────────────────────────────────────────────────────────────────────────────────
SAID = {
    "title": "Porter les courses au deuxième étage", "domain": "elderly", "when_words": "un matin", "urgency": "soon",
    "commune": "Rennes (35)", "commune_insee": "35238", "details": "Code de la porte : à me demander.", "name": "Denise R.",
    "phone": "06 12 34 56 78",
}  # fmt: skip


def test_a_need_is_said_to_one_association_and_followed_without_an_account(client: Client, now) -> None:  # type: ignore[no-untyped-def]
    rennes = factories.commune()
    chosen, other = factories.organisation("Les Voisins"), factories.organisation("D’autres voisins")
    at(client, rennes)
    assert "Les Voisins" in text_of(client.get("/besoins/dire/"))
    response = client.post("/besoins/dire/", SAID | {"organisation": chosen.pk}, follow=True)
    followed = response.redirect_chain[-1][0]
    assert followed.startswith("/besoins/suivi/") and SAID["title"] in text_of(response)
    need = Need.objects.of(chosen).get()
    assert (need.status, need.helped.name, need.said_by) == (NeedStatus.SAID, "Denise R.", None)  # type: ignore[union-attr]
    assert not Need.objects.of(other).exists()
    assert client.get(followed[:-3] + "/").status_code == 404


def test_a_need_is_never_public(client: Client, now) -> None:  # type: ignore[no-untyped-def]
    chosen = factories.organisation("Les Voisins")
    at(client, factories.commune()).post("/besoins/dire/", SAID | {"organisation": chosen.pk})
    stranger = Client()
    for address in ("/", "/missions/", f"/associations/{chosen.slug}/", "/chercher/?q=courses"):
        assert "courses" not in text_of(stranger.get(address)).replace("q=courses", "") or address.startswith(
            "/chercher"
        )
    assert "Porter les courses" not in text_of(stranger.get("/chercher/?q=courses"))


def test_a_need_that_names_the_person_is_refused_and_nothing_is_lost(client: Client) -> None:
    chosen = factories.organisation()
    at(client, factories.commune())
    response = client.post("/besoins/dire/", SAID | {"organisation": chosen.pk, "title": "Aider Denise à ranger"})
    assert response.status_code == 200 and "denise" in text_of(response)
    assert 'value="Denise R."' in response.content.decode() and "à me demander" in response.content.decode()
    assert not Need.objects.of(chosen).exists()


@pytest.mark.parametrize("missing", ["title", "organisation", "name", "phone", "commune"])
def test_what_is_missing_of_a_need_is_said(client: Client, missing: str) -> None:
    chosen = factories.organisation()
    at(client, factories.commune())
    said = SAID | {"organisation": str(chosen.pk)}
    said.pop(missing)
    if missing == "commune":
        said.pop("commune_insee")
    response = client.post("/besoins/dire/", said)
    assert response.status_code == 200 and "field__error" in response.content.decode()
    assert not Need.objects.of(chosen).exists()


def need_with_mission(client: Client, now) -> tuple[Need, str]:  # type: ignore[no-untyped-def]
    """Said nine days ago; its mission took place two days ago, with one volunteer."""
    then = now - timedelta(days=9)
    organisation = factories.organisation()
    need = actions.ask_for_help(
        organisation=organisation, who=None, name="Denise R.", email="", phone="+33612345678", now=then, title="Porter les courses",
        domain=Activity.ELDERLY, commune=factories.commune(),
    )  # fmt: skip
    by = factories.leader_of(organisation)
    mission = actions.mission_from_need(need=need, by=by, now=then)
    actions.change_mission(
        mission=mission, by=by, now=then, what="On porte deux sacs jusqu’au deuxième étage.", asks_first=False
    )
    shift = factories.shift(mission, now=then)
    actions.publish(mission=mission, by=by, now=then)
    factories.sign_up(shift, now=then)
    return need, f"/besoins/suivi/{need.token}/"


@pytest.mark.parametrize("is_closed", [False, True])
def test_whoever_asked_says_whether_it_helped_even_once_the_mission_is_closed(
    client: Client, now, is_closed: bool
) -> None:  # type: ignore[no-untyped-def]
    need, followed = need_with_mission(client, now)
    if is_closed:
        mission = need.missions.get()
        actions.close_mission(mission=mission, by=factories.leader_of(need.organisation), now=now)
    page = client.get(followed)
    assert "Est-ce que cela a aidé" in text_of(page)
    action = re.search(
        r'<form method="post" action="([^"]*)"', page.content.decode().partition("Est-ce que cela a aidé")[2]
    )
    client.post(action.group(1) if action and action.group(1) else followed, {"answer": "yes", "words": "Merci."})
    assert Outcome.objects.of(need.organisation).get().side == Side.ASKER
    assert Need.objects.of(need.organisation).get().status == NeedStatus.CLOSED


def test_a_need_is_taken_back_by_whoever_said_it(client: Client, now) -> None:  # type: ignore[no-untyped-def]
    chosen = factories.organisation()
    response = at(client, factories.commune()).post("/besoins/dire/", SAID | {"organisation": chosen.pk}, follow=True)
    followed = response.redirect_chain[-1][0]
    client.post(followed, {"withdraw": "1"})
    assert Need.objects.of(chosen).get().status == NeedStatus.CLOSED
    assert client.get(followed).status_code == 200


def test_far_from_any_association_one_is_told_where_else_to_turn(client: Client) -> None:
    at(client, factories.commune(**BRUZ))
    said = text_of(client.get("/besoins/dire/"))
    assert "115" in said and "CCAS" in said


# ── Elsewhere in the house ────────────────────────────────────────────────────────────────────
def test_the_doors_show_missions_near_and_from_home(client: Client, now) -> None:  # type: ignore[no-untyped-def]
    organisation = factories.organisation("Les Voisins")
    factories.mission(organisation, now=now, title="Tout près")
    factories.mission(organisation, now=now, title="De chez soi", is_remote=True, commune=None)
    at(client, factories.commune())
    assert "Tout près" in text_of(client.get("/j-aide/"))
    assert "De chez soi" in text_of(client.get("/je-donne/"))
    assert "Les Voisins" in text_of(client.get("/j-ai-besoin/"))


def test_an_association_shows_its_open_missions_and_words_find_them(client: Client, now) -> None:  # type: ignore[no-untyped-def]
    mission = factories.mission(now=now, title="Récolter les poireaux")
    factories.draft(mission.organisation, now=now, title="Brouillon secret")
    said = text_of(client.get(f"/associations/{mission.organisation.slug}/"))
    assert "Récolter les poireaux" in said and "Brouillon secret" not in said
    assert "Récolter les poireaux" in text_of(client.get("/chercher/?q=poireau"))


def test_my_space_shows_my_next_shifts(now) -> None:  # type: ignore[no-untyped-def]
    amina = factories.person()
    factories.sign_up(factories.first_shift(factories.mission(now=now, title="La mienne")), amina, now=now)
    assert "La mienne" in text_of(enter(amina).get("/moi/"))
