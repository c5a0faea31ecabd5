"""What tests of the sign-in start from: whoever types an address, and reads the code that really left."""

import re
import time
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.totp.internal import auth as totp
from django.test import Client
from django.urls import reverse

from maillage.kernel.people.models import Person
from tests.letterbox import last_letter

AMINA = "amina@exemple.localhost"
PERIOD = 30  # seconds that a code lasts


def asks(client: Client, email: str, **more: str) -> Any:
    return client.post(reverse("account_login"), {"email": email, **more})


def code_sent(to: str) -> str:
    letter = last_letter(to)
    found = re.search(r"^([A-Z0-9]{3,}-?[A-Z0-9]{3,})$", letter, re.MULTILINE)
    assert found, letter
    return found[1]


def types(client: Client, code: str) -> Any:
    return client.post(reverse("account_confirm_login_code"), {"code": code})


def enters(client: Client, email: str, **more: str) -> Any:
    """From the address to the first page."""
    asks(client, email, **more)
    return types(client, code_sent(email))


def has_second_factor(person: Person) -> str:
    """Set up for them, as the page does; the secret is answered."""
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(person, secret)
    return secret


def remembers(session: Any, person: Person) -> None:
    """As a session does once the second factor was shown in it."""
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "type": "totp", "at": time.time()}]
    session[f"{AUTHENTICATION_METHODS_SESSION_KEY}_user"] = str(person.pk)


def enters_at_once(client: Client, person: Person) -> None:
    """Signed in with both factors, without the pages of the sign-in."""
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    remembers(session, person)
    session.save()


def code_of(secret: str) -> str:
    """What the application on the telephone shows now; the next one, when it is about to change."""
    left = PERIOD - time.time() % PERIOD
    if left < 8:
        time.sleep(left + 0.01)
    return totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))


def is_in(client: Client) -> bool:
    return client.get(reverse("web:me")).status_code == 200
