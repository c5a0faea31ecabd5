"""The hour of a place: the time zone of a commune, by the beginning of its INSEE code.

Names and reach: IANA time zone database, `zone1970.tab` and, for the names it shares out since (`zone.tab`), the one of
each territory. Saint-Barthélemy and Saint-Martin keep the hour of Guadeloupe; French Polynesia has three.
"""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.translation import gettext, gettext_lazy

PARIS = ZoneInfo("Europe/Paris")
OVERSEAS = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "975": "America/Miquelon",
    "976": "Indian/Mayotte",
    "977": "America/Guadeloupe",
    "978": "America/Guadeloupe",
    "986": "Pacific/Wallis",
    "987": "Pacific/Tahiti",
    "988": "Pacific/Noumea",
}
OTHER_ISLANDS = {
    **dict.fromkeys(("98718", "98723", "98731", "98746", "98756", "98757"), "Pacific/Marquesas"),
    "98719": "Pacific/Gambier",
}
IN_WORDS = {
    "Europe/Paris": gettext_lazy("heure de Paris"),
    "America/Guadeloupe": gettext_lazy("heure de Guadeloupe"),
    "America/Martinique": gettext_lazy("heure de Martinique"),
    "America/Cayenne": gettext_lazy("heure de Guyane"),
    "Indian/Reunion": gettext_lazy("heure de La Réunion"),
    "America/Miquelon": gettext_lazy("heure de Saint-Pierre-et-Miquelon"),
    "Indian/Mayotte": gettext_lazy("heure de Mayotte"),
    "Pacific/Wallis": gettext_lazy("heure de Wallis-et-Futuna"),
    "Pacific/Tahiti": gettext_lazy("heure de Tahiti"),
    "Pacific/Marquesas": gettext_lazy("heure des îles Marquises"),
    "Pacific/Gambier": gettext_lazy("heure des îles Gambier"),
    "Pacific/Noumea": gettext_lazy("heure de Nouvelle-Calédonie"),
}


@lru_cache(maxsize=4096)
def zone_of(insee: str | None) -> ZoneInfo:
    """The zone of a commune; that of Paris for no commune."""
    code = insee or ""
    name = OTHER_ISLANDS.get(code) or OVERSEAS.get(code[:3])
    return ZoneInfo(name) if name else PARIS


def is_of_a_place(moment: datetime) -> bool:
    """Whether an instant carries the hour of a place: those that a database gives are in UTC, of nowhere."""
    return isinstance(moment.tzinfo, ZoneInfo) and moment.tzinfo.key != "UTC"


def in_words(moment: datetime) -> str:
    """« heure de La Réunion », for an instant that carries the hour of a place; nothing for another."""
    zone = moment.tzinfo
    if not isinstance(zone, ZoneInfo) or not zone.key:
        return ""
    return str(IN_WORDS.get(zone.key) or gettext("heure de {zone}").format(zone=zone.key))
