"""From what people write or type to plain stems."""

import re
import unicodedata
from functools import lru_cache

import Stemmer

_ACCENTS = re.compile(r"[\u0300-\u036f]+")
_WORD = re.compile(r"[0-9a-z]+")
_ELIDED = re.compile(r"\b(?:[cdjlmnst]|qu|lorsqu|puisqu|jusqu)'", re.IGNORECASE)
# Words too common to tell anything; as plain letters.
EMPTY = frozenset(
    [
        "a",
        "au",
        "aux",
        "avec",
        "ce",
        "ces",
        "cette",
        "d",
        "dans",
        "de",
        "des",
        "du",
        "elle",
        "en",
        "est",
        "et",
        "il",
        "ils",
        "je",
        "l",
        "la",
        "le",
        "les",
        "leur",
        "leurs",
        "ma",
        "mes",
        "mon",
        "n",
        "ne",
        "nos",
        "notre",
        "nous",
        "on",
        "ou",
        "par",
        "pas",
        "pour",
        "qu",
        "que",
        "qui",
        "s",
        "sa",
        "se",
        "ses",
        "son",
        "sont",
        "sur",
        "ta",
        "te",
        "tes",
        "ton",
        "tu",
        "un",
        "une",
        "vos",
        "votre",
        "vous",
        "y",
    ]
)
LONGEST = 2000  # words of one text


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The French stem of a word without accents: « benevoles » → « benevol »."""
    return str(_stemmer().stemWord(word))


@lru_cache(maxsize=1)
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("french")


def plain(text: str) -> str:
    """No accents, no capitals, no ligatures: « Lecœur » → « lecoeur »."""
    if text.isascii():  # most are, and millions are read
        return text.casefold()
    text = text.casefold().replace("œ", "oe").replace("æ", "ae").replace("’", "'")
    letters = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    return letters if letters.isascii() else "".join(c for c in letters if not unicodedata.combining(c))


def tokens(text: str) -> list[str]:
    """Words without accents nor capitals; elided articles go."""
    if "'" in text or "’" in text:
        text = _ELIDED.sub(" ", text.replace("’", "'"))
    return _WORD.findall(plain(text))


def stems(text: str) -> list[str]:
    """The stems of a text, in order; the emptiest words left out unless there is nothing else.

    The stem is taken after accents are dropped, so that « benevole » and « bénévole » meet.
    """
    return stems_of(tokens(text)[:LONGEST])


def stems_of(said: list[str]) -> list[str]:
    """A number is its own stem: told at once, it takes no place among the words remembered."""
    kept = [word if word[-1] <= "9" else stem(word) for word in said if word not in EMPTY]
    return kept or [stem(word) for word in said]
