from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from maillage.kernel.organisations.scope import ScopedQuerySet


class File(models.Model):
    """A file somebody entrusted. A person's record (`person`) or an association's (`organisation`)."""

    storage_key = models.CharField(max_length=32, unique=True)  # random: says nothing
    name = models.CharField(max_length=120)
    mime = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)  # of the clear bytes
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="files")
    organisation = models.ForeignKey(
        "organisations.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    kept_at = models.DateTimeField()

    objects = ScopedQuerySet["File"].as_manager()

    class Meta:
        verbose_name = _("fichier")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(person__isnull=False) | models.Q(organisation__isnull=False),
                name="a_file_is_somebodys",
            ),
        ]

    def __str__(self) -> str:
        return self.storage_key
