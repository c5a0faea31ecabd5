"""What the technical team sees of volunteering: what is public, and evidence as it is written."""

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from maillage.engage.volunteering.models import Hours, Mission, MissionStatus, Shift, Signature
from maillage.web.technical.site import Seen


@admin.register(Mission)
class Missions(Seen):
    plural = _("missions")
    list_display = ("pk", "title", "organisation", "domain", "status", "commune")
    list_filter = ("status", "domain")
    list_select_related = ("organisation", "commune")
    search_fields = ("title", "organisation__slug")
    fields = ("title", "organisation", "domain", "status", "commune", "is_remote")
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Mission]:
        """A draft is its desk's own."""
        return super().get_queryset(request).exclude(status=MissionStatus.DRAFT)


@admin.register(Shift)
class Shifts(Seen):
    plural = _("créneaux")
    list_display = ("pk", "mission", "starts_at", "ends_at", "capacity", "cancelled_at")
    list_select_related = ("mission",)
    fields = ("mission", "starts_at", "ends_at", "capacity", "cancelled_at")
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Shift]:
        """Each says the title of its mission: a draft's is its desk's own."""
        return super().get_queryset(request).exclude(mission__status=MissionStatus.DRAFT)


@admin.register(Hours)
class EvidenceOfHours(Seen):
    """Evidence: its chain can be read here, its people cannot."""

    plural = _("heures")
    list_display = ("pk", "organisation", "on", "minutes", "reverses", "at", "stream", "sequence")
    list_select_related = ("organisation",)
    fields = (
        "organisation",
        "on",
        "minutes",
        "version",
        "reverses",
        "reason",
        "at",
        "stream",
        "sequence",
        "previous_hash",
        "row_hash",
    )
    ordering = ("-pk",)


@admin.register(Signature)
class EvidenceOfSignatures(Seen):
    plural = _("signatures d’heures")
    list_display = ("pk", "organisation", "hours", "how", "at", "stream", "sequence")
    list_select_related = ("organisation",)
    fields = ("organisation", "hours", "how", "at", "stream", "sequence", "previous_hash", "row_hash")
    ordering = ("-pk",)
