"""The living page of the UI kit: each piece of docs/kit.md, with data that look like those of a Tuesday."""

from typing import Any
from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from linli.core import errors, errors_pages, kit_samples
from linli.core.access import public
from linli.core.navigation import Link
from linli.core.templatetags.kit import TONES

PROBLEMS = {
    kind.status: kind
    for kind in (
        errors.Refused,
        errors.NotFound,
        errors.Conflict,
        errors.TooLarge,
        errors.Invalid,
        errors.TooMany,
        errors.Busy,
    )
}
LAYOUTS = {
    "staff": (_("Desk"), "inbox"),
    "one": (_("One question"), "list"),
    "confirm": (_("Confirmation"), "shield"),
}
ICONS = (
    "camera chart check clock cross dot file frame gear half inbox left letter list lock map menu minus pause people "
    "person phone pin plus right ring search shield stop type upload warn"
)


@public
@require_safe
def kit(request: HttpRequest) -> HttpResponse:
    return render(request, "core/kit.html", _pieces())


@public
@require_safe
def piece(request: HttpRequest, name: str) -> HttpResponse:
    """A whole page in one of the layouts; with `?wrong`, as it comes back with something to put right."""
    if name not in LAYOUTS:
        raise Http404
    form = kit_samples.OneForm({"text": "", "action": uuid4()} if "wrong" in request.GET else None)
    context = {
        **_pieces(),
        "form": form,
        "back_url": reverse("core:kit"),
        "grave": name == "confirm",
        "navigation": _navigation(),
        "staff_navigation": _navigation(),
    }
    return render(request, f"core/kit/page_{name}.html", context)


@public
@require_safe
def problem(request: HttpRequest, status: int) -> HttpResponse:
    """A page as it stands for a problem; 500 is the one that asks nothing of the database."""
    if status == errors_pages.Failed.status:
        return errors_pages.failed(request)
    if status not in PROBLEMS:
        raise Http404
    return errors_pages.answer(request, PROBLEMS[status](after=20))


@public
@require_safe
def places(_request: HttpRequest) -> JsonResponse:
    return _geojson(kit_samples.yard())


@public
@require_safe
def cases(_request: HttpRequest) -> JsonResponse:
    return _geojson([case.as_feature() for case in kit_samples.cases(timezone.now())])


def _geojson(features: list[dict[str, Any]]) -> JsonResponse:
    return JsonResponse({"type": "FeatureCollection", "features": features}, content_type="application/geo+json")


def _pieces() -> dict[str, Any]:
    now = timezone.now()
    return {
        "now": now,
        "cases": kit_samples.cases(now),
        "clocks": kit_samples.clocks(now),
        "story": kit_samples.story(now),
        "wrong": kit_samples.SampleForm({"text": "", "building": "", "what": "lift", "action": uuid4()}),
        "fresh": kit_samples.SampleForm(auto_id="fresh_%s"),
        "filters": kit_samples.FilterForm(auto_id="filter_%s"),
        "page": kit_samples.SamplePage(previous="a", next="b"),
        "tones": list(TONES),
        "icons": ICONS.split(),
        "picture": static("core/kit/landing.svg"),
        "places_url": reverse("core:kit_places"),
        "cases_url": reverse("core:kit_cases"),
    }


def _navigation() -> list[Link]:
    return [
        Link(label, reverse("core:kit_piece", args=[name]), icon, current=name == "staff")
        for name, (label, icon) in LAYOUTS.items()
    ]
