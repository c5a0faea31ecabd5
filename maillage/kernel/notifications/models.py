from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from maillage.kernel.organisations.scope import ScopedQuerySet


class Status(models.TextChoices):
    SITE_ONLY = "site", _("sur le site seulement")
    WAITING = "waiting", _("en attente d’envoi")
    SENDING = "sending", _("envoi en cours")
    SENT = "sent", _("envoyé")
    UNCERTAIN = "uncertain", _("envoi incertain")
    FAILED = "failed", _("envoi impossible")


class MessageQuerySet(ScopedQuerySet["Message"]):
    def on_site(self) -> "MessageQuerySet":
        """What a person still reads on the site: words are dropped after a year."""
        return self.filter(shows_on_site=True).exclude(text="").order_by("-made_at", "-pk")

    def unread(self) -> "MessageQuerySet":
        return self.on_site().filter(read_at=None)


class Message(models.Model):
    """Something told to one human being. A person's record when there is a person, else the association's."""

    key = models.CharField(max_length=150, unique=True)  # one row per thing to tell
    kind = models.CharField(max_length=60)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="messages")
    contact = models.ForeignKey("organisations.Contact", null=True, on_delete=models.CASCADE, related_name="messages")
    organisation = models.ForeignKey(
        "organisations.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    about_model = models.CharField(max_length=60, blank=True)
    about_id = models.BigIntegerField(null=True)
    name = models.CharField(max_length=150, blank=True)
    channel = models.CharField(max_length=4, blank=True)  # mail | sms | nothing
    address = models.CharField(max_length=254, blank=True)  # a mail address or a number (E.164)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    link = models.CharField(max_length=500, blank=True)
    attachments = models.JSONField(default=list)  # [[name, base64, type]]
    locale = models.CharField(max_length=5, default="fr")
    shows_on_site = models.BooleanField(default=False)
    status = models.CharField(max_length=10, choices=Status)
    made_at = models.DateTimeField()
    send_after = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=100, blank=True)  # a kind of error, never an address

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        indexes = [
            models.Index(fields=["send_after"], condition=models.Q(status="waiting"), name="messages_to_send"),
            models.Index(fields=["person", "made_at"], name="messages_of_person"),
            models.Index(fields=["status", "claimed_at"], name="messages_by_status"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class LocalMessage(models.Model):
    """What the default adapters « sent »: kept here for a month and shown to the technical team. Nobody else's record."""

    channel = models.CharField(max_length=4)
    address = models.CharField(max_length=500)
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField()
    html = models.TextField(blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("message de la boîte locale")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}"
