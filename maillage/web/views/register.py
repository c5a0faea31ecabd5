"""« C’est la nôtre »: finding an association, its line in the State's register, asking for its keys, following the answer."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from maillage.kernel.files import actions as files
from maillage.kernel.organisations import claims, queries
from maillage.kernel.organisations.models import Claim, ClaimProof, Position, RegisterEntry
from maillage.kernel.organisations.numbers import bare
from maillage.kernel.people import actions as people
from maillage.kernel.people.models import Person
from maillage.kernel.places.models import Commune
from maillage.kernel.refusal import Refused
from maillage.web import place
from maillage.web.doors import public, signed_in
from maillage.web.pages import PersonRequest, page
from maillage.web.register_forms import AskClaim, Declare, FindAssociation, LetterCode

A_PAGE, MOST_PAGES = 20, 50
MOST_STANDING = 20  # of those that stand here, before the lines of the register
STILL_TOLD = timedelta(days=30)  # a refused request stays in « Moi » as long


# ── Finding ───────────────────────────────────────────────────────────────────────────────────
@public
@require_GET
def register(request: HttpRequest) -> HttpResponse:
    """Associations by words and commune: first those that stand here, then the lines of the register."""
    is_asked = bool(request.GET.get("q", "").strip() or request.GET.get("commune", "").strip())
    form = FindAssociation(request.GET if is_asked else None)
    if not is_asked:
        here = place.of(request)
        standing = Paginator(queries.standing_near(here), A_PAGE).get_page(request.GET.get("page"))
        return page(
            request, "web/register.html",
            {"form": form, "is_asked": False, "standing": standing, "here": here, "can_find": has_register()},
            part="found",
        )  # fmt: skip
    form.is_valid()
    words, commune = form.cleaned_data.get("q", ""), form.cleaned_data.get("commune")
    response = page(
        request, "web/register.html",
        {"form": form, "is_asked": True, "words": words, "commune": commune, "can_find": has_register(),
         **found(words, commune, page_number(request), shows_nothing=bool(form.errors))},
        part="found",
    )  # fmt: skip
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def has_register() -> bool:
    return RegisterEntry.objects.exists()


def page_number(request: HttpRequest) -> int:
    asked = request.GET.get("page", "")
    return min(MOST_PAGES, max(1, int(asked))) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1


def found(words: str, commune: Commune | None, number: int, *, shows_nothing: bool) -> dict[str, Any]:
    """What answers a question; nobody counts the lines of the register, which would cost more than reading them."""
    if shows_nothing:
        return {"standing": [], "lines": []}
    standing = list(queries.standing(words, commune)[:MOST_STANDING]) if number == 1 else []
    entries = queries.find_entries(words, commune, offset=(number - 1) * A_PAGE, at_most=A_PAGE + 1)
    is_more = len(entries) > A_PAGE
    taken = claims.organisations_of(entries)
    lines = [(one, taken.get(one.pk)) for one in entries[:A_PAGE] if taken.get(one.pk) not in standing]
    return {
        "standing": standing, "lines": lines, "shown": len(standing) + len(lines), "number": number, "before": number - 1 if number > 1 else None,
        "after": number + 1 if is_more and number < MOST_PAGES else None, "is_too_much": is_more and number == MOST_PAGES,
    }  # fmt: skip


def line_of(number: str) -> RegisterEntry:
    if found := claims.entry_of(number[:20].replace("\x00", "")):
        return found
    raise Http404


@public
@require_GET
def entry(request: HttpRequest, number: str) -> HttpResponse:
    """One line of the register: of its seat, the commune only."""
    line = line_of(number)
    if line.number != number:
        return redirect("web:register_entry", number=line.number)
    standing = claims.organisation_of(line)
    mine = open_claim(request.user, line) if request.user.is_authenticated else None
    is_mine = (
        request.user.is_authenticated and standing and standing.roles.current().filter(person=request.user).exists()
    )
    response = page(
        request, "web/register_entry.html",
        {
            "entry": line, "standing": standing, "mine": mine, "is_mine": is_mine, "commune": claims.commune_of(line),
            "can_be_claimed": can_be_claimed(line), "is_removed": line.position in (Position.REMOVED, Position.RENUMBERED),
            "is_dissolved": line.position == Position.DISSOLVED,
        },
    )  # fmt: skip
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def can_be_claimed(line: RegisterEntry) -> bool:
    try:
        claims.refuse_unless_free(line)
    except Refused:
        return False
    return True


def open_claim(person: Any, line: RegisterEntry) -> Claim | None:
    return Claim.objects.filter(Claim.OPEN, person=person, entry=line).first()


# ── Asking ────────────────────────────────────────────────────────────────────────────────────
@signed_in
@require_http_methods(["GET", "POST"])
def claim_ask(request: PersonRequest, number: str) -> HttpResponse:
    """A role, a proof. Asking again changes the proof of the request that is open."""
    line, person, now = line_of(number), request.user, timezone.now()
    try:
        claims.refuse_unless_free(line)
    except Refused as no:
        messages.error(request, str(no))
        return redirect("web:register_entry", number=line.number)
    held = open_claim(person, line)
    form = AskClaim(
        request.POST or None, request.FILES or None, person=person, entry=line, held=held,
        initial={"role": held.role, "proof": held.proof} if held else {},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            made = ask(line, person, form, now)
        except Refused as no:
            form.add_error(None, str(no))
        else:
            messages.success(request, _("Votre demande est enregistrée. Voici ce qui se passe maintenant."))
            return redirect("web:claim", pk=made.pk)
    return page(request, "web/claim_ask.html", {"entry": line, "form": form, "held": held})


@transaction.atomic
def ask(line: RegisterEntry, person: Person, form: AskClaim, now: Any) -> Claim:
    said = form.cleaned_data
    say_own_name(person, said)
    document = None
    if said["proof"] == ClaimProof.DOCUMENT and (given := said["document"]):
        document = files.keep(content=given.read(), name=given.name, owner_person=person, now=now)
    return claims.claim(entry=line, person=person, role=said["role"], proof=said["proof"], document=document, now=now)


def say_own_name(person: Person, said: dict[str, Any]) -> None:
    if said.get("name"):
        people.rename(person=person, name=said["name"])


@signed_in
@require_http_methods(["GET", "POST"])
def declare(request: PersonRequest) -> HttpResponse:
    """An association that the register does not know: whoever makes it presides over it."""
    person = request.user
    searched = {name: request.GET.get(name, "").replace("\x00", "")[:250] for name in ("association", "insee")}
    form = Declare(
        request.POST or None, person=person,
        initial={"association": searched["association"], "commune": searched["insee"][:5] or place.of(request)},
    )  # fmt: skip
    alike: dict[str, Any] = {}
    known: RegisterEntry | None = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        alike = {} if said["is_another"] else those_like(said["association"], said["commune"])
        if not alike:
            try:
                with transaction.atomic():
                    say_own_name(person, said)
                    made = claims.declare(
                        person=person, name=said["association"], commune=said["commune"], purpose=said["purpose"],
                        legal_form=said["legal_form"], rna_number=bare(said["rna_number"]), now=timezone.now(),
                    )  # fmt: skip
            except claims.IsInTheRegister as no:
                known = no.entry
                form.add_error("rna_number", str(no))
            except Refused as no:
                form.add_error(None, str(no))
            else:
                messages.success(
                    request, _("« {name} » est sur Maillage, et vous en avez la présidence.").format(name=made)
                )
                return redirect("web:desk", slug=made.slug)
    return page(request, "web/declare.html", {"form": form, "alike": alike, "known": known})


def those_like(name: str, commune: Commune) -> dict[str, list[Any]]:
    """Those of the commune whose name says every word of this one."""
    standing = queries.find_organisations(name, commune, at_most=3)
    entries = queries.find_entries(name, commune, at_most=4)
    taken = claims.organisations_of(entries)
    lines = [one for one in entries if one.pk not in taken and one.position == Position.ACTIVE]
    return {"standing": standing, "lines": lines} if standing or lines else {}


# ── Following ─────────────────────────────────────────────────────────────────────────────────
def claim_told(request: PersonRequest, pk: int) -> Claim:
    return get_object_or_404(
        Claim.objects.select_related("entry", "organisation", "document"), pk=pk, person=request.user
    )


@signed_in
@require_GET
def claim(request: PersonRequest, pk: int) -> HttpResponse:
    return claim_page(request, claim_told(request, pk), LetterCode())


def claim_page(request: PersonRequest, told: Claim, form: LetterCode) -> HttpResponse:
    """Where it stands, what comes next, and what I can do."""
    read = claims.readings(told).first() if told.document_id else None
    return page(
        request, "web/claim.html",
        {
            "claim": told, "form": form, "read_at": read.at if read else None,
            "code_until": told.letter_posted_at + claims.CODE_LASTS if told.letter_posted_at else None,
            "tries_left": claims.CODE_TRIES - told.code_tries, "can_ask_again": can_be_claimed(told.entry),
        },
    )  # fmt: skip


@signed_in
@require_POST
def claim_code(request: PersonRequest, pk: int) -> HttpResponse:
    told = claim_told(request, pk)
    form = LetterCode(request.POST)
    if form.is_valid():
        try:
            told = claims.prove_by_code(
                claim=told, person=request.user, code=form.cleaned_data["code"], now=timezone.now()
            )
        except Refused as no:
            form.add_error("code", str(no))
            told = claim_told(request, pk)
        else:
            messages.success(request, _("C’est le bon code : « {name} » est à vous.").format(name=told.organisation))
            return redirect("web:desk", slug=told.organisation.slug)  # type: ignore[union-attr]
    return claim_page(request, told, form)


@signed_in
@require_POST
def claim_withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    told = claim_told(request, pk)
    try:
        claims.withdraw_claim(claim=told, person=request.user, now=timezone.now())
    except Refused as no:
        messages.error(request, str(no))
        return redirect("web:claim", pk=pk)
    messages.success(request, _("Votre demande est retirée, et votre document détruit s’il y en avait un."))
    return redirect("web:me")


def my_claims(request: HttpRequest, person: Person) -> dict[str, Any] | None:
    """The panel of « Moi »: what is open, and a refusal as long as it is fresh."""
    mine = [
        one
        for one in person.claims.select_related("entry", "organisation").order_by("-asked_at")[:20]
        if one.decided_at is None or (one.stage == "refused" and one.decided_at > timezone.now() - STILL_TOLD)
    ]
    return {"claims": mine} if mine else None
