from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.kernel.files import actions
from maillage.kernel.files.models import File
from maillage.kernel.people.models import Person

pytestmark = pytest.mark.usefixtures("own_folder")
PDF = b"%PDF-1.7\n" + b"secret words " * 40


@pytest.fixture
def kept(amina: Person, now: datetime) -> File:
    return actions.keep(content=PDF, name="../../récépissé.pdf", owner_person=amina, now=now)


def test_what_is_kept_is_read_back_and_stands_encrypted(kept: File, tmp_path: Path) -> None:
    assert actions.read(kept) == PDF
    assert (kept.name, kept.mime, kept.size) == ("récépissé.pdf", "application/pdf", len(PDF))
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"secret" not in stored


def test_an_altered_file_is_refused(kept: File) -> None:
    path = actions.path_of(kept.storage_key)
    path.write_bytes(path.read_bytes()[:-1] + b"A")
    with pytest.raises(actions.FileIsDamaged):
        actions.read(kept)


def test_another_key_reads_nothing(kept: File, settings: object) -> None:
    settings.FIELD_KEY = b"A" * 43 + b"="  # type: ignore[attr-defined]
    with pytest.raises(actions.FileIsDamaged):
        actions.read(kept)


@pytest.mark.parametrize(
    ("content", "no"),
    [
        (b"", actions.FileIsEmpty),
        (b"MZ\x90\x00" + b"\0" * 300, actions.FileIsOfAnotherKind),
        (b"<svg onload=alert(1)>", actions.FileIsOfAnotherKind),
        (b"just words", actions.FileIsOfAnotherKind),
        (PDF + b"x" * actions.LARGEST, actions.FileIsTooLarge),
    ],
)
def test_what_is_no_paper_is_refused(amina: Person, now: datetime, content: bytes, no: type) -> None:
    with pytest.raises(no):
        actions.keep(content=content, name="reçu.pdf", owner_person=amina, now=now)
    assert not File.objects.across(reason="test").exists()


def test_what_is_destroyed_is_gone(kept: File, django_capture_on_commit_callbacks: object) -> None:
    path = actions.path_of(kept.storage_key)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        actions.destroy(kept)
    assert not path.exists()


@given(st.text(max_size=300))
def test_a_name_is_never_a_path(name: str) -> None:
    cleaned = actions.clean_name(name)
    assert 1 <= len(cleaned) <= 120
    assert not set(cleaned) & set("/\\\0\n\u202e")
    assert cleaned not in (".", "..")
