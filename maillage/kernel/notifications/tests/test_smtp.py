"""A real mail server, on this machine: what it takes, refuses, or drops in the middle, and what becomes of each message."""

import asyncio
import os
import smtplib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.utils import timezone

from maillage.kernel.notifications import actions
from maillage.kernel.notifications.models import Message, Status
from maillage.kernel.notifications.tests.test_messages import GUEST, tell
from maillage.kernel.tasks import actions as tasks
from maillage.kernel.tasks.models import Worker

pytestmark = pytest.mark.django_db(transaction=True)
BACKEND = "maillage.kernel.notifications.smtp.WatchedMail"


class Server:
    """Answers what it is told to, and keeps what it took."""

    def __init__(self) -> None:
        self.answer, self.at_recipient = "250 taken", "250 known"
        self.taken: list[bytes] = []
        self.hangs_up_after = 0  # mails of one call; 0 is never

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        session.mails = getattr(session, "mails", 0) + 1
        if 0 < self.hangs_up_after < session.mails:
            server.transport.abort()
        if self.at_recipient == "hangs":
            await asyncio.sleep(3600)
        if self.at_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.at_recipient

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answer == "silence":
            server.transport.abort()
            return "250 never read"
        if self.answer == "hangs":
            await asyncio.sleep(3600)
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
    settings.EMAIL_BACKEND = BACKEND
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    yield handler
    controller.stop()


def free_port() -> int:
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
    settings.EMAIL_BACKEND = BACKEND
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


@pytest.mark.parametrize("scheme", ["smtp", "smtp+tls", "smtp+ssl"])
def test_the_server_of_an_instance_is_a_watched_one(scheme: str) -> None:
    said = subprocess.run(
        [sys.executable, "-c", "from config import settings; print(settings.EMAIL_BACKEND)"],
        env=os.environ | {"MAILLAGE_EMAIL_URL": f"{scheme}://user:word@mail.example.org:587"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert said.stdout.strip() == BACKEND


# ── A server that hangs ───────────────────────────────────────────────────────────────────────
@pytest.fixture
def mute(settings: Any) -> Iterator[list[socket.socket]]:
    """It takes the call and never says a word; the list holds who called."""
    callers: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as door:

        def take_calls() -> None:
            try:
                while True:
                    callers.append(door.accept()[0])
            except OSError:
                return  # the door is shut

        threading.Thread(target=take_calls, daemon=True).start()
        settings.EMAIL_BACKEND, settings.EMAIL_TIMEOUT = BACKEND, 0.3
        settings.EMAIL_HOST, settings.EMAIL_PORT = door.getsockname()
        yield callers
        door.shutdown(socket.SHUT_RDWR)
    for caller in callers:
        caller.close()


def every_row() -> list[tuple[str, int]]:
    return list(Message.objects.across(reason="test").order_by("pk").values_list("status", "tries"))


def test_a_server_that_hangs_before_it_greets_makes_all_wait_and_is_asked_once(
    mute: list[socket.socket], now: datetime
) -> None:
    for key in "abc":
        tell(GUEST, key, now)
    assert actions.deliver(now=now) == 0
    assert every_row() == [(Status.WAITING, 1), (Status.WAITING, 0), (Status.WAITING, 0)]
    assert len(mute) == 1


def test_a_server_that_hangs_before_the_words_makes_it_wait(server: Server, settings: Any, now: datetime) -> None:
    settings.EMAIL_TIMEOUT = 0.3
    server.at_recipient = "hangs"
    tell(GUEST, "a", now)
    assert actions.deliver(now=now) == 0
    assert row().status == Status.WAITING
    server.at_recipient = "250 known"
    assert actions.deliver(now=row().send_after) == 1
    assert len(server.taken) == 1


def test_a_server_that_hangs_on_the_words_leaves_one_uncertain_and_the_others_wait(
    server: Server, settings: Any, now: datetime
) -> None:
    settings.EMAIL_TIMEOUT = 0.3
    server.answer = "hangs"
    for key in "abc":
        tell(GUEST, key, now)
    assert actions.deliver(now=now) == 0
    assert every_row() == [(Status.UNCERTAIN, 1), (Status.WAITING, 0), (Status.WAITING, 0)]
    server.answer = "250 taken"
    assert actions.deliver(now=now + timedelta(minutes=3)) == 2


def test_nothing_leaves_in_clear_when_the_server_will_not_encrypt(server: Server, settings: Any, now: datetime) -> None:
    """The first try leaves a connection half made: the second mail must not take it as it is."""
    settings.EMAIL_USE_TLS = True
    for key in "ab":
        tell(GUEST, key, now)
    assert [actions.deliver(now=now + timedelta(minutes=n)) for n in (0, 2)] == [0, 0]
    assert server.taken == []
    assert {status for status, _tries in every_row()} == {Status.WAITING}


def test_a_name_that_nobody_knows_and_a_wrong_protocol_make_it_wait(
    server: Server, settings: Any, now: datetime
) -> None:
    tell(GUEST, "a", now)
    with_a_server, settings.EMAIL_HOST = settings.EMAIL_HOST, "nowhere.invalid"
    assert actions.deliver(now=now) == 0
    settings.EMAIL_HOST, settings.EMAIL_USE_SSL = with_a_server, True
    assert actions.deliver(now=row().send_after) == 0
    assert row().status == Status.WAITING
    settings.EMAIL_USE_SSL = False
    assert actions.deliver(now=row().send_after) == 1


def test_a_server_that_takes_a_few_mails_at_a_time_gets_the_rest_by_another_call(server: Server, now: datetime) -> None:
    for key in "abcd":
        tell(GUEST, key, now)
    server.hangs_up_after = 2
    assert actions.deliver(now=now) == 3
    assert [status for status, _tries in every_row()] == [Status.SENT, Status.SENT, Status.WAITING, Status.SENT]


def test_the_heart_beats_while_a_mail_server_is_slow(
    mute: list[socket.socket], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is due hangs on the network for longer than a worker may be silent: nobody takes it for dead."""
    monkeypatch.setattr(tasks, "BEAT", 0.1)
    settings.EMAIL_TIMEOUT = 3600
    tell(GUEST, "a", timezone.now())
    stop = threading.Event()
    beside = tasks.start_beside("slow", stop)
    try:
        wait_until(lambda: bool(mute))
        seen = Worker.objects.get(name="slow").seen_at
        wait_until(lambda: Worker.objects.get(name="slow").seen_at > seen)
        assert row().status == Status.SENDING  # still on the line
    finally:
        stop.set()
        for caller in mute:
            caller.shutdown(socket.SHUT_RDWR)
        for thread in beside:
            thread.join()
    assert row().status == Status.WAITING


def wait_until(done: Callable[[], bool]) -> None:
    for _turn in range(600):
        if done():
            return
        time.sleep(0.1)
    raise AssertionError("it never came")
