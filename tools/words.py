"""The catalogues of words: `extract` (from code and templates), `compile`, `check`. French is the source; English is complete.

Babel does the work, so no gettext binary is needed; Django's own translator turns a template into what Babel reads.
French has no catalogue to keep: `compile` makes one of the same sentences. It counts them, because French says « 0 personne »
where the rule of languages without a catalogue says “0 persons”; and it sets them as print does, with spaces that never break
before « : ; ! ? » and within « », so that no mark stands alone at the head of a line.
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
    "_": None, "_l": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip
FOLDERS = ("maillage", "config")
SOURCE = "fr"
# No date and no name of anybody: the file changes when its words do.
HEADER = """\
# Maillage, in the language below. French is the source and lives in the code.
# `python tools/words.py extract` adds what is new, takes away what nothing says any more and keeps what is translated.
msgid ""
msgstr ""
"Project-Id-Version: Maillage\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""


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
    return sorted(path.parent.parent.name for path in LOCALES.glob("*/LC_MESSAGES/django.po"))


def write(language: str, known: Catalog) -> None:
    lines = io.BytesIO()
    write_po(lines, known, width=120, include_previous=False, ignore_obsolete=True, omit_header=True)
    header = HEADER.format(language=language, plurals=known.plural_forms)
    (LOCALES / language / "LC_MESSAGES" / "django.po").write_bytes(header.encode() + lines.getvalue())


def extract_all() -> int:
    asked = wanted()
    for language in languages():
        known = catalogue(language)
        known.update(asked, no_fuzzy_matching=True)
        known.obsolete.clear()
        write(language, known)
        left = sum(1 for one in known if one.id and not is_said(one))
        print(f"{language}: {len(known)} messages, {left} to translate")
    return 0


def is_said(message: object) -> bool:
    words = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(words)


# Lexique des règles typographiques en usage à l’Imprimerie nationale: a thin space before « ; ! ? », a whole one elsewhere.
THIN, WHOLE = "\u202f", "\u00a0"


def typeset(text: str) -> str:
    """A French sentence with the spaces that never break."""
    return re.sub(r"(?<=«) | (?=[:»])", WHOLE, re.sub(r" (?=[;!?])", THIN, text))


def compile_all(into: Path | None = None, *, as_printed: bool = True) -> int:
    """Make the catalogues that Django reads, beside their sources or in a folder of their own."""
    source = Catalog(locale=SOURCE, charset="utf-8")
    for language in languages():
        known = catalogue(language)
        compiled(into or LOCALES, language, known)
        for message in known:
            if message.pluralizable or (message.id and as_printed):
                forms = message.id if message.pluralizable else (message.id,)
                said = tuple(map(typeset, forms)) if as_printed else forms
                source.add(message.id, said if message.pluralizable else said[0], context=message.context)
    compiled(into or LOCALES, SOURCE, source)
    return 0


def compiled(into: Path, language: str, known: Catalog) -> None:
    path = into / language / "LC_MESSAGES" / "django.mo"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_mo(file, known)


def names(text: str) -> set[str]:
    """What a message fills in: {name}, %(name)s."""
    return {brace or percent for brace, percent in re.findall(r"\{(\w*)[^}]*\}|%\((\w+)\)s", text)}


def fills_the_same(given: list[str], told: list[str]) -> bool:
    """The last form (the plural, or the only one) fills in exactly the same names; a singular may say “one” for its number."""
    return names(given[-1]) == names(told[-1]) and all(names(one) <= names(given[-1]) for one in told)


def faults(asked: Catalog, known: Catalog) -> Iterator[str]:
    """What is wrong in a catalogue, when these messages are asked of it."""
    for message in asked:
        if not message.id:
            continue
        said = known.get(message.id, message.context)
        if said is None or not is_said(said):
            yield f"not translated: {message.id!r}"
            continue
        if said.fuzzy:
            yield f"only guessed: {message.id!r}"
        given = list(message.id) if isinstance(message.id, tuple | list) else [message.id]
        told = list(said.string) if isinstance(said.string, tuple | list) else [said.string]
        if not fills_the_same(given, told):
            yield f"names differ: {message.id!r} → {said.string!r}"
    extra = sum(1 for one in known if one.id and asked.get(one.id, one.context) is None)
    if extra:
        yield f"{extra} messages that nothing says any more: run bin/fix"


def check_all() -> int:
    """Every message of the code is in each catalogue, said, with the same names to fill in, and nothing else is."""
    asked = wanted()
    wrong = [f"{language}: {fault}" for language in languages() for fault in faults(asked, catalogue(language))]
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
