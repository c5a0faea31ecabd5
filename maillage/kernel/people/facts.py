from django.utils.translation import gettext_lazy as _

from maillage.kernel.facts import FactKind

registered = FactKind("people.registered", _("s’est inscrit·e sur le site"))
guardian_agreed = FactKind("people.guardian_agreed", _("un responsable a donné son accord"))
guardian_refused = FactKind("people.guardian_refused", _("un responsable a refusé"))
merged = FactKind("people.merged", _("deux comptes réunis"))
access_changed = FactKind("people.access_changed", _("accès ou équipe technique changés"))
erased = FactKind("people.erased", _("compte effacé"))
guardian_asked = FactKind("people.guardian_asked", _("accord d’un responsable demandé"))
