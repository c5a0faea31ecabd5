from django.db import models


class Done(models.Model):
    """A key that was used and where it led. Nobody's record: a hash and an address, gone after two days."""

    key = models.CharField(max_length=64, unique=True)
    answer = models.CharField(max_length=2000)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "envoi déjà fait"
        indexes = [models.Index(fields=["at"], name="once_done_at")]

    def __str__(self) -> str:
        return self.key[:8]
