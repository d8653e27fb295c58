"""The functions of a filter, as the standard's tables 21 to 24 list them. Each gives None where it has no answer."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

from linli.gateway.sensorthings import shapes, times
from linli.gateway.sensorthings.comparing import is_number
from linli.gateway.sensorthings.times import EPOCH, LEAST, MOST, Instant, Interval, Time, micros, span
from linli.gateway.sensorthings.tokens import Clock


@dataclass(frozen=True)
class Function:
    """takes: how many values it may be given.  call: gets them all, none of them None."""

    takes: tuple[int, ...]
    call: Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Dated:
    """A time literal with the offset it was written with, which the date functions go by."""

    instant: Instant
    offset: int


def _texts(call: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *given: call(*given) if all(isinstance(each, str) for each in given) else None


def _substring(text: Any, start: Any, length: Any = None) -> str | None:
    if not isinstance(text, str) or not isinstance(start, int) or not (length is None or isinstance(length, int)):
        return None
    start = max(start, 0)
    return text[start:] if length is None else text[start : start + max(length, 0)]


def _numbers(call: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda given: call(given) if is_number(given) else None


def _round(number: float) -> float:
    """Half goes away from zero."""
    return math.floor(abs(number) + 0.5) * (1 if number >= 0 else -1)


def _local(value: Any) -> datetime | None:
    """The moment on the clock of the offset that the time was written with; an interval's is its start."""
    if isinstance(value, Dated):
        return value.instant.moment.astimezone(timezone(timedelta(minutes=value.offset)))
    if isinstance(value, Instant):
        return value.moment
    if isinstance(value, date):
        return datetime.combine(value, time(), UTC)
    return EPOCH + timedelta(microseconds=value.start) if isinstance(value, Interval) else None


def _part(call: Callable[[datetime], Any]) -> Callable[[Any], Any]:
    def of(value: Any) -> Any:
        try:
            moment = _local(value)
        except OverflowError:  # the end of the last day that there is, in its own zone
            return None
        return None if moment is None else call(moment)

    return of


def _clock_of(moment: datetime) -> Clock:
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return Clock((moment - midnight) // timedelta(microseconds=1))


def _times(call: Callable[[Time, Time], bool | None]) -> Callable[[Any, Any], bool | None]:
    def of(left: Any, right: Any) -> bool | None:
        one, other = bare(left), bare(right)
        if not isinstance(one, Instant | Interval) or not isinstance(other, Instant | Interval):
            return None
        return call(one, other)

    return of


def bare(value: Any) -> Any:
    return value.instant if isinstance(value, Dated) else value


def _now() -> Instant:
    return Instant(micros(datetime.now(UTC)))


PARTS: dict[str, Callable[[datetime], Any]] = {
    "year": lambda at: at.year,
    "month": lambda at: at.month,
    "day": lambda at: at.day,
    "hour": lambda at: at.hour,
    "minute": lambda at: at.minute,
    "second": lambda at: at.second,
    "fractionalseconds": lambda at: at.microsecond / 1_000_000,
    "date": lambda at: at.date(),
    "time": _clock_of,
    "totaloffsetminutes": lambda at: int((at.utcoffset() or timedelta()).total_seconds() // 60),
}
SPANS: dict[str, Callable[[Time, Time], bool | None]] = {
    "before": times.before,
    "after": lambda one, other: times.before(other, one),
    "meets": times.meets,
    "during": times.during,
    "overlaps": times.overlaps,
    "starts": lambda one, other: span(one)[0] == span(other)[0],
    "finishes": lambda one, other: span(one)[1] == span(other)[1],
}

FUNCTIONS: dict[str, Function] = {
    "substringof": Function((2,), _texts(lambda needle, text: needle in text)),
    "contains": Function((2,), _texts(lambda text, needle: needle in text)),
    "endswith": Function((2,), _texts(str.endswith)),
    "startswith": Function((2,), _texts(str.startswith)),
    "length": Function((1,), _texts(len)),
    "indexof": Function((2,), _texts(str.find)),
    "substring": Function((2, 3), _substring),
    "tolower": Function((1,), _texts(str.lower)),
    "toupper": Function((1,), _texts(str.upper)),
    "trim": Function((1,), _texts(str.strip)),
    "concat": Function((2,), _texts(lambda one, other: one + other)),
    "round": Function((1,), _numbers(_round)),
    "floor": Function((1,), _numbers(math.floor)),
    "ceiling": Function((1,), _numbers(math.ceil)),
    "now": Function((0,), _now),
    "mindatetime": Function((0,), lambda: Instant(LEAST)),
    "maxdatetime": Function((0,), lambda: Instant(MOST)),
    "geo.distance": Function((2,), shapes.distance),
    "geo.length": Function((1,), shapes.length),
    "st_relate": Function((3,), shapes.relate),
    **{name: Function((1,), _part(call)) for name, call in PARTS.items()},
    **{name: Function((2,), _times(call)) for name, call in SPANS.items()},
    **{name: Function((2,), call) for name, call in shapes.SHAPE_FUNCTIONS.items()},
}
PREDICATES = frozenset(
    {"substringof", "contains", "endswith", "startswith", "st_relate", *SPANS, *shapes.SHAPE_FUNCTIONS}
)
