"""The missions pages: prepared with advice, published from where they are written, changed, copied, ended; rights and words."""

import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.timezone import localdate

from maillage.engage.volunteering import actions
from maillage.engage.volunteering.models import Mission, MissionStatus, Need, NeedStatus, Shift, SignUp
from maillage.engage.volunteering.tests import factories
from maillage.engage.volunteering.tests.at_the_desk import enter, form_of, holding, leader, words_of
from maillage.kernel.notifications.models import Message
from maillage.kernel.organisations.models import Activity, Organisation, RoleKind

pytestmark = pytest.mark.django_db
HOSTILE = "<img src=x onerror=alert(1)>"
WHAT = "On trie les cartons, on balaie, puis on finit par un café avec tout le monde, au local."


@pytest.fixture
def now() -> datetime:
    """Pages look at the real clock."""
    return timezone.now()


@pytest.fixture
def here() -> Organisation:
    return factories.organisation("Les Voisins")


def desk(of: Organisation, rest: str = "") -> str:
    return f"/gerer/{of.slug}/missions/{rest}"


def again(mission: Mission) -> Mission:
    return Mission.objects.get(pk=mission.pk)


def told(made: SignUp) -> list[str]:
    rows = Message.objects.across(reason="test").filter(about_model="volunteering.signup", about_id=made.pk)
    return list(rows.order_by("pk").values_list("kind", flat=True))


# ── The list ──────────────────────────────────────────────────────────────────────────────────
def test_missions_under_way_come_with_their_next_shift_and_their_places(now: datetime, here: Organisation) -> None:
    mission = factories.mission(here, now=now, title="Récolter")
    factories.sign_up(factories.first_shift(mission), now=now)
    factories.draft(here, now=now, title="Pas encore dite")
    over = factories.mission(here, now=now, title="Finie")
    actions.close_mission(mission=over, by=factories.leader_of(here), now=now)
    bruno = leader(here)
    said = words_of(bruno.get(desk(here)))
    assert "Récolter" in said and "1 sur 3 places prises" in said and "prochain créneau" in said
    assert "Pas encore dite" in said and "brouillon" in said and "Finie" not in said.replace("Finies", "")
    drafts, ended = (words_of(bruno.get(desk(here, f"?etat={state}"))) for state in ("brouillons", "finies"))
    assert "Pas encore dite" in drafts and "Récolter" not in drafts
    assert "Finie" in ended.replace("Finies", "") and "terminée" in ended and "Récolter" not in ended


def test_a_mission_without_a_date_to_come_says_that_nobody_can_sign_up(now: datetime, here: Organisation) -> None:
    factories.mission(here, now=now - timedelta(days=20))
    said = words_of(leader(here).get(desk(here)))
    assert "personne ne peut s’inscrire" in said and "Dire quand" in said


@pytest.mark.parametrize(
    ("state", "sentence"),
    [("", "Ouvrez votre première mission"), ("brouillons", "Aucun brouillon"), ("finies", "Aucune mission finie"),
     ("é" * 300, "Ouvrez votre première mission")],
)  # fmt: skip
def test_an_empty_list_says_what_to_do(state: str, sentence: str, here: Organisation) -> None:
    response = leader(here).get(desk(here), {"etat": state})
    assert response.status_code == 200 and sentence in words_of(response) and "Nouvelle mission" in words_of(response)


def test_the_list_asks_as_many_questions_for_many_missions_as_for_few(now: datetime, here: Organisation) -> None:
    bruno = leader(here)
    counts = []
    for _ in range(2):
        for _ in range(3):
            factories.mission(here, now=now)
        bruno.get(desk(here))
        with CaptureQueriesContext(connection) as asked:
            bruno.get(desk(here))
        counts.append(len(asked))
    assert counts[0] == counts[1]


