from django.db import models
from django.utils.translation import gettext_lazy as _


class Done(models.Model):
    """A key that was used and where it led. Nobody's record: a hash and an address, gone after two days."""

    key = models.CharField(max_length=64, unique=True)
    answer = models.CharField(max_length=2000)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("envoi déjà fait")
        indexes = [models.Index(fields=["at"], name="once_done_at")]

    def __str__(self) -> str:
        return self.key[:8]
