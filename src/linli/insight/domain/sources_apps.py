"""Indicators out of the rows of other apps: hazards, premises, mediations, petitions, and matters at the window.

For staff alone: of places, never of single rows, so that a sealed file moves a number and shows nothing else.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet

from linli.hazards.enums import PremisesStatus
from linli.hazards.models import Visit
from linli.hazards.workflow import RECTIFY
from linli.mediation.domain import indicators as mediation
from linli.petitions.domain import indicators as petitions
from linli.procedures.enums import ClockState
from linli.procedures.models import Clock, Entry
from linli.services.domain import indicators as services
from linli.services.models import Request

Paths = Sequence[str]
KINDS = ("hazard", "mediation", "petition", "request")
PUT_RIGHT = (PremisesStatus.CORRECTED, PremisesStatus.CLOSED)
# A limit that ends at midnight ends the day before.
END_OF_DAY = ExpressionWrapper(F("due") - timedelta(microseconds=1), output_field=DateTimeField())


@dataclass(frozen=True)
class Rows:
    """The rows of an indicator. at: the column by which they fall into a period. above: those above the line, none for
    all. counted: what is counted once, where several rows may be of the same."""

    of: Callable[[Paths], QuerySet[Any]]
    at: str
    above: Q | None = None
    counted: str = "pk"


def below(name: str, paths: Paths) -> Q:
    """Rows at these places and beneath them."""
    found = Q(pk__in=[])
    for path in paths:
        found |= Q(**{f"{name}__gte": path, f"{name}__lt": path + "~"})
    return found


def _hazards(paths: Paths) -> QuerySet[Clock]:
    """The first notice's limit of each hazard; what was passed on before it ended is none of them."""
    earlier = Clock.objects.filter(procedure=OuterRef("procedure"), rule=RECTIFY, pk__lt=OuterRef("pk"))
    rows = Clock.objects.filter(below("procedure__place_path", paths), ~Exists(earlier), rule=RECTIFY)
    return rows.exclude(state=ClockState.DROPPED, procedure__state="escalated").annotate(ends=END_OF_DAY)


def _premises(paths: Paths) -> QuerySet[Visit]:
    return Visit.objects.filter(below("premises__place_path", paths), after__in=PUT_RIGHT)


def _disputes(paths: Paths) -> QuerySet[Entry]:
    ends = (mediation.SETTLED, *mediation.WITHOUT)
    return Entry.objects.filter(
        below("procedure__place_path", paths), procedure__kind="mediation", kind__in=ends
    )  # fmt: skip


def _petitions(paths: Paths) -> QuerySet[Clock]:
    """A petition that is closed to somebody is not counted: no number that they read may move by it."""
    return Clock.objects.filter(
        below("procedure__place_path", paths), procedure__kind="petition", procedure__excludes=False,
        rule__in=petitions.OFFICE, state__in=(ClockState.MET, ClockState.MISSED), ended__isnull=False,
    )  # fmt: skip


def _settled(paths: Paths) -> QuerySet[Request]:
    return Request.objects.filter(
        below("procedure__place_path", paths), channel__in=services.AT_WINDOW, ended_at__isnull=False
    )  # fmt: skip


PUT_RIGHT_IN_TIME = Q(state=ClockState.MET, procedure__state="closed", procedure__hazard__notices=1)
ROWS: dict[str, Rows] = {
    "hazards_in_time": Rows(_hazards, "ends", PUT_RIGHT_IN_TIME),
    "premises": Rows(_premises, "at", counted="premises"),
    "disputes": Rows(_disputes, "at", Q(kind=mediation.SETTLED)),
    "petitions_in_time": Rows(_petitions, "ended", Q(state=ClockState.MET)),
    "window_wait": Rows(_settled, "ended_at", Q(at_first_visit=True)),
}
