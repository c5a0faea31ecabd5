"""What everybody sees, and my own space."""

from django.urls import path

from maillage.engage.volunteering.views import asking, finding, mine, signing

urlpatterns = [
    path("missions/", finding.mission_list, name="mission_list"),
    path("missions/<int:pk>/", finding.mission, name="mission"),
    path("missions/creneaux/<int:pk>/inscription/", signing.sign_up, name="sign_up"),
    path("inscription/<str:token>/", signing.sheet, name="sheet"),
    path("inscription/<str:token>/annuler/", signing.sheet_cancel, name="sheet_cancel"),
    path("inscription/<str:token>/creneau.ics", signing.sheet_calendar, name="sheet_calendar"),
    path("inscription/<str:token>/heures/", signing.sheet_hours, name="sheet_hours"),
    path("inscription/<str:token>/retour/", signing.sheet_outcome, name="sheet_outcome"),
    path("inscriptions/retrouver/", signing.find_mine, name="find_mine"),
    path("accord-mission/<str:token>/", signing.guardian, name="guardian"),
    path("besoins/dire/", asking.say_need, name="say_need"),
    path("besoins/suivi/<str:token>/", asking.need_followed, name="need_followed"),
    path("moi/missions/", mine.my_missions, name="my_missions"),
    path("moi/missions/calendrier.ics", mine.my_calendar, name="my_calendar"),
    path("moi/heures/", mine.my_hours, name="my_hours"),
    path("moi/heures/heures.csv", mine.my_hours_file, name="my_hours_file"),
    path("moi/heures/heures.json", mine.my_hours_json, name="my_hours_json"),
    path("moi/heures/<int:pk>/<int:year>/attestation/", mine.my_attestation, name="my_attestation"),
    path("moi/heures/<int:pk>/papiers/<int:issued>/", mine.my_paper, name="my_paper"),
]
