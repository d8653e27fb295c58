"""What a datastream observed over a day, a week, a month or a year, thinned to what a drawing can show.

Counts of what people do are shown in whole hours, and one to four of them as fewer than five; a longer bucket is the
sum of the hours that may be shown, so that no hour can be worked out from it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
from django.utils import timezone

from linli.core.errors import NotFound
from linli.sensing.domain.last_values import COUNTED, FEWEST, KEPT_BACK, text_words
from linli.sensing.domain.observations import readable
from linli.sensing.enums import ResultType
from linli.sensing.models import Alert, Datastream, Device

Floats = npt.NDArray[np.float64]
Instants = npt.NDArray[np.int64]
HOUR = 3_600_000_000  # microseconds
ALERTS_MOST = 100
WORDS_MOST = 200
BREAK = 3  # intervals without a reading, before the line is broken


class Span(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True)
class Cut:
    """How a span is cut: whole days, points of the drawing, rows of the table."""

    days: int
    points: int
    rows: int


# Points are a multiple of rows, so that each row of the table stands for whole points.
CUTS = {
    Span.DAY: Cut(1, 720, 24), Span.WEEK: Cut(7, 672, 7), Span.MONTH: Cut(30, 720, 30), Span.YEAR: Cut(364, 728, 52),
}  # fmt: skip


@dataclass(frozen=True)
class Window:
    """From `since` up to, not including, `until`; both are midnights of the place's zone."""

    span: Span
    since: datetime
    until: datetime

    @property
    def cut(self) -> Cut:
        return CUTS[self.span]

    @property
    def microseconds(self) -> tuple[int, int]:
        return _micro(self.since), _micro(self.until)

    @property
    def last_day(self) -> date:
        return timezone.localdate(self.until) - timedelta(days=1)


def window(span: Span, last: date) -> Window:
    """The span that ends with a day."""
    end = timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min))
    return Window(span, end - timedelta(days=CUTS[span].days), end)


@dataclass(frozen=True)
class Course:
    """Arrays of one length: microseconds, and the mean, least and greatest value from there to the next point.

    step: microseconds that a point stands for at least.
    """

    times: Instants
    mean: Floats
    low: Floats
    high: Floats
    step: int

    @property
    def runs(self) -> list[slice]:
        """The stretches without a gap: a gap is where three intervals passed without a reading."""
        if not len(self.times):
            return []
        steps = np.diff(self.times)
        usual = max(self.step, int(np.median(steps)) if len(steps) else 0)
        ends = [*(np.flatnonzero(steps > BREAK * usual) + 1).tolist(), len(self.times)]
        return [slice(start, end) for start, end in zip([0, *ends[:-1]], ends, strict=True)]


@dataclass(frozen=True)
class TableRow:
    """One row under the drawing; fewer: a count between one and four, which is not shown."""

    at: datetime
    mean: float
    low: float
    high: float
    fewer: bool = False


@dataclass(frozen=True)
class History:
    device: Device
    stream: Datastream
    window: Window
    course: Course
    rows: Sequence[TableRow]
    alerts: Sequence[Alert]
    words: Sequence[tuple[datetime, str]] = ()

    @property
    def is_counted(self) -> bool:
        return self.stream.observed_property.code in COUNTED

    @property
    def is_truth(self) -> bool:
        return self.stream.observed_property.result_type == ResultType.TRUTH


def stream_of(device: Device, code: str) -> Datastream:
    """The device's datastream of a property, by its code or number.

    Raises:
        NotFound: it has none, or it belongs to the care check, which nobody looks at.
    """
    found = device.thing.datastreams.select_related("observed_property").filter(care=False)
    by_number = {"observed_property_id": int(code)} if code.isdecimal() and len(code) < 10 else None
    stream = found.filter(observed_property__code=code).first() or (by_number and found.filter(**by_number).first())
    if not stream:
        raise NotFound
    return stream


def history(device: Device, stream: Datastream, seen: Window) -> History:
    """The course, the table and the alerts of a window. One statement, and one reading of the store."""
    if stream.observed_property.code in COUNTED:
        course, fewer = _counts(stream, seen)
    else:
        course, fewer = _series(stream, seen), frozenset[int]()
    alerts = Alert.objects.filter(device=device, dry=False, at__gte=seen.since, at__lt=seen.until)
    shown = list(alerts.select_related("rule", "version")[:ALERTS_MOST])
    words = _words(stream, seen) if _is_text(stream) else []
    return History(device, stream, seen, course, _rows(course, seen, fewer, stream), shown, words)


def _is_text(stream: Datastream) -> bool:
    return stream.observed_property.result_type in (ResultType.CATEGORY, ResultType.ANY)


