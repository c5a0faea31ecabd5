"""The desk: the people who sign up here, what each gave, and the attestation that says it."""

from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from maillage.engage.volunteering import actions, attestation, queries
from maillage.engage.volunteering.forms.desk import Correct, Period
from maillage.engage.volunteering.models import Hours, Presence, SignUp
from maillage.engage.volunteering.views.desk_frame import may, show
from maillage.engage.volunteering.views.papers import paper
from maillage.kernel.consent.models import Consent
from maillage.kernel.documents import actions as documents
from maillage.kernel.organisations import actions as organisations
from maillage.kernel.organisations.models import Contact, Organisation
from maillage.kernel.refusal import Refused
from maillage.web.doors import desk
from maillage.web.pages import PersonRequest
from maillage.web.templatetags.web import phone as as_dialled


@desk("see_people")
@require_GET
def desk_people(request: PersonRequest, organisation: Organisation) -> HttpResponse:
    """Who signed up here, by name; a few letters of a name, a mail or a number find somebody."""
    words = request.GET.get("q", "").strip()[:80]
    contacts = queries.volunteers(organisation)
    if words:
        contacts = contacts.filter(pk__in=queries.named_like(contacts, words))
    page = Paginator(contacts, 50).get_page(request.GET.get("page"))
    return show(request, "people.html", {"page": page, "words": words, "total": page.paginator.count})


def found(request: PersonRequest, organisation: Organisation, pk: int) -> Contact:
    """Somebody who signed up here; whom we only help is seen by those who may see who is helped."""
    contacts = Contact.objects.of(organisation).named().select_related("person", "organisation__commune")
    if not may(request, "see_helped"):
        contacts = contacts.filter(pk__in=SignUp.objects.of(organisation).values("contact"))
    return get_object_or_404(contacts, pk=pk)


@desk("see_people")
@require_GET
def desk_person(request: PersonRequest, pk: int, organisation: Organisation) -> HttpResponse:
    return person_page(request, found(request, organisation, pk))


def person_page(request: PersonRequest, contact: Contact, period: Period | None = None) -> HttpResponse:
    """Somebody's thread here: what comes, what was done, what was counted, what was handed over, what they agreed to."""
    organisation, now = contact.organisation, timezone.now()
    sign_ups = SignUp.objects.of(organisation).filter(contact=contact).select_related("shift__mission__organisation")
    counted = Hours.objects.of(organisation).filter(contact=contact)
    by_year = counted.values("on__year").annotate(minutes=Sum("minutes")).filter(minutes__gt=0).order_by("-on__year")
    year = localdate().year
    consents = (
        Consent.objects.of(organisation).filter(contact=contact).select_related("recorded_by").order_by("-given_at")
    )
    if not may(request, "see_helped"):
        consents = consents.exclude(purpose="spoken_for")
    return show(
        request, "person.html",
        {
            "contact": contact,
            "coming": sign_ups.holding().filter(shift__ends_at__gt=now, shift__cancelled_at=None).order_by("shift__starts_at"),
            "past": sign_ups.filter(shift__ends_at__lte=now).order_by("-shift__starts_at")[:50],
            "times": sign_ups.filter(presence=Presence.CAME).count(),
            "hours": counted.standing()
            .select_related("sign_up__shift__mission", "signature").order_by("-on", "-pk")[:100],
            "by_year": [
                (row["on__year"], row["minutes"], date(row["on__year"], 1, 1), min(date(row["on__year"], 12, 31), localdate()))
                for row in by_year
            ],
            "total": counted.get_minutes(),
            "attestations": attestation.handed_over(organisation, contact),
            "consents": consents,
            "period": period or Period(initial={"since_on": date(year, 1, 1), "until_on": localdate()}),
        },
    )  # fmt: skip


@desk("see_people")
@require_http_methods(["GET", "POST"])
def desk_person_edit(request: PersonRequest, pk: int, organisation: Organisation) -> HttpResponse:
    """Put right what was written of somebody; who has an account does it themself."""
    contact = found(request, organisation, pk)
    form = Correct(
        request.POST or None, initial={"name": contact.name, "email": contact.email, "phone": as_dialled(contact.phone)}
    )
    if request.method == "POST" and form.is_valid():
        try:
            organisations.correct_contact(contact=contact, by=request.user, now=timezone.now(), **form.cleaned_data)
        except Refused as no:
            form.add_error(None, str(no))
        else:
            messages.success(request, _("La fiche est corrigée."))
            return redirect("volunteering:desk_person", slug=organisation.slug, pk=pk)
    return show(request, "person_edit.html", {"contact": contact, "form": form})


@desk("sign_hours")
@require_POST
def desk_attest(request: PersonRequest, pk: int, organisation: Organisation) -> HttpResponse:
    """Deliver an attestation; the document is kept, and waits on the person's page."""
    contact, form = found(request, organisation, pk), Period(request.POST)
    if form.is_valid():
        try:
            issued = actions.attest(
                organisation=organisation, contact=contact, by=request.user, now=timezone.now(), **form.cleaned_data
            )
        except Refused as no:
            form.add_error(None, str(no))
        else:
            messages.success(request, _("L’attestation est prête, sous le code {code}.").format(code=issued.code))
            return redirect(papers_of(contact))
    return person_page(request, contact, form)


def papers_of(contact: Contact) -> str:
    address = reverse("volunteering:desk_person", args=[contact.organisation.slug, contact.pk])
    return f"{address}#attestations"


@desk("see_people")
@require_GET
def desk_attestation(request: PersonRequest, pk: int, issued: int, organisation: Organisation) -> HttpResponse:
    """The very bytes that were handed over."""
    return paper(attestation.paper_of(found(request, organisation, pk), issued))


@desk("sign_hours")
@require_POST
def desk_attestation_withdraw(request: PersonRequest, pk: int, issued: int, organisation: Organisation) -> HttpResponse:
    """Say that an attestation no longer holds: whoever checks its code reads it."""
    contact = found(request, organisation, pk)
    documents.withdraw(issued=attestation.paper_of(contact, issued), by=request.user, now=timezone.now())
    messages.success(request, _("L’attestation est retirée : qui vérifie son code le lira."))
    return redirect(papers_of(contact))
