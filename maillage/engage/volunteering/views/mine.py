"""My missions and my hours."""

from datetime import date

from django.http import Http404, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from maillage.engage.volunteering import actions, attestation, calendar, queries
from maillage.engage.volunteering.views.papers import paper
from maillage.kernel.imports.writing import csv_lines
from maillage.kernel.organisations.models import Contact
from maillage.kernel.refusal import Refused
from maillage.web.doors import signed_in
from maillage.web.pages import PersonRequest, page


@signed_in
@require_GET
def my_missions(request: PersonRequest) -> HttpResponse:
    coming, past = queries.mine(request.user, timezone.now())
    return page(request, "volunteering/my_missions.html", {"coming": coming, "past": past})


@signed_in
@require_GET
def my_calendar(request: PersonRequest) -> HttpResponse:
    coming, _past = queries.mine(request.user, timezone.now())
    mine = [made for made in coming if made.is_confirmed]  # the exact meeting points are in it
    return HttpResponse(
        calendar.calendar_of(mine, now=timezone.now()), content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="mes-missions.ics"', "Cache-Control": "no-store"},
    )  # fmt: skip


@signed_in
@require_GET
def my_hours(request: PersonRequest) -> HttpResponse:
    """Totals a year and an association; what waits for my signature."""
    to_sign = queries.hours_to_sign(request.user, timezone.now())
    return page(
        request, "volunteering/my_hours.html",
        {"years": queries.my_years(request.user), "to_sign": to_sign, "today": localdate()},
    )  # fmt: skip


@signed_in
@require_POST
def my_attestation(request: PersonRequest, pk: int, year: int) -> HttpResponse:
    """The association's own document of the hours it signed, taken by the person they are about."""
    contact = get_object_or_404(Contact.objects.about(request.user).select_related("organisation"), pk=pk)
    if not 1901 <= year <= 2200:
        raise Http404
    try:
        issued = actions.attest(
            organisation=contact.organisation, contact=contact, since_on=date(year, 1, 1), until_on=date(year, 12, 31),
            by=request.user, now=timezone.now(),
        )  # fmt: skip
    except Refused as no:
        return page(
            request,
            "web/error.html",
            {"title": _("Rien à attester"), "sentences": [str(no)], "status": 404},
            status=404,
        )
    # A redirect: sent twice, the form leads twice to the same paper.
    return redirect("volunteering:my_paper", pk=pk, issued=issued.pk)


@signed_in
@require_GET
def my_paper(request: PersonRequest, pk: int, issued: int) -> HttpResponse:
    """The very bytes of an attestation about me."""
    return paper(attestation.paper_of(get_object_or_404(Contact.objects.about(request.user), pk=pk), issued))


@signed_in
@require_GET
def my_hours_json(request: PersonRequest) -> HttpResponse:
    """The same lines for another program."""
    lines = [
        {
            "on": hours.on.isoformat(), "organisation": hours.organisation.name, "rna": hours.organisation.rna_number,
            "mission": hours.sign_up.shift.mission.title, "domain": hours.sign_up.shift.mission.domain,
            "minutes": hours.minutes, "signed_by_me": hasattr(hours, "signature"),
        }
        for hours in queries.my_lines(request.user)
    ]  # fmt: skip
    return JsonResponse(
        {"hours": lines, "minutes": sum(line["minutes"] for line in lines)}, json_dumps_params={"ensure_ascii": False, "indent": 2},
        headers={"Content-Disposition": 'attachment; filename="mes-heures.json"', "Cache-Control": "no-store"},
    )  # fmt: skip


@signed_in
@require_GET
def my_hours_file(request: PersonRequest) -> StreamingHttpResponse:
    rows = (
        [hours.on.isoformat(), hours.organisation.name, hours.sign_up.shift.mission.title, hours.minutes, _("oui") if hasattr(hours, "signature") else _("non")]
        for hours in queries.my_lines(request.user)
    )  # fmt: skip
    header = [_("Jour"), _("Association"), _("Mission"), _("Minutes"), _("Signées par moi")]
    return StreamingHttpResponse(
        csv_lines(header, rows), content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="mes-heures.csv"', "Cache-Control": "no-store"},
    )  # fmt: skip
