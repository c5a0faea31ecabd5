"""The catalogues of words: `extract` (from code and templates), `compile`, `check`. French is the source; English is complete.

Babel does the work, so no gettext binary is needed; Django's own translator turns a template into what Babel reads.
"""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALES = ROOT / "maillage" / "locale"
KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip
FOLDERS = ("maillage", "config")


def sources() -> Iterator[Path]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            is_ours = not {"tests", "migrations", "vendor", "locale", "__pycache__"} & set(path.parts)
            if is_ours and path.suffix in {".py", ".html", ".txt", ".sms", ".typ"}:
                yield path


def found_in(path: Path) -> Iterator[tuple[object, str]]:
    """(message, context) of a file; a template becomes Python-like text first."""
    text = path.read_text()
    if path.suffix != ".py":
        if "{%" not in text and "{{" not in text:
            return
        from django.utils.translation import templatize

        text = templatize(text, origin=str(path))
    for _line, message, _comments, context in extract("python", io.BytesIO(text.encode()), keywords=KEYWORDS):
        yield message, context or ""


def wanted() -> Catalog:
    """Every message of the house, in the order of its files, without line numbers: they would change for nothing."""
    made = Catalog(charset="utf-8")
    for path in sources():
        for message, context in found_in(path):
            if message and message != ("", ""):
                flags = ["python-brace-format"] if re.search(r"\{\w+\}", str(message)) else []
                made.add(message, context=context or None, locations=[(str(path.relative_to(ROOT)), None)], flags=flags)
    return made


def catalogue(language: str) -> Catalog:
    path = LOCALES / language / "LC_MESSAGES" / "django.po"
    if not path.exists():
        return Catalog(locale=language, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language, charset="utf-8")


def languages() -> list[str]:
    return sorted(path.name for path in LOCALES.iterdir() if path.is_dir())


def extract_all() -> int:
    asked = wanted()
    for language in languages():
        known = catalogue(language)
        known.update(asked, no_fuzzy_matching=True)
        known.obsolete.clear()
        with (LOCALES / language / "LC_MESSAGES" / "django.po").open("wb") as file:
            write_po(file, known, width=120, include_previous=False, ignore_obsolete=True, omit_header=False)
        left = sum(1 for one in known if one.id and not is_said(one))
        print(f"{language}: {len(known)} messages, {left} to translate")
    return 0


def is_said(message: object) -> bool:
    words = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(words)


def compile_all() -> int:
    for language in languages():
        with (LOCALES / language / "LC_MESSAGES" / "django.mo").open("wb") as file:
            write_mo(file, catalogue(language))
    return 0


def names(text: object) -> set[str]:
    """What a message fills in: {name}, %(name)s."""
    return set(re.findall(r"\{(\w*)[^}]*\}|%\((\w+)\)s", str(text)))


def check_all() -> int:
    """Every message of the code is in each catalogue, said, with the same names to fill in, and nothing else is."""
    asked, wrong = wanted(), []
    for language in languages():
        known = catalogue(language)
        for message in asked:
            if not message.id:
                continue
            said = known.get(message.id, message.context)
            if said is None or not is_said(said):
                wrong.append(f"{language}: not translated: {message.id!r}")
                continue
            given = message.id if isinstance(message.id, tuple | list) else (message.id,)
            told = said.string if isinstance(said.string, tuple | list) else (said.string,)
            if names(given[-1]) != names(told[-1]):
                wrong.append(f"{language}: names differ: {message.id!r} → {said.string!r}")
        extra = sum(1 for one in known if one.id and asked.get(one.id, one.context) is None)
        if extra:
            wrong.append(f"{language}: {extra} messages that nothing says any more: run bin/fix")
    print("\n".join(wrong) or f"{len(asked)} messages, said in {', '.join(languages())}")
    return 1 if wrong else 0


if __name__ == "__main__":
    import django
    from django.conf import settings

    settings.configure(USE_I18N=True)
    django.setup()
    verbs = {"extract": extract_all, "compile": compile_all, "check": check_all}
    if len(sys.argv) != 2 or sys.argv[1] not in verbs:
        print(f"usage: python tools/words.py {'|'.join(verbs)}", file=sys.stderr)
        sys.exit(2)
    sys.exit(verbs[sys.argv[1]]())
