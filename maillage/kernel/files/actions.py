"""Keeping a file, reading it back, destroying it."""

import hashlib
import re
import secrets
import unicodedata
from datetime import datetime
from pathlib import Path

import puremagic
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from maillage.kernel.files.models import File
from maillage.kernel.organisations.models import Organisation
from maillage.kernel.people.models import Person
from maillage.kernel.refusal import Refused

LARGEST = 8 * 1024 * 1024
PAPERS = frozenset({"application/pdf", "image/jpeg", "image/png"})


class FileIsEmpty(Refused):
    sentence = _("Ce fichier est vide. Choisissez-en un autre.")


class FileIsTooLarge(Refused):
    sentence = _("Ce fichier est trop lourd : {size} Mo, pour {most} Mo au plus. Une photo moins grande suffit.")


class FileIsOfAnotherKind(Refused):
    sentence = _("Nous ne lisons pas ce genre de fichier. Envoyez un PDF, ou une photo (JPEG ou PNG).")


class FileIsDamaged(Refused):
    sentence = _("Ce fichier ne peut plus être lu. Prévenez l’équipe technique.")


def keep(
    *,
    content: bytes,
    name: str,
    now: datetime,
    owner_person: Person | None = None,
    owner_organisation: Organisation | None = None,
) -> File:
    """Check and keep a file. Raises FileIsEmpty, FileIsTooLarge, FileIsOfAnotherKind (told from the bytes)."""
    if not content:
        raise FileIsEmpty
    if len(content) > LARGEST:
        raise FileIsTooLarge(size=round(len(content) / 1e6, 1), most=round(LARGEST / 1e6))
    mime = mime_of(content)
    if mime not in PAPERS:
        raise FileIsOfAnotherKind
    key = secrets.token_hex(16)
    path = path_of(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    with transaction.atomic():
        made = File.objects.create(
            storage_key=key, name=clean_name(name), mime=mime, size=len(content), kept_at=now,
            sha256=hashlib.sha256(content).hexdigest(), person=owner_person, organisation=owner_organisation,
        )  # fmt: skip
        # Written before the row is committed: a row never points to nothing. An orphan file says nothing to anybody.
        path.write_bytes(Fernet(settings.FIELD_KEY).encrypt(content))
    return made


def read(file: File) -> bytes:
    """The clear bytes. Raises FileIsDamaged when they are gone, altered, or locked under another key."""
    try:
        content = Fernet(settings.FIELD_KEY).decrypt(path_of(file.storage_key).read_bytes())
    except (OSError, InvalidToken):
        raise FileIsDamaged from None
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise FileIsDamaged
    return content


def destroy(file: File) -> None:
    """The row goes with the transaction, the bytes once it is committed."""
    path = path_of(file.storage_key)
    file.delete()
    transaction.on_commit(lambda: path.unlink(missing_ok=True))


def path_of(key: str) -> Path:
    return Path(settings.STORED_FILES) / key[:2] / key


def mime_of(content: bytes) -> str:
    """What the bytes are, whatever their name says."""
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    try:
        return str(puremagic.from_string(content[:4096], mime=True))
    except (puremagic.PureError, ValueError):
        return ""


def clean_name(name: str) -> str:
    """A name to show, never a path: NFC, no control or bidirectional characters, 120 signs."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join(c for c in last if unicodedata.category(c)[0] != "C").strip(" .")
    return kept[-120:] or "document"
