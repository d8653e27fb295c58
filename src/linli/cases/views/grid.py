"""The grid worker's pages, for a phone on the way: what is to be verified, what is open here, and reporting.

Which of these is near is worked out on the phone; its position is sent nowhere.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.cases.domain.desk import Filters
from linli.cases.domain.desk import desk as due_first
from linli.cases.domain.queries import classes
from linli.cases.domain.report import report_case
from linli.cases.enums import Source
from linli.cases.forms_staff import GridReportForm
from linli.cases.views.desk import Line, lines
from linli.cases.views.moves import store_photos
from linli.core.access import needs
from linli.core.errors import Invalid, TooLarge
from linli.core.keeping import is_copy, may_keep
from linli.people.middleware import Request
from linli.places.domain.kept import tree
from linli.places.domain.locate import locate
from linli.places.models import STEP, Kind, Place
from linli.procedures.domain.late import as_it_happened, happened
from linli.procedures.domain.queries import inbox


@dataclass(frozen=True)
class Spot:
    """A case of the cell and where it lies, for the phone to measure the way."""

    line: Line
    lon: float | None
    lat: float | None


@needs("cases.grid")
def grid(request: Request) -> HttpResponse:
    """My cell: what I verify first, then what else is open."""
    page = due_first(request.viewer, Filters(), after=request.GET.get("after"))
    spots = [_spot(line, row) for line, row in zip(lines(page.rows), page.rows, strict=True)]
    work = inbox(request.viewer.posts, viewer=request.viewer).rows
    mine = {row.number: row.keep for row in work}
    if is_copy(request):  # only what a phone may keep of one's own work; of the rest it keeps nothing
        spots = [spot for spot in spots if mine.get(spot.line.number)]
    context = {
        "cell": request.viewer.posts[0].place,
        "mine": [spot for spot in spots if spot.line.number in mine],
        "others": [spot for spot in spots if spot.line.number not in mine],
        "page": page,
        "work": work,
    }
    return may_keep(request, render(request, "cases/staff/grid.html", context))


def _spot(line: Line, row: Any) -> Spot:
    place = tree().by_path.get(row.place_path)
    return Spot(line, place.lon if place else None, place.lat if place else None)


@needs("cases.grid")
def report(request: Request) -> HttpResponse:
    """Report what one sees on the way: at a building of the own cell, with a photo."""
    buildings = buildings_of(request.viewer.posts[0].place)
    form = GridReportForm(request.POST or None, request.FILES or None, classes=list(classes()), buildings=buildings)
    if request.method == "POST" and form.is_valid():
        try:
            return _report(request, form)
        except (Invalid, TooLarge) as told:
            form.add_error("photos", str(told.message))
    places = [(place.path, place.lon, place.lat) for place in buildings]
    context = {"form": form, "buildings": places, "cell": request.viewer.posts[0].place}
    response = render(request, "cases/staff/grid_report.html", context, status=422 if form.errors else 200)
    return may_keep(request, response)


def _report(request: Request, form: GridReportForm) -> HttpResponse:
    given, now = form.cleaned_data, timezone.now()
    reported = as_it_happened(
        report_case,
        text=given["text"],
        klass=next((klass for klass in classes() if klass.code == given["klass"]), None),
        place=tree().by_path[given["place"]],
        photos=store_photos(given["photos"], now),
        source=Source.GRID_WORKER,
        by=request.by,
        at=happened(request.POST.get("ago", ""), procedure=None, now=now),
        now=now,
        action=given["action"],
    )
    messages.success(request, _("Reported. The desk has it."))
    return redirect("cases:case", reported.case.procedure.number)


def buildings_of(cell: Place) -> list[Place]:
    """The buildings that stand in a grid cell, in the order of the tree."""
    if cell.kind != Kind.CELL:
        return [place for place in tree().places if place.kind == Kind.BUILDING and cell.contains(place)]
    committee = cell.path[:-STEP]
    return [place for place in tree().places if place.path.startswith(committee) and _stands_in(place, cell)]


def _stands_in(place: Place, cell: Place) -> bool:
    if place.kind != Kind.BUILDING or place.lon is None or place.lat is None:
        return False
    found = locate(place.lon, place.lat).cell
    return found is not None and found.pk == cell.pk
