"""What anybody may see: the first page, the list and map of cases, one case, and numbers by estate."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.timezone import localdate, now
from django.views.decorators.http import conditional_page, require_safe

from linli.cases.clauses import clauses_for
from linli.cases.domain import queries
from linli.cases.enums import Publicity
from linli.cases.forms_public import PublicFilters
from linli.cases.sentences import shown
from linli.core.access import public
from linli.people.middleware import Request
from linli.places.domain.kept import tree
from linli.places.models import Kind

NEWEST = 4
FRESH = 30  # seconds for which a browser may keep the map's points
YEAR = timedelta(days=365)


@public
@require_safe
def home(request: Request) -> HttpResponse:
    """The first page for anybody. Staff are led to their inbox."""
    if request.post is not None:
        return redirect("procedures:inbox")
    context = {
        "newest": queries.public_list(open_only=True, size=NEWEST).rows,
        "mine": queries.my_reports(request.account)[:NEWEST] if request.user.is_authenticated else [],
    }
    return render(request, "cases/home.html", context)


@public
@require_safe
def cases(request: Request) -> HttpResponse:
    """The public list beside the map."""
    known = [klass for klass in queries.classes() if klass.publicity == Publicity.PUBLIC]
    estates = [place for place in tree().places if place.kind == Kind.ESTATE]
    form = PublicFilters(request.GET, classes=known, estates=estates)
    page = queries.public_list(
        klass=form.chosen("klass"),
        place=form.chosen("estate"),
        open_only=form.chosen("state") == "open",
        after=request.GET.get("after"),
    )
    context = {
        "filters": form,
        "rows": page.rows,
        "page": {"next": page.after, "previous": None},
        "is_narrowed": any(request.GET.get(name) for name in form.fields),
        "features_url": reverse("cases:geojson"),
    }
    return render(request, "cases/public/cases.html", context)


@public
@require_safe
def case(request: Request, number: str) -> HttpResponse:
    """One case: class, place, state and dates; words and photographs only where staff released them."""
    found = queries.public_case(number)
    clauses = clauses_for(klass=found.klass, on=localdate())
    context = {"case": found, "photos": [shown(file) for file in found.photos], "clauses": clauses}
    return render(request, "cases/public/case.html", context)


@public
@require_safe
def numbers(request: Request) -> HttpResponse:
    """The classes of which only numbers are public, by estate."""
    return render(request, "cases/public/numbers.html", {"table": queries.estate_numbers(since=now() - YEAR)})


@public
@require_safe
@conditional_page
def geojson(request: Request) -> HttpResponse:
    """The points of the map. The titles follow the language of whoever asks."""
    response = HttpResponse(queries.public_geojson(), content_type="application/geo+json")
    patch_cache_control(response, private=True, max_age=FRESH)
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response
