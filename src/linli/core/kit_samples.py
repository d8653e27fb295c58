"""What the living page of the kit shows: one report's days, in both languages. Nobody in it is real."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.templatetags.static import static
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from linli.core.forms import ActionForm, CodeInput, DayInput, Hinted, PhotosField

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEST, SOUTH, EAST, NORTH = 121.4335, 31.1920, 121.4385, 31.1956


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
    at: tuple[float, float]

    def as_feature(self) -> dict[str, Any]:
        properties = {"id": self.id, "title": self.title, "href": "#case", "tone": self.tone}
        return _feature({"type": "Point", "coordinates": self.at}, **properties)


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
    estate = forms.ChoiceField(
        label=_("Estate"), choices=[("", "–"), ("1", _("Leshan Village 1")), ("2", _("Leshan Village 2"))]
    )
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


class OneForm(ActionForm):
    """A single question."""

    text = SampleForm.base_fields["text"]


class FilterForm(forms.Form):
    state = forms.ChoiceField(
        label=_("State"), choices=[("", _("All")), ("open", _("Open")), ("closed", _("Closed"))], required=False
    )
    words = forms.CharField(label=_("Words"), required=False)


def clocks(now: datetime) -> list[SampleClock]:
    """Running, soon due, overdue, provisional, standing still, met, and met too late."""
    sentence = _two(
        "自11月3日起15日，期满日为节假日，顺延至11月25日；《民法典》第203条。",
        "15 days from 3 November; the last falls on a holiday and rolls to 25 November. Civil Code, art. 203.",
    )
    return [
        SampleClock(now + 26 * HOUR, now + 20 * HOUR, sentence=sentence),
        SampleClock(now + 3 * HOUR, now - HOUR),
        SampleClock(now - 5 * HOUR, now - DAY),
        SampleClock(now + 50 * DAY, now + 40 * DAY, provisional=True),
        SampleClock(now + DAY, state="paused"),
        SampleClock(now - DAY, state="met", ended=now - 2 * DAY),
        SampleClock(now - 2 * DAY, state="missed", ended=now - DAY),
    ]


def cases(now: datetime) -> list[SampleCase]:
    running, soon, overdue, _provisional, _paused, met, _late = clocks(now)
    rows = [
        ("楼道灯不亮", "Landing light is out", "乐山一村 12号", "Leshan Village 1, building 12"),
        ("电动车在楼道充电", "E-bike charging on the stairs", "乐山二村 3号", "Leshan Village 2, building 3"),
        ("窨井盖松动", "Loose manhole cover", "乐山一村 东门", "Leshan Village 1, east gate"),
        ("围墙渗水", "Wall lets water through", "乐山一村 5号", "Leshan Village 1, building 5"),
    ]
    standings = [
        (_two("处置中", "Handling"), "active", 1, running, (121.4349, 31.1941)),
        (_two("已派遣", "Dispatched"), "waiting", 2, soon, (121.4371, 31.1934)),
        (_two("已超期", "Overdue"), "late", 9, overdue, (121.4382, 31.1928)),
        (_two("已结案", "Closed"), "done", 14, met, (121.4342, 31.1950)),
    ]
    return [
        SampleCase(number, _two(title, title_en), _two(place, place_en), *standing)
        for number, ((title, title_en, place, place_en), standing) in enumerate(zip(rows, standings, strict=True), 1)
    ]


def story(now: datetime) -> list[SampleEntry]:
    """From the report to the closing, as the resident reads it."""
    picture = static("core/kit/landing.svg")
    alt = _two("修好的楼道灯，亮着", "The landing light, mended and lit")
    shot = {"thumb": picture, "full": picture, "alt": alt, "width": 256, "height": 192}
    return [
        SampleEntry(
            what=_two("居民反映：三楼楼道灯不亮", "A resident reported: the light on the third landing is out"),
            at=now - 50 * HOUR,
        ),
        SampleEntry(
            what=_two("值班长立案，派给高建物业", "The duty officer filed it and sent it to Gaojian Property"),
            at=now - 49 * HOUR,
            by=_two("片区值班长", "Area duty officer"),
            because=_two("照明由物业负责。", "Lighting is the property company's."),
        ),
        SampleEntry(
            what=_two("已更换灯泡", "The bulb was changed"),
            at=now - 26 * HOUR,
            by=_two("高建物业", "Gaojian Property"),
            photos=(shot,),
        ),
        SampleEntry(
            what=_two("网格员现场核查，灯已亮；结案", "The grid worker looked: the light is on. Closed"),
            at=now - 2 * HOUR,
            by=_two("网格员", "Grid worker"),
            tone="done",
        ),
    ]


def yard() -> list[dict[str, Any]]:
    """An estate with four rows of slabs and the lane between them, as GeoJSON features."""
    lane = {"type": "LineString", "coordinates": [[(WEST + EAST) / 2, SOUTH], [(WEST + EAST) / 2, NORTH]]}
    return [
        _feature(_box(WEST, SOUTH, EAST, NORTH), kind="estate", title=_two("乐山一村", "Leshan Village 1")),
        _feature(lane, kind="lane", title=""),
        *(_slab(number) for number in range(1, 13)),
    ]


def _slab(number: int) -> dict[str, Any]:
    row, column = divmod(number - 1, 3)
    west, south = WEST + 0.0004 + column * 0.0015, SOUTH + 0.0003 + row * 0.0008
    title = _two(f"{number}号", str(number))
    return _feature(_box(west, south, west + 0.0012, south + 0.00028), kind="building", title=title)


def _box(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def _feature(geometry: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _two(zh: str, en: str) -> str:
    return en if (get_language() or "").startswith("en") else zh
