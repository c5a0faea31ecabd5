from django.utils.translation import gettext_lazy as _

from maillage.kernel.facts import FactKind

given = FactKind("consent.given", _("accord donné"))
withdrawn = FactKind("consent.withdrawn", _("accord retiré"))
