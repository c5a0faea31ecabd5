"""The desk: hours are counted from who came, corrected by reversal only, and added up."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from maillage.engage.volunteering import actions, attestation, queries
from maillage.engage.volunteering.forms.desk import LengthField, Reverse
from maillage.engage.volunteering.models import Hours, Signature, SignUp
from maillage.engage.volunteering.views.desk_frame import show, tried
from maillage.kernel.evidence import actions as evidence
from maillage.kernel.organisations.models import Organisation
from maillage.kernel.refusal import Refused
from maillage.web.doors import desk
from maillage.web.pages import PersonRequest
from maillage.web.templatetags.web import hours as in_hours

AT_ONCE = 200  # lines on one page: a form of more would be refused, and read by nobody


@desk("sign_hours")
@require_GET
def desk_hours(request: PersonRequest, organisation: Organisation) -> HttpResponse:
    return hours_page(request, organisation, {}, {})


def hours_page(
    request: PersonRequest, organisation: Organisation, typed: dict[int, str], wrong: dict[int, str]
) -> HttpResponse:
    """Who came and is not counted yet, shift by shift, each with a length to be changed where it was otherwise."""
    now = timezone.now()
    waiting = queries.to_confirm(organisation, now)
    groups: dict[int, dict[str, Any]] = {}
    for made in waiting[:AT_ONCE]:
        groups.setdefault(made.shift_id, {"shift": made.shift, "rows": []})["rows"].append(
            {
                "made": made, "length": typed.get(made.pk, LengthField().prepare_value(made.shift.length_minutes)),
                "wrong": wrong.get(made.pk, ""), "checked": not typed or made.pk in typed,
                "is_mine": made.contact.person_id == request.user.pk,
            }
        )  # fmt: skip
    return show(
        request, "hours.html",
        {
            "can_count": any(one.contact.person_id != request.user.pk for one in waiting), "groups": list(groups.values()), "more": max(0, len(waiting) - AT_ONCE), "wrong": len(wrong),
            "to_tick": len(queries.to_tick(organisation, now)), "disputed": queries.disputed(organisation),
            "has_any": Hours.objects.of(organisation).exists(),
        },
    )  # fmt: skip


@desk("sign_hours")
@require_POST
def desk_hours_confirm(request: PersonRequest, organisation: Organisation) -> HttpResponse:
    """Count the ticked lines, all of them or none; the association signs by the hand of who taps."""
    asked = {int(key) for key in request.POST.getlist("sign_up") if key.isascii() and key.isdigit() and len(key) < 16}
    rows = {made.pk: made for made in SignUp.objects.of(organisation).filter(pk__in=asked)}
    reads, typed, wrong = LengthField(), {}, {}
    minutes: dict[int, int | None] = {}
    for key in rows:
        typed[key] = request.POST.get(f"length-{key}", "")
        try:
            minutes[key] = reads.clean(typed[key])
        except ValidationError as no:
            wrong[key] = " ".join(no.messages)
    if not rows:
        messages.error(request, _("Cochez au moins une personne dont les heures sont à compter."))
        return redirect("volunteering:desk_hours", slug=organisation.slug)
    if not wrong:
        try:
            counted = actions.confirm_all(
                lengths=[(made, minutes[key]) for key, made in rows.items()], by=request.user, now=timezone.now()
            )
        except Refused as no:
            messages.error(request, str(no))
        else:
            messages.success(
                request,
                ngettext(
                    "{hours} comptées pour une personne, et signées en votre nom.",
                    "{hours} comptées pour {count} présences, et signées en votre nom.", len(rows),
                ).format(hours=in_hours(sum(one.minutes for one in counted)), count=len(rows)),
            )  # fmt: skip
            return redirect("volunteering:desk_hours", slug=organisation.slug)
    return hours_page(request, organisation, typed, wrong)


@desk("sign_hours")
@require_GET
def desk_register(request: PersonRequest, organisation: Organisation) -> HttpResponse:
    """Every row as it was written; on request, the register says itself whether it is intact."""
    year = year_of(request)
    rows = (
        Hours.objects.of(organisation)
        .in_year(year)
        .select_related("contact", "sign_up__shift__mission", "by", "signature", "reversed_by", "reverses")
        .order_by("-sequence")
    )
    verified = length = None
    if request.GET.get("verifier"):
        verified = [
            evidence.verify(Hours, stream=Hours.stream_of(organisation.pk)),
            evidence.verify(Signature, stream=Signature.stream_of(organisation.pk)),
        ]
        length = {
            "hours": Hours.objects.of(organisation).count(),
            "signatures": Signature.objects.of(organisation).count(),
        }
    return show(
        request, "register.html",
        {
            "page": Paginator(rows, 50).get_page(request.GET.get("page")), "year": year, "years": years(organisation), "verified": verified, "length": length,
            "is_intact": verified is not None and not any(verified),
        },
    )  # fmt: skip


def year_of(request: PersonRequest) -> int:
    said = request.GET.get("annee", "")
    return (
        int(said)
        if said.isascii() and said.isdigit() and len(said) == 4 and 2000 <= int(said) <= 2100
        else localdate().year
    )


def years(organisation: Organisation) -> list[int]:
    """The years that hold something, this one always, the latest first."""
    return sorted({*queries.minutes_by_year(organisation), localdate().year}, reverse=True)


@desk("sign_hours")
@require_GET
def desk_totals(request: PersonRequest, organisation: Organisation) -> HttpResponse:
    """Per person, per mission, per month, per year."""
    year = year_of(request)
    by_year = queries.minutes_by_year(organisation)
    months = queries.minutes_by_month(organisation, year)
    return show(
        request, "totals.html",
        {
            "year": year, "years": years(organisation), "by_year": sorted(by_year.items(), reverse=True),
            "by_contact": queries.minutes_by_contact(organisation, year),
            "by_mission": queries.minutes_by_mission(organisation, year),
            "by_month": [(date(year, n + 1, 1), minutes) for n, minutes in enumerate(months)],
            "total": sum(months),
        },
    )  # fmt: skip


@desk("sign_hours")
@require_http_methods(["GET", "POST"])
def desk_hours_reverse(request: PersonRequest, pk: int, organisation: Organisation) -> HttpResponse:
    """The second question before hours are taken back: why, and what it will change."""
    hours = get_object_or_404(
        Hours.objects.of(organisation).standing()
        .select_related("contact", "sign_up__shift__mission", "by"),
        pk=pk,
    )  # fmt: skip
    form = Reverse(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data["reason"]
        tried(
            request, lambda: actions.reverse_hours(hours=hours, reason=said, by=request.user, now=timezone.now()),
            _("Ces heures sont annulées. Les deux lignes restent au registre ; vous pouvez compter la bonne durée."),
        )  # fmt: skip
        return redirect("volunteering:desk_hours", slug=organisation.slug)
    covering = [one for one in attestation.handed_over(organisation, hours.contact) if one.covers(hours.on)]
    return show(request, "hours_reverse.html", {"hours": hours, "form": form, "attestations": covering})
