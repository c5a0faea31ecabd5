"""Advice on how a mission is written, while it is typed: a pure function from what is said to sentences."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

AT_MOST = 5
_A_PERSON = re.compile(r"\b(?:M\.|Mr|Mme|Mlle|Monsieur|Madame)\s+[A-ZÀ-Ý]")
_A_WAY_TO_REACH = re.compile(r"(?:\+33|\b0)[1-9](?:[\s.\-]?\d\d){4}|[\w.+-]+@[\w-]+\.\w")
_TO_HIRE = re.compile(
    r"\b(?:CV|candidat|candidature|recrut\w+|profil recherché|motivation|compétences exigées)\b", re.I
)
_A_STREET_NUMBER = re.compile(
    r"\b\d{1,4}\s*(?:bis|ter)?,?\s+(?:rue|avenue|av\.|bd|boulevard|place|chemin|impasse|allée|quai)\b", re.I
)


def on_mission(said: Mapping[str, Any], *, at_most: int = AT_MOST) -> list[str]:
    """What would make this mission clearer or safer, the most useful first; nothing when it says all that people ask.

    `said` holds the fields of a mission as typed or as saved: anything missing counts as empty.
    """
    return [sentence for sentence in _in_order(said) if sentence][:at_most]


def _in_order(said: Mapping[str, Any]) -> list[str]:
    return [*_on_people(said), *_on_words(said), *_on_the_place(said), *_on_the_day(said)]


def _text(said: Mapping[str, Any], name: str) -> str:
    return str(said.get(name) or "").strip()


def _ticked(said: Mapping[str, Any], name: str) -> bool:
    return str(said.get(name) or "").lower() not in {"", "false", "none", "0"}


def _on_people(said: Mapping[str, Any]) -> list[str]:
    """What must not be public, before anything else."""
    public = " ".join(_text(said, name) for name in ("title", "what", "why", "with_whom", "area"))
    return [
        _("Ce texte semble nommer quelqu’un. Il est public : dites ce que l’on fait, sans dire pour qui.")
        if _A_PERSON.search(public) else "",
        _("Un téléphone ou une adresse mail dans le texte est lu par tout le monde : le champ « Téléphone du jour » "
          "ne le donne qu’aux personnes inscrites.")
        if _A_WAY_TO_REACH.search(public) else "",
        _("Le quartier est public : gardez le numéro de rue pour le point de rendez-vous.")
        if _A_STREET_NUMBER.search(_text(said, "area")) else "",
    ]  # fmt: skip


def _on_words(said: Mapping[str, Any]) -> list[str]:
    title, what = _text(said, "title"), _text(said, "what")
    letters = [c for c in title if c.isalpha()]
    shouts = len(letters) > 8 and sum(c.isupper() for c in letters) > 0.7 * len(letters)
    return [
        _("Le titre est court : un verbe et un moment aident à choisir, comme « Servir le repas du vendredi soir ».")
        if len(title) < 15 else "",
        _("Tout en majuscules, un titre se lit moins vite : écrivez-le comme une phrase.") if shouts else "",
        _("Dites ce que l’on fait du début à la fin, en deux ou trois phrases : on s’inscrit quand on s’y voit.")
        if len(what) < 80 else "",
        _("C’est long : les premières lignes suffisent souvent. Gardez le reste pour l’accueil.") if len(what) > 1200 else "",
        _("Ces mots parlent d’embauche. Pour donner deux heures, on ne candidate pas : « venez comme vous êtes » ouvre plus large.")
        if _TO_HIRE.search(f"{title} {what} {_text(said, 'skill')}") else "",
        _("Dites à quoi cela sert : c’est la première raison de venir.") if len(_text(said, "why")) < 15 else "",
    ]  # fmt: skip


def _on_the_place(said: Mapping[str, Any]) -> list[str]:
    if _ticked(said, "is_remote"):
        return []
    return [
        _("Dites dans quelle commune : sans elle, les voisins ne trouvent pas la mission.") if not said.get("commune") else "",
        _("Donnez le point de rendez-vous exact : seules les personnes inscrites le voient.")
        if not _text(said, "meeting_point") else "",
        _("Rien n’est dit de l’accès en fauteuil. Si l’on peut venir et participer, cochez-le : sinon, beaucoup renoncent.")
        if not _ticked(said, "is_wheelchair_accessible") else "",
        _("Dites comment venir sans voiture : un arrêt de bus suffit.") if not _text(said, "transport") else "",
        _("Un quartier ou un lieu-dit aide à se situer.") if not _text(said, "area") else "",
    ]  # fmt: skip


def _on_the_day(said: Mapping[str, Any]) -> list[str]:
    age = _text(said, "min_age")
    return [
        _("Pas de téléphone pour le jour même : qui se perd ou a un empêchement ne saura pas qui appeler.")
        if not _text(said, "contact_phone") else "",
        _("Dites avec qui l’on sera : venir seul fait moins peur quand on sait qui accueille.")
        if not _text(said, "with_whom") else "",
        _("Dites si l’on apprend sur place : « on vous montre tout » rassure plus qu’une longue liste.")
        if not _text(said, "training") else "",
        _("Dites quoi apporter, même si c’est « rien ».") if not _text(said, "gear") else "",
        _("L’assurance de l’association ne couvre pas cette mission : vérifiez votre contrat avant d’ouvrir.")
        if not _ticked(said, "is_insured") else "",
        _("Ouverte aux plus jeunes : prévoyez toujours deux adultes présents.") if age.isdigit() and int(age) < 18 else "",
    ]  # fmt: skip
