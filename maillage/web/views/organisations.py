"""The public page of an association."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET

from maillage.kernel.organisations.models import Organisation
from maillage.kernel.secret_link import absolute
from maillage.web.doors import public
from maillage.web.pages import json_ld, page
from maillage.web.views.account import panels


@public
@require_GET
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Organisation.objects.select_related("commune"), slug=slug)
    return page(
        request, "web/organisation.html",
        {"organisation": found, "panels": panels("organisation", request, found), "json_ld": json_ld(ngo(found))},
    )  # fmt: skip


def ngo(found: Organisation) -> dict[str, str]:
    """What machines read: schema.org NGO; never the seat unless it is shown."""
    told = {
        "@context": "https://schema.org", "@type": "NGO", "name": found.name, "description": found.presentation or found.purpose,
        "url": absolute(reverse("web:organisation", args=[found.slug])), "address": found.public_address,
        "email": found.email, "telephone": found.phone, "sameAs": found.website,
    }  # fmt: skip
    return {key: value for key, value in told.items() if value}
