"""Mes données."""

from django.contrib import messages
from django.contrib.auth import logout
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from maillage.kernel.consent import actions as consent
from maillage.kernel.consent.models import Consent
from maillage.kernel.organisations import actions as organisations
from maillage.kernel.organisations.queries import noted_under_other_names
from maillage.kernel.refusal import Refused
from maillage.steer.privacy import actions, queries
from maillage.web.doors import fresh, public, signed_in
from maillage.web.pages import PersonRequest, page


@signed_in
@require_GET
def my_data(request: PersonRequest) -> HttpResponse:
    return page(
        request, "privacy/my_data.html",
        {
            "sections": queries.sections(request.user), "others": noted_under_other_names(request.user),
            "agreements": agreements_of(request),
        },
    )  # fmt: skip


def agreements_of(request: PersonRequest) -> QuerySet[Consent]:
    return Consent.objects.about(request.user).standing().select_related("organisation").order_by("given_at")


@signed_in
@require_POST
def take_agreement_back(request: PersonRequest, pk: int) -> HttpResponse:
    """As easy as it was given (GDPR, article 7.3): what was said by it ends too."""
    given = get_object_or_404(Consent.objects.about(request.user), pk=pk)
    consent.withdraw(consent=given, by=request.user, now=timezone.now())
    messages.success(request, _("C’est noté : vous avez repris votre accord. Ce qui se faisait en votre nom s’arrête."))
    return redirect("privacy:my_data")


@signed_in
@require_POST
def take_address_out(request: PersonRequest, pk: int) -> HttpResponse:
    """Of a contact noted with my address under the name of somebody else."""
    contact = next((one for one in noted_under_other_names(request.user) if one.pk == pk), None)
    if contact is None:
        raise Http404
    organisations.take_address_out(contact=contact, person=request.user, now=timezone.now())
    messages.success(
        request,
        _("C’est fait : la fiche de {name} chez « {organisation} » n’a plus votre adresse.").format(
            name=contact.name, organisation=contact.organisation
        ),
    )
    return redirect("privacy:my_data")


@signed_in
@require_GET
def export(request: PersonRequest) -> HttpResponse:
    file = actions.export_of(request.user, now=timezone.now())
    return HttpResponse(
        file, content_type="application/zip",
        headers={"Content-Disposition": 'attachment; filename="mes-donnees.zip"', "Cache-Control": "no-store"},
    )  # fmt: skip


@fresh
@require_http_methods(["GET", "POST"])
def erase(request: PersonRequest) -> HttpResponse:
    """Says first what goes and what stays."""
    now = timezone.now()
    refusal = ""
    if request.method == "POST" and request.POST.get("sure") == "yes":
        try:
            actions.erase(person=request.user, now=now)
        except Refused as no:
            refusal = str(no)
        else:
            logout(request)
            messages.success(request, _("C’est fait : vos données sont effacées. Merci d’être venu·e."))
            return redirect("web:home")
    elif request.method == "POST":
        refusal = _("Cochez la case pour confirmer : l’effacement ne se défait pas.")
    return page(
        request, "privacy/erase.html",
        {
            "others": noted_under_other_names(request.user), "kept": actions.would_keep(request.user, now=now),
            "refusal": refusal,
        },
    )  # fmt: skip


@public
@require_GET
def about(request: HttpRequest) -> HttpResponse:
    return page(request, "privacy/about.html", {"modules": queries.modules()})
