from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Fact(models.Model):
    """Something that happened. An association's record, or a person's; identifiers only."""

    kind = models.CharField(max_length=60)
    about_model = models.CharField(max_length=60)
    about_id = models.BigIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        "organisations.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()
    details = models.JSONField(default=dict)
    announced_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("fait")
        indexes = [
            models.Index(fields=["about_model", "about_id"], name="facts_about"),
            models.Index(fields=["organisation", "at"], name="facts_of_organisation"),
            models.Index(fields=["id"], condition=models.Q(announced_at=None), name="facts_to_announce"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.about_model}:{self.about_id}"
