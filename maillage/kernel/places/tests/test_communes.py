"""The real table, found as people type; official files in their own layouts; hostile ones refused with a sentence."""

import gzip
from pathlib import Path

import pytest

from maillage.kernel.places import actions, queries
from maillage.kernel.places.cells import km_between
from maillage.kernel.places.models import Commune
from maillage.kernel.places.words import plain

pytestmark = pytest.mark.django_db


@pytest.fixture
def france() -> None:
    actions.ensure_communes()


TYPED = {
    "st etienne": "Saint-Étienne (42)", "Saint-Étienne": "Saint-Étienne (42)", "SAINT ETIENNE": "Saint-Étienne (42)",
    "42000": "Saint-Étienne (42)", "Saint-Étienne (42)": "Saint-Étienne (42)", "rennes": "Rennes (35)",
    "ren": "Rennes (35)", "paris": "Paris (75)", "paris 15": "Paris 15e Arrondissement (75)",
    "l’hay les roses": "L'Haÿ-les-Roses (94)", "st denis réunion": "Saint-Denis (974)", "noumea": "Nouméa (988)",
    "2a004": "Ajaccio (2A)", "01004": "Ambérieu-en-Bugey (01)", "ste foy les lyon": "Sainte-Foy-lès-Lyon (69)",
    "": None, "   ": None, "xqxq": None, "%": None, "_": None, "'; --": None, "\x00": None, "🧶": None,
}  # fmt: skip


def test_a_commune_is_found_as_one_types_it(france: None) -> None:
    found = {typed: next((one.label for one in queries.find_communes(typed, 1)), None) for typed in TYPED}
    assert found == TYPED


def test_all_of_france_is_there_overseas_included(france: None) -> None:
    assert actions.import_communes().added == 0
    assert Commune.objects.filter(part_of="").count() > 34_900
    assert Commune.objects.filter(department_code="974").count() == 24
    assert Commune.objects.filter(part_of="75056").count() == 20
    assert Commune.objects.get(pk="01004").postcodes == ["01500"]
    assert not Commune.objects.filter(department_name="").exists()


COMMUNES_OF = {  # the official geographic code of today
    "971": 32, "972": 34, "973": 22, "974": 24, "975": 2, "976": 17, "977": 1, "978": 1, "986": 3, "987": 48, "988": 33,
}  # fmt: skip
WHERE = {  # as any atlas has it
    "75056": (48.857, 2.352), "13055": (43.296, 5.37), "35238": (48.117, -1.678), "2A004": (41.927, 8.737),
    "67482": (48.573, 7.752), "97120": (16.241, -61.536), "97209": (14.609, -61.068), "97302": (4.938, -52.33),
    "97411": (-20.879, 55.448), "97608": (-12.78, 45.228), "97501": (47.1, -56.38), "97502": (46.78, -56.177),
    "97701": (17.896, -62.85), "97801": (18.071, -63.05), "98611": (-14.31, -178.11), "98613": (-13.283, -176.174),
    "98714": (-16.505, -151.74), "98735": (-17.535, -149.57), "98731": (-8.911, -140.1), "98814": (-20.92, 167.26),
    "98818": (-22.274, 166.448),
}  # fmt: skip


def test_every_territory_has_its_communes_and_towns_lie_where_they_lie(france: None) -> None:
    counted = Commune.objects.filter(department_code__gte="971", department_code__startswith="9")
    by_department = {code: counted.filter(department_code=code).count() for code in COMMUNES_OF}
    assert by_department == COMMUNES_OF
    assert Commune.objects.count() == 35_008
    assert not Commune.objects.filter(latitude=0).exists()
    far = {
        insee: round(km_between(latitude, longitude, one.latitude, one.longitude))
        for insee, (latitude, longitude) in WHERE.items()
        if km_between(latitude, longitude, (one := Commune.objects.get(pk=insee)).latitude, one.longitude) > 6
    }
    assert far == {}


@pytest.mark.parametrize(
    ("typed", "insee"),
    [
        ("97150", "97801"),
        ("saint martin 978", "97801"),
        ("97133", "97701"),
        ("saint barthelemy", "97701"),
        ("97500", "97502"),
    ],
)
def test_the_islands_of_the_north_are_found(france: None, typed: str, insee: str) -> None:
    assert insee in [one.pk for one in queries.find_communes(typed, 10)]


def test_the_nearest_commune(france: None) -> None:
    assert str(queries.nearest_commune(48.11, -1.68)) == "Rennes"
    assert str(queries.nearest_commune(-20.88, 55.45)) == "Saint-Denis"
    assert queries.nearest_commune(0, 0) is None


def test_an_official_file_replaces_points_and_keeps_the_rest(france: None, tmp_path: Path) -> None:
    file = tmp_path / "communes.csv"
    file.write_text(
        "code_commune_INSEE;nom_commune_complet;code_postal;latitude;longitude\n"
        "1004;Ambérieu-en-Bugey;1500;45,96;5,37\n35238;Rennes;35200;48.1;-1.67\n35238;Rennes;35700;48.1;-1.67\n"
        "ABC;Nulle part;1;2;3\n99999;Sans point;1;;\n",
        encoding="cp1252",
    )
    done = actions.import_communes(file)
    assert [line for line, _why in done.refused] == [5, 6]
    rennes = Commune.objects.get(pk="35238")
    assert (rennes.postcodes, rennes.precision, rennes.department_name) == (
        ["35200", "35700"],
        "official",
        "Ille-et-Vilaine",
    )
    assert rennes.population > 200_000
    assert Commune.objects.get(pk="01004").latitude == 45.96


def test_an_arrondissement_stays_part_of_its_commune_when_a_file_does_not_say_so(france: None, tmp_path: Path) -> None:
    file = tmp_path / "communes.csv"
    file.write_text(
        "insee_com,commune,code_postal,commune_type,lat,lng\n75056,Paris,75001,COM,48.86,2.34\n"
        "75111,Paris 11e Arrondissement,75011,ARM,48.86,2.38\n13216,Marseille 16e Arrondissement,13016,ARM,43.36,5.3\n"
    )
    assert actions.import_communes(file).added == 0
    assert Commune.objects.filter(part_of="75056").count() == 20
    assert Commune.objects.get(pk="13216").part_of == "13055"
    assert Commune.objects.get(pk="75056").part_of == ""
    assert [one.pk for one in queries.find_communes("paris", 1)] == ["75056"]


@pytest.mark.parametrize(
    ("content", "no"),
    [
        (b"", actions.FileIsUnreadable),
        (b"\x1f\x8bnot gzip", actions.FileIsUnreadable),
        (gzip.compress(b"\x00" * 1000, mtime=0), actions.FileSaysTooLittle),
        (b"PK\x03\x04" + bytes(range(256)), actions.FileIsUnreadable),
        (b"nom;population\nRennes;1\n", actions.FileSaysTooLittle),
        (b"insee;nom;lat;lon\n", actions.FileIsUnreadable),
        (b'insee;nom;lat;lon\n"' + b"x" * 200_000, actions.FileIsUnreadable),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(tmp_path: Path, content: bytes, no: type) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(content)
    with pytest.raises(no) as said:
        actions.import_communes(file)
    assert len(str(said.value)) > 30 and not Commune.objects.exists()


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(actions.FileIsUnreadable):
        actions.import_communes(tmp_path / "nothing.csv")


def test_plain_words() -> None:
    assert plain("L’Haÿ-les-Roses") == "l hay les roses"
    assert plain("Œuilly") == "oeuilly"
