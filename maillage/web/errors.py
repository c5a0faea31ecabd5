"""Pages for when something goes wrong: what happened, and what to do now. They ask nothing of the database."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from maillage.web import reading
from maillage.web.middleware import answered_before


def _page(request: HttpRequest, status: int, **words: Any) -> HttpResponse:
    context = {"status": status, "reading": reading.from_cookie(request), **words}
    return HttpResponse(render_to_string("web/error.html", context), status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(
        request,
        400,
        title=_("Nous n’avons pas compris cette demande"),
        sentences=[
            _("Quelque chose manquait, ou était trop gros, dans ce que le navigateur a envoyé."),
            _("Revenez à la page d’avant et recommencez. Rien n’a été enregistré."),
        ],
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    said = str(exception) if exception.args else ""
    return _page(
        request,
        403,
        title=_("Cette page ne vous est pas ouverte"),
        sentences=[
            said or _("Elle est réservée à d’autres rôles."),
            _("Si vous pensez que c’est une erreur, parlez-en à la personne qui préside l’association."),
        ],
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(
        request,
        404,
        title=_("Cette page n’existe pas, ou plus"),
        sentences=[
            _("L’adresse est peut-être incomplète, ou la page a été retirée."),
            _("Si un lien d’un message vous a mené ici, il a pu expirer : demandez-en un nouveau."),
        ],
    )


def not_this_way(request: HttpRequest) -> HttpResponse:
    """An address that only a form leads to, opened as a page: after signing in on the way, or from a bookmark."""
    return _page(
        request,
        405,
        title=_("Cette adresse ne s’ouvre pas comme une page"),
        sentences=[
            _("Elle sert à un bouton. Rien n’a été enregistré."),
            _("Revenez à la page d’avant, rechargez-la, puis appuyez de nouveau sur le bouton."),
        ],
    )


def too_many(request: HttpRequest) -> HttpResponse:
    """The limits of the sign-in pages."""
    return _page(
        request,
        429,
        title=_("Nous faisons une pause, par sécurité"),
        sentences=[
            _("Il y a eu beaucoup de demandes en peu de temps. Attendez une minute, puis recommencez."),
            _("Si vous attendez un code, il est peut-être déjà arrivé : regardez aussi dans les indésirables."),
        ],
    )


def server_error(request: HttpRequest) -> HttpResponse:
    return _page(
        request,
        500,
        title=_("Quelque chose s’est cassé de notre côté"),
        sentences=[
            _("Ce n’est pas votre faute. Ce que vous veniez d’envoyer n’a peut-être pas été enregistré."),
            _("Attendez une minute, puis recommencez."),
        ],
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form older than the sign-in, or sent from elsewhere; a second tap gets the answer of the first."""
    if answer := answered_before(request):
        return answer
    return _page(
        request,
        403,
        title=_("Cette page était ouverte depuis trop longtemps"),
        sentences=[
            _("Par sécurité, nous n’avons rien enregistré."),
            _("Revenez à la page d’avant, rechargez-la, puis recommencez."),
            _("Si cela continue, votre navigateur refuse peut-être les cookies de ce site."),
        ],
    )
