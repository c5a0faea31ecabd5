"""The needs pages: what is lacking is said in two lines, answered in one tap, and whom it is for stays among few."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from django.utils.timezone import localdate, localtime

from maillage.engage.volunteering import actions
from maillage.engage.volunteering.models import Mission, MissionStatus, Need, NeedStatus, Outcome, Shift, SignUp
from maillage.engage.volunteering.tests import factories
from maillage.engage.volunteering.tests.at_the_desk import enter, form_of, holding, leader, words_of
from maillage.kernel.consent.models import Consent
from maillage.kernel.notifications.models import Message
from maillage.kernel.organisations.models import Activity, Contact, Organisation, RoleKind

pytestmark = pytest.mark.django_db
HOSTILE = "<img src=x onerror=alert(1)>"
DENISE = {"name": "Denise Kervadec", "email": "", "phone": "+33611111111"}


@pytest.fixture
def now() -> datetime:
    """Pages look at the real clock."""
    return timezone.now()


@pytest.fixture
def here() -> Organisation:
    return factories.organisation("Les Voisins")


def desk(of: Organisation, rest: str = "") -> str:
    return f"/gerer/{of.slug}/besoins/{rest}"


def ours(here: Organisation, now: datetime, **said: Any) -> Need:
    """What the association itself lacks."""
    usual = {"title": "Ranger la réserve", "domain": Activity.FOOD, "commune": factories.commune()}
    return actions.say_need(organisation=here, by=factories.leader_of(here), now=now, **(usual | said))


def hers(here: Organisation, now: datetime, **said: Any) -> Need:
    """What Denise lacks, and said herself from outside."""
    usual = {
        "title": "Porter des courses", "domain": Activity.ELDERLY, "commune": factories.commune(),
        "details": "Digicode 12B45", "when_words": "un matin de la semaine",
    }  # fmt: skip
    return actions.ask_for_help(organisation=here, who=None, now=now, **DENISE, **(usual | said))


def again(need: Need) -> Need:
    return Need.objects.of(need.organisation).get(pk=need.pk)


def met(need: Need, now: datetime) -> SignUp:
    """Somebody came two days ago to the mission that answers it, and their presence is noted."""
    then = now - timedelta(days=9)
    mission = factories.mission(need.organisation, now=then, need=need)
    shift, by = factories.first_shift(mission), factories.leader_of(need.organisation)
    return factories.came(factories.sign_up(shift, factories.guest("Lucie N."), now=then, by=by))


def refusals(response: Any) -> str:
    """What the form says no to, all of it really shown on the page."""
    assert response.status_code == 200
    said = [error for errors in response.context["form"].errors.values() for error in errors]
    assert all(" ".join(error.replace("\xa0", " ").split()) in words_of(response) for error in said)
    return " ".join(said)


def last_message() -> str:
    last = Message.objects.across(reason="test").order_by("-pk").first()
    assert last
    return last.text


# ── The list ──────────────────────────────────────────────────────────────────────────────────
def test_needs_are_grouped_by_what_they_wait_for_the_most_urgent_first(now: datetime, here: Organisation) -> None:
    ours(here, now, title="Quand on pourra")
    ours(here, now, title="Tout de suite", urgency="urgent")
    hers(here, now)
    answered = ours(here, now, title="Déjà une mission")
    actions.mission_from_need(need=answered, by=factories.leader_of(here), now=now)
    said = words_of(leader(here).get(desk(here)))
    in_order = ["Demandes à examiner", "Porter des courses", "Sans mission encore", "Tout de suite", "Quand on pourra",
                "Une mission y répond", "Déjà une mission"]  # fmt: skip
    assert [said.index(words) for words in in_order] == sorted(said.index(words) for words in in_order)


def test_closed_needs_are_apart(now: datetime, here: Organisation) -> None:
    ours(here, now, title="Encore là")
    actions.close_need(need=ours(here, now, title="Fini"), by=None, now=now)
    bruno = leader(here)
    waiting, closed = words_of(bruno.get(desk(here))), words_of(bruno.get(desk(here, "?etat=clos")))
    assert "Encore là" in waiting and "Fini" not in waiting
    assert "Fini" in closed and "Encore là" not in closed


@pytest.mark.parametrize("state", ["", "clos", "autre", "é" * 300])
def test_an_empty_list_says_what_to_do(state: str, here: Organisation) -> None:
    response = leader(here).get(desk(here), {"etat": state})
    assert response.status_code == 200 and "Dire un besoin" in words_of(response)
    assert ("Rien de clos" if state == "clos" else "Dites ce qui manque") in words_of(response)


# ── The thread ────────────────────────────────────────────────────────────────────────────────
def test_from_a_need_to_a_public_mission_nothing_is_typed_twice(now: datetime, here: Organisation) -> None:
    bruno = leader(here)
    day = localdate(now) + timedelta(days=6)
    new = form_of(bruno.get(desk(here, "nouveau/")), "title")
    said = {"title": "Ranger la réserve le samedi", "hands": "4", "skill": "porter 10 kg", "wanted_on": day.isoformat(),
            "wanted_from": "14:30", "wanted_minutes": "1 h 30"}  # fmt: skip
    page = bruno.post(desk(here, "nouveau/"), new | said, follow=True)
    need = Need.objects.of(here).get()
    assert (need.commune_id, need.domain, need.hands, need.wanted_minutes) == (here.commune_id, "food", 4, 90)
    assert "Ouvrir la mission" in words_of(page) and "Ranger la réserve le samedi" in words_of(page)

    page = bruno.post(desk(here, f"{need.pk}/mission/"), follow=True)
    mission = Mission.objects.of(here).get()
    assert page.redirect_chain[-1][0].endswith(f"/missions/{mission.pk}/modifier/")
    ready = form_of(page, "title")
    assert ready["title"] == need.title and ready["skill"] == "porter 10 kg" and ready["domain"] == "food"
    assert ready["commune_insee"] == "35238" and ready["contact_name"] == "Bruno C."
    shift = factories.first_shift(mission)
    assert (shift.capacity, shift.length_minutes, f"{localtime(shift.starts_at):%Y-%m-%d %H:%M}") == (
        4, 90, f"{day} 14:30",
    )  # fmt: skip

    what = {"what": "On trie les cartons, on balaie, on finit par un café.", "then": "publish"}
    page = bruno.post(f"/gerer/{here.slug}/missions/{mission.pk}/modifier/", ready | what, follow=True)
    assert "C’est public" in words_of(page)
    assert Mission.objects.get(pk=mission.pk).is_published and again(need).status == NeedStatus.ANSWERED
    assert "Ranger la réserve le samedi" in words_of(enter(factories.person()).get(f"/missions/{mission.pk}/"))


def test_asked_twice_it_is_the_same_mission(now: datetime, here: Organisation) -> None:
    need, bruno = ours(here, now, wanted_at=now + timedelta(days=3)), leader(here)
    for _ in range(2):
        assert bruno.post(desk(here, f"{need.pk}/mission/")).status_code == 302
    assert Mission.objects.of(here).count() == 1 and Shift.objects.of(here).count() == 1


def test_a_mission_given_up_leaves_the_need_ready_for_another(now: datetime, here: Organisation) -> None:
    need, bruno = ours(here, now), leader(here)
    first = actions.mission_from_need(need=need, by=factories.leader_of(here), now=now)
    assert "Ouvrir la mission" not in words_of(bruno.get(desk(here, f"{need.pk}/")))
    actions.cancel_mission(mission=first, reason="", by=factories.leader_of(here), now=now)
    assert "Ouvrir la mission" in words_of(bruno.get(desk(here, f"{need.pk}/")))
    bruno.post(desk(here, f"{need.pk}/mission/"))
    assert Mission.objects.of(here).exclude(status=MissionStatus.CANCELLED).get().need_id == need.pk


def test_a_closed_need_opens_no_mission_and_says_what_to_do(now: datetime, here: Organisation) -> None:
    need = ours(here, now)
    actions.close_need(need=need, by=None, now=now)
    page = leader(here).post(desk(here, f"{need.pk}/mission/"), follow=True)
    assert "dites-en un nouveau" in words_of(page) and "Ouvrir la mission" not in words_of(page)
    assert not Mission.objects.of(here).exists()


# ── Saying one for somebody ───────────────────────────────────────────────────────────────────
def for_denise(here: Organisation, **said: str) -> dict[str, str]:
    new = form_of(leader(here).get(desk(here, "nouveau/")), "title")
    return new | {"title": "Porter des courses", "for_whom": "helped", "helped_name": "Denise Kervadec",
                  "helped_phone": "06 11 11 11 11", "agreed_how": "phone"} | said  # fmt: skip


def test_a_named_proxy_speaks_with_an_agreement_that_is_kept(now: datetime, here: Organisation) -> None:
    assert leader(here).post(desk(here, "nouveau/"), for_denise(here)).status_code == 302
    need = Need.objects.of(here).select_related("helped", "agreement").get()
    assert need.helped and (need.helped.name, need.helped.phone) == ("Denise Kervadec", "+33611111111")
    assert need.agreement and need.agreement.how == "phone" and need.said_by == factories.leader_of(here)
    said = words_of(leader(here).get(desk(here, f"{need.pk}/")))
    assert "Denise Kervadec" in said and "au téléphone" in said and "Bruno C." in said


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"agreed_how": ""}, "Sans son accord, on ne parle pas au nom de quelqu’un"),
        ({"agreed_on": ""}, "Dites quel jour l’accord a été donné"),
        ({"agreed_on": "2999-01-01"}, "Vérifiez l’année"),
        ({"helped_name": " "}, "Dites de qui il s’agit"),
        ({"title": "Porter les courses de Denise"}, "Ce texte nomme la personne aidée"),
        ({"skill": "connaître M. KERVADEC"}, "Ce texte nomme la personne aidée"),
        ({"helped_phone": "12"}, "Ce numéro ne va pas"),
        ({"agreed_how": "online"}, "valide"),
        ({"helped": "999999"}, "choix"),
    ],
)
def test_nobody_is_spoken_for_carelessly(said: dict[str, str], sentence: str, here: Organisation) -> None:
    response = leader(here).post(desk(here, "nouveau/"), for_denise(here, **said))
    assert sentence in refusals(response)
    assert form_of(response, "title")["title"] == said.get("title", "Porter des courses")
    assert not Need.objects.of(here).exists() and not Contact.objects.of(here).exists()
    assert not Consent.objects.across(reason="test").exists()


def test_the_mission_that_answers_names_her_no_more_than_the_need(now: datetime, here: Organisation) -> None:
    bruno = factories.leader_of(here)
    leader(here).post(desk(here, "nouveau/"), for_denise(here))
    mission = actions.mission_from_need(need=Need.objects.of(here).get(), by=bruno, now=now)
    factories.shift(mission, now=now)
    what = "On fait les courses de Madame Kervadec, puis on les monte."
    mission = actions.change_mission(mission=mission, by=bruno, now=now, what=what)  # a draft: nobody reads it
    with pytest.raises(actions.naming.DescribesAPerson, match="kervadec"):
        actions.publish(mission=mission, by=bruno, now=now)
    actions.change_mission(mission=mission, by=bruno, now=now, what="On fait des courses, puis on les monte.")
    assert actions.publish(mission=mission, by=bruno, now=now).is_published
    with pytest.raises(actions.naming.DescribesAPerson, match="kervadec"):
        actions.change_mission(mission=mission, by=bruno, now=now, what=what)


def test_an_agreement_is_not_of_tomorrow(here: Organisation) -> None:
    tomorrow = (localdate() + timedelta(days=1)).isoformat()
    assert "dans l’avenir" in refusals(leader(here).post(desk(here, "nouveau/"), for_denise(here, agreed_on=tomorrow)))
    assert not Need.objects.of(here).exists()


def test_who_may_not_see_whom_we_help_speaks_for_the_association_only(now: datetime, here: Organisation) -> None:
    known, coordinator = hers(here, now).helped_id, holding(RoleKind.COORDINATOR, here)
    page = coordinator.get(desk(here, "nouveau/"))
    assert "helped" not in form_of(page, "title") and "Denise" not in page.content.decode()
    new = form_of(page, "title") | {"title": "Repeindre le local", "for_whom": "helped", "helped": str(known)}
    assert coordinator.post(desk(here, "nouveau/"), new).status_code == 302
    assert Need.objects.of(here).get(title="Repeindre le local").helped_id is None


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"title": ""}, "obligatoire"),
        ({"title": "x" * 121}, "120"),
        ({"hands": "0"}, "supérieure ou égale à 1"),
        ({"hands": "9" * 40}, "inférieure ou égale à 500"),
        ({"commune": "Nulle-Part", "commune_insee": ""}, "Nulle-Part"),
        ({"commune": "", "commune_insee": ""}, "de quelle commune"),
        ({"domain": "autre"}, "choix"),
        ({"wanted_on": "2020-01-01"}, "Ce jour est passé"),
        ({"wanted_on": "31/02"}, "date valide"),
        ({"wanted_from": "10:00"}, "Dites aussi quel jour"),
        ({"wanted_minutes": "longtemps"}, "Écrivez une durée"),
        ({"title": "a\x00b"}, "nul"),
        ({"details": "x" * 3001}, "3000"),
    ],
)
def test_a_need_that_cannot_be_is_refused_with_a_sentence(
    said: dict[str, str], sentence: str, here: Organisation
) -> None:
    bruno = leader(here)
    new = form_of(bruno.get(desk(here, "nouveau/")), "title") | {"title": "Ranger la réserve"} | said
    response = bruno.post(desk(here, "nouveau/"), new)
    assert sentence in refusals(response)
    assert not Need.objects.of(here).exists()


# ── Answering who asked from outside ──────────────────────────────────────────────────────────
def test_a_request_is_kept_and_waits_for_its_mission(now: datetime, here: Organisation) -> None:
    need, bruno = hers(here, now), leader(here)
    assert "Que répondez-vous ?" in words_of(bruno.get(desk(here, f"{need.pk}/")))
    page = bruno.post(desk(here, f"{need.pk}/retenir/"), follow=True)
    assert "Ce besoin est retenu" in words_of(page) and "Ouvrir la mission" in words_of(page)
    assert again(need).status == NeedStatus.OPEN


def test_a_no_needs_words_and_they_reach_who_asked(now: datetime, here: Organisation) -> None:
    need, bruno = hers(here, now), leader(here)
    empty = bruno.post(desk(here, f"{need.pk}/decliner/"), {"reason": " "})
    assert empty.status_code == 200 and "field__error" in empty.content.decode()
    assert again(need).closed_at is None
    page = bruno.post(desk(here, f"{need.pk}/decliner/"), {"reason": "Le CCAS porte les courses, 02 99."}, follow=True)
    assert "Le CCAS porte les courses" in words_of(page) and "Le CCAS porte les courses" in last_message()
    assert again(need).status == NeedStatus.DECLINED
    twice = bruno.post(desk(here, f"{need.pk}/decliner/"), {"reason": "Non."}, follow=True)
    assert "déjà clos" in words_of(twice) and again(need).decline_reason.startswith("Le CCAS")


def test_nothing_secret_passes_from_the_need_to_the_public_page(now: datetime, here: Organisation) -> None:
    need = hers(here, now)
    mission = actions.mission_from_need(need=need, by=factories.leader_of(here), now=now)
    actions.change_mission(
        mission=mission, what="On porte deux sacs jusqu’à l’étage.", by=factories.leader_of(here), now=now
    )
    factories.shift(mission, now=now)
    actions.publish(mission=mission, by=factories.leader_of(here), now=now)
    public = enter(factories.person()).get(f"/missions/{mission.pk}/").content.decode()
    assert "Porter des courses" in public
    for secret in ("Denise", "Kervadec", "12B45", "611111111", "06 11 11"):
        assert secret not in public.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("kind", "sees"),
    [(RoleKind.PRESIDENT, True), (RoleKind.SOCIAL_WORKER, True), (RoleKind.COORDINATOR, False),
     (RoleKind.DIGITAL_LEAD, False)],
)  # fmt: skip
def test_whom_we_help_is_shown_to_those_who_may_see_them(
    kind: RoleKind, sees: bool, now: datetime, here: Organisation
) -> None:
    need, somebody = hers(here, now), holding(kind, here)
    page = somebody.get(desk(here, f"{need.pk}/")).content.decode()
    assert "Porter des courses" in page
    assert ("Denise Kervadec" in page, "+33611111111" in page) == (sees, sees)
    assert "Denise" not in somebody.get(desk(here)).content.decode()


# ── Closing, and whether it helped ────────────────────────────────────────────────────────────
@pytest.mark.parametrize(("answer", "closed"), [("yes", True), ("partly", True), ("no", False)])
def test_what_is_told_for_who_had_the_need_closes_it_unless_it_is_no(
    answer: str, closed: bool, now: datetime, here: Organisation
) -> None:
    need, bruno = ours(here, now), leader(here)
    met(need, now)
    assert "Est-ce que cela a aidé ?" in words_of(bruno.get(desk(here, f"{need.pk}/")))
    page = bruno.post(desk(here, f"{need.pk}/retour/"), {"answer": answer, "words": "Tout est rangé."}, follow=True)
    assert "« Tout est rangé. »" in words_of(page)
    assert (again(need).closed_at is not None) == closed


def test_both_sides_are_read_together(now: datetime, here: Organisation) -> None:
    need = ours(here, now)
    made = met(need, now)
    actions.tell_outcome(
        mission=made.shift.mission, side="helper", sign_up=made, answer="partly", words="Il reste", by=None, now=now
    )
    assert "Lucie N. En partie · « Il reste »" in words_of(leader(here).get(desk(here, f"{need.pk}/")))
    assert "Lucie N." not in words_of(holding(RoleKind.DIGITAL_LEAD, here).get(desk(here, f"{need.pk}/")))


def test_there_is_nothing_to_tell_before_a_mission(now: datetime, here: Organisation) -> None:
    need = ours(here, now)
    page = leader(here).post(desk(here, f"{need.pk}/retour/"), {"answer": "yes"}, follow=True)
    assert "Aucune mission n’a encore répondu" in words_of(page)
    assert not Outcome.objects.of(here).exists()


@pytest.mark.parametrize("said", [{}, {"answer": "peut-être"}, {"answer": "yes", "words": "x" * 501}])
def test_an_answer_that_cannot_be_is_shown_again(said: dict[str, str], now: datetime, here: Organisation) -> None:
    need = ours(here, now)
    met(need, now)
    response = leader(here).post(desk(here, f"{need.pk}/retour/"), said)
    assert response.status_code == 200 and "field__error" in response.content.decode()
    assert not Outcome.objects.of(here).exists()


def test_a_need_is_closed_once(now: datetime, here: Organisation) -> None:
    need, bruno = ours(here, now), leader(here)
    assert "Ce besoin est clos." in words_of(bruno.post(desk(here, f"{need.pk}/clore/"), follow=True))
    closed_at = again(need).closed_at
    bruno.post(desk(here, f"{need.pk}/clore/"))
    assert again(need).closed_at == closed_at is not None


# ── Rights, and hostile words ─────────────────────────────────────────────────────────────────
PAGES = ["", "nouveau/", "{pk}/"]
VERBS = ["{pk}/retenir/", "{pk}/decliner/", "{pk}/mission/", "{pk}/retour/", "{pk}/clore/"]


@pytest.mark.parametrize("page", PAGES)
def test_each_page_opens_to_its_roles_only(page: str, now: datetime, here: Organisation) -> None:
    address = desk(here, page.format(pk=ours(here, now).pk))
    for kind in (RoleKind.PRESIDENT, RoleKind.COORDINATOR, RoleKind.SOCIAL_WORKER, RoleKind.DIGITAL_LEAD):
        assert holding(kind, here).get(address).status_code == 200
    for kind in (RoleKind.TREASURER, RoleKind.COMMUNICATION, RoleKind.ADVISER, RoleKind.MEMBER):
        assert holding(kind, here).get(address).status_code == 403
    assert enter(factories.person("Claire D.")).get(address).status_code == 404


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_belongs_to_its_roles_only(verb: str, now: datetime, here: Organisation) -> None:
    need = hers(here, now)
    address, said = desk(here, verb.format(pk=need.pk)), {"reason": "Non.", "answer": "yes"}
    assert holding(RoleKind.MEMBER, here).post(address, said).status_code == 403
    assert enter(factories.person("Claire D.")).post(address, said).status_code == 404
    elsewhere = leader(factories.organisation("L’autre"))
    assert elsewhere.post(address, said).status_code == 404
    assert leader(here).get(address).status_code == 405
    assert again(need).status == NeedStatus.SAID and not Mission.objects.of(here).exists()


def test_a_social_worker_says_needs_and_opens_no_mission(now: datetime, here: Organisation) -> None:
    need, social_worker = hers(here, now), holding(RoleKind.SOCIAL_WORKER, here)
    for page in ("", f"{need.pk}/"):
        assert "Ouvrir la mission" not in words_of(social_worker.get(desk(here, page)))
    assert social_worker.post(desk(here, f"{need.pk}/mission/")).status_code == 403
    assert social_worker.post(desk(here, f"{need.pk}/retenir/")).status_code == 302


@pytest.mark.parametrize("page", ["{pk}/", *VERBS])
def test_another_association_s_need_does_not_exist_here(page: str, now: datetime, here: Organisation) -> None:
    theirs = ours(factories.organisation("L’autre"), now)
    address = desk(here, page.format(pk=theirs.pk))
    bruno = leader(here)
    answer = bruno.get(address) if page == "{pk}/" else bruno.post(address, {"reason": "Non.", "answer": "yes"})
    assert answer.status_code == 404 and again(theirs).status == NeedStatus.OPEN


def test_hostile_words_stay_words(now: datetime, here: Organisation) -> None:
    need = hers(here, now, title=HOSTILE, details=HOSTILE, when_words=HOSTILE, skill=HOSTILE)
    Contact.objects.of(here).update(name=HOSTILE)
    met(need, now)
    bruno = leader(here)
    bruno.post(desk(here, f"{need.pk}/retour/"), {"answer": "no", "words": HOSTILE})
    for address in ("", f"{need.pk}/", "nouveau/"):
        page = bruno.get(desk(here, address)).content.decode()
        assert HOSTILE not in page and "&lt;img" in page
