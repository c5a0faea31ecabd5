"""Person and those who answer for the young."""

from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from maillage.kernel.secret_link import HasSecretAddress

ADULT_AT, ALONE_FROM = 18, 15  # article 8 GDPR and article 45 of the loi Informatique et libertés: 15


class PersonManager(BaseUserManager["Person"]):
    def create_user(self, email: str | None = None, password: str | None = None, **fields: Any) -> "Person":
        person = self.model(email=email.strip().lower() if email else None, **fields)
        person.set_password(password)
        person.save()
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email__iexact=username)


class Person(AbstractBaseUser, PermissionsMixin):
    """A human being who speaks for themself. A person's record: shown to nobody unless they say so.

    The mail address is who they are: it is proven at each sign-in. A telephone is only a way to be reached: nobody proved
    it, a family may share it, and it opens nothing.
    """

    name = models.CharField(_("nom"), max_length=150, blank=True)
    email = models.EmailField(_("adresse mail"), null=True, blank=True)
    phone = models.CharField(_("téléphone"), max_length=20, null=True, blank=True)  # E.164
    birth_year = models.PositiveSmallIntegerField(_("année de naissance"), null=True, blank=True)
    locale = models.CharField(_("langue"), max_length=5, default="fr")
    reading = models.JSONField(default=dict, blank=True)  # the reading profile: see web/reading.py
    commune = models.ForeignKey("places.Commune", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)  # the technical team of this instance
    joined_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[PersonManager] = PersonManager()

    class Meta:
        verbose_name = _("personne")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_person_per_email"),
        ]

    def __str__(self) -> str:
        if self.erased_at:
            return str(_("Personne effacée"))
        return self.name or str(_("Personne sans nom"))

    @cached_property
    def proven_address(self) -> str:
        """The mail address, when a code sent to it came back; it is asked once, and holds while the person is forgotten."""
        mine = self.emailaddress_set.filter(email__iexact=self.email, verified=True) if self.email and self.pk else None
        return (self.email or "") if mine is not None and mine.exists() else ""

    def age_at_most(self, today: date) -> int | None:
        """Age reached in the year of `today`, from the birth year alone; None when not told."""
        return None if self.birth_year is None else today.year - self.birth_year

    def is_surely_adult(self, today: date) -> bool:
        """The youngest they can be is 18: we know the year only, so doubt protects the minor."""
        age = self.age_at_most(today)
        return age is not None and age - 1 >= ADULT_AT

    def may_be_minor(self, today: date) -> bool:
        age = self.age_at_most(today)
        return age is not None and age - 1 < ADULT_AT

    def children(self, today: date) -> "models.QuerySet[Person]":
        """The minors this person answers for, by name: what they may do, this person may do for them."""
        return Person.objects.filter(
            pk__in=self.wards.filter(agreed_at__isnull=False).values("minor"),
            erased_at=None,
            birth_year__gt=today.year - ADULT_AT - 1,
        ).order_by("name", "pk")

    def answers_for(self, child: "Person", today: date) -> bool:
        return self.children(today).filter(pk=child.pk).exists()

    def reached_at(self) -> tuple[str, str]:
        """Mail and telephone; for a child who has neither, those of whoever answers for them."""
        if self.email or self.phone or not self.pk:
            return self.email or "", self.phone or ""
        first = self.guardianships.filter(agreed_at__isnull=False).select_related("guardian").order_by("pk").first()
        if first is None:
            return "", ""
        if first.guardian:
            return first.guardian.email or "", first.guardian.phone or ""
        return first.guardian_email, first.guardian_phone


class Guardianship(HasSecretAddress):
    """An adult answers for a minor. A person's record (both of them).

    Until agreed, it is only a question sent to `guardian_email` or `guardian_phone` with a one-time link.
    """

    minor = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="guardianships")
    guardian = models.ForeignKey(Person, null=True, blank=True, on_delete=models.CASCADE, related_name="wards")
    guardian_name = models.CharField(max_length=150)
    guardian_email = models.EmailField(blank=True)
    guardian_phone = models.CharField(max_length=20, blank=True)
    asked_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)

    opens = "guardianship"

    class Meta:
        verbose_name = _("accord d’un responsable")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(agreed_at=None) | models.Q(refused_at=None),
                name="guardian_agrees_or_refuses",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.minor_id} ← {self.guardian_name}"
