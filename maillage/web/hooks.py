"""What the frame itself adds: the mails of the sign-in, and what signing in leaves behind."""

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.kernel import hooks
from maillage.kernel.people.models import Person
from maillage.web import demo
from maillage.web.views import operate, register


class SignIn(hooks.PersonalData):
    name = gettext_lazy("Mes connexions")
    models = ("account.EmailAddress", "mfa.Authenticator", "usersessions.UserSession")
    order = 10

    def export(self, person: Person) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = [
            {_("Adresse mail"): one.email, _("Vérifiée"): _("oui") if one.verified else _("non")}
            for one in EmailAddress.objects.filter(user=person)
        ]
        rows += [{_("Double code"): one.get_type_display()} for one in Authenticator.objects.filter(user=person)]
        rows += [
            {_("Appareil"): one.user_agent, _("Adresse IP"): one.ip, _("Vu le"): one.last_seen_at.isoformat()}
            for one in UserSession.objects.filter(user=person)
        ]
        return rows

    def forget(self, person: Person, *, now: datetime) -> list[hooks.Kept]:
        for session in UserSession.objects.filter(user=person):
            session.end()
        EmailAddress.objects.filter(user=person).delete()
        Authenticator.objects.filter(user=person).delete()
        return []

    def merge(self, kept: Person, gone: Person, *, now: datetime) -> None:
        """Addresses follow, as further ones; the second factor and the open sessions of the other row end."""
        mine = EmailAddress.objects.filter(user=kept)
        EmailAddress.objects.filter(user=gone, email__in=mine.values("email")).delete()
        EmailAddress.objects.filter(user=gone).update(user=kept, primary=False)
        if not mine.filter(primary=True).exists():
            mine.filter(email=kept.email or gone.email).update(primary=True)
        Authenticator.objects.filter(user=gone).delete()
        for session in UserSession.objects.filter(user=gone):
            session.end()


hooks.personal_data.add(SignIn())
hooks.notification_kinds.add(
    hooks.NotificationKind("web.account_mail", gettext_lazy("Code pour entrer"), channels=("mail",), is_secret=True)
)
hooks.panels.add(hooks.Panel("me", "web/parts/operate_panel.html", operate.waiting, order=5))
hooks.panels.add(hooks.Panel("me", "web/parts/my_claims.html", register.my_claims, order=15))
hooks.demo.add(hooks.Demo("claims", order=30, fill=demo.fill))
