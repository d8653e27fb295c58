"""'My data': see, take along, correct, have deleted, and who looked."""

from typing import Any, cast

from django import forms
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from linli.core import catalogue, keyset, mydata
from linli.core.access import signed_in
from linli.core.errors import NotFound
from linli.core.forms import KitForm, posted
from linli.core.models import DataRequest, ViewLog


class EraseForm(KitForm):
    sure = forms.BooleanField(
        label=_("Yes, delete it"), error_messages={"required": _("Tick the box if you want it deleted.")}
    )


@signed_in
@require_GET
def my_data(request: HttpRequest) -> HttpResponse:
    """Everything that is kept about the reader, and what became of their wishes."""
    account = cast("Any", request.user)
    kept = [(part, part.rows(account)) for part in mydata.parts()]
    parts = [{"part": part, "things": things} for part, things in kept]
    empty = [part.title for part, things in kept if not things]
    titles = {part.name: part.title for part in mydata.parts()}
    asked = [
        {"request": row, "title": titles.get(row.part, row.part)}
        for row in DataRequest.objects.filter(account=account).order_by("-id")[:20]
    ]
    return render(request, "core/pages/my_data.html", {"parts": parts, "empty": empty, "asked": asked})


@signed_in
@require_GET
def take_along(request: HttpRequest) -> HttpResponseBase:
    """The same as a JSON file."""
    return _saved(HttpResponse(mydata.take_along(request.user), content_type="application/json"), "my-data.json")


@signed_in
@require_GET
def take_all_along(request: HttpRequest) -> HttpResponseBase:
    """The same with its photos and documents, as a ZIP archive."""
    pieces = mydata.take_all_along(request.user)
    return _saved(StreamingHttpResponse(pieces, content_type="application/zip"), "my-data.zip")


def _saved(response: HttpResponseBase, name: str) -> HttpResponseBase:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


@signed_in
def correct(request: HttpRequest, name: str) -> HttpResponse:
    part = mydata.find_part(name)
    if part.form is None:
        raise NotFound
    held = part.export(request.user)
    form = part.form(posted(request), initial=held if isinstance(held, dict) else {})
    if request.method == "POST" and form.is_valid():
        mydata.correct_data(part=part, values=form.cleaned_data, account=request.user, at=timezone.now())
        return redirect("core:my_data")
    context = {"form": form, "part": part, "back_url": "/my-data/"}
    return render(request, "core/pages/correct.html", context, status=422 if form.errors else 200)


@signed_in
def erase(request: HttpRequest, name: str) -> HttpResponse:
    """Ask once more, delete, and show the reason where it may not be deleted."""
    part = mydata.find_part(name)
    if part.erase is None:
        raise NotFound
    form = EraseForm(posted(request))
    context = {"form": form, "part": part, "back_url": "/my-data/", "grave": True}
    if request.method == "POST" and form.is_valid():
        reason = mydata.erase_data(part=part, account=request.user, at=timezone.now())
        if not reason:
            return redirect("core:my_data")
        return render(request, "core/pages/not_erased.html", {"part": part, "reason": reason})
    return render(request, "core/pages/erase.html", context, status=422 if form.errors else 200)


@signed_in
@require_GET
def views(request: HttpRequest) -> HttpResponse:
    """Who opened a sealed field of the reader, when and why: by post, for people act in posts."""
    page = keyset.newest(ViewLog.objects.filter(subject=cast("Any", request.user)), request.GET)
    rows = [{"view": row, "field": catalogue.title_of(row.field)} for row in page.rows]
    return render(request, "core/pages/views.html", {"page": page, "rows": rows})
