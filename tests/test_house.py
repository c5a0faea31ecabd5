"""The rules of the house that no linter knows."""

import ast
import inspect
import re
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.apps import apps
from django.template.loader import get_template
from django.urls import reverse

from maillage.kernel import hooks
from maillage.kernel.facts import FactKind
from maillage.kernel.organisations.models import Contact
from maillage.kernel.organisations.scope import ScopedQuerySet
from maillage.kernel.people.models import Person
from tests.proofs.routes import routes

ROOT = Path(__file__).resolve().parent.parent
MODULES = [config for config in apps.get_app_configs() if config.name.startswith("maillage.")]
OURS = [model for config in MODULES for model in config.get_models()]
# How often each file asks for the records of everybody. A reason is said at each place; the numbers may only shrink:
# who takes one away lowers its number here.
ACROSS = {
    "config/command/doctor.py": 1,
    "maillage/engage/volunteering/actions/needs.py": 1,
    "maillage/engage/volunteering/actions/sign_ups.py": 4,
    "maillage/engage/volunteering/hooks/personal_data.py": 1,
    "maillage/engage/volunteering/views/asking.py": 1,
    "maillage/engage/volunteering/views/signing.py": 2,
    "maillage/kernel/consent/actions.py": 1,
    "maillage/kernel/documents/actions.py": 1,
    "maillage/kernel/documents/hooks.py": 1,
    "maillage/kernel/notifications/actions.py": 10,  # the outbox of the whole house
    "maillage/kernel/notifications/hooks.py": 1,
    "maillage/kernel/organisations/actions.py": 1,
    "maillage/kernel/organisations/personal_data.py": 1,
    "maillage/kernel/organisations/queries.py": 1,
    "maillage/kernel/organisations/scope.py": 3,
    "maillage/web/technical/site.py": 1,
    "maillage/wiring/organisations.py": 2,
}


def sources(suffix: str) -> list[Path]:
    skipped = {"tests", "migrations", "vendor", "__pycache__"}
    return [path for path in (ROOT / "maillage").rglob(f"*{suffix}") if not skipped & set(path.parts)]


def test_every_room_says_what_it_is_for() -> None:
    assert [config.name for config in MODULES if not inspect.getdoc(config.module)] == []


def test_every_folder_says_what_is_in_it() -> None:
    mute = [
        str(init.relative_to(ROOT))
        for room in ("maillage", "config", "bench")
        for init in (ROOT / room).rglob("__init__.py")
        if not {"tests", "migrations"} & set(init.parts) and not ast.get_docstring(ast.parse(init.read_text()))
    ]
    assert mute == []


def test_what_a_room_says_it_does_and_tells_is_there() -> None:
    """The verbs and facts that its first lines name are functions and facts of the room."""
    missing = []
    for config in MODULES:
        source = "\n".join(path.read_text() for path in Path(config.path).rglob("*.py") if "tests" not in path.parts)
        for what, sign in (("Verbs?", r"^def {}\("), ("Facts?", r"^{} = FactKind\(")):
            said = re.search(rf"{what}: ([^.;…]*)", inspect.getdoc(config.module) or "")
            names = re.findall(r"\w+", re.sub(r"\([^)]*\)", "", said[1])) if said else []
            missing += [f"{config.name}: {name}" for name in names if not re.search(sign.format(name), source, re.M)]
    assert missing == []


SINS = {
    "a straight apostrophe": r"[A-Za-zÀ-ÿ]'[A-Za-zÀ-ÿ]",
    "three dots": r"\.\.\.",
    "straight quotes": r"\"",
    "no space before a high sign": r"[A-Za-zÀ-ÿ»)][;!?](?:\s|$)|[A-Za-zÀ-ÿ»)]:\s",
    "quotes that touch their words": r"«\S|\S»",
}


def sins_of(words: str) -> list[str]:
    bare = re.sub(r"%\(\w+\)[sd]|\{[^}]*\}", "X", words).replace("\xa0", " ").replace("\u202f", " ")
    return [sin for sin, sign in SINS.items() if re.search(sign, bare)]


def test_what_people_read_is_set_as_french_is() -> None:
    with (ROOT / "maillage" / "locale" / "en" / "LC_MESSAGES" / "django.po").open("rb") as file:
        told = [words for one in read_po(file) for words in ([one.id] if isinstance(one.id, str) else one.id)]
    assert len(told) > 1000
    assert {words: sins for words in told if (sins := sins_of(words))} == {}


@pytest.mark.parametrize("words", ["l'heure", "Attendez...", 'un "mot"', "Vraiment?", "Quand: ici", "«mot»"])
def test_a_typographic_sin_is_caught(words: str) -> None:
    assert len(sins_of(words)) == 1


def test_every_hook_is_in_one_file() -> None:
    """What its database refuses, a module says in its `invariants.py`."""
    lists = {str(path.relative_to(ROOT)) for path in sources(".py") if "= Registry()" in path.read_text()}
    assert lists - {"maillage/kernel/invariants/triggers.py"} == {"maillage/kernel/hooks/__init__.py"}


def test_every_line_of_a_desk_s_menu_leads_somewhere() -> None:
    assert [reverse(item.url_name, args=["les-jardins"]) for item in hooks.menu_items]


