from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from maillage.kernel.organisations.scope import ScopedQuerySet


class How(models.TextChoices):
    SPOKEN = "spoken", _("de vive voix, en présence de la personne")
    PHONE = "phone", _("au téléphone")
    PAPER = "paper", _("par écrit, sur papier")
    MESSAGE = "message", _("par mail ou SMS")
    ONLINE = "online", _("par la personne elle-même, sur le site")


class ConsentQuerySet(ScopedQuerySet["Consent"]):
    def about(self, *people: Any) -> Self:
        """Given by themself, or written down of a contact that is theirs, even if it became theirs afterwards."""
        mine = self.filter(models.Q(person__in=people) | models.Q(contact__person__in=people))
        return mine._tell()

    def standing(self) -> "ConsentQuerySet":
        return self.filter(withdrawn_at=None)


class Consent(models.Model):
    """Somebody agreed: to what, in which words, how, recorded by whom. An association's record, and the person's own."""

    organisation = models.ForeignKey(
        "organisations.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    contact = models.ForeignKey("organisations.Contact", null=True, on_delete=models.PROTECT, related_name="consents")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=60)
    legal_basis = models.CharField(max_length=30)
    wording = models.CharField(max_length=500)  # what was read or said
    how = models.CharField(_("comment"), max_length=10, choices=How)
    note = models.CharField(_("précision"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("accord")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(contact__isnull=False, organisation__isnull=False)
                | models.Q(contact=None, person__isnull=False),
                name="somebody_agreed",
            ),
        ]
        indexes = [models.Index(fields=["contact", "purpose"], name="consent_of_contact")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"

    @property
    def is_standing(self) -> bool:
        return self.withdrawn_at is None
