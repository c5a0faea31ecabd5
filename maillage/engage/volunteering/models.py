"""Need → Mission → Shift → SignUp → Hours → Signature; and the Outcome told by both sides."""

from datetime import UTC, date, datetime, time, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from maillage.kernel.evidence.models import EvidenceRow
from maillage.kernel.organisations.models import Activity, Contact, Organisation
from maillage.kernel.organisations.scope import ScopedQuerySet
from maillage.kernel.places import zones
from maillage.kernel.places.models import Placed
from maillage.kernel.secret_link import HasSecretAddress

EVENING, MORNING = time(18), time(5)  # between them it is day


class Urgency(models.TextChoices):
    CALM = "calm", _("quand ce sera possible")
    SOON = "soon", _("dans les jours qui viennent")
    URGENT = "urgent", _("aujourd’hui ou demain")


class NeedStatus(models.TextChoices):
    SAID = "said", _("dit, à examiner")
    OPEN = "open", _("retenu")
    ANSWERED = "answered", _("une mission est ouverte")
    CLOSED = "closed", _("clos")
    DECLINED = "declined", _("non retenu")


class NeedQuerySet(ScopedQuerySet["Need"]):
    def waiting(self) -> "NeedQuerySet":
        """Not closed yet, the most urgent first."""
        rank = models.Case(
            models.When(urgency=Urgency.URGENT, then=0),
            models.When(urgency=Urgency.SOON, then=1),
            default=2,
        )
        return self.filter(status__in=[NeedStatus.SAID, NeedStatus.OPEN, NeedStatus.ANSWERED]).order_by(rank, "said_at")


