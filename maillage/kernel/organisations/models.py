"""Organisation, Role, Contact; the State's register, and claims on a line of it."""

from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maillage.kernel.organisations.scope import ScopedQuerySet
from maillage.kernel.places import zones
from maillage.kernel.secret_link import HasSecretAddress

# Letters occur (W9T1002867, Corsica W2A…): data·inclusion's `^W\d{9}$` refuses real numbers.
RNA_NUMBER = r"^W[0-9][0-9A-Z][0-9]\d{6}$"


class LegalForm(models.TextChoices):
    ASSOCIATION_1901 = "association_1901", _("association loi 1901")
    ALSACE_MOSELLE = "alsace_moselle", _("association d’Alsace-Moselle (droit local)")
    PUBLIC_UTILITY = "rup", _("association reconnue d’utilité publique")
    UNDECLARED = "undeclared", _("association non déclarée")
    FOUNDATION = "foundation", _("fondation ou fonds de dotation")
    LOCAL_AUTHORITY = "local_authority", _("collectivité ou service public")
    OTHER = "other", _("autre")


class Activity(models.TextChoices):
    """What an organisation, a need or a mission is about. Short enough to be chosen on a phone."""

    FOOD = "food", _("Alimentation")
    HOUSING = "housing", _("Logement et accueil")
    ELDERLY = "elderly", _("Personnes âgées")
    DISABILITY = "disability", _("Handicap")
    CHILDREN = "children", _("Enfance et soutien scolaire")
    HEALTH = "health", _("Santé")
    MIGRANTS = "migrants", _("Personnes exilées")
    RIGHTS = "rights", _("Accès aux droits")
    DIGITAL = "digital", _("Numérique")
    ENVIRONMENT = "environment", _("Environnement")
    ANIMALS = "animals", _("Animaux")
    CULTURE = "culture", _("Culture et patrimoine")
    SPORT = "sport", _("Sport")
    EMERGENCY = "emergency", _("Urgence et secours")
    LOCAL_LIFE = "local_life", _("Vie du quartier")


class Organisation(models.Model):
    """An association or its like, as it presents itself here. Public, but for its seat's address and its numbers' proof."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(_("nom"), max_length=250)
    short_name = models.CharField(_("nom court"), max_length=60, blank=True)
    legal_form = models.CharField(
        _("forme juridique"), max_length=20, choices=LegalForm, default=LegalForm.ASSOCIATION_1901
    )
    rna_number = models.CharField(
        _("numéro RNA"),
        max_length=10,
        null=True,
        blank=True,
        unique=True,
        validators=[RegexValidator(RNA_NUMBER)],
    )
    siret = models.CharField(_("SIRET"), max_length=14, blank=True)
    purpose = models.TextField(_("objet"), blank=True)
    presentation = models.TextField(_("présentation"), blank=True)
    activities = models.JSONField(_("activités"), default=list, blank=True)  # values of Activity
    website = models.URLField(_("site internet"), blank=True)
    email = models.EmailField(_("adresse mail publique"), blank=True)
    phone = models.CharField(_("téléphone public"), max_length=20, blank=True)
    commune = models.ForeignKey("places.Commune", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    seat_address = models.TextField(_("adresse du siège"), blank=True)
    shows_seat_address = models.BooleanField(_("montrer l’adresse du siège"), default=False)
    hour_value_cents = models.PositiveIntegerField(
        _("valeur d’une heure de bénévolat"),
        default=1202,  # gross minimum wage, 1 January 2026
    )
    created_on = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_reason = models.CharField(max_length=500, blank=True)  # read by those who held it

    class Meta:
        verbose_name = _("organisation")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rna_number=None) | Q(rna_number__regex=RNA_NUMBER), name="rna_number_is_one"
            ),
            models.CheckConstraint(condition=Q(siret="") | Q(siret__regex=r"^\d{14}$"), name="siret_has_14_digits"),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name

    @property
    def zone(self) -> ZoneInfo:
        """The hour that its desk works by: that of its commune."""
        return zones.zone_of(self.commune_id)

    @property
    def public_address(self) -> str:
        """A seat is often somebody's home: only its commune is shown unless the association opts in."""
        commune = str(self.commune) if self.commune else ""
        return f"{self.seat_address}, {commune}" if self.shows_seat_address and self.seat_address else commune


class RoleKind(models.TextChoices):
    PRESIDENT = "president", _("présidence")
    TREASURER = "treasurer", _("trésorerie")
    COORDINATOR = "coordinator", _("coordination des bénévoles")
    COMMUNICATION = "communication", _("communication")
    SOCIAL_WORKER = "social_worker", _("travail social")
    DIGITAL_LEAD = "digital_lead", _("référent·e numérique")
    ADVISER = "adviser", _("accompagnement (regard extérieur)")
    MEMBER = "member", _("membre")


class RoleQuerySet(models.QuerySet["Role"]):
    def current(self) -> "RoleQuerySet":
        return self.filter(ended_at=None)


