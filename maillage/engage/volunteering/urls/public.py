"""What everybody sees, and my own space."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
