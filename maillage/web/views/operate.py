"""What waits for the people who run this instance: requests for the keys of an association, documents, letters."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from maillage.kernel.documents.actions import make_pdf
from maillage.kernel.files import actions as files
from maillage.kernel.organisations import claims
from maillage.kernel.organisations.models import Claim, Organisation, Role
from maillage.kernel.people.models import Person
from maillage.kernel.refusal import Refused
from maillage.web import letters
from maillage.web.doors import operator
from maillage.web.pages import PersonRequest, page
from maillage.web.register_forms import Answer

ANSWERED_FOR = timedelta(days=30)


@operator
@require_GET
def operate(request: PersonRequest) -> HttpResponse:
    """Documents to read, letters to post, letters on their way; then what was answered lately."""
    waiting = list(claims.open_claims())
    now = timezone.now()
    answered = Claim.objects.filter(decided_at__gt=now - ANSWERED_FOR).select_related("entry", "person", "decided_by")
    unproven = Organisation.objects.exclude(claims__is_accepted=True).filter(
        closed_at=None, made_at__gt=now - ANSWERED_FOR
    )
    return page(
        request, "web/operate.html",
        {
            "to_read": [one for one in waiting if one.stage == "to_read"],
            "to_post": [one for one in waiting if one.stage == "to_post"],
            "posted": [one for one in waiting if one.stage == "posted"],
            "answered": answered.order_by("-decided_at")[:30],
            "unproven": unproven.select_related("commune").order_by("-made_at")[:30],
        },
    )  # fmt: skip


def waiting(request: HttpRequest, person: Person) -> dict[str, Any] | None:
    """The panel of « Moi » for the technical team."""
    return {"number": claims.open_claims().count()} if person.is_staff else None


def claim_of(pk: int) -> Claim:
    every = Claim.objects.select_related("entry", "person", "document", "organisation", "decided_by")
    return get_object_or_404(every, pk=pk)


@operator
@require_GET
def operate_claim(request: PersonRequest, pk: int) -> HttpResponse:
    return claim_page(request, claim_of(pk), Answer())


def claim_page(request: PersonRequest, claim: Claim, form: Answer) -> HttpResponse:
    """All there is to judge by: who asks, what the register says, the proof."""
    refusal = ""
    if claim.decided_at is None:
        try:
            claims.refuse_unless_free(claim.entry)
        except Refused as no:
            refusal = str(no)
    others = claim.entry.claims.exclude(pk=claim.pk)
    return page(
        request, "web/operate_claim.html",
        {
            "claim": claim, "entry": claim.entry, "form": form, "refusal": refusal,
            "others": others.filter(decided_at=None).select_related("person"),
            "refused_before": others.filter(person=claim.person, is_accepted=False).order_by("-decided_at"),
            "readings": claims.readings(claim).select_related("by") if claim.document else [],
            "is_proven": claim.person.emailaddress_set.filter(email=claim.person.email, verified=True).exists(),
            "can_be_written_to": claims.can_be_written_to(claim.entry),
        },
    )  # fmt: skip


@operator
@require_GET
@never_cache
def document(request: PersonRequest, pk: int) -> HttpResponse:
    """The document in the clear. That it was opened is written, and told to whoever sent it."""
    claim = claim_of(pk)
    if claim.document is None:
        messages.error(request, _("Il n’y a plus de document : il est détruit dès que la demande a sa réponse."))
        return redirect("web:operate_claim", pk=pk)
    try:
        content = files.read(claim.document)
    except Refused as no:
        messages.error(request, str(no))
        return redirect("web:operate_claim", pk=pk)
    claims.note_reading(claim=claim, by=request.user, now=timezone.now())
    return shown(content, claim.document.name, claim.document.mime)


def shown(content: bytes, name: str, mime: str) -> HttpResponse:
    disposition = content_disposition_header(False, name) or "inline"
    return HttpResponse(content, content_type=mime, headers={"Content-Disposition": disposition})


# ── The letter ────────────────────────────────────────────────────────────────────────────────
@operator
@require_POST
def make_letter(request: PersonRequest, pk: int) -> HttpResponse:
    try:
        claims.make_letter(claim=claim_of(pk), by=request.user, now=timezone.now())
    except Refused as no:
        messages.error(request, str(no))
    else:
        messages.success(
            request, _("Le courrier est prêt, avec un nouveau code. Imprimez-le, puis dites quand il est posté.")
        )
    return redirect("web:operate_claim", pk=pk)


@operator
@require_GET
@never_cache
def letter(request: PersonRequest, pk: int) -> HttpResponse:
    """The letter to print, with its code, for an envelope with a window."""
    claim = claim_of(pk)
    if claim.decided_at or claim.letter_made_at is None:
        messages.error(request, str(claims.IsDecided() if claim.decided_at else claims.LetterIsNotPrinted()))
        return redirect("web:operate_claim", pk=pk)
    content = make_pdf(letters.CLAIM, letters.of_claim(claim))
    return shown(content, f"courrier-{claim.pk}.pdf", "application/pdf")


@operator
@require_POST
def post_letter(request: PersonRequest, pk: int) -> HttpResponse:
    try:
        claims.post_letter(claim=claim_of(pk), by=request.user, now=timezone.now())
    except Refused as no:
        messages.error(request, str(no))
    else:
        messages.success(request, _("C’est noté : la personne reçoit un message qui lui dit d’attendre le courrier."))
    return redirect("web:operate_claim", pk=pk)


# ── The answer ────────────────────────────────────────────────────────────────────────────────
@operator
@require_POST
def accept(request: PersonRequest, pk: int) -> HttpResponse:
    try:
        claim = claims.decide_claim(claim=claim_of(pk), by=request.user, accepted=True, reason="", now=timezone.now())
    except Refused as no:
        messages.error(request, str(no))
        return redirect("web:operate_claim", pk=pk)
    messages.success(
        request,
        _("C’est accepté : {person} a les clés de « {name} », et le document est détruit.").format(
            person=claim.person, name=claim.organisation
        ),
    )
    return redirect("web:operate")


@operator
@require_POST
def refuse(request: PersonRequest, pk: int) -> HttpResponse:
    claim, form = claim_of(pk), Answer(request.POST)
    if form.is_valid():
        try:
            claims.decide_claim(
                claim=claim, by=request.user, accepted=False, reason=form.cleaned_data["reason"], now=timezone.now()
            )
        except claims.ReasonIsMissing as no:
            form.add_error("reason", str(no))
        except Refused as no:
            messages.error(request, str(no))
            return redirect("web:operate_claim", pk=pk)
        else:
            messages.success(request, _("C’est refusé : la personne reçoit votre raison, et le document est détruit."))
            return redirect("web:operate")
    return claim_page(request, claim, form)


# ── Declared without proof ────────────────────────────────────────────────────────────────────
@operator
@require_http_methods(["GET", "POST"])
def close(request: PersonRequest, slug: str) -> HttpResponse:
    """Close what somebody declared here and cannot prove; a reason is said, and read."""
    organisation = get_object_or_404(Organisation, slug=slug, closed_at=None)
    form = Answer(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            claims.close_declared(organisation=organisation, by=request.user, now=timezone.now(), **form.cleaned_data)
        except Refused as no:
            form.add_error("reason", str(no))
        else:
            messages.success(
                request, _("C’est fermé : ses missions sont annulées, et les personnes concernées prévenues.")
            )
            return redirect("web:operate")
    held = Role.objects.current().filter(organisation=organisation).select_related("person").order_by("since_at")
    return page(request, "web/operate_close.html", {"organisation": organisation, "held": held, "form": form})
