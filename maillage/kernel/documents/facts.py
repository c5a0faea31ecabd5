from django.utils.translation import gettext_lazy as _

from maillage.kernel.facts import FactKind

issued = FactKind("documents.issued", _("document délivré"))
withdrawn = FactKind("documents.withdrawn", _("document retiré"))
