"""The frame's own addresses."""

from django.urls import path

from maillage.web.views import account, desk, doors, organisations, small

app_name = "web"
urlpatterns = [
    path("", doors.home, name="home"),
    path("ici/", doors.here, name="here"),
    path("j-aide/", doors.door, {"code": "help"}, name="door_help"),
    path("j-ai-besoin/", doors.door, {"code": "need"}, name="door_need"),
    path("je-donne/", doors.door, {"code": "give"}, name="door_give"),
    path("je-gere/", doors.manage, name="door_manage"),
    path("chercher/", doors.search, name="search"),
    path("moi/", account.me, name="me"),
    path("moi/identite/", account.identity, name="identity"),
    path("moi/age/", account.age, name="age"),
    path("moi/messages/", account.messages_told, name="messages"),
    path("moi/messages/lus/", account.all_read, name="messages_read"),
    path("moi/fiches/<int:pk>/", account.confirm_contact, name="confirm_contact"),
    path("moi/appareils/", account.devices, name="devices"),
    path("moi/appareils/<int:pk>/fermer/", account.close_device, name="device_close"),
    path("moi/appareils/fermer-les-autres/", account.close_other_devices, name="device_close_others"),
    path("accord/<str:token>/", account.guardian, name="guardian"),
    path("gerer/", desk.desks, name="desk_list"),
    path("gerer/<slug:slug>/", desk.today, name="desk"),
    path("gerer/<slug:slug>/equipe/", desk.team, name="team"),
    path("gerer/<slug:slug>/equipe/inviter/", desk.invite, name="invite"),
    path("gerer/<slug:slug>/equipe/partir/", desk.leave, name="leave"),
    path("gerer/<slug:slug>/equipe/invitations/<int:pk>/retirer/", desk.withdraw, name="invitation_withdraw"),
    path("gerer/<slug:slug>/equipe/roles/<int:pk>/terminer/", desk.end_role, name="role_end"),
    path("gerer/<slug:slug>/equipe/roles/<int:pk>/transmettre/", desk.hand_over, name="role_hand_over"),
    path("gerer/<slug:slug>/presentation/", desk.presentation, name="presentation"),
    path("invitation/<str:token>/", desk.invitation, name="invitation"),
    path("associations/<slug:slug>/", organisations.organisation, name="organisation"),
    path("communes/", small.communes, name="communes"),
    path("lecture/", small.reading, name="reading"),
    path("langue/", small.language, name="language"),
    path("aide/", small.help_page, name="help"),
    path("mentions/", small.legal, name="legal"),
    path("accessibilite/", small.accessibility, name="accessibility"),
    path("verifier/", small.check, name="check"),
    path("verifier/<str:code>/", small.check_document, name="check_document"),
    path("manifest.webmanifest", small.manifest, name="manifest"),
    path("sante", small.health, name="health"),
    path("demo/", small.demo, name="demo"),
    path("demo/messages/", small.outbox, name="outbox"),
]
