from django.urls import path

from maillage.steer.privacy import views

app_name = "privacy"
urlpatterns = [
    path("moi/donnees/", views.my_data, name="my_data"),
    path("moi/donnees/fichier/", views.export, name="my_data_export"),
    path("moi/donnees/fiches/<int:pk>/", views.take_address_out, name="take_address_out"),
    path("moi/donnees/accords/<int:pk>/", views.take_agreement_back, name="take_agreement_back"),
    path("moi/donnees/effacer/", views.erase, name="my_data_erase"),
    path("confidentialite/", views.about, name="about"),
]
