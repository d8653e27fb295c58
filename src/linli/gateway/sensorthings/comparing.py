"""What `eq`, `lt` and the others say of two values, and what arithmetic makes of them.

True, False, or None where the two cannot be compared: a missing value, a number and a word. As in SQL, such a row is
in neither `x eq 1` nor `x ne 1` nor `not (x eq 1)`.

An interval ends before its last moment begins to count: it is before what begins at its end or later. It equals only
an interval with the same ends, and is at most (`le`) an interval that neither begins nor ends earlier.
"""

import math
import operator
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

import shapely

from linli.gateway.sensorthings.shapes import as_shape
from linli.gateway.sensorthings.times import (
    LEAST,
    MOST,
    Instant,
    Interval,
    Time,
    at_most,
    before,
    micros,
    parse_time,
    span,
)
from linli.gateway.sensorthings.tokens import Clock, Duration

OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq, "ne": operator.ne, "gt": operator.gt, "ge": operator.ge, "lt": operator.lt, "le": operator.le,
}  # fmt: skip
SHORT_INTEGER = 10**300  # longer ones no float can hold


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def compare(op: str, left: Any, right: Any) -> bool | None:
    """Whether `left op right`."""
    if left is None or right is None:
        return None
    if isinstance(left, str) and isinstance(right, str):
        return OPERATORS[op](left, right)
    if is_number(left) and is_number(right):
        return OPERATORS[op](left, right)
    if isinstance(left, bool) and isinstance(right, bool):
        return OPERATORS[op](left, right)
    return _other(op, left, right)


def digits(number: float) -> str:
    """A number as it is written in JSON: a whole one without a point."""
    return str(int(number)) if float(number).is_integer() and abs(number) < 2**53 else repr(number)


def _other(op: str, left: Any, right: Any) -> bool | None:
    for kind in (Clock, Duration, date):
        if isinstance(left, kind) and isinstance(right, kind):
            return OPERATORS[op](left, right)
    if _is_time(left) or _is_time(right):
        return _compare_times(op, _as_time(left), _as_time(right))
    if op not in ("eq", "ne"):
        return None
    if isinstance(left, shapely.Geometry) or isinstance(right, shapely.Geometry):
        one, other = as_shape(left), as_shape(right)
        return None if one is None or other is None else bool(shapely.equals(one, other)) == (op == "eq")
    if isinstance(left, dict | list) and type(left) is type(right):
        return OPERATORS[op](left, right)
    return None


def _is_time(value: Any) -> bool:
    return isinstance(value, Instant | Interval)


def _as_time(value: Any) -> Time | None:
    if isinstance(value, Instant | Interval):
        return value
    if isinstance(value, date):
        return Instant(micros(datetime.combine(value, time(), UTC)))
    if isinstance(value, str):
        try:
            return parse_time(value)
        except ValueError:
            return None
    return None


def _compare_times(op: str, left: Time | None, right: Time | None) -> bool | None:
    if left is None or right is None:
        return None
    return TIMES[op](left, right)


TIMES: dict[str, Callable[[Time, Time], bool]] = {
    "eq": lambda left, right: left == right,
    "ne": lambda left, right: left != right,
    "lt": before,
    "gt": lambda left, right: before(right, left),
    "le": at_most,
    "ge": lambda left, right: at_most(right, left),
}


# --- arithmetic


def reckon(op: str, left: Any, right: Any) -> Any:
    """`left op right` for numbers, times and durations; None where there is no such value."""
    try:
        found = _reckon(op, left, right)
    except (ArithmeticError, ValueError):
        return None
    if isinstance(found, float) and not math.isfinite(found):
        return None
    if isinstance(found, int) and abs(found) > SHORT_INTEGER:
        return None
    return found


def _reckon(op: str, left: Any, right: Any) -> Any:
    if is_number(left) and is_number(right):
        return NUMBERS[op](left, right)
    if isinstance(left, Duration):
        return _with_duration(op, left, right)
    if isinstance(left, Instant | Interval | date):
        return _with_time(op, left, right)
    if is_number(left) and isinstance(right, Duration) and op == "mul":
        return Duration(round(left * right.us))
    return None


NUMBERS: dict[str, Callable[[Any, Any], Any]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "mod": lambda left, right: left - right * math.trunc(left / right),
}


def _with_duration(op: str, left: Duration, right: Any) -> Any:
    if isinstance(right, Duration) and op in ("add", "sub"):
        return Duration(NUMBERS[op](left.us, right.us))
    if is_number(right) and op in ("mul", "div"):
        return Duration(round(NUMBERS[op](left.us, right)))
    if isinstance(right, Instant | Interval | date) and op == "add":
        return _with_time(op, right, left)
    return None


def _with_time(op: str, left: Instant | Interval | date, right: Any) -> Any:
    at = _as_time(left)
    if at is None or op not in ("add", "sub"):
        return None
    if isinstance(right, Duration):
        start, end = (NUMBERS[op](each, right.us) for each in span(at))
        if not LEAST <= start <= end <= MOST:
            return None
        return Instant(start) if isinstance(at, Instant) else Interval(start, end)
    other = _as_time(right)
    if op == "sub" and isinstance(at, Instant) and isinstance(other, Instant):
        return Duration(at.us - other.us)
    return None
