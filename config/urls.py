"""One line per module; addresses are French, their names English."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("maillage.web.urls")),
    path("", include("maillage.engage.volunteering.urls")),
    path("", include("maillage.steer.privacy.urls")),
    path("compte/", include("maillage.web.accounts_urls")),
    path("technique/", admin.site.urls),
]
handler400 = "maillage.web.errors.bad_request"
handler403 = "maillage.web.errors.forbidden"
handler404 = "maillage.web.errors.not_found"
handler429 = "maillage.web.errors.too_many"  # asked for by the sign-in pages
handler500 = "maillage.web.errors.server_error"
