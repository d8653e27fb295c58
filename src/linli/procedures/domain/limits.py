"""Which time limit applies, and the calendar it is counted on."""

import time
from dataclasses import dataclass
from datetime import date, datetime, time as clock_time
from threading import Lock

from django.conf import settings
from django.db.models import Q

from linli import lawbook
from linli.engines.clocks import Calendar, Kind, Limit, due
from linli.procedures.models import LocalRule, Procedure, WorkCalendar
from linli.procedures.registry import kind_of

OFFICE_HOURS = ((clock_time(9), clock_time(11, 30)), (clock_time(13, 30), clock_time(17, 30)))  # until a calendar is loaded
FRESH = 2.0  # seconds for which a process trusts the calendar and the local rules it has read


@dataclass(frozen=True)
class AppliedLimit:
    """A limit, what set it, and whether that is only assumed."""

    limit: Limit
    source: str
    assumed: bool


class _Snapshot:
    """The calendar and the local rules as last read; read again after `FRESH` seconds or a change made here."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._read_at = float("-inf")
        self._version = -1
        self.calendar: Calendar
        self.rules: list[LocalRule] = []

    def current(self) -> "_Snapshot":
        if time.monotonic() - self._read_at > FRESH:
            with self._lock:
                self._read()
        return self

    def forget(self) -> None:
        self._read_at, self._version = float("-inf"), -1

    def _read(self) -> None:
        newest = WorkCalendar.objects.order_by("-version").values_list("version", flat=True).first() or 0
        if newest != self._version:
            self.calendar = _load(newest)
            self._version = newest
        self.rules = list(LocalRule.objects.order_by("-effective_from", "-version"))
        self._read_at = time.monotonic()


def _load(version: int) -> Calendar:
    if not version:
        return Calendar(version="none", zone=settings.TIME_ZONE, years={}, office_hours=OFFICE_HOURS)
    return Calendar.from_data(WorkCalendar.objects.get(version=version).data)


_snapshot = _Snapshot()


def forget_snapshot() -> None:
    """After a change of the calendar or of local rules in this process."""
    _snapshot.forget()


def calendar() -> Calendar:
    """The calendar in force."""
    return _snapshot.current().calendar


def limit_for(clock: str, procedure: Procedure, started: datetime) -> AppliedLimit:
    """The limit of a clock that starts at `started`: the class's own, else the lawbook's, as a local rule allows.

    A local rule may shorten a limit, or replace one that the lawbook marks as assumed; one that would lengthen a
    legal limit is passed over.

    Raises:
        lawbook.UnknownRule, lawbook.NotInForce: nothing sets a limit for this clock on that day.
    """
    on = started.astimezone(calendar().tz).date()
    own = kind_of(procedure.kind).own_limit(clock, procedure)
    if own is not None:
        base = AppliedLimit(own, "class", assumed=False)
    else:
        rule = lawbook.rule(clock, on=on)
        base = AppliedLimit(rule.limit, rule.id, assumed=rule.assumed)
    local = _local(clock, procedure.kind, on)
    if local is None:
        return base
    limit = Limit(local.amount, Kind(local.unit), roll=base.limit.roll, close_of_business=base.limit.close_of_business)
    if base.assumed or _shorter(limit, base.limit, started):
        return AppliedLimit(limit, f"local:{local.pk}", assumed=False)
    return base


def _local(clock: str, kind: str, on: date) -> LocalRule | None:
    for rule in _snapshot.current().rules:
        in_force = rule.effective_from <= on and (rule.effective_to is None or on < rule.effective_to)
        if rule.clock == clock and rule.kind in ("", kind) and in_force:
            return rule
    return None


def _shorter(one: Limit, other: Limit, started: datetime) -> bool:
    return due(one, started, calendar()).at < due(other, started, calendar()).at


def load_calendar(*, data: dict, source: str, at: datetime) -> WorkCalendar:
    """Put a new version of the calendar into force. Clocks that ran past the old one are recomputed by a job."""
    newest = WorkCalendar.objects.order_by("-version").values_list("version", flat=True).first() or 0
    loaded = WorkCalendar.objects.create(version=newest + 1, data=data, source=source, loaded_at=at)
    forget_snapshot()
    return loaded


def rules_in_force(on: date) -> list[LocalRule]:
    """The local rules of a day, for the page that lists them."""
    return list(LocalRule.objects.filter(Q(effective_to=None) | Q(effective_to__gt=on), effective_from__lte=on))
