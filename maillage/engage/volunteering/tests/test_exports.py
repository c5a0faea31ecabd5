"""Everything is the association's to take away: whole, harmless in a spreadsheet, and to nobody else."""

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from maillage.engage.volunteering import actions, exports
from maillage.engage.volunteering.models import Side
from maillage.engage.volunteering.tests import factories
from maillage.engage.volunteering.tests.at_the_desk import enter, holding, leader, signed_up_before, words_of
from maillage.kernel.consent import actions as consent
from maillage.kernel.facts.models import Fact
from maillage.kernel.organisations import actions as organisations
from maillage.kernel.organisations.models import Activity, Organisation, RoleKind
from tests.proofs.hostile import HOSTILE

pytestmark = pytest.mark.django_db
NAMES = [table.name for table in exports.TABLES]


def furnished(name: str = "Les Voisins", mark: str = "Amina B.") -> Organisation:
    """One of everything."""
    here, now = factories.organisation(name), timezone.now()
    bruno = factories.leader_of(here)
    contact = organisations.know(organisation=here, name=f"Denise de {name}", phone="+33611111111", now=now)
    agreement = consent.record_agreement(contact=contact, purpose="spoken_for", by=bruno, how="paper", now=now)
    actions.say_need(
        organisation=here, title="Porter des courses", domain=Activity.ELDERLY, commune=factories.commune(), by=bruno,
        now=now, helped=contact, agreement=agreement, details="Deuxième étage.",
    )  # fmt: skip
    hours = factories.counted(signed_up_before(now, factories.person(mark), of=here))
    actions.sign_hours(hours=hours, by=hours.contact.person, now=now)
    actions.reverse_hours(hours=hours, reason="wrong_length", by=bruno, now=now)
    actions.confirm_hours(sign_up=hours.sign_up, minutes=90, by=bruno, now=now)
    actions.tell_outcome(
        mission=hours.sign_up.shift.mission, side=Side.HELPER, sign_up=hours.sign_up, answer="yes", words="Merci", by=None,
        now=now,
    )  # fmt: skip
    actions.attest(
        organisation=here,
        contact=hours.contact,
        since_on=hours.on - timedelta(days=3),
        until_on=hours.on,
        by=bruno,
        now=now,
    )
    return here


def taken(client: Any, here: Organisation, file: str) -> str:
    response = client.get(f"/gerer/{here.slug}/exports/{file}")
    assert response.status_code == 200, (file, response.status_code)
    return b"".join(response.streaming_content).decode("utf-8")


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))


# ── Whole ─────────────────────────────────────────────────────────────────────────────────────
def test_every_table_is_offered_and_holds_something() -> None:
    here = furnished()
    bruno = leader(here)
    page = bruno.get(f"/gerer/{here.slug}/exports/")
    for table in exports.TABLES:
        assert str(table.label) in words_of(page)
        assert f"/exports/{table.csv}" in page.content.decode() and f"/exports/{table.json}" in page.content.decode()
        assert len(rows(taken(bruno, here, table.csv))) == table.rows_of(here).count() >= 1


@pytest.mark.parametrize("name", NAMES)
def test_a_csv_opens_in_a_spreadsheet_and_says_the_same_as_the_json(name: str) -> None:
    here = furnished()
    bruno = leader(here)
    text = taken(bruno, here, f"{name}.csv")
    assert text.startswith("\ufeff") and text.endswith("\r\n")
    told = json.loads(taken(bruno, here, f"{name}.json"))
    assert told["organisation"] == "Les Voisins"
    as_text = [{key: str(value) for key, value in row.items()} for row in told[name]]
    assert [{key: value.removeprefix("'") for key, value in row.items()} for row in rows(text)] == as_text


def test_everything_is_in_one_file_too() -> None:
    here = furnished()
    told = json.loads(taken(leader(here), here, "tout.json"))
    assert list(told) == ["organisation", *NAMES] and all(told[name] for name in NAMES)


def test_the_register_goes_out_as_it_is_with_its_corrections_and_hashes() -> None:
    here = furnished()
    told = rows(taken(leader(here), here, "heures.csv"))
    assert [(row["ligne"], row["minutes"], row["annule la ligne"], row["motif"]) for row in told] == [
        ("1", "120", "", ""), ("2", "-120", "1", "durée inexacte"), ("3", "90", "", ""),
    ]  # fmt: skip
    assert all(len(row["empreinte"]) == 64 for row in told)
    assert told[0]["signée par le ou la bénévole le"] and not told[2]["signée par le ou la bénévole le"]


def test_what_is_taken_is_written_in_the_journal_without_a_name() -> None:
    here = furnished()
    taken(leader(here), here, "personnes.csv")
    fact = Fact.objects.get(kind="volunteering.exported")
    assert (fact.by, fact.organisation, fact.details) == (factories.leader_of(here), here, {"what": "personnes.csv"})