# ── Preparing ─────────────────────────────────────────────────────────────────────────────────
def test_from_an_empty_list_to_a_public_mission_what_is_known_is_already_written(
    now: datetime, here: Organisation
) -> None:
    bruno = leader(here)
    new = form_of(bruno.get(desk(here, "nouvelle/")), "title")
    assert (new["commune_insee"], new["contact_name"], new["domain"]) == ("35238", "Bruno C.", Activity.FOOD)
    page = bruno.post(desk(here, "nouvelle/"), new | {"title": "Trier la réserve", "what": WHAT}, follow=True)
    mission = Mission.objects.of(here).get()
    assert page.redirect_chain[-1][0] == desk(here, f"{mission.pk}/creneaux/")
    when = {"on": (localdate(now) + timedelta(days=5)).isoformat(), "starts": "9 h", "ends": "11h30", "capacity": "4"}
    page = bruno.post(desk(here, f"{mission.pk}/creneaux/"), form_of(page, "starts") | when, follow=True)
    assert "Publier" in words_of(page) and "Personne ne la voit encore" in words_of(page)
    page = bruno.post(desk(here, f"{mission.pk}/publier/"), follow=True)
    assert "C’est public" in words_of(page) and again(mission).is_published
    shown = words_of(enter(factories.person()).get(f"/missions/{mission.pk}/"))
    assert "Trier la réserve" in shown and "de 9 h à 11 h 30" in shown


def test_a_draft_without_a_date_goes_on_to_say_when(now: datetime, here: Organisation) -> None:
    mission, bruno = factories.draft(here, now=now), leader(here)
    page = bruno.get(desk(here, f"{mission.pk}/modifier/"))
    assert "Continuer : dire quand" in words_of(page)
    said = form_of(page, "title")
    for then, to in (("shifts", "creneaux/"), ("later", ""), ("", ""), ("nonsense", "")):
        response = bruno.post(desk(here, f"{mission.pk}/modifier/"), said | {"then": then})
        assert response["Location"] == desk(here, f"{mission.pk}/{to}")
    refused = bruno.post(desk(here, f"{mission.pk}/modifier/"), said | {"then": "publish"}, follow=True)
    assert refused.redirect_chain[-1][0] == desk(here, f"{mission.pk}/creneaux/")
    assert "Ajoutez au moins un créneau à venir" in words_of(refused) and not again(mission).is_published


@pytest.mark.parametrize(
    ("lacks", "sentence", "to"),
    [({"what": "Court."}, "Dites en une ou deux phrases", "modifier/"),
     ({"commune": None}, "Dites dans quelle commune", "modifier/")],
)  # fmt: skip
def test_what_is_missing_to_publish_is_told_where_it_can_be_said(
    lacks: dict[str, Any], sentence: str, to: str, now: datetime, here: Organisation
) -> None:
    mission = factories.draft(here, now=now, **lacks)
    factories.shift(mission, now=now)
    page = leader(here).post(desk(here, f"{mission.pk}/publier/"), follow=True)
    assert page.redirect_chain[-1][0] == desk(here, f"{mission.pk}/{to}") and sentence in words_of(page)
    assert not again(mission).is_published


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"title": ""}, "obligatoire"),
        ({"title": "x" * 121}, "120"),
        ({"title": "a\x00b"}, "nul"),
        ({"domain": "autre"}, "choix"),
        ({"what": "x" * 4001}, "trop long"),
        ({"min_age": "3"}, "Un âge entre 6 et 99 ans"),
        ({"min_age": "9" * 30}, "âge"),
        ({"min_age": "douze"}, "nombre"),
        ({"commune": "Nulle-Part", "commune_insee": ""}, "Nulle-Part"),
        ({"contact_phone": "12"}, "Ce numéro ne va pas"),
        ({"contact_email": "personne"}, "adresse"),
        ({"meeting_point": "x" * 251}, "250"),
    ],
)
def test_a_mission_that_cannot_be_is_refused_with_a_sentence(
    said: dict[str, str], sentence: str, here: Organisation
) -> None:
    bruno = leader(here)
    new = form_of(bruno.get(desk(here, "nouvelle/")), "title") | {"title": "Trier la réserve", "what": WHAT} | said
    response = bruno.post(desk(here, "nouvelle/"), new)
    assert response.status_code == 200 and sentence in words_of(response)
    assert not Mission.objects.of(here).exists()


