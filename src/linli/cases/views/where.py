"""Where it is: by the list of estates and buildings, by the map, or in words; and what is open close by already."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.cases.domain import queries
from linli.cases.domain.closing import support_case
from linli.cases.domain.report import root_path
from linli.cases.domain.whereabouts import places_meant
from linli.cases.draft import Draft
from linli.cases.forms_report import (
    ANYWHERE,
    AS_WRITTEN,
    WHERE_MOST,
    YARD,
    BuildingForm,
    EstateForm,
    PointForm,
    SpotForm,
    WordsForm,
)
from linli.cases.views.steps import klass_of, on, page, spot_of
from linli.core.access import public
from linli.core.forms import posted
from linli.core.limits import limit
from linli.people.actors import Actor
from linli.people.middleware import Request
from linli.places.domain.kept import tree
from linli.places.domain.queries import Choice, choice, full_title
from linli.places.models import BUILDING_PATH, ESTATE_PATH, STEP, Kind

SUPPORTED = "supported"
SUGGESTIONS = 5
NEIGHBOUR = Actor.named("neighbour")  # 'this one too' keeps a number and nobody's name


@public
@never_cache
def where(request: Request) -> HttpResponse:
    """Which estate; or the map, or words."""
    draft = Draft.of(request.session)
    offered = choice(below=root_path())
    form = EstateForm(posted(request), initial={"place": draft.place[:ESTATE_PATH]}, choice=offered)
    if request.method == "POST" and form.is_valid():
        return redirect(_within("cases:report_building", form.cleaned_data["place"]))
    return page(request, draft, "where", form, back="cases:report")


@public
@never_cache
def building(request: Request) -> HttpResponse:
    draft = Draft.of(request.session)
    chosen = _choice(request.GET.get("in", ""))
    if chosen.estate is None:
        return redirect("cases:report_where")
    if not chosen.buildings:
        return redirect(_within("cases:report_spot", chosen.estate.path))
    before = YARD if draft.place == chosen.estate.path else draft.place[:BUILDING_PATH]
    form = BuildingForm(posted(request), initial={"place": before}, choice=chosen)
    if request.method == "POST" and form.is_valid():
        place = form.cleaned_data["place"]
        return redirect(_within("cases:report_spot", chosen.estate.path if place == YARD else place))
    return page(request, draft, "building", form, step="where", back="cases:report_where", chosen=chosen)


@public
@never_cache
def spot(request: Request) -> HttpResponse:
    """The entrance, and where exactly in words."""
    draft = Draft.of(request.session)
    chosen = _choice(request.GET.get("in", ""))
    if chosen.estate is None or chosen.place is None:
        return redirect("cases:report_where")
    in_words = draft.where if draft.place.startswith(chosen.place.path) else ""
    form = SpotForm(posted(request), initial={"place": draft.place or ANYWHERE, "where": in_words}, choice=chosen)
    if request.method == "POST" and form.is_valid():
        entrance = form.cleaned_data.get("place", ANYWHERE)
        place = chosen.place.path if entrance == ANYWHERE else entrance
        draft.set_where(place=place, where=form.cleaned_data["where"])
        return on(request, draft, "cases:report_nearby")
    back = _within("cases:report_building", chosen.estate.path) if chosen.buildings else "cases:report_where"
    return page(request, draft, "spot", form, step="where", back=back, title=full_title(chosen.place))


@public
@never_cache
def point(request: Request) -> HttpResponse:
    """A point on the map. One that lies outside is taken all the same: a person finds out where it belongs."""
    draft = Draft.of(request.session)
    before = {"lon": draft.lon, "lat": draft.lat, "where": draft.where if draft.lon is not None else ""}
    form = PointForm(posted(request), initial=before)
    if request.method == "POST" and form.is_valid():
        draft.set_where(**form.cleaned_data)
        return on(request, draft, "cases:report_nearby")
    return page(request, draft, "point", form, step="where", back="cases:report_where")


@public
@never_cache
def words(request: Request) -> HttpResponse:
    """Where, in words. If these name places that we know, it asks once whether one of them is meant."""
    draft = Draft.of(request.session)
    written = request.POST.get("where", "")
    found = places_meant(written, below=root_path(), most=SUGGESTIONS) if 0 < len(written) <= WHERE_MOST else []
    asked = request.POST.get("asked") == written
    form = WordsForm(posted(request), initial={"where": draft.where}, found=found)
    if request.method == "POST" and form.is_valid():
        place = form.cleaned_data.get("place", AS_WRITTEN)
        draft.set_where(place="" if place == AS_WRITTEN else place, where=form.cleaned_data["where"])
        return on(request, draft, "cases:report_nearby")
    if not asked:
        form.errors.pop("place", None)
    return page(request, draft, "words", form, step="where", back="cases:report_where", asked=written if found else "")


@public
@never_cache
def nearby(request: Request) -> HttpResponse:
    """Open cases close by: perhaps somebody has reported it already."""
    draft = Draft.of(request.session)
    if not draft.has_where:
        return redirect("cases:report_where")
    spot = spot_of(draft)
    found = queries.nearby(klass=klass_of(draft.klass), place=spot.place, lon=draft.lon, lat=draft.lat)
    if not found:
        return redirect("cases:report_text")
    return page(request, draft, "nearby", None, back="cases:report_where", found=found)


@public
@never_cache
@require_POST
def support(request: Request, number: str) -> HttpResponse:
    """'This one too', once from each browser."""
    case = queries.supportable_case(number)
    before = request.session.get(SUPPORTED, [])
    if case.procedure.number not in before:
        limit(request, "support")
        support_case(case=case, by=NEIGHBOUR, at=now())
        request.session[SUPPORTED] = [*before, case.procedure.number][-50:]
    return redirect("cases:supported", number=case.procedure.number)


@public
@require_safe
def supported(request: Request, number: str) -> HttpResponse:
    return render(request, "cases/report/supported.html", {"case": queries.public_case(number).row})


def _within(page: str, path: str) -> str:
    return f"{reverse(page)}?{urlencode({'in': path})}"


def _choice(path: str) -> Choice:
    """Where the choice by list stands; the path of an estate or a building comes from the address."""
    place = tree().by_path.get(path)
    if place is not None and place.kind == Kind.BUILDING:
        return choice(estate=path[:-STEP], building=path, below=root_path())
    return choice(estate=path, below=root_path())
