"""The tree for staff, the map and the choice by list for everybody, the exchange of files for who manages places."""

import time
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_GET, require_http_methods

from linli.core import acts, tables
from linli.core.access import needs, public
from linli.core.errors import Invalid
from linli.places import uploads
from linli.places.domain import queries
from linli.places.domain.aliases import NAMED
from linli.places.domain.editing import kinds_in
from linli.places.domain.export import export_places
from linli.places.domain.intake import Reading, read_places, take_places
from linli.places.domain.map import map_etag, map_features, map_mark, read_box, read_kinds
from linli.places.forms import ImportForm, PlaceSelect
from linli.places.models import Kind

GEOJSON = "application/geo+json"
SHOWN_BAD = 500  # rows of the page; the downloaded report has them all

# What the map of a place shows: what lies in it, not too fine.
DRAWN = {
    Kind.DISTRICT: "estate",
    Kind.SUBDISTRICT: "estate",
    Kind.AREA: "estate,building,cell",
    Kind.COMMITTEE: "estate,building,cell,lane",
}
DRAWN_CLOSE = "estate,building,entrance,lane"


@needs("people.staff")
@require_GET
def tree(request: HttpRequest) -> HttpResponse:
    """The whole tree down to the estates, and a search by name."""
    text = request.GET.get("q", "")
    found = [(place, queries.full_title(place)) for place in queries.find_places(text, limit=20)]
    context = {
        "districts": queries.overview(),
        "text": text,
        "found": found,
        "manages": request.user.has_perm("places.manage"),
    }
    return render(request, "places/tree.html", context)


@needs("people.staff")
@require_GET
def place(request: HttpRequest, path: str) -> HttpResponse:
    page = queries.place_page(path)
    drawn = {"kinds": DRAWN.get(Kind(page.place.kind), DRAWN_CLOSE), "below": _map_root(page)}
    context = {"page": page, "map_url": f"{reverse('places:map')}?{urlencode(drawn)}"}
    context["manages"] = page.place.retired_at is None and request.user.has_perm("places.manage")
    context["takes_in"] = bool(kinds_in(page.place))
    if page.place.kind in NAMED and request.user.has_perm("places.names"):
        context["names_url"] = reverse("places:names", args=[path])
    if drawn["below"] != path:
        context["mark_url"] = reverse("places:mark", args=[path])
    return render(request, "places/place.html", context)


def _map_root(page: queries.PlacePage) -> str:
    """The estate for what lies in it, the committee for a cell, otherwise the place itself."""
    for above in page.above:
        if above.kind == Kind.ESTATE or (above.kind == Kind.COMMITTEE and page.place.kind == Kind.CELL):
            return above.path
    return page.place.path


@needs("people.staff")
@require_GET
def mark(request: HttpRequest, path: str) -> HttpResponse:
    """The point of one place, to mark it among its neighbours on the map of its page."""
    return HttpResponse(map_mark(queries.place_page(path).place), content_type=GEOJSON)


def _below(request: HttpRequest) -> str:
    """The path below which is drawn: the one asked for, otherwise the office's."""
    below = request.GET.get("below", "")
    if below and not (below.isascii() and below.isalnum()):
        raise Invalid(_("A path is made of letters and digits."), code="wrong-path")
    return below or queries.governed_path()


@public
@require_GET
@cache_control(no_cache=True)
@condition(etag_func=lambda request: map_etag(_below(request)))
def map_geojson(request: HttpRequest) -> HttpResponse:
    """Outlines for the map: `kinds=estate,building`, `bbox=west,south,east,north`, `below=path`."""
    kinds, box = read_kinds(request.GET.get("kinds", "")), read_box(request.GET.get("bbox", ""))
    return HttpResponse(map_features(kinds=kinds, box=box, below=_below(request)), content_type=GEOJSON)


@public
@require_GET
def choose(request: HttpRequest) -> HttpResponse:
    """The lists of `PlaceSelect` again, with what was chosen so far; `name` is the field's."""
    name = request.GET.get("name", "place")
    if not name.isidentifier():
        raise Invalid(_("A field is named by letters, digits and underscores."), code="wrong-name")
    widget = PlaceSelect()
    chosen = widget.value_from_datadict(request.GET, None, name)
    return HttpResponse(widget.render(name, chosen, attrs={"id": f"id_{name}"}))


@needs("places.manage")
@require_http_methods(["GET", "POST"])
def import_file(request: HttpRequest) -> HttpResponse:
    sent = request.method == "POST"
    form = ImportForm(request.POST, request.FILES) if sent else ImportForm()
    if not form.is_valid():
        return render(request, "places/import.html", {"form": form, "back_url": reverse("places:tree")})
    token = uploads.keep(form.cleaned_data["file"], now=time.time())
    address = reverse("places:preview", args=[token])
    return redirect(f"{address}?{urlencode({'datum': form.cleaned_data['datum']})}")


def _reading(request: HttpRequest, token: UUID) -> Reading:
    return read_places(uploads.kept(token), from_gcj02=request.GET.get("datum") == "gcj02")


@needs("places.manage")
@require_http_methods(["GET", "POST"])
def preview(request: HttpRequest, token: UUID) -> HttpResponse:
    """What a file would do; posted, it is done: all of it, or with `rest` what is good."""
    try:
        reading = _reading(request, token)
    except Invalid as unreadable:
        return render(request, "places/unreadable.html", {"problem": unreadable.message}, status=422)
    if request.method == "POST":
        taken = take_places(reading, rest="rest" in request.POST, by=cast("Any", request).by)
        uploads.drop(token)
        said = _("%(created)d places were created and %(changed)d changed. %(left)d features were left out.")
        messages.success(request, said % vars(taken))
        return redirect("places:tree")
    context = {"reading": reading, "bad": reading.bad[:SHOWN_BAD], "token": token, "query": request.GET.urlencode()}
    return render(request, "places/preview.html", context)


@needs("places.manage")
@require_GET
def report(request: HttpRequest, token: UUID) -> StreamingHttpResponse:
    """Every feature of a file that cannot be taken, and why, as CSV."""
    heading = [_("Feature"), _("Name of the place"), _("What is wrong")]
    rows = ([bad.number, bad.name, bad.fault] for bad in _reading(request, token).bad)
    return tables.download("places-left-out.csv", heading, rows)


@needs("places.manage")
@require_GET
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The tree as GeoJSON, in the form that the import reads."""
    acts.record("places_exported", target="", by=cast("Any", request).by, at=timezone.now())
    response = StreamingHttpResponse(export_places(), content_type=GEOJSON)
    response["Content-Disposition"] = 'attachment; filename="places.geojson"'
    return response
