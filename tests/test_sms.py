"""Every SMS of the house, with the longest names there may be: its address is whole, and its words say what it is for."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps

from maillage.engage.volunteering.models import Need
from maillage.engage.volunteering.tests import factories
from maillage.engage.volunteering.tests.factories import NOW
from maillage.kernel import hooks
from maillage.kernel.notifications import words

pytestmark = pytest.mark.django_db
SITE = "https://benevolat.federation-departementale-des-associations.fr"  # 63 signs
KEYED = "123456-AbCdEfGhIjKlMnOpQrSt"
LINK = f"{SITE}/missions/inscription/{KEYED}/"
WRITTEN = {
    f"{path.parent.parent.name}.{path.stem}"
    for app in apps.get_app_configs()
    if app.name.startswith("maillage.")
    for path in Path(app.path).rglob("*.sms")
}
KINDS = sorted(WRITTEN | {kind.name for kind in hooks.notification_kinds if "sms" in kind.channels})


def longest(words_of: str, length: int) -> str:
    return (words_of * length)[:length]


@pytest.fixture
def context() -> dict[str, Any]:
    organisation = factories.organisation(longest("Fédération des associations ", 250))
    mission = factories.mission(
        organisation, title=longest("Accompagner des personnes âgées ", 120),
        meeting_point=longest("12 chemin des Prairies, ", 250),
    )  # fmt: skip
    shift = factories.first_shift(mission)
    name = longest("Marie-Antoinette ", 150)
    return {
        "name": name, "minor": name, "guardian": name, "mission": mission, "shift": shift, "organisation": organisation,
        "association": organisation.name, "need": Need(title=longest("Porter les courses ", 120), organisation=organisation),
        "reason": longest("La serre est inondée. ", 1000), "minutes": 1234, "on": NOW.date(), "link": LINK,
        "sheet": LINK, "answer": LINK, "follow": LINK,
        "sheets": [{"mission": mission, "shift": shift, "sheet": LINK}],
    }  # fmt: skip


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_no_sms_ever_cuts_an_address(kind: str, locale: str, context: dict[str, Any]) -> None:
    _subject, said = words.made(kind, context, locale=locale, short=True)
    assert re.findall(r"https?://\S*", said) in ([LINK], [])
    assert len(said) <= words.SMS_LENGTH
    if "link" in source_of(kind) or "sheet" in source_of(kind):
        assert said.endswith(LINK)
        # What to do with the address stands just before it: names are shortened by the template, not the sense.
        assert not said.removesuffix(LINK).rstrip().endswith("…")


def source_of(kind: str) -> str:
    module, _dot, name = kind.partition(".")
    return (Path(apps.get_app_config(module).path) / "templates" / module / "messages" / f"{name}.sms").read_text()


# ── How words give way ────────────────────────────────────────────────────────────────────────
def test_words_give_way_to_every_address_of_a_text() -> None:
    others = [f"{SITE}/un/{KEYED}/", f"{SITE}/deux/{KEYED}/", f"{SITE}/trois/{KEYED}/"]
    said = " ".join(f"{longest('beaucoup de mots ', 200).strip()} : {link}" for link in others)
    made = words.fitted(said)
    assert re.findall(r"https?://\S+", made) == others
    assert len(made) <= words.SMS_LENGTH


def test_addresses_longer_than_an_sms_stay_whole() -> None:
    links = [f"{SITE}/{n}/{longest(KEYED, 100)}" for n in range(3)]
    assert words.fitted(" ".join(["Vos inscriptions :", *links])).split()[-3:] == links


def test_a_text_without_an_address_ends_at_a_word() -> None:
    made = words.fitted(longest("Annulé demain ", 500))
    assert len(made) <= words.SMS_LENGTH
    assert made.endswith(("Annulé…", "demain…"))


def test_what_is_short_stays_as_it_is() -> None:
    assert words.fitted(f"Votre fiche : {LINK}") == f"Votre fiche : {LINK}"
