"""The desk: shifts are added, moved, cancelled; people are answered, added by hand, taken off."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from maillage.engage.volunteering import actions
from maillage.engage.volunteering.forms.desk import (
    AddFlexible,
    AddShifts,
    AddSomebody,
    MoveFlexible,
    MoveShift,
    OptionalReason,
    Reason,
)
from maillage.engage.volunteering.models import HOLDS_A_PLACE, Mission, MissionStatus, Presence, Shift, SignUp
from maillage.engage.volunteering.views.desk_frame import may, show, tried
from maillage.kernel.organisations.models import Organisation
from maillage.kernel.places import zones
from maillage.kernel.refusal import Refused
from maillage.web.doors import desk
from maillage.web.pages import PersonRequest


@desk("manage_missions")
@require_http_methods(["GET", "POST"])
def desk_shifts_new(request: PersonRequest, pk: int, organisation: Organisation) -> HttpResponse:
    """One shift, the same every week, or one to be done at any hour."""
    mission = get_object_or_404(Mission.objects.of(organisation).select_related("organisation"), pk=pk)
    if mission.status in {MissionStatus.CLOSED, MissionStatus.CANCELLED}:
        messages.error(request, str(actions.missions.MissionIsOver()))
        return redirect("volunteering:desk_mission", slug=organisation.slug, pk=pk)
    with timezone.override(mission.zone):
        return add_shifts(request, mission)


def add_shifts(request: PersonRequest, mission: Mission) -> HttpResponse:
    """By the hour of the mission's place, which the page names when the desk has another."""
    is_flexible = "since" in request.POST
    form = AddShifts(
        request.POST if request.method == "POST" and not is_flexible else None, initial=like_the_last(mission)
    )
    flexible = AddFlexible(
        request.POST if is_flexible else None, initial={"capacity": 5}, auto_id="id_flexible_%s"
    )  # both forms are on one page
    used: Any = flexible if is_flexible else form
    if request.method == "POST" and used.is_valid():
        try:
            made = used.open(mission, by=request.user, now=timezone.now())
        except actions.missions.ShiftIsInThePast as no:
            used.add_error("until" if is_flexible else "on", str(no))
        except Refused as no:
            used.add_error(None, str(no))
        else:
            count = len(made) if isinstance(made, list) else 1
            messages.success(
                request, ngettext("Un créneau ajouté.", "{count} créneaux ajoutés.", count).format(count=count)
            )
            return redirect("volunteering:desk_mission", slug=request.organisation.slug, pk=mission.pk)
    return show(
        request, "shifts_new.html",
        {
            "mission": mission, "form": form, "flexible": flexible, "is_flexible": is_flexible,
            "hours_of": hours_of(mission),
        },
    )  # fmt: skip


def hours_of(mission: Mission) -> str:
    """« heure de La Réunion », when that is not the hour of the desk."""
    there, here = timezone.now().astimezone(mission.zone), timezone.now().astimezone(mission.organisation.zone)
    return "" if there.utcoffset() == here.utcoffset() else zones.in_words(there)


def like_the_last(mission: Mission) -> dict[str, Any]:
    """The hours and places of the shift before, so that nothing is typed again."""
    last = mission.shifts.filter(is_flexible=False).order_by("-starts_at").first()
    if last is None:
        return {"capacity": mission.need.hands if mission.need else 5}
    start, end = timezone.localtime(last.starts_at), timezone.localtime(last.ends_at)
    return {"starts": start.time(), "ends": end.time(), "capacity": last.capacity}


def found(organisation: Organisation, pk: int) -> Shift:
    return get_object_or_404(
        Shift.objects.of(organisation).select_related("mission__need", "mission__organisation"), pk=pk
    )


@desk("tick_presence")
@require_GET
def desk_shift(request: PersonRequest, pk: int, organisation: Organisation) -> HttpResponse:
    shift = found(organisation, pk)
    return shift_page(request, shift, somebody(request, shift))


def somebody(request: PersonRequest, shift: Shift, data: Any = None) -> AddSomebody:
    return AddSomebody(data, mission=shift.mission, may_choose=may(request, "see_people"))


def shift_page(
    request: PersonRequest,
    shift: Shift,
    form: AddSomebody,
    *,
    declined: SignUp | None = None,
    reason: Reason | None = None,
) -> HttpResponse:
    """Who comes to a shift, with the ways to reach them for those who may see them."""
    now = timezone.now()
    people = list(shift.sign_ups.select_related("contact").order_by("contact__name"))
    return show(
        request, "shift.html",
        {
            "shift": shift, "mission": shift.mission, "form": form, "reason": reason or Reason(), "declined": declined,
            "asked": [one for one in people if one.status == "asked"],
            "coming": [one for one in people if one.status in HOLDS_A_PLACE and one.status != "asked"],
            "gone": [one for one in people if one.status not in HOLDS_A_PLACE],
            "has_begun": shift.starts_at <= now, "is_over": shift.ends_at <= now,
            "names": may(request, "see_people"),
        },
    )  # fmt: skip


