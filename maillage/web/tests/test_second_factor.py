"""Whoever holds a desk shows a second code, outside the demo: secrets unreadable at rest, each code of use once."""

import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.utils import decrypt
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings as given
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from maillage.kernel.organisations.models import Organisation, Role, RoleKind
from maillage.kernel.people.models import Person
from maillage.web.tests.signing_in import AMINA, asks, code_of, code_sent, enters, has_second_factor, is_in
from tests.pages import enter, text

pytestmark = pytest.mark.django_db
BRUNO = "bruno@exemple.localhost"
SECOND = "/compte/double-code/entrer/"


@pytest.fixture(autouse=True)
def outside_the_demo(settings: Any) -> None:
    settings.DESKS_ASK_SECOND_FACTOR = True


@pytest.fixture
def secret(bruno: Person) -> str:
    return has_second_factor(bruno)


def test_without_a_second_factor_the_page_of_recovery_codes_leads_to_where_one_is_set_up(bruno: Person) -> None:
    client = Client()
    enters(client, BRUNO)
    assert client.get(reverse("mfa_view_recovery_codes"))["Location"] == reverse("mfa_index")


def desk(here: Organisation) -> str:
    return reverse("web:desk", args=[here.slug])


@pytest.fixture
def sets_up(bruno: Person) -> Callable[[Client], list[str]]:
    """Bruno comes in and sets it up by its page; the recovery codes shown are answered."""

    def done(client: Client) -> list[str]:
        enters(client, BRUNO)
        secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
        response = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
        assert response["Location"] == reverse("mfa_view_recovery_codes")
        return list(client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"])

    return done


# ── Asked ─────────────────────────────────────────────────────────────────────────────────────
def test_no_desk_opens_before_it_is_set_up(client: Client, les_jardins: Organisation) -> None:
    enters(client, BRUNO)
    for send in (client.get, client.post):
        for name in ("web:desk", "web:team", "web:presentation", "volunteering:desk_needs"):
            if send == client.post and name != "web:presentation":
                continue
            response = send(reverse(name, args=[les_jardins.slug]))
            assert response["Location"] == reverse("mfa_activate_totp")
    page = text(client.get(reverse("mfa_activate_totp")))
    assert "Cette page demande le double code" in page and "data:image/svg+xml" in page
    assert "mettez en place un deuxième code" in text(client.get(reverse("web:me")))


@pytest.mark.parametrize("kind", [kind for kind in RoleKind if kind != RoleKind.MEMBER])
def test_every_role_that_sees_other_people_s_data_is_asked(amina: Person, les_jardins: Organisation, kind: str) -> None:
    Role.objects.create(person=amina, organisation=les_jardins, kind=kind, since_at=timezone.now())
    assert enter(amina).get(desk(les_jardins))["Location"] == reverse("mfa_activate_totp")


def test_members_and_strangers_are_not_asked(amina: Person, claire: Person, les_jardins: Organisation) -> None:
    Role.objects.create(person=amina, organisation=les_jardins, kind=RoleKind.MEMBER, since_at=timezone.now())
    member, stranger = enter(amina), enter(claire)
    assert member.get(desk(les_jardins)).status_code == 200
    assert stranger.get(desk(les_jardins)).status_code == 404
    assert "deuxième code" not in text(stranger.get(reverse("web:me")))


def test_the_demo_asks_nobody(bruno: Person, les_jardins: Organisation, settings: Any) -> None:
    settings.DEMO = True
    assert enter(bruno).get(desk(les_jardins)).status_code == 200


def test_outside_the_demo_it_is_asked_unless_tests_say_otherwise() -> None:
    """The settings of the product, read by a process of its own."""
    said = {}
    for demo in ("0", "1"):
        done = subprocess.run(
            [sys.executable, "-c", "from config import settings; print(settings.DESKS_ASK_SECOND_FACTOR)"],
            cwd=given.BASE, capture_output=True, text=True, check=True,
            env={"MAILLAGE_SECRET_KEY": "x", "MAILLAGE_DEMO": demo, "MAILLAGE_VAR": str(given.VAR)},
        )  # fmt: skip
        said[demo] = done.stdout.strip()
    assert said == {"0": "True", "1": "False"}


# ── Set up and shown ──────────────────────────────────────────────────────────────────────────
def test_a_wrong_first_code_sets_nothing_up(client: Client, bruno: Person) -> None:
    enters(client, BRUNO)
    client.get(reverse("mfa_activate_totp"))
    wrong = client.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assert wrong.status_code == 200 and "Ce n’est pas ce code" in text(wrong)
    assert not Authenticator.objects.exists()


def test_it_is_set_up_in_one_page_and_the_desk_opens(
    client: Client, sets_up: Callable[[Client], list[str]], les_jardins: Organisation
) -> None:
    assert len(sets_up(client)) == 10
    assert client.get(desk(les_jardins)).status_code == 200
    assert set(Authenticator.objects.values_list("type", flat=True)) == {"totp", "recovery_codes"}


def test_a_code_by_mail_alone_no_longer_opens(client: Client, secret: str, les_jardins: Organisation) -> None:
    assert enters(client, BRUNO)["Location"] == SECOND
    assert not is_in(client) and client.get(desk(les_jardins)).status_code == 302
    wrong = client.post(SECOND, {"code": "000000"})
    assert wrong.status_code == 200 and "Attendez le suivant dans votre application" in text(wrong)
    assert client.post(SECOND, {"code": code_of(secret)})["Location"] == reverse("web:me")
    assert client.get(desk(les_jardins)).status_code == 200


def test_a_session_opened_before_it_was_set_up_shows_it_too(
    client: Client, sets_up: Callable[[Client], list[str]], les_jardins: Organisation
) -> None:
    """As whoever reads Bruno's mail might have opened: one factor, then another set up elsewhere."""
    older = Client()
    enters(older, BRUNO)
    codes = sets_up(client)
    response = older.get(desk(les_jardins))
    assert response["Location"] == f"{reverse('mfa_reauthenticate')}?{urlencode({'next': desk(les_jardins)})}"
    assert "cet appareil ne l’a pas encore montré" in text(older.get(response["Location"]))
    assert older.post(desk(les_jardins)).status_code == 302
    assert older.get(reverse("account_email"))["Location"].startswith(reverse("account_reauthenticate"))
    assert client.get(desk(les_jardins)).status_code == 200

    assert older.post(response["Location"], {"code": "000000"}).status_code == 200
    assert older.get(desk(les_jardins)).status_code == 302
    shown = older.post(response["Location"], {"code": codes[0], "next": desk(les_jardins)})
    assert shown["Location"] == desk(les_jardins) and older.get(desk(les_jardins)).status_code == 200


def test_a_second_factor_taken_away_and_made_anew_is_shown_anew(
    client: Client, sets_up: Callable[[Client], list[str]], les_jardins: Organisation
) -> None:
    sets_up(client)
    other = Client()
    enters(other, BRUNO)
    other.post(SECOND, {"code": client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"][0]})
    assert other.get(desk(les_jardins)).status_code == 200
    client.post(reverse("mfa_deactivate_totp"))
    sets_up(client)
    assert client.get(desk(les_jardins)).status_code == 200
    assert other.get(desk(les_jardins))["Location"].startswith(reverse("mfa_reauthenticate"))


def test_the_technical_team_s_older_session_shows_it_too(client: Client, bruno: Person) -> None:
    Person.objects.filter(pk=bruno.pk).update(is_staff=True)
    enters(client, BRUNO)
    has_second_factor(bruno)
    for name in ("web:operate", "admin:index"):
        assert client.get(reverse(name))["Location"].startswith(reverse("mfa_reauthenticate"))


def test_nothing_of_it_is_shown_before_the_first_code(client: Client, secret: str) -> None:
    """The page of the second code exists only for whoever has proved their address."""
    assert client.get(SECOND)["Location"].startswith(reverse("account_login"))


def test_many_wrong_codes_are_stopped(client: Client, secret: str) -> None:
    enters(client, BRUNO)
    for _ in range(6):
        client.post(SECOND, {"code": "000000"})
    client.post(SECOND, {"code": code_of(secret)})
    assert not is_in(client)


# ── Kept safely ───────────────────────────────────────────────────────────────────────────────
def test_neither_the_secret_nor_a_recovery_code_can_be_read_in_the_database(
    client: Client, sets_up: Callable[[Client], list[str]]
) -> None:
    codes = sets_up(client)
    secret = decrypt(Authenticator.objects.get(type="totp").data["secret"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM mfa_authenticator")
        rows = repr(cursor.fetchall())
    assert len(codes) == 10 and len(secret) == 32
    assert secret not in rows and not any(code in rows for code in codes)


def test_another_key_reads_nothing(secret: str, settings: Any) -> None:
    settings.FIELD_KEY = Fernet.generate_key()
    with pytest.raises(InvalidToken):
        TOTP(Authenticator.objects.get()).validate_code(code_of(secret))


def test_a_code_is_of_use_once(secret: str, bruno: Person) -> None:
    first, second = Client(), Client()
    enters(first, BRUNO)
    enters(second, BRUNO)
    code = code_of(secret)
    first.post(SECOND, {"code": code})
    second.post(SECOND, {"code": code})
    assert is_in(first) and not is_in(second)


USED = """
import django; django.setup()
from django.conf import settings; settings.MFA_TOTP_TOLERANCE = 20  # however long this process took to start
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.utils import decrypt
print(TOTP(Authenticator.objects.get()).validate_code({code!r}))
"""


@pytest.mark.django_db(transaction=True)
def test_a_code_used_here_is_refused_by_another_process(secret: str) -> None:
    """Its memory is a table that every process reads; without it, the other process takes the code."""
    totp = TOTP(Authenticator.objects.get())
    seen = []
    for forgetful in (False, True):
        code = code_of(secret)
        cache.clear()
        assert totp.validate_code(code)
        if forgetful:
            cache.clear()
        seen.append(elsewhere(code))
    assert seen == ["False", "True"]


def elsewhere(code: str) -> str:
    name = connection.settings_dict
    url = f"sqlite:///{name['NAME']}"
    if connection.vendor == "postgresql":
        url = f"postgres://{name['USER']}:{name['PASSWORD']}@{name['HOST']}:{name['PORT']}/{name['NAME']}"
    done = subprocess.run(
        [sys.executable, "-c", USED.format(code=code)],
        cwd=given.BASE, capture_output=True, text=True, check=True,
        env={
            "MAILLAGE_SECRET_KEY": given.SECRET_KEY, "MAILLAGE_VAR": str(given.VAR), "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
        },
    )  # fmt: skip
    return done.stdout.strip()


# ── Lost, and taken away ──────────────────────────────────────────────────────────────────────
def test_a_recovery_code_opens_once(client: Client, sets_up: Callable[[Client], list[str]]) -> None:
    code, *_others = sets_up(client)
    found = []
    for _ in range(2):
        other = Client()
        enters(other, BRUNO)
        other.post(SECOND, {"code": code})
        found.append(is_in(other))
    assert found == [True, False]
    left = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
    assert len(left) == 9 and code not in left


def test_recovery_codes_are_made_again_and_the_old_ones_die(
    client: Client, sets_up: Callable[[Client], list[str]]
) -> None:
    old = sets_up(client)
    client.post(reverse("mfa_generate_recovery_codes"))
    new = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
    assert len(new) == 10 and not set(old) & set(new)
    assert set(text(client.get(reverse("mfa_download_recovery_codes"))).split()) >= set(new)


def test_taking_it_away_closes_the_desk(
    client: Client, sets_up: Callable[[Client], list[str]], les_jardins: Organisation
) -> None:
    sets_up(client)
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(type="totp").exists()
    assert client.get(desk(les_jardins))["Location"] == reverse("mfa_activate_totp")


# ── A session left open ───────────────────────────────────────────────────────────────────────
@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let time pass, for the sessions too."""
    real, ahead = time.time, [0.0]
    monkeypatch.setattr(time, "time", lambda: real() + ahead[0])

    def wait(**how_long: float) -> None:
        ahead[0] += timedelta(**how_long).total_seconds()

    return wait


@pytest.mark.parametrize("name", ["mfa_activate_totp", "account_email", "privacy:my_data_erase"])
def test_whoever_finds_an_open_session_can_neither_lock_out_nor_erase_its_owner(
    client: Client, amina: Person, later: Callable[..., None], name: str
) -> None:
    enters(client, AMINA)
    assert client.get(reverse(name)).status_code == 200
    later(minutes=16)
    for send in (client.get, client.post):
        to = send(reverse(name))["Location"]
        assert to == f"{reverse('account_reauthenticate')}?{urlencode({'next': reverse(name)})}"
    page = client.get(to)
    assert "Est-ce toujours vous" in text(page) and is_in(client)

    # They come in again by a code, and are led back to what they were about to do.
    client.post(reverse("account_logout"), {"next": page.context["back"]})
    assert not is_in(client)
    asks(client, AMINA, next=reverse(name))
    response = client.post(
        reverse("account_confirm_login_code"), {"code": code_sent(AMINA), "next": reverse(name)}, follow=True
    )
    assert response.redirect_chain[-1][0] == reverse(name) and response.status_code == 200


@pytest.mark.parametrize("name", ["mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes"])
def test_what_opens_the_rest_asks_for_a_code_again(
    client: Client, sets_up: Callable[[Client], list[str]], later: Callable[..., None], name: str
) -> None:
    codes = sets_up(client)
    later(minutes=16)
    response = client.get(reverse(name), follow=True)
    assert response.redirect_chain[-1][0].startswith(reverse("mfa_reauthenticate"))
    assert "Recopiez un code de votre application" in text(response)
    client.post(response.redirect_chain[-1][0], {"code": codes[0], "next": reverse(name)})
    assert client.get(reverse(name)).status_code == 200


def test_one_is_led_nowhere_else(client: Client, amina: Person) -> None:
    enters(client, AMINA)
    page = client.get(reverse("account_reauthenticate"), {"next": "https://ailleurs.example/"})
    assert page.context["back"] == f"{reverse('account_login')}?{urlencode({'next': reverse('web:me')})}"
