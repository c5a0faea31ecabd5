"""The desk: what is lacking, said, looked at, answered by a mission, and closed."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from maillage.engage.volunteering import actions
from maillage.engage.volunteering.forms.desk import Reason, SayNeed, TellOutcome
from maillage.engage.volunteering.models import Mission, MissionStatus, Need, NeedStatus, Outcome, Side
from maillage.engage.volunteering.views.desk_frame import may, show, tried
from maillage.kernel.organisations.models import Organisation
from maillage.kernel.refusal import Refused
from maillage.web.doors import desk
from maillage.web.pages import PersonRequest

OVER = (MissionStatus.CLOSED, MissionStatus.CANCELLED)


@desk("say_needs")
@require_GET
def desk_needs(request: PersonRequest, organisation: Organisation) -> HttpResponse:
    """Those that wait, group by group, the most urgent first; or the closed ones."""
    every = Need.objects.of(organisation).select_related("commune")
    is_closed = request.GET.get("etat") == "clos"
    if is_closed:
        groups = [
            {
                "title": _("Besoins clos"),
                "needs": list(every.filter(closed_at__isnull=False).order_by("-closed_at")[:200]),
            }
        ]
    else:
        waiting = list(every.waiting())
        groups = [
            {"title": title, "needs": [need for need in waiting if need.status == status]}
            for status, title in (
                (NeedStatus.SAID, _("Demandes à examiner")),
                (NeedStatus.OPEN, _("Sans mission encore")),
                (NeedStatus.ANSWERED, _("Une mission y répond")),
            )
        ]
    shown = [group for group in groups if group["needs"]]
    return show(request, "needs.html", {"groups": shown, "is_closed": is_closed})


@desk("say_needs")
@require_http_methods(["GET", "POST"])
def desk_need_new(request: PersonRequest, organisation: Organisation) -> HttpResponse:
    form = SayNeed(request.POST or None, organisation=organisation, may_speak_for=may(request, "see_helped"))
    if request.method == "POST" and form.is_valid():
        try:
            need = form.say(by=request.user, now=timezone.now())
        except actions.naming.DescribesAPerson as no:
            form.add_error("title", str(no))
        except Refused as no:
            form.add_error(None, str(no))
        else:
            messages.success(request, _("C’est noté. Un geste de plus, et la mission est ouverte."))
            return redirect("volunteering:desk_need", slug=organisation.slug, pk=need.pk)
    return show(request, "need_new.html", {"form": form})


@desk("say_needs")
@require_GET
def desk_need(request: PersonRequest, pk: int, organisation: Organisation) -> HttpResponse:
    return need_page(request, found(organisation, pk))


def found(organisation: Organisation, pk: int) -> Need:
    needs = Need.objects.of(organisation).select_related("commune", "helped", "agreement__recorded_by", "said_by")
    return get_object_or_404(needs, pk=pk)


def need_page(
    request: PersonRequest, need: Need, *, reason: Reason | None = None, outcome: TellOutcome | None = None
) -> HttpResponse:
    told = list(
        Outcome.objects.of(need.organisation).filter(need=need).select_related("sign_up__contact").order_by("told_at")
    )
    who_came = Count("shifts__sign_ups", filter=Q(shifts__sign_ups__presence="came"), distinct=True)
    missions = list(Mission.objects.of(need.organisation).filter(need=need).annotate(came=who_came).order_by("pk"))
    asker = next((one for one in told if one.side == Side.ASKER), None)
    initial = {"answer": asker.answer, "words": asker.words} if asker else None
    return show(
        request, "need.html",
        {
            "need": need, "missions": missions, "asker": asker, "is_new": need.status == NeedStatus.SAID,
            "can_open": need.closed_at is None and all(one.status in OVER for one in missions),
            "has_come": any(mission.came for mission in missions),  # type: ignore[attr-defined]
            "helpers": [one for one in told if one.side == Side.HELPER],
            "reason": reason or Reason(), "outcome": outcome or TellOutcome(initial=initial),
        },
    )  # fmt: skip


@desk("say_needs")
@require_POST
def desk_need_keep(request: PersonRequest, pk: int, organisation: Organisation) -> HttpResponse:
    need = found(organisation, pk)
    tried(
        request, lambda: actions.keep_need(need=need, by=request.user, now=timezone.now()),
        _("Ce besoin est retenu. Ouvrez la mission quand vous voulez."),
    )  # fmt: skip
    return redirect("volunteering:desk_need", slug=organisation.slug, pk=pk)


@desk("say_needs")
@require_POST
def desk_need_decline(request: PersonRequest, pk: int, organisation: Organisation) -> HttpResponse:
    need, form = found(organisation, pk), Reason(request.POST)
    if not form.is_valid():
        return need_page(request, need, reason=form)
    said = form.cleaned_data["reason"]
    tried(
        request, lambda: actions.decline_need(need=need, reason=said, by=request.user, now=timezone.now()),
        _("C’est dit : la personne lira votre réponse."),
    )  # fmt: skip
    return redirect("volunteering:desk_need", slug=organisation.slug, pk=pk)


@desk("manage_missions")
@require_POST
def desk_need_mission(request: PersonRequest, pk: int, organisation: Organisation) -> HttpResponse:
    """One tap: the mission opens with everything already said, as a draft to read once."""
    need = found(organisation, pk)
    try:
        mission = actions.mission_from_need(need=need, by=request.user, now=timezone.now())
    except Refused as no:
        messages.error(request, str(no))
        return redirect("volunteering:desk_need", slug=organisation.slug, pk=pk)
    messages.success(request, _("La mission est prête, avec tout ce qui était déjà dit. Relisez, complétez, publiez."))
    return redirect("volunteering:desk_mission_edit", slug=organisation.slug, pk=mission.pk)


@desk("say_needs")
@require_POST
def desk_need_outcome(request: PersonRequest, pk: int, organisation: Organisation) -> HttpResponse:
    """« Est-ce que cela a aidé ? », told for whom had the need; a yes closes it."""
    need, form = found(organisation, pk), TellOutcome(request.POST)
    mission = need.missions.order_by("-pk").first()
    if mission is None:
        messages.error(request, _("Aucune mission n’a encore répondu à ce besoin : il n’y a rien à raconter."))
        return redirect("volunteering:desk_need", slug=organisation.slug, pk=pk)
    if not form.is_valid():
        return need_page(request, need, outcome=form)
    said = form.cleaned_data
    tried(
        request,
        lambda: actions.tell_outcome(
            mission=mission, side=Side.ASKER, answer=said["answer"], words=said["words"], by=request.user, now=timezone.now()
        ),
        _("C’est noté, merci.") if said["answer"] != "no" else _("C’est noté : le besoin reste ouvert pour quelqu’un d’autre."),
    )  # fmt: skip
    return redirect("volunteering:desk_need", slug=organisation.slug, pk=pk)


@desk("see_helped")
@require_POST
def desk_need_agreement(request: PersonRequest, pk: int, organisation: Organisation) -> HttpResponse:
    """The person helped said that we no longer speak for them: everything said for them ends at once."""
    need = found(organisation, pk)
    tried(
        request, lambda: actions.take_back_agreement(need=need, by=request.user, now=timezone.now()),
        _("C’est noté : ce besoin est clos, et celles et ceux qui devaient venir sont prévenus."),
    )  # fmt: skip
    return redirect("volunteering:desk_need", slug=organisation.slug, pk=pk)


@desk("say_needs")
@require_POST
def desk_need_close(request: PersonRequest, pk: int, organisation: Organisation) -> HttpResponse:
    need = found(organisation, pk)
    tried(request, lambda: actions.close_need(need=need, by=request.user, now=timezone.now()), _("Ce besoin est clos."))
    return redirect("volunteering:desk_needs", slug=organisation.slug)
