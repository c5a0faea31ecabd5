"""Telling people: written with the change, sent after it, at most once."""

import base64
import logging
import smtplib
import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import formataddr, parseaddr
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks_db.models import DBTaskResult

from maillage.kernel import hooks
from maillage.kernel.notifications import words
from maillage.kernel.notifications.models import LocalMessage, Message, Status
from maillage.kernel.organisations.models import Contact, Organisation
from maillage.kernel.people.models import Person
from maillage.kernel.places import zones

log = logging.getLogger("maillage.notifications")
KEEP_TRYING, LONGEST_WAIT = timedelta(days=5), timedelta(minutes=15)
KEEP_TRYING_A_SECRET = timedelta(days=1)  # then it is of no use any more
WORDS = ("subject", "text", "link", "address", "name")
Attachment = tuple[str, bytes, str]  # name, content, type
Stage = Literal["connecting", "talking", "handed over"]  # how far a message came before it failed


@dataclass(frozen=True)
class Address:
    """Somebody who is neither a person of the house nor a contact: a guardian, somebody invited."""

    name: str = ""
    email: str = ""
    phone: str = ""
    locale: str = "fr"


def notify(
    *,
    to: Person | Contact | Address,
    kind: str,
    context: dict[str, Any],
    key: str,
    now: datetime,
    organisation: Organisation | None = None,
    about: models.Model | None = None,
    link: str = "",
    attachments: Iterable[Attachment] = (),
    hour_of: ZoneInfo | None = None,
) -> Message | None:
    """Write one message, in the transaction of what it tells; None when this `key` was told already.

    It shows on the site to a person, and leaves by the first channel of its kind that reaches them. Words are made
    now, from what is true now; `<module>/messages/<name>.txt` (its first line is the subject) and `<name>.sms`.
    Hours are those of where the person lives; of whoever did not say where, `hour_of`, else that of the association.
    """
    known = hooks.notification_kinds.named(kind)
    person = to if isinstance(to, Person) else to.person if isinstance(to, Contact) else None
    name = str(to) if isinstance(to, Person) else to.name
    email, phone = to.reached_at() if isinstance(to, Person) else (to.email, to.phone)
    locale = person.locale if person else getattr(to, "locale", "fr")
    reach = {"mail": email, "sms": phone}
    channel = next((one for one in known.channels if reach.get(one)), "")
    shows = person is not None and "site" in known.channels
    if not channel and not shows:
        return None
    if person and person.commune_id:
        hour_of = zones.zone_of(person.commune_id)
    with timezone.override(hour_of or (organisation.zone if organisation else zones.PARIS)):
        subject, text = words.made(kind, {**context, "link": link}, locale=locale, short=channel == "sms")
    made, is_new = Message.objects.across(reason="one row per key").get_or_create(
        key=key,
        defaults={
            "kind": kind, "person": person, "contact": to if isinstance(to, Contact) else None,
            "organisation": organisation, "name": name, "channel": channel, "address": reach.get(channel, ""),
            "about_model": about._meta.label_lower if about else "", "about_id": about.pk if about else None,
            "subject": subject[:200], "text": text, "link": link[:500], "locale": locale, "shows_on_site": shows,
            "attachments": [[n, base64.b64encode(content).decode(), mime] for n, content, mime in attachments],
            "status": Status.WAITING if channel else Status.SITE_ONLY, "made_at": now, "send_after": now,
        },
    )  # fmt: skip
    if not is_new:
        return None
    if channel:
        transaction.on_commit(wake)
    return made


def wake() -> None:
    """Ask a worker to send, unless it was asked already: one task drains the table."""
    from maillage.kernel.notifications.tasks import deliver_waiting

    path = deliver_waiting.module_path
    if not DBTaskResult.objects.filter(task_path=path, status="READY").exists():
        deliver_waiting.enqueue()


