from django.db import models
from django.utils.translation import gettext_lazy as _


class Heartbeat(models.Model):
    """When a periodic function last began and ended. Nobody's record: the machine's own pulse."""

    name = models.CharField(max_length=60, unique=True)
    every_minutes = models.PositiveIntegerField()
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    failed = models.BooleanField(default=False)
    error = models.CharField(max_length=200, blank=True)  # the kind of exception, never its words

    class Meta:
        verbose_name = _("battement")

    def __str__(self) -> str:
        return self.name


class Worker(models.Model):
    """A process that takes tasks: alive as long as it says so. Nobody's record."""

    name = models.CharField(max_length=64, unique=True)
    host = models.CharField(max_length=100)
    pid = models.PositiveIntegerField()
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("travailleur")

    def __str__(self) -> str:
        return self.name
