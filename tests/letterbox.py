"""What people really receive: everything waiting is sent, then read in the local outbox."""

import re

from django.conf import settings
from django.utils import timezone

from maillage.kernel.notifications import actions
from maillage.kernel.notifications.models import LocalMessage


def letters(to: str) -> list[str]:
    """Subject and words of what went to this address, the newest first."""
    actions.deliver(now=timezone.now())
    return [f"{one.subject}\n{one.text}" for one in LocalMessage.objects.filter(address__contains=to)]


def last_letter(to: str) -> str:
    found = letters(to)
    assert found, f"nothing was sent to {to}"
    return found[0]


def address_in(letter: str) -> str:
    """The first address of this site in a letter, without its host: the tests' server has another one."""
    found = re.search(rf"{re.escape(settings.SITE_URL)}(/\S+)", letter)
    assert found, letter
    return found[1].rstrip(").,")
