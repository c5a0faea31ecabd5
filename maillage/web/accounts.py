"""Coming in: a mail address, then the code sent to it. No password. A second factor for whoever holds a desk.

Nobody is looked up before the code comes back: the session keeps the address and the code, and the row is found or made
then. So neither the words nor the time of an answer tell who is here, and an address typed for nothing leaves no row.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.forms import RequestLoginCodeForm
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.models import EmailAddress, Login
from allauth.account.stages import LoginByCodeStage, LoginStageController
from allauth.core import context, ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from maillage.kernel.notifications.actions import Address, notify
from maillage.kernel.organisations.models import Role
from maillage.kernel.people import actions
from maillage.kernel.people.models import Person
from maillage.web import reading

UNPROVEN_FOR = timedelta(days=2)
NOT_THIS_CODE = gettext_lazy(
    "Ce n’est pas ce code. Recopiez-le depuis le dernier message reçu, ou demandez-en un autre."
)
TOO_MANY = gettext_lazy("Il y a eu trop d’essais en peu de temps. Attendez une minute, puis demandez un nouveau code.")


def name_of(person: Person) -> str:
    return person.name or person.email or str(person)


class Enter(RequestLoginCodeForm):
    """One field. Known or not, the address gets a code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["email"]
        field.label, field.help_text = (
            _("Votre adresse mail"),
            _("Nous y envoyons un code à six signes. Pas de mot de passe."),
        )
        field.widget.attrs = {"autocomplete": "email", "inputmode": "email", "autofocus": True}

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).strip().lower()
        if "\x00" in email:
            raise ValidationError(_("Cette adresse mail ne va pas."))
        # The limit of the library, which our own way of finding people passes by: three codes a minute for one address.
        if not ratelimit.consume(context.request, action="request_login_code", key=email):
            raise ValidationError(str(Accounts.error_messages["too_many_login_attempts"]))
        context.request.session.set_expiry(UNPROVEN_FOR)  # it remembers an address that nobody has proven
        return email


class Code(LoginCodeVerificationProcess):
    """The library's code, of an address rather than of somebody: who has it is asked once the address is proven."""

    @classmethod
    def leave(cls, request: HttpRequest, *, email: str) -> None:
        """Send a code, and remember it until it comes back."""
        login = Login(email=email, state={"stages": {"current": LoginByCodeStage.key}})
        stage = LoginByCodeStage(LoginStageController(request, login), request, login)
        stage.state.update(cls.initial_state(user=None, email=email), initiated_by_user=True)
        process = cls(stage)
        process.send()
        process.persist()

    def send(self, skip_enumeration_mails: bool = False) -> None:
        email = self.state["email"]
        get_adapter().send_mail("account/email/login_code", email, {"code": self.generate_code()})
        self.add_sent_message({"email": email, "recipient": email})

    def finish(self, redirect_url: str | None) -> HttpResponse:
        email, now = self.state["email"], timezone.now()
        self._user = actions.register(email=email, now=now, locale=(get_language() or "fr")[:2])
        EmailAddress.objects.get_or_create(user=self._user, email=email, defaults={"primary": True})
        response: HttpResponse = super().finish(redirect_url)
        return response


class Accounts(DefaultAccountAdapter):
    """The library's mails leave as our messages do: by the outbox, in the same time for everybody."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_code": NOT_THIS_CODE,
        "too_many_login_attempts": TOO_MANY,
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        said = {"email": email, "request": self.request, **context}
        notify(
            to=Address(email=email, locale=(get_language() or "fr")[:2]),
            kind="web.account_mail", key=f"web.account_mail:{uuid4().hex}", now=timezone.now(),
            context={
                "subject": render_to_string(f"{template_prefix}_subject.txt", said).strip(),
                "body": render_to_string(f"{template_prefix}_message.txt", said).strip(),
            },
        )  # fmt: skip

    def post_login(self, request: HttpRequest, user: Any, **said: Any) -> HttpResponse:
        reading.adopt(request, user)
        request.session.set_expiry(None)  # as long as the settings say
        response: HttpResponse = super().post_login(request, user, **said)
        return response

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False  # the page of the code is the only door


class SecondFactor(DefaultMFAAdapter):
    """Secrets of the second factor are encrypted at rest."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy(
            "Ce n’est pas ce code. Attendez le suivant dans votre application, ou prenez un code de secours."
        ),
    }

    def encrypt(self, text: str) -> str:
        return Fernet(settings.FIELD_KEY).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return Fernet(settings.FIELD_KEY).decrypt(encrypted_text.encode()).decode()


def needs_second_factor(person: Person) -> bool:
    """Whoever holds a desk, and the technical team, outside the demo, until it is set up."""
    if settings.DEMO:
        return False
    holds = person.is_staff or Role.objects.current().filter(person=person).exclude(kind="member").exists()
    return holds and not Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists()


def owes_second_factor(request: HttpRequest) -> bool:
    """Whether there is a second factor that this session never showed: one opened before it was set up, say."""
    if settings.DEMO:
        return False
    made = Authenticator.objects.filter(user=request.user.pk, type=Authenticator.Type.TOTP).first()
    records = get_authentication_records(request, request.user)  # type: ignore[arg-type]
    return made is not None and not any(
        one["method"] == "mfa" and one["at"] >= made.created_at.timestamp() for one in records
    )


def forget_over(*, now: datetime) -> int:
    """Delete the sessions that are over: they remember who was there, or an address that nobody proved."""
    return Session.objects.filter(expire_date__lt=now).delete()[0]
