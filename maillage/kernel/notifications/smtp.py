"""The mail server, watched: before the words of a mail were handed over, that mail surely did not leave."""

from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend


class WatchedMail(EmailBackend):
    """Django's own, which also remembers whether it began to hand over the words of the last mail."""

    handed_over = False

    def open(self) -> bool | None:
        opened = super().open()
        if opened and self.connection is not None:
            hand_over = self.connection.data

            def data(msg: Any) -> tuple[int, bytes]:
                self.handed_over = True
                return hand_over(msg)

            self.connection.data = data  # type: ignore[method-assign]
        return opened

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        self.handed_over = False
        return super().send_messages(email_messages)
