"""Open data: the page that says what there is, and each file at an address that stays."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from linli.core import tables
from linli.core.access import public
from linli.core.errors import NotFound
from linli.insight.domain import open_data as data
from linli.people.middleware import Request

FRESH = 3600  # seconds for which a file may be kept
DICTIONARY = "datapackage.json"
MIME = {"geojson": "application/geo+json", "json": "application/json"}


@public
@require_safe
def open_data(request: Request) -> HttpResponse:
    """What there is, what each column means, and under which licence."""
    context = {
        "offers": [(offer, _address(offer.file)) for offer in data.OFFERS], "dictionary": _address(DICTIONARY),
        "licence": data.LICENCE, "licence_url": data.LICENCE_URL,
    }  # fmt: skip
    return render(request, "insight/reports/open_data.html", context)


def _address(file: str) -> str:
    name, _dot, ending = file.partition(".")
    return reverse("reports:download", args=[name, ending])


@public
@require_safe
def download(request: Request, name: str, ending: str) -> HttpResponseBase:
    """One file."""
    file = f"{name}.{ending}"
    offer = data.BY_FILE.get(file)
    if file == DICTIONARY:
        text = data.dictionary(lambda each: request.build_absolute_uri(_address(each)), _("Open data"))
        response: HttpResponseBase = HttpResponse(text, content_type=MIME["json"])
    elif offer is None:
        raise NotFound
    elif offer.rows is not None:
        rows = offer.rows(timezone.localdate())
        response = tables.download(f"linli-{file}", [each.name for each in offer.columns], rows)
    else:
        assert offer.text is not None
        response = HttpResponse(offer.text(), content_type=MIME[ending])
    patch_cache_control(response, public=True, max_age=FRESH)
    response["Access-Control-Allow-Origin"] = "*"
    return response
