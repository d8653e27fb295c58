"""Open data: what anybody may take along, at addresses that stay, with what each column means.

Numbers of cases are those of the public monthly reports, so they do not move once published, and what was small there
is small here. Nothing is by person, by flat or by day.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from linli.insight.domain import indicators, periods
from linli.insight.domain.defining import known
from linli.insight.domain.definitions import Indicator
from linli.insight.models import Report
from linli.places.domain.kept import tree
from linli.places.domain.queries import governed_path
from linli.places.models import STEP, Kind
from linli.sensing.domain.device_queries import public_geojson

LICENCE = "CC-BY-4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"
PLACES = (Kind.AREA, Kind.COMMITTEE, Kind.CELL, Kind.ESTATE, Kind.LANE, Kind.BUILDING)
MONTHS = 36  # that are given

Rows = Iterator[Sequence[Any]]


@dataclass(frozen=True)
class Column:
    """One column or property, and what it means."""

    name: str
    kind: str
    means: Any


@dataclass(frozen=True)
class Offer:
    """One file. rows: of a table, without its heading; text: a whole file of another kind."""

    name: str
    ending: str
    title: Any
    source: Any
    columns: Sequence[Column]
    rows: Callable[[date], Rows] | None = None
    text: Callable[[], bytes] | None = None

    @property
    def file(self) -> str:
        return f"{self.name}.{self.ending}"


def places() -> bytes:
    """A FeatureCollection of the places that a map shows, down to the building; no flats, no figures, no names that
    people use."""
    found = [
        {
            "type": "Feature",
            "id": place.path,
            "properties": {
                "kind": place.kind, "name": place.name, "name_en": place.name_en, "code": place.code,
                "parent": place.path[:-STEP] or None,
            },
            "geometry": place.geometry,
        }
        for place in tree().places
        if place.kind in PLACES and place.path.startswith(governed_path())
    ]  # fmt: skip
    return orjson.dumps({"type": "FeatureCollection", "features": found})


def _newest() -> list[Report]:
    """The newest version of each month, the oldest month first. One statement."""
    found: dict[date, Report] = {}
    for report in Report.objects.defer("office")[: MONTHS * 4]:
        found.setdefault(report.month, report)
    return [found[month] for month in sorted(found)][-MONTHS:]


def _months(_today: date) -> Rows:
    for report in _newest():
        for row in report.public["figures"]:
            yield f"{report.month:%Y-%m}", report.version, row["name"], *_number(row), row["n"]


def _divided(part: str) -> Callable[[date], Rows]:
    def rows(_today: date) -> Rows:
        for report in _newest():
            for row in report.public.get(part, []):  # versions made before there were areas
                numbers = [cell for name in ("reported", "due", "in_time") for cell in _number(row[name])]
                key = row["key"] or ""
                yield f"{report.month:%Y-%m}", report.version, key, row["title"], row["title_en"], *numbers

    return rows


def _number(said: Any) -> tuple[Any, int]:
    """The number, and 1 where it is hidden. A share is of 1, to four places."""
    amount = said["amount"]
    return (None if amount is None else int(amount) if amount == int(amount) else round(amount, 4)), int(said["few"])


def _indicators(today: date) -> Rows:
    """Public indicators by the month, as everybody may read them."""
    shown = {code: each for code, each in known(today).items() if each.public and not each.is_waiting}
    first = periods.months_on(today.replace(day=1), -MONTHS)
    by_span: dict[Any, list[str]] = {}
    for code, each in shown.items():
        by_span.setdefault(each.span, []).append(code)
    for span, codes in by_span.items():
        for code, course in indicators.courses(codes, None, first, today, span, today=today).items():
            for point in course:
                if point.value is not None or point.few:
                    value = None if point.value is None else round(point.value, 4)
                    ends = point.period.first.isoformat(), point.period.last.isoformat()
                    yield (code, *_labels(shown[code]), *ends, value, int(point.few), None if point.few else point.n)


def _labels(indicator: Indicator) -> tuple[str, str, str, str]:
    """Its name in both languages, how its number is meant, and where it comes from."""
    with translation.override("zh-hans"):
        name = str(indicator.label)
    with translation.override("en"):
        return name, str(indicator.label), indicator.form.value, str(indicator.source)


MONTH = Column("month", "yearmonth", _("the month, over when it was counted"))
VERSION = Column("version", "integer", _("version of the monthly report it stands in"))
HIDDEN = _("1 where the number is hidden: one to four, or what would give such a one away")
ROW_COLUMNS = (
    Column("reported", "integer", _("reports received in the month")), Column("reported_hidden", "integer", HIDDEN),
    Column("due", "integer", _("cases whose limit for handling ended in the month")),
    Column("due_hidden", "integer", HIDDEN),
    Column("in_time", "number", _("share of those, from 0 to 1, closed in time")),
    Column("in_time_hidden", "integer", HIDDEN),
)  # fmt: skip
STORIES = _("public monthly reports, from the stories of the cases")

OFFERS = (
    Offer("places", "geojson", _("Places: areas, committees, estates, lanes, buildings, grid cells"),
          _("the map of this office"), (
              Column("id", "string", _("path in the tree; it stays")), Column("kind", "string", _("kind of place")),
              Column("name", "string", _("name in Chinese")), Column("name_en", "string", _("name in English")),
              Column("code", "string", _("code, where it has one")),
              Column("parent", "string", _("path of what holds it")),
              Column("geometry", "geojson", _("outline or point, WGS-84")),
          ), text=places),
    Offer("devices", "geojson", _("Devices that sense public places"), _("the public register of devices"), (
              Column("id", "string", _("code on its label")), Column("title", "string", _("kind of device")),
              Column("href", "string", _("its public page")), Column("geometry", "geojson", _("point, WGS-84")),
          ), text=public_geojson),
    Offer("months", "csv", _("Case handling by month"), STORIES, (
              MONTH, VERSION, Column("figure", "string", _("name of the figure, as docs/figures.md defines it")),
              Column("value", "number", _("a number of cases, or a share from 0 to 1")),
              Column("hidden", "integer", HIDDEN), Column("n", "integer", _("how many cases it stands on")),
          ), rows=_months),
    Offer("classes", "csv", _("Case handling by month and kind of report"), STORIES, (
              MONTH, VERSION, Column("class", "string", _("code of the class; empty: not yet filed")),
              Column("title", "string", _("name in Chinese")), Column("title_en", "string", _("name in English")),
              *ROW_COLUMNS,
          ), rows=_divided("classes")),
    Offer("areas", "csv", _("Case handling by month and area"), STORIES, (
              MONTH, VERSION, Column("area", "string", _("path of the area, as in the places; empty: none")),
              Column("title", "string", _("name in Chinese")), Column("title_en", "string", _("name in English")),
              *ROW_COLUMNS,
          ), rows=_divided("areas")),
    Offer("estates", "csv", _("Case handling by month and estate"), STORIES, (
              MONTH, VERSION, Column("estate", "string", _("path of the estate, as in the places; empty: none")),
              Column("title", "string", _("name in Chinese")), Column("title_en", "string", _("name in English")),
              *ROW_COLUMNS,
          ), rows=_divided("estates")),
    Offer("indicators", "csv", _("Indicators"), _("each row says its own"), (
              Column("indicator", "string", _("code")), Column("title", "string", _("name in Chinese")),
              Column("title_en", "string", _("name in English")),
              Column("form", "string", _("count, rate (a share from 0 to 1) or mean (minutes)")),
              Column("source", "string", _("where the number comes from")),
              Column("first", "date", _("first day of the period")),
              Column("last", "date", _("last day of the period")),
              Column("value", "number", _("the number")), Column("hidden", "integer", HIDDEN),
              Column("n", "integer", _("how many it stands on, where that is known")),
          ), rows=_indicators),
)  # fmt: skip
BY_FILE = {offer.file: offer for offer in OFFERS}


def dictionary(address: Callable[[str], str], title: str) -> bytes:
    """A Data Package: every file with its address, columns, source and licence (frictionlessdata.io, v1)."""
    return orjson.dumps(
        {
            "profile": "data-package", "name": "linli-open-data", "title": title,
            "licenses": [{"name": LICENCE, "path": LICENCE_URL}],
            "resources": [
                {
                    "name": offer.name, "path": address(offer.file), "format": offer.ending, "encoding": "utf-8",
                    "title": str(offer.title), "sources": [{"title": str(offer.source)}],
                    "schema": {
                        "fields": [
                            {"name": each.name, "type": each.kind, "description": str(each.means)}
                            for each in offer.columns
                        ]
                    },
                }
                for offer in OFFERS
            ],
        },
        option=orjson.OPT_INDENT_2,
    )  # fmt: skip
