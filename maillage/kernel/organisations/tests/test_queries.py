"""An association is found by its words, its commune or its number: those that stand here, and the lines of the register."""

from datetime import datetime
from typing import Any

import pytest

from maillage.kernel.organisations import queries, register
from maillage.kernel.organisations.models import Organisation, RegisterEntry
from maillage.kernel.organisations.tests import factories
from maillage.kernel.places.models import Commune

pytestmark = pytest.mark.django_db


put = factories.entry


@pytest.fixture
def bruz(db: None) -> Commune:
    return factories.commune("35047", "Bruz", postcodes=["35170"])


@pytest.fixture
def lines(rennes: Commune, bruz: Commune) -> dict[str, RegisterEntry]:
    at_bruz = {"insee": "35047", "postcode": "35170", "commune_name": "BRUZ"}
    made = {
        "mill": put("W353000001", "LES AMIS DU MOULIN"),
        "mill at Bruz": put("W353000002", "LES AMIS DU MOULIN", **at_bruz),
        "choir": put("W353000003", "CHORALE DU BOCAGE", short_title="LA BOCAGERE", **at_bruz),
        "gone": put("W353000004", "ANCIEN MOULIN", position="D", **at_bruz),
        "removed": put("W353000005", "MOULIN SUPPRIME", position="S"),
        "old": put("353P00012345", "MOULIN D’AVANT", layout="import", position="R", rna_number="W353000001"),
    }
    register.index_register()
    return made


def found(lines: dict[str, RegisterEntry], *asked: Any, **more: Any) -> list[str]:
    names = {entry.pk: name for name, entry in lines.items()}
    return [names[entry.pk] for entry in queries.find_entries(*asked, **more)]


# ── Lines of the register ─────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "typed", ["moulin", "Moulins", "MOULIN amis", "les amis du mou", "moulin rennes", "moulin 35000"]
)
def test_a_line_is_found_by_its_words_as_one_types_them(lines: dict[str, RegisterEntry], typed: str) -> None:
    assert "mill" in found(lines, typed)
    assert "choir" not in found(lines, typed)


def test_those_that_stand_come_before_the_dissolved(lines: dict[str, RegisterEntry]) -> None:
    assert found(lines, "moulin") == ["mill", "mill at Bruz", "gone"]


def test_a_commune_narrows_and_alone_shows_all_it_has(lines: dict[str, RegisterEntry], bruz: Commune) -> None:
    assert found(lines, "moulin", bruz) == ["mill at Bruz", "gone"]
    assert found(lines, "", bruz) == ["choir", "mill at Bruz", "gone"]
    assert found(lines, "théâtre", bruz) == []


def test_its_short_name_finds_it_too(lines: dict[str, RegisterEntry]) -> None:
    assert found(lines, "bocagère") == ["choir"]


def test_removed_and_renumbered_lines_are_found_by_their_number_alone(lines: dict[str, RegisterEntry]) -> None:
    assert found(lines, "supprimé") == []
    assert found(lines, "W353000005") == ["removed"]
    assert found(lines, "353P00012345") == ["old"]


@pytest.mark.parametrize("typed", ["W353000003", "w353000003", " W 353 000 003 ", "W353.000.003"])
def test_a_number_is_read_as_people_write_it(lines: dict[str, RegisterEntry], typed: str) -> None:
    assert found(lines, typed) == ["choir"]
    assert found(lines, typed, offset=20) == []


@pytest.mark.parametrize("typed", ["732829320", "732 829 320", "73282932000074", "732 829 320 00074"])
def test_a_siren_or_a_siret_finds_its_line(lines: dict[str, RegisterEntry], typed: str) -> None:
    entry = put("W353000009", "CLUB DES AINES", siret="73282932000074")
    register.index_register()
    assert queries.find_entries(typed) == [entry]


@pytest.mark.parametrize("typed", ["", "   ", "\x00", "'\"*", "zzzz", "W999999999", "é" * 100, "12", "le la les"])
def test_nothing_and_nonsense_find_nothing(lines: dict[str, RegisterEntry], typed: str) -> None:
    assert found(lines, typed) == []


def test_pages_follow_one_another_and_forget_nobody(rennes: Commune, monkeypatch: pytest.MonkeyPatch) -> None:
    every = [put(f"W35300{n:04}", f"CLUB {n:02}") for n in range(25)]
    register.index_register()
    for limit in (1000, 10):  # few enough to be sorted; too many
        monkeypatch.setattr(queries, "SORTED", limit)
        told = [entry for at in (0, 10, 20, 30) for entry in queries.find_entries("club", offset=at, at_most=10)]
        assert told == every
        told = [entry for at in (0, 10, 20) for entry in queries.find_entries("", rennes, offset=at, at_most=10)]
        assert told == every


# ── Communes ──────────────────────────────────────────────────────────────────────────────────
def test_a_city_has_its_arrondissements(db: None) -> None:
    paris = factories.commune("75056", "Paris", postcodes=["75001", "75014"])
    part = factories.commune("75114", "Paris 14e", postcodes=["75014"], part_of="75056")
    line = put("W751000001", "INDIGO", insee="75114", postcode="75014", commune_name="PARIS")
    register.index_register()
    assert queries.codes_of(paris) == ["75056", "75114"]
    assert queries.find_entries("indigo", paris) == queries.find_entries("", part) == [line]


def test_a_line_of_a_commune_merged_since_is_found_where_its_postal_code_is(bruz: Commune, rennes: Commune) -> None:
    line = put("W353000007", "FOYER RURAL", insee="35999", postcode="35170", commune_name="BRUZ-LE-VIEUX")
    register.index_register()
    assert queries.find_entries("foyer", bruz) == [line]
    assert queries.find_entries("foyer", rennes) == []


def test_a_corsican_code_is_one(db: None) -> None:
    ajaccio = factories.commune("2A004", "Ajaccio", postcodes=["20000"])
    line = put("W2A1000001", "I MUVRINI", insee="2A004", postcode="20000", commune_name="AJACCIO")
    register.index_register()
    assert queries.find_entries("", ajaccio) == [line]


# ── Those that stand here ─────────────────────────────────────────────────────────────────────
def test_those_that_stand_here_are_found_as_soon_as_they_are_saved(les_jardins: Organisation, bruz: Commune) -> None:
    assert queries.find_organisations("jardin") == [les_jardins]
    les_jardins.name = "Le Potager"
    les_jardins.save()
    assert (queries.find_organisations("jardin"), queries.find_organisations("potager")) == ([], [les_jardins])
    assert queries.find_organisations("potager", bruz) == []
    assert queries.find_organisations("") == []


def test_one_that_closed_is_no_longer_found(les_jardins: Organisation, now: datetime, rennes: Commune) -> None:
    les_jardins.closed_at = now
    les_jardins.save()
    assert queries.find_organisations("jardins") == []
    assert list(queries.standing()) == list(queries.standing_near(rennes)) == []


def test_the_nearest_come_first(les_jardins: Organisation, bruz: Commune) -> None:
    lille = factories.commune("59350", "Lille", postcodes=["59000"])
    far = factories.organisation("Quai de Lille", lille)
    near = factories.organisation("Potager de Bruz", bruz)
    assert list(queries.standing_near(les_jardins.commune)) == [les_jardins, near, far]
    assert list(queries.standing_near(lille)) == [far, les_jardins, near]
