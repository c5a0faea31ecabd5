"""The words of the house: the English catalogue is complete and true, French counts as French does, no page mixes the two."""

import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from django.apps import apps
from django.db import models
from django.template import Context
from django.template.base import Template
from django.template.loader import get_template
from django.test import Client
from django.utils import timezone, translation
from django.utils.translation import ngettext

from maillage.web.tests.signing_in import enters_at_once
from tests.pages import Page, crawl
from tests.proofs.town import Town, town
from tools import words

# Frequent in any French sentence, and no English word.
FRENCH = {
    "le", "les", "des", "une", "est", "et", "du", "vous", "votre", "vos", "nous", "notre", "pour", "avec", "dans", "qui",
    "que", "pas", "cette", "ces", "sont", "sur", "aux", "chez", "elle", "elles", "ils", "où", "à", "être", "déjà", "encore",
    "aucun", "aucune", "leur", "quand", "personne", "rien", "voir", "sans",
}  # fmt: skip
# Names of things of France that English pages keep, with their gloss.
KEPT = (
    "association loi 1901", "reconnue d’utilité publique", "récépissé", "Journal officiel", "Le Compte Bénévole",
    "compte d’engagement citoyen", "Répertoire national des associations", "Licence Ouverte", "La Poste",
    "Lire en français", "Français",
)  # fmt: skip


