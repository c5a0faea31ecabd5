"""Who comes in, and what a page shows: rows as they stand, read-only unless a model says otherwise."""

from functools import update_wrapper
from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from maillage.kernel.organisations.scope import ScopedQuerySet
from maillage.web.accounts import needs_second_factor, owes_second_factor
from maillage.web.doors import View, operator
from maillage.web.pages import safe_next


class TechnicalSite(admin.AdminSite):
    """Behind the door `operator`. It has no password page, and no page for signing in of its own."""

    site_header = site_title = _("Maillage, pages techniques")
    index_title = _("Ce que cette instance a écrit")
    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Ours only: the libraries' own pages show secrets and session addresses."""
        if admin_class is not None and issubclass(admin_class, Seen):
            super().register(model_or_iterable, admin_class, **options)
            models_given: Any = [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable
            for model in models_given:
                model._meta.verbose_name_plural = admin_class.plural

    def has_permission(self, request: HttpRequest) -> bool:
        is_of_the_team = request.user.is_active and getattr(request.user, "is_staff", False)
        return bool(is_of_the_team) and not needs_second_factor(request.user) and not owes_second_factor(request)  # type: ignore[arg-type]

    def admin_view(self, view: View, cacheable: bool = False) -> View:  # type: ignore[override]
        checked = operator(view)
        return update_wrapper(checked if cacheable else never_cache(checked), view)

    @login_not_required
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Whoever has not signed in is sent to our page; for anybody else of no team, there is nothing here."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise Http404
        return redirect_to_login(safe_next(request, reverse("admin:index")), reverse("account_login"))

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # type: ignore[override]
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # type: ignore[override]
        raise Http404

    def password_change_done(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # type: ignore[override]
        raise Http404


class Seen(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable when run
    """Rows one may look at. Nothing is added, changed or erased by hand: verbs do that, and leave a fact."""

    plural: Any = ""  # Django adds an « s » to the singular, which French forgives seldom
    show_full_result_count = False  # a register of two million lines is not counted for each page
    list_per_page = 50
    actions = None

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        found = super().get_queryset(request)
        return found.across(reason="the technical team's pages") if isinstance(found, ScopedQuerySet) else found

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """Nobody types more than a few words, and SQLite refuses to look for a page of them."""
        return super().get_search_results(request, queryset, search_term[:200])

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    # Django's own journal would keep people's names: facts say who did what, without them.
    def log_addition(self, *said: Any) -> None:  # type: ignore[override]
        return None

    def log_change(self, *said: Any) -> None:  # type: ignore[override]
        return None

    def log_deletions(self, *said: Any) -> None:  # type: ignore[override]
        return None
