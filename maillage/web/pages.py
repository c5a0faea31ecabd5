"""One page, or its named part when htmx asks: the only Python that knows of htmx."""

import json
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme

if TYPE_CHECKING:
    from maillage.kernel.organisations.models import Organisation
    from maillage.kernel.people.models import Person


class PersonRequest(HttpRequest):
    """A request from someone who has signed in; at a desk's door, also the roles they hold there."""

    if TYPE_CHECKING:
        user: Person
        organisation: Organisation
        held: frozenset[str]


def is_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    part: str = "",
    status: int = 200,
) -> HttpResponse:
    """The whole page — or only its named part, when htmx asks."""
    name = f"{template}#{part}" if part and is_htmx(request) else template
    response = render(request, name, context or {}, status=status)
    if part:
        patch_vary_headers(response, ["HX-Request"])
    return response


def after(
    request: HttpRequest,
    to: Any,
    template: str = "",
    context: dict[str, Any] | None = None,
    part: str = "",
) -> HttpResponse:
    """After a change: the changed part for htmx, a redirect for a plain browser.

    `done` tells `web.middleware.Once` that the work is done even though nothing redirects.
    """
    if part and is_htmx(request):
        response = page(request, template, context, part)
        response.done = True  # type: ignore[attr-defined]
        return response
    return redirect(to)


def json_ld(told: Any) -> str:
    """What machines read, inside a script element: « < » is written as an escape, so that no text can close it."""
    return json.dumps(told, ensure_ascii=False).replace("<", "\\u003c")


def safe_next(request: HttpRequest, otherwise: str = "/") -> str:
    """Where to go back to: an address of this site, from its root."""
    to = request.POST.get("next") or request.GET.get("next") or otherwise
    is_ours = to.startswith("/") and url_has_allowed_host_and_scheme(
        to, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return to if is_ours else otherwise