def test_what_was_taken_is_shown_with_who_took_it_to_those_of_this_association_only() -> None:
    here, there = furnished(), factories.organisation("Ailleurs")
    page = f"/gerer/{here.slug}/exports/"
    assert "Rien encore" in words_of(leader(here).get(page))
    taken(leader(here), here, "personnes.csv")
    said = words_of(leader(here).get(page))
    assert f"personnes.csv {factories.leader_of(here)}, " in said
    assert "Rien encore" in words_of(leader(there).get(f"/gerer/{there.slug}/exports/"))


def test_the_file_says_whose_it_is_and_stays_out_of_caches() -> None:
    here = furnished()
    response = leader(here).get(f"/gerer/{here.slug}/exports/heures.csv")
    assert response["Content-Disposition"].startswith(f'attachment; filename="{here.slug}-heures-')
    assert response["Cache-Control"] == "private, no-store" and "utf-8" in response["Content-Type"]


def test_an_empty_association_takes_empty_tables() -> None:
    here = factories.organisation()
    for table in exports.TABLES:
        assert rows(taken(leader(here), here, table.csv)) == []
    assert json.loads(taken(leader(here), here, "tout.json"))["heures"] == []


def test_it_is_read_in_english_as_well() -> None:
    here = furnished()
    with translation.override("en"):
        assert len(rows(taken(leader(here), here, "heures.csv"))) == 3


# ── Harmless ──────────────────────────────────────────────────────────────────────────────────
FORMULAS = [
    "=1+1",
    "+33",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =cmd|' /C calc'!A0",
    "＝1+1",
    '=HYPERLINK("http://x","y")',
]


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_cell_is_never_a_formula(formula: str) -> None:
    here, now = factories.organisation(), timezone.now()
    then = now - timedelta(days=9)
    mission = factories.mission(here, now=then, title=f"{formula} "[:120], gear=formula, cancel_reason=formula)
    factories.counted(
        factories.sign_up(factories.first_shift(mission), factories.guest(f"{formula}x"), now=then, message=formula)
    )
    for name in NAMES:
        for row in csv.reader(
            io.StringIO(taken(leader(here), here, f"{name}.csv").removeprefix("\ufeff")), delimiter=";"
        ):
            for cell in row:
                is_number = cell.lstrip("+-").replace(".", "", 1).isdigit()
                assert is_number or not cell.lstrip().startswith(("=", "+", "-", "@", "＝")), (name, cell)
                assert not cell.startswith(("\t", "\r", "\n"))


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_comes_back_whole_from_json(text: str) -> None:
    here, now = factories.organisation(), timezone.now()
    then = now - timedelta(days=9)
    mission = factories.mission(here, now=then, why=text.replace("\x00", ""))  # which no form takes, nor PostgreSQL
    mission.refresh_from_db()
    told = json.loads(taken(leader(here), here, "missions.json"))["missions"][0]
    assert told["à quoi cela sert"] == mission.why
    assert len(rows(taken(leader(here), here, "missions.csv"))) == 1


# ── To nobody else ────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("kind", list(RoleKind))
def test_exports_are_for_those_who_may_take_everything(kind: RoleKind) -> None:
    here = furnished()
    client = holding(kind, here)
    expected = 200 if kind in (RoleKind.PRESIDENT, RoleKind.COORDINATOR) else 403
    for file in ("", "tout.json", "heures.csv", "personnes.json"):
        assert client.get(f"/gerer/{here.slug}/exports/{file}").status_code == expected


def test_a_stranger_finds_nothing() -> None:
    here, elsewhere = furnished(), furnished("Ailleurs", "Personne d’ailleurs")
    for client in (enter(factories.person("Claire D.")), leader(elsewhere)):
        for file in ("", "tout.json", "heures.csv"):
            assert client.get(f"/gerer/{here.slug}/exports/{file}").status_code == 404
    said = taken(leader(here), here, "tout.json")
    assert "Amina B." in said and "ailleurs" not in said.casefold()


def test_who_is_helped_leaves_only_with_those_who_may_see_it() -> None:
    here = furnished()
    coordinator = holding(RoleKind.COORDINATOR, here)
    said = taken(coordinator, here, "tout.json")
    assert "Denise" not in said and "Deuxième étage" not in said and "une personne aidée" in said
    assert "Denise" not in taken(coordinator, here, "besoins.csv")
    for name in ("personnes-aidees", "accords"):
        assert coordinator.get(f"/gerer/{here.slug}/exports/{name}.csv").status_code == 404
        assert name not in coordinator.get(f"/gerer/{here.slug}/exports/").content.decode()
    president = taken(leader(here), here, "tout.json")
    assert "Denise de Les Voisins" in president and "Deuxième étage" in president


@pytest.mark.parametrize(
    "file", ["tout.csv", "heures", "heures.xml", "heures.csv.json", ".csv", "x.csv", "..", "heures.CSV", "%00"]
)
def test_a_file_that_is_not_offered_is_not_found(file: str) -> None:
    here = factories.organisation()
    assert leader(here).get(f"/gerer/{here.slug}/exports/{file}").status_code == 404
    assert not Fact.objects.filter(kind="volunteering.exported").exists()
