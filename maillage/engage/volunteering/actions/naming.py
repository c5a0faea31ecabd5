"""Nobody who is helped is named or located in what others may read."""

import re

from django.utils.translation import gettext_lazy as _

from maillage.kernel.organisations.models import Contact
from maillage.kernel.refusal import Refused
from maillage.kernel.search.words import plain

# Of three letters or more, and the name of nobody: « Marie des Ormes » is named by « Ormes ».
_NO_NAMES = frozenset(
    ["des", "les", "del", "der", "den", "dos", "das", "van", "von", "aux", "mme", "mlle", "madame", "monsieur"]
)
_A_LINE = re.compile(
    r"\b(?:lignes?|bus|métro|tram(?:way)?|cars?)\s+[A-Z]?\d{1,3}\b", re.I
)  # « métro ligne 2, place Hoche »
_AN_ADDRESS = re.compile(
    r"\b\d{1,4}\s*(?:bis|ter)?,?\s+(?:rue|avenue|av\.|bd|boulevard|place|chemin|impasse|allée|quai|route|square)\b[^.;\n]{0,30}"
    r"|\b(?:digicode|code (?:de la porte|d[’']entrée|porte)|interphone)\b[^.;\n]{0,20}",
    re.I,
)


class DescribesAPerson(Refused):
    sentence = _(
        "Ce texte nomme la personne aidée (« {word} »). Il peut être lu par d’autres : dites ce qu’il faut faire, "
        "sans dire qui."
    )


class GivesAHome(DescribesAPerson):
    sentence = _(
        "Ce texte dit où habite la personne aidée (« {word} »). Écrivez-le dans le point de rendez-vous : seules les "
        "personnes que vous acceptez le lisent."
    )


def refuse_naming(helped: Contact, *texts: str) -> None:
    """Never describe the person publicly: no word of their name in what others may read. Raises DescribesAPerson."""
    names = {word for word in words(helped.name) if len(word) > 2} - _NO_NAMES
    for word in words(" ".join(texts)):
        if word in names:
            raise DescribesAPerson(word=word)


def refuse_locating(*texts: str) -> None:
    """A street number or the code of a door opens somebody's home to whoever reads it. Raises GivesAHome."""
    for text in texts:
        if found := _AN_ADDRESS.search(_A_LINE.sub("", text)):
            raise GivesAHome(word=found[0].strip())


def words(text: str) -> list[str]:
    """Its words, letters only, in any writing: « Lecœur » and « LECOEUR » are one."""
    return re.findall(r"[^\W\d_]+", plain(text))
