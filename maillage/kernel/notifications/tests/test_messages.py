"""One row per thing to tell, two parts by mail, at most one sending whatever dies."""

import errno
import smtplib
import socket
import ssl
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail

from maillage.kernel import hooks
from maillage.kernel.notifications import actions
from maillage.kernel.notifications.actions import Address, notify
from maillage.kernel.notifications.models import LocalMessage, Message, Status
from maillage.kernel.people.models import Person

pytestmark = pytest.mark.django_db
GUEST = Address(name="Paule <b>", email="paule@example.org")


def tell(to: Any, key: str, now: datetime, **more: Any) -> Message | None:
    return notify(
        to=to, kind="tried.told", key=key, now=now, context={"name": getattr(to, "name", "")},
        link="https://maillage.localhost/x", **more,
    )  # fmt: skip


def the_row() -> Message:
    return Message.objects.across(reason="test").get()


def test_a_mail_has_two_parts_and_its_words_are_escaped(now: datetime, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    tell(GUEST, "a", now, attachments=[("creneau.ics", b"BEGIN:VCALENDAR", "text/calendar")])
    assert actions.deliver(now=now) == 1
    (sent,) = mail.outbox
    html = sent.alternatives[0][0]
    assert sent.subject == "Votre place <est> à vous"
    assert "Bonjour Paule <b>," in sent.body
    assert "Paule &lt;b&gt;" in html and "<b>" not in html
    assert 'href="https://maillage.localhost/x"' in html and "<li>un</li>" in html
    assert [one[0] for one in sent.attachments] == ["creneau.ics"]
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"
    assert (the_row().status, the_row().attachments) == (Status.SENT, [])


def test_the_same_key_is_told_once(now: datetime) -> None:
    assert tell(GUEST, "a", now) is not None
    assert tell(GUEST, "a", now) is None
    assert (actions.deliver(now=now), actions.deliver(now=now)) == (1, 0)
    assert LocalMessage.objects.count() == 1


def test_a_person_reads_it_on_the_site_too(amina: Person, now: datetime) -> None:
    tell(amina, "a", now)
    assert [m.subject for m in Message.objects.about(amina).unread()] == ["Votre place <est> à vous"]
    assert actions.mark_read(person=amina, now=now) == 1
    assert not Message.objects.about(amina).unread().exists()


def test_who_has_a_telephone_only_gets_an_sms(now: datetime) -> None:
    tell(Address(name="Odette", phone="+33600000002"), "a", now)
    actions.deliver(now=now)
    sent = LocalMessage.objects.get()
    assert (sent.channel, sent.address) == ("sms", "+33600000002")
    assert "https://maillage.localhost/x" in sent.text and "\n" not in sent.text


def test_who_cannot_be_reached_is_told_nothing(now: datetime) -> None:
    assert tell(Address(name="Personne"), "a", now) is None


class Down:
    """A server that fails at one stage, each time it is asked."""

    def __init__(self, failing: Exception, stage: str) -> None:
        self.failing, self.stage, self.asked = failing, stage, 0
        self.handed_over = stage == "handed over"

    def open(self) -> bool:
        if self.stage == "connecting":
            self.fail()
        return True

    def close(self) -> None: ...

    def send_messages(self, messages: list[Any]) -> int:
        return self.fail()

    def fail(self) -> int:
        self.asked += 1
        raise self.failing


@pytest.mark.parametrize(
    ("stage", "failing", "status"),
    [
        ("connecting", ConnectionRefusedError(), Status.WAITING),
        ("connecting", TimeoutError(), Status.WAITING),
        ("connecting", OSError(errno.EHOSTUNREACH, "No route to host"), Status.WAITING),
        ("connecting", OSError(errno.ENETUNREACH, "Network is unreachable"), Status.WAITING),
        ("connecting", socket.gaierror(socket.EAI_AGAIN, "no name"), Status.WAITING),
        ("connecting", ssl.SSLCertVerificationError("expired"), Status.WAITING),
        ("connecting", smtplib.SMTPServerDisconnected(), Status.WAITING),
        ("connecting", smtplib.SMTPNotSupportedError(), Status.WAITING),
        ("connecting", smtplib.SMTPConnectError(554, b"closed today"), Status.WAITING),
        ("connecting", smtplib.SMTPAuthenticationError(535, b"no"), Status.WAITING),
        ("talking", TimeoutError(), Status.WAITING),
        ("talking", smtplib.SMTPServerDisconnected(), Status.WAITING),
        ("talking", smtplib.SMTPRecipientsRefused({"x": (450, b"later")}), Status.WAITING),
        ("talking", smtplib.SMTPRecipientsRefused({"x": (550, b"nobody")}), Status.FAILED),
        ("handed over", smtplib.SMTPDataError(451, b"later"), Status.WAITING),
        ("handed over", smtplib.SMTPDataError(554, b"never"), Status.FAILED),
        ("handed over", smtplib.SMTPServerDisconnected(), Status.UNCERTAIN),
        ("handed over", TimeoutError(), Status.UNCERTAIN),
    ],
)
def test_only_what_surely_did_not_leave_is_sent_again(
    now: datetime, monkeypatch: pytest.MonkeyPatch, stage: str, failing: Exception, status: str
) -> None:
    server = Down(failing, stage)
    monkeypatch.setattr(actions, "get_connection", lambda: server)
    tell(GUEST, "a", now)
    actions.deliver(now=now)
    assert the_row().status == status
    actions.deliver(now=now + timedelta(hours=30))
    assert server.asked == (2 if status == Status.WAITING else 1)


def test_a_server_that_stays_away_is_given_up_in_the_end(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not after one bad night: a mail waits for days, each time a little longer, a quarter of an hour at most."""
    server = Down(TimeoutError(), "connecting")
    monkeypatch.setattr(actions, "get_connection", lambda: server)
    tell(GUEST, "a", now)
    waits, at = [], now
    while the_row().status == Status.WAITING and at < now + 2 * actions.KEEP_TRYING:
        actions.deliver(now=at)
        before, at = at, the_row().send_after
        waits.append(round((at - before).total_seconds() / 60))
    assert waits[:5] == [2, 4, 8, 15, 15]
    assert max(waits) == 15
    assert actions.KEEP_TRYING <= before - now < actions.KEEP_TRYING + actions.LONGEST_WAIT
    assert (the_row().status, the_row().error) == (Status.FAILED, "TimeoutError")


def test_a_secret_is_not_sent_when_it_is_of_no_use_any_more(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "get_connection", lambda: Down(TimeoutError(), "connecting"))
    secret = hooks.NotificationKind("essai", "essai", is_secret=True)
    monkeypatch.setattr(hooks.notification_kinds, "named", lambda name: secret)
    tell(GUEST, "a", now)
    actions.deliver(now=now + timedelta(hours=23))
    assert the_row().status == Status.WAITING
    actions.deliver(now=now + timedelta(hours=25))
    assert the_row().status == Status.FAILED


def test_a_server_that_is_away_is_asked_once_a_round_and_sms_leave(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Down(TimeoutError(), "connecting")
    monkeypatch.setattr(actions, "get_connection", lambda: server)
    for key in "abc":
        tell(GUEST, key, now)
    tell(Address(name="Odette", phone="+33600000002"), "d", now)
    assert actions.deliver(now=now) == 1
    assert (LocalMessage.objects.get().channel, server.asked) == ("sms", 1)
    rows = Message.objects.across(reason="test").filter(channel="mail").order_by("pk")
    assert [(row.status, row.tries) for row in rows] == [(Status.WAITING, tries) for tries in (1, 0, 0)]
    assert len({row.send_after for row in rows}) == 1  # nobody is asked again before
    assert actions.deliver(now=now + timedelta(minutes=1)) == 0
    assert server.asked == 1


def test_a_row_claimed_by_a_dead_sender_is_never_sent_again(now: datetime) -> None:
    made = tell(GUEST, "a", now)
    assert made and actions.claim(made.pk, now)
    assert actions.claim(made.pk, now) is None
    later = now + timedelta(minutes=11)
    assert actions.give_up_on_silent(now=later) == 1
    assert (actions.deliver(now=later), the_row().status) == (0, Status.UNCERTAIN)
    assert not LocalMessage.objects.exists()


def test_words_are_dropped_after_a_year(now: datetime) -> None:
    tell(GUEST, "a", now)
    actions.deliver(now=now)
    assert actions.forget_old(now=now + timedelta(days=366)) == 1
    assert (the_row().text, the_row().address, the_row().name) == ("", "", "")


def test_a_kind_that_nobody_declared_is_a_bug(now: datetime) -> None:
    with pytest.raises(LookupError):
        notify(to=GUEST, kind="tried.nothing", context={}, key="a", now=now)


def test_the_local_outbox_shows_an_address_as_people_read_it(now: datetime, settings: Any) -> None:
    settings.EMAIL_BACKEND = "maillage.kernel.notifications.outbox.LocalMail"
    tell(Address(name="Éloïse Ñ.", email="eloise@example.org"), "a", now)
    actions.deliver(now=now)
    assert LocalMessage.objects.get().address == "Éloïse Ñ. <eloise@example.org>"
