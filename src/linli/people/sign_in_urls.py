"""Addresses of django-allauth, under the names it looks for. Signing up and resetting passwords are left out."""

from allauth.account import views
from allauth.mfa.webauthn import views as passkeys
from django.urls import include, path

from linli.people.views.sign_in import add_passkey

urlpatterns = [
    path("sign-in/staff/", views.login, name="account_login"),
    path("sign-in/passkey/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("sign-in/closed/", views.account_inactive, name="account_inactive"),
    path("account/confirm/", views.reauthenticate, name="account_reauthenticate"),
    path("account/password/", views.password_change, name="account_change_password"),
    path("account/password/new/", views.password_set, name="account_set_password"),
    path("account/keys/webauthn/add/", add_passkey, name="mfa_add_webauthn"),
    path("account/keys/", include("allauth.mfa.urls")),
]
