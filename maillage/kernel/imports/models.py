from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Import(models.Model):
    """One file brought in. The operator's record: counts and a place in the file, nothing of what the lines say.

    `position` is committed with the lines before it, and `prefix_digest` tells whether a file found later under this
    name begins with the very same bytes: then the import goes on from there.
    """

    kind = models.CharField(max_length=40)
    file_name = models.CharField(max_length=255)
    size = models.BigIntegerField(default=0)
    encoding = models.CharField(max_length=20, blank=True)
    separator = models.CharField(max_length=1, blank=True)
    layout = models.CharField(max_length=20, blank=True)
    position = models.BigIntegerField(default=0)  # bytes read and committed
    line = models.BigIntegerField(default=0)  # physical lines read and committed
    prefix_digest = models.CharField(max_length=64, blank=True)  # of those bytes
    read = models.PositiveIntegerField(_("lignes lues"), default=0)
    added = models.PositiveIntegerField(_("ajoutées"), default=0)
    changed = models.PositiveIntegerField(_("modifiées"), default=0)
    same = models.PositiveIntegerField(_("déjà à jour"), default=0)
    refused = models.PositiveIntegerField(_("refusées"), default=0)
    refused_bytes = models.BigIntegerField(default=0)  # how much of the file of refused lines is committed
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("import")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    read=models.F("added") + models.F("changed") + models.F("same") + models.F("refused")
                ),
                name="every_line_read_is_counted_once",
            ),
        ]
        indexes = [models.Index(fields=["kind", "file_name"], name="import_by_file")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def refused_path(self) -> Path:
        """The CSV of refused lines: line number, reason, what the line was."""
        return Path(settings.VAR) / "imports" / f"{self.kind}-{self.pk}-refusees.csv"
