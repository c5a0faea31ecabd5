"""Advice on how a mission is written, while it is typed: a pure function from what is said to sentences."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

AT_MOST = 5
PUBLIC = ("title", "what", "why", "with_whom", "area", "gear", "transport", "training")  # what anybody reads
_A_PERSON = re.compile(r"\b(?:M\.|Mr|Mme|Mlle|Monsieur|Madame)\s+[A-ZÀ-Ý]")
# One person, by their age, their health or their solitude: a neighbour knows at once who it is.
_SOMEBODY = re.compile(
    r"\b(?:dame|monsieur|homme|femme|voisine?|personne(?! n[e’'])|mamie|papi|mère|père|garçon|fille|enfant)\b[^.;!?\n]{0,40}?"
    r"\b(?:\d{1,3} ans|aveugle|sourde?|muette?|malade|diabétique|dépressi[fv]e?|alcoolique|handicapée?|hospitalisée?|désorientée?"
    r"|alzheimer|parkinson|cancer|veuve|veuf|seule?|isolée?|endettée?|sans[- ]papiers|détenue?)\b"
    r"|\bvi(?:t|vant) seule?\b",
    re.I,
)
_A_DOOR_CODE = re.compile(r"\b(?:digicode|interphone|code (?:de la porte|d[’']entrée))\b", re.I)
_A_WAY_TO_REACH = re.compile(r"(?:\+33|\b0)[1-9](?:[\s.\-]?\d\d){4}|[\w.+-]+@[\w-]+\.\w")
_TO_HIRE = re.compile(
    r"\b(?:CV|candidat|candidature|recrut\w+|profil recherché|motivation|compétences exigées)\b", re.I
)
_A_STREET_NUMBER = re.compile(
    r"\b\d{1,4}\s*(?:bis|ter)?,?\s+(?:rue|avenue|av\.|bd|boulevard|place|chemin|impasse|allée|quai)\b", re.I
)

# The fields that advice may speak of, in the order of the form.
FIELDS = (
    "title", "what", "why", "with_whom", "commune", "area", "meeting_point", "transport", "is_wheelchair_accessible",
    "gear", "training", "is_insured", "contact_phone",
)  # fmt: skip
_FILLED_FROM_THE_START = {"commune", "is_wheelchair_accessible", "is_insured", "contact_phone"}


@dataclass(frozen=True)
class Advice:
    """One sentence, and the field where it is followed."""

    field: str
    sentence: str

    def __str__(self) -> str:
        return self.sentence


def on_mission(said: Mapping[str, Any], *, so_far: bool = False, at_most: int = AT_MOST) -> list[Advice]:
    """What would make this mission clearer or safer, the most useful first; nothing when it says all that people ask.

    `said` holds the fields of a mission as typed or as saved: anything missing counts as empty. `so_far`: of a form
    begun just now, nothing is said of the fields that come after the last one written.
    """
    found = [*_on_people(said), *_on_words(said), *_on_the_place(said), *_on_the_day(said)]
    if so_far:
        written = [name for name in FIELDS if name not in _FILLED_FROM_THE_START and _text(said, name)]
        reached = FIELDS[: FIELDS.index(written[-1]) + 1] if written else ()
        found = [one for one in found if one.field in reached]
    return found[:at_most]


def by_field(found: list[Advice]) -> dict[str, str]:
    """Each field that advice may speak of, with what is said of it now."""
    return {name: " ".join(one.sentence for one in found if one.field == name) for name in FIELDS}


def _text(said: Mapping[str, Any], name: str) -> str:
    return str(said.get(name) or "").strip()


def _ticked(said: Mapping[str, Any], name: str) -> bool:
    return str(said.get(name) or "").lower() not in {"", "false", "none", "0"}


def _those(*told: tuple[object, str, str]) -> list[Advice]:
    return [Advice(field, sentence) for when, field, sentence in told if when]


def _first_with(pattern: re.Pattern[str], said: Mapping[str, Any]) -> str:
    """The first public field where it is found."""
    return next((name for name in PUBLIC if pattern.search(_text(said, name))), "")


def _on_people(said: Mapping[str, Any]) -> list[Advice]:
    """What must not be public, before anything else."""
    named, reached = _first_with(_A_PERSON, said), _first_with(_A_WAY_TO_REACH, said)
    described, opened = _first_with(_SOMEBODY, said), _first_with(_A_DOOR_CODE, said)
    at = next((name for name in PUBLIC if name != "area" and _A_STREET_NUMBER.search(_text(said, name))), "")
    return _those(
        (named, named, _("Ce texte semble nommer quelqu’un. Il est public : dites ce que l’on fait, sans dire pour qui.")),
        (described, described, _("Ce texte décrit une personne : son âge, sa santé ou sa solitude la font reconnaître. Dites le geste, pas la "
          "personne : « porter des courses à l’étage ».")),
        (opened, opened, _("Un code de porte dans un texte public ouvre la porte à tout le monde : gardez-le pour le point de rendez-vous.")),
        (at, at, _("Ce texte donne une adresse exacte à tout le monde : le point de rendez-vous, lui, ne va qu’aux personnes inscrites.")),
        (reached, reached, _("Un téléphone ou une adresse mail dans le texte est lu par tout le monde : le champ « Téléphone du jour » "
          "ne le donne qu’aux personnes inscrites.")),
        (_A_STREET_NUMBER.search(_text(said, "area")), "area",
         _("Le quartier est public : gardez le numéro de rue pour le point de rendez-vous.")),
    )  # fmt: skip


def _on_words(said: Mapping[str, Any]) -> list[Advice]:
    title, what = _text(said, "title"), _text(said, "what")
    letters = [c for c in title if c.isalpha()]
    shouts = len(letters) > 8 and sum(c.isupper() for c in letters) > 0.7 * len(letters)
    hires = next((name for name in ("title", "what") if _TO_HIRE.search(_text(said, name))), "")
    return _those(
        (len(title) < 15, "title",
         _("Le titre est court : un verbe et un moment aident à choisir, comme « Servir le repas du vendredi soir ».")),
        (shouts, "title", _("Tout en majuscules, un titre se lit moins vite : écrivez-le comme une phrase.")),
        (len(what) < 80, "what",
         _("Dites ce que l’on fait du début à la fin, en deux ou trois phrases : on s’inscrit quand on s’y voit.")),
        (len(what) > 1200, "what", _("C’est long : les premières lignes suffisent souvent. Gardez le reste pour l’accueil.")),
        (hires, hires,
         _("Ces mots parlent d’embauche. Pour donner deux heures, on ne candidate pas : « venez comme vous êtes » ouvre plus large.")),
        (len(_text(said, "why")) < 15, "why", _("Dites à quoi cela sert : c’est la première raison de venir.")),
    )  # fmt: skip


def _on_the_place(said: Mapping[str, Any]) -> list[Advice]:
    if _ticked(said, "is_remote"):
        return []
    return _those(
        (not said.get("commune"), "commune", _("Dites dans quelle commune : sans elle, les voisins ne trouvent pas la mission.")),
        (not _text(said, "meeting_point"), "meeting_point",
         _("Donnez le point de rendez-vous exact : seules les personnes inscrites le voient.")),
        (not _ticked(said, "is_wheelchair_accessible"), "is_wheelchair_accessible",
         _("Rien n’est dit de l’accès en fauteuil. Si l’on peut venir et participer, cochez-le : sinon, beaucoup renoncent.")),
        (not _text(said, "transport"), "transport", _("Dites comment venir sans voiture : un arrêt de bus suffit.")),
        (not _text(said, "area"), "area", _("Un quartier ou un lieu-dit aide à se situer.")),
    )  # fmt: skip


def _on_the_day(said: Mapping[str, Any]) -> list[Advice]:
    return _those(
        (not _text(said, "contact_phone"), "contact_phone",
         _("Pas de téléphone pour le jour même : qui se perd ou a un empêchement ne saura pas qui appeler.")),
        (not _text(said, "with_whom"), "with_whom",
         _("Dites avec qui l’on sera : venir seul fait moins peur quand on sait qui accueille.")),
        (not _text(said, "training"), "training",
         _("Dites si l’on apprend sur place : « on vous montre tout » rassure plus qu’une longue liste.")),
        (not _text(said, "gear"), "gear", _("Dites quoi apporter, même si c’est « rien ».")),
        (not _ticked(said, "is_insured"), "is_insured",
         _("L’assurance de l’association ne couvre pas cette mission : vérifiez votre contrat avant d’ouvrir.")),
    )  # fmt: skip
