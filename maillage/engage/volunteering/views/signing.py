"""Signing up in three taps, the practical sheet behind its secret address, and the guardian's answer."""

from typing import Any, cast
from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from maillage.engage.volunteering import actions, calendar, queries
from maillage.engage.volunteering.actions import sign_ups
from maillage.engage.volunteering.forms.public import Cancel, FindMine, SignUpAsGuest, SignUpAsMyself, TellOutcome
from maillage.engage.volunteering.models import (
    HOLDS_A_PLACE,
    GuardianAgreement,
    Mission,
    MissionStatus,
    Presence,
    Shift,
    Side,
    SignUp,
)
from maillage.kernel.people.models import Person
from maillage.kernel.refusal import Refused
from maillage.kernel.secret_link import found
from maillage.web.doors import by_link, public
from maillage.web.pages import page


@public
@require_http_methods(["GET", "POST"])
def sign_up(request: HttpRequest, pk: int) -> HttpResponse:
    """One tap for who is signed in, a name and a mail or telephone for anybody else."""
    shift = get_object_or_404(
        Shift.objects.select_related("mission__organisation", "mission__commune").exclude(
            mission__status=MissionStatus.DRAFT
        ),
        pk=pk,
    )
    as_guest = not request.user.is_authenticated
    form: SignUpAsGuest | SignUpAsMyself = (
        SignUpAsGuest(posted(request), mission=shift.mission)
        if as_guest
        else SignUpAsMyself(posted(request), mission=shift.mission, person=cast(Person, request.user))
    )
    now = timezone.now()
    has_children = isinstance(form, SignUpAsMyself) and form.children  # whoever has a place may still sign a child up
    if request.method == "GET" and not has_children and (already := mine_on(request, shift)):
        messages.info(request, _("Vous avez déjà une place sur ce créneau : voici votre fiche."))
        return redirect("volunteering:sheet", token=already.token)
    refusal: Refused | None = sign_ups.why_not(shift, now) if request.method == "GET" else None
    if request.method == "POST" and form.is_valid():
        who = form.guest() if isinstance(form, SignUpAsGuest) else form.who
        try:
            made = actions.sign_up(
                shift=shift, who=who, now=now, message=form.cleaned_data["message"],
                is_minor=form.cleaned_data.get("age") == "minor",
            )  # fmt: skip
        except Refused as no:
            refusal = no
            if isinstance(who, sign_ups.Guest) and isinstance(no, sign_ups.HeldAlready):
                actions.send_links_again(email=who.email, phone=who.phone, now=now)
        else:
            return redirect("volunteering:sheet", token=made.token)
    others = (
        list(shift.mission.shifts.open_to_sign_ups(now).with_room().exclude(pk=shift.pk)[:6])
        if shift.mission.is_published
        else []
    )
    return page(
        request, "volunteering/sign_up.html",
        {"shift": shift, "mission": shift.mission, "form": form, "refusal": refusal, "others": others, "as_guest": as_guest,
         "is_open": not isinstance(refusal, sign_ups.GONE), "is_elsewhere": isinstance(refusal, sign_ups.AlreadyElsewhere),
         "is_too_young": isinstance(refusal, (sign_ups.TooYoung, sign_ups.ChildNeedsAnAdult)),
         "needs_guardian": not as_guest and isinstance(refusal, (sign_ups.GuardianIsMissing, sign_ups.AgeIsMissing))},
    )  # fmt: skip


def mine_on(request: HttpRequest, shift: Shift) -> SignUp | None:
    """My own place on a shift, when I am signed in and have one."""
    if not request.user.is_authenticated:
        return None
    return SignUp.objects.about(request.user).filter(shift=shift, status__in=HOLDS_A_PLACE).first()


def posted(request: HttpRequest) -> Any:
    """What was sent, even when it is empty: one tap is a whole form."""
    return request.POST if request.method == "POST" else None


def by_token(given: str) -> SignUp:
    """The sign-up behind a secret address, or 404."""
    sent = SignUp.objects.across(reason="whoever holds the secret address of a sheet")
    made = found(
        sent.select_related("shift__mission__organisation", "shift__mission__commune", "contact__person"), given
    )
    if made is None:
        raise Http404
    return made


@by_link
@require_GET
def sheet(request: HttpRequest, token: str) -> HttpResponse:
    """All one needs on the day, and afterwards: hours to sign, and whether it helped."""
    made = by_token(token)
    now = timezone.now()
    hours = queries.standing_hours(made)
    told = made.outcomes.filter(side=Side.HELPER).first()
    return page(
        request, "volunteering/sheet.html",
        {
            "made": made, "shift": made.shift, "mission": made.shift.mission, "token": token, "hours": hours,
            "signed": hasattr(hours, "signature") if hours else False, "told": told,
            "outcome": TellOutcome(initial={"answer": told.answer, "words": told.words} if told else None),
            "map_link": map_link(made.shift.mission),
            "is_past": made.shift.ends_at <= now, "came": made.presence == Presence.CAME,
            "can_cancel": made.holds_a_place and made.shift.ends_at > now and made.presence == Presence.UNKNOWN,
        },
    )  # fmt: skip


