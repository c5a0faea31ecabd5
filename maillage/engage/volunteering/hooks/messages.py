"""The messages of volunteering. What matters on the day also leaves as an SMS when there is no mail address."""

from django.utils.translation import gettext_lazy as _

from maillage.kernel import hooks

EVERYWHERE = ("site", "mail", "sms")
AT_THE_DESK = ("site", "mail")

for name, label, channels in (
    ("signed_up", _("Place réservée"), EVERYWHERE),
    ("sign_up_asked", _("Demande transmise à l’association"), EVERYWHERE),
    ("waits_for_guardian", _("En attente de l’accord d’un responsable"), EVERYWHERE),
    ("guardian_asked", _("Accord demandé pour un mineur"), ("mail", "sms")),
    ("guardian_refused", _("Accord refusé par le responsable"), EVERYWHERE),
    ("declined", _("Inscription non retenue"), EVERYWHERE),
    ("cancelled", _("Inscription annulée"), EVERYWHERE),
    ("reminder", _("Rappel la veille"), EVERYWHERE),
    ("shift_moved", _("Changement d’horaire"), EVERYWHERE),
    ("shift_cancelled", _("Créneau annulé"), EVERYWHERE),
    ("mission_changed", _("Changement pratique d’une mission"), EVERYWHERE),
    ("hours_confirmed", _("Heures comptées, à signer"), EVERYWHERE),
    ("hours_reversed", _("Heures corrigées"), EVERYWHERE),
    ("links_again", _("Inscriptions retrouvées"), ("mail", "sms")),
    ("need_heard", _("Demande bien reçue"), EVERYWHERE),
    ("need_answered", _("Une mission répond au besoin"), EVERYWHERE),
    ("need_declined", _("Besoin non retenu"), EVERYWHERE),
    ("need_waits_again", _("La mission qui répondait au besoin est annulée"), EVERYWHERE),
    ("need_changed", _("Changement d’horaire pour un besoin"), EVERYWHERE),
    ("need_how_was_it", _("Est-ce que cela a aidé ?"), EVERYWHERE),
    ("need_not_helped", _("Cela n’a pas aidé"), AT_THE_DESK),
    ("need_said", _("Besoin confié à l’association"), AT_THE_DESK),
    ("need_withdrawn", _("Besoin retiré"), AT_THE_DESK),
    ("cancelled_late", _("Empêchement au dernier moment"), AT_THE_DESK),
    ("hours_disputed", _("Heures à revoir"), AT_THE_DESK),
    ("presence_claimed", _("Présence à revoir"), AT_THE_DESK),
):
    hooks.notification_kinds.add(
        # Links that open somebody's sheets are not kept once they have left.
        hooks.NotificationKind(f"volunteering.{name}", label, channels=channels, is_secret=name == "links_again")
    )