def test_a_remote_mission_has_no_commune(here: Organisation) -> None:
    bruno = leader(here)
    new = form_of(bruno.get(desk(here, "nouvelle/")), "title")
    bruno.post(desk(here, "nouvelle/"), new | {"title": "Relire nos fiches", "what": WHAT, "is_remote": "on"})
    mission = Mission.objects.of(here).get()
    assert (mission.is_remote, mission.commune, mission.cell, mission.place) == (True, None, None, "À distance")


def test_sent_twice_it_is_one_mission(here: Organisation) -> None:
    client = leader(here)
    client.handler.enforce_csrf_checks = True
    new = form_of(client.get(desk(here, "nouvelle/")), "title") | {"title": "Trier la réserve"}
    first, second = (client.post(desk(here, "nouvelle/"), new) for _ in range(2))
    assert first.status_code == second.status_code == 302 and first["Location"] == second["Location"]
    assert Mission.objects.of(here).count() == 1


# ── Advice ────────────────────────────────────────────────────────────────────────────────────
def advice_of(html: str) -> dict[str, str]:
    """The words under each field, and how many there are, as a whole page or a part shows them."""
    lines = re.findall(r'<p class="advice" id="conseil-(\w+)"[^>]*>(.*?)</p>', html, re.DOTALL)
    return {name: " ".join(unescape(re.sub(r"<[^>]+>", " ", said)).split()) for name, said in lines}


@pytest.mark.parametrize("title", ["Aide", "Récolter les légumes du samedi matin"])
def test_advice_while_typing_is_the_advice_of_the_whole_page(title: str, now: datetime, here: Organisation) -> None:
    mission, bruno = factories.draft(here, now=now, title=title, why="Cela sert à tout le quartier."), leader(here)
    page = bruno.get(desk(here, f"{mission.pk}/modifier/"))
    whole = page.content.decode()
    part = bruno.post(desk(here, "conseils/"), form_of(page, "title"), headers={"HX-Request": "true"})
    typed = part.content.decode()
    assert part.status_code == 200 and "<html" not in typed
    assert advice_of(typed) == advice_of(whole) and any(advice_of(whole).values())
    count = re.search(r'<p id="conseils"[^>]*>(.*?)</p>', whole, re.DOTALL)
    assert count and " ".join(count[1].split()) == " ".join(typed.split('<p class="advice"')[0].split())


def test_advice_keeps_nothing_and_fears_nothing(here: Organisation) -> None:
    bruno = leader(here)
    for said in ({}, {"title": HOSTILE, "what": "\x00" * 9}, {"min_age": "9" * 5000}, {"commune": "x" * 9000}):
        response = bruno.post(desk(here, "conseils/?debut"), said)
        assert response.status_code == 200 and HOSTILE not in response.content.decode()
    assert bruno.get(desk(here, "conseils/")).status_code == 405
    assert not Mission.objects.of(here).exists()


def test_a_new_form_waits_for_a_word_before_it_advises(here: Organisation) -> None:
    bruno = leader(here)
    page = bruno.get(desk(here, "nouvelle/")).content.decode()
    assert advice_of(page) and not any(advice_of(page).values())
    shown = advice_of(bruno.post(desk(here, "nouvelle/"), {"title": "Aide", "domain": "x"}).content.decode())
    assert "court" in shown["title"] and not shown["training"]


def test_a_saved_mission_says_what_could_be_clearer_and_where(now: datetime, here: Organisation) -> None:
    mission = factories.mission(here, now=now)
    page = leader(here).get(desk(here, f"{mission.pk}/")).content.decode()
    assert "Pour donner envie de venir" in page and f"/missions/{mission.pk}/modifier/#id_why" in page
    actions.close_mission(mission=mission, by=factories.leader_of(here), now=now)
    assert "Pour donner envie de venir" not in leader(here).get(desk(here, f"{mission.pk}/")).content.decode()


