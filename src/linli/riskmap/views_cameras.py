"""The risk map as staff use it: all cameras, one of them to be looked at, turned and moved, and its sheet."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import orjson
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from linli.core.access import needs
from linli.core.errors import Conflict, Invalid, NotFound, Refused
from linli.engines.coverage import EDITIONS
from linli.people.forms import carry_over
from linli.people.middleware import Request
from linli.places.domain.kept import tree
from linli.places.domain.map import read_box
from linli.places.models import STEP
from linli.riskmap import layers_json
from linli.riskmap.domain import queries
from linli.riskmap.domain.findings import found_if, run_checks
from linli.riskmap.domain.layers import Unseen, blind_spots, by_estate
from linli.riskmap.domain.optics import change_papers, describe_camera, turn_camera
from linli.riskmap.domain.seeing import private_of, see
from linli.riskmap.domain.view import View, tried
from linli.riskmap.domain.yardsticks import yardsticks
from linli.riskmap.enums import TO_BE_SEEN, ZoneKind
from linli.riskmap.forms_cameras import COMMON, DescribeForm, LookForm, PapersForm, TurnForm, look_of
from linli.riskmap.plan_svg import plan
from linli.riskmap.shown import GRADES, direction, said, tone_of, would_be_said
from linli.sensing.device_words import STATES, basis_words
from linli.sensing.views_devices import named, reach

GEOJSON = "application/geo+json"
BLIND_SHOWN = 12
FOUND_SHOWN = 8
ESTATE = 5 * STEP  # characters of the path of an estate
URGENCY = {"late": 0, "waiting": 1, "done": 2}
LINES = (ZoneKind.LANE, ZoneKind.FIRE_LANE)


@needs("riskmap.see")
@require_safe
def risk_map(request: Request) -> HttpResponse:
    """Every camera with what it sees; beside the map the list, and what nobody sees."""
    return render(request, "riskmap/map.html", _map_context(request))


def _map_context(request: Request) -> dict[str, Any]:
    below = reach(request)
    rows = queries.camera_rows(below)
    watched = queries.watched(rows)
    blind = blind_spots(watched, below)
    shown = sorted(rows, key=lambda row: (URGENCY[tone_of(row.findings)], row.code))
    return {
        "rows": [(row, tone_of(row.findings), [said(each) for each in row.findings]) for row in shown],
        "unseen": _unseen(by_estate(watched, below, ESTATE)),
        "figures": queries.figures(rows), "blind": blind[:BLIND_SHOWN], "blind_more": max(len(blind) - BLIND_SHOWN, 0),
        "undescribed": queries.described_not_yet(below), "may_change": request.user.has_perm("riskmap.change"),
        "editions": {
            year: [(level, least, GRADES[level]) for level, least in edition.levels]
            for year, edition in EDITIONS.items()
        },
    }  # fmt: skip


def _unseen(found: Mapping[str, Mapping[str, Unseen]]) -> list[tuple[str, list[tuple[Any, str, int, int]]]]:
    """For each estate its title and, by kind: the word, the unit, how much nobody sees, how much there is."""
    known = tree().by_path
    return [
        (
            known[path].title if path in known else "",
            [(kind.label, "m" if kind in LINES else "", round(kinds[kind].missing), round(kinds[kind].whole))
             for kind in TO_BE_SEEN],
        )
        for path, kinds in sorted(found.items())
    ]  # fmt: skip


@needs("riskmap.see")
@require_safe
def layer(request: Request, name: str) -> HttpResponse:
    """One layer of the map as GeoJSON: cameras, coverage, density, overlap, blind, private, signs."""
    make = layers_json.LAYERS.get(name)
    if make is None:
        raise NotFound
    below = reach(request)
    drawn = make(queries.camera_rows(below), below, _edition(request))
    return HttpResponse(orjson.dumps(drawn), content_type=GEOJSON)


def _edition(request: HttpRequest) -> str:
    edition = request.GET.get("edition", "2014")
    return edition if edition in EDITIONS else "2014"


@needs("riskmap.see")
@require_safe
def surroundings(request: Request) -> HttpResponse:
    """What stands in a box of the map. No statement while nothing was drawn."""
    box = read_box(request.GET.get("box", ""))
    if box is None:
        raise Invalid(_("A box is west, south, east and north in degrees."))
    return HttpResponse(orjson.dumps(layers_json.around(box)), content_type=GEOJSON)


@needs("riskmap.see")
@never_cache
@require_http_methods(["GET", "POST"])
def camera(request: Request, code: str) -> HttpResponse:
    """One camera beside the map: its numbers, what it sees with them, and what the checks say.

    Posted with `see`, it shows what would be seen and writes nothing.
    """
    row = queries.camera_named(code, below=reach(request))
    if row.view is None:
        return redirect("sensing:move_device", code)
    form, status = _look_form(request, row), 200
    view = row.view
    if request.method == "POST" and form.is_valid():
        try:
            view = tried(row.view, form.changes())
            if "see" not in request.POST:
                _turn(request, row, form)
                messages.success(request, _("The register says so now. The checks looked at it again."))
                return redirect("riskmap:camera", code)
        except Invalid as wrong:
            carry_over(wrong, form)
        except Conflict:
            status, form = 409, _with_versions(form, row)
    if form.is_bound and form.errors:
        status = 422
    template = "riskmap/panel.html" if request.headers.get("X-Panel") else "riskmap/camera.html"
    context = _camera_context(request, row, view, form) | {"told": status == 409}
    if template == "riskmap/camera.html":
        context |= _map_context(request)
    return render(request, template, context, status=status)


def _look_form(request: Request, row: queries.CameraRow) -> TurnForm:
    assert row.view is not None
    optics = row.optics
    start = look_of(row.view) | {"version": optics.version, "device_version": optics.device.version}
    if request.method == "POST" and not request.user.has_perm("riskmap.change") and "see" not in request.POST:
        raise Refused
    return TurnForm(request.POST or None, initial=start)


def _turn(request: Request, row: queries.CameraRow, form: TurnForm) -> None:
    given = form.cleaned_data
    turn_camera(
        optics=row.optics, version=given["version"], device_version=given["device_version"], changes=form.changes(),
        reason=given["reason"], by=request.by, at=timezone.now(), action=given["action"],
    )  # fmt: skip
    run_checks(at=timezone.now(), devices=[row.optics.pk])


def _with_versions(form: TurnForm, row: queries.CameraRow) -> TurnForm:
    """The same form with the versions as they are now, so that sending it again is the writer's decision."""
    data = QueryDict(mutable=True)
    data.update(form.data)
    fresh = queries.camera_named(row.code, below="").optics
    data["version"], data["device_version"] = str(fresh.version), str(fresh.device.version)
    form.data = data
    return form


