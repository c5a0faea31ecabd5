"""The verbs: somebody arrives, says their year of birth, has somebody answer for them; two rows become one; one is erased."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from maillage.kernel import hooks
from maillage.kernel.people import facts
from maillage.kernel.people.models import ALONE_FROM, Guardianship, Person
from maillage.kernel.refusal import Refused
from maillage.kernel.secret_link import found

PREFERENCES = {"locale", "reading", "commune"}


class YearIsImpossible(Refused):
    sentence = _("Cette année de naissance ne va pas : écrivez-la en quatre chiffres, par exemple 1968.")


class TooYoungAlone(Refused):
    sentence = _(
        "Avant 15 ans, on vient avec un parent ou un responsable. Indiquez son nom et son adresse, pour lui demander son"
        " accord ; ou cet adulte s’inscrit, et vous ajoute dans « Mes enfants »."
    )


class GuardianCannotBeReached(Refused):
    sentence = _("Indiquez le nom de votre parent ou responsable, et son adresse mail ou son téléphone.")


class NobodyAnswersForThemself(Refused):
    sentence = _("C’est votre propre adresse. Indiquez celle de votre parent ou responsable.")


class AlreadyAnswered(Refused):
    sentence = _("Cette demande a déjà reçu sa réponse.")


class GuardianMustBeAdult(Refused):
    sentence = _("Il faut avoir 18 ans pour répondre d’un enfant. Indiquez d’abord votre année de naissance.")


class ChildNameIsMissing(Refused):
    sentence = _("Indiquez le prénom de l’enfant.")


class NotYourChild(Refused):
    sentence = _("Cette fiche n’est pas celle d’un enfant que vous avez ajouté.")


class SamePerson(Refused):
    sentence = _("C’est déjà la même personne.")


@transaction.atomic
def register(*, email: str, now: datetime, name: str = "", locale: str = "fr") -> Person:
    """The person of a mail address, made if nobody has it. The address is not proven yet: the code sent to it will do that."""
    email = email.strip().lower()
    if known := Person.objects.filter(email=email).first():
        return known
    made = Person.objects.create_user(email, name=name.strip(), locale=locale)
    facts.registered.record(about=made, by=made, at=now)
    return made


@transaction.atomic
def rename(*, person: Person, name: str, phone: str | None = None) -> Person:
    """Say how one is called, and how one is reached by telephone (E.164)."""
    person.name = name.strip()
    fields = ["name"]
    if phone is not None:
        person.phone, fields = phone or None, ["name", "phone"]
    person.save(update_fields=fields)
    return person


@transaction.atomic
def prefer(*, person: Person, **chosen: Any) -> Person:
    """Keep how somebody likes to be served: `locale`, `reading`, `commune`. Nothing else is a preference."""
    assert chosen.keys() <= PREFERENCES
    for name, value in chosen.items():
        setattr(person, name, value)
    person.save(update_fields=list(chosen))
    return person


@transaction.atomic
def set_access(*, person: Person, is_active: bool, is_staff: bool, by: Person, now: datetime) -> Person:
    """Whether somebody may come in, and is of the technical team: effective at their next request."""
    person.is_active, person.is_staff, person.is_superuser = is_active, is_staff, is_staff
    person.save(update_fields=["is_active", "is_staff", "is_superuser"])
    facts.access_changed.record(about=person, by=by, at=now, is_active=is_active, is_staff=is_staff)
    return person


# ── Age, and those who answer for the young ───────────────────────────────────────────────────
@transaction.atomic
def set_birth_year(*, person: Person, year: int, now: datetime) -> Person:
    """Note a year of birth. Raises YearIsImpossible; TooYoungAlone under 15, when no adult was asked to answer for them.

    Noted before the adult has answered, the year closes every mission; left out, it would close none.
    """
    today = localdate(now)
    if not today.year - 120 <= year <= today.year:
        raise YearIsImpossible
    is_child = today.year - year < ALONE_FROM
    if is_child and not person.guardianships.exists():
        raise TooYoungAlone
    person.birth_year = year
    person.save(update_fields=["birth_year"])
    return person


@transaction.atomic
def say_age(
    *,
    person: Person,
    year: int,
    now: datetime,
    guardian_name: str = "",
    guardian_email: str = "",
    guardian_phone: str = "",
) -> Guardianship | None:
    """Note a year of birth and, for whoever may be a minor, ask the adult named; answer the question that was sent.

    Raises YearIsImpossible, TooYoungAlone, GuardianCannotBeReached, NobodyAnswersForThemself; nothing is noted then.
    """
    today, asked = localdate(now), None
    may_be_minor = Person(birth_year=year).may_be_minor(today)
    agreed = person.guardianships.filter(agreed_at__isnull=False)
    said = guardian_name or guardian_email or guardian_phone
    if today.year - 120 <= year <= today.year and may_be_minor and not agreed.exists():
        if today.year - year < ALONE_FROM and not said:
            raise TooYoungAlone
        asked = ask_guardian(minor=person, name=guardian_name, email=guardian_email, phone=guardian_phone, now=now)
    set_birth_year(person=person, year=year, now=now)
    return asked


@transaction.atomic
def ask_guardian(*, minor: Person, name: str, now: datetime, email: str = "", phone: str = "") -> Guardianship:
    """Ask an adult to agree, by the address given. Asking again replaces the question.

    Raises GuardianCannotBeReached, NobodyAnswersForThemself.
    """
    email, phone, name = email.strip().lower(), phone.strip(), name.strip()
    if not name or not (email or phone):
        raise GuardianCannotBeReached
    if (email and email == (minor.email or "")) or (phone and phone == (minor.phone or "")):
        raise NobodyAnswersForThemself
    minor.guardianships.filter(agreed_at=None, refused_at=None).delete()
    made = Guardianship.objects.create(
        minor=minor, guardian_name=name, guardian_email=email, guardian_phone=phone, asked_at=now
    )
    facts.guardian_asked.record(about=made, by=minor, at=now)
    return made


def guardianship_of(given: str) -> Guardianship | None:
    """The question whose secret address was followed; None when the token is not right."""
    return found(Guardianship.objects.select_related("minor"), given)


@transaction.atomic
def answer_as_guardian(
    *, guardianship: Guardianship, agrees: bool, now: datetime, guardian: Person | None = None
) -> Guardianship:
    """The adult says yes or no, once. Raises AlreadyAnswered."""
    asked = Guardianship.objects.select_for_update(of=("self",)).select_related("minor").get(pk=guardianship.pk)
    if asked.agreed_at or asked.refused_at:
        raise AlreadyAnswered
    if agrees:
        asked.agreed_at, asked.guardian = now, guardian
        facts.guardian_agreed.record(about=asked, by=guardian, at=now)
    else:
        asked.refused_at = now
        facts.guardian_refused.record(about=asked, by=guardian, at=now)
    asked.save(update_fields=["agreed_at", "refused_at", "guardian"])
    return asked


@transaction.atomic
def add_child(*, guardian: Person, name: str, birth_year: int, now: datetime) -> Person:
    """An adult makes a row for a child they answer for; the child has no way to sign in alone.

    Raises GuardianMustBeAdult, ChildNameIsMissing, YearIsImpossible.
    """
    today = localdate(now)
    if not guardian.is_surely_adult(today):
        raise GuardianMustBeAdult
    if not name.strip():
        raise ChildNameIsMissing
    if not today.year - 18 <= birth_year <= today.year:
        raise YearIsImpossible
    child = Person.objects.create_user(None, name=name.strip(), birth_year=birth_year)
    made = Guardianship.objects.create(
        minor=child, guardian=guardian, guardian_name=str(guardian), guardian_email=guardian.email or "",
        guardian_phone=guardian.phone or "", asked_at=now, agreed_at=now,
    )  # fmt: skip
    facts.guardian_agreed.record(about=made, by=guardian, at=now)
    return child


@transaction.atomic
def remove_child(*, guardian: Person, child: Person, now: datetime) -> Person:
    """Forget everything of a child who has no account of their own. Raises NotYourChild."""
    child = Person.objects.select_for_update().get(pk=child.pk)
    if child.email or child.erased_at or not guardian.wards.filter(minor=child, agreed_at__isnull=False).exists():
        raise NotYourChild
    for data in sorted(hooks.personal_data, key=lambda one: one.order):
        data.forget(child, now=now)
    return erase(person=child, by=guardian, now=now)


# ── Two rows, one human being; and none ───────────────────────────────────────────────────────
@transaction.atomic
def merge(*, kept: Person, gone: Person, by: Person, now: datetime) -> Person:
    """Give everything that was `gone`'s to `kept`, module by module, then empty `gone`. Raises SamePerson."""
    if kept.pk == gone.pk:
        raise SamePerson
    for data in sorted(hooks.personal_data, key=lambda one: one.order):
        data.merge(kept, gone, now=now)
    for name in ("name", "email", "phone", "birth_year", "commune_id", "reading"):
        if not getattr(kept, name) and (value := getattr(gone, name)):
            setattr(kept, name, value)
    facts.merged.record(about=kept, by=by, at=now, gone=gone.pk)
    empty(gone, now)
    kept.save()
    return kept


@transaction.atomic
def erase(*, person: Person, by: Person | None, now: datetime) -> Person:
    """Empty the row. It stays, without anything of anybody, because evidence and facts point at it."""
    facts.erased.record(about=person, by=by, at=now)
    return empty(person, now)


def empty(person: Person, now: datetime) -> Person:
    person.name, person.email, person.phone, person.birth_year, person.commune = "", None, None, None, None
    person.reading, person.is_active, person.is_staff, person.is_superuser = {}, False, False, False
    person.erased_at, person.last_login = now, None
    person.set_unusable_password()
    person.save()
    return person
