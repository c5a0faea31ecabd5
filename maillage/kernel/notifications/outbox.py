"""The default adapters: nothing leaves this machine; a page shows what would have left."""

from collections.abc import Sequence
from email.header import decode_header, make_header

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from maillage.kernel.notifications.models import LocalMessage


def as_read(address: str) -> str:
    """An address as people read it: headers carry accents in code (RFC 2047)."""
    return str(make_header(decode_header(address)))


class LocalMail(BaseEmailBackend):
    """A mail server that is a table."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for mail in email_messages:
            html = ""
            if isinstance(mail, EmailMultiAlternatives) and mail.alternatives:
                html = str(mail.alternatives[0][0])
            LocalMessage.objects.create(
                channel="mail", address=", ".join(map(as_read, mail.to))[:500], subject=mail.subject[:300],
                text=str(mail.body), html=html,
            )  # fmt: skip
        return len(email_messages)


class LocalSms:
    """A telephone company that is a table. A real one has the same method."""

    def send(self, to: str, text: str) -> None:
        """Hand over one SMS. Raises NotSentYet when it surely did not leave."""
        LocalMessage.objects.create(channel="sms", address=to, text=text)
