"""Who may come in: every view says it with one of these, and a view that says nothing fails the house's tests.

`public` anybody · `by_link` whoever holds a secret address, which the view checks · `signed_in` a person ·
`fresh` a person who has just come in · `desk(right)` who holds a role that gives `right` in the organisation of the address · `operator` the technical team.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from maillage.kernel.organisations import access
from maillage.kernel.organisations.models import Organisation, RoleKind
from maillage.web.accounts import needs_second_factor, owes_second_factor

View = Callable[..., HttpResponseBase]
Given = TypeVar("Given", bound=View)
FRESH_FOR = timedelta(minutes=15)


def public(view: Given) -> Given:
    """Anybody, signed in or not."""
    view.door = "public"  # type: ignore[attr-defined]
    return login_not_required(view)


def by_link(view: Given) -> Given:
    """Whoever holds the secret address: the view itself checks the token, and says 404 when it is wrong."""
    view.door = "by_link"  # type: ignore[attr-defined]
    return login_not_required(view)


def signed_in(view: Given) -> Given:
    """Someone who has signed in; anybody else is sent to the sign-in page."""
    view.door = "signed_in"  # type: ignore[attr-defined]
    return view


def fresh(view: View) -> View:
    """`signed_in`, and less than a quarter of an hour ago: what changes who comes in, or cannot be undone.

    Whoever finds an open session may do no such thing. The demo asks nothing: nobody there has an address.
    """

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not settings.DEMO and not came_lately(request):
            return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': request.path})}")
        return view(request, *args, **kwargs)

    checked.door = "signed_in"  # type: ignore[attr-defined]
    return checked


def came_lately(request: HttpRequest) -> bool:
    """By what this session remembers of its own beginning; never before it showed the second factor there is."""
    if owes_second_factor(request):
        return False
    records = get_authentication_records(request, request.user)  # type: ignore[arg-type]
    if records:
        return bool(time.time() - records[-1]["at"] < FRESH_FOR.total_seconds())
    last = request.user.last_login  # type: ignore[union-attr]
    return last is not None and timezone.now() - last < FRESH_FOR


def operator(view: View) -> View:
    """The technical team of this instance, with their second factor; for anybody else the page does not exist."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not getattr(request.user, "is_staff", False):
            raise Http404
        return second_factor_first(request) or view(request, *args, **kwargs)

    checked.door = "operator"  # type: ignore[attr-defined]
    return checked


def second_factor_first(request: HttpRequest) -> HttpResponseBase | None:
    """Where it is set up, or shown by a session that has not shown it; None when there is nothing to do."""
    if needs_second_factor(request.user):  # type: ignore[arg-type]
        messages.info(request, _("Cette page demande le double code : mettez-le en place, puis revenez."))
        return redirect("mfa_activate_totp")
    if owes_second_factor(request):
        messages.info(request, _("Cette page demande le double code, et cet appareil ne l’a pas encore montré."))
        then = request.get_full_path() if request.method in ("GET", "HEAD") else reverse("web:me")
        return redirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': then})}")
    return None


def desk(right: str) -> Callable[[View], View]:
    """Who holds, now, a role that gives `right` in the organisation named by `slug`.

    No role there: 404, as if the desk did not exist. A role without the right: 403, with a sentence. A role that is more
    than a member's asks for the second factor: set up by the person, shown in this session.
    The view gets `organisation` in place of `slug`; `request.held` are the roles held. Its hours are the association's.
    """
    if right not in access.RIGHTS:
        raise LookupError(f"{right!r} is no right: see organisations/access.py")

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            organisation = Organisation.objects.filter(slug=slug).first()
            held = (
                access.roles_of(request.user, organisation)  # type: ignore[arg-type]
                if organisation
                else frozenset()
            )
            if organisation is None or not held:
                raise Http404
            request.organisation, request.held = organisation, held  # type: ignore[attr-defined]
            if not access.allows(right, held):
                raise PermissionDenied(
                    _("Votre rôle dans « {name} » ne donne pas accès à cette page.").format(name=organisation)
                )
            asks = settings.DESKS_ASK_SECOND_FACTOR and held - {RoleKind.MEMBER}
            if asks and (first := second_factor_first(request)):
                return first
            with timezone.override(organisation.zone):
                return view(request, *args, organisation=organisation, **kwargs)

        checked.door = f"desk:{right}"  # type: ignore[attr-defined]
        return checked

    return decorate


def repeats_well(view: Given) -> Given:
    """Doing it twice is the same as once and leaves nothing but a cookie: `Once` need not remember it."""
    view.repeats_well = True  # type: ignore[attr-defined]
    return view
