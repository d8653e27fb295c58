"""Files of what stands around: looked at first, each bad row named, then taken as far as it is good, or not at all."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.core.access import needs
from linli.core.errors import Invalid, NotFound, TooLarge
from linli.people.forms import carry_over
from linli.people.middleware import Request
from linli.people.models import Organisation
from linli.places import uploads
from linli.riskmap.domain.importing import WHAT, Reading, Taken, read_file, take_cameras, take_shapes
from linli.riskmap.forms_cameras import FileForm, TakeCamerasForm, TakeForm

SHOWN = 200  # bad rows on the page


@needs("riskmap.change")
@never_cache
@require_http_methods(["GET", "POST"])
def import_file(request: Request) -> HttpResponse:
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        what = form.cleaned_data["what"]
        try:
            token = uploads.keep(form.cleaned_data["file"], now=timezone.now().timestamp())
        except TooLarge as told:
            form.add_error("file", str(told.message))
        else:
            try:
                read_file(uploads.kept(token), what=what)
            except Invalid as told:
                uploads.drop(token)
                carry_over(told, form)
            else:
                return redirect("riskmap:import_preview", token, what)
    context = {"form": form, "back_url": reverse("riskmap:map")}
    return render(request, "riskmap/import.html", context, status=422 if form.errors else 200)


@needs("riskmap.change")
@never_cache
@require_http_methods(["GET", "POST"])
def preview(request: Request, token: UUID, what: str) -> HttpResponse:
    """What the file holds; then all of it, the good rows, or nothing."""
    if what not in WHAT:
        raise NotFound
    reading = read_file(uploads.kept(token), what=what)
    make = TakeCamerasForm if what == "cameras" else TakeForm
    form = make(request.POST or None)
    if request.method == "POST" and form.is_valid() and (not reading.bad or "rest" in request.POST):
        try:
            taken = _take(request, reading, form.cleaned_data)
        except Invalid as told:
            carry_over(told, form)
        else:
            uploads.drop(token)
            words = _("%(added)d were put in, %(replaced)d were there and are as the file says.")
            messages.success(request, words % {"added": taken.added, "replaced": taken.replaced})
            return redirect("riskmap:map")
    context = {
        "reading": reading, "form": form, "bad": reading.bad[:SHOWN], "more": max(0, len(reading.bad) - SHOWN),
        "back_url": reverse("riskmap:import_file"),
    }  # fmt: skip
    return render(request, "riskmap/import_preview.html", context, status=422 if form.errors else 200)


def _take(request: Request, reading: Reading, given: dict[str, Any]) -> Taken:
    assert request.by.post is not None
    common = {
        "source": given["source"], "within": request.by.post.place, "by": request.by, "at": timezone.now(),
        "action": given["action"],
    }  # fmt: skip
    if reading.what != "cameras":
        return take_shapes(reading, **common)
    operator = Organisation.objects.get(pk=given["operator"])
    said = {name: given[name] for name in ("purpose", "sees", "confirms")}
    return take_cameras(reading, operator=operator, **said, **common)
