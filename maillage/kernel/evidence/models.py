from django.db import models


class EvidenceRow(models.Model):
    """A row of a stream (`hours:12`: an association's hours), numbered without gaps from 1."""

    stream = models.CharField(max_length=60)
    sequence = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    previous_hash = models.CharField(max_length=64)
    row_hash = models.CharField(max_length=64)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["stream", "sequence"], name="%(class)s_one_row_per_number"),
        ]

    def __str__(self) -> str:
        return f"{self.stream} n° {self.sequence}"
