"""The small pages: reading, language, help, legal notices, checking a document, the demo."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import check_for_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from maillage.kernel.documents import actions as documents
from maillage.kernel.notifications import actions as notifications
from maillage.kernel.notifications.models import LocalMessage
from maillage.kernel.organisations import demo as cast
from maillage.kernel.people import actions as people
from maillage.kernel.people.models import Person
from maillage.kernel.places.queries import find_communes
from maillage.web import reading as profiles
from maillage.web.doors import public, repeats_well
from maillage.web.forms import CheckCode
from maillage.web.pages import page, safe_next


@public
@require_GET
@cache_control(public=True, max_age=3600)
def communes(request: HttpRequest) -> JsonResponse:
    """Suggestions while somebody types: [code, « Rennes (35) », a postal code]."""
    words = request.GET.get("q", "")[:80]
    found = find_communes(words, at_most=8) if len(words.strip()) > 1 else []
    return JsonResponse(
        {"communes": [[one.insee, one.label, one.postcodes[0] if len(one.postcodes) == 1 else ""] for one in found]}
    )


@public
@repeats_well
@require_http_methods(["GET", "POST"])
def reading(request: HttpRequest) -> HttpResponse:
    profile = profiles.of(request)
    form = profiles.ChooseReading(request.POST or None, initial=vars(profile))
    if request.method == "POST" and form.is_valid():
        if "usual" in request.POST:
            response = redirect(request.get_full_path())
            profiles.remember(request, response, profiles.Reading())
        else:
            response = redirect(safe_next(request, request.path))
            profiles.remember(request, response, form.profile())
            messages.success(request, _("Le site se lit maintenant comme vous l’avez choisi."))
        return response
    return page(request, "web/reading.html", {"form": form, "next": safe_next(request, ""), "profile": profile})


@public
@repeats_well
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    response = redirect(safe_next(request))
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES) and check_for_language(chosen):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, chosen, max_age=2 * 365 * 24 * 3600, samesite="Lax", httponly=True,
            secure=request.is_secure(),
        )  # fmt: skip
        if request.user.is_authenticated:
            people.prefer(person=request.user, locale=chosen)
    return response


@public
@require_GET
def help_page(request: HttpRequest) -> HttpResponse:
    return page(request, "web/help.html")


@public
@require_GET
def legal(request: HttpRequest) -> HttpResponse:
    return page(request, "web/legal.html", {"operator": settings.OPERATOR, "contact": settings.OPERATOR_CONTACT})


@public
@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    return page(request, "web/accessibility.html", {"contact": settings.OPERATOR_CONTACT})


# ── Checking a document ───────────────────────────────────────────────────────────────────────
@public
@require_GET
def check(request: HttpRequest) -> HttpResponse:
    if request.GET.get("code"):
        form = CheckCode(request.GET)
        if form.is_valid():
            return redirect("web:check_document", code=form.cleaned_data["code"].replace("/", "-"))
    else:
        form = CheckCode()
    return page(request, "web/check.html", {"form": form})


@public
@require_GET
def check_document(request: HttpRequest, code: str) -> HttpResponse:
    """What anybody who holds the paper may read of it: who handed it over, when, what it sums up; never a name."""
    return page(
        request, "web/check_document.html", {"issued": documents.find(code), "code": code[:40], "form": CheckCode()}
    )


# ── Machines ──────────────────────────────────────────────────────────────────────────────────
@public
@require_GET
@cache_control(public=True, max_age=86400)
def manifest(request: HttpRequest) -> JsonResponse:
    return JsonResponse(
        {
            "name": "Maillage", "short_name": "Maillage", "lang": "fr", "start_url": "/", "display": "standalone",
            "background_color": "#fdfaf5", "theme_color": "#fdfaf5",
            "icons": [{"src": static("web/img/maillage.svg"), "sizes": "any", "type": "image/svg+xml"}],
        },
        content_type="application/manifest+json",
    )  # fmt: skip


@public
@require_GET
def health(request: HttpRequest) -> JsonResponse:
    """For a monitor: the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ok": True})


# ── The demonstration ─────────────────────────────────────────────────────────────────────────
@public
@require_http_methods(["GET", "POST"])
def demo(request: HttpRequest) -> HttpResponse:
    """« Entrer comme… »: exists in demo mode only."""
    if not settings.DEMO:
        raise Http404
    if request.method == "POST":
        key = request.POST.get("key", "")
        person = Person.objects.filter(email=cast.email_of(key), is_active=True).first() if key in cast.SAYS else None
        if person is None:
            raise Http404
        login(request, person, backend="django.contrib.auth.backends.ModelBackend")
        desks = list(person.roles.filter(ended_at=None).values_list("organisation__slug", flat=True)[:2])
        return redirect("web:desk", slug=desks[0]) if len(desks) == 1 else redirect("web:me")
    known = {person.email: person for person in Person.objects.filter(email__endswith=cast.DOMAIN)}
    shown = [(key, known[cast.email_of(key)], says) for key, says in cast.SAYS.items() if cast.email_of(key) in known]
    return page(request, "web/demo.html", {"people": shown})


@public
@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """What would have left: in the demo for everybody, elsewhere for the technical team."""
    if not (settings.DEMO or getattr(request.user, "is_staff", False)):
        raise Http404
    if settings.DEMO:  # no need to wait for the worker to see one's own message
        notifications.deliver(now=timezone.now(), at_most=50)
    return page(request, "web/outbox.html", {"told": LocalMessage.objects.all()[:50]})