def map_link(mission: Mission) -> str:
    """An address that the telephone opens in its own map, without asking anybody else; empty when there is no place."""
    if mission.is_remote or mission.latitude is None or mission.longitude is None or mission.commune is None:
        return ""
    words = quote(f"{mission.meeting_point or mission.area}, {mission.commune.name}".strip(", "))
    return f"geo:{mission.latitude:.4f},{mission.longitude:.4f}?q={words}"


@by_link
@require_http_methods(["GET", "POST"])
def sheet_cancel(request: HttpRequest, token: str) -> HttpResponse:
    made = by_token(token)
    form = Cancel(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.cancel_sign_up(
                sign_up=made, by=person_of(request, made), now=timezone.now(), reason=form.cleaned_data["reason"]
            )
            messages.success(request, _("C’est annulé, et l’association le sait. Merci de l’avoir dit."))
        except Refused as no:
            messages.error(request, str(no))
        return redirect("volunteering:sheet", token=token)
    return page(
        request,
        "volunteering/sheet_cancel.html",
        {"made": made, "mission": made.shift.mission, "shift": made.shift, "form": form, "token": token},
    )


def person_of(request: HttpRequest, made: SignUp) -> Person | None:
    """Who acts: the person themself when they are signed in, nobody when a link was enough."""
    return request.user if request.user.is_authenticated and made.contact.person_id == request.user.pk else None


@by_link
@require_GET
def sheet_calendar(request: HttpRequest, token: str) -> HttpResponse:
    made = by_token(token)
    if not made.is_confirmed:  # the exact meeting point is in it
        raise Http404
    return HttpResponse(
        calendar.one_shift(made, now=timezone.now()), content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="creneau.ics"', "Cache-Control": "no-store"},
    )  # fmt: skip


@by_link
@require_POST
def sheet_hours(request: HttpRequest, token: str) -> HttpResponse:
    """« Oui, c’est juste », « ce n’est pas juste » or, when nothing was counted, « j’étais là »: the association corrects."""
    made = by_token(token)
    hours = queries.standing_hours(made)
    agrees = request.POST.get("answer") == "right"
    if hours is None and agrees:
        raise Http404
    words = request.POST.get("words", "").replace("\x00", "").strip()
    try:
        if hours is None:
            actions.claim_presence(sign_up=made, by=person_of(request, made), words=words, now=timezone.now())
            messages.success(request, _("C’est dit à l’association : elle va regarder et corriger."))
        elif agrees:
            actions.sign_hours(hours=hours, by=person_of(request, made), now=timezone.now())
            messages.success(request, _("Merci : vos heures sont signées des deux côtés."))
        else:
            actions.dispute_hours(hours=hours, by=person_of(request, made), words=words, now=timezone.now())
            messages.success(request, _("C’est dit à l’association : elle va regarder et corriger."))
    except Refused as no:
        messages.error(request, str(no))
    return redirect("volunteering:sheet", token=token)


@by_link
@require_POST
def sheet_outcome(request: HttpRequest, token: str) -> HttpResponse:
    made = by_token(token)
    form = TellOutcome(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choisissez une réponse : oui, en partie, ou non."))
    elif made.presence != Presence.CAME:
        messages.error(request, _("Votre présence n’est pas encore notée : revenez après la mission."))
    else:
        actions.tell_outcome(
            mission=made.shift.mission, side=Side.HELPER, sign_up=made, by=person_of(request, made), now=timezone.now(),
            **form.cleaned_data,
        )  # fmt: skip
        messages.success(request, _("Merci de l’avoir dit."))
    return redirect("volunteering:sheet", token=token)


@public
@require_http_methods(["GET", "POST"])
def find_mine(request: HttpRequest) -> HttpResponse:
    """« J’ai perdu le lien »: sent again to the address, whether it is known or not."""
    form = FindMine(request.POST or None)
    sent = False
    if request.method == "POST" and form.is_valid():
        actions.send_links_again(**form.cleaned_data, now=timezone.now())
        sent = True
    return page(request, "volunteering/find_mine.html", {"form": form, "sent": sent})


@by_link
@require_http_methods(["GET", "POST"])
def guardian(request: HttpRequest, token: str) -> HttpResponse:
    """The guardian of who signed up without an account reads what it is about, and answers once."""
    sent = GuardianAgreement.objects.across(reason="the guardian holds the secret address")
    asked = found(
        sent.select_related(
            "sign_up__shift__mission__organisation", "sign_up__shift__mission__commune", "sign_up__contact"
        ),
        token,
    )
    if asked is None:
        raise Http404
    if request.method == "POST":
        try:
            actions.answer_as_guardian(agreement=asked, agrees=request.POST.get("answer") == "yes", now=timezone.now())
        except Refused as no:
            messages.error(request, str(no))
        return redirect("volunteering:guardian", token=token)
    return page(
        request, "volunteering/guardian.html",
        {"asked": asked, "made": asked.sign_up, "shift": asked.sign_up.shift, "mission": asked.sign_up.shift.mission,
         "is_over": asked.sign_up.shift.ends_at <= timezone.now(), "knows_where": not asked.sign_up.shift.mission.asks_first},
    )  # fmt: skip
