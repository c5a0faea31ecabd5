"""What happens around every view."""

from collections.abc import Callable, Iterator
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import SimpleTemplateResponse
from django.utils import timezone

from maillage.kernel.once import actions
from maillage.kernel.once.models import Done
from maillage.kernel.places import zones
from maillage.web import place
from maillage.web.pages import is_htmx

PART = "-"  # the answer of a work that ended with a part of a page, not with an address


class Explained:
    """A blank « 405 » becomes a page that says what to do, when a person opened it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or request.method != "GET":
            return response
        from maillage.web import errors  # which reads this module

        said = errors.not_this_way(request)
        said.headers["Allow"] = response.headers.get("Allow", "")
        return said


class HourOfHere:
    """Hours are told by the clocks of where whoever asks said they are; the desk then goes by its own (`doors.desk`)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Without either cookie nobody said anything: a page that asks the database nothing still asks it nothing.
        has_said = {place.COOKIE, settings.SESSION_COOKIE_NAME} & set(request.COOKIES)
        with timezone.override(zones.zone_of(place.insee_of(request) if has_said else None)):
            return self.get_response(request)


class Once:
    """The same form, sent twice with the same words, does its work once.

    The hidden csrf token of a page is drawn anew each time the page is shown, so (token, address, words, files) names
    *one sending of one form*. Its key is written first, in the transaction of the view itself. A second sender waits
    for it, then gets the same redirect. A form shown again with its errors was not done: it may be sent again.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponseBase],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        """Comes after the csrf check and the sign-in check, so that a replay passes through the same doors."""
        key = "" if getattr(view, "repeats_well", False) else key_of(request)
        if not key:
            return None
        made: list[HttpResponseBase] = []

        def work() -> str:
            made.append(view(request, *args, **kwargs))
            return answer_of(made[0])

        answer, _ = actions.once(key, work)
        return made[0] if made else again(request, answer)


def key_of(request: HttpRequest) -> str:
    """The name of this sending; empty when nothing says that two of them are the same."""
    if request.method not in ("POST", "PUT"):
        return ""
    token = request.POST.get("csrfmiddlewaretoken", "")
    return actions.key_of(token, request.get_full_path(), *sorted(words_of(request))) if token else ""


def words_of(request: HttpRequest) -> Iterator[str]:
    for name, values in request.POST.lists():
        yield from (f"{name}={value}" for value in values)
    for name, files in request.FILES.lists():
        yield from (f"{name}@{file.name}:{file.size}" for file in files)


def answer_of(response: HttpResponseBase) -> str:
    """What to remember: where the work led, or nothing when it was not done.

    Encrypted, because the address may be somebody's secret link.
    """
    if isinstance(response, SimpleTemplateResponse):
        return ""
    if response.status_code in (301, 302, 303):
        return lock().encrypt(response["Location"].encode()).decode()
    return PART if getattr(response, "done", False) else ""


def again(request: HttpRequest, answer: str) -> HttpResponse:
    """The answer to a second sending."""
    if is_htmx(request) and answer == PART:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    if answer == PART:
        return HttpResponseRedirect(request.get_full_path())
    return HttpResponseRedirect(lock().decrypt(answer.encode()).decode())


def answered_before(request: HttpRequest) -> HttpResponse | None:
    """The answer already given to this very sending, if any: a double tap on « Me connecter » changes the token
    between its two halves, and the second half deserves better than a refusal."""
    key = key_of(request)
    done = Done.objects.filter(key=key).exclude(answer="").first() if key else None
    return again(request, done.answer) if done else None


def lock() -> Fernet:
    return Fernet(settings.FIELD_KEY)
