"""A document is tagged, says its language and title, is checked by its code, and is handed over again byte for byte."""

import hashlib
import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from maillage.kernel import hooks
from maillage.kernel.documents import actions
from maillage.kernel.documents.models import Issued
from maillage.kernel.files import actions as files
from maillage.kernel.organisations.models import Organisation
from maillage.kernel.people.models import Person

TEMPLATE = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title)
#set text(lang: "fr", font: "Atkinson Hyperlegible")
= #data.title
#data.words
#image(bytes(data.qr), format: "svg", width: 2cm, alt: "Code à vérifier")
#data.code
"""


@pytest.fixture(autouse=True)
def kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[None]:
    settings.STORED_FILES = tmp_path / "files"
    template = tmp_path / "tried.typ"
    template.write_text(TEMPLATE)
    monkeypatch.setattr(actions, "template_path", lambda name: template)
    hooks.document_kinds.add(
        hooks.DocumentKind("tried.paper", "papier", told=lambda summary: f"{summary['minutes']} minutes")
    )
    yield
    hooks.document_kinds._items[:] = [one for one in hooks.document_kinds if one.name != "tried.paper"]


def issue(organisation: Organisation, by: Person, now: datetime, words: str = "bonjour") -> tuple[Issued, bytes]:
    issued = actions.issue(
        kind="tried.paper", organisation=organisation, template="x", data={"title": "Attestation", "words": words},
        about=organisation, by=by, now=now, summary={"minutes": 90},
    )  # fmt: skip
    return issued, actions.read(issued)


def test_it_is_tagged_and_says_its_language_and_title(les_jardins: Organisation, bruno: Person, now: datetime) -> None:
    _issued, content = issue(les_jardins, bruno, now)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in pdf.Root
        assert str(pdf.Root.Lang).startswith("fr")
        with pdf.open_metadata() as told:
            assert "Attestation" in str(told["dc:title"])
            assert told["pdfuaid:part"] == "1"


def test_words_are_never_markup(les_jardins: Organisation, bruno: Person, now: datetime) -> None:
    hostile = '#read("/etc/passwd") $ = * _ " \\ ] ) #import "@preview/x:1.0.0"'
    assert issue(les_jardins, bruno, now, hostile)[1].startswith(b"%PDF")


def test_it_is_handed_over_again_byte_for_byte(les_jardins: Organisation, bruno: Person, now: datetime) -> None:
    issued, content = issue(les_jardins, bruno, now)
    assert actions.read(issued) == content and hashlib.sha256(content).hexdigest() == issued.sha256
    assert issued.told == "90 minutes"


def test_a_code_is_found_as_people_type_it(les_jardins: Organisation, bruno: Person, now: datetime) -> None:
    issued, _content = issue(les_jardins, bruno, now)
    for typed in (issued.code, issued.code.lower(), issued.code.replace("-", " "), f" {issued.code} "):
        assert actions.find(typed) == issued
    for typed in ("", "AAAA", "ZZZZ-ZZZZ-ZZZZ", "é" * 40, "\x00"):
        assert actions.find(typed) is None


def test_a_withdrawn_document_says_so(les_jardins: Organisation, bruno: Person, now: datetime) -> None:
    issued, _content = issue(les_jardins, bruno, now)
    actions.withdraw(issued=issued, by=bruno, now=now)
    found = actions.find(issued.code)
    assert found and found.withdrawn_at == now


def test_a_file_that_is_gone_is_a_sentence(les_jardins: Organisation, bruno: Person, now: datetime) -> None:
    issued, _content = issue(les_jardins, bruno, now)
    assert issued.file
    files.path_of(issued.file.storage_key).unlink()
    with pytest.raises(files.FileIsDamaged):
        actions.read(issued)


@pytest.mark.parametrize(
    "words", ["🌱 Jardin ☀️", "👩🏽‍🌾", "\x07sonnette", "\u202etsetta", "\ufeff", "Łódź, Ελένη, Șț", "\ue000"]
)
def test_drawings_and_unseen_signs_never_stop_a_document(
    les_jardins: Organisation, bruno: Person, now: datetime, words: str
) -> None:
    assert issue(les_jardins, bruno, now, words)[1].startswith(b"%PDF")


def test_letters_that_no_font_has_are_refused_with_a_sentence(
    les_jardins: Organisation, bruno: Person, now: datetime
) -> None:
    with pytest.raises(actions.CannotBePrinted, match="lettres latines"):
        issue(les_jardins, bruno, now, "ꯃꯤꯇꯩ ꓠꓲꓢꓴ 𐎀𐎁𐎂")
    assert not Issued.objects.of(les_jardins).exists()


def test_a_fault_of_the_template_is_not_hidden(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "broken.typ"
    broken.write_text("#nothing-of-the-sort")
    monkeypatch.setattr(actions, "template_path", lambda name: broken)
    with pytest.raises(actions.typst.TypstError):
        actions.make_pdf("x", {})
