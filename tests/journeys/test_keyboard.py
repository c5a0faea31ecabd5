"""Without a mouse, on a page four times larger, read one's own way, calm, or on paper."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from maillage.engage.volunteering.models import Shift, SignUp
from maillage.engage.volunteering.tests import factories
from maillage.engage.volunteering.tests.factories import NOW
from tests.journeys.conftest import Clock
from tests.journeys.test_entering import AMINA, code_in
from tests.journeys.visitor import DESKTOP, Visitor
from tests.letterbox import last_letter

ZOOMED = {"width": 320, "height": 256}  # a desktop of 1280 × 1024 at 400 %

FOCUSED = """() => {
  const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
  const [x, y] = [box.x + Math.min(box.width / 2, 200), box.y + Math.min(box.height / 2, 100)];
  const hit = document.elementFromPoint(x, y);
  const words = one.getAttribute("aria-label") || one.innerText || [...(one.labels ?? [])].map((l) => l.innerText).join(" ");
  return {
    id: one.id, tag: one.tagName, words: words.replace(/\\s+/g, " ").trim(), inside: one.closest("main") !== null,
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    seen: hit !== null && (one.contains(hit) || hit.contains(one)) && box.width > 0 && y > 0 && y < innerHeight,
  };
}"""

# What sticks out of the screen, or has no size, among what can be pressed or read; rows made to be pushed aside.
LOST = """() => [...document.querySelectorAll("a, button, input, select, textarea, h1, h2, h3, p, li, summary")]
  .filter((one) => !one.closest(".only-heard, .skip, .desk-menu ul, .table, [hidden], svg, .tabs") && one.type !== "hidden")
  .filter((one) => one.checkVisibility())
  .map((one) => [one, one.getBoundingClientRect()])
  .filter(([, box]) => box.right > innerWidth + 1 || box.left < -1)
  .map(([one]) => one.outerHTML.slice(0, 120))"""


def tab(visitor: Visitor) -> dict[str, Any]:
    """One press of the key; where it led must be seen."""
    visitor.page.keyboard.press("Tab")
    focus: dict[str, Any] = visitor.page.evaluate(FOCUSED)
    if focus["tag"] != "BODY":  # past the last element
        assert focus["outlined"], focus
        assert focus["seen"], focus
    return focus


def tab_to(visitor: Visitor, words: str) -> Visitor:
    for _ in range(80):
        if words in tab(visitor)["words"]:
            return visitor
    raise AssertionError(f"{words!r} is not reached with the key Tab")


@pytest.fixture
def harvest(les_jardins: Any) -> Shift:
    return factories.first_shift(factories.mission(les_jardins, title="Récolter les légumes"))


@pytest.mark.usefixtures("javascript")
def test_signing_up_without_a_mouse(visit: Callable[..., Visitor], harvest: Shift) -> None:
    lucie = visit().go("web:home")
    assert tab(lucie)["words"] == "Aller au contenu"
    lucie.look("keyboard-1-skip").page.keyboard.press("Enter")
    assert tab(lucie)["inside"]
    lucie.go("web:home")
    keys = tab_to(lucie, "Votre commune").page.keyboard
    keys.type("Renn")
    if lucie.javascript:
        expect(lucie.page.get_by_role("option").first).to_be_visible()
        keys.press("ArrowDown")
        keys.press("Enter")
    else:
        keys.type("es")
    keys.press("Enter")
    lucie.sees("Autour de Rennes")
    tab_to(lucie, "Récolter les légumes")
    keys.press("Enter")
    lucie.sees("Ce que l’on fait")
    tab_to(lucie, "Je m’inscris")
    keys.press("Enter")
    lucie.sees("Comme on doit vous appeler")
    tab_to(lucie, "Votre nom")
    keys.type("Lucie N.")
    tab_to(lucie, "Ou votre téléphone")
    keys.type("06 12 34 56 78")
    tab_to(lucie, "Je m’inscris").look("keyboard-2-focus")
    keys.press("Space")
    lucie.sees("Vous êtes attendu·e")


@pytest.mark.usefixtures("javascript")
def test_noting_who_came_without_a_mouse(
    visit: Callable[..., Visitor], harvest: Shift, bruno: Any, clock: Clock
) -> None:
    first, second = [factories.sign_up(harvest, factories.guest(name)) for name in ("Lucie N.", "Paul T.")]
    clock.jump_to(NOW + timedelta(days=7, minutes=10))
    desk = visit(size=DESKTOP, person=bruno).go("volunteering:desk_presence", "les-jardins")
    tab_to(desk, "Présence : Lucie")
    desk.page.keyboard.press("Space")
    desk.sees("1 présence, 1 à noter")
    if desk.javascript:  # the line was changed under the finger, which is still there
        assert desk.page.evaluate(FOCUSED)["id"] == f"came-{first.pk}"
    tab_to(desk, "A prévenu : Paul").look("keyboard-3-presence")
    desk.page.keyboard.press("Enter")
    desk.sees("Tout est noté : 1 présence")
    assert [SignUp.objects.across(reason="test").get(pk=one.pk).presence for one in (first, second)] == [
        "came",
        "excused",
    ]


def test_four_times_larger_nothing_is_lost(
    visit: Callable[..., Visitor], harvest: Shift, bruno: Any, clock: Clock
) -> None:
    from maillage.engage.volunteering.actions.missions import sheet_address

    made = factories.sign_up(harvest, factories.guest("Lucie N."))
    visitor, desk = visit(size=ZOOMED), visit(size=ZOOMED, person=bruno)
    visitor.go("web:home").says_where("Rennes")
    names = ["home", "door_help", "door_need", "reading", "help"]
    public = [(f"web:{name}", ()) for name in names] + [
        ("account_login", ()), ("volunteering:mission_list", ()), ("volunteering:mission", (harvest.mission_id,)),
        ("volunteering:sign_up", (harvest.pk,)), ("volunteering:say_need", ()), ("/" + sheet_address(made).split("/", 3)[3], ()),
    ]  # fmt: skip
    clock.jump_to(NOW + timedelta(days=7, minutes=10))
    pages = ["needs", "need_new", "missions", "mission_new", "week", "gaps", "presence", "hours", "register", "totals",
             "people", "statistics", "exports"]  # fmt: skip
    own = [("web:desk", ("les-jardins",)), ("web:team", ("les-jardins",))]
    own += [(f"volunteering:desk_{name}", ("les-jardins",)) for name in pages]
    wrong = []
    for who, places in ((visitor, public), (desk, own)):
        for name, about in places:
            who.go(name, *about)
            if who.width() > ZOOMED["width"]:
                wrong.append(f"{name} is {who.width()} px wide")
            wrong += [f"{name}: {lost}" for lost in who.page.evaluate(LOST)]
            # Nothing that stays in place may hide what one reads.
            fixed = who.page.evaluate(
                "[...document.querySelectorAll('body *')].filter((one) => ['fixed', 'sticky'].includes(getComputedStyle(one)"
                ".position) && one.checkVisibility()).map((one) => one.className)"
            )
            wrong += [f"{name}: {one} stays in place" for one in fixed if one]
    assert wrong == []
    desk.go("volunteering:desk_presence", "les-jardins").look("keyboard-4-zoomed").press("Présence").sees(
        "Tout est noté"
    )


def chooses(visitor: Visitor) -> Visitor:
    visitor.go("web:home").press("Lecture", inside=".head").sees("Comment aimez-vous lire").look("reading-1-choose")
    visitor.choose("Très grande").choose("Contraste fort").choose("Pictogrammes").choose("Une question à la fois")
    return visitor.press("Lire comme cela").sees("comme vous l’avez choisi")


def questions_on(visitor: Visitor) -> int:
    return [field.is_visible() for field in visitor.page.locator("form[data-steps] .field").all()].count(True)


def is_followed(visitor: Visitor) -> None:
    style = "getComputedStyle(document.documentElement)"
    size, back = visitor.page.evaluate(f"[{style}.fontSize, {style}.backgroundColor]")
    assert float(size.removesuffix("px")) > 25 and back == "rgb(255, 255, 255)", (size, back)
    assert visitor.width() <= 360


def test_a_way_of_reading_follows_the_person(visit: Callable[..., Visitor], harvest: Shift, amina: Any) -> None:
    reader = chooses(visit(dark=True)).look("reading-2-home")
    is_followed(reader)
    reader.go("volunteering:mission", harvest.mission_id).look("reading-3-mission")
    expect(reader.page.locator(".picto").first).to_be_visible()
    reader.go("volunteering:sign_up", harvest.pk).sees("Question 1 sur").look("reading-4-one-question")
    assert questions_on(reader) == 1
    reader.press("Continuer").sees("Question 1 sur")  # an empty name is asked again, where one is
    reader.fill("Votre nom", "Lucie N.").press("Continuer").sees("Question 2 sur")
    reader.fill("Votre adresse mail", "lucie@exemple.localhost").press("Continuer").press("Continuer")
    reader.press("Je m’inscris").sees("Vous êtes attendu·e").look("reading-5-sheet")

    # Coming in changes nothing to it, and another device knows it too.
    other = visit()
    for visitor in (reader, other):
        visitor.go("account_login").fill("Votre adresse mail", AMINA).press("Recevoir mon code")
        visitor.sees("Écrivez le code reçu").fill("Le code", code_in(last_letter(AMINA))).press("Entrer")
        is_followed(visitor.sees("Bonjour Amina B."))
    other.go("web:reading").press("Revenir à l’habitude")
    assert other.page.evaluate("Object.keys(document.documentElement.dataset)") == []
    reader.go("web:me")
    assert reader.page.evaluate("Object.keys(document.documentElement.dataset)") == []


def test_one_question_at_a_time_asks_only_what_is_asked(visit: Callable[..., Visitor], les_jardins: Any) -> None:
    young = factories.first_shift(factories.mission(les_jardins, title="Lire des histoires", min_age=16))
    reader = chooses(visit()).go("volunteering:sign_up", young.pk)
    seen = []
    for _ in range(4):
        assert questions_on(reader) == 1
        seen += reader.all("form[data-steps] .field:visible :is(.field__label, legend)")
        if "Votre nom" in seen[-1]:
            reader.fill("Votre nom", "Lucie N.")
        reader.press("Continuer")
    assert [word.split(" (")[0] for word in seen] == [
        "Votre nom",
        "Votre adresse mail",
        "Ou votre téléphone",
        "Votre âge",
    ]
    reader.sees("Question 5 sur 5")  # the parent of whoever is of age is nobody's business
    reader.press("Revenir").choose("Je suis plus jeune").sees("Question 4 sur 9").press("Continuer")
    assert questions_on(reader) == 1
    reader.sees("Année de naissance")


def test_nothing_moves_for_whoever_asked_for_calm(visit: Callable[..., Visitor], harvest: Shift) -> None:
    lasts = "getComputedStyle(document.querySelector('.button')).transitionDuration"
    lucie = visit().go("web:home")
    assert lucie.page.evaluate(lasts) == "0s"
    lucie.page.emulate_media(reduced_motion="no-preference")
    assert lucie.page.evaluate(lasts) != "0s"  # the question is one that may be answered otherwise


def test_the_week_on_paper_has_the_names_and_no_menu(visit: Callable[..., Visitor], harvest: Shift, bruno: Any) -> None:
    factories.sign_up(harvest, factories.guest("Lucie N.", phone="+33612345678"))
    desk = visit(size=DESKTOP, person=bruno).go("volunteering:desk_week", "les-jardins").press("Semaine d’après")
    desk.sees("Lucie N.")
    shown = {name: desk.page.locator(name).first for name in (".head", ".desk-menu", ".foot", "main .button")}
    assert [name for name, one in shown.items() if not one.is_visible()] == []
    desk.page.emulate_media(media="print")
    desk.look("paper-week")
    assert [name for name, one in shown.items() if one.is_visible()] == []
    expect(desk.page.get_by_text("Récolter les légumes")).to_be_visible()
    expect(desk.page.get_by_text("Lucie N.")).to_be_visible()
    expect(desk.page.get_by_text("06 12 34 56 78")).to_be_visible()
