from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Erasure(models.Model):
    """The proof that a person asked to be erased and was. Identifiers and codes only: the row it points to is empty."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="erasure")
    done_at = models.DateTimeField()
    kept = models.JSONField(default=list)  # [{what, why, until}]: no name in it

    class Meta:
        verbose_name = _("effacement")

    def __str__(self) -> str:
        return f"{self.person_id}"
