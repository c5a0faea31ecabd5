from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from maillage.kernel import hooks
from maillage.kernel.organisations.scope import ScopedQuerySet


class Issued(models.Model):
    """A document that was handed over. An association's record; who holds the paper may check it by its code."""

    code = models.CharField(max_length=14, unique=True)  # XXXX-XXXX-XXXX: 60 bits, no sign that looks like another
    kind = models.CharField(max_length=60)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    about_model = models.CharField(max_length=60)
    about_id = models.BigIntegerField()
    file = models.ForeignKey("files.File", null=True, on_delete=models.SET_NULL, related_name="+")
    sha256 = models.CharField(max_length=64)
    summary = models.JSONField(default=dict)  # figures only
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet["Issued"].as_manager()

    class Meta:
        verbose_name = _("document délivré")
        indexes = [models.Index(fields=["about_model", "about_id"], name="issued_about")]

    def __str__(self) -> str:
        return self.code

    @property
    def label(self) -> str:
        return str(hooks.document_kinds.named(self.kind).label)

    @property
    def told(self) -> str:
        """What anybody who holds the code may read."""
        return hooks.document_kinds.named(self.kind).told(self.summary)
