"""My own space: who I am, what I am told, where I am signed in, and those who answer for me."""

import re
from typing import Any, cast

from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.flows.login import record_authentication
from allauth.account.stages import LoginByCodeStage
from allauth.account.views import ConfirmLoginCodeView, RequestLoginCodeView
from allauth.core.internal.httpkit import authenticated_user
from allauth.mfa.base import views as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from maillage.kernel import hooks
from maillage.kernel.notifications import actions as notifications
from maillage.kernel.notifications.models import Message
from maillage.kernel.organisations import actions as organisations
from maillage.kernel.organisations.models import Contact, Role
from maillage.kernel.organisations.queries import noted_with
from maillage.kernel.people import actions as people
from maillage.kernel.people.models import Guardianship, Person
from maillage.kernel.refusal import Refused
from maillage.web import accounts
from maillage.web.doors import by_link, signed_in
from maillage.web.forms import Age, Child, Identity
from maillage.web.pages import PersonRequest, page, safe_next


def panels(name: str, request: HttpRequest, subject: Any) -> list[tuple[str, dict[str, Any]]]:
    """What modules add to a page: (template, context), in order."""
    told = []
    for panel in sorted((one for one in hooks.panels if one.page == name), key=lambda one: one.order):
        context = panel.context(request, subject)
        if context is not None:
            told.append((panel.template, context))
    return told


@signed_in
@require_GET
def me(request: PersonRequest) -> HttpResponse:
    person = request.user
    roles = Role.objects.current().filter(person=person).select_related("organisation").order_by("organisation__name")
    return page(
        request, "web/me.html",
        {
            "panels": panels("me", request, person), "roles": roles,
            "unread": Message.objects.about(person).unread().count(), "unclaimed": contacts_like(person),
            "needs_second_factor": accounts.needs_second_factor(person),
        },
    )  # fmt: skip


def contacts_like(person: Any) -> Any:
    """Contacts that carry the person's proven mail address and belong to nobody yet: « est-ce vous ? »."""
    known = Contact.objects.about(person).values("organisation")
    return noted_with(person.proven_address).exclude(organisation__in=known)[:5]


@signed_in
@require_POST
def confirm_contact(request: PersonRequest, pk: int) -> HttpResponse:
    contact = next((one for one in contacts_like(request.user) if one.pk == pk), None)
    if contact is None:
        raise Http404
    organisations.confirm_contact(contact=contact, person=request.user, now=timezone.now())
    messages.success(
        request,
        _("C’est noté : vos inscriptions chez « {name} » sont maintenant dans votre espace.").format(
            name=contact.organisation
        ),
    )
    return redirect("web:me")


@signed_in
@require_http_methods(["GET", "POST"])
def identity(request: PersonRequest) -> HttpResponse:
    person = request.user
    form = Identity(
        request.POST or None,
        initial={"name": person.name, "phone": person.phone, "commune": person.commune},
    )
    if request.method == "POST" and form.is_valid():
        people.rename(person=person, name=form.cleaned_data["name"], phone=form.cleaned_data["phone"])
        people.prefer(person=person, commune=form.cleaned_data["commune"])
        messages.success(request, _("C’est enregistré."))
        return redirect("web:me")
    return page(request, "web/identity.html", {"form": form})


@signed_in
@require_http_methods(["GET", "POST"])
def age(request: PersonRequest) -> HttpResponse:
    """The year of birth, and under 18 whoever answers for me."""
    person, now = request.user, timezone.now()
    form = Age(request.POST or None, initial={"birth_year": person.birth_year})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            asked = people.say_age(
                person=person, year=said["birth_year"], guardian_name=said["guardian_name"],
                guardian_email=said["guardian_email"], guardian_phone=said["guardian_phone"], now=now,
            )  # fmt: skip
            messages.success(
                request,
                _("C’est noté. Votre responsable reçoit un message : dès sa réponse, vous pourrez vous inscrire.")
                if asked
                else _("C’est noté."),
            )
            return redirect("web:age")
        except Refused as no:
            form.add_error(None, str(no))
    return page(
        request, "web/age.html",
        {"form": form, "asked": person.guardianships.order_by("-asked_at").first(), "is_minor": person.may_be_minor(localdate(now))},
    )  # fmt: skip


@by_link
@require_http_methods(["GET", "POST"])
def guardian(request: HttpRequest, token: str) -> HttpResponse:
    """The guardian reads what they say yes to, and answers, without an account."""
    asked = people.guardianship_of(token)
    if asked is None:
        raise Http404
    if request.method == "POST":
        try:
            people.answer_as_guardian(
                guardianship=asked, agrees=request.POST.get("answer") == "yes", guardian=is_asked(request, asked),
                now=timezone.now(),
            )  # fmt: skip
        except Refused as no:
            messages.error(request, str(no))
        return redirect("web:guardian", token=token)
    return page(request, "web/guardian.html", {"asked": asked})


def is_asked(request: HttpRequest, asked: Guardianship) -> Person | None:
    """Who answers, when they came in with the very address that was asked: the minor is then among their children."""
    mine = request.user.email if request.user.is_authenticated else ""
    return cast(Person, request.user) if mine and mine.lower() == asked.guardian_email.lower() else None


