"""The State's register comes in whatever shape its file has; what is wrong is told line by line, never as an error of ours."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from maillage.kernel.imports import actions as imports
from maillage.kernel.imports import reading
from maillage.kernel.imports.models import Import
from maillage.kernel.organisations import register
from maillage.kernel.organisations.models import RegisterEntry
from maillage.kernel.refusal import Refused

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
REAL = Path(__file__).resolve().parents[5] / "shared" / "data" / "solidarity" / "rna"
WALDEC = register.WALDEC.format("", "").split()
OLD_WALDEC = register.WALDEC.format("telephone ", "email ").split()
IMPORT = register.IMPORT.format("", "").split()
Write = Callable[..., Path]


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.VAR = tmp_path


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A file of lines given as {column: value}; every other cell is empty."""

    def made(
        *rows: dict[str, str], columns: list[str] = WALDEC, separator: str = ";", encoding: str = "utf-8",
        heading: bool = True, name: str = "rna.csv",
    ) -> Path:  # fmt: skip
        text = io.StringIO()
        writer = csv.writer(text, delimiter=separator, lineterminator="\n")
        if heading:
            writer.writerow(columns)
        writer.writerows([row.get(column, "") for column in columns] for row in rows)
        path = tmp_path / name
        path.write_bytes(text.getvalue().encode(encoding, "replace"))
        return path

    return made


def line(number: str = "W353001234", **said: str) -> dict[str, str]:
    usual = {
        "titre": "LES AMIS DU MOULIN", "titre_court": "LES AMIS DU MOULIN", "objet": "sauvegarder le moulin, à Bruz",
        "position": "A", "groupement": "S", "adrs_numvoie": "3", "adrs_typevoie": "RUE", "adrs_libvoie": "de la Forge",
        "adrs_codeinsee": "35047", "adrs_codepostal": "35170", "adrs_libcommune": "Bruz", "objet_social1": "006030",
        "objet_social2": "000000", "date_creat": "1998-02-12", "date_decla": "2015-01-21", "date_publi": "0001-01-01",
        "date_disso": "0001-01-01", "maj_time": "2015-02-09 12:51:34", "id": number,
    }  # fmt: skip
    return usual | said


def bring(path: Path) -> Import:
    [made] = register.import_rna([path], now=NOW, chunk=3)
    return made


def entry(number: str = "W353001234") -> RegisterEntry:
    return RegisterEntry.objects.get(number=number)


def counts(made: Import) -> tuple[int, int, int, int, int]:
    return made.read, made.added, made.changed, made.same, made.refused


def refused(made: Import) -> list[list[str]]:
    """The lines of the file of refused ones, without its heading."""
    return list(csv.reader(io.StringIO(made.refused_path.read_text("utf-8-sig")), delimiter=";"))[1:]


# ── Both layouts ──────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("columns", [WALDEC, OLD_WALDEC], ids=["39 columns", "41 columns"])
def test_a_line_of_the_waldec_layout_is_read_cell_by_cell(write: Write, columns: list[str]) -> None:
    made = bring(write(line(siret="12345678900012", siteweb="moulin.example"), columns=columns))
    assert (made.layout, counts(made)) == ("waldec", (1, 1, 0, 0, 0))
    found = entry()
    assert (found.layout, found.rna_number, found.siret) == ("waldec", "W353001234", "12345678900012")
    assert (found.title, found.purpose) == ("LES AMIS DU MOULIN", "sauvegarder le moulin, à Bruz")
    assert (found.seat, found.insee, found.postcode) == ("3 RUE de la Forge", "35047", "35170")
    assert (found.activity_1, found.activity_2, found.grouping, found.position) == ("006030", "", "S", "A")
    assert (found.created_on, found.declared_on) == (date(1998, 2, 12), date(2015, 1, 21))
    assert (found.published_on, found.dissolved_on, found.updated_on) == (None, None, date(2015, 2, 9))
    assert found.website == "moulin.example"


def test_what_the_file_says_of_who_declared_is_never_kept(write: Write) -> None:
    private = {"telephone": "0299123456", "email": "quelquun@exemple.localhost", "adrg_declarant": "DUPONT"}
    bring(write(line(**private), columns=OLD_WALDEC))
    said = repr(RegisterEntry.objects.values().get())
    assert not [word for word in private.values() if word in said]


