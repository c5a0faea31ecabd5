"""What organisations add to the house: their messages, and the register that is found by words."""

from django.utils.translation import gettext_lazy as _

from maillage.kernel import hooks
from maillage.kernel.organisations import demo, personal_data, queries, register

__all__ = [
    "personal_data",
    "queries",
    "register",
]  # their indexes of words are made after migrations: see kernel/search

hooks.demo.add(hooks.Demo("organisations", order=10, fill=demo.fill))
for name, label, channels in (
    ("invited", _("rôle proposé"), ("site", "mail")),
    ("claim_accepted", _("prise en main acceptée"), ("site", "mail", "sms")),
    ("claim_refused", _("prise en main refusée"), ("site", "mail", "sms")),
    ("claim_letter", _("courrier de prise en main posté"), ("site", "mail", "sms")),
    ("closed", _("espace fermé par l’équipe"), ("site", "mail", "sms")),
    ("claim_waiting", _("prise en main à examiner"), ("site", "mail")),
):
    hooks.notification_kinds.add(hooks.NotificationKind(f"organisations.{name}", label, channels=channels))
