"""Saying a need from outside, and following it behind its secret address."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from maillage.engage.volunteering import actions, queries
from maillage.engage.volunteering.forms.public import SayNeed, TellOutcome
from maillage.engage.volunteering.models import Need, NeedStatus, Side
from maillage.kernel.refusal import Refused
from maillage.kernel.secret_link import found
from maillage.web import place
from maillage.web.doors import by_link, public
from maillage.web.forms import Where
from maillage.web.pages import page


@public
@require_http_methods(["GET", "POST"])
def say_need(request: HttpRequest) -> HttpResponse:
    """Where first; then one form, to one association among those near that listen."""
    here = place.of(request)
    near = queries.listening_near(here) if here else []
    said = {
        "commune": here, "name": getattr(request.user, "name", ""), "email": getattr(request.user, "email", ""),
        "organisation": near[0].organisation.pk if len(near) == 1 else None,
    }  # fmt: skip
    form = SayNeed(request.POST or None, near=[one.organisation for one in near], initial=said)
    if request.method == "POST" and near and form.is_valid():
        try:
            need = actions.ask_for_help(
                who=request.user if request.user.is_authenticated else None, now=timezone.now(), **form.cleaned_data
            )
        except actions.naming.DescribesAPerson as no:
            form.add_error("title", str(no))
        except Refused as no:
            form.add_error(None, str(no))
        else:
            return redirect("volunteering:need_followed", token=need.token)
    return page(
        request,
        "volunteering/say_need.html",
        {"form": form, "near": near, "here": here, "where": Where(initial={"commune": here})},
    )


@by_link
@require_http_methods(["GET", "POST"])
def need_followed(request: HttpRequest, token: str) -> HttpResponse:
    """Where it stands; « ce n’est plus la peine »; and at the end, whether it helped."""
    said = Need.objects.across(reason="whoever holds the secret address of a need")
    need = found(said.select_related("organisation", "commune", "helped", "agreement"), token)
    if need is None:
        raise Http404
    mission = need.missions.public().order_by("-pk").first()
    form = TellOutcome(request.POST if "answer" in request.POST else None)
    if request.method == "POST":
        now = timezone.now()
        if "withdraw" in request.POST:
            actions.withdraw_need(need=need, now=now)
            messages.success(request, _("C’est noté : l’association le sait."))
        elif mission and form.is_valid():
            actions.tell_outcome(mission=mission, side=Side.ASKER, by=None, now=now, **form.cleaned_data)
            messages.success(request, _("Merci de l’avoir dit."))
        else:
            messages.error(request, _("Choisissez une réponse : oui, en partie, ou non."))
        return redirect("volunteering:need_followed", token=token)
    shifts = list(mission.shifts.standing().order_by("starts_at")) if mission else []
    told = mission.outcomes.filter(side=Side.ASKER).first() if mission else None
    return page(
        request, "volunteering/need_followed.html",
        {"need": need, "mission": mission, "shifts": shifts, "form": form, "is_over": need.status in (NeedStatus.CLOSED, NeedStatus.DECLINED),
         "coming": sum(shift.taken for shift in shifts), "told": told, "has_agreement": need.agreement is not None and need.agreement.is_standing,
         "came": any(shift.ends_at <= timezone.now() and shift.taken for shift in shifts)},
    )  # fmt: skip
