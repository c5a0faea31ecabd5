"""Addresses: what everybody sees, my own space, an association's desk."""

from maillage.engage.volunteering.urls import desk, public

app_name = "volunteering"
urlpatterns = [*public.urlpatterns, *desk.urlpatterns]
