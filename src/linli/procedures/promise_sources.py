"""What a public promise can be measured by: sources that each app registers in its `ready()`.

A source says when each of its matters began and ended, and nothing of a person. The apps above count, hide small
numbers, and show whoever may see a matter which ones were counted.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Min, Q

from linli.people.actors import Viewer
from linli.procedures.enums import ClockState
from linli.procedures.models import Clock, Procedure
from linli.procedures.registry import kind_of


@dataclass(frozen=True)
class Counted:
    """One matter. ended: none while it waits. due: when its own clock ends, for sources that keep to it."""

    key: Any
    began: datetime
    ended: datetime | None
    due: datetime | None = None


@dataclass(frozen=True)
class Line:
    """A counted matter as a list shows it; url: "" where it has no page of its own."""

    title: str
    url: str = ""


def procedures_seen(viewer: Viewer, keys: Sequence[Any]) -> set[Any]:
    """Those of these procedures that the viewer may see."""
    return set(Procedure.objects.visible_to(viewer).filter(pk__in=keys).values_list("pk", flat=True))


def procedure_lines(keys: Sequence[Any]) -> dict[Any, Line]:
    """The lines of procedures, to be asked for those alone that the reader may see. One statement."""
    rows = Procedure.objects.filter(pk__in=keys)
    related = {name for kind in rows.order_by().values_list("kind", flat=True).distinct() for name in _related(kind)}
    return {
        row.pk: Line(kind_of(row.kind).title(row), kind_of(row.kind).url(row)) for row in rows.select_related(*related)
    }


def _related(kind: str) -> tuple[str, ...]:
    return ("place", *kind_of(kind).related)


@dataclass(frozen=True)
class Source:
    """read: the matters that began from one instant up to another.  own_clock: the time is that of each matter's own
    clock, and a promise names none.  needs: the permission to read its list; "" where seeing the matter is enough."""

    code: str
    title: Any
    read: Callable[[datetime, datetime], Iterable[Counted]]
    own_clock: bool = False
    needs: str = ""
    seen: Callable[[Viewer, Sequence[Any]], set[Any]] = procedures_seen
    lines: Callable[[Sequence[Any]], Mapping[Any, Line]] = procedure_lines


_sources: dict[str, Source] = {}


def register(source: Source) -> Source:
    """Offer a source; one of the same code takes the place of the first."""
    _sources[source.code] = source
    return source


def sources() -> Mapping[str, Source]:
    return dict(_sources)


def until_entry(since: datetime, until: datetime, *, ends: Sequence[str], **only: Any) -> Iterable[Counted]:
    """Procedures from their opening to their first entry of these kinds. One statement.

    only: lookups that a procedure must match.
    """
    found = Procedure.objects.filter(opened__gte=since, opened__lt=until, **only)
    ended = Min("entries__at", filter=Q(entries__kind__in=ends, entries__at__gte=F("opened")))
    rows = found.annotate(ended=ended).order_by().values_list("pk", "opened", "ended")
    return [Counted(*row) for row in rows]


def by_clock(since: datetime, until: datetime, *, rule: str, **only: Any) -> Iterable[Counted]:
    """Clocks of one rule that began in a time, each held to its own end; pauses and extensions are in it. What was
    dropped, or stands still, counts for neither side. One statement.

    only: lookups that a clock must match.
    """
    rows = Clock.objects.filter(rule=rule, start__gte=since, start__lt=until, due__isnull=False, **only)
    rows = rows.exclude(state__in=(ClockState.DROPPED, ClockState.PAUSED))
    return [
        Counted(key, start, ended if state == ClockState.MET else None, due)
        for key, start, ended, due, state in rows.values_list("procedure", "start", "ended", "due", "state")
    ]
