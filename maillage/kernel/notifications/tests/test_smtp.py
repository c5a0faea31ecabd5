"""A real mail server, on this machine: what it takes, refuses, or drops in the middle, and what becomes of each message."""

import smtplib
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from maillage.kernel.notifications import actions
from maillage.kernel.notifications.models import Message, Status
from maillage.kernel.notifications.tests.test_messages import GUEST, tell

pytestmark = pytest.mark.django_db(transaction=True)


class Server:
    """Answers what it is told to, and keeps what it took."""

    def __init__(self) -> None:
        self.answer, self.at_recipient = "250 taken", "250 known"
        self.taken: list[bytes] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.at_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.at_recipient

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answer == "silence":
            server.transport.abort()
            return "250 never read"
        if self.answer.startswith("250"):
            self.taken.append(envelope.content)
        return self.answer

    def mail(self) -> EmailMessage:
        (only,) = self.taken
        return message_from_bytes(only, policy=policy.default)


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    handler = Server()
    controller = Controller(handler, hostname="127.0.0.1", port=0)
    # The library tries its own port before it is known: start by hand, then ask which one it got.
    controller.port = free_port()
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    yield handler
    controller.stop()


def free_port() -> int:
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def row() -> Message:
    return Message.objects.across(reason="test").get()


def test_a_mail_arrives_whole(server: Server, now: datetime) -> None:
    tell(GUEST, "a", now)
    assert actions.deliver(now=now) == 1
    mail = server.mail()
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"].startswith(f"<message-{row().pk}@")
    assert "Bonjour" in text.get_content()
    assert "<p" in html.get_content()
    assert row().status == Status.SENT


def test_a_mail_taken_is_never_sent_again(server: Server, now: datetime) -> None:
    tell(GUEST, "a", now)
    assert [actions.deliver(now=now + timedelta(minutes=n)) for n in (0, 1, 30)] == [1, 0, 0]
    assert len(server.taken) == 1


def test_a_server_that_says_later_is_asked_again_later(server: Server, now: datetime) -> None:
    tell(GUEST, "a", now)
    server.answer = "451 try again"
    assert actions.deliver(now=now) == 0
    assert (row().status, row().send_after > now) == (Status.WAITING, True)
    server.answer = "250 taken"
    assert actions.deliver(now=now) == 0  # not yet
    assert actions.deliver(now=row().send_after) == 1
    assert len(server.taken) == 1


def test_an_address_refused_for_good_is_given_up(server: Server, now: datetime) -> None:
    tell(GUEST, "a", now)
    server.at_recipient = "550 no such user"
    assert actions.deliver(now=now) == 0
    assert (row().status, row().error) == (Status.FAILED, smtplib.SMTPRecipientsRefused.__name__)
    assert GUEST.email not in row().error


def test_a_server_that_falls_silent_leaves_it_uncertain(server: Server, now: datetime) -> None:
    """It may have been taken: nobody sends it again by itself."""
    tell(GUEST, "a", now)
    server.answer = "silence"
    assert actions.deliver(now=now) == 0
    assert row().status == Status.UNCERTAIN
    server.answer = "250 taken"
    assert actions.deliver(now=now + timedelta(days=1)) == 0
    assert server.taken == []


def test_a_server_that_is_away_makes_it_wait(settings: Any, now: datetime) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    tell(GUEST, "a", now)
    assert actions.deliver(now=now) == 0
    assert row().status == Status.WAITING


def test_one_bad_address_does_not_stop_the_others(server: Server, now: datetime) -> None:
    tell(GUEST, "a", now)
    server.at_recipient = "550 no such user"
    actions.deliver(now=now)
    server.at_recipient = "250 known"
    for key in "bc":
        tell(GUEST, key, now)
    assert actions.deliver(now=now) == 2
