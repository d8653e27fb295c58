"""What a public promise is measured by: real procedures, from their opening to the entry that keeps the promise.

A measure speaks of a desk's or office's procedures, never of a person; sealed ones are not counted, and a figure over
fewer than five is not shown.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Min, Q
from django.utils.translation import gettext_lazy as _

from linli.cases.enums import Source
from linli.core.templatetags.kit import FEWEST
from linli.engines.clocks import Kind, Limit, due
from linli.procedures.domain.limits import calendar
from linli.procedures.models import Procedure
from linli.station.models import CallOut, Commitment

WINDOW = timedelta(days=90)
UNITS = (Kind.MINUTE, Kind.NATURAL_HOUR, Kind.WORKING_HOUR, Kind.WORKING_DAY, Kind.NATURAL_DAY)


@dataclass(frozen=True)
class Measure:
    """What begins and what ends the time. kind: of the procedure; "" for call-outs. ends: kinds of entry, the first
    counts. only: what else a procedure must be, as lookups: a person told it, not a device or a round."""

    code: str
    title: Any
    kind: str = ""
    ends: tuple[str, ...] = ()
    only: Mapping[str, Any] = field(default_factory=dict)


TOLD = {"case__source__in": [Source.RESIDENT, Source.HOTLINE, Source.WINDOW, Source.VOLUNTEER, Source.PETITION_DESK]}
MEASURES: Mapping[str, Measure] = {
    each.code: each
    for each in (
        Measure(
            "report_told",
            _("from a report to the word who has it"),
            "case",
            ("file", "dispatch", "merge", "void"),
            TOLD,
        ),
        Measure("report_done", _("from a report to its answer"), "case", ("close", "void"), TOLD),
        Measure("call_out", _("from the call of the mini fire station to its arrival")),
    )
}


@dataclass(frozen=True)
class Rate:
    """How often a promise was kept: `kept` of `n` whose time is over or which were answered. Below five: not shown."""

    kept: int
    n: int

    @property
    def few(self) -> bool:
        return self.n < FEWEST

    @property
    def percent(self) -> int:
        """Rounded down: 99.6 is not all."""
        return 100 * self.kept // self.n if self.n else 0


def rate_of(commitment: Commitment, at: datetime) -> Rate:
    """How often it was kept since it holds, in the last ninety days. One statement."""
    measure = MEASURES[commitment.measure]
    days = calendar()
    since = max(at - WINDOW, datetime.combine(commitment.since, datetime.min.time(), days.tz))
    until = at
    if commitment.until is not None:
        until = min(at, datetime.combine(commitment.until + timedelta(days=1), datetime.min.time(), days.tz))
    limit = Limit(commitment.amount, Kind(commitment.unit))
    return _counted(_spans(measure, since, until), limit, at)


def _spans(measure: Measure, since: datetime, until: datetime) -> Iterable[tuple[datetime, datetime | None]]:
    """When each began, and when it was ended, if it was."""
    if not measure.kind:
        calls = CallOut.objects.filter(called_at__gte=since, called_at__lt=until, case__procedure__sealed=False)
        return calls.values_list("called_at", "on_scene_at")
    found = Procedure.objects.filter(
        kind=measure.kind, opened__gte=since, opened__lt=until, sealed=False, **measure.only
    )
    ended = Min("entries__at", filter=Q(entries__kind__in=measure.ends, entries__at__gte=F("opened")))
    return found.annotate(ended=ended).order_by().values_list("opened", "ended")


def _counted(spans: Iterable[tuple[datetime, datetime | None]], limit: Limit, at: datetime) -> Rate:
    kept = n = 0
    days = calendar()
    for began, ended in spans:
        ends = due(limit, began, days).at
        if ends is None or (ended is None and at < ends):
            continue  # nobody knows yet
        n += 1
        kept += ended is not None and ended < ends
    return Rate(kept, n)