def _camera_context(request: Request, row: queries.CameraRow, view: View, form: TurnForm) -> dict[str, Any]:
    seen = see(view)
    private = private_of(view, seen)
    limit = yardsticks()["window_density"]
    title = _("Plan of camera %(code)s: it looks %(where)s and sees about %(area)d m² of ground.") % {
        "code": row.code, "where": direction(view), "area": round(seen.area),
    }  # fmt: skip
    return {
        "row": row, "device": row.optics.device, "optics": row.optics, "form": form, "view": view, "seen": seen,
        "direction": direction(view), "area": round(seen.area), "state": STATES[row.optics.device.status],
        "plan": plan(view, seen, private, title=title, limit=limit), "is_tried": view != row.view,
        "findings": [said(each) for each in row.findings],
        "visible": queries.visible_cases(row.findings, request.viewer),
        "would": _would(row, view) if view != row.view else [],
        "private": private[:FOUND_SHOWN], "may_change": request.user.has_perm("riskmap.change"),
        "trial": orjson.dumps(layers_json.trial(view, seen, private, limit)).decode(),
    }  # fmt: skip


def _would(row: queries.CameraRow, view: View) -> list[Any]:
    return would_be_said(found_if(row.optics, view, today=timezone.localdate()))


@needs("riskmap.see")
@never_cache
@require_safe
def preview(request: Request, code: str) -> HttpResponse:
    """What the camera would see if it looked so. Nothing is written."""
    row = queries.camera_named(code, below=reach(request), findings=False)
    form = LookForm(request.GET)
    if row.view is None or not form.is_valid():
        return _wrong({name: str(words[0]) for name, words in form.errors.items()})
    try:
        view = tried(row.view, form.changes())
    except Invalid as told:
        return _wrong({name: str(words) for name, words in told.fields.items()})
    seen = see(view)
    private = private_of(view, seen)
    would = _would(row, view)
    answer = {
        "map": layers_json.trial(view, seen, private, yardsticks()["window_density"]),
        "words": _("It looks %(where)s and sees about %(area)d m² of ground.") % {
            "where": direction(view), "area": round(seen.area)
        },
        "findings": [{"title": str(each.title), "words": each.words, "tone": each.tone} for each in would],
    }  # fmt: skip
    return HttpResponse(orjson.dumps(answer), content_type="application/json")


