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
for name, label in (
    ("invited", _("rôle proposé")),
    ("claim_accepted", _("prise en main acceptée")),
    ("claim_refused", _("prise en main refusée")),
    ("claim_letter", _("courrier de prise en main posté")),
):
    hooks.notification_kinds.add(hooks.NotificationKind(f"organisations.{name}", label, channels=("site", "mail")))
