import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from maillage.kernel.imports.models import Import
from maillage.kernel.search import TextIndex
from maillage.kernel.search.words import stems, tokens

TEXTS = [
    (1, "Récolter les légumes du samedi aux Jardins"),
    (2, "Lire à voix haute à la bibliothèque"),
    (3, "L’atelier d’œuvres bénévoles"),
]


@pytest.fixture
def index(db: None) -> TextIndex:
    made = TextIndex("tried")
    made.install()
    made.clear()
    made.put(TEXTS)
    yield made
    del TextIndex.all["tried"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("legume", [1]), ("LÉGUMES sam", [1]), ("jardin", [1]), ("biblio", [2]), ("bibliothèques", [2]),
        ("oeuvre", [3]), ("œuvres", [3]), ("atelier bene", [3]), ("bénévole ", [3]), ("légume bibliothèque", []),
        ("", []), ("   ", []), ('" OR words:*', []), ("') & !", []), ("à", [2]),
    ],
)  # fmt: skip
def test_words_are_found_as_one_types_them(index: TextIndex, typed: str, found: list[int]) -> None:
    assert index.find(typed) == found


def test_what_is_written_again_is_found_by_its_new_words_only(index: TextIndex) -> None:
    index.put([(2, "Chanter ensemble")])
    assert (index.find("chanter"), index.find("bibliothèque")) == ([2], [])
    index.remove([2])
    assert index.find("chanter") == []


def test_it_narrows_a_queryset(index: TextIndex) -> None:
    now = timezone.now()
    made = [Import.objects.create(pk=number, file_name=f"{number}", started_at=now) for number in (1, 2, 3)]
    assert list(Import.objects.filter(index.matching("légumes"))) == made[:1]
    assert list(Import.objects.filter(index.matching("   "))) == []


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=60))
def test_no_text_breaks_a_question(typed: str) -> None:
    assert all(word.isascii() and word.isalnum() for word in tokens(typed) + stems(typed))
