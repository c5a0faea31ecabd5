"""The bare page that « près de chez moi » is measured beside, and what both are asked with.

A bare Django page: no middleware, no search, no words to translate, no component; the same thirty missions are given by
their numbers, read by the ORM with their association, commune and coming shifts, and shown by one plain template and
another included for each.
"""

from collections.abc import Callable
from datetime import datetime

from django.core import signing
from django.core.handlers.wsgi import WSGIHandler
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.test import RequestFactory

from maillage.engage.volunteering.models import Mission, Shift
from maillage.web import place

BASE = """<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><title>{% block title %}{% endblock %}</title><link rel="stylesheet" href="/all.css"></head>
<body><header><a href="/">Accueil</a><nav><ul>{% for door in doors %}<li><a href="{{ door.1 }}">{{ door.0 }}</a></li>{% endfor %}</ul></nav></header>
<main>{% block main %}{% endblock %}</main><footer><a href="/mentions">Mentions légales</a></footer></body></html>"""
LIST = """{% extends "base.html" %}{% block title %}Missions près de chez vous{% endblock %}
{% block main %}<h1>{{ missions|length }} missions</h1><ul>{% for mission in missions %}{% include "card.html" %}{% endfor %}</ul>{% endblock %}"""
CARD = """<li><article><h2><a href="/missions/{{ mission.pk }}">{{ mission.title }}</a></h2>
<p>{{ mission.organisation }} · {{ mission.commune.label }}</p>
{% with shift=mission.coming.0 %}<p><time>{{ shift.starts_at|date:"l j F, H:i" }}</time> → {{ shift.ends_at|date:"H:i" }}</p>
<p>{{ shift.places_left }} places{% if mission.coming|length > 1 %}, {{ mission.coming|length }} dates{% endif %}</p>{% endwith %}
<p>{{ mission.get_domain_display }}{% if mission.is_wheelchair_accessible %} · en fauteuil{% endif %}
{% if mission.min_age < 18 %} · dès {{ mission.min_age }} ans{% endif %}</p></article></li>"""
DOORS = [("J’aide", "/j-aide"), ("J’ai besoin", "/j-ai-besoin"), ("Je donne", "/je-donne"), ("Je gère", "/je-gere")]
TEMPLATES = {"base.html": BASE, "list.html": LIST, "card.html": CARD}


def bare_page(now: datetime) -> Callable[[HttpRequest, list[int]], HttpResponse]:
    engine = Engine(
        loaders=[("django.template.loaders.cached.Loader", [("django.template.loaders.locmem.Loader", TEMPLATES)])]
    )
    coming = Prefetch("shifts", Shift.objects.upcoming(now), to_attr="coming")

    def view(request: HttpRequest, numbers: list[int]) -> HttpResponse:
        rows = Mission.objects.select_related("organisation", "commune").prefetch_related(coming).in_bulk(numbers)
        shown = Context({"missions": [rows[number] for number in numbers], "doors": DOORS})
        return HttpResponse(engine.get_template("list.html").render(shown))

    return view


class Visitor:
    """Somebody without an account who said where they are, asking the product itself, middleware and all."""

    def __init__(self) -> None:
        self.handler, self.ask = WSGIHandler(), RequestFactory(headers={"host": "localhost"})

    def get(self, address: str, insee: str = "") -> tuple[str, bytes]:
        """The status and the body."""
        self.ask.cookies[place.COOKIE] = signing.dumps(insee, salt=place.SALT) if insee else ""
        told: list[str] = []
        body = b"".join(
            self.handler(self.ask.get(address).environ, lambda status, _headers, _error=None: told.append(status))
        )
        return told[0], body
