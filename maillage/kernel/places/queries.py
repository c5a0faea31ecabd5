"""Finding a commune by what people type, or by where they are."""

from django.db.models import Case, IntegerField, Q, Value, When

from maillage.kernel.places import near, words
from maillage.kernel.places.models import Commune

SHORT = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes", "s": "sur"}


def find_communes(typed: str, at_most: int = 8) -> list[Commune]:
    """Communes whose name, postal code or INSEE code begins as typed: the exact name first, then the most peopled.

    « st etienne », « Saint-Étienne (42) », « 42000 », « etienne loire » all find Saint-Étienne. A part of a commune
    (an arrondissement) comes after its commune.
    """
    said = words.plain(typed).split()[:8]
    if not said:
        return []
    name = " ".join(SHORT.get(word, word) for word in said)
    matching = Commune.objects.filter(every_word(said))
    exact = Q(search_text__startswith=f"{name} |")
    begins = Q(search_text__startswith=name)
    rank = Case(When(exact, then=Value(0)), When(begins, then=Value(1)), default=Value(2), output_field=IntegerField())
    return list(matching.annotate(rank=rank).order_by("rank", "part_of", "-population", "pk")[:at_most])


def every_word(said: list[str]) -> Q:
    """Each word typed begins a word of the commune; « st » is also « saint », both ways."""
    found = Q()
    for word in said:
        forms = {word, SHORT.get(word, word)}
        one = Q()
        for form in forms:
            one |= Q(search_text__startswith=form) | Q(search_text__contains=f" {form}")
        found &= one
    return found


def nearest_commune(latitude: float, longitude: float) -> Commune | None:
    """The commune whose point is nearest, within 60 km."""
    for km in (10, 60):
        found = near.nearest(
            Commune.objects.filter(part_of=""), latitude=latitude, longitude=longitude, km=km, at_most=1
        )
        if found:
            return found[0][0]
    return None
