"""Advice on how a mission is written: the right word under the right field, on anything that may be typed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.engage.volunteering import advice

WHAT = "On trie les cartons, on balaie, puis on finit par un café avec tout le monde, au local."
GOOD = {
    "title": "Récolter les légumes du samedi", "what": WHAT, "why": "Trente foyers repartent avec un panier.",
    "with_whom": "une équipe de six", "commune": "35238", "area": "Bas de la Vilaine", "meeting_point": "Portail vert",
    "transport": "bus C4", "is_wheelchair_accessible": "on", "gear": "rien", "training": "on vous montre tout",
    "is_insured": "on", "contact_phone": "+33600000000",
}  # fmt: skip


def test_a_mission_that_says_all_gets_no_advice() -> None:
    assert advice.on_mission(GOOD) == []


@pytest.mark.parametrize(
    ("said", "field", "word"),
    [
        ({"title": "Aide"}, "title", "court"),
        ({"title": "RECOLTER LES LEGUMES"}, "title", "majuscules"),
        ({"what": "On range."}, "what", "du début à la fin"),
        ({"what": "x " * 700}, "what", "long"),
        ({"what": f"{WHAT} Envoyez un CV."}, "what", "embauche"),
        ({"what": f"{WHAT} Chez Mme Durand."}, "what", "nommer quelqu’un"),
        ({"what": f"{WHAT} C’est pour une dame aveugle de 83 ans."}, "what", "décrit une personne"),
        ({"why": "Ce voisin de 90 ans vit seul."}, "why", "décrit une personne"),
        ({"transport": "Digicode 12B45, deuxième étage"}, "transport", "code de porte"),
        ({"what": f"{WHAT} C’est au 12 rue des Lilas."}, "what", "adresse exacte"),
        ({"why": "Appelez le 06 12 34 56 78."}, "why", "téléphone"),
        ({"with_whom": "voir a.b@exemple.org"}, "with_whom", "adresse mail"),
        ({"area": "12 bis, rue des Lilas"}, "area", "numéro de rue"),
        ({"commune": ""}, "commune", "commune"),
        ({"is_wheelchair_accessible": ""}, "is_wheelchair_accessible", "fauteuil"),
        ({"is_insured": "False"}, "is_insured", "assurance"),
        ({"contact_phone": ""}, "contact_phone", "téléphone"),
    ],
)
def test_one_fault_gets_one_sentence_under_its_field(said: dict[str, str], field: str, word: str) -> None:
    found = advice.on_mission(GOOD | said)
    assert [one.field for one in found] == [field] and word in str(found[0])


@pytest.mark.parametrize(
    "what",
    [
        f"{WHAT} Ici, personne ne reste seul à table.",
        f"{WHAT} Les personnes aveugles lisent avec nous.",
        f"{WHAT} Une association de 40 ans, ouverte à chaque famille.",
    ],
)
def test_speaking_of_people_in_general_describes_nobody(what: str) -> None:
    assert advice.on_mission(GOOD | {"what": what}) == []


def test_what_must_not_be_public_comes_before_all_else() -> None:
    found = advice.on_mission({"title": "Aide", "what": "Appeler Mme Durand au 06 12 34 56 78"})
    assert ["nommer quelqu’un" in str(found[0]), "lu par tout le monde" in str(found[1])] == [True, True]
    assert len(found) == advice.AT_MOST


def test_what_is_done_from_home_is_asked_nothing_of_a_place() -> None:
    bare = dict.fromkeys(["commune", "area", "meeting_point", "transport", "is_wheelchair_accessible"], "")
    assert advice.on_mission(GOOD | bare | {"is_remote": "on"}) == []
    assert advice.on_mission(GOOD | bare) != []


def test_of_a_mission_only_begun_nothing_is_said_beyond_the_last_word_written() -> None:
    prefilled = {"commune": "Rennes (35)", "contact_phone": "+33600000000", "is_insured": "on"}
    assert advice.on_mission(prefilled, so_far=True) == []
    assert {one.field for one in advice.on_mission(prefilled | {"title": "Aide"}, so_far=True)} == {"title"}
    written = prefilled | {"title": "Récolter les légumes", "why": "Trente foyers en vivent."}
    assert {one.field for one in advice.on_mission(written, so_far=True)} == {"what"}


anything = st.one_of(st.text(max_size=300), st.booleans(), st.none(), st.integers())


@given(said=st.dictionaries(st.sampled_from([*advice.FIELDS, "is_remote"]), anything), so_far=st.booleans())
def test_advice_has_few_sentences_on_anything_each_in_its_place(said: dict[str, Any], so_far: bool) -> None:
    found = advice.on_mission(said, so_far=so_far)
    assert len(found) <= advice.AT_MOST and all(one.field in advice.FIELDS and one.sentence for one in found)
    placed = advice.by_field(found)
    assert tuple(placed) == advice.FIELDS
    assert sum(len(words) for words in placed.values()) >= sum(len(one.sentence) for one in found)
    assert {name for name, words in placed.items() if words} == {one.field for one in found}


@given(said=st.dictionaries(st.sampled_from(advice.FIELDS), st.text(max_size=60)))
def test_what_is_said_at_the_beginning_is_part_of_what_is_said_at_the_end(said: dict[str, str]) -> None:
    every = advice.on_mission(said, at_most=99)
    assert set(advice.on_mission(said, so_far=True, at_most=99)) <= set(every)