@signed_in
@require_http_methods(["GET", "POST"])
def children(request: PersonRequest) -> HttpResponse:
    """Those I answer for: an adult adds a child, and does for them what they are too young to do alone."""
    person, now = request.user, timezone.now()
    form = Child(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = people.add_child(guardian=person, now=now, **form.cleaned_data)
            messages.success(request, _("C’est noté : vous répondez de {name}.").format(name=made.name))
            return redirect("web:children")
        except Refused as no:
            form.add_error(None, str(no))
    today = localdate(now)
    return page(
        request, "web/children.html",
        {"form": form, "children": person.children(today), "is_adult": person.is_surely_adult(today)},
    )  # fmt: skip


@signed_in
@require_http_methods(["GET", "POST"])
def child_remove(request: PersonRequest, pk: int) -> HttpResponse:
    child = get_object_or_404(request.user.children(localdate()), pk=pk, email=None)
    if request.method == "POST":
        people.remove_child(guardian=request.user, child=child, now=timezone.now())
        messages.success(request, _("C’est fait : il ne reste rien ici qui dise qui est cet enfant."))
        return redirect("web:children")
    return page(request, "web/child_remove.html", {"child": child})


# ── What I am told ────────────────────────────────────────────────────────────────────────────
@signed_in
@require_GET
def messages_told(request: PersonRequest) -> HttpResponse:
    told = Paginator(Message.objects.about(request.user).on_site().select_related("organisation"), 20)
    shown = told.get_page(request.GET.get("page"))
    unread = {message.pk for message in shown if message.read_at is None}
    return page(request, "web/messages.html", {"page": shown, "unread": unread})


@signed_in
@require_POST
def all_read(request: PersonRequest) -> HttpResponse:
    notifications.mark_read(person=request.user, now=timezone.now())
    return redirect("web:messages")


# ── Coming in ─────────────────────────────────────────────────────────────────────────────────
class AskCode(RequestLoginCodeView):
    def form_valid(self, form: Any) -> HttpResponse:
        """The library's next page, after a code of ours: no row of anybody is read or written."""
        accounts.Code.leave(self.request, email=form.cleaned_data["email"])
        return super(RequestLoginCodeView, self).form_valid(form)


@method_decorator(login_stage_required(LoginByCodeStage.key, "account_login"), name="dispatch")
class TypeCode(ConfirmLoginCodeView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.stage = request._login_stage  # type: ignore[attr-defined]
        self._process = accounts.Code(self.stage)
        if not self._process.is_valid():
            self._process.abort()
            return redirect("account_login")
        return super(ConfirmLoginCodeView, self).dispatch(request, *args, **kwargs)


# ── Is it still me? ───────────────────────────────────────────────────────────────────────────
@signed_in
@require_GET
def reauthenticate(request: PersonRequest) -> HttpResponse:
    """By the second factor where there is one; else by coming in again, then back to what one was about to do."""
    then = urlencode({"next": safe_next(request, reverse("web:me"))})
    if Authenticator.objects.filter(user=request.user).exists():
        return redirect(f"{reverse('mfa_reauthenticate')}?{then}")
    return page(request, "account/reauthenticate.html", {"back": f"{reverse('account_login')}?{then}"})


@signed_in
def show_second_factor(request: PersonRequest) -> HttpResponseBase:
    """The library's page; whoever has no second factor comes in again instead."""
    if not Authenticator.objects.filter(user=request.user).exists():
        return redirect("account_reauthenticate")
    return mfa.reauthenticate(request)


@signed_in
def recovery_codes(request: PersonRequest) -> HttpResponseBase:
    """The library's page of the codes; whoever has none is led to where a second factor is set up."""
    if not Authenticator.objects.filter(user=request.user, type=Authenticator.Type.RECOVERY_CODES).exists():
        return redirect("mfa_index")
    return codes.view_recovery_codes(request)


class SetUpSecondFactor(ActivateTOTPView):
    def form_valid(self, form: Any) -> HttpResponse:
        """Whoever has just copied a first code is not asked for another to see the recovery codes."""
        response: HttpResponse = super().form_valid(form)
        person = authenticated_user(self.request)
        record_authentication(self.request, person, method="mfa", type="totp", reauthenticated=True)
        return response


# ── Where I am signed in ──────────────────────────────────────────────────────────────────────
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "Mac",
    "Linux": "Linux",
}
BROWSERS = {"Edg/": "Edge", "Firefox/": "Firefox", "OPR/": "Opera", "Chrome/": "Chrome", "Safari/": "Safari"}


def device_of(agent: str) -> str:
    """« Firefox, Android » rather than the browser's whole signature."""
    browser = next((name for mark, name in BROWSERS.items() if mark in agent), _("Navigateur"))
    system = next((name for mark, name in SYSTEMS.items() if re.search(mark, agent)), "")
    return ", ".join(filter(None, [browser, system]))


@signed_in
@require_GET
def devices(request: PersonRequest) -> HttpResponse:
    sessions = UserSession.objects.purge_and_list(request.user)
    devices = [
        {"session": one, "device": device_of(one.user_agent), "is_here": one.session_key == request.session.session_key}
        for one in sessions
    ]
    return page(request, "web/account/devices.html", {"devices": sorted(devices, key=lambda one: not one["is_here"])})


@signed_in
@require_POST
def close_device(request: PersonRequest, pk: int) -> HttpResponse:
    get_object_or_404(UserSession, pk=pk, user=request.user).end()
    messages.success(request, _("C’est fermé : cet appareil n’a plus accès à votre compte."))
    return redirect("web:devices")


@signed_in
@require_POST
def close_other_devices(request: PersonRequest) -> HttpResponse:
    for session in UserSession.objects.filter(user=request.user).exclude(session_key=request.session.session_key):
        session.end()
    messages.success(request, _("Tout est fermé, sauf ici."))
    return redirect("web:devices")
