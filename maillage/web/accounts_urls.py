"""The pages of the sign-in library that we want, under French addresses; those with passwords do not exist here."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.urls import path
from django.views.generic import RedirectView

from maillage.web.doors import fresh, public, signed_in
from maillage.web.views.account import (
    AskCode,
    SetUpSecondFactor,
    TypeCode,
    reauthenticate,
    recovery_codes,
    show_second_factor,
)

enter = public(AskCode.as_view())

urlpatterns = [
    path("entrer/", enter, name="account_login"),
    path("entrer/", enter, name="account_request_login_code"),
    path(
        "inscription/",
        public(RedirectView.as_view(pattern_name="account_login", query_string=True)),
        name="account_signup",
    ),
    path("code/", public(TypeCode.as_view()), name="account_confirm_login_code"),
    path("code-adresse/", public(account.email_verification_sent), name="account_email_verification_sent"),
    path("sortir/", public(account.logout), name="account_logout"),
    path("suspendu/", public(account.account_inactive), name="account_inactive"),
    path("confirmer/", reauthenticate, name="account_reauthenticate"),
    path("adresse/", fresh(account.email), name="account_email"),
    path("appareils/", signed_in(RedirectView.as_view(pattern_name="web:devices")), name="usersessions_list"),
    path("double-code/", signed_in(mfa.index), name="mfa_index"),
    path("double-code/entrer/", public(mfa.authenticate), name="mfa_authenticate"),
    path("double-code/confirmer/", show_second_factor, name="mfa_reauthenticate"),
    path("double-code/activer/", fresh(SetUpSecondFactor.as_view()), name="mfa_activate_totp"),
    path("double-code/retirer/", signed_in(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("double-code/secours/", recovery_codes, name="mfa_view_recovery_codes"),
    path("double-code/secours/refaire/", signed_in(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("double-code/secours/fichier/", signed_in(codes.download_recovery_codes), name="mfa_download_recovery_codes"),
]