def test_a_line_of_the_import_layout_knows_its_new_number(write: Write) -> None:
    old = {
        "id": "751P00085568", "titre": "INDIGO", "adr1": "10   BD  Brune", "adrs_codepostal": "75014", "libcom": "PARIS",
        "adrs_codeinsee": "75114", "observation": "W751085568", "position": "R", "maj_time": "2013-07-10 07:33:24",
    }  # fmt: skip
    made = bring(write(old, columns=IMPORT))
    assert (made.layout, counts(made)) == ("import", (1, 1, 0, 0, 0))
    found = entry("751P00085568")
    assert (found.rna_number, found.seat, found.commune_name) == ("W751085568", "10 BD Brune", "PARIS")


@pytest.mark.parametrize("columns", [WALDEC, OLD_WALDEC])
def test_a_file_cut_without_its_headings_is_recognised(write: Write, columns: list[str]) -> None:
    made = bring(write(line(), line("W353001235"), columns=columns, heading=False))
    assert counts(made) == (2, 2, 0, 0, 0)


def test_headings_in_another_order_or_written_loudly_do_as_well(write: Write) -> None:
    loud = [column.upper() for column in reversed(WALDEC)]
    made = bring(write({key.upper(): value for key, value in line().items()}, columns=loud))
    assert (made.layout, entry().postcode) == ("waldec", "35170")


# ── Separators and encodings ──────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_any_separator_does(write: Write, separator: str) -> None:
    made = bring(write(*[line(f"W35300123{n}") for n in range(4)], separator=separator))
    assert (made.separator, counts(made)) == (separator, (4, 4, 0, 0, 0))
    assert entry("W353001230").purpose == "sauvegarder le moulin, à Bruz"  # its comma is not a separator


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1"])
def test_accents_are_read_in_any_encoding(write: Write, encoding: str) -> None:
    bring(write(line(titre="THÉÂTRE DE L’ÉTÉ" if encoding != "latin-1" else "THÉÂTRE DE L'ÉTÉ"), encoding=encoding))
    assert entry().title.replace("’", "'") == "THÉÂTRE DE L'ÉTÉ"


def test_the_euro_sign_of_cp1252_is_one(write: Write) -> None:
    bring(write(line(objet="récolter 5 € chacun"), encoding="cp1252"))
    assert entry().purpose == "récolter 5 € chacun"


def test_files_that_mix_two_encodings_are_read_line_by_line(write: Write, tmp_path: Path) -> None:
    one = write(line(titre="ÉTÉ"), encoding="utf-8", name="a.csv").read_bytes()
    two = write(line("W353001235", titre="HIVER ÉCLAIRÉ"), encoding="cp1252", heading=False, name="b.csv").read_bytes()
    (tmp_path / "both.csv").write_bytes(one + two)
    bring(tmp_path / "both.csv")
    assert (entry().title, entry("W353001235").title) == ("ÉTÉ", "HIVER ÉCLAIRÉ")


def test_accents_lost_before_us_leave_the_rest(write: Write) -> None:
    made = bring(write(line(titre="THTRE DE L T", objet="dvpt et dmocratisation"), encoding="ascii"))
    assert (counts(made), entry().title) == ((1, 1, 0, 0, 0), "THTRE DE L T")


def test_the_line_ends_of_the_old_macintosh_do(write: Write) -> None:
    path = write(line(), line("W353001235", titre="x"))
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r"))
    made = bring(path)
    assert (counts(made), made.line) == ((2, 2, 0, 0, 0), 3)
    assert entry().title == "LES AMIS DU MOULIN"


def test_windows_line_ends_and_a_missing_last_one_do(write: Write) -> None:
    path = write(line(), line("W353001235"))
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n").rstrip())
    assert counts(bring(path)) == (2, 2, 0, 0, 0)


# ── Dates and codes ───────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2008-02-12", date(2008, 2, 12)), ("12/02/2008", date(2008, 2, 12)), ("2008-02-12 14:40:18", date(2008, 2, 12)),
        ("0001-01-01", None), ("0000-00-00", None), ("2015-02-30", None), ("99/99/9999", None), ("", None), ("_", None),
        ("hier", None), ("3015-01-01", None), ("1901-07-01", date(1901, 7, 1)),
    ],
)  # fmt: skip
def test_dates_that_are_none_are_no_date(write: Write, written: str, read: date | None) -> None:
    bring(write(line(date_creat=written)))
    assert entry().created_on == read


