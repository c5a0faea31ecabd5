"""The desk: a mission is prepared with advice, published, changed, copied, closed or cancelled."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db.models import Count, F, Min, Prefetch, Q, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from maillage.engage.volunteering import actions, advice
from maillage.engage.volunteering.forms.desk import OptionalReason, Prepare, Reason
from maillage.engage.volunteering.models import (
    HOLDS_A_PLACE,
    Mission,
    MissionStatus,
    ShiftQuerySet,
    SignUp,
    SignUpStatus,
)
from maillage.engage.volunteering.views.desk_frame import may, show, tried
from maillage.engage.volunteering.views.finding import share_text
from maillage.kernel.organisations.models import Organisation
from maillage.kernel.refusal import Refused
from maillage.kernel.secret_link import absolute
from maillage.web.doors import desk, repeats_well
from maillage.web.pages import PersonRequest

# What its form puts right.
UNFIT = (actions.missions.MissionSaysTooLittle, actions.missions.MissionHasNoPlace, actions.naming.DescribesAPerson)
# The tabs of the list, as they stand in its address.
STATES = {"": ["draft", "published"], "brouillons": ["draft"], "finies": ["closed", "cancelled"]}


@desk("manage_missions")
@require_GET
def desk_missions(request: PersonRequest, organisation: Organisation) -> HttpResponse:
    """By state; those that wait for something first, then the soonest."""
    now = timezone.now()
    state = request.GET.get("etat", "") if request.GET.get("etat") in STATES else ""
    coming = Q(shifts__cancelled_at=None, shifts__ends_at__gt=now)
    missions = (
        Mission.objects.of(organisation)
        .filter(status__in=STATES[state])
        .select_related("commune")
        .annotate(
            next_at=Min("shifts__starts_at", filter=coming),
            shifts_to_come=Count("shifts", filter=coming),
            places=Sum("shifts__capacity", filter=coming),
            taken=Sum("shifts__taken", filter=coming),
        )
        .order_by(F("next_at").asc(nulls_last=True), "-made_at")
    )
    return show(request, "missions.html", {"missions": missions[:300], "state": state, "is_over": state == "finies"})


@desk("manage_missions")
@require_http_methods(["GET", "POST"])
def desk_mission_new(request: PersonRequest, organisation: Organisation) -> HttpResponse:
    """Everything already known is already written: the commune, who to call."""
    form = Prepare(
        request.POST or None,
        initial={
            "commune": organisation.commune, "contact_name": str(request.user), "contact_phone": request.user.phone or "",
            "domain": next(iter(organisation.activities or []), None),
        },
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        mission = actions.open_mission(organisation=organisation, by=request.user, now=timezone.now(), **form.said)
        messages.success(request, _("C’est gardé en brouillon. Dites maintenant quand cela se passe."))
        return redirect("volunteering:desk_shifts_new", slug=organisation.slug, pk=mission.pk)
    return show(request, "mission_form.html", {"form": form, **advised(told_so_far(form), so_far=True)})


def advised(said: Mapping[str, Any], *, so_far: bool = False) -> dict[str, Any]:
    """Advice as the form shows it: each sentence under its field, and how many there are."""
    found = advice.on_mission(said, so_far=so_far)
    return {"advice": found, "advised": advice.by_field(found), "so_far": so_far}


def told_so_far(form: Prepare) -> dict[str, Any]:
    """What the form holds now, typed or not yet."""
    return {name: form[name].value() for name in form.fields} | {"commune": has_commune(form)}


def has_commune(form: Prepare) -> bool:
    value = form["commune"].value()
    return bool(value and (not isinstance(value, tuple) or any(value)))


@repeats_well
@desk("manage_missions")
@require_POST
def desk_mission_advice(request: PersonRequest, organisation: Organisation) -> HttpResponse:
    """Advice on what is being typed; nothing is kept. `?debut` when it is a mission that only begins."""
    return show(request, "parts/advice.html", advised(request.POST.dict(), so_far="debut" in request.GET))


@desk("manage_missions")
@require_http_methods(["GET", "POST"])
def desk_mission_edit(request: PersonRequest, pk: int, organisation: Organisation) -> HttpResponse:
    mission = found(organisation, pk)
    form = Prepare(request.POST or None, instance=found(organisation, pk), initial=contact_of(request, mission))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_mission(mission=mission, by=request.user, now=timezone.now(), **form.said)
        except actions.missions.MissionHasNoPlace as no:
            form.add_error("commune", str(no))
        except actions.missions.MissionSaysTooLittle as no:
            form.add_error("what", str(no))
        except Refused as no:
            form.add_error(None, str(no))
        else:
            return after_saving(request, mission)
    has_shift = mission.shifts.open_to_sign_ups(timezone.now()).exists()
    context = {"form": form, "mission": mission, "has_shift": has_shift, **advised(told_so_far(form))}
    return show(request, "mission_form.html", context)


def after_saving(request: PersonRequest, mission: Mission) -> HttpResponse:
    """A draft goes on to what it misses, as the button said; anything else goes back to its page."""
    then = request.POST.get("then")
    if then == "publish" and mission.status == MissionStatus.DRAFT:
        return publish_and_go_on(request, mission)
    messages.success(request, _("C’est enregistré."))
    to = "desk_shifts_new" if then == "shifts" and mission.status == MissionStatus.DRAFT else "desk_mission"
    return redirect(f"volunteering:{to}", slug=request.organisation.slug, pk=mission.pk)


def contact_of(request: PersonRequest, mission: Mission) -> dict[str, str]:
    """Who to call, offered when nobody was said yet."""
    if mission.contact_name or mission.contact_phone:
        return {}
    return {"contact_name": str(request.user), "contact_phone": request.user.phone or ""}


def found(organisation: Organisation, pk: int) -> Mission:
    return get_object_or_404(Mission.objects.of(organisation).select_related("organisation", "commune", "need"), pk=pk)


@desk("manage_missions")
@require_GET
def desk_mission(request: PersonRequest, pk: int, organisation: Organisation) -> HttpResponse:
    """Its state, its shifts and who comes, what could be clearer."""
    now = timezone.now()
    mission = found(organisation, pk)
    coming = (
        SignUp.objects.of(organisation)
        .filter(status__in=HOLDS_A_PLACE)
        .select_related("contact")
        .order_by("contact__name")
    )
    shifts = list(
        mission.shifts.annotate(
            asked=Count("sign_ups", filter=Q(sign_ups__status=SignUpStatus.ASKED))
        ).prefetch_related(Prefetch("sign_ups", queryset=coming, to_attr="coming"))
    )
    to_come = [one for one in shifts if one.ends_at > now and not one.is_cancelled]
    said = {field.name: getattr(mission, field.name) for field in Mission._meta.concrete_fields}
    is_over = mission.status in {MissionStatus.CLOSED, MissionStatus.CANCELLED}
    return show(
        request, "mission.html",
        {
            "mission": mission, "is_over": is_over, "advice": [] if is_over else advice.on_mission(said),
            "to_come": to_come, "missing": sum(one.get_missing(now) for one in to_come),
            "has_shift": any(one.last_call > now for one in to_come),
            "past": [one for one in reversed(shifts) if one.ends_at <= now and not one.is_cancelled][:12],
            "cancelled": [one for one in shifts if one.is_cancelled],
            "names": may(request, "see_people"), "share": share_text(mission),
            "address": absolute(reverse("volunteering:mission", args=[mission.pk])),
        },
    )  # fmt: skip


@desk("manage_missions")
@require_GET
def desk_mission_preview(request: PersonRequest, pk: int, organisation: Organisation) -> HttpResponse:
    """What everybody will read, before it is public."""
    mission = found(organisation, pk)
    shifts = mission.shifts.open_to_sign_ups(timezone.now())
    return show(request, "mission_preview.html", {"mission": mission, "shifts": shifts})


@desk("manage_missions")
@require_POST
def desk_mission_publish(request: PersonRequest, pk: int, organisation: Organisation) -> HttpResponse:
    return publish_and_go_on(request, found(organisation, pk))


def publish_and_go_on(request: PersonRequest, mission: Mission) -> HttpResponse:
    """Publish, or say what is missing where it can be said."""
    to = "desk_mission"
    try:
        actions.publish(mission=mission, by=request.user, now=timezone.now())
    except actions.missions.MissionHasNoShift as no:
        messages.error(request, str(no))
        to = "desk_shifts_new"
    except UNFIT as no:
        messages.error(request, str(no))
        to = "desk_mission_edit"
    except Refused as no:
        messages.error(request, str(no))
    else:
        messages.success(request, _("C’est public : les voisins peuvent s’inscrire dès maintenant."))
    return redirect(f"volunteering:{to}", slug=request.organisation.slug, pk=mission.pk)


@desk("manage_missions")
@require_POST
def desk_mission_copy(request: PersonRequest, pk: int, organisation: Organisation) -> HttpResponse:
    try:
        copy = actions.copy_mission(mission=found(organisation, pk), by=request.user, now=timezone.now())
    except Refused as no:
        messages.error(request, str(no))
        return redirect("volunteering:desk_mission", slug=organisation.slug, pk=pk)
    messages.success(request, _("Voici la copie, en brouillon : changez ce qui change, puis dites quand."))
    return redirect("volunteering:desk_mission_edit", slug=organisation.slug, pk=copy.pk)


@desk("manage_missions")
@require_http_methods(["GET", "POST"])
def desk_mission_close(request: PersonRequest, pk: int, organisation: Organisation) -> HttpResponse:
    """Asked twice when people are still coming: they are told, with a word if there is one."""
    mission = found(organisation, pk)
    form = OptionalReason(request.POST if request.method == "POST" else None)  # no word at all is an answer too
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data["reason"]
        tried(
            request, lambda: actions.close_mission(mission=mission, reason=said, by=request.user, now=timezone.now()),
            _("La mission est terminée. Les heures et les retours restent ouverts."),
        )  # fmt: skip
        return redirect("volunteering:desk_mission", slug=organisation.slug, pk=pk)
    told = people_of(mission.shifts.upcoming(timezone.now()))
    return show(request, "mission_close.html", {"mission": mission, "told": told, "form": form})


@desk("manage_missions")
@require_http_methods(["GET", "POST"])
def desk_mission_cancel(request: PersonRequest, pk: int, organisation: Organisation) -> HttpResponse:
    """With a reason that everybody who was coming reads; a draft that nobody saw needs none."""
    mission = found(organisation, pk)
    is_draft = mission.status == MissionStatus.DRAFT
    form = (OptionalReason if is_draft else Reason)(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (form.is_valid() or is_draft):
        said = form.cleaned_data.get("reason", "")
        tried(
            request, lambda: actions.cancel_mission(mission=mission, reason=said, by=request.user, now=timezone.now()),
            _("Le brouillon est abandonné.") if is_draft else _("La mission est annulée, et tout le monde est prévenu."),
        )  # fmt: skip
        return redirect("volunteering:desk_mission", slug=organisation.slug, pk=pk)
    told = people_of(mission.shifts.open_to_sign_ups(timezone.now()))
    return show(request, "mission_cancel.html", {"mission": mission, "told": told, "form": form})


def people_of(shifts: ShiftQuerySet) -> int:
    """How many people would be told, were these shifts cancelled."""
    return shifts.filter(sign_ups__status__in=HOLDS_A_PLACE).values("sign_ups__contact").order_by().distinct().count()