class Need(HasSecretAddress):
    """What someone lacks. An association's record, never public: only the mission that answers it is.

    Said by the association, by somebody for themself, or by a named proxy (`said_by`) for a person helped
    (`helped`), who agreed: `agreement` is the proof. Where is a cell, never a point.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="needs")
    title = models.CharField(_("ce qui manque"), max_length=120)
    details = models.TextField(_("détails, pour l’association seulement"), blank=True)
    domain = models.CharField(_("domaine"), max_length=20, choices=Activity)
    hands = models.PositiveSmallIntegerField(_("combien de personnes"), default=1)
    skill = models.CharField(_("savoir-faire utile"), max_length=120, blank=True)
    wanted_at = models.DateTimeField(_("quand"), null=True, blank=True)
    wanted_minutes = models.PositiveSmallIntegerField(_("durée"), null=True, blank=True)
    when_words = models.CharField(_("quand, en quelques mots"), max_length=120, blank=True)
    commune = models.ForeignKey("places.Commune", on_delete=models.PROTECT, related_name="+")
    cell = models.BigIntegerField()  # H3, resolution 8: about 0.7 km², chosen once
    urgency = models.CharField(_("urgence"), max_length=10, choices=Urgency, default=Urgency.CALM)
    helped = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.PROTECT, related_name="needs")
    agreement = models.ForeignKey("consent.Consent", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    said_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=NeedStatus, default=NeedStatus.OPEN)
    closed_at = models.DateTimeField(null=True, blank=True)
    decline_reason = models.CharField(max_length=300, blank=True)

    objects = NeedQuerySet.as_manager()
    person_path: ClassVar[str] = "helped__person"
    opens = "need"

    class Meta:
        verbose_name = _("besoin")
        constraints = [
            models.CheckConstraint(
                condition=Q(helped=None) | Q(agreement__isnull=False) | Q(said_by=None),
                name="nobody_speaks_for_another_without_agreement",
            ),
            models.CheckConstraint(condition=Q(hands__gte=1), name="a_need_wants_hands"),
        ]

    def __str__(self) -> str:
        return self.title


class MissionStatus(models.TextChoices):
    DRAFT = "draft", _("brouillon")
    PUBLISHED = "published", _("publiée")
    CLOSED = "closed", _("terminée")
    CANCELLED = "cancelled", _("annulée")


FOUND_BY = [
    "open_until", "latitude", "longitude", "has_room", "on_days", "on_evenings", "on_weekends",
    "is_wheelchair_accessible", "min_age",
]  # fmt: skip


class MissionQuerySet(models.QuerySet["Mission"]):
    """Missions are public once published; a desk asks for its own with `.of(organisation)`."""

    def of(self, organisation: Organisation) -> "MissionQuerySet":
        return self.filter(organisation=organisation)

    def open(self, now: datetime) -> "MissionQuerySet":
        """Published, with a shift that one may still sign up to."""
        return self.filter(status=MissionStatus.PUBLISHED, open_until__gt=now)

    def public(self) -> "MissionQuerySet":
        """Published now or once: a draft that was given up stays with its desk."""
        return self.filter(published_at__isnull=False)


class Mission(Placed):
    """What is to be done, why, with whom and where. Public once published, but for its exact meeting point.

    `cell`, `latitude` and `longitude` (from `Placed`) are the centre of a resolution-8 cell or of the commune.
    `open_until`, `has_room` and the three `on_…` are written by `actions.refresh` whenever shifts change or go by. The
    three speak of the shifts where there is room; of all of them, when there is room in none.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="missions")
    need = models.ForeignKey(Need, null=True, blank=True, on_delete=models.PROTECT, related_name="missions")
    title = models.CharField(_("titre"), max_length=120)
    domain = models.CharField(_("domaine"), max_length=20, choices=Activity)
    what = models.TextField(_("ce que l’on fait"), blank=True)
    why = models.TextField(_("à quoi cela sert"), blank=True)
    with_whom = models.CharField(_("avec qui"), max_length=200, blank=True)
    skill = models.CharField(_("savoir-faire utile"), max_length=120, blank=True)
    is_remote = models.BooleanField(_("à distance"), default=False)
    commune = models.ForeignKey("places.Commune", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    area = models.CharField(_("quartier ou lieu-dit"), max_length=100, blank=True)
    meeting_point = models.CharField(_("point de rendez-vous exact"), max_length=250, blank=True)
    gear = models.CharField(_("à apporter, tenue"), max_length=200, blank=True)
    transport = models.CharField(_("comment venir"), max_length=200, blank=True)
    training = models.CharField(_("accueil et formation"), max_length=200, blank=True)
    is_wheelchair_accessible = models.BooleanField(_("accessible en fauteuil"), default=False)
    has_meal = models.BooleanField(_("repas offert"), default=False)
    is_insured = models.BooleanField(_("assurance de l’association"), default=True)
    min_age = models.PositiveSmallIntegerField(_("âge minimum"), default=18)
    asks_first = models.BooleanField(_("l’association confirme chaque inscription"), default=False)
    contact_name = models.CharField(_("personne à contacter"), max_length=100, blank=True)
    contact_phone = models.CharField(_("téléphone du jour"), max_length=20, blank=True)
    contact_email = models.EmailField(_("adresse mail de contact"), blank=True)
    status = models.CharField(max_length=10, choices=MissionStatus, default=MissionStatus.DRAFT)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=300, blank=True)
    open_until = models.DateTimeField(null=True, blank=True)  # the last `last_call` of its shifts
    has_room = models.BooleanField(default=False)
    on_days = models.BooleanField(default=False)
    on_evenings = models.BooleanField(default=False)
    on_weekends = models.BooleanField(default=False)

    objects = MissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("mission")
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="published") | Q(is_remote=True) | Q(cell__isnull=False),
                name="a_published_mission_has_a_place",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "status"], name="mission_of_organisation"),
            # Finding: what is open in these cells, filtered and measured without reading the rows.
            models.Index(fields=["status", "cell", *FOUND_BY], name="mission_near"),
            models.Index(fields=["status", "domain", "cell", *FOUND_BY], name="mission_near_by_domain"),
            models.Index(fields=["status", "open_until"], name="mission_soonest"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def zone(self) -> ZoneInfo:
        """The hour of its place; of its association's, when it is done from anywhere."""
        return zones.zone_of(self.commune_id) if self.commune_id else self.organisation.zone

    @property
    def place(self) -> str:
        """What anyone may read of where it is."""
        if self.is_remote:
            return str(_("À distance"))
        commune = self.commune.label if self.commune else ""
        return f"{self.area}, {commune}" if self.area else commune

    @property
    def is_open_to_minors(self) -> bool:
        return self.min_age < 18

    @property
    def is_published(self) -> bool:
        return self.status == MissionStatus.PUBLISHED

    @property
    def is_for_somebody(self) -> bool:
        """Answers the need of a helped person: where it takes place may be their home."""
        return self.need is not None and self.need.helped_id is not None


class ShiftQuerySet(models.QuerySet["Shift"]):
    def of(self, organisation: Organisation) -> "ShiftQuerySet":
        return self.filter(mission__organisation=organisation)

    def standing(self) -> "ShiftQuerySet":
        return self.filter(cancelled_at=None)

    def upcoming(self, now: datetime) -> "ShiftQuerySet":
        return self.standing().filter(starts_at__gt=now).order_by("starts_at")

    def open_to_sign_ups(self, now: datetime) -> "ShiftQuerySet":
        """Whose last call is still to come, with room or not, the soonest first."""
        last_call = Q(is_flexible=False, starts_at__gt=now) | Q(is_flexible=True, ends_at__gt=now)
        return self.standing().filter(last_call).order_by("starts_at")

    def with_room(self) -> "ShiftQuerySet":
        return self.filter(taken__lt=F("capacity"))

    def between(self, start: datetime, end: datetime) -> "ShiftQuerySet":
        return self.filter(starts_at__lt=end, ends_at__gt=start).order_by("starts_at")


class Shift(models.Model):
    """When, and how many. Public with its mission. Instants are aware; lengths are true elapsed time.

    `is_flexible`: to be done at any time between start and end (often remote); `minutes` then says how long it takes.
    """

    mission = models.ForeignKey(Mission, on_delete=models.PROTECT, related_name="shifts")
    starts_at = models.DateTimeField(_("début"))
    ends_at = models.DateTimeField(_("fin"))
    is_flexible = models.BooleanField(_("à l’heure de son choix"), default=False)
    minutes = models.PositiveSmallIntegerField(_("durée en minutes"), null=True, blank=True)
    capacity = models.PositiveSmallIntegerField(_("places"))
    taken = models.PositiveSmallIntegerField(default=0)  # sign-ups that hold a place
    note = models.CharField(_("précision"), max_length=200, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = ShiftQuerySet.as_manager()

    class Meta:
        verbose_name = _("créneau")
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(taken__lte=F("capacity")), name="a_shift_is_never_oversold"),
            models.CheckConstraint(condition=Q(capacity__gte=1), name="a_shift_has_places"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="a_shift_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(is_flexible=False) | Q(minutes__isnull=False), name="a_flexible_shift_has_a_length"
            ),
        ]
        indexes = [models.Index(fields=["mission", "starts_at"], name="shift_of_mission")]

    def __str__(self) -> str:
        return f"{self.mission_id} {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def places_left(self) -> int:
        return self.capacity - self.taken

    @property
    def length_minutes(self) -> int:
        """What it lasts: true elapsed minutes, so both clock changes are right."""
        if self.minutes is not None:
            return self.minutes
        return int((self.ends_at.astimezone(UTC) - self.starts_at.astimezone(UTC)) / timedelta(minutes=1))

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None

    @property
    def local_start(self) -> datetime:
        """Its start, on the clocks of its place: what people read."""
        return self.starts_at.astimezone(self.mission.zone)

    @property
    def local_end(self) -> datetime:
        return self.ends_at.astimezone(self.mission.zone)

    @property
    def on(self) -> date:
        """The day it begins, at its place."""
        return self.local_start.date()

    @property
    def last_on(self) -> date:
        """Its last day, at its place: what ends at midnight ends with the day before."""
        return (self.local_end - timedelta(microseconds=1)).date()

    @property
    def falls_on(self) -> set[str]:
        """Which of `days`, `evenings` and `weekends` somebody free then looks for; all, when they choose their hour."""
        if self.is_flexible:
            return {"days", "evenings", "weekends"}
        start = self.local_start
        is_evening, is_weekend = not MORNING <= start.time() < EVENING, start.weekday() >= 5
        return {
            name
            for name, it_does in (
                ("weekends", is_weekend),
                ("evenings", is_evening),
                ("days", not is_weekend and not is_evening),
            )
            if it_does
        }

    @property
    def last_call(self) -> datetime:
        """Until when one can still sign up: its start, or its end when everybody chooses their own hour."""
        return self.ends_at if self.is_flexible else self.starts_at

    def get_missing(self, now: datetime) -> int:
        """How many people are still looked for: nobody after the last call, nor while nobody can see it."""
        return self.places_left if self.mission.is_published and self.last_call > now and not self.is_cancelled else 0