# ── Sending ───────────────────────────────────────────────────────────────────────────────────
def deliver(*, now: datetime, at_most: int = 500) -> int:
    """Send what waits, each row claimed and committed before it leaves; return how many were sent.

    A mail server that is away or falls silent ends the round for mails: one of them waited for it, not five hundred.
    """
    sent, carried = 0, 0
    began = time.monotonic()
    connection = get_connection()
    is_open = is_away = False
    try:
        for pk, channel in to_send(now).values_list("pk", "channel")[:at_most]:
            is_mail = channel == "mail"
            if is_mail and is_away:
                continue
            at = now + timedelta(seconds=time.monotonic() - began)
            message = claim(pk, at)
            if message is None:
                continue
            stage: Stage = "connecting"
            try:
                if is_mail and not is_open:
                    connection.open()
                    is_open, carried = True, 0
                stage = "handed over"
                send(message, connection)
            except Exception as failed:
                if is_mail:
                    if is_open and not getattr(connection, "handed_over", True):
                        stage = "talking"
                    # One that served others may only have had enough of us: the next mail connects anew.
                    is_away = not is_open or (hung_up(failed) and not carried)
                    close(connection)
                    is_open = False
                until = after_failure(message, failed, at, stage)
                if is_mail and is_away:
                    wait_for_the_server(now, until)
            else:
                sent += 1
                carried += is_mail
                said = dict.fromkeys(WORDS, "") if hooks.notification_kinds.named(message.kind).is_secret else {}
                Message.objects.across(reason="the row just sent").filter(pk=pk).update(
                    status=Status.SENT, sent_at=at, attachments=[], error="", **said
                )
    finally:
        close(connection)
    return sent


def close(connection: Any) -> None:
    """Take leave of the server. What was sent is sent, whatever it answers; a half-open connection is never used again."""
    try:
        connection.close()
    except Exception as failed:
        log.warning("the mail server did not take leave: %s", type(failed).__name__)


def to_send(now: datetime) -> Any:
    """What is due, who has waited longest first."""
    every = Message.objects.across(reason="the outbox of the whole house")
    return every.filter(status=Status.WAITING, send_after__lte=now).order_by("send_after", "pk")


def claim(pk: int, now: datetime) -> Message | None:
    """Take a row for oneself, in a committed statement: whoever comes second gets nothing."""
    row = Message.objects.across(reason="the outbox of the whole house").filter(pk=pk, status=Status.WAITING)
    if not row.update(status=Status.SENDING, claimed_at=now, tries=F("tries") + 1):
        return None
    return Message.objects.across(reason="the row just claimed").select_related("organisation").get(pk=pk)


def send(message: Message, connection: Any) -> None:
    if message.channel == "sms":
        import_string(settings.SMS_PROVIDER)().send(message.address, message.text)
        return
    sender_name, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    organisation = message.organisation
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=words.with_foot(message),
        from_email=formataddr((f"{organisation} (Maillage)" if organisation else sender_name, sender)),
        to=[formataddr((message.name, message.address))],
        reply_to=[organisation.email] if organisation and organisation.email else None,
        headers={
            "Message-ID": f"<message-{message.pk}@{sender.rpartition('@')[2]}>",
            "Auto-Submitted": "auto-generated",
        },
        connection=connection,
    )
    mail.attach_alternative(words.html_of(message), "text/html")
    for name, content, mime in message.attachments:
        mail.attach(name, base64.b64decode(content), mime)
    mail.send()