@desk("manage_missions")
@require_http_methods(["GET", "POST"])
def desk_shift_edit(request: PersonRequest, pk: int, organisation: Organisation) -> HttpResponse:
    shift = found(organisation, pk)
    with timezone.override(shift.mission.zone):
        return move_shift(request, shift)


def move_shift(request: PersonRequest, shift: Shift) -> HttpResponse:
    """By the hour of the mission's place, as when it was added."""
    kind: Any = MoveFlexible if shift.is_flexible else MoveShift
    form = kind.of(shift, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            form.move(shift, by=request.user, now=timezone.now())
        except actions.missions.SomePeopleAreComing as no:
            form.add_error("capacity", str(no))
        except Refused as no:
            form.add_error(None, str(no))
        else:
            messages.success(
                request, _("Le créneau est changé. Si l’heure a bougé, les personnes inscrites sont prévenues.")
            )
            return redirect("volunteering:desk_shift", slug=request.organisation.slug, pk=shift.pk)
    return show(
        request,
        "shift_form.html",
        {"shift": shift, "mission": shift.mission, "form": form, "hours_of": hours_of(shift.mission)},
    )


@desk("manage_missions")
@require_http_methods(["GET", "POST"])
def desk_shift_cancel(request: PersonRequest, pk: int, organisation: Organisation) -> HttpResponse:
    """Asked twice: everybody who was coming is told."""
    shift = found(organisation, pk)
    form = OptionalReason(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data["reason"]
        if shift.ends_at <= timezone.now():
            messages.error(request, _("Ce créneau est passé : on ne l’annule plus. Notez plutôt les absences."))
        else:
            tried(
                request, lambda: actions.cancel_shift(shift=shift, reason=said, by=request.user, now=timezone.now()),
                _("Le créneau est annulé, et les personnes inscrites sont prévenues."),
            )  # fmt: skip
        return redirect("volunteering:desk_mission", slug=organisation.slug, pk=shift.mission_id)
    return show(request, "shift_cancel.html", {"shift": shift, "mission": shift.mission, "form": form})


@desk("tick_presence")
@require_POST
def desk_sign_up_by_hand(request: PersonRequest, pk: int, organisation: Organisation) -> HttpResponse:
    """Somebody phoned, or simply came: the same verb as for themself. Whoever came is ticked at once."""
    shift = found(organisation, pk)
    form = somebody(request, shift, request.POST)
    if form.is_valid():
        now = timezone.now()
        try:
            made = actions.sign_up(shift=shift, who=form.who, by=request.user, now=now)
            if shift.starts_at <= now and made.is_confirmed and not shift.is_flexible:
                actions.tick(sign_up=made, presence=Presence.CAME, by=request.user, now=now)
        except Refused as no:
            form.add_error(None, str(no))
        else:
            messages.success(request, _("{name} est sur la liste.").format(name=made.contact.name))
            return redirect("volunteering:desk_shift", slug=organisation.slug, pk=pk)
    return shift_page(request, shift, form)


def sign_up_of(organisation: Organisation, pk: int) -> SignUp:
    rows = SignUp.objects.of(organisation).select_related("shift__mission__organisation", "contact")
    return get_object_or_404(rows, pk=pk)


@desk("manage_missions")
@require_POST
def desk_sign_up_accept(request: PersonRequest, pk: int, organisation: Organisation) -> HttpResponse:
    made = sign_up_of(organisation, pk)
    tried(
        request, lambda: actions.accept(sign_up=made, by=request.user, now=timezone.now()),
        _("C’est oui : {name} est prévenu·e.").format(name=made.contact.name),
    )  # fmt: skip
    return redirect("volunteering:desk_shift", slug=organisation.slug, pk=made.shift_id)


@desk("manage_missions")
@require_POST
def desk_sign_up_decline(request: PersonRequest, pk: int, organisation: Organisation) -> HttpResponse:
    """Say no to who asked, or take somebody off; the reason is what they read."""
    made, form = sign_up_of(organisation, pk), Reason(request.POST)
    if not form.is_valid():
        shift = found(organisation, made.shift_id)
        return shift_page(request, shift, somebody(request, shift), declined=made, reason=form)
    said = form.cleaned_data["reason"]
    tried(
        request, lambda: actions.decline(sign_up=made, reason=said, by=request.user, now=timezone.now()),
        _("{name} n’est plus sur la liste, et lira pourquoi.").format(name=made.contact.name),
    )  # fmt: skip
    return redirect("volunteering:desk_shift", slug=organisation.slug, pk=made.shift_id)
