"""Times of SensorThings: instants and intervals in ISO 8601, counted in microseconds since 1970 UTC.

Written with milliseconds and Z, as most clients compare them; with microseconds only where there are any.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TypeAlias

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LEAST, MOST = -62_135_596_800_000_000, 253_402_300_799_999_999  # the years 1 to 9999
# What a database keeps, whatever the zone that it is looked at in, and the days before and after it.
FIRST_KEPT, LAST_KEPT = datetime(2, 1, 1, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)

TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,12}))?)?(Z|z|[+\- ]\d\d(?::?\d\d)?)?", re.ASCII
)
DURATION = re.compile(
    r"([+-])?P(?:(\d{1,6})W)?(?:(\d{1,7})D)?(?:T(?:(\d{1,8})H)?(?:(\d{1,9})M)?(?:(\d{1,10})(?:\.(\d{1,9}))?S)?)?",
    re.ASCII,
)


@dataclass(frozen=True, order=True, slots=True)
class Instant:
    """A point in time. `offset` in minutes is as it was written, 0 for what is stored; it does not count in `==`."""

    us: int

    @property
    def moment(self) -> datetime:
        return EPOCH + timedelta(microseconds=self.us)

    @property
    def is_kept(self) -> bool:
        """Whether a column of the database may hold it, or be compared with it."""
        return FIRST_KEPT < self.moment < LAST_KEPT


@dataclass(frozen=True, slots=True)
class Interval:
    """From `start` to `end`, both in microseconds; start ≤ end."""

    start: int
    end: int


Time: TypeAlias = Instant | Interval


def parse_instant(text: str) -> tuple[Instant, int]:
    """The instant and the offset in minutes it was written with; without one it is UTC.

    Raises:
        ValueError: it is no time, or outside the years 1 to 9999.
    """
    found = TIME.fullmatch(text)
    if found is None:
        raise ValueError(text)
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    offset = _offset(zone)
    late = hour == "24" or second == "60"  # the end of a day, or a leap second: both are the next moment
    whole = datetime(
        int(year), int(month), int(day), 0 if hour == "24" else int(hour), int(minute),
        59 if second == "60" else int(second or 0), tzinfo=timezone(timedelta(minutes=offset)),
    )  # fmt: skip
    if late and hour == "24" and (minute, second or "00") != ("00", "00"):
        raise ValueError(text)
    us = micros(whole) + int(((fraction or "") + "000000")[:6])
    us += {True: 86_400_000_000, False: 1_000_000}[hour == "24"] if late else 0
    if not LEAST <= us <= MOST:
        raise ValueError(text)
    return Instant(us), offset


def parse_time(text: str) -> Instant | Interval:
    """An instant, or an interval as `start/end`, `start/duration` or `duration/end`.

    Raises:
        ValueError: neither, or the end lies before the start.
    """
    first, slash, second = text.partition("/")
    if not slash:
        return parse_instant(first)[0]
    if first.startswith("P"):
        end = parse_instant(second)[0].us
        start = end - parse_duration(first)
    else:
        start = parse_instant(first)[0].us
        end = start + parse_duration(second) if second.startswith("P") else parse_instant(second)[0].us
    if end < start or not LEAST <= start <= end <= MOST:
        raise ValueError(text)
    return Interval(start, end)


def parse_duration(text: str) -> int:
    """Microseconds of an ISO 8601 duration in weeks, days, hours, minutes and seconds.

    Raises:
        ValueError: it is none, or counts in years or months, which are of no fixed length.
    """
    found = DURATION.fullmatch(text)
    if found is None or text[-1] in "PT":
        raise ValueError(text)
    sign, weeks, days, hours, minutes, seconds, fraction = found.groups()
    whole = (((int(weeks or 0) * 7 + int(days or 0)) * 24 + int(hours or 0)) * 60 + int(minutes or 0)) * 60
    us = (whole + int(seconds or 0)) * 1_000_000 + int(((fraction or "") + "000000")[:6])
    return -us if sign == "-" else us


def micros(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


def write_instant(us: int) -> str:
    """2015-04-13T00:00:00.000Z"""
    moment = EPOCH + timedelta(microseconds=us)
    return moment.isoformat(timespec="microseconds" if us % 1000 else "milliseconds").replace("+00:00", "Z")


def write_time(time: Instant | Interval) -> str:
    if isinstance(time, Instant):
        return write_instant(time.us)
    return f"{write_instant(time.start)}/{write_instant(time.end)}"


def span(time: Instant | Interval) -> tuple[int, int]:
    """Its first and last microsecond."""
    return (time.us, time.us) if isinstance(time, Instant) else (time.start, time.end)


# --- how two times lie to each other: an interval holds its start and not its end


def before(one: Time, other: Time) -> bool:
    """Whether `one` is over when `other` begins."""
    start = span(other)[0]
    return one.us < start if isinstance(one, Instant) else one.end <= start


def at_most(one: Time, other: Time) -> bool:
    """Whether `one` is before `other` or the same; of two intervals, whether it neither begins nor ends later."""
    if isinstance(one, Interval) and isinstance(other, Interval):
        return one.start <= other.start and one.end <= other.end
    return span(one)[1] <= span(other)[0]


def meets(one: Time, other: Time) -> bool:
    """Whether one ends where the other begins."""
    return span(one)[1] == span(other)[0] or span(one)[0] == span(other)[1]


def during(one: Time, other: Time) -> bool | None:
    """Whether `one` lies inside `other`; None where that is no interval."""
    if isinstance(other, Instant):
        return None
    if isinstance(one, Instant):
        return other.start <= one.us < other.end
    return other.start <= one.start and one.end <= other.end


def overlaps(one: Time, other: Time) -> bool:
    """Whether there is a moment in both."""
    if isinstance(one, Instant):
        return one == other if isinstance(other, Instant) else bool(during(one, other))
    return bool(during(other, one)) if isinstance(other, Instant) else one.start < other.end and other.start < one.end


def as_time(start: int, end: int | None) -> Instant | Interval:
    return Instant(start) if end is None else Interval(start, end)


def parse_date(text: str) -> date:
    return date.fromisoformat(text)


def _offset(zone: str | None) -> int:
    """Minutes east. A blank is a plus that an address has lost."""
    if zone is None or zone in "Zz":
        return 0
    digits = zone[1:].replace(":", "")
    hours, minutes = int(digits[:2]), int(digits[2:] or 0)
    if hours > 18 or minutes > 59:
        raise ValueError(zone)
    return (-1 if zone[0] == "-" else 1) * (hours * 60 + minutes)