@pytest.mark.parametrize(
    ("cells", "read"),
    [
        ({"adrs_codeinsee": "1004", "adrs_codepostal": "1500"}, ("01004", "01500")),
        ({"adrs_codeinsee": "2A004", "adrs_codepostal": "20000"}, ("2A004", "20000")),
        ({"adrs_codeinsee": "2b033", "adrs_codepostal": "20200"}, ("2B033", "20200")),
        ({"adrs_codeinsee": "00000", "adrs_codepostal": "_"}, ("", "")),
        ({"adrs_codeinsee": "97411", "adrs_codepostal": "97400"}, ("97411", "97400")),
        ({"adrs_codeinsee": "Bruz", "adrs_codepostal": "35 170 CEDEX"}, ("", "")),
    ],
)
def test_codes_stay_text_and_get_their_zeros_back(write: Write, cells: dict[str, str], read: tuple[str, str]) -> None:
    bring(write(line(**cells)))
    assert (entry().insee, entry().postcode) == read


@pytest.mark.parametrize("nothing", ["_", "", "NULL", '"', "-"])
def test_what_stands_for_nothing_is_nothing(write: Write, nothing: str) -> None:
    bring(write(line(titre_court=nothing, adrs_numvoie=nothing, siteweb=nothing, siret=nothing)))
    found = entry()
    assert (found.short_title, found.seat, found.website, found.siret) == ("", "RUE de la Forge", "", "")


@pytest.mark.parametrize(
    ("number", "is_one"),
    [("W9T1002867", True), ("W2A1000123", True), ("W353001234", True), ("w353001234", True), ("W35300123", False),
     ("X353001234", False), ("", False), ("W3530012345", False)],
)  # fmt: skip
def test_numbers_have_letters_and_wrong_ones_are_refused(write: Write, number: str, is_one: bool) -> None:
    made = bring(write(line("W353009999"), line(number)))
    assert counts(made) == ((2, 2, 0, 0, 0) if is_one else (2, 1, 0, 0, 1))
    assert RegisterEntry.objects.filter(number=number.upper()).exists() == is_one


def test_every_position_is_kept_and_an_empty_one_follows_from_the_dissolution(write: Write) -> None:
    rows = [line(f"W35300123{n}", position=p) for n, p in enumerate("ADSR")]
    rows += [line("W353001238", position="", date_disso="2020-01-01"), line("W353001239", position="")]
    made = bring(write(*rows, line("W353001240", position="Z")))
    assert RegisterEntry.objects.order_by("number").values_list("position", flat=True)[0:6][::1] == list("ADSRDA")
    assert [row[1] for row in refused(made)] == ["position inconnue : « Z »"]


def test_a_line_without_a_title_takes_its_short_one_or_is_refused(write: Write) -> None:
    made = bring(write(line(titre="_", titre_court="MOULIN"), line("W353001235", titre="", titre_court="")))
    assert entry().title == "MOULIN"
    assert [row[:2] for row in refused(made)] == [["3", "pas de titre"]]


# ── Again, newer, older ───────────────────────────────────────────────────────────────────────
def test_the_same_file_twice_changes_nothing(write: Write) -> None:
    path = write(*[line(f"W35300123{n}", titre=f"MOULIN {n}") for n in range(8)])
    first, again = bring(path), bring(path)
    assert (counts(first), counts(again)) == ((8, 8, 0, 0, 0), (8, 0, 0, 8, 0))
    assert RegisterEntry.objects.count() == 8


def test_a_newer_line_replaces_and_is_found_by_its_new_words_only(write: Write) -> None:
    bring(write(line()))
    assert register.index.find("moulin") == [entry().pk]
    made = bring(write(line(titre="LES AMIS DU FOUR", titre_court="", maj_time="2020-01-01 00:00:00"), name="new.csv"))
    assert (counts(made), entry().title) == ((1, 0, 1, 0, 0), "LES AMIS DU FOUR")
    assert (register.index.find("moulin"), register.index.find("four")) == ([], [entry().pk])


def test_an_older_line_changes_nothing(write: Write) -> None:
    bring(write(line(maj_time="2020-01-01 00:00:00")))
    made = bring(write(line(titre="D’AVANT", maj_time="2009-01-01 00:00:00"), name="old.csv"))
    assert (counts(made), entry().title) == ((1, 0, 0, 1, 0), "LES AMIS DU MOULIN")


def test_of_two_lines_of_one_file_the_newer_one_wins_whatever_their_order(write: Write) -> None:
    new, old = line(titre="NEUF", maj_time="2020-01-01"), line(titre="VIEUX", maj_time="2010-01-01")
    bring(write(new, old))
    assert entry().title == "NEUF"


def test_one_that_leaves_the_register_is_no_longer_found_by_words(write: Write) -> None:
    bring(write(line()))
    bring(write(line(position="S", maj_time="2021-01-01"), name="new.csv"))
    assert (register.index.find("moulin"), entry().position) == ([], "S")