@pytest.fixture
def compiled(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The catalogues of today, compiled apart: what this tree holds compiled may be older."""
    shutil.copytree(words.LOCALES, tmp_path / "locale", ignore=shutil.ignore_patterns("*.mo"))
    monkeypatch.setattr(words, "LOCALES", tmp_path / "locale")
    words.compile_all()
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    return tmp_path / "locale"


# ── The catalogue ─────────────────────────────────────────────────────────────────────────────
@pytest.fixture(scope="module")
def wanted() -> Catalog:
    """Every message of the house: reading all its files takes some seconds, so once."""
    return words.wanted()


def test_every_message_is_said_in_english_with_what_it_fills_in(wanted: Catalog) -> None:
    assert len(wanted) > 1_500
    assert list(words.faults(wanted, words.catalogue("en"))) == []


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("Hello %(name)s,", None),
        ("", "not translated"),
        ("Hello %(nom)s,", "names differ"),
        ("Hello,", "names differ"),
    ],
)
def test_a_message_missing_or_filled_in_wrongly_is_caught(said: str, fault: str | None) -> None:
    asked, known = Catalog(locale="en"), Catalog(locale="en")
    asked.add("Bonjour %(name)s,")
    known.add("Bonjour %(name)s,", said)
    assert [told.partition(":")[0] for told in words.faults(asked, known)] == ([fault] if fault else [])


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        (("One person", "{count} people"), None),
        (("{count} person", "{count} people"), None),
        (("One person", ""), "not translated"),
        (("{count} person", "People"), "names differ"),
        (("{number} person", "{count} people"), "names differ"),
    ],
)
def test_a_plural_may_spare_its_number_in_the_singular_only(said: tuple[str, str], fault: str | None) -> None:
    asked, known = Catalog(locale="en"), Catalog(locale="en")
    asked.add(("une personne", "{count} personnes"))
    known.add(("une personne", "{count} personnes"), said)
    assert [told.partition(":")[0] for told in words.faults(asked, known)] == ([fault] if fault else [])


def test_what_is_not_there_and_what_nothing_says_any_more_are_caught() -> None:
    asked, known = Catalog(locale="en"), Catalog(locale="en")
    asked.add("Bonjour,")
    known.add("Plus personne ne dit cela.", "Nobody says this any more.")
    missing, extra = words.faults(asked, known)
    assert missing == "not translated: 'Bonjour,'"
    assert extra.startswith("1 messages that nothing says any more")


def test_french_is_set_as_print_does(compiled: Path, client: Client, db: None) -> None:
    assert words.typeset("« Où ? » : ici ; vite !") == "«\u00a0Où\u202f?\u00a0»\u00a0: ici\u202f; vite\u202f!"
    assert words.typeset("10:30, %(name)s, https://ici.example/?a=b") == "10:30, %(name)s, https://ici.example/?a=b"
    page = client.get("/").content.decode()
    said = re.sub(r"<(script|style|svg)\b.*?</\1>|<[^>]+>", "", page, flags=re.DOTALL)
    assert "\u202f?" in said and re.findall(r".{20} [;:!?»]|« .{20}", said) == []


def test_extracting_again_changes_nothing(compiled: Path, wanted: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "wanted", lambda: wanted)
    path = compiled / "en" / "LC_MESSAGES" / "django.po"
    words.extract_all()
    once = path.read_text()
    words.extract_all()
    assert path.read_text() == once
    assert "Language: en" in once and "FIRST AUTHOR" not in once and "Date:" not in once


# ── Counting ──────────────────────────────────────────────────────────────────────────────────
def test_french_says_zero_in_the_singular_and_english_in_the_plural(compiled: Path) -> None:
    one, many = "une personne", "{count} personnes"
    with translation.override("fr"):
        assert [ngettext(one, many, n) for n in (0, 1, 2)] == [one, one, many]
    with translation.override("en"):
        assert [ngettext(one, many, n) for n in (0, 1, 2)] == ["{count} people", "one person", "{count} people"]


# ── Pages ─────────────────────────────────────────────────────────────────────────────────────
class Heard(HTMLParser):
    """All that a person sees or hears of a page, but for what says it is in French."""

    SAID = ("aria-label", "title", "placeholder", "alt")
    ALONE = frozenset({"input", "br", "img", "meta", "link", "hr", "path", "circle", "rect", "line", "source", "use"})

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_silent = self.silent or tag in {"script", "style"} or (tag != "html" and given.get("lang") == "fr")
        if is_silent and tag not in self.ALONE:
            self.silent += 1
        if not is_silent:
            self.said += [given[name] or "" for name in self.SAID if given.get(name)]
            if given.get("name") == "description":
                self.said.append(given.get("content") or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if self.silent and tag not in self.ALONE:
            self.silent -= 1

    def handle_endtag(self, tag: str) -> None:
        if self.silent and tag not in self.ALONE:
            self.silent -= 1

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.said.append(data)


def heard(html: str) -> str:
    reader = Heard()
    reader.feed(html)
    return " ".join(" ".join(reader.said).split())


def data() -> list[str]:
    """What people have written, which stays in their language: every text of the database, the longest first."""
    written: set[str] = set()
    for model in apps.get_models():
        names = [
            field.name
            for field in model._meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField) and not field.choices
        ]
        for name in names:
            values = model._base_manager.order_by().values_list(name, flat=True).distinct()
            written |= {" ".join(value.split()) for value in values if value and len(value) > 3}
    return sorted(written, key=len, reverse=True)


def is_french(word: str) -> bool:
    return word in FRENCH or bool(
        re.search(r"[àâçéèêëîïôùûœ«»]", word) or re.match(r"(?:[ldjnscm]|qu)’[aehiouy]", word)
    )


def french_in(text: str, written: list[str]) -> list[str]:
    """The French words of a text, each with what stands around it."""
    for one in [*written, *KEPT]:
        text = re.sub(rf"(?<!\w){re.escape(one)}(?!\w)", " ", text, flags=re.IGNORECASE)
    return [
        text[max(0, found.start() - 50) : found.end() + 50]
        for found in re.finditer(r"[\w’]+|[«»]", text)
        if is_french(found[0].lower())
    ]


@pytest.fixture
def there(db: None) -> Town:
    """Two associations with one of everything, and somebody of the technical team; everybody has a second factor."""
    return town()


def in_english(actor: Any = None) -> Client:
    client = Client(SERVER_NAME="localhost")
    if actor:
        enters_at_once(client, actor)
    assert client.post("/langue/", {"language": "en"}).status_code == 302
    return client


def mixed(pages: Iterator[Page], written: list[str]) -> tuple[int, list[str]]:
    """How many pages were read, and the French found in them."""
    read, found = 0, []
    for page in pages:
        if page.status == 200 and "<html" in page.html:
            read += 1
            assert 'lang="en"' in page.html, page.address
            found += [f"{page.address}: {words}" for words in french_in(heard(page.html), written)]
    return read, found


@pytest.mark.filterwarnings(
    "ignore:The default scheme:DeprecationWarning"
)  # the technical pages are Django’s own forms
@pytest.mark.parametrize(
    ("actor", "starts", "at_least"),
    [
        ("anonymous", ["/", "/missions/", "/associations/", "/aide/"], 15),
        ("volunteer of A", ["/moi/", "/moi/donnees/"], 15),
        ("president of A", ["/gerer/cote-a/"], 30),
        ("technical team", ["/operer/", "/technique/"], 12),
    ],
)
def test_an_english_page_holds_no_french_sentence(
    there: Town, compiled: Path, actor: str, starts: list[str], at_least: int
) -> None:
    client = in_english(there.actors[actor])
    read, found = mixed(crawl(client, starts, each=1, at_most=120), data())
    assert read >= at_least
    assert found == [], "\n".join(found)


def test_a_french_page_is_caught(db: None, compiled: Path) -> None:
    client = Client(SERVER_NAME="localhost")
    assert french_in(heard(client.get("/").content.decode()), data())


def test_the_language_of_the_browser_is_enough(db: None, compiled: Path) -> None:
    client = Client(SERVER_NAME="localhost", headers={"Accept-Language": "en-GB,en;q=0.8"})
    html = client.get("/").content.decode()
    assert '<html lang="en"' in html and french_in(heard(html), data()) == []


def outside_of_tags(source: str) -> str:
    """What a template says by itself, without what it translates, computes or comments."""
    for said in (
        r"\{% blocktranslate.*?endblocktranslate %\}", r"\{% comment.*?endcomment %\}", r"\{[%#{].*?[%#}]\}",
        r'<(\w+)[^>]* lang="fr".*?</\1>', r"<(script|style).*?</\1>",
    ):  # fmt: skip
        source = re.sub(said, " ", source, flags=re.DOTALL)
    return source


def test_no_template_says_french_without_its_catalogue() -> None:
    found = {
        str(path.relative_to(words.ROOT)): said
        for path in words.sources()
        if path.suffix in {".html", ".txt", ".sms"} and (said := french_in(outside_of_tags(path.read_text()), []))
    }
    assert found == {}


def test_french_written_straight_in_a_template_is_caught() -> None:
    assert french_in(outside_of_tags('<p title="{{ a }}">{{ length }} comptées</p>'), [])
    assert not french_in(outside_of_tags('<p>{% translate "Heures comptées" %}</p>'), [])


# ── Messages ──────────────────────────────────────────────────────────────────────────────────
def templates_of_messages() -> list[str]:
    return sorted(
        str(path.relative_to(folder))
        for folder in (words.ROOT / "maillage").rglob("templates")
        for path in folder.rglob("messages/*")
        if path.suffix in {".txt", ".sms"}
    )


class Anything:
    """Stands for whatever a message is told about: it has every property, and none of them is French."""

    def __getattr__(self, name: str) -> Any:
        if name.endswith(("_at", "_on")) or name == "on":
            return timezone.now()
        return 90 if name.endswith(("minutes", "count")) else f"<{name}>"

    def __str__(self) -> str:
        return "<anything>"


def told(name: str) -> str:
    template: Template = get_template(name).template  # type: ignore[attr-defined]
    context = {
        "on": timezone.now().date(),
        "minutes": 90,
        "until": timezone.now(),
        "link": "https://here/",
        "sheets": [],
    }
    context |= {key: Anything() for key in ("mission", "shift", "organisation", "need", "association")}
    context |= {key: f"<{key}>" for key in ("name", "guardian", "minor", "by", "reason", "role", "code", "email")}
    return template.render(Context(context, autoescape=False))


@pytest.mark.parametrize("name", templates_of_messages())
def test_every_message_is_told_in_english(compiled: Path, name: str) -> None:
    with translation.override("fr"):
        in_french = told(name)
    with translation.override("en"):
        said = told(name)
    assert french_in(said, []) == []
    assert said != in_french or not in_french.strip()
