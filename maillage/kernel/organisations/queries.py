"""Finding an association by words and commune: those that stand here, and the lines of the register."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models.signals import post_save
from django.dispatch import receiver

from maillage.kernel.organisations import register
from maillage.kernel.organisations.models import Contact, Organisation, RegisterEntry
from maillage.kernel.organisations.numbers import bare
from maillage.kernel.people.models import Person
from maillage.kernel.places.models import Commune
from maillage.kernel.search.index import TextIndex
from maillage.kernel.search.words import tokens

index = TextIndex("organisations")
SORTED = 1000  # as many lines are sorted in no time


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
    """Organisations that stand here, by name, commune or number."""
    if not words.strip() and commune is None:
        return []
    return list(standing(words, commune)[:at_most])


def standing(words: str = "", commune: Commune | None = None) -> models.QuerySet[Organisation]:
    """Organisations that stand here; all of them when nothing is asked."""
    found = Organisation.objects.filter(closed_at=None).select_related("commune").order_by("name", "pk")
    if commune:
        found = found.filter(commune__in=codes_of(commune))
    return found.filter(index.matching(words)) if words.strip() else found


def standing_near(commune: Commune | None) -> models.QuerySet[Organisation]:
    """All that stand here: those of the commune first, then those of its department."""
    if commune is None:
        return standing()
    is_here = models.When(commune__in=codes_of(commune), then=0)
    is_near = models.When(commune__department_code=commune.department_code, then=1)
    far = models.Case(is_here, is_near, default=2, output_field=models.IntegerField())
    return standing().annotate(far=far).order_by("far", "name", "pk")


def find_entries(
    words: str, commune: Commune | None = None, *, offset: int = 0, at_most: int = 20
) -> list[RegisterEntry]:
    """Lines of the register, by number, or by words and commune; those that stand before the dissolved, then by title.

    A word may name a hundred thousand lines: beyond some, they come in the order of their numbers, unsorted.
    """
    words = words.strip()
    number = bare(words)
    if is_a_number(number):
        if exact := list(RegisterEntry.objects.filter(number=number)):
            return exact if not offset else []
        if number.isdigit():
            words = number  # a SIREN or a SIRET, typed with its spaces
    elif not words and commune is None:
        return []
    signs = [register.sign_of(code) for code in codes_of(commune)] if commune else []
    found = register.index.find(words, at_most=SORTED + 1, any_of=signs)
    if len(found) <= SORTED:
        sorted_lines = RegisterEntry.objects.filter(pk__in=found).order_by("position", "title", "pk")
        return list(sorted_lines[offset : offset + at_most])
    found = register.index.find(words, at_most=at_most, offset=offset, any_of=signs)
    kept = RegisterEntry.objects.in_bulk(found)
    return [kept[pk] for pk in found if pk in kept]


def is_a_number(bare_words: str) -> bool:
    """Whether it may be a number of the register, a SIREN or a SIRET."""
    return bare_words.isascii() and 8 < len(bare_words) < 15 and any(sign.isdigit() for sign in bare_words)


# ── What was noted with somebody's address ────────────────────────────────────────────────────
def noted_with(address: str) -> models.QuerySet[Contact]:
    """Contacts of nobody yet that carry a mail address: for whoever proved it."""
    every = Contact.objects.across(reason="those that carry an address, told to whoever proved it")
    found = every.filter(email__iexact=address, person=None, erased_at=None) if address else every.none()
    return found.select_related("organisation").order_by("pk")


def is_called(person: Person, name: str) -> bool:
    """The same first name: « Amina Benali » is Amina B.; Marc, behind the same address, is somebody else of the house."""
    mine, theirs = tokens(person.name), tokens(name)
    return bool(mine and theirs) and mine[0] == theirs[0]


def noted_of(person: Person, *, but: Iterable[int] = ()) -> list[Contact]:
    """Contacts that carry the person's proven address and first name."""
    return [one for one in noted_with(person.proven_address).exclude(pk__in=but) if is_called(person, one.name)]


def noted_under_other_names(person: Person) -> list[Contact]:
    """Contacts that carry the person's proven address, and the name of somebody else."""
    return [one for one in noted_with(person.proven_address) if not is_called(person, one.name)]