def _series(stream: Datastream, seen: Window) -> Course:
    since, until = seen.microseconds
    points = seen.cut.points
    if stream.observed_property.code in KEPT_BACK:
        points = min(points, (until - since) // HOUR)
    step = (until - since) // points
    found = readable().series(stream.pk, since, until, points)
    course = Course(found.times, found.mean, found.min, found.max, step)
    return _gathered(course, since, step) if stream.observed_property.code in KEPT_BACK else course


def _gathered(course: Course, since: int, step: int) -> Course:
    """The same with all of a bucket in one point: few rows come as they are, with their own instants."""
    number = (course.times - since) // step
    starts = np.flatnonzero(np.diff(number, prepend=-1))
    if not len(starts):
        return course
    sizes = np.diff([*starts, len(number)])
    return Course(
        since + number[starts] * step, np.add.reduceat(course.mean, starts) / sizes,
        np.minimum.reduceat(course.low, starts), np.maximum.reduceat(course.high, starts), step,
    )  # fmt: skip


def _counts(stream: Datastream, seen: Window) -> tuple[Course, frozenset[int]]:
    """Sums of whole hours, and at which of them fewer than five were counted. Those stand at nought."""
    since, until = seen.microseconds
    hours = np.zeros((until - since) // HOUR)
    known = np.zeros(len(hours), dtype=bool)
    for at, number in _numbers(stream, since, until):
        place = (at - since) // HOUR
        np.add.at(hours, place, number)
        known[place] = True
    few = known & (hours > 0) & (hours < FEWEST)
    times = since + np.flatnonzero(known) * HOUR
    shown = np.where(few, 0.0, hours)[known]
    return Course(times, shown, shown, shown, HOUR), frozenset((since + np.flatnonzero(few) * HOUR).tolist())


def _numbers(stream: Datastream, since: int, until: int) -> Iterator[tuple[Instants, Floats]]:
    for batch in readable().scan(datastreams=[stream.pk], since=since, until=until, columns=["at", "number"]):
        number = batch.column("number").to_numpy(zero_copy_only=False).astype(np.float64)
        at = batch.column("at").to_numpy(zero_copy_only=False).astype(np.int64)
        kept = np.isfinite(number)
        yield at[kept], number[kept]


def _rows(course: Course, seen: Window, fewer: frozenset[int], stream: Datastream) -> list[TableRow]:
    """The table: each row stands for a whole part of the window, and is there only where something was told."""
    if not len(course.times):
        return []
    since, until = seen.microseconds
    width = (until - since) // seen.cut.rows
    part = (course.times - since) // width
    starts = np.flatnonzero(np.diff(part, prepend=-1))
    sizes = np.diff([*starts, len(part)])
    total = np.add.reduceat(course.mean, starts)
    counted = stream.observed_property.code in COUNTED
    mean = total if counted else total / sizes
    low, high = np.minimum.reduceat(course.low, starts), np.maximum.reduceat(course.high, starts)
    few = {(at - since) // width for at in fewer}
    return [
        TableRow(_moment(since + number * width), mean[n], low[n], high[n], number in few)
        for n, number in enumerate(part[starts].tolist())
    ]


def _words(stream: Datastream, seen: Window) -> list[tuple[datetime, str]]:
    since, until = seen.microseconds
    found = readable().scan(
        datastreams=[stream.pk], since=since, until=until, columns=["at", "text", "number"], newest_first=True,
        limit=WORDS_MOST,
    )  # fmt: skip
    return [
        (_moment(row["at"]), f"{row['number']:.6g}" if row["text"] is None else text_words(row["text"]))
        for batch in found
        for row in batch.to_pylist()
    ]


def csv_rows(stream: Datastream, seen: Window) -> Iterator[Sequence[Any]]:
    """Each reading of a window; of counts the whole hours, of doors the part of the hour."""
    if stream.observed_property.code in COUNTED:
        course, fewer = _counts(stream, seen)
        for at, value in zip(course.times.tolist(), course.mean.tolist(), strict=True):
            yield _stamp(at), f"<{FEWEST}" if at in fewer else value
    elif stream.observed_property.code in KEPT_BACK:
        course = _series(stream, seen)
        for at, value in zip(course.times.tolist(), course.mean.tolist(), strict=True):
            yield _stamp(at), round(value, 2)
    else:
        yield from _readings(stream, seen)


def _readings(stream: Datastream, seen: Window) -> Iterator[Sequence[Any]]:
    since, until = seen.microseconds
    columns = ["at", "number", "text"]
    for batch in readable().scan(datastreams=[stream.pk], since=since, until=until, columns=columns):
        at, number, text = (batch.column(name).to_pylist() for name in columns)
        for moment, value, words in zip(at, number, text, strict=True):
            yield _stamp(moment), text_words(words) if value is None else value


def _micro(at: datetime) -> int:
    return round(at.timestamp() * 1_000_000)


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1_000_000, UTC)


def _stamp(at: int) -> str:
    return timezone.localtime(_moment(at)).isoformat(timespec="seconds")
