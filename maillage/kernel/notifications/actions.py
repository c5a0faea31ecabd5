"""Telling people: written with the change, sent after it, at most once."""

import base64
import logging
import smtplib
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import models, transaction
from django.db.models import F
from django.utils.module_loading import import_string
from django_tasks_db.models import DBTaskResult

from maillage.kernel import hooks
from maillage.kernel.notifications import words
from maillage.kernel.notifications.models import LocalMessage, Message, Status
from maillage.kernel.organisations.models import Contact, Organisation
from maillage.kernel.people.models import Person

log = logging.getLogger("maillage.notifications")
TRIES = 8
WORDS = ("subject", "text", "link", "address", "name")
Attachment = tuple[str, bytes, str]  # name, content, type


@dataclass(frozen=True)
class Address:
    """Somebody who is neither a person of the house nor a contact: a guardian, somebody invited."""

    name: str = ""
    email: str = ""
    phone: str = ""
    locale: str = "fr"


def kind_of(name: str) -> hooks.NotificationKind:
    """The declared kind; a message of no known kind is a bug."""
    for kind in hooks.notification_kinds:
        if kind.name == name:
            return kind
    raise LookupError(f"{name!r} is no declared kind of notification")


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
) -> Message | None:
    """Write one message, in the transaction of what it tells; None when this `key` was told already.

    It shows on the site to a person, and leaves by the first channel of its kind that reaches them. Words are made
    now, from what is true now; `<module>/messages/<name>.txt` (its first line is the subject) and `<name>.sms`.
    """
    known = kind_of(kind)
    person = to if isinstance(to, Person) else to.person if isinstance(to, Contact) else None
    name = str(to) if isinstance(to, Person) else to.name
    email, phone = to.reached_at() if isinstance(to, Person) else (to.email, to.phone)
    locale = person.locale if person else getattr(to, "locale", "fr")
    reach = {"mail": email, "sms": phone}
    channel = next((one for one in known.channels if reach.get(one)), "")
    shows = person is not None and "site" in known.channels
    if not channel and not shows:
        return None
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
    """Send what waits, each row claimed and committed before it leaves; return how many were sent."""
    sent = 0
    connection = get_connection()
    opened = False
    try:
        for pk in to_send(now)[:at_most]:
            message = claim(pk, now)
            if message is None:
                continue
            try:
                if message.channel == "mail" and not opened:
                    opened = bool(connection.open()) or True
                send(message, connection)
            except Exception as failed:
                opened = opened and not isinstance(failed, (OSError, smtplib.SMTPServerDisconnected))
                after_failure(message, failed, now)
            else:
                sent += 1
                said = dict.fromkeys(WORDS, "") if kind_of(message.kind).is_secret else {}
                Message.objects.across(reason="the row just sent").filter(pk=pk).update(
                    status=Status.SENT, sent_at=now, attachments=[], error="", **said
                )
    finally:
        connection.close()
    return sent


def to_send(now: datetime) -> Any:
    return (
        Message.objects.across(reason="the outbox of the whole house")
        .filter(status=Status.WAITING, send_after__lte=now)
        .order_by("send_after", "pk")
        .values_list("pk", flat=True)
    )


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


def after_failure(message: Message, failed: Exception, now: datetime) -> None:
    """Wait when it surely did not leave; give up when it never will; say so when nobody can know."""
    status, wait = Status.UNCERTAIN, timedelta()
    if surely_not_sent(failed):
        status = Status.WAITING if message.tries < TRIES else Status.FAILED
        wait = timedelta(minutes=2**message.tries)
    if never_will(failed):
        status = Status.FAILED
    log.warning("message %s: %s, now %s", message.pk, type(failed).__name__, status)
    Message.objects.across(reason="the row just claimed").filter(pk=message.pk).update(
        status=status, send_after=now + wait, error=type(failed).__name__[:100]
    )


def surely_not_sent(failed: Exception) -> bool:
    """The server was not reached, or said no with a number: nothing was accepted."""
    return isinstance(
        failed,
        (
            ConnectionRefusedError, socket.gaierror, smtplib.SMTPConnectError, smtplib.SMTPHeloError,
            smtplib.SMTPAuthenticationError, smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused,
            smtplib.SMTPSenderRefused, NotSentYet,
        ),
    )  # fmt: skip


def never_will(failed: Exception) -> bool:
    """A permanent no (5xx) for this recipient."""
    if isinstance(failed, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _said in failed.recipients.values())
    if isinstance(failed, smtplib.SMTPAuthenticationError):
        return False  # ours to mend: the message waits
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


def mark_read(*, person: Person, now: datetime, pk: int | None = None) -> int:
    """Say that one message (or all of them) was read."""
    mine = Message.objects.about(person).filter(read_at=None, shows_on_site=True)
    return (mine.filter(pk=pk) if pk else mine).update(read_at=now)
