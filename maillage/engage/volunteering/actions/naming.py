"""Nobody who is helped is named in what others may read."""

import re

from django.utils.translation import gettext_lazy as _

from maillage.kernel.organisations.models import Contact
from maillage.kernel.refusal import Refused
from maillage.kernel.search.words import plain


class DescribesAPerson(Refused):
    sentence = _(
        "Ce texte nomme la personne aidée (« {word} »). Il peut être lu par d’autres : dites ce qu’il faut faire, "
        "sans dire qui."
    )


def refuse_naming(helped: Contact, *texts: str) -> None:
    """Never describe the person publicly: no word of their name in what others may read. Raises DescribesAPerson."""
    names = {word for word in words(helped.name) if len(word) > 2}
    for word in words(" ".join(texts)):
        if word in names:
            raise DescribesAPerson(word=word)


def words(text: str) -> list[str]:
    """Its words, letters only, in any writing: « Lecœur » and « LECOEUR » are one."""
    return re.findall(r"[^\W\d_]+", plain(text))
