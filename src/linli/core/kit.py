"""The living page of the UI kit: each piece of docs/kit.md, with data that look like those of a Tuesday."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from linli.core import errors, errors_pages
from linli.core.access import public
from linli.core.forms import ActionForm, CodeInput, DayInput, Hinted, PhotosField

PROBLEMS = {
    problem.status: problem
    for problem in (
        errors.Refused,
        errors.NotFound,
        errors.Conflict,
        errors.TooLarge,
        errors.Invalid,
        errors.TooMany,
        errors.Busy,
    )
}
PIECES = {"one", "confirm", "staff"}


@dataclass(frozen=True)
class SampleClock:
    due: datetime | None
    amber: datetime | None = None
    state: str = "running"
    ended: datetime | None = None
    provisional: bool = False
    sentence: str = ""


@dataclass(frozen=True)
class SampleCase:
    id: int
    title: str
    place: str
    state: str
    tone: str
    days: int
    clock: SampleClock
    lon: float
    lat: float


@dataclass(frozen=True)
class SampleEntry:
    what: str
    at: datetime
    by: str = ""
    because: str = ""
    tone: str = ""
    photos: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class SamplePage:
    previous: str | None
    next: str | None


class SampleForm(ActionForm):
    """One field of each kind."""

    what = forms.ChoiceField(
        label=_("What is it about?"),
        widget=forms.RadioSelect,
        choices=[
            ("lighting", Hinted(_("Lighting"), _("A lamp on the stairs, in the yard or in the bicycle shed"))),
            ("lift", Hinted(_("Lift"), _("It stands still, jerks or does not close"))),
            ("other", _("Something else")),
        ],
    )
    text = forms.CharField(
        label=_("What did you see?"),
        help_text=_("Two lines are enough. Please name no person."),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    building = forms.CharField(
        label=_("Building number"),
        max_length=10,
        error_messages={"required": _("Write the building number, for example 12.")},
    )
    estate = forms.ChoiceField(label=_("Estate"), choices=[("", "–"), ("1", _("Leshan Village 1")), ("2", _("Leshan Village 2"))])
    since = forms.DateField(label=_("Since when?"), widget=DayInput, required=False)
    photos = PhotosField(label=_("Photos"), help_text=_("Up to three. No faces and no number plates."), required=False)
    hear = forms.MultipleChoiceField(
        label=_("How may we tell you the answer?"),
        widget=forms.CheckboxSelectMultiple,
        choices=[("sms", _("By text message")), ("call", _("By telephone"))],
        required=False,
    )
    code = forms.CharField(label=_("Code from the text message"), widget=CodeInput)
    agree = forms.BooleanField(
        label=_("The committee may show my text to the property company"), help_text=_("Without your name.")
    )


class FilterForm(forms.Form):
    state = forms.ChoiceField(label=_("State"), choices=[("", _("All")), ("open", _("Open")), ("closed", _("Closed"))], required=False)
    words = forms.CharField(label=_("Words"), required=False)


@public
def kit(request: HttpRequest) -> HttpResponse:
    return render(request, "core/kit.html", _pieces(timezone.now()))


@public
def piece(request: HttpRequest, name: str) -> HttpResponse:
    """A whole page in one of the layouts."""
    if name not in PIECES:
        raise Http404
    now = timezone.now()
    form = SampleForm({"text": ""}) if "wrong" in request.GET else SampleForm()
    context = _pieces(now) | {"form": form, "back_url": "/kit/", "grave": True}
    return render(request, f"core/kit/page_{name}.html", context)


@public
def problem(request: HttpRequest, status: int) -> HttpResponse:
    """A page as it stands for a problem; 500 is the one that asks nothing of the database."""
    if status == 500:
        return errors_pages.failed(request)
    if status not in PROBLEMS:
        raise Http404
    return errors_pages.answer(request, PROBLEMS[status](after=20))


@public
def places(_request: HttpRequest) -> JsonResponse:
    """Three rows of slabs, a lane between them, and the yard around."""
    slabs = [_slab(number) for number in range(1, 13)]
    yard = _feature("estate", _two("乐山一村", "Leshan Village 1"), _box(121.4335, 31.1920, 121.4385, 31.1956))
    lane = {"type": "LineString", "coordinates": [[121.4360, 31.1920], [121.4360, 31.1956]]}
    return _geojson([yard, _feature("lane", "", lane), *slabs])


@public
def cases(_request: HttpRequest) -> JsonResponse:
    rows = _cases(timezone.now())
    return _geojson(
        [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [row.lon, row.lat]},
                "properties": {"id": row.id, "title": row.title, "href": "#case", "tone": row.tone},
            }
            for row in rows
        ]
    )


def _pieces(now: datetime) -> dict[str, Any]:
    wrong = SampleForm({"text": "", "building": "", "what": "lift", "action": "0" * 32})
    return {
        "cases": _cases(now),
        "clocks": _clocks(now),
        "story": _story(now),
        "wrong": wrong,
        "fresh": SampleForm(auto_id="fresh_%s"),
        "filters": FilterForm(auto_id="filter_%s"),
        "page": SamplePage(previous="a", next="b"),
        "icons": ICONS,
        "tones": ["new", "active", "waiting", "done", "late", "sealed", "off"],
        "now": now,
        "places_url": reverse("core:kit_places"),
        "cases_url": reverse("core:kit_cases"),
        "picture": static("core/kit/landing.svg"),
    }


ICONS = (
    "camera chart check clock cross dot file frame gear half inbox left letter list lock map menu minus pause people "
    "person phone pin plus right ring search shield stop upload warn"
).split()


def _two(zh: str, en: str) -> str:
    return en if (get_language() or "").startswith("en") else zh


def _clocks(now: datetime) -> list[SampleClock]:
    hour, day = timedelta(hours=1), timedelta(days=1)
    sentence = _two(
        "自11月3日起15日，期满日为节假日，顺延至11月25日；《民法典》第203条。",
        "15 days from 3 November; the last falls on a holiday and rolls to 25 November. Civil Code, art. 203.",
    )
    return [
        SampleClock(now + 26 * hour, now + 20 * hour, sentence=sentence),
        SampleClock(now + 3 * hour, now - hour),
        SampleClock(now - 5 * hour, now - day),
        SampleClock(now + 50 * day, now + 40 * day, provisional=True),
        SampleClock(now + day, state="paused"),
        SampleClock(now - day, state="met", ended=now - 2 * day),
        SampleClock(now - 2 * day, state="missed", ended=now - day),
    ]


def _cases(now: datetime) -> list[SampleCase]:
    ok, soon, late, *_others = _clocks(now)
    done = SampleClock(now, state="met", ended=now - timedelta(days=1))
    return [
        SampleCase(1, _two("楼道灯不亮", "Landing light is out"), _two("乐山一村 12号", "Leshan Village 1, building 12"),
                   _two("处置中", "Handling"), "active", 1, ok, 121.4349, 31.1941),
        SampleCase(2, _two("电动车在楼道充电", "E-bike charging on the stairs"), _two("乐山二村 3号", "Leshan Village 2, building 3"),
                   _two("已派遣", "Dispatched"), "waiting", 2, soon, 121.4371, 31.1934),
        SampleCase(3, _two("窨井盖松动", "Loose manhole cover"), _two("乐山一村 东门", "Leshan Village 1, east gate"),
                   _two("已超期", "Overdue"), "late", 9, late, 121.4382, 31.1928),
        SampleCase(4, _two("围墙渗水", "Wall lets water through"), _two("乐山一村 5号", "Leshan Village 1, building 5"),
                   _two("已结案", "Closed"), "done", 14, done, 121.4342, 31.1950),
    ]  # fmt: skip


def _story(now: datetime) -> list[SampleEntry]:
    shot = {"thumb": static("core/kit/landing.svg"), "full": static("core/kit/landing.svg"), "width": 256, "height": 192,
            "alt": _two("修好的楼道灯，亮着", "The landing light, mended and lit")}  # fmt: skip
    hours = lambda n: now - timedelta(hours=n)  # noqa: E731  short, and used three lines below only
    return [
        SampleEntry(_two("居民反映：三楼楼道灯不亮", "A resident reported: the light on the third landing is out"), hours(50)),
        SampleEntry(_two("值班长立案，派给高建物业", "The duty officer filed it and sent it to Gaojian Property"), hours(49),
                    _two("片区值班长", "Area duty officer"), _two("照明由物业负责。", "Lighting is the property company's.")),
        SampleEntry(_two("已更换灯泡", "The bulb was changed"), hours(26), _two("高建物业", "Gaojian Property"),
                    photos=(shot,)),
        SampleEntry(_two("网格员现场核查，灯已亮；结案", "The grid worker looked: the light is on. Closed"), hours(2),
                    _two("网格员", "Grid worker"), tone="done"),
    ]  # fmt: skip


def _slab(number: int) -> dict[str, Any]:
    row, column = divmod(number - 1, 3)
    west, south = 121.4339 + column * 0.0015, 31.1923 + row * 0.0008
    return _feature("building", _two(f"{number}号", str(number)), _box(west, south, west + 0.0012, south + 0.00014 * 2))


def _box(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def _feature(kind: str, title: str, geometry: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": {"kind": kind, "title": title}}


def _geojson(features: list[dict[str, Any]]) -> JsonResponse:
    return JsonResponse(
        {"type": "FeatureCollection", "features": features}, content_type="application/geo+json",
        json_dumps_params={"ensure_ascii": False},
    )  # fmt: skip
