"""An association's desk."""

from django.urls import path

from maillage.engage.volunteering.views import (
    desk_days,
    desk_exports,
    desk_hours,
    desk_missions,
    desk_needs,
    desk_people,
    desk_shifts,
    desk_statistics,
)

DESK = "gerer/<slug:slug>"
urlpatterns = [
    # Needs
    path(f"{DESK}/besoins/", desk_needs.desk_needs, name="desk_needs"),
    path(f"{DESK}/besoins/nouveau/", desk_needs.desk_need_new, name="desk_need_new"),
    path(f"{DESK}/besoins/<int:pk>/", desk_needs.desk_need, name="desk_need"),
    path(f"{DESK}/besoins/<int:pk>/retenir/", desk_needs.desk_need_keep, name="desk_need_keep"),
    path(f"{DESK}/besoins/<int:pk>/decliner/", desk_needs.desk_need_decline, name="desk_need_decline"),
    path(f"{DESK}/besoins/<int:pk>/mission/", desk_needs.desk_need_mission, name="desk_need_mission"),
    path(f"{DESK}/besoins/<int:pk>/retour/", desk_needs.desk_need_outcome, name="desk_need_outcome"),
    path(f"{DESK}/besoins/<int:pk>/accord/", desk_needs.desk_need_agreement, name="desk_need_agreement"),
    path(f"{DESK}/besoins/<int:pk>/clore/", desk_needs.desk_need_close, name="desk_need_close"),
    # Missions
    path(f"{DESK}/missions/", desk_missions.desk_missions, name="desk_missions"),
    path(f"{DESK}/missions/nouvelle/", desk_missions.desk_mission_new, name="desk_mission_new"),
    path(f"{DESK}/missions/conseils/", desk_missions.desk_mission_advice, name="desk_mission_advice"),
    path(f"{DESK}/missions/<int:pk>/", desk_missions.desk_mission, name="desk_mission"),
    path(f"{DESK}/missions/<int:pk>/modifier/", desk_missions.desk_mission_edit, name="desk_mission_edit"),
    path(f"{DESK}/missions/<int:pk>/apercu/", desk_missions.desk_mission_preview, name="desk_mission_preview"),
    path(f"{DESK}/missions/<int:pk>/publier/", desk_missions.desk_mission_publish, name="desk_mission_publish"),
    path(f"{DESK}/missions/<int:pk>/copier/", desk_missions.desk_mission_copy, name="desk_mission_copy"),
    path(f"{DESK}/missions/<int:pk>/terminer/", desk_missions.desk_mission_close, name="desk_mission_close"),
    path(f"{DESK}/missions/<int:pk>/annuler/", desk_missions.desk_mission_cancel, name="desk_mission_cancel"),
    path(f"{DESK}/missions/<int:pk>/creneaux/", desk_shifts.desk_shifts_new, name="desk_shifts_new"),
    # Shifts, and who comes
    path(f"{DESK}/creneaux/<int:pk>/", desk_shifts.desk_shift, name="desk_shift"),
    path(f"{DESK}/creneaux/<int:pk>/modifier/", desk_shifts.desk_shift_edit, name="desk_shift_edit"),
    path(f"{DESK}/creneaux/<int:pk>/annuler/", desk_shifts.desk_shift_cancel, name="desk_shift_cancel"),
    path(f"{DESK}/creneaux/<int:pk>/ajouter/", desk_shifts.desk_sign_up_by_hand, name="desk_sign_up_by_hand"),
    path(f"{DESK}/inscriptions/<int:pk>/accepter/", desk_shifts.desk_sign_up_accept, name="desk_sign_up_accept"),
    path(f"{DESK}/inscriptions/<int:pk>/retirer/", desk_shifts.desk_sign_up_decline, name="desk_sign_up_decline"),
    # Day by day
    path(f"{DESK}/semaine/", desk_days.desk_week, name="desk_week"),
    path(f"{DESK}/manques/", desk_days.desk_gaps, name="desk_gaps"),
    path(f"{DESK}/presences/", desk_days.desk_presence, name="desk_presence"),
    path(f"{DESK}/presences/<int:pk>/", desk_days.desk_tick, name="desk_tick"),
    path(f"{DESK}/presences/creneaux/<int:pk>/", desk_days.desk_tick_all, name="desk_tick_all"),
    # Hours
    path(f"{DESK}/heures/", desk_hours.desk_hours, name="desk_hours"),
    path(f"{DESK}/heures/compter/", desk_hours.desk_hours_confirm, name="desk_hours_confirm"),
    path(f"{DESK}/heures/registre/", desk_hours.desk_register, name="desk_register"),
    path(f"{DESK}/heures/totaux/", desk_hours.desk_totals, name="desk_totals"),
    path(f"{DESK}/heures/<int:pk>/annuler/", desk_hours.desk_hours_reverse, name="desk_hours_reverse"),
    # People
    path(f"{DESK}/personnes/", desk_people.desk_people, name="desk_people"),
    path(f"{DESK}/personnes/<int:pk>/", desk_people.desk_person, name="desk_person"),
    path(f"{DESK}/personnes/<int:pk>/corriger/", desk_people.desk_person_edit, name="desk_person_edit"),
    path(f"{DESK}/personnes/<int:pk>/attestation/", desk_people.desk_attest, name="desk_attest"),
    path(
        f"{DESK}/personnes/<int:pk>/attestations/<int:issued>/", desk_people.desk_attestation, name="desk_attestation"
    ),
    path(
        f"{DESK}/personnes/<int:pk>/attestations/<int:issued>/retirer/",
        desk_people.desk_attestation_withdraw,
        name="desk_attestation_withdraw",
    ),
    # The year, and everything to take away
    path(f"{DESK}/statistiques/", desk_statistics.desk_statistics, name="desk_statistics"),
    path(f"{DESK}/exports/", desk_exports.desk_exports, name="desk_exports"),
    path(f"{DESK}/exports/<str:file>", desk_exports.desk_export, name="desk_export"),
]
