"""The public register of devices: the list with its map, one device at the address on its label, and the labels."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_POST, require_safe

from linli.cases.draft import Draft
from linli.core.access import needs, public
from linli.people.middleware import Request
from linli.places.domain.queries import full_title, governed_path
from linli.sensing.device_words import STATES, basis_words
from linli.sensing.domain import device_queries as queries
from linli.sensing.forms_devices import LabelsForm, PublicFilters
from linli.sensing.models import Device
from linli.sensing.views_devices import estates_below, reach

FRESH = 300  # seconds for which a browser may keep the map's points
LABELS_MOST = 240
OBJECTION = "other"  # the class of case that takes an objection


@public
@require_safe
def register(request: Request) -> HttpResponse:
    """Which devices stand where the public goes, by estate and type."""
    form = PublicFilters(request.GET, estates=estates_below(governed_path()))
    estate, kind = form.chosen("estate"), form.chosen("type")
    found = queries.public_list(estate=estate, type=kind, after=request.GET.get("after", ""))
    narrowed = {name: value for name, value in (("estate", estate), ("type", kind)) if value}
    address = reverse("sensing:public_map")
    context = {
        "filters": form, "found": found, "page": {"next": found.after, "previous": None}, "is_narrowed": narrowed,
        "features_url": f"{address}?{urlencode(narrowed)}" if narrowed else address,
    }  # fmt: skip
    return render(request, "sensing/devices/public.html", context)


@public
@require_safe
@conditional_page
def register_map(request: Request) -> HttpResponse:
    form = PublicFilters(request.GET, estates=estates_below(governed_path()))
    points = queries.public_geojson(estate=form.chosen("estate"), type=form.chosen("type"))
    response = HttpResponse(points, content_type="application/geo+json")
    patch_cache_control(response, private=True, max_age=FRESH)
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response


@public
@require_safe
def public_device(request: Request, code: str) -> HttpResponse:
    """What anybody may read of one device: the page that the code on its label opens."""
    device = queries.public_device(code)
    context = {
        "device": device, "place": full_title(device.place), "state": STATES[device.status],
        "basis": basis_words(device.basis),
    }  # fmt: skip
    return render(request, "sensing/devices/public_device.html", context)


@public
@require_safe
def public_point(request: Request, code: str) -> HttpResponse:
    found = queries.device_geojson(queries.public_device(code))
    return HttpResponse(found, content_type="application/geo+json")


@public
@require_POST
def object_to(request: Request, code: str) -> HttpResponse:
    """An objection is a report like any other: what it is about and where is filled in, the reasons are asked for."""
    device = queries.public_device(code)
    draft = Draft.of(request.session)
    draft.klass = OBJECTION
    draft.set_where(place=device.place.path)
    words = _("I object to device %(code)s (%(type)s). My reasons: ") % {
        "code": device.code, "type": device.get_type_display(),
    }  # fmt: skip
    if device.code not in draft.text:
        draft.text = "\n".join(part for part in (draft.text, words) if part)
    draft.keep(request.session)
    return redirect("cases:report_text")


@dataclass(frozen=True)
class Label:
    """What stands on one label."""

    device: Device
    place: str
    address: str


@needs("sensing.see")
@require_safe
def labels(request: Request) -> HttpResponse:
    """A sheet of labels for the printer: code, what it may see, the address of its page, how to object."""
    below = reach(request)
    form = LabelsForm(request.GET, estates=estates_below(below))
    found = queries.public_devices().filter(place__path__gte=below, place__path__lt=below + "~")
    if codes := form.chosen("codes").split():
        found = found.filter(code__in=codes)
    if place := form.chosen("place"):
        found = found.filter(place__path__gte=place, place__path__lt=place + "~")
    if kind := form.chosen("type"):
        found = found.filter(type=kind)
    asked = bool(request.GET)
    rows = list(found.select_related("place", "operator")[: LABELS_MOST + 1]) if asked else []
    context = {
        "filters": form, "asked": asked, "more": len(rows) > LABELS_MOST,
        "labels": [_label(device) for device in rows[:LABELS_MOST]],
    }  # fmt: skip
    return render(request, "sensing/devices/labels.html", context)


def _label(device: Device) -> Label:
    address = settings.ADDRESS + reverse("sensing:public_device", args=[device.code])
    return Label(device, full_title(device.place), address)