def _wrong(fields: dict[str, str]) -> HttpResponse:
    return HttpResponse(orjson.dumps({"wrong": fields}), content_type="application/json", status=422)


@needs("riskmap.change")
@never_cache
@require_http_methods(["GET", "POST"])
def describe(request: Request, code: str) -> HttpResponse:
    """Put a camera of the register on the risk map: where it looks, and with what lens."""
    device = named(request, code)
    form = DescribeForm(request.POST or None, initial={"action": uuid4(), **COMMON})
    if request.method == "POST" and form.is_valid():
        try:
            describe_camera(device=device, by=request.by, at=timezone.now(), **form.described())
        except Invalid as wrong:
            carry_over(wrong, form)
        else:
            messages.success(request, _("It is on the map. Now write down its papers."))
            return redirect("riskmap:papers", code)
    context = {"form": form, "device": device, "back_url": reverse("riskmap:map")}
    return render(request, "riskmap/describe.html", context, status=422 if form.errors else 200)


@needs("riskmap.change")
@never_cache
@require_http_methods(["GET", "POST"])
def papers(request: Request, code: str) -> HttpResponse:
    """Basis, filing, sign, recordings, log and inspection of one camera."""
    row = queries.camera_named(code, below=reach(request))
    start = {name: getattr(row.optics, name) for name in PapersForm.base_fields if hasattr(row.optics, name)}
    form, status = PapersForm(request.POST or None, initial=start), 200
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            change_papers(
                optics=row.optics, version=given["version"], changes=form.changes(), by=request.by, at=timezone.now(),
                action=given["action"],
            )  # fmt: skip
        except Invalid as wrong:
            carry_over(wrong, form)
        except Conflict:
            status, data = 409, request.POST.copy()
            data["version"] = str(queries.camera_named(code, below="").optics.version)
            form.data = data
        else:
            run_checks(at=timezone.now(), devices=[row.optics.pk])
            messages.success(request, _("It is written down. The checks looked at it again."))
            return redirect("riskmap:camera", code)
    context = {
        "form": form, "row": row, "told": status == 409, "back_url": reverse("riskmap:camera", args=[code]),
    }  # fmt: skip
    return render(request, "riskmap/papers.html", context, status=422 if form.errors else status)


@needs("riskmap.see")
@require_safe
def sheet(request: Request, code: str) -> HttpResponse:
    """What hangs in the file of a camera, on one page of paper."""
    row = queries.camera_named(code, below=reach(request))
    if row.view is None:
        return redirect("sensing:move_device", code)
    form = TurnForm(initial=look_of(row.view))
    context = _camera_context(request, row, row.view, form)
    context["basis"] = basis_words(row.optics.device.basis)
    context["address"] = request.build_absolute_uri(reverse("riskmap:camera", args=[code]))
    return render(request, "riskmap/sheet.html", context)
