"""The clocks of a procedure: started, stopped, paused, resumed, extended; and what its first due date is."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from linli.engines.clocks import Kind, Limit, Span, amber, due
from linli.procedures.domain.limits import calendar, limit_for
from linli.procedures.enums import ClockState
from linli.procedures.models import Clock, Procedure

OPEN = (ClockState.RUNNING, ClockState.PAUSED)


def new_clock(procedure: Procedure, rule: str, at: datetime) -> Clock:
    """A clock that starts now, not saved yet."""
    applied = limit_for(rule, procedure, at)
    clock = Clock(
        procedure=procedure,
        rule=rule,
        source=applied.source,
        amount=applied.limit.amount,
        unit=applied.limit.kind,
        roll=applied.limit.roll,
        close_of_business=applied.limit.close_of_business,
        assumed=applied.assumed,
        start=at,
    )
    reckon(clock)
    return clock


def reckon(clock: Clock) -> None:
    """Work out when the clock ends, from its limit, its pauses, its extension and the calendar in force."""
    spans, days = spans_of(clock), calendar()
    reckoned = due(limit_of(clock), clock.start, days, spans, extension=clock.extension)
    clock.due, clock.raw, clock.provisional = reckoned.at, reckoned.raw, reckoned.provisional
    clock.steps = [[step.why, dict(step.values)] for step in reckoned.steps]
    clock.amber = amber(limit_of(clock), clock.start, days, spans, extension=clock.extension)


def limit_of(clock: Clock) -> Limit:
    return Limit(clock.amount, Kind(clock.unit), roll=clock.roll, close_of_business=clock.close_of_business)


def spans_of(clock: Clock) -> list[Span]:
    return [
        Span(datetime.fromisoformat(start), datetime.fromisoformat(end) if end else None) for start, end in clock.spans
    ]


def stop(clock: Clock, at: datetime) -> None:
    """End a clock at `at`: met before it is due, missed from then on."""
    clock.state = ClockState.MET if clock.due is None or at < clock.due else ClockState.MISSED
    clock.ended = at


def drop(clock: Clock, at: datetime) -> None:
    """End a clock without a verdict: what it waited for is no longer wanted."""
    clock.state, clock.ended = ClockState.DROPPED, at


def pause(clock: Clock, at: datetime) -> None:
    clock.spans = [*clock.spans, [at.isoformat(), None]]
    clock.state = ClockState.PAUSED
    reckon(clock)


def resume(clock: Clock, at: datetime) -> None:
    clock.spans = [*clock.spans[:-1], [clock.spans[-1][0], at.isoformat()]]
    clock.state = ClockState.RUNNING
    reckon(clock)


def first_due(clocks: Iterable[Clock]) -> tuple[datetime | None, datetime | None]:
    """(due, amber) of the running clock that ends first; (none, none) where nothing runs."""
    running = [(clock.due, clock) for clock in clocks if clock.state == ClockState.RUNNING and clock.due is not None]
    if not running:
        return None, None
    due, first = min(running, key=lambda pair: pair[0])
    return due, first.amber


CHANGED = ["state", "ended", "spans", "steps", "due", "raw", "amber", "provisional", "extension"]


def turn(
    procedure: Procedure,
    open_clocks: Sequence[Clock],
    at: datetime,
    *,
    starts: Iterable[str] = (),
    stops: Iterable[str] = (),
    pauses: Iterable[str] = (),
    resumes: Iterable[str] = (),
    extends: Iterable[str] = (),
    drops: Iterable[str] = (),
    amount: int = 0,
) -> list[Clock]:
    """Apply what a move says about clocks, save it, and return those that are open afterwards.

    amount: by how much the clocks of `extends` are extended, in their own unit.
    """
    running = {clock.rule: clock for clock in open_clocks}
    changed: list[Clock] = []

    def extend(clock: Clock, _at: datetime) -> None:
        clock.extension += amount
        reckon(clock)

    acts = (
        (stops, stop, OPEN),
        (drops, drop, OPEN),
        (pauses, pause, ["running"]),
        (resumes, resume, ["paused"]),
        (extends, extend, OPEN),
    )
    for names, act, state in acts:
        for name in names:
            if name in running and running[name].state in state:
                act(running[name], at)
                changed.append(running[name])
    for clock in changed:
        clock.save(update_fields=CHANGED)
    started = [new_clock(procedure, name, at) for name in starts]
    if started:
        Clock.objects.bulk_create(started)
    return [clock for clock in open_clocks if clock.state in OPEN] + started


def open_clocks(procedure: Procedure) -> list[Clock]:
    return list(Clock.objects.filter(procedure=procedure, state__in=OPEN))
