"""Finding an association by words and commune: those that stand here, and the lines of the register."""

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from maillage.kernel.organisations import register
from maillage.kernel.organisations.models import Organisation, Position, RegisterEntry
from maillage.kernel.organisations.numbers import bare
from maillage.kernel.places.models import Commune
from maillage.kernel.search.index import TextIndex

index = TextIndex("organisations")


@receiver(post_save, sender=Organisation)
def keep_words(instance: Organisation, **kwargs: Any) -> None:
    """An organisation is found by its names, its commune and its number as soon as it is saved."""
    commune = instance.commune.name if instance.commune else ""
    words = (instance.name, instance.short_name, commune, instance.rna_number or "")
    index.put([(instance.pk, " ".join(words))])


def codes_of(commune: Commune) -> list[str]:
    """A commune's code, and those of its arrondissements."""
    return [commune.insee, *Commune.objects.filter(part_of=commune.insee).values_list("insee", flat=True)]


def find_organisations(words: str, commune: Commune | None = None, at_most: int = 10) -> list[Organisation]:
    """Organisations that stand here, by name."""
    found = Organisation.objects.filter(closed_at=None).select_related("commune")
    if commune:
        found = found.filter(commune__in=codes_of(commune))
    if words.strip():
        found = found.filter(index.matching(words))
    elif commune is None:
        return []
    return list(found.order_by("name")[:at_most])


def find_entries(
    words: str, commune: Commune | None = None, *, offset: int = 0, at_most: int = 20
) -> list[RegisterEntry]:
    """Lines of the register, by number, or by words and commune. Lines that were removed or given a new number stay out."""
    words = words.strip()
    shown = RegisterEntry.objects.exclude(position__in=[Position.REMOVED, Position.RENUMBERED])
    number = bare(words)
    is_number = 9 < len(number) < 15 and any(sign.isdigit() for sign in number)
    if is_number and (exact := list(RegisterEntry.objects.filter(number=number))):
        return exact if not offset else []
    if commune:
        shown = shown.filter(insee__in=codes_of(commune))
        if words:
            shown = shown.filter(register.index.matching(words))
        return list(shown.order_by("title", "pk")[offset : offset + at_most])
    # Without a commune a word may name a hundred thousand lines: they come in the order of their numbers, unsorted.
    found = register.index.find(words, at_most=at_most, offset=offset)
    kept = {entry.pk: entry for entry in shown.filter(pk__in=found)}
    return [kept[pk] for pk in found if pk in kept]
