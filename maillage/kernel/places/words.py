"""Names of places as one types them: no accents, no capitals, no hyphens; « st » is « saint »."""

import re
from collections.abc import Iterable

from maillage.kernel.search import words

_NOT_A_WORD = re.compile(r"[^0-9a-z]+")


def plain(text: str) -> str:
    """« L’Haÿ-les-Roses » → « l hay les roses »."""
    return _NOT_A_WORD.sub(" ", words.plain(text)).strip()


def line(name: str, insee: str, postcodes: Iterable[str], department: str, region: str) -> str:
    """What a commune is found by: its name, then « | », then its codes, department and region."""
    return " ".join([plain(name), "|", *postcodes, insee.lower(), plain(department), plain(region)])[:400]