def test_writing_by_hand_equals_the_plain_form(write: Write) -> None:
    """The import writes SQL of its own: it must leave the very row that the model would."""
    bring(write(line()))
    made = RegisterEntry.objects.values().get()
    key = made.pop("id")
    RegisterEntry.objects.all().delete()
    plain = RegisterEntry.objects.create(pk=key, **made)
    plain.refresh_from_db()
    assert RegisterEntry.objects.values().get() == {"id": key, **made}


# ── Cut short ─────────────────────────────────────────────────────────────────────────────────
class Killed(BaseException):
    """What a kill looks like from inside: nothing after it runs."""


def test_a_killed_import_goes_on_where_it_stopped(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "BLOCK", 900)  # a few lines
    rows = [line(f"W3530012{n:02}", titre=f"MOULIN {n}") for n in range(40)]
    rows[5]["titre"] = rows[5]["titre_court"] = ""
    path = write(*rows)
    seen: list[int] = []

    def killed(made: Import, _done: int, _size: int) -> None:
        seen.append(made.read)
        if made.read > 12:
            raise Killed

    with pytest.raises(Killed):
        register.import_rna([path], now=NOW, progress=killed, chunk=4)
    half = Import.objects.get()
    assert 12 < half.read < 40 and half.ended_at is None
    assert RegisterEntry.objects.count() == half.added
    made = bring(path)
    assert made.pk == half.pk and made.ended_at
    assert counts(made) == (40, 39, 0, 0, 1)
    assert [row[0] for row in refused(made)] == ["7"]


