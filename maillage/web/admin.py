"""What the technical team sees of the kernel: states, counts and identifiers; of what people wrote, nothing."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from maillage.kernel.consent.models import Consent
from maillage.kernel.documents.models import Issued
from maillage.kernel.facts.models import Fact
from maillage.kernel.imports.models import Import
from maillage.kernel.notifications.models import Message
from maillage.kernel.organisations.models import Claim, Organisation, RegisterEntry, Role
from maillage.kernel.people import actions as people
from maillage.kernel.people.models import Person
from maillage.kernel.places.models import Commune
from maillage.kernel.tasks.models import Heartbeat, Worker
from maillage.web.technical.site import Seen

for label, name in {
    "consent": _("Accords"),
    "django_tasks_database": _("File des tâches"),
    "documents": _("Documents"),
    "facts": _("Faits"),
    "imports": _("Imports"),
    "mfa": _("Connexions"),
    "notifications": _("Messages"),
    "organisations": _("Organisations"),
    "people": _("Personnes"),
    "places": _("Lieux"),
    "tasks": _("Horloge"),
    "volunteering": _("Bénévolat"),
}.items():
    apps.get_app_config(label).verbose_name = name


@admin.register(Person)
class People(Seen):
    """The one row that is changed here: whether somebody may come in, whether they are of the team.

    The list names the team only; anybody else is found by their whole mail address, as they gave it when they asked.
    """

    plural = _("personnes")
    list_display = ("pk", "of_the_team", "is_active", "is_staff", "joined_at", "last_login", "erased_at")
    list_filter = ("is_staff", "is_active")
    search_fields = ("email__iexact",)
    search_help_text = _("L’adresse mail entière.")
    fields = ("name", "email", "locale", "joined_at", "last_login", "erased_at", "is_active", "is_staff")
    readonly_fields = ("name", "email", "locale", "joined_at", "last_login", "erased_at")

    @admin.display(description=_("équipe"))
    def of_the_team(self, obj: Person) -> str:
        return obj.name if obj.is_staff else ""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None or obj.erased_at is None

    def save_model(self, request: HttpRequest, obj: Person, form: Any, change: bool) -> None:
        people.set_access(
            person=obj, is_active=obj.is_active, is_staff=obj.is_staff, by=request.user, now=timezone.now()  # type: ignore[arg-type]
        )  # fmt: skip


@admin.register(Authenticator)
class SecondFactors(Seen):
    """A lost telephone: taking the second factor away lets its owner set up another."""

    plural = _("doubles codes")
    list_display = ("pk", "user", "type", "created_at", "last_used_at")
    search_fields = ("user__email",)
    fields = ("user", "type", "created_at", "last_used_at")  # never `data`

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


@admin.register(Organisation)
class Organisations(Seen):
    plural = _("organisations")
    list_display = ("pk", "slug", "name", "legal_form", "rna_number", "commune", "made_at", "closed_at")
    list_filter = ("legal_form",)
    search_fields = ("name", "slug", "rna_number")
    fields = ("slug", "name", "short_name", "legal_form", "rna_number", "siret", "commune", "made_at", "closed_at")


@admin.register(Role)
class Roles(Seen):
    plural = _("rôles")
    list_display = ("pk", "organisation", "person", "kind", "since_at", "ended_at", "given_by")
    list_filter = ("kind",)
    list_select_related = ("organisation", "person", "given_by")
    search_fields = ("organisation__slug", "person__email")


@admin.register(Claim)
class Claims(Seen):
    plural = _("demandes de prise en main")
    list_display = ("pk", "entry", "person", "proof", "asked_at", "stage", "decided_at", "decided_by")
    list_filter = ("proof", "is_accepted")
    list_select_related = ("entry", "person", "decided_by")
    exclude = ("code_hash", "document")


@admin.register(RegisterEntry)
class RegisterEntries(Seen):
    plural = _("inscriptions au répertoire")
    list_display = ("number", "title", "position", "insee", "commune_name", "updated_on")
    search_fields = ("number__exact",)
    search_help_text = _("Un numéro entier : les mots se cherchent sur la page des associations.")
    ordering = ("pk",)


@admin.register(Import)
class Imports(Seen):
    plural = _("imports")
    list_display = (
        "pk",
        "kind",
        "file_name",
        "layout",
        "read",
        "added",
        "changed",
        "same",
        "refused",
        "started_at",
        "ended_at",
    )
    ordering = ("-pk",)


@admin.register(Commune)
class Communes(Seen):
    plural = _("communes")
    list_display = ("insee", "name", "department_code", "population", "precision", "part_of")
    search_fields = ("insee__startswith", "name__startswith")
    ordering = ("insee",)


@admin.register(Fact)
class Facts(Seen):
    """The audit trail: identifiers only, never changed."""

    plural = _("faits")
    list_display = ("pk", "at", "kind", "about_model", "about_id", "by", "organisation", "announced_at", "attempts")
    list_select_related = ("by", "organisation")
    search_fields = ("kind__startswith", "about_id__exact")
    ordering = ("-pk",)


@admin.register(Consent)
class Consents(Seen):
    plural = _("accords")
    list_display = fields = ("pk", "purpose", "legal_basis", "how", "given_at", "withdrawn_at")
    ordering = ("-pk",)


@admin.register(Issued)
class DocumentsIssued(Seen):
    plural = _("documents délivrés")
    list_display = ("pk", "kind", "organisation", "at", "withdrawn_at")
    list_select_related = ("organisation",)
    fields = ("code", "kind", "organisation", "sha256", "at", "withdrawn_at")
    ordering = ("-pk",)


@admin.register(Message)
class Messages(Seen):
    """Whether they left; what they say is between those who write and those who read."""

    plural = _("messages")
    list_display = ("pk", "kind", "channel", "status", "tries", "made_at", "sent_at", "error")
    list_filter = ("status", "channel")
    fields = (
        "kind",
        "channel",
        "status",
        "tries",
        "error",
        "made_at",
        "send_after",
        "claimed_at",
        "sent_at",
        "read_at",
    )
    ordering = ("-pk",)


@admin.register(DBTaskResult)
class Tasks(Seen):
    plural = _("tâches")
    list_display = ("id", "task_path", "status", "enqueued_at", "started_at", "finished_at")
    list_filter = ("status",)
    fields = ("id", "task_path", "status", "enqueued_at", "started_at", "finished_at", "exception_class_path")
    ordering = ("-enqueued_at",)


@admin.register(Heartbeat)
class Heartbeats(Seen):
    plural = _("battements")
    list_display = ("name", "every_minutes", "began_at", "ended_at", "failed", "error")


@admin.register(Worker)
class Workers(Seen):
    plural = _("travailleurs")
    list_display = ("name", "host", "pid", "began_at", "seen_at")
