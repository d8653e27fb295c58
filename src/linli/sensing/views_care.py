"""The consent to a care check: under 'my data' for the person themselves, and on paper with the secretary."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.core.access import needs, signed_in
from linli.core.errors import Conflict, Invalid, NotFound
from linli.core.limits import limit
from linli.people.actors import Actor
from linli.people.forms import carry_over
from linli.people.middleware import Request
from linli.people.models import Account
from linli.sensing.domain.care import (
    care_device,
    consents_of,
    contacts_for,
    give_consent,
    open_consent,
    withdraw_consent,
)
from linli.sensing.enums import DeviceType
from linli.sensing.forms_care import WORDING, CodeForm, ConsentForm
from linli.sensing.models import Device
from linli.sensing.views_devices import named


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def mine(request: Request) -> HttpResponse:
    """What somebody asked for, each with its one button; and where a new one begins."""
    if request.method == "POST" and "withdraw" in request.POST:
        return _withdraw_own(request)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        limit(request, "care")
        if care_device(form.cleaned_data["code"]) is not None:
            return redirect("sensing:ask_care", form.cleaned_data["code"])
        form.add_error("code", _("No care check has this code. Look at the box again."))
    context = {"form": form, "consents": consents_of(request.account), "back_url": reverse("core:my_data")}
    return render(request, "sensing/care/mine.html", context, status=422 if form.errors else 200)


def _withdraw_own(request: Request) -> HttpResponse:
    own = {str(consent.pk): consent for consent in consents_of(request.account)}
    consent = own.get(request.POST["withdraw"])
    if consent is not None:
        withdraw_consent(consent=consent, by=Actor(account=request.account), at=timezone.now())
    messages.success(request, _("The care check has ended. The gateway is refused from now on."))
    return redirect("sensing:my_care")


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def ask_for(request: Request, code: str) -> HttpResponse:
    """The words, who is called, and the button."""
    limit(request, "care")
    device = care_device(code)
    if device is None or open_consent(device) is not None:
        raise NotFound
    by, account = Actor(account=request.account), request.account
    return _consent_page(request, device, account, by, back=reverse("sensing:my_care"), template="ask")


@needs("sensing.care")
@never_cache
@require_http_methods(["GET", "POST"])
def on_paper(request: Request, code: str) -> HttpResponse:
    """For the secretary: a consent signed on paper is kept, and one that was withdrawn by word is ended."""
    device = named(request, code)
    if device.type != DeviceType.CARE:
        raise NotFound
    back = reverse("sensing:device", args=[device.code])
    consent = open_consent(device)
    if consent is None:
        return _consent_page(request, device, None, request.by, back=back, template="paper")
    if request.method == "POST" and "withdraw" in request.POST:
        withdraw_consent(consent=consent, by=request.by, at=timezone.now())
        messages.success(request, _("The care check has ended. The gateway is refused from now on."))
        return redirect(back)
    return render(request, "sensing/care/stands.html", {"device": device, "consent": consent, "back_url": back})


def _consent_page(
    request: Request, device: Device, account: Account | None, by: Actor, *, back: str, template: str
) -> HttpResponse:
    form, status = ConsentForm(request.POST or None, posts=contacts_for(device)), 200
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            give_consent(
                device=device, account=account, contact=form.contact_post, wording=str(WORDING), ring=given["ring"],
                by=by, at=timezone.now(), action=given["action"],
            )  # fmt: skip
        except Invalid as told:
            carry_over(told, form)
        except Conflict as told:
            form.add_error(None, told.message)
            status = 409
        else:
            messages.success(request, _("The care check has begun. It can be withdrawn here at any time."))
            return redirect(back)
    context = {"form": form, "device": device, "wording": WORDING, "back_url": back}
    status = 422 if form.errors and status == 200 else status
    return render(request, f"sensing/care/{template}.html", context, status=status)
