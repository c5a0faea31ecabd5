"""No word of the name of somebody who is helped, however it is written."""

import pytest

from maillage.engage.volunteering.actions.naming import DescribesAPerson, refuse_naming
from maillage.kernel.organisations.models import Contact


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Denise Lecœur", "Monter chez Mme Lecoeur"),
        ("Denise LECOEUR", "Monter chez Mme Lecœur"),
        ("Élise Besnard", "les courses d’ÉLISE"),
        ("Anne-Lise Le Goff", "pour anne lise"),
        ("Jean D’Artagnan", "chez M. d'Artagnan"),
        ("Kervadec", "sonnez à Kervadec3"),
        ("Bołek", "chez BOŁEK"),
        ("Оксана Шевченко", "pour оксана"),
        ("ليلى حداد", "مع ليلى"),
    ],
)
def test_a_word_of_the_name_is_refused_however_it_is_written(name: str, text: str) -> None:
    with pytest.raises(DescribesAPerson):
        refuse_naming(Contact(name=name), "Des courses", text)


@pytest.mark.parametrize(
    ("name", "text"),
    [("Denise Lecœur", "Du cœur à l’ouvrage"), ("Le Goff", "Le lundi"), ("", "Des courses"), ("Li", "Li")],
)
def test_what_names_nobody_may_be_written(name: str, text: str) -> None:
    refuse_naming(Contact(name=name), text)
