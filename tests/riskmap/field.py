"""A field of buildings with reports of which it is known where they pile up, for tests of hotspots."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from linli.places.domain.draft import PlaceDraft
from linli.places.domain.tree import create_places
from linli.places.models import Kind
from linli.riskmap.domain import hotspot_questions as questions
from linli.riskmap.domain.hotspot_answering import work_out
from linli.riskmap.enums_hotspots import Method, RunKind
from linli.riskmap.models import HotspotRun
from tests.neighbourhood import Street, square

ROWS, COLUMNS, MANY = 5, 7, 8
FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)


def build_field(street: Street) -> None:
    """Thirty-five buildings more, seven by five, some twenty-four metres apart; b00 is in the south-west."""
    drafts = []
    for row in range(ROWS):
        for column in range(COLUMNS):
            west, south = 121.4331 + column * 0.00027, 31.19202 + row * 0.0002
            outline = square(west, south, west + 0.00009, south + 0.00007)
            name = f"1{row}{column}"
            drafts.append(PlaceDraft(kind=Kind.BUILDING, name=f"{name}号", name_en=f"No. {name}", geometry=outline))
    for place in create_places(parent=street.places["estate"], drafts=drafts):
        street.places[f"b{place.name[1:3]}"] = place


def pile_up(street: Street, report: Callable[..., Any], at: datetime) -> None:
    """Eight reports at each of four buildings in one corner, one at each of the others: 63 at one time."""
    for row in range(ROWS):
        for column in range(COLUMNS):
            for _ in range(MANY if row < 2 and column < 2 else 1):
                report(place=street.places[f"b{row}{column}"], at=at)


def question(method: str = Method.GI_STAR, **more: Any) -> questions.Question:
    given = {"first": FIRST, "last": LAST, "sources": ("cases",), "method": method, "unit": "building", **more}
    return questions.Question(RunKind.HOTSPOTS.value, **given)


def answered(asked: questions.Question, scope: str) -> HotspotRun:
    """The run of a question, worked out."""
    run = questions.ask(asked, scope, at=timezone.now())
    work_out(run, at=timezone.now())
    run.refresh_from_db()
    return run


def yesterday() -> date:
    return timezone.localdate() - timedelta(days=1)
