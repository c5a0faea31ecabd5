from django.utils.translation import gettext_lazy as _

from maillage.kernel.facts import FactKind

created = FactKind("organisations.created", _("organisation créée"))
closed = FactKind("organisations.closed", _("espace fermé par l’équipe"))
claimed = FactKind("organisations.claimed", _("prise en main demandée"))
proof_changed = FactKind("organisations.proof_changed", _("preuve de prise en main changée"))
document_read = FactKind("organisations.document_read", _("document de prise en main lu"))
letter_made = FactKind("organisations.letter_made", _("courrier de prise en main préparé"))
claim_accepted = FactKind("organisations.claim_accepted", _("prise en main acceptée"))
claim_refused = FactKind("organisations.claim_refused", _("prise en main refusée"))
claim_withdrawn = FactKind("organisations.claim_withdrawn", _("prise en main abandonnée"))
letter_posted = FactKind("organisations.letter_posted", _("courrier de prise en main posté"))
changed = FactKind("organisations.changed", _("présentation modifiée"))
role_given = FactKind("organisations.role_given", _("rôle confié"))
role_ended = FactKind("organisations.role_ended", _("rôle terminé"))
role_handed_over = FactKind("organisations.role_handed_over", _("rôle transmis"))
contact_confirmed = FactKind("organisations.contact_confirmed", _("contact confirmé par la personne"))
invited = FactKind("organisations.invited", _("rôle proposé"))
contact_corrected = FactKind("organisations.contact_corrected", _("fiche corrigée"))