# ── Changing ──────────────────────────────────────────────────────────────────────────────────
def test_who_comes_is_told_when_the_meeting_point_changes_and_not_for_a_comma(
    now: datetime, here: Organisation
) -> None:
    mission, bruno = factories.mission(here, now=now), leader(here)
    made = factories.sign_up(factories.first_shift(mission), now=now)
    before = told(made)
    address = desk(here, f"{mission.pk}/modifier/")
    said = form_of(bruno.get(address), "title")
    bruno.post(address, said | {"why": "Trente foyers, chaque semaine."})
    assert told(made) == before and again(mission).why == "Trente foyers, chaque semaine."
    bruno.post(address, said | {"meeting_point": "Portail bleu"})
    assert told(made) == [*before, "volunteering.mission_changed"]


@pytest.mark.parametrize(
    ("emptied", "sentence"),
    [
        ({"what": ""}, "Dites en une ou deux phrases"),
        ({"commune": "", "commune_insee": ""}, "Dites dans quelle commune"),
    ],
)
def test_a_public_mission_keeps_saying_where_and_what(
    emptied: dict[str, str], sentence: str, now: datetime, here: Organisation
) -> None:
    mission, bruno = factories.mission(here, now=now), leader(here)
    address = desk(here, f"{mission.pk}/modifier/")
    response = bruno.post(address, form_of(bruno.get(address), "title") | emptied)
    assert response.status_code == 200 and sentence in words_of(response)
    assert again(mission).what and again(mission).commune_id


def test_a_copy_says_the_same_and_has_nobody(now: datetime, here: Organisation) -> None:
    mission, bruno = factories.mission(here, now=now), leader(here)
    factories.sign_up(factories.first_shift(mission), now=now)
    page = bruno.post(desk(here, f"{mission.pk}/copier/"), follow=True)
    copy = Mission.objects.of(here).get(status=MissionStatus.DRAFT)
    assert page.redirect_chain[-1][0] == desk(here, f"{copy.pk}/modifier/")
    assert [getattr(copy, name) for name in actions.missions.SAID] == [
        getattr(mission, name) for name in actions.missions.SAID
    ]
    assert not copy.shifts.exists() and again(mission).is_published


def test_the_preview_tells_the_public_words_apart_from_those_of_the_day(now: datetime, here: Organisation) -> None:
    mission = factories.draft(here, now=now, what=WHAT, meeting_point="Portail vert", contact_phone="+33600000000")
    said = words_of(leader(here).get(desk(here, f"{mission.pk}/apercu/")))
    public, _, kept = said.partition("Lu seulement par les personnes inscrites")
    assert WHAT in public and "Publier" in public and "Portail vert" not in public and "06 00" not in public
    assert "Portail vert" in kept and "06 00 00 00 00" in kept


# ── Ending ────────────────────────────────────────────────────────────────────────────────────
def test_a_mission_cancelled_tells_everybody_why(now: datetime, here: Organisation) -> None:
    mission, bruno = factories.mission(here, now=now), leader(here)
    made = factories.sign_up(factories.first_shift(mission), now=now)
    assert "1 personne devait venir" in words_of(bruno.get(desk(here, f"{mission.pk}/annuler/")))
    empty = bruno.post(desk(here, f"{mission.pk}/annuler/"), {"reason": " "})
    assert empty.status_code == 200 and "field__error" in empty.content.decode() and again(mission).is_published
    page = bruno.post(desk(here, f"{mission.pk}/annuler/"), {"reason": "Le local est inondé."}, follow=True)
    assert "Le local est inondé." in words_of(page)
    assert told(made)[-1] == "volunteering.shift_cancelled"
    assert "Le local est inondé." in words_of(enter(factories.person()).get(f"/missions/{mission.pk}/"))


def test_cancelling_reaches_those_who_do_it_at_their_own_hour(now: datetime, here: Organisation) -> None:
    mission = factories.mission(here, now=now)
    flexible = factories.shift(
        mission,
        starts_at=now - timedelta(days=1),
        ends_at=now + timedelta(days=9),
        is_flexible=True,
        minutes=60,
        now=now,
    )
    made = factories.sign_up(flexible, now=now)
    bruno = leader(here)
    assert "1 personne devait venir" in words_of(bruno.get(desk(here, f"{mission.pk}/annuler/")))
    bruno.post(desk(here, f"{mission.pk}/annuler/"), {"reason": "Le projet s’arrête."})
    assert told(made)[-1] == "volunteering.shift_cancelled" and Shift.objects.get(pk=flexible.pk).is_cancelled


