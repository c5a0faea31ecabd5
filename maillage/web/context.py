"""What every page's frame needs to know."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from maillage.web import menu, place, reading


def frame(request: HttpRequest) -> dict[str, Any]:
    """Lazily: a page that does not show a thing does not ask the database for it."""
    organisation = getattr(request, "organisation", None)
    return {
        "reading": SimpleLazyObject(lambda: reading.of(request)),
        "doors": menu.DOORS,
        "place": SimpleLazyObject(lambda: place.of(request)),
        "demo": settings.DEMO,
        "desk": organisation,
        "desk_menu": SimpleLazyObject(
            lambda: menu.desk_menu(request.user, organisation, request.held)  # type: ignore[arg-type, attr-defined]
        )
        if organisation
        else [],
    }
