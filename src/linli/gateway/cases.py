"""Cases over HTTP: report one, list and read them as staff, and the public map."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from ninja import Field, Query, Router, Schema

from linli.cases.domain import desk, queries
from linli.cases.domain.catalogue import catalogue
from linli.cases.domain.report import report_case
from linli.cases.enums import Source
from linli.cases.models import CaseClass
from linli.core.errors import Invalid
from linli.core.limits import limit
from linli.gateway.auth import Needs
from linli.gateway.problems import problems
from linli.places.domain.kept import tree
from linli.places.models import Place
from linli.procedures.domain.queries import clocks_of
from linli.procedures.domain.story import story
from linli.procedures.enums import Audience

router = Router(tags=["cases"])
STAFF_READ = (Audience.PUBLIC, Audience.PARTIES, Audience.STAFF)


GEOJSON_OR_PROBLEM: dict[str, Any] = {
    "responses": {
        "200": {"description": "OK", "content": {"application/geo+json": {"schema": {"type": "object"}}}},
        **problems(422)["responses"],
    }
}


class ReportIn(Schema):
    """What is wrong, and where. `action` makes a second submit of the same report harmless."""

    text: str = Field(min_length=1, max_length=4000)
    klass: str | None = Field(None, alias="class", max_length=40)
    place: int | None = Field(None, ge=1, lt=2**63)
    where: str = Field("", max_length=200)
    lon: float | None = Field(None, ge=-180, le=180, allow_inf_nan=False)
    lat: float | None = Field(None, ge=-90, le=90, allow_inf_nan=False)
    contact: str = Field("", max_length=120)
    action: UUID = Field(default_factory=uuid4)


class ReportOut(Schema):
    """The public number, and the code that opens the way back to the report."""

    number: str
    claim_code: str
    state: str
    due: datetime | None


class CaseLine(Schema):
    """One line of the staff list."""

    number: str
    state: str
    class_name: str | None
    place: str | None
    text: str
    source: str
    opened: datetime
    due: datetime | None
    closed: datetime | None


class CasesOut(Schema):
    """A page of the list; `after` is the cursor of the next, none on the last."""

    cases: list[CaseLine]
    after: str | None


class ClockOut(Schema):
    rule: str
    state: str
    due: datetime | None
    provisional: bool


class LineOut(Schema):
    """One entry of the story; `says` is none once it was purged."""

    seq: int
    kind: str
    at: datetime
    actor: str
    says: dict[str, Any] | None


class CaseOut(CaseLine):
    """One case with its clocks and its story."""

    version: int
    clocks: list[ClockOut]
    story: list[LineOut]


class Narrowed(Schema):
    """What the list is narrowed to."""

    state: str = Field("", max_length=20)
    klass: str = Field("", alias="class", max_length=40)
    words: str = Field("", max_length=200)
    open_only: bool = False


@router.post("", response={201: ReportOut}, auth=None, openapi_extra=problems(409, 413, 422, 429))
def report(request: HttpRequest, given: ReportIn) -> HttpResponse:
    """Report something, without an account."""
    limit(request, "report.api")
    reported = report_case(
        text=given.text,
        klass=_class(given.klass),
        place=_place(given.place),
        where=given.where,
        lon=given.lon,
        lat=given.lat,
        contact=given.contact,
        source=Source.OUTSIDE,
        by=None,
        at=now(),
        action=given.action,
    )
    procedure = reported.case.procedure
    told = {
        "number": procedure.number,
        "claim_code": reported.claim_code,
        "state": procedure.state,
        "due": procedure.due,
    }
    return _json(told, status=201)


@router.get("", response=CasesOut, auth=Needs("cases.list"), openapi_extra=problems(401, 403, 422))
def cases(request: HttpRequest, narrowed: Query[Narrowed], after: str | None = None) -> HttpResponse:
    """Cases that the signed-in post may see, the newest first, fifty a page."""
    filters = desk.Filters(narrowed.state, narrowed.klass, "", narrowed.words, narrowed.open_only)
    page = desk.listed(request.viewer, filters, after=after)  # type: ignore[attr-defined]
    lines = [
        {
            "number": row.number,
            "state": row.state,
            "class_name": row.klass,
            "place": row.place,
            "text": row.text,
            "source": row.source,
            "opened": row.opened,
            "due": row.due,
            "closed": row.closed,
        }
        for row in page.rows
    ]
    return _json({"cases": lines, "after": page.after})


@router.get("/map.geojson", auth=None, openapi_extra=GEOJSON_OR_PROBLEM)
def case_map(request: HttpRequest, bbox: str = "") -> HttpResponse:
    """The newest public cases, at most 4,000, as GeoJSON. bbox: west,south,east,north in WGS-84 degrees."""
    return HttpResponse(queries.public_geojson(bbox=_bbox(bbox)), content_type="application/geo+json")


@router.get("/{number}", response=CaseOut, auth=Needs("procedures.inbox"), openapi_extra=problems(401, 403, 404))
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One case with its story, for a post that may see it."""
    found = queries.case_for(number, request.viewer)  # type: ignore[attr-defined]
    procedure = found.procedure
    lines = [
        {"seq": line.seq, "kind": line.kind, "at": line.at, "actor": line.actor, "says": line.says}
        for line in story(procedure, STAFF_READ)
    ]
    clocks = [
        {"rule": clock.rule, "state": clock.state, "due": clock.due, "provisional": clock.provisional}
        for clock in clocks_of(procedure)
    ]
    told = {
        "number": procedure.number,
        "state": procedure.state,
        "version": procedure.version,
        "class_name": found.klass.name if found.klass else None,
        "place": procedure.place.name if procedure.place else None,
        "text": found.text,
        "source": found.source,
        "opened": procedure.opened,
        "due": procedure.due,
        "closed": procedure.closed,
        "clocks": clocks,
        "story": lines,
    }
    return _json(told)


def _json(told: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return HttpResponse(orjson.dumps(told), status=status, content_type="application/json")


def _class(code: str | None) -> CaseClass | None:
    if not code:
        return None
    found = catalogue().named(code)
    if found is None:
        raise Invalid(fields={"class": "unknown class"})
    return found


def _place(key: int | None) -> Place | None:
    if key is None:
        return None
    found = tree().by_key.get(key)
    if found is None:
        raise Invalid(fields={"place": "unknown place"})
    return found


def _bbox(text: str) -> tuple[float, float, float, float] | None:
    if not text:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError as error:
        raise Invalid(fields={"bbox": "west,south,east,north"}) from error
    return west, south, east, north
