"""The hours pages: counted from who came, all or none, corrected by reversal, added up, and intact or not by their own word."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from django.utils.timezone import localdate, localtime

from maillage.engage.volunteering import actions
from maillage.engage.volunteering.forms.desk import minutes_of
from maillage.engage.volunteering.models import Hours, SignUp
from maillage.engage.volunteering.tests import factories
from maillage.engage.volunteering.tests.at_the_desk import enter, holding, leader, signed_up_before, words_of
from maillage.kernel.invariants import actions as invariants
from maillage.kernel.organisations.models import Organisation, RoleKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    """Pages look at the real clock."""
    return timezone.now()


@pytest.fixture
def here() -> Organisation:
    return factories.organisation("Les Voisins")


def came(now: datetime, here: Organisation, name: str = "Amina B.", **said: Any) -> SignUp:
    return factories.came(signed_up_before(now, factories.person(name), of=here, **said))


def counted(here: Organisation) -> list[int]:
    return list(Hours.objects.of(here).order_by("sequence").values_list("minutes", flat=True))


def sent(*rows: tuple[SignUp, str]) -> dict[str, Any]:
    return {"sign_up": [made.pk for made, _length in rows]} | {f"length-{made.pk}": length for made, length in rows}


# ── Counting ──────────────────────────────────────────────────────────────────────────────────
def test_who_came_is_listed_with_the_length_of_the_shift_and_counted_in_one_gesture(
    now: datetime, here: Organisation
) -> None:
    first, second = came(now, here), came(now, here, "Marc O.", minutes=210)
    bruno = leader(here)
    page = bruno.get(f"/gerer/{here.slug}/heures/")
    html = page.content.decode()
    assert "Amina B." in words_of(page) and "Marc O." in words_of(page)
    assert f'name="length-{first.pk}" value="2 h"' in html and f'name="length-{second.pk}" value="3 h 30"' in html
    assert html.count('name="sign_up"') == html.count(" checked") == 2
    response = bruno.post(f"/gerer/{here.slug}/heures/compter/", sent((first, "2 h"), (second, "2 h 45")), follow=True)
    assert "4 h 45 comptées pour 2 présences" in words_of(response)
    assert "Aucune heure à compter" in words_of(response)
    assert sorted(counted(here)) == [120, 165]
    assert set(Hours.objects.of(here).values_list("by", flat=True)) == {factories.leader_of(here).pk}


def test_a_wrong_length_counts_nothing_and_loses_nothing(now: datetime, here: Organisation) -> None:
    first, second, third = (came(now, here, name) for name in ("Amina B.", "Marc O.", "Lucie N."))
    response = leader(here).post(
        f"/gerer/{here.slug}/heures/compter/",
        sent((first, "1 h 15"), (second, "longtemps")) | {f"length-{third.pk}": "9 h"},
    )
    html = response.content.decode()
    assert counted(here) == []
    assert "Une durée ne va pas" in words_of(response) and "Écrivez une durée comme" in words_of(response)
    assert 'value="1 h 15"' in html and 'value="longtemps"' in html
    assert f'value="{third.pk}" checked' not in html and f'value="{first.pk}" checked' in html
    assert f'aria-describedby="wrong-{second.pk}"' in html and f'id="wrong-{second.pk}"' in html


def test_one_that_cannot_be_counted_keeps_the_others_waiting(now: datetime, here: Organisation) -> None:
    good, absent = came(now, here), signed_up_before(now, of=here)
    response = leader(here).post(f"/gerer/{here.slug}/heures/compter/", sent((good, "2 h"), (absent, "2 h")))
    assert "notez d’abord sa présence" in words_of(response)
    assert counted(here) == []


def test_nothing_ticked_is_answered_by_a_sentence(now: datetime, here: Organisation) -> None:
    came(now, here)
    address = f"/gerer/{here.slug}/heures/compter/"
    for said in ({}, {"sign_up": ["x", "-1", "9" * 30, "１", "\x00"]}):
        assert "Cochez au moins une personne" in words_of(leader(here).post(address, said, follow=True))
    assert counted(here) == []


def test_somebody_elses_sign_up_is_never_counted_here(now: datetime, here: Organisation) -> None:
    elsewhere = factories.organisation("Ailleurs")
    theirs = came(now, elsewhere)
    leader(here).post(f"/gerer/{here.slug}/heures/compter/", sent((theirs, "2 h")))
    assert counted(elsewhere) == counted(here) == []


def test_the_same_form_sent_twice_counts_once(now: datetime, here: Organisation) -> None:
    made = came(now, here)
    bruno = leader(here)
    for _ in range(2):
        bruno.post(f"/gerer/{here.slug}/heures/compter/", sent((made, "2 h")))
    assert counted(here) == [120]


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("3 h 30", 210), ("3h30", 210), ("3 h", 180), ("45 min", 45), ("1:30", 90), ("2,5", 150), ("2.25 h", 135),
        ("0 h 45", 45), ("90 minutes", 90), ("2 heures", 120), ("3\xa0h\xa030", 210), ("", None), ("h", None),
        ("trois heures", None), ("-2 h", None), ("1e3", None), ("2 h 30 h", None),
    ],
)  # fmt: skip
def test_a_length_is_read_as_people_say_it(said: str, minutes: int | None) -> None:
    assert minutes_of(said) == minutes


# ── What a volunteer said is not right ────────────────────────────────────────────────────────
def test_a_dispute_comes_first_and_leads_to_the_correction(now: datetime, here: Organisation) -> None:
    hours = factories.counted(signed_up_before(now, factories.person("Amina B."), of=here))
    bruno = leader(here)
    assert "ce n’est pas juste" not in words_of(bruno.get(f"/gerer/{here.slug}/heures/"))
    actions.dispute_hours(hours=hours, by=hours.contact.person, now=now)
    assert "ce n’est pas juste" in words_of(bruno.get(f"/gerer/{here.slug}/heures/"))
    assert "Revoir les heures d’une personne" in words_of(bruno.get(f"/gerer/{here.slug}/"))
    address = f"/gerer/{here.slug}/heures/{hours.pk}/annuler/"
    assert "Amina B." in words_of(bruno.get(address))
    assert counted(here) == [120]  # looking changes nothing
    response = bruno.post(address, {"reason": "wrong_length"}, follow=True)
    assert counted(here) == [120, -120] and "Ces heures sont annulées" in words_of(response)
    assert "Amina B." in words_of(response)  # she came: the right length is to be counted
    bruno.post(f"/gerer/{here.slug}/heures/compter/", sent((hours.sign_up, "1 h 30")))
    assert counted(here) == [120, -120, 90]


@pytest.mark.parametrize("reason", ["", "parce que", "\x00", "x" * 3000])
def test_a_correction_says_why(now: datetime, here: Organisation, reason: str) -> None:
    hours = factories.counted(signed_up_before(now, of=here))
    response = leader(here).post(f"/gerer/{here.slug}/heures/{hours.pk}/annuler/", {"reason": reason})
    assert response.status_code == 200 and "field__error" in response.content.decode()
    assert counted(here) == [120]


def test_what_was_taken_back_already_is_not_found(now: datetime, here: Organisation) -> None:
    hours = factories.counted(signed_up_before(now, of=here))
    back = actions.reverse_hours(hours=hours, reason="other", by=hours.by, now=now)
    for row in (hours, back):
        assert leader(here).get(f"/gerer/{here.slug}/heures/{row.pk}/annuler/").status_code == 404


def test_an_attestation_that_covers_the_hours_is_said_before_they_are_taken_back(
    now: datetime, here: Organisation
) -> None:
    hours = factories.counted(signed_up_before(now, of=here))
    address = f"/gerer/{here.slug}/heures/{hours.pk}/annuler/"
    assert "attestation" not in words_of(leader(here).get(address))
    actions.attest(organisation=here, contact=hours.contact, since_on=hours.on, until_on=hours.on, by=hours.by, now=now)
    assert "Une attestation déjà délivrée comprend ces heures" in words_of(leader(here).get(address))


# ── The register ──────────────────────────────────────────────────────────────────────────────
def test_the_register_keeps_every_row_and_says_what_became_of_it(now: datetime, here: Organisation) -> None:
    hours = factories.counted(signed_up_before(now, factories.person("Amina B."), of=here))
    actions.reverse_hours(hours=hours, reason="wrong_length", by=hours.by, now=now)
    right = actions.confirm_hours(sign_up=hours.sign_up, minutes=90, by=hours.by, now=now)
    said = words_of(leader(here).get(f"/gerer/{here.slug}/heures/registre/?annee={hours.on.year}"))
    assert "annulée par la ligne 2" in said and "annule la ligne 1" in said and "durée inexacte" in said
    assert "−2 h" in said and "1 h 30" in said and "attend la signature" in said
    actions.sign_hours(hours=right, by=hours.contact.person, now=now)
    said = words_of(leader(here).get(f"/gerer/{here.slug}/heures/registre/?annee={hours.on.year}"))
    assert "signée des deux côtés" in said


def test_the_register_says_itself_whether_it_is_intact(now: datetime, here: Organisation) -> None:
    hours = factories.counted(signed_up_before(now, of=here))
    actions.sign_hours(hours=hours, by=hours.contact.person, now=now)
    address = f"/gerer/{here.slug}/heures/registre/"
    assert "intact" not in words_of(leader(here).get(address)).replace("Vérifier que le registre est intact", "")
    assert "Le registre est intact" in words_of(leader(here).get(address + "?verifier=1"))
    invariants.drop(connection)  # somebody with the keys of the database
    Hours.objects.of(here).update(minutes=600)
    said = words_of(leader(here).get(address + "?verifier=1"))
    assert "Le registre a été modifié" in said and "row 1 was changed" in said and "Le registre est intact" not in said


def test_another_associations_rows_are_not_in_it(now: datetime, here: Organisation) -> None:
    factories.counted(signed_up_before(now, factories.person("Personne d’ailleurs")))
    factories.counted(signed_up_before(now, factories.person("Amina B."), of=here))
    for page in ("registre", "totaux"):
        said = words_of(leader(here).get(f"/gerer/{here.slug}/heures/{page}/?annee={(now - timedelta(days=2)).year}"))
        assert "Amina B." in said and "ailleurs" not in said


# ── Totals ────────────────────────────────────────────────────────────────────────────────────
def test_totals_are_those_of_what_stands_per_person_mission_month_and_year(now: datetime, here: Organisation) -> None:
    then, noon = now - timedelta(days=9), localtime(now - timedelta(days=2)).replace(hour=12)
    amina, garden = factories.person("Amina B."), factories.mission(here, now=then, title="Jardin")
    for starts_at in (noon, noon + timedelta(hours=4)):
        shift = factories.shift(garden, starts_at=starts_at, now=then)
        factories.counted(factories.sign_up(shift, amina, now=then), minutes=100)
    kitchen = factories.shift(factories.mission(here, now=then, title="Cuisine"), starts_at=noon, now=then)
    wrong = factories.counted(factories.sign_up(kitchen, factories.person("Marc O."), now=then), minutes=60)
    actions.reverse_hours(hours=wrong, reason="not_there", by=wrong.by, now=now)
    said = words_of(leader(here).get(f"/gerer/{here.slug}/heures/totaux/?annee={noon.year}"))
    assert "3 h 20 données en" in said and "par 1 personne" in said
    assert "Amina B. 2 3 h 20" in said and "Jardin 1 3 h 20" in said
    assert "Marc O." not in said and "Cuisine" not in said


@pytest.mark.parametrize("year", ["", "x", "1999", "2101", "20260", "２０２６", "-1", "\x00"])
@pytest.mark.parametrize("page", ["heures/registre", "heures/totaux", "statistiques"])
def test_any_year_is_answered(here: Organisation, page: str, year: str) -> None:
    response = leader(here).get(f"/gerer/{here.slug}/{page}/", {"annee": year})
    assert response.status_code == 200 and str(localdate().year) in words_of(response)


# ── Who may ───────────────────────────────────────────────────────────────────────────────────
SIGN = [RoleKind.PRESIDENT, RoleKind.COORDINATOR]


@pytest.mark.parametrize("kind", list(RoleKind))
def test_hours_are_for_those_who_sign_for_the_association(now: datetime, here: Organisation, kind: RoleKind) -> None:
    made, hours = came(now, here), factories.counted(signed_up_before(now, of=here))
    client = holding(kind, here)
    expected = 200 if kind in SIGN else 403
    for page in ("", "registre/", "totaux/", f"{hours.pk}/annuler/"):
        assert client.get(f"/gerer/{here.slug}/heures/{page}").status_code == expected
    client.post(f"/gerer/{here.slug}/heures/compter/", sent((made, "2 h")))
    client.post(f"/gerer/{here.slug}/heures/{hours.pk}/annuler/", {"reason": "other"})
    assert counted(here) == ([120, 120, -120] if kind in SIGN else [120])


def test_a_stranger_finds_nothing(now: datetime, here: Organisation) -> None:
    made, hours = came(now, here), factories.counted(signed_up_before(now, of=here))
    elsewhere = factories.organisation("Ailleurs")
    for client in (enter(factories.person("Claire D.")), leader(elsewhere)):
        for page in ("", "registre/", "totaux/", f"{hours.pk}/annuler/"):
            assert client.get(f"/gerer/{here.slug}/heures/{page}").status_code == 404
        assert client.post(f"/gerer/{here.slug}/heures/compter/", sent((made, "2 h"))).status_code == 404
    assert (
        leader(elsewhere).post(f"/gerer/{elsewhere.slug}/heures/{hours.pk}/annuler/", {"reason": "other"}).status_code
        == 404
    )
    assert counted(here) == [120]


def test_an_empty_page_says_where_hours_come_from(here: Organisation) -> None:
    assert "Ouvrez une mission" in words_of(leader(here).get(f"/gerer/{here.slug}/heures/"))
    for page in ("registre", "totaux"):
        assert "Aucune heure en" in words_of(leader(here).get(f"/gerer/{here.slug}/heures/{page}/"))


def test_more_than_a_page_of_presences_is_said_and_comes_after(
    now: datetime, here: Organisation, monkeypatch: Any
) -> None:
    monkeypatch.setattr("maillage.engage.volunteering.views.desk_hours.AT_ONCE", 2)
    for name in ("Amina B.", "Marc O.", "Lucie N."):
        came(now, here, name)
    page = leader(here).get(f"/gerer/{here.slug}/heures/")
    assert page.content.decode().count('name="sign_up"') == 2 and "Encore 1 présence" in words_of(page)
