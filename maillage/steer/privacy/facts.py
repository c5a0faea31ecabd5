from django.utils.translation import gettext_lazy as _

from maillage.kernel.facts import FactKind

erased = FactKind("privacy.erased", _("données effacées à la demande de la personne"))
