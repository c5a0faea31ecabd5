"""The people pages: who gave what, found by a few letters, put right by whoever may, hidden from everybody else."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from django.utils.timezone import localdate

from maillage.engage.volunteering import actions
from maillage.engage.volunteering.models import SignUp
from maillage.engage.volunteering.tests import factories
from maillage.engage.volunteering.tests.at_the_desk import enter, holding, leader, signed_up_before, words_of
from maillage.kernel.consent import actions as consent
from maillage.kernel.organisations import actions as organisations
from maillage.kernel.organisations.models import Activity, Contact, Organisation, RoleKind

pytestmark = pytest.mark.django_db
SEES = [RoleKind.PRESIDENT, RoleKind.COORDINATOR, RoleKind.SOCIAL_WORKER]


@pytest.fixture
def now() -> datetime:
    """Pages look at the real clock."""
    return timezone.now()


@pytest.fixture
def here() -> Organisation:
    return factories.organisation("Les Voisins")


def people(here: Organisation, words: str = "") -> str:
    return words_of(leader(here).get(f"/gerer/{here.slug}/personnes/", {"q": words} if words else {}))


def helped(here: Organisation, now: datetime) -> Contact:
    """Somebody whom the association helps, and who never signed up."""
    contact = organisations.know(organisation=here, name="Denise R.", phone="+33611111111", now=now)
    agreement = consent.record_agreement(
        contact=contact, purpose="spoken_for", by=factories.leader_of(here), how="paper", now=now
    )
    actions.say_need(
        organisation=here, title="Porter des courses", domain=Activity.ELDERLY, commune=factories.commune(), now=now,
        by=factories.leader_of(here), helped=contact, agreement=agreement,
    )  # fmt: skip
    return contact


# ── The list ──────────────────────────────────────────────────────────────────────────────────
def test_everybody_who_signed_up_is_listed_with_what_they_gave(now: datetime, here: Organisation) -> None:
    amina = factories.person("Amina B.")
    for days in (2, 5):
        factories.counted(signed_up_before(now, amina, of=here, days=days), minutes=100)
    factories.sign_up(factories.first_shift(factories.mission(here, now=now)), factories.guest("Marc O."), now=now)
    said = people(here)
    assert "2 personnes." in said
    assert "Amina B. 3 h 20 · venue 2 fois" in said
    assert "Marc O. attendue" in said


def test_hours_and_presences_are_not_multiplied_by_one_another(now: datetime, here: Organisation) -> None:
    amina = factories.person("Amina B.")
    for days in (2, 5, 8):
        hours = factories.counted(signed_up_before(now, amina, of=here, days=days), minutes=60)
        actions.reverse_hours(hours=hours, reason="wrong_length", by=hours.by, now=now)
        actions.confirm_hours(sign_up=hours.sign_up, minutes=30, by=hours.by, now=now)
    assert "Amina B. 1 h 30 · venue 3 fois" in people(here)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("élo", True), ("ELO", True), ("lévêque éloïse", True), ("leveque", True), ("0612", True), ("06 12 34", True),
        ("eloise@exemple", True), ("dupont", False), ("0699", False), ("<script>", False), ("\x00", False), ("%", False),
        ("é" * 500, False),
    ],
)  # fmt: skip
def test_a_few_letters_find_somebody(now: datetime, here: Organisation, words: str, found: bool) -> None:
    guest = factories.guest("Éloïse Lévêque", phone="+33612345678", email="eloise@exemple.localhost")
    factories.sign_up(factories.first_shift(factories.mission(here, now=now)), guest, now=now)
    said = people(here, words)
    assert ("Éloïse Lévêque" in said) == found
    assert ("Personne ne répond" in said) != found


def test_an_empty_list_says_what_brings_people(here: Organisation) -> None:
    assert "Dès qu’une personne s’inscrit" in people(here)


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 30, "１"])
def test_any_page_is_answered(now: datetime, here: Organisation, page: str) -> None:
    signed_up_before(now, factories.person("Amina B."), of=here)
    response = leader(here).get(f"/gerer/{here.slug}/personnes/", {"page": page})
    assert response.status_code == 200 and "Amina B." in words_of(response)


# ── Somebody ──────────────────────────────────────────────────────────────────────────────────
def test_one_page_tells_what_comes_what_was_done_and_what_was_counted(now: datetime, here: Organisation) -> None:
    amina = factories.person("Amina B.")
    hours = factories.counted(signed_up_before(now, amina, of=here, title="Celle d’hier"), minutes=90)
    coming = factories.sign_up(
        factories.first_shift(factories.mission(here, now=now, title="La suivante")), amina, now=now
    )
    actions.sign_hours(hours=hours, by=amina, now=now)
    page = leader(here).get(f"/gerer/{here.slug}/personnes/{hours.contact_id}/")
    said = words_of(page)
    for words in (
        "Amina B.",
        "1 h 30 en tout",
        "1 présence",
        "La suivante",
        "Celle d’hier",
        "signées des deux côtés",
        "a un compte",
    ):
        assert words in said, words
    assert f"/gerer/{here.slug}/creneaux/{coming.shift_id}/" in page.content.decode()


def test_what_was_taken_back_is_counted_no_more(now: datetime, here: Organisation) -> None:
    hours = factories.counted(signed_up_before(now, of=here))
    actions.reverse_hours(hours=hours, reason="not_there", by=hours.by, now=now)
    said = words_of(leader(here).get(f"/gerer/{here.slug}/personnes/{hours.contact_id}/"))
    assert "0 min en tout" in said and "Aucune heure comptée" in said and "Attester" not in said


def test_years_are_attested_each_by_itself(now: datetime, here: Organisation) -> None:
    amina = factories.person("Amina B.")
    for days in (2, 380):
        hours = factories.counted(signed_up_before(now, amina, of=here, days=days))
    page = leader(here).get(f"/gerer/{here.slug}/personnes/{hours.contact_id}/")
    years = {localdate(now - timedelta(days=days)).year for days in (2, 380)}
    for year in years:
        assert f"Attester {year} (2 h)" in words_of(page)
        assert f'name="since_on" value="{year}-01-01"' in page.content.decode()


# ── Putting right ─────────────────────────────────────────────────────────────────────────────
def test_what_was_written_of_a_guest_is_put_right(now: datetime, here: Organisation) -> None:
    made = signed_up_before(now, factories.guest("Lucie N"), of=here)
    address = f"/gerer/{here.slug}/personnes/{made.contact_id}/corriger/"
    bruno = leader(here)
    assert 'value="Lucie N"' in bruno.get(address).content.decode()
    response = bruno.post(
        address, {"name": "Lucie Nguyen", "email": "Lucie@exemple.localhost", "phone": "06 12 34 56 78"}, follow=True
    )
    assert "Lucie Nguyen" in words_of(response) and "La fiche est corrigée" in words_of(response)
    contact = Contact.objects.of(here).get(pk=made.contact_id)
    assert (contact.name, contact.email, contact.phone) == ("Lucie Nguyen", "lucie@exemple.localhost", "+33612345678")


@pytest.mark.parametrize(
    "said", [{"name": " "}, {"name": "x" * 151}, {"name": "A", "phone": "abc"}, {"name": "A", "email": "@"}]
)
def test_a_wrong_correction_is_said_and_changes_nothing(
    now: datetime, here: Organisation, said: dict[str, str]
) -> None:
    made = signed_up_before(now, factories.guest("Lucie N."), of=here)
    response = leader(here).post(f"/gerer/{here.slug}/personnes/{made.contact_id}/corriger/", said)
    assert response.status_code == 200 and "field__error" in response.content.decode()
    assert Contact.objects.of(here).get(pk=made.contact_id).name == "Lucie N."


def test_who_has_an_account_speaks_for_themself(now: datetime, here: Organisation) -> None:
    made = signed_up_before(now, factories.person("Amina B."), of=here)
    address = f"/gerer/{here.slug}/personnes/{made.contact_id}/corriger/"
    assert "elle corrige elle-même" in words_of(leader(here).get(address))
    leader(here).post(address, {"name": "Quelqu’un d’autre"})
    assert Contact.objects.of(here).get(pk=made.contact_id).name == "Amina B."


# ── Who may ───────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("kind", list(RoleKind))
def test_people_are_for_the_roles_that_see_them(now: datetime, here: Organisation, kind: RoleKind) -> None:
    hours = factories.counted(signed_up_before(now, of=here))
    client = holding(kind, here)
    for page in ("", f"{hours.contact_id}/", f"{hours.contact_id}/corriger/"):
        assert client.get(f"/gerer/{here.slug}/personnes/{page}").status_code == (200 if kind in SEES else 403)


def test_who_is_helped_is_seen_by_those_who_may_see_it_alone(now: datetime, here: Organisation) -> None:
    contact = helped(here, now)
    address = f"/gerer/{here.slug}/personnes/{contact.pk}/"
    assert "Denise R." not in people(here)  # the list is of those who sign up
    for kind, status in ((RoleKind.COORDINATOR, 404), (RoleKind.SOCIAL_WORKER, 200), (RoleKind.PRESIDENT, 200)):
        assert holding(kind, here).get(address).status_code == status
    assert holding(RoleKind.COORDINATOR, here).get(f"{address}corriger/").status_code == 404
    shift = factories.first_shift(factories.mission(here, now=now))
    assert "Denise R." not in words_of(
        holding(RoleKind.COORDINATOR, here).get(f"/gerer/{here.slug}/creneaux/{shift.pk}/")
    )
    made = factories.sign_up(
        factories.first_shift(factories.mission(here, now=now)),
        factories.guest("Denise R.", phone="+33611111111"),
        now=now,
    )
    assert made.contact == contact  # helped, and helping too
    said = words_of(holding(RoleKind.COORDINATOR, here).get(address))
    assert "Denise R." in said and "sans me nommer" not in said
    assert "sans me nommer" in words_of(holding(RoleKind.SOCIAL_WORKER, here).get(address))


def test_a_social_worker_sees_hours_and_delivers_nothing(now: datetime, here: Organisation) -> None:
    hours = factories.counted(signed_up_before(now, of=here))
    page = holding(RoleKind.SOCIAL_WORKER, here).get(f"/gerer/{here.slug}/personnes/{hours.contact_id}/")
    assert "2 h" in words_of(page) and "Attester" not in words_of(page)
    assert f"/heures/{hours.pk}/annuler/" not in page.content.decode()


def test_a_stranger_finds_nobody(now: datetime, here: Organisation) -> None:
    made = signed_up_before(now, of=here)
    elsewhere = factories.organisation("Ailleurs")
    for client in (enter(factories.person("Claire D.")), leader(elsewhere)):
        for page in ("", f"{made.contact_id}/", f"{made.contact_id}/corriger/"):
            assert client.get(f"/gerer/{here.slug}/personnes/{page}").status_code == 404
    for page in (f"{made.contact_id}/", f"{made.contact_id}/corriger/"):
        assert leader(elsewhere).get(f"/gerer/{elsewhere.slug}/personnes/{page}").status_code == 404
    assert "Amina" not in people(elsewhere)


@pytest.mark.parametrize("key", ["0", "9223372036854775807", "9" * 40])
def test_a_number_of_nobody_is_not_found(here: Organisation, key: str) -> None:
    for page in (
        f"personnes/{key}/",
        f"personnes/{key}/corriger/",
        f"personnes/1/attestations/{key}/",
        f"heures/{key}/annuler/",
    ):
        assert leader(here).get(f"/gerer/{here.slug}/{page}").status_code == 404
    assert leader(here).post(f"/gerer/{here.slug}/presences/{key}/", {"presence": "came"}).status_code == 404
    assert leader(here).post(f"/gerer/{here.slug}/presences/creneaux/{key}/").status_code == 404


def test_whom_we_forgot_is_found_no_more(now: datetime, here: Organisation) -> None:
    made: SignUp = signed_up_before(now, factories.guest("Lucie N."), of=here)
    Contact.objects.of(here).filter(pk=made.contact_id).update(name="", email="", phone="", erased_at=now)
    assert leader(here).get(f"/gerer/{here.slug}/personnes/{made.contact_id}/").status_code == 404
    assert "Encore personne" in people(here)


@pytest.mark.parametrize(
    "page",
    [
        "personnes/",
        "personnes/{contact}/",
        "heures/",
        "heures/{hours}/annuler/",
        "heures/registre/",
        "heures/totaux/",
        "statistiques/",
    ],
)
def test_hostile_names_are_only_words(now: datetime, here: Organisation, page: str) -> None:
    guest = factories.guest('"><script>alert(1)</script>{{ 70|add:707 }}')
    hours = factories.counted(signed_up_before(now, guest, of=here, title="<b onclick=x>"))
    factories.came(signed_up_before(now, guest, of=here, title="<b onclick=x>", days=5))
    address = page.format(contact=hours.contact_id, hours=hours.pk)
    response = leader(here).get(f"/gerer/{here.slug}/{address}")
    html = response.content.decode()
    assert response.status_code == 200 and "<script>alert" not in html and "<b onclick" not in html
    assert "&lt;script&gt;alert" in html or "&lt;b onclick" in html
    assert "777" not in words_of(response)
