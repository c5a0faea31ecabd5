"""An association's desk: what needs you today, its team, its public page."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from maillage.kernel import hooks
from maillage.kernel.organisations import access, actions
from maillage.kernel.organisations.models import Invitation, Organisation, Role
from maillage.kernel.refusal import Refused
from maillage.web.doors import by_link, desk, signed_in
from maillage.web.forms import HandOver, Invite, Present
from maillage.web.pages import PersonRequest, page


@signed_in
@require_GET
def desks(request: PersonRequest) -> HttpResponse:
    """My associations; straight to the desk when there is only one."""
    roles = (
        Role.objects.current().filter(person=request.user).select_related("organisation").order_by("organisation__name")
    )
    mine = {role.organisation.slug for role in roles}
    if len(mine) == 1:
        return redirect("web:desk", slug=mine.pop())
    by_desk: dict[Organisation, list[Role]] = {}
    for role in roles:
        by_desk.setdefault(role.organisation, []).append(role)
    return page(request, "web/desks.html", {"by_desk": by_desk})


@desk("see_desk")
@require_GET
def today(request: PersonRequest, organisation: Organisation) -> HttpResponse:
    """What needs somebody, the most urgent first; the first steps as long as one of them is left."""
    now = timezone.now()
    due = [one for ask in hooks.today for one in ask(organisation, request.user, now)]
    first = [one for one in due if one.first_step]
    waiting = sorted((one for one in due if not one.first_step and not one.done), key=lambda one: not one.urgent)
    figures = [(figure, figure.value(organisation, now)) for figure in hooks.figures]
    return page(
        request, "web/desk.html",
        {
            "waiting": waiting, "first": first if any(not one.done for one in first) else [],
            "figures": [(figure, value) for figure, value in figures if value != ""], "now": now,
        },
    )  # fmt: skip


# ── The team ──────────────────────────────────────────────────────────────────────────────────
@desk("see_desk")
@require_GET
def team(request: PersonRequest, organisation: Organisation) -> HttpResponse:
    return team_page(request, organisation, Invite())


def team_page(request: PersonRequest, organisation: Organisation, form: Invite) -> HttpResponse:
    now = timezone.now()
    every = Role.objects.filter(organisation=organisation).select_related("person", "given_by")
    return page(
        request, "web/team.html",
        {
            "roles": every.filter(ended_at=None).order_by("kind", "since_at"),
            "ended": every.filter(ended_at__isnull=False).order_by("-ended_at")[:20], "form": form,
            "invitations": Invitation.objects.of(organisation).filter(answered_at=None, expires_at__gt=now).order_by("-sent_at"),
            "gives_roles": access.allows("give_roles", request.held),
        },
    )  # fmt: skip


@desk("give_roles")
@require_POST
def invite(request: PersonRequest, organisation: Organisation) -> HttpResponse:
    form = Invite(request.POST)
    if form.is_valid():
        try:
            actions.invite(organisation=organisation, by=request.user, now=timezone.now(), **form.cleaned_data)
        except Refused as no:
            form.add_error(None, str(no))
        else:
            messages.success(
                request,
                _("L’invitation part à {email}. Elle vaut quatorze jours.").format(email=form.cleaned_data["email"]),
            )
            return redirect("web:team", slug=organisation.slug)
    return team_page(request, organisation, form)


@desk("give_roles")
@require_POST
def withdraw(request: PersonRequest, pk: int, organisation: Organisation) -> HttpResponse:
    found = get_object_or_404(Invitation.objects.of(organisation), pk=pk)
    actions.withdraw_invitation(invitation=found, by=request.user, now=timezone.now())
    messages.success(request, _("L’invitation ne vaut plus."))
    return redirect("web:team", slug=organisation.slug)


@desk("give_roles")
@require_http_methods(["GET", "POST"])
def end_role(request: PersonRequest, pk: int, organisation: Organisation) -> HttpResponse:
    role = get_object_or_404(Role.objects.current().select_related("person"), pk=pk, organisation=organisation)
    if request.method == "POST":
        try:
            actions.end_role(role=role, by=request.user, now=timezone.now())
            messages.success(request, _("C’est fait : ce rôle est terminé, avec effet immédiat."))
        except Refused as no:
            messages.error(request, str(no))
        if role.person == request.user:  # the desk may be closed to them now
            return redirect("web:desk_list")
        return redirect("web:team", slug=organisation.slug)
    return page(request, "web/role_end.html", {"role": role})


@desk("see_desk")
@require_http_methods(["GET", "POST"])
def hand_over(request: PersonRequest, pk: int, organisation: Organisation) -> HttpResponse:
    """One's own role, or anybody's for whoever gives roles."""
    role = get_object_or_404(Role.objects.current().select_related("person"), pk=pk, organisation=organisation)
    if role.person != request.user and not access.allows("give_roles", request.held):
        raise Http404
    form = HandOver(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.hand_over(
                role=role,
                to_name=form.cleaned_data["name"],
                to_email=form.cleaned_data["email"],
                by=request.user,
                now=timezone.now(),
            )
        except Refused as no:
            form.add_error(None, str(no))
        else:
            messages.success(
                request,
                _("La proposition est partie. Le rôle passera quand elle sera acceptée ; d’ici là, rien ne change."),
            )
            return redirect("web:team", slug=organisation.slug)
    return page(request, "web/role_hand_over.html", {"role": role, "form": form})


@desk("see_desk")
@require_http_methods(["GET", "POST"])
def leave(request: PersonRequest, organisation: Organisation) -> HttpResponse:
    if request.method == "POST":
        try:
            actions.leave(organisation=organisation, person=request.user, now=timezone.now())
        except Refused as no:
            messages.error(request, str(no))
            return redirect("web:team", slug=organisation.slug)
        messages.success(
            request, _("Vous avez quitté l’équipe de « {name} ». Merci pour ce temps donné.").format(name=organisation)
        )
        return redirect("web:me")
    return page(request, "web/leave.html", {})


@by_link
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What is offered, by whom; taking it wants to have come in with the address that was invited."""
    found = actions.invitation_of(token)
    if found is None:
        raise Http404
    now = timezone.now()
    if request.method == "POST" and request.user.is_authenticated:
        try:
            actions.accept_invitation(token=token, person=request.user, now=now)
        except Refused as no:
            messages.error(request, str(no))
            return redirect("web:invitation", token=token)
        messages.success(request, _("Bienvenue dans l’équipe de « {name} ».").format(name=found.organisation))
        return redirect("web:desk", slug=found.organisation.slug)
    return page(
        request,
        "web/invitation.html",
        {"invitation": found, "is_open": found.is_open(now) and actions.is_backed(found)},
    )


# ── The public page ───────────────────────────────────────────────────────────────────────────
@desk("edit_organisation")
@require_http_methods(["GET", "POST"])
def presentation(request: PersonRequest, organisation: Organisation) -> HttpResponse:
    form = Present(request.POST or None, instance=organisation)
    if request.method == "POST" and form.is_valid():
        actions.present(organisation=organisation, by=request.user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Votre page est à jour."))
        return redirect("web:presentation", slug=organisation.slug)
    return page(request, "web/presentation.html", {"form": form})
