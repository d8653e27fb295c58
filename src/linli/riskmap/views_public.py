"""The public half of the risk map: which cameras there are, what for, by whom, what each may see, and how to object.

No shape of what a camera sees is shown here, and no two together: side by side they would show where nobody looks.
"""

import orjson
import shapely
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import conditional_page, require_safe

from linli.core.access import public
from linli.people.middleware import Request
from linli.places.domain.queries import governed_path
from linli.riskmap.domain import queries
from linli.riskmap.domain.layers import collection, feature
from linli.riskmap.domain.seeing import see
from linli.riskmap.forms_cameras import PublicFilters
from linli.riskmap.shown import direction, rounded_area
from linli.sensing.device_words import STATES, basis_words
from linli.sensing.views_devices import estates_below

SHORT, FIRST = 7, 5  # cameras that a list shows whole, and of a longer one at once
FRESH = 300  # seconds for which a browser may keep the map's points


@public
@require_safe
def cameras(request: Request) -> HttpResponse:
    """Every camera of a public place, by where it hangs."""
    form = PublicFilters(request.GET, estates=estates_below(governed_path()))
    estate = form.chosen()
    rows = queries.public_cameras(estate=estate)
    more = len(rows) - FIRST if len(rows) > SHORT else 0
    context = {
        "filters": form, "estate": estate, "more": more, "short": FIRST + 1 if more else 0,
        "rows": [(row, direction(row.view) if row.view else "") for row in rows],
    }  # fmt: skip
    return render(request, "riskmap/public.html", context)


@public
@require_safe
@conditional_page
def points(request: Request) -> HttpResponse:
    """Where cameras hang: points, and nothing else."""
    form = PublicFilters(request.GET, estates=estates_below(governed_path()))
    drawn = [
        feature(
            shapely.Point(row.view.lon, row.view.lat), id=row.code, title=f"{row.place} {row.code}",
            href=f"/risk-map/public/{row.code}/", tone="active",
        )
        for row in queries.public_cameras(estate=form.chosen())
        if row.view
    ]  # fmt: skip
    response = HttpResponse(orjson.dumps(collection(drawn)), content_type="application/geo+json")
    patch_cache_control(response, private=True, max_age=FRESH)
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response


@public
@require_safe
def camera(request: Request, code: str) -> HttpResponse:
    """One camera, as anybody may read of it."""
    row = queries.public_camera(code)
    device = row.optics.device
    context = {
        "row": row, "device": device, "optics": row.optics, "state": STATES[device.status],
        "basis": basis_words(device.basis), "direction": direction(row.view) if row.view else "",
        "area": rounded_area(see(row.view).area) if row.view else 0,
    }  # fmt: skip
    return render(request, "riskmap/public_camera.html", context)
