"""Making a PDF, handing it over, checking it."""

import hashlib
import io
import json
import re
import secrets
import unicodedata
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import segno
import typst
from django.conf import settings
from django.db import models, transaction
from django.template.utils import get_app_template_dirs
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from maillage.kernel import hooks
from maillage.kernel.codes import SIGNS, in_fours, signs_of
from maillage.kernel.documents import facts
from maillage.kernel.documents.models import Issued
from maillage.kernel.files import actions as files
from maillage.kernel.organisations.models import Organisation
from maillage.kernel.people.models import Person
from maillage.kernel.refusal import Refused
from maillage.kernel.secret_link import absolute

CODE_SIGNS = 12


@lru_cache(maxsize=64)
def template_path(name: str) -> Path:
    for folder in get_app_template_dirs("templates"):
        if (path := Path(folder) / name).is_file():
            return path
    raise LookupError(f"no document template {name!r}")


@lru_cache(maxsize=1)
def fonts() -> list[str]:
    """The house's typeface when the browser libraries were fetched; else those inside Typst."""
    folder = Path(settings.BASE) / "maillage" / "web" / "static" / "vendor" / "fonts"
    return [str(folder)] if folder.is_dir() else []


class CannotBePrinted(Refused):
    """Letters that none of our fonts draws: a paper full of empty squares would attest nothing."""

    sentence = _(
        "Un nom ou un titre contient des lettres que nos documents ne savent pas imprimer. Écrivez-le aussi en lettres latines."
    )


def make_pdf(template: str, data: dict[str, Any]) -> bytes:
    """Set `data` (plain JSON; never markup) in a Typst template: PDF/UA-1, tagged, with its language and title.

    The template reads `json(bytes(sys.inputs.data))`. It sees its own folder only, and no network. Signs that are not to
    be seen are left out; small drawings (🌱) too when no font has them. Raises CannotBePrinted for whole letters.
    """
    path = template_path(template)
    for words in (seen(data), without_drawings(seen(data))):
        try:
            made = typst.compile(
                str(path), root=str(path.parent), font_paths=fonts(), format="pdf", pdf_standards=["ua-1"],
                sys_inputs={"data": json.dumps(words, ensure_ascii=False)},
            )  # fmt: skip
        except typst.TypstError as error:
            if "could not be displayed" not in str(error):
                raise
        else:
            assert isinstance(made, bytes)
            return made
    raise CannotBePrinted


# Controls, marks that turn the sense of reading (a name must not read otherwise than it is written), halves of pairs.
UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufff9-\uffff]"
)


def seen(told: Any) -> Any:
    return changed(told, lambda text: UNSEEN.sub("", text))


def without_drawings(told: Any) -> Any:
    """Symbols, what joins or colours them, and what is no sign at all."""
    kinds = {"So", "Sk", "Co", "Cn", "Cf", "Me"}
    return changed(
        told, lambda text: "".join(c for c in text if unicodedata.category(c) not in kinds and c != "\ufe0f").strip()
    )


def changed(told: Any, how: Callable[[str], str]) -> Any:
    """`told` with each of its texts put through `how`."""
    if isinstance(told, str):
        return how(told)
    if isinstance(told, dict):
        return {key: changed(one, how) for key, one in told.items()}
    return [changed(one, how) for one in told] if isinstance(told, list) else told


def qr_of(address: str) -> str:
    """A QR code as SVG text, for a template: `image(bytes(data.qr), format: "svg")`."""
    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="svg", border=0, xmldecl=False, scale=4)
    return out.getvalue().decode()


def new_code() -> str:
    return in_fours("".join(secrets.choice(SIGNS) for _ in range(CODE_SIGNS)))


@transaction.atomic
def issue(
    *,
    kind: str,
    organisation: Organisation,
    template: str,
    data: dict[str, Any],
    about: models.Model,
    by: Person,
    now: datetime,
    summary: dict[str, Any],
) -> Issued:
    """Hand over a document: its code and the address to check it are added to `data` as `check`, `code`, `qr`.

    It speaks French, whatever the language of whoever asks: it is made for third parties. The file is kept encrypted, so
    that the same bytes can be handed over again (`read`). Raises CannotBePrinted.
    """
    hooks.document_kinds.named(kind)
    code = new_code()
    check = absolute(reverse("web:check_document", args=[code]))
    with translation.override("fr"):
        content = make_pdf(template, {**data, "code": code, "check": check, "qr": qr_of(check)})
    file = files.keep(
        content=content, name=f"{kind.rpartition('.')[2]}-{code}.pdf", now=now, owner_organisation=organisation
    )
    made = Issued.objects.create(
        code=code, kind=kind, organisation=organisation, about_model=about._meta.label_lower, about_id=about.pk,
        file=file, sha256=hashlib.sha256(content).hexdigest(), summary=summary, by=by, at=now,
    )  # fmt: skip
    facts.issued.record(about=made, by=by, organisation=organisation, at=now, kind=kind)
    return made


def read(issued: Issued) -> bytes:
    """The very bytes that were handed over. Raises FileIsDamaged when they are gone."""
    if issued.file is None:
        raise files.FileIsDamaged
    return files.read(issued.file)


@transaction.atomic
def withdraw(*, issued: Issued, by: Person, now: datetime) -> Issued:
    """Say that a document no longer holds: its check page says so. Twice is once."""
    issued = Issued.objects.of(issued.organisation).select_for_update().get(pk=issued.pk)
    if issued.withdrawn_at is None:
        issued.withdrawn_at = now
        issued.save(update_fields=["withdrawn_at"])
        facts.withdrawn.record(about=issued, by=by, organisation=issued.organisation, at=now, kind=issued.kind)
    return issued


def find(code: str) -> Issued | None:
    """The document that carries this code, typed as people type: any case, with or without dashes."""
    return (
        Issued.objects.across(reason="whoever holds the paper holds its code")
        .select_related("organisation")
        .filter(code=in_fours(signs_of(code)[:CODE_SIGNS]))
        .first()
    )