def after_failure(message: Message, failed: Exception, now: datetime, stage: Stage) -> datetime:
    """Wait when it surely did not leave; give up when it never will; say so when nobody can know.

    Return when it is tried again. How long one keeps trying, and how often, is what mail servers do themselves.
    """
    status = Status.UNCERTAIN
    again_at = now + min(timedelta(minutes=2 ** min(message.tries, 10)), LONGEST_WAIT)
    if stage != "handed over" or surely_not_sent(failed):
        patience = KEEP_TRYING_A_SECRET if hooks.notification_kinds.named(message.kind).is_secret else KEEP_TRYING
        status = Status.WAITING if now - message.made_at < patience else Status.FAILED
    if stage != "connecting" and never_will(failed):
        status = Status.FAILED
    log.warning("message %s: %s, now %s", message.pk, type(failed).__name__, status)
    Message.objects.across(reason="the row just claimed").filter(pk=message.pk).update(
        status=status, send_after=again_at, error=type(failed).__name__[:100]
    )
    return again_at


def wait_for_the_server(now: datetime, until: datetime) -> None:
    """Every mail that was due waits as long as the one that found nobody; none of them counts it as a try."""
    to_send(now).order_by().filter(channel="mail").update(send_after=until)


def hung_up(failed: Exception) -> bool:
    """The connection is gone, rather than a no with a number (smtplib's own errors are OSErrors too)."""
    if isinstance(failed, smtplib.SMTPException):
        return isinstance(failed, smtplib.SMTPServerDisconnected)
    return isinstance(failed, OSError)


def surely_not_sent(failed: Exception) -> bool:
    """The server was not reached, or said no with a number: nothing was accepted."""
    return isinstance(
        failed,
        (
            ConnectionRefusedError, socket.gaierror, smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused,
            NotSentYet,
        ),
    )  # fmt: skip


def never_will(failed: Exception) -> bool:
    """A permanent no (5xx) for this message; one said while connecting is ours to mend, and the message waits."""
    if isinstance(failed, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _said in failed.recipients.values())
    return isinstance(failed, smtplib.SMTPResponseException) and failed.smtp_code >= 500


class NotSentYet(Exception):
    """An SMS adapter raises this when it knows that nothing left: the message waits and is tried again."""


def give_up_on_silent(*, now: datetime) -> int:
    """A row claimed ten minutes ago whose sender died: it may have left, so it is never sent again by itself."""
    return (
        Message.objects.across(reason="the outbox of the whole house")
        .filter(status=Status.SENDING, claimed_at__lt=now - timedelta(minutes=10))
        .update(status=Status.UNCERTAIN, error="WorkerDied")
    )


def forget_old(*, now: datetime) -> int:
    """Words are dropped a year after (a month in the local outbox): the row stays as proof that it was told.

    Those of a secret that could not leave go the next day: it is of no use any more.
    """
    LocalMessage.objects.filter(at__lt=now - timedelta(days=30)).delete()
    every = Message.objects.across(reason="retention")
    secret = [kind.name for kind in hooks.notification_kinds if kind.is_secret]
    every.filter(
        kind__in=secret, made_at__lt=now - timedelta(days=1), status__in=[Status.SENT, Status.UNCERTAIN, Status.FAILED]
    ).exclude(text="").update(attachments=[], **dict.fromkeys(WORDS, ""))
    old = every.filter(made_at__lt=now - timedelta(days=365)).exclude(text="")
    return old.update(attachments=[], **dict.fromkeys(WORDS, ""))


def forget_about(model: type[models.Model], keys: Any) -> int:
    """Delete what was told, to anybody, about these rows of `model`; return how many messages."""
    about = Message.objects.across(reason="whoever they speak of is forgotten")
    return about.filter(about_model=model._meta.label_lower, about_id__in=keys).delete()[0]


def forget_orphans(model: type[models.Model]) -> int:
    """Delete what was told about rows of `model` that are no more."""
    about = Message.objects.across(reason="the rows that they speak of are no more")
    standing = model._base_manager.values("pk")
    return about.filter(about_model=model._meta.label_lower).exclude(about_id__in=standing).delete()[0]


def mark_read(*, person: Person, now: datetime) -> int:
    """Say that every message was read."""
    return Message.objects.about(person).filter(read_at=None, shows_on_site=True).update(read_at=now)