class Role(models.Model):
    """Who does what in an organisation, since when, until when. An association's record."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="roles")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="roles")
    kind = models.CharField(_("rôle"), max_length=20, choices=RoleKind)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    since_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = RoleQuerySet.as_manager()

    class Meta:
        verbose_name = _("rôle")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation", "kind"], condition=Q(ended_at=None), name="one_role_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.get_kind_display()}"


class Invitation(HasSecretAddress):
    """A role offered by mail to somebody who may have no account yet. An association's record."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    name = models.CharField(max_length=150, blank=True)
    kind = models.CharField(max_length=20, choices=RoleKind)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    hands_over = models.ForeignKey(Role, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet["Invitation"].as_manager()
    opens = "invitation"
    person_path: ClassVar[str] = "invited_by"

    class Meta:
        verbose_name = _("invitation")

    def __str__(self) -> str:
        return f"{self.kind} → {self.organisation}"

    def is_open(self, now: datetime) -> bool:
        return self.answered_at is None and self.expires_at > now


class ContactQuerySet(ScopedQuerySet["Contact"]):
    def named(self) -> "ContactQuerySet":
        return self.filter(erased_at=None).order_by("name")


class Contact(models.Model):
    """What one organisation knows of one human being. An association's record.

    Linked to a `Person` only after that person confirms: an unconfirmed address never attaches to anybody.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="contacts")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="contacts"
    )
    name = models.CharField(_("nom"), max_length=150)
    email = models.EmailField(_("adresse mail"), blank=True)
    phone = models.CharField(_("téléphone"), max_length=20, blank=True)
    birth_year = models.PositiveSmallIntegerField(null=True, blank=True)
    since_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person"],
                condition=Q(person__isnull=False),
                name="one_contact_per_person_and_organisation",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "email"], name="contact_by_email"),
            models.Index(fields=["organisation", "phone"], name="contact_by_phone"),
        ]

    def __str__(self) -> str:
        return self.name


class Position(models.TextChoices):
    ACTIVE = "A", _("en activité")
    DISSOLVED = "D", _("dissoute")
    REMOVED = "S", _("supprimée du répertoire")
    RENUMBERED = "R", _("reprise sous un numéro RNA")  # lines of the `import` layout that came back in `waldec`


class RegisterEntry(models.Model):
    """A line of the State's register of associations (RNA), as last imported. Public, but for the seat's street.

    Both layouts land here: `waldec` (since 2009, numbers W…) and `import` (before; ids like 751P00085568).
    Source: data.gouv.fr, « Répertoire national des associations », Licence Ouverte 2.0.
    """

    number = models.CharField(max_length=20, unique=True)  # `id` of the file
    layout = models.CharField(max_length=6)  # waldec | import
    rna_number = models.CharField(max_length=10, blank=True)
    siret = models.CharField(max_length=14, blank=True)
    title = models.CharField(max_length=250)
    short_title = models.CharField(max_length=120, blank=True)
    purpose = models.TextField(blank=True)
    activity_1 = models.CharField(max_length=6, blank=True)  # objet_social1
    activity_2 = models.CharField(max_length=6, blank=True)
    grouping = models.CharField(max_length=1, blank=True)  # S simple, U union, F federation
    position = models.CharField(max_length=1, choices=Position)
    seat = models.CharField(max_length=250, blank=True)
    insee = models.CharField(max_length=5, blank=True)
    postcode = models.CharField(max_length=5, blank=True)
    commune_name = models.CharField(max_length=80, blank=True)
    website = models.CharField(max_length=250, blank=True)
    created_on = models.DateField(null=True)
    declared_on = models.DateField(null=True)
    published_on = models.DateField(null=True)
    dissolved_on = models.DateField(null=True)
    updated_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("inscription au répertoire")

    def __str__(self) -> str:
        return self.title


class ClaimProof(models.TextChoices):
    LETTER = "letter", _("un code envoyé par courrier au siège")
    DOCUMENT = "document", _("un document : récépissé, parution au Journal officiel, procès-verbal")


class ClaimStage(models.TextChoices):
    """Where a request stands: what is done next, and by whom."""

    TO_READ = "to_read", _("document à lire")
    TO_POST = "to_post", _("courrier à poster")
    POSTED = "posted", _("courrier en route")
    ACCEPTED = "accepted", _("acceptée")
    REFUSED = "refused", _("refusée")
    WITHDRAWN = "withdrawn", _("retirée")


class Claim(models.Model):
    """« C’est la nôtre »: a person asks for an organisation of the register. A person's record.

    Decided by the code of a letter posted to the seat, or by the people who run this instance, on a document.
    """

    entry = models.ForeignKey(RegisterEntry, on_delete=models.PROTECT, related_name="claims")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="claims")
    role = models.CharField(max_length=20, choices=RoleKind, default=RoleKind.PRESIDENT)
    proof = models.CharField(max_length=10, choices=ClaimProof)
    document = models.ForeignKey("files.File", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    code_hash = models.CharField(max_length=64, blank=True)
    code_tries = models.PositiveSmallIntegerField(default=0)
    letter_made_at = models.DateTimeField(null=True, blank=True)  # the code follows from it: a new letter, a new code
    letter_posted_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_accepted = models.BooleanField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="claims"
    )

    OPEN: ClassVar[Q] = Q(decided_at=None)

    class Meta:
        verbose_name = _("demande de prise en main")
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "person"], condition=Q(decided_at=None), name="one_open_claim_each"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry} ← {self.person}"

    @property
    def stage(self) -> ClaimStage:
        if self.decided_at:
            if self.is_accepted:
                return ClaimStage.ACCEPTED
            return ClaimStage.WITHDRAWN if self.decided_by_id == self.person_id else ClaimStage.REFUSED
        if self.proof == ClaimProof.DOCUMENT:
            return ClaimStage.TO_READ
        return ClaimStage.POSTED if self.letter_posted_at else ClaimStage.TO_POST