def test_every_model_says_whose_record_it_is() -> None:
    assert [model._meta.label for model in OURS if not (model.__doc__ or "").strip() or model.__doc__.startswith(f"{model.__name__}(")] == []  # fmt: skip


def test_every_model_that_points_at_somebody_knows_how_to_forget_them() -> None:
    covered = {label for data in hooks.personal_data for label in data.models}
    pointing = {
        model._meta.label
        for model in OURS
        for field in model._meta.fields
        if field.related_model in {Person, Contact} and model is not Person
    }
    assert pointing - covered == set()


def test_private_records_are_asked_for_with_whose_they_are() -> None:
    """A model that belongs to an association has the manager that raises; public ones say so."""
    public = {"Mission", "Shift", "Role", "Organisation", "Claim"}
    loose = [
        model._meta.label
        for model in OURS
        if any(field.name == "organisation" for field in model._meta.fields)
        and not issubclass(model._default_manager.get_queryset().__class__, ScopedQuerySet)
        and model.__name__ not in public | {"Fact"}
    ]
    assert loose == []


def test_asking_for_everybody_s_records_may_only_shrink() -> None:
    found: Counter[str] = Counter()
    for path in [*sources(".py"), *(ROOT / "config").rglob("*.py")]:
        if "tests" not in path.parts:
            found[str(path.relative_to(ROOT))] += len(re.findall(r"\.across\(\s*reason=", path.read_text()))
    assert +found == ACROSS


def test_facts_are_named_after_their_module() -> None:
    labels = {config.label for config in MODULES}
    assert [name for name in FactKind.all if name.split(".")[0] not in labels] == []


def test_names_shown_to_people_are_in_lower_case() -> None:
    assert [
        name for name in (str(model._meta.verbose_name) for model in OURS) if name[0].isupper() and name[:3] != "RNA"
    ] == []


def test_every_address_says_who_may_come_in() -> None:
    assert [route.address for route in routes() if not route.door] == []


@pytest.mark.parametrize("path", sources(".html"), ids=lambda path: path.name)
def test_every_template_compiles(path: Path) -> None:
    get_template(str(path).split("templates/")[1])


def test_every_message_has_its_words() -> None:
    for kind in hooks.notification_kinds:
        module, _, name = kind.name.partition(".")
        if module != "tried":  # made up by a test of the kernel
            get_template(f"{module}/messages/{name}.txt")


def test_relations_follow_the_arrows() -> None:
    """A foreign key named by a string escapes import-linter: it points to the kernel, or stays in its chapter."""
    wrong = []
    for model in OURS:
        chapter = model.__module__.split(".")[1]
        for field in [*model._meta.fields, *model._meta.many_to_many]:
            target = field.related_model
            path = target.__module__.split(".") if isinstance(target, type) else []
            if path[:1] == ["maillage"] and path[1] not in {chapter, "kernel"}:
                wrong.append(f"{model._meta.label}.{field.name} → {path}")
    assert wrong == []


def test_templates_name_only_their_own_module_and_the_frame() -> None:
    wrong = []
    for path in sources(".html"):
        own = str(path).split("templates/")[1].split("/")[0]
        for name in re.findall(r"""{%\s*(?:include|extends|url)\s+["']([a-z_]+)[:/]""", path.read_text()):
            if name not in {own, "web", "account", "mfa", "django", "cotton", "admin"}:
                wrong.append(f"{path.relative_to(ROOT)} names {name}")
    assert wrong == []


def test_no_page_asks_anything_of_a_third_party() -> None:
    asking = re.compile(
        r"""(?:src|srcset|action|data-url)=["']https?://|url\(["']?https?://|@import|fetch\(["']https?://"""
    )
    assert [
        str(path) for suffix in (".html", ".css", ".js") for path in sources(suffix) if asking.search(path.read_text())
    ] == []


def test_no_style_or_script_hides_in_an_attribute() -> None:
    hidden = re.compile(r"\sstyle=\"|\son[a-z]+=\"|javascript:")
    assert [str(path) for path in sources(".html") if hidden.search(path.read_text())] == []


def test_lock_files_carry_hashes_and_no_address() -> None:
    locks = [*(ROOT / "requirements").glob("*.txt"), ROOT / "package-lock.json"]
    for path in locks:
        text = path.read_text()
        assert not re.search(
            r"\"resolved\"|--index-url|--extra-index|https?://(?!github|opencollective|tidelift|www\.)", text
        ), path
        assert "sha256" in text or "sha512" in text, path


def test_what_the_documents_link_to_exists() -> None:
    broken = []
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]:
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
            if not (page.parent / link).exists():
                broken.append(f"{page.relative_to(ROOT)} → {link}")
    assert broken == []


def test_every_picture_of_the_guide_has_a_walk() -> None:
    from tools.pictures import PICTURES

    shown = {
        name
        for page in (ROOT / "docs" / "guide").glob("*.md")
        for name in re.findall(r"images/([\w-]+)\.webp", page.read_text())
    }
    assert shown <= set(PICTURES)


def test_no_module_is_a_drawer() -> None:
    drawers = {
        "utils.py",
        "helpers.py",
        "services.py",
        "managers.py",
        "constants.py",
        "signals.py",
        "mixins.py",
        "common.py",
    }
    assert [str(path) for path in sources(".py") if path.name in drawers] == []
