"""What the pages of the desk share: what the roles held allow, and saying how a verb went."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone

from maillage.kernel.organisations import access
from maillage.kernel.refusal import Refused
from maillage.web.pages import PersonRequest, page


def may(request: PersonRequest, right: str) -> bool:
    return access.allows(right, request.held)


def show(
    request: PersonRequest, template: str, context: dict[str, Any] | None = None, part: str = "", status: int = 200
) -> HttpResponse:
    """A page of the desk: `may.<right>` tells its template what to offer."""
    rights = {right: may(request, right) for right in access.RIGHTS}
    return page(
        request,
        f"volunteering/desk/{template}",
        {"may": rights, "now": timezone.now(), **(context or {})},
        part,
        status,
    )


def tried(request: PersonRequest, work: Callable[[], object], done: str) -> bool:
    """Do it and say so, or say why not."""
    try:
        work()
    except Refused as no:
        messages.error(request, str(no))
        return False
    messages.success(request, done)
    return True
