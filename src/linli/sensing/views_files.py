"""The register sent out as a file, and taken in from one after a look at what it would do."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from linli.core.access import needs
from linli.core.errors import Invalid, TooLarge
from linli.people.middleware import Request
from linli.places import uploads
from linli.sensing.domain.device_files import devices_csv, read_devices, take_devices
from linli.sensing.forms_devices import TakeFileForm
from linli.sensing.views_devices import reach

SHOWN = 200  # bad rows on the page


@needs("sensing.register")
@require_safe
def export(request: Request) -> HttpResponseBase:
    """Every device that the post may change, without the care check, which tells who asked for it."""
    lines = devices_csv(below=reach(request), care=False)
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="devices.csv"'
    return response


@needs("sensing.register")
@never_cache
@require_http_methods(["GET", "POST"])
def import_file(request: Request) -> HttpResponse:
    form = TakeFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        token = uploads.keep(form.cleaned_data["file"], now=timezone.now().timestamp())
        try:
            read_devices(uploads.kept(token), below=reach(request))
        except (Invalid, TooLarge) as told:
            uploads.drop(token)
            form.add_error("file", str(getattr(told, "fields", {}).get("file", told.message)))
        else:
            return redirect("sensing:import_preview", token)
    context = {
        "form": form, "back_url": reverse("sensing:devices"), "heading": _("Take in a file of devices"),
        "button": _("Check the file"), "lead": _("A device whose code is known is changed; the others are put in."),
    }  # fmt: skip
    return render(request, "sensing/devices/form.html", context, status=422 if form.errors else 200)


@needs("sensing.register")
@never_cache
@require_http_methods(["GET", "POST"])
def preview(request: Request, token: UUID) -> HttpResponse:
    """What the file would do; then all of it, or the good rows, or nothing."""
    reading = read_devices(uploads.kept(token), below=reach(request))
    late: list[object] = []
    if request.method == "POST" and (not reading.bad or "rest" in request.POST):
        taken = take_devices(reading, by=request.by, at=timezone.now())
        if not taken.late:
            uploads.drop(token)
            words = _("%(added)d devices were put in and %(changed)d changed.")
            messages.success(request, words % {"added": taken.added, "changed": taken.changed})
            return redirect("sensing:devices")
        late = list(taken.late)
        reading = read_devices(uploads.kept(token), below=reach(request))
    context = {"reading": reading, "bad": [*late, *reading.bad][:SHOWN], "token": token}
    return render(request, "sensing/devices/preview.html", context, status=409 if late else 200)