def test_ending_a_mission_gives_a_word_to_those_who_were_still_coming(now: datetime, here: Organisation) -> None:
    mission, bruno = factories.mission(here, now=now), leader(here)
    made = factories.sign_up(factories.first_shift(mission), now=now)
    bruno.post(desk(here, f"{mission.pk}/terminer/"), {"reason": "Tout est récolté, merci !"})
    assert again(mission).status == MissionStatus.CLOSED and told(made)[-1] == "volunteering.shift_cancelled"
    last = Message.objects.across(reason="test").order_by("-pk").first()
    assert last and "Tout est récolté, merci !" in last.text
    said = words_of(bruno.get(desk(here, f"{mission.pk}/")))
    assert "Terminée" in said and "La copier" in said and "Modifier" not in said


def test_a_draft_given_up_needs_no_reason_and_is_never_seen(now: datetime, here: Organisation) -> None:
    need = actions.say_need(
        organisation=here, title="Trier", domain=Activity.FOOD, commune=factories.commune(), now=now,
        by=factories.leader_of(here),
    )  # fmt: skip
    mission = actions.mission_from_need(need=need, by=factories.leader_of(here), now=now)
    page = leader(here).post(desk(here, f"{mission.pk}/annuler/"), {"reason": ""}, follow=True)
    assert "Le brouillon est abandonné" in words_of(page)
    assert Need.objects.of(here).get().status == NeedStatus.OPEN
    assert enter(factories.person()).get(f"/missions/{mission.pk}/").status_code == 404
    assert mission not in Mission.objects.public()


@pytest.mark.parametrize("verb", ["modifier/", "publier/", "terminer/", "annuler/", "creneaux/"])
def test_what_is_over_stays_over_and_says_what_is_possible(verb: str, now: datetime, here: Organisation) -> None:
    mission, bruno = factories.mission(here, now=now), leader(here)
    said = form_of(bruno.get(desk(here, f"{mission.pk}/modifier/")), "title") | {"reason": "Non."}
    actions.close_mission(mission=mission, by=factories.leader_of(here), now=now)
    response = bruno.post(desk(here, f"{mission.pk}/{verb}"), said, follow=True)
    assert response.status_code == 200 and "Vous pouvez en ouvrir une nouvelle" in words_of(response)
    assert again(mission).status == MissionStatus.CLOSED


@pytest.mark.parametrize(
    ("then", "goes_to", "status"),
    [
        ("publish", "", MissionStatus.PUBLISHED),
        ("shifts", "creneaux/", MissionStatus.DRAFT),
        ("later", "", MissionStatus.DRAFT),
        ("autre", "", MissionStatus.DRAFT),
    ],
)
def test_saving_a_draft_goes_on_as_the_button_says(
    then: str, goes_to: str, status: str, now: datetime, here: Organisation
) -> None:
    mission, bruno = factories.draft(here, now=now), leader(here)
    factories.shift(mission, now=now)
    said = form_of(bruno.get(desk(here, f"{mission.pk}/modifier/")), "title")
    response = bruno.post(desk(here, f"{mission.pk}/modifier/"), said | {"gear": "Des gants", "then": then})
    assert response["Location"] == desk(here, f"{mission.pk}/{goes_to}")
    assert (again(mission).status, again(mission).gear) == (status, "Des gants")


def test_a_page_saved_untouched_changes_nothing(now: datetime, here: Organisation) -> None:
    texts = {"why": "Pour\nles paniers", "gear": '« Des "gants" » & <un seau>', "area": "Maurepas"}
    mission, bruno = factories.mission(here, now=now, min_age=15, contact_name="Bruno C.", **texts), leader(here)
    said = form_of(bruno.get(desk(here, f"{mission.pk}/modifier/")), "title")
    assert bruno.post(desk(here, f"{mission.pk}/modifier/"), said).status_code == 302
    same = again(mission)
    for name in actions.missions.SAID:
        assert str(getattr(same, name)).replace("\r\n", "\n") == str(getattr(mission, name)), name