def test_what_a_killed_run_wrote_of_refused_lines_is_not_told_twice(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It died after writing the lines, before committing the chunk they belong to."""
    path = write(line("faux"), line("W353001235"))
    with monkeypatch.context() as patched:
        real = imports.write_refused

        def write_then_die(found: Import, lines: list[str]) -> int:
            real(found, lines)
            raise Killed

        patched.setattr(imports, "write_refused", write_then_die)
        with pytest.raises(Killed):
            bring(path)
    assert RegisterEntry.objects.count() == 0
    assert [row[0] for row in refused(bring(path))] == ["2"]


def test_another_file_of_the_same_name_begins_anew(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "BLOCK", 900)
    rows = [line(f"W3530012{n:02}") for n in range(20)]

    def killed(_made: Import, _done: int, _size: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        register.import_rna([write(*rows)], now=NOW, progress=killed, chunk=4)
    other = [line(f"W3530012{n:02}", titre="AUTRE NOM DU MEME", maj_time="2021-01-01") for n in range(20)]
    made = bring(write(*other))
    assert Import.objects.count() == 2
    assert (made.read, made.line) == (20, 21)
    assert set(RegisterEntry.objects.values_list("title", flat=True)) == {"AUTRE NOM DU MEME"}


# ── Hostile files ─────────────────────────────────────────────────────────────────────────────
def test_each_refused_line_is_told_with_its_number_and_why(write: Write) -> None:
    path = write(line("W353001230"), line("W353001231"), line("W353001232"), line("W353001233"), line("W353001234"))
    lines = path.read_bytes().split(b"\n")
    lines[2] = lines[2].replace(b"moulin", b"mou\x00lin")  # a NUL
    lines[3] = b"trop;court"  # wrong columns
    lines[4] = lines[4].replace(b";A;", b";" + b"A" * 300_000 + b";")  # a gigantic line
    path.write_bytes(b"\n".join(lines))
    made = bring(path)
    assert counts(made) == (5, 2, 0, 0, 3)
    assert [row[:2] for row in refused(made)] == [
        ["3", "la ligne contient un octet nul"],
        ["4", "2 colonnes au lieu de 39"],
        ["5", "ligne beaucoup trop longue"],
    ]
    assert set(RegisterEntry.objects.values_list("number", flat=True)) == {"W353001230", "W353001234"}


def test_a_quote_left_open_takes_only_its_own_line(write: Write) -> None:
    path = write(*[line(f"W3530012{n:02}") for n in range(30)])
    lines = path.read_text().split("\n")
    lines[3] = lines[3].replace("LES AMIS", '"LES AMIS', 1)
    path.write_text("\n".join(lines))
    made = bring(path)
    assert (made.added, made.refused, [row[0] for row in refused(made)]) == (29, 1, ["4"])


def test_a_purpose_on_several_lines_is_one_line_of_the_register(write: Write) -> None:
    bring(write(line(objet='chanter\nen « chœur »\n"toujours"'), line("W353001235")))
    assert entry().purpose == 'chanter en « chœur » "toujours"'
    assert RegisterEntry.objects.count() == 2


def test_cells_that_are_formulas_are_told_harmlessly(write: Write) -> None:
    made = bring(write(line('=HYPERLINK("http://x")'), line("W353001235", titre="=1+1")))
    [row] = refused(made)
    assert row[2].startswith("'=HYPERLINK")
    assert entry("W353001235").title == "=1+1"  # what the register says; exports make it harmless


@pytest.mark.parametrize(
    ("content", "no"),
    [
        (b"", reading.FileIsEmpty), (b"  \n \n", reading.FileIsEmpty), (b"PK\x03\x04rest", reading.FileIsNotText),
        ("id;titre;position\n".encode("utf-16"), reading.FileIsUtf16), (b"%PDF-1.7 \n x", reading.FileIsNotText),
        (b"a;b;c\n1;2;3\n", register.NotTheRegister), (b"hello", register.NotTheRegister),
        (bytes(range(256)) * 40, reading.FileIsNotText), (b"id;titre\n1;2\n", register.NotTheRegister),
    ],
)  # fmt: skip
def test_what_is_no_register_is_said_so(tmp_path: Path, content: bytes, no: type[Refused]) -> None:
    path = tmp_path / "no.csv"
    path.write_bytes(content)
    with pytest.raises(no) as said:
        bring(path)
    assert str(said.value).endswith(".") or "(" in str(said.value)
    assert not Import.objects.exists()


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(reading.FileIsMissing):
        bring(tmp_path / "absent.csv")


HEAD = ";".join(WALDEC).encode() + b"\n"
GOOD = ";".join(line().get(column, "") for column in WALDEC).encode() + b"\n"


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.one_of(st.binary(max_size=600), st.lists(st.binary(max_size=60), max_size=8).map(b"\n".join)), st.booleans())
@example(b'"' * 50, True)
@example(b"\r\r\n\r", True)
@example(GOOD * 3 + b'W353001235;"', True)
@example(b";" * 38 + b"\n", True)
@example(GOOD.replace(b"2015-01-21", b"2015-01-21\x85\xe2\x80\xa8"), True)
@example(GOOD.replace(b"35047", "٣٥٠٤٧".encode()), True)
def test_any_bytes_give_a_refusal_or_counts(tmp_path: Path, content: bytes, is_headed: bool) -> None:
    path = tmp_path / "any.csv"
    path.write_bytes(HEAD + content if is_headed else content)
    try:
        made = bring(path)
    except Refused:
        return
    finally:
        Import.objects.filter(ended_at=None).delete()
    assert made.read == made.added + made.changed + made.same + made.refused
    if made.refused:
        assert len(refused(made)) >= 1
    made.refused_path.unlink(missing_ok=True)


# ── Found by words ────────────────────────────────────────────────────────────────────────────
def test_words_may_be_brought_in_later(write: Write) -> None:
    register.import_rna([write(line())], now=NOW, with_words=False)
    assert register.index.find("moulin") == []
    assert (register.index_register(), register.index_register()) == (1, 0)
    assert register.index.find("moulin") == [entry().pk]


# ── Real files ────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def real() -> Path:
    if not REAL.is_dir():
        pytest.skip("the real files of the register are not beside this clone")
    return REAL


@pytest.mark.real_files
def test_the_real_files_come_in_whole(real: Path) -> None:
    waldec, old = register.import_rna(sorted(real.glob("rna_sample_*.csv"), reverse=True), now=NOW)
    assert (waldec.layout, counts(waldec)) == ("waldec", (3, 3, 0, 0, 0))
    assert (old.layout, counts(old)) == ("import", (3, 3, 0, 0, 0))
    owl = entry("W632007046")
    assert (owl.position, owl.dissolved_on, owl.seat) == ("D", date(2015, 1, 20), "35 RUE Pascal")
    assert (owl.insee, owl.postcode, owl.commune_name) == ("63113", "63000", "Clermont-Ferrand")
    assert entry("W012000002").short_title == "ARIADNE" and entry("W012000002").published_on is None
    assert entry("751P00085568").rna_number == "W751085568" and entry("751P00085568").position == "R"
    assert register.index.find("ariadne") == [entry("W012000002").pk]
    assert "0100000000" not in repr(list(RegisterEntry.objects.values()))


@pytest.mark.real_files
def test_the_real_files_a_second_time_change_nothing(real: Path) -> None:
    paths = sorted(real.glob("rna_sample_*.csv"))
    register.import_rna(paths, now=NOW)
    assert [counts(made) for made in register.import_rna(paths, now=NOW)] == [(3, 0, 0, 3, 0)] * 2