class SignUpStatus(models.TextChoices):
    CONFIRMED = "confirmed", _("inscription confirmée")
    ASKED = "asked", _("en attente de réponse de l’association")
    GUARDIAN = "guardian", _("en attente de l’accord d’un responsable")
    CANCELLED = "cancelled", _("inscription annulée")
    DECLINED = "declined", _("demande non retenue")


HOLDS_A_PLACE = (SignUpStatus.CONFIRMED, SignUpStatus.ASKED, SignUpStatus.GUARDIAN)


class Presence(models.TextChoices):
    UNKNOWN = "", _("pas encore dit")
    CAME = "came", _("est venu·e")
    ABSENT = "absent", _("n’est pas venu·e")
    EXCUSED = "excused", _("a prévenu")


class SignUpQuerySet(ScopedQuerySet["SignUp"]):
    def holding(self) -> "SignUpQuerySet":
        """Those that hold a place."""
        return self.filter(status__in=HOLDS_A_PLACE)

    def overlapping(self, shift: Shift) -> "SignUpQuerySet":
        return self.filter(
            shift__is_flexible=False,
            shift__cancelled_at=None,
            shift__starts_at__lt=shift.ends_at,
            shift__ends_at__gt=shift.starts_at,
        )


class SignUp(HasSecretAddress):
    """Somebody will come. An association's record, pointing to its contact; the person's too, when there is one."""

    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="sign_ups")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="sign_ups")
    status = models.CharField(max_length=10, choices=SignUpStatus, default=SignUpStatus.CONFIRMED)
    message = models.CharField(_("un mot pour l’association"), max_length=300, blank=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=300, blank=True)
    presence = models.CharField(max_length=10, choices=Presence, blank=True, default=Presence.UNKNOWN)
    presence_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    presence_at = models.DateTimeField(null=True, blank=True)
    # « Ce n’est pas juste », « j’étais là »: what the volunteer says of what was noted, until it is put right or agreed to.
    claimed_at = models.DateTimeField(null=True, blank=True)
    claim = models.CharField(max_length=300, blank=True)

    objects = SignUpQuerySet.as_manager()
    organisation_path: ClassVar[str] = "shift__mission__organisation"
    person_path: ClassVar[str] = "contact__person"
    opens = "sheet"

    class Meta:
        verbose_name = _("inscription")
        constraints = [
            models.UniqueConstraint(
                fields=["shift", "contact"], condition=Q(status__in=HOLDS_A_PLACE), name="one_sign_up_per_shift"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} → {self.shift_id}"

    @property
    def holds_a_place(self) -> bool:
        return self.status in HOLDS_A_PLACE

    @property
    def is_confirmed(self) -> bool:
        return self.status == SignUpStatus.CONFIRMED


class GuardianAgreement(HasSecretAddress):
    """The agreement asked of whoever answers for a minor who signed up without an account. An association's record."""

    sign_up = models.OneToOneField(SignUp, on_delete=models.CASCADE, related_name="guardian_agreement")
    name = models.CharField(max_length=150)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    asked_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet["GuardianAgreement"].as_manager()
    organisation_path: ClassVar[str] = "sign_up__shift__mission__organisation"
    person_path: ClassVar[str] = "sign_up__contact__person"
    opens = "guardian"

    class Meta:
        verbose_name = _("accord d’un responsable pour une inscription")

    def __str__(self) -> str:
        return f"{self.sign_up_id}"


class HoursQuerySet(ScopedQuerySet["Hours"]):
    def standing(self) -> "HoursQuerySet":
        """Given, and taken back by no reversal."""
        return self.filter(reverses=None, reversed_by=None)

    def in_year(self, year: int) -> "HoursQuerySet":
        return self.filter(on__year=year)

    def get_minutes(self) -> int:
        return self.aggregate(total=models.Sum("minutes"))["total"] or 0


class Hours(EvidenceRow):
    """Time given, in minutes, proved by a presence. Evidence: a mistake is corrected by a reversal, a negative row.

    The row itself is the association's signature (`by`); the volunteer's is a `Signature`.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="hours")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="hours")
    sign_up = models.ForeignKey(SignUp, on_delete=models.PROTECT, related_name="hours")
    on = models.DateField()  # the day it was done, by the hour of its place
    minutes = models.SmallIntegerField()
    version = models.PositiveSmallIntegerField(default=1)
    reverses = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversed_by")
    reason = models.CharField(max_length=40, blank=True)  # a code of ReversalReason, never free text
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = HoursQuerySet.as_manager()
    person_path: ClassVar[str] = "contact__person"

    class Meta(EvidenceRow.Meta):
        verbose_name = _("heures")
        constraints = [
            *EvidenceRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(reverses=None, minutes__gt=0) | Q(reverses__isnull=False, minutes__lt=0),
                name="hours_are_given_or_reversed",
            ),
            models.UniqueConstraint(
                fields=["sign_up", "version"], condition=Q(reverses=None), name="hours_counted_once_per_version"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "on"], name="hours_by_day")]

    @staticmethod
    def stream_of(organisation_id: int) -> str:
        """An association's own register."""
        return f"hours:{organisation_id}"

    @property
    def why(self) -> str:
        """Why it takes other hours back, in words."""
        return str(ReversalReason(self.reason).label) if self.reason in ReversalReason.values else self.reason


class ReversalReason(models.TextChoices):
    WRONG_LENGTH = "wrong_length", _("durée inexacte")
    WRONG_PERSON = "wrong_person", _("ce n’était pas cette personne")
    NOT_THERE = "not_there", _("la personne n’était pas là")
    OTHER = "other", _("autre erreur")


class Signature(EvidenceRow):
    """The volunteer says « oui, c’est juste ». Evidence."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    hours = models.OneToOneField(Hours, on_delete=models.PROTECT, related_name="signature")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=10)  # account | link

    objects = ScopedQuerySet["Signature"].as_manager()
    person_path: ClassVar[str] = "contact__person"

    class Meta(EvidenceRow.Meta):
        verbose_name = _("signature d’heures")

    @staticmethod
    def stream_of(organisation_id: int) -> str:
        """Those of one association."""
        return f"signatures:{organisation_id}"


class Side(models.TextChoices):
    ASKER = "asker", _("du côté de qui avait besoin")
    HELPER = "helper", _("du côté de qui a aidé")


class Answer(models.TextChoices):
    YES = "yes", _("Oui")
    PARTLY = "partly", _("En partie")
    NO = "no", _("Non")


class Outcome(models.Model):
    """« Est-ce que cela a aidé ? », told once by each side. An association's record."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    mission = models.ForeignKey(Mission, on_delete=models.PROTECT, related_name="outcomes")
    need = models.ForeignKey(Need, null=True, blank=True, on_delete=models.PROTECT, related_name="outcomes")
    side = models.CharField(max_length=10, choices=Side)
    sign_up = models.ForeignKey(SignUp, null=True, blank=True, on_delete=models.PROTECT, related_name="outcomes")
    answer = models.CharField(_("est-ce que cela a aidé ?"), max_length=10, choices=Answer)
    words = models.CharField(_("un mot, si vous voulez"), max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    told_at = models.DateTimeField()

    objects = ScopedQuerySet["Outcome"].as_manager()
    person_path: ClassVar[str] = "sign_up__contact__person"
    opens = "guardian"

    class Meta:
        verbose_name = _("retour")
        constraints = [
            models.UniqueConstraint(fields=["sign_up"], condition=Q(side="helper"), name="one_outcome_per_helper"),
            models.UniqueConstraint(fields=["mission"], condition=Q(side="asker"), name="one_outcome_of_the_asker"),
            models.CheckConstraint(
                condition=Q(side="asker", sign_up=None) | Q(side="helper", sign_up__isnull=False),
                name="a_helper_speaks_of_their_sign_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mission_id} {self.side} {self.answer}"
