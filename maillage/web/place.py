"""« Où êtes-vous ? »: the commune a person chose, kept in their browser and, when signed in, on their row."""

from django.core import signing
from django.http import HttpRequest, HttpResponse

from maillage.kernel.people import actions as people
from maillage.kernel.places.models import Commune

COOKIE = "ici"
SALT = "web.place"
SIX_MONTHS = 182 * 24 * 3600


def of(request: HttpRequest) -> Commune | None:
    """Where whoever asks said they are; signed, so that nobody else can put words there."""
    insee = insee_of(request)
    return Commune.objects.filter(insee=insee).first() if insee else None


def insee_of(request: HttpRequest) -> str | None:
    try:
        insee = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT)
    except signing.BadSignature:
        insee = None
    if insee is None and request.user.is_authenticated:
        insee = request.user.commune_id
    return insee if isinstance(insee, str) else None


def remember(request: HttpRequest, response: HttpResponse, commune: Commune | None) -> None:
    """Keep the commune in this browser; on the person's row the first time they say it."""
    if commune is None:
        response.delete_cookie(COOKIE)
        return
    response.set_cookie(
        COOKIE,
        signing.dumps(commune.insee, salt=SALT),
        max_age=SIX_MONTHS,
        samesite="Lax",
        httponly=True,
        secure=request.is_secure(),
    )
    if request.user.is_authenticated and request.user.commune_id is None:
        people.prefer(person=request.user, commune=commune)