@pytest.mark.parametrize("verb", ["annuler/", "terminer/"])
def test_a_request_with_nothing_in_it_is_answered(verb: str, now: datetime, here: Organisation) -> None:
    mission = factories.draft(here, now=now)
    page = leader(here).post(desk(here, f"{mission.pk}/{verb}"), follow=True)
    assert page.status_code == 200 and again(mission).ended_at is not None


# ── The page of a mission ─────────────────────────────────────────────────────────────────────
def test_names_are_for_those_who_may_see_people(now: datetime, here: Organisation) -> None:
    mission = factories.mission(here, now=now)
    factories.sign_up(factories.first_shift(mission), factories.guest("Lucie N."), now=now)
    address = desk(here, f"{mission.pk}/")
    assert "Lucie N." in words_of(holding(RoleKind.COORDINATOR, here).get(address))
    assert "Lucie N." not in holding(RoleKind.DIGITAL_LEAD, here).get(address).content.decode()


def test_whoever_waits_for_an_answer_is_in_sight(now: datetime, here: Organisation) -> None:
    mission = factories.mission(here, now=now, asks_first=True)
    factories.sign_up(factories.first_shift(mission), now=now)
    assert "Répondre à 1 personne" in words_of(leader(here).get(desk(here, f"{mission.pk}/")))


def test_a_year_of_shifts_is_folded(now: datetime, here: Organisation) -> None:
    mission = factories.mission(here, now=now)
    for week in range(2, 21):
        factories.shift(mission, starts_at=now + timedelta(days=7 * week), now=now)
    assert "12 autres créneaux" in words_of(leader(here).get(desk(here, f"{mission.pk}/")))


# ── Rights, and hostile words ─────────────────────────────────────────────────────────────────
PAGES = [
    "",
    "nouvelle/",
    "{pk}/",
    "{pk}/modifier/",
    "{pk}/apercu/",
    "{pk}/terminer/",
    "{pk}/annuler/",
    "{pk}/creneaux/",
]
VERBS = ["{pk}/publier/", "{pk}/copier/", "{pk}/terminer/", "{pk}/annuler/", "{pk}/modifier/", "{pk}/creneaux/"]


@pytest.mark.parametrize("page", PAGES)
def test_each_page_opens_to_its_roles_only(page: str, now: datetime, here: Organisation) -> None:
    address = desk(here, page.format(pk=factories.mission(here, now=now).pk))
    for kind in (RoleKind.PRESIDENT, RoleKind.COORDINATOR, RoleKind.DIGITAL_LEAD):
        assert holding(kind, here).get(address).status_code == 200
    for kind in (RoleKind.TREASURER, RoleKind.SOCIAL_WORKER, RoleKind.ADVISER, RoleKind.MEMBER):
        assert holding(kind, here).get(address).status_code == 403
    assert enter(factories.person("Claire D.")).get(address).status_code == 404


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_belongs_to_its_roles_and_its_association(verb: str, now: datetime, here: Organisation) -> None:
    mission = factories.mission(here, now=now)
    address = desk(here, verb.format(pk=mission.pk))
    elsewhere = factories.organisation("L’autre")
    assert holding(RoleKind.TREASURER, here).post(address, {"reason": "Non."}).status_code == 403
    assert leader(elsewhere).post(address, {"reason": "Non."}).status_code == 404
    theirs = desk(elsewhere, verb.format(pk=mission.pk))
    assert leader(elsewhere).post(theirs, {"reason": "Non."}).status_code == 404
    assert again(mission).is_published and Mission.objects.count() == 1 and mission.shifts.count() == 1


def test_hostile_words_stay_words(now: datetime, here: Organisation) -> None:
    fields = ("title", "what", "why", "with_whom", "skill", "area", "meeting_point", "gear", "transport", "training",
              "contact_name")  # fmt: skip
    mission = factories.mission(here, now=now, **dict.fromkeys(fields, HOSTILE))
    factories.sign_up(factories.first_shift(mission), factories.guest(HOSTILE), now=now)
    bruno = leader(here)
    for address in ("", *(page.format(pk=mission.pk) for page in PAGES[2:])):
        page = bruno.get(desk(here, address)).content.decode()
        assert HOSTILE not in page and "&lt;img" in page
