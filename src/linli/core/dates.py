"""How a moment is said on a page.

Django's localised formats cost 60 µs a cell; these tables take a sixth of that. A page says the weekday and the time,
the year only where it is not this one, and how far away it is only beside that.
"""

from datetime import UTC, date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext

WEEKDAYS_ZH = "一二三四五六日"
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

MINUTE, HOUR, DAY = 60, 3_600, 86_400


def _is_english() -> bool:
    return (get_language() or "").startswith("en")


def _local(at: datetime) -> datetime:
    """In the zone of the installation; Django's current zone is looked up in the request's context, which is slow."""
    return at.astimezone(timezone.get_default_timezone())


def _day(local: date, now: datetime | None, *, english: bool) -> str:
    this_year = local.year == _local(now or datetime.now(UTC)).year
    if english:
        text = f"{WEEKDAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]}"
        return text if this_year else f"{text} {local.year}"
    text = f"{local.month}月{local.day}日 周{WEEKDAYS_ZH[local.weekday()]}"
    return text if this_year else f"{local.year}年{text}"


def _hour(local: datetime) -> str:
    return f"{local.hour:02}:{local.minute:02}"


def day(at: datetime | date, *, now: datetime | None = None) -> str:
    """11月25日 周二, or Tue 25 Nov.  `at` is an aware instant, here and below; a day of the calendar stays as it is."""
    local = _local(at) if isinstance(at, datetime) else at
    return _day(local, now, english=_is_english())


def month(on: date) -> str:
    """2025年11月, or Nov 2025."""
    return f"{MONTHS[on.month - 1]} {on.year}" if _is_english() else f"{on.year}年{on.month}月"


def hour(at: datetime) -> str:
    """17:00."""
    return _hour(_local(at))


def when(at: datetime, *, now: datetime | None = None) -> str:
    """11月25日 周二 17:00, or Tue 25 Nov, 17:00."""
    local, english = _local(at), _is_english()
    return f"{_day(local, now, english=english)}{', ' if english else ' '}{_hour(local)}"


def deadline(at: datetime, *, now: datetime | None = None) -> str:
    """As `when`, but a midnight is said as the end of the day before, which is how a deadline is meant.

    11月25日 周二 24:00, or end of Tue 25 Nov.
    """
    local = _local(at)
    if (local.hour, local.minute) != (0, 0):
        return when(at, now=now)
    before = day(at - timedelta(minutes=1), now=now)
    return f"end of {before}" if _is_english() else f"{before} 24:00"


def ago(at: datetime, *, now: datetime | None = None) -> str:
    """How far away, in the largest unit that fits: 3 hours ago, in 2 days, just now."""
    seconds = (at - (now or timezone.now())).total_seconds()
    distance = abs(seconds)
    if distance < MINUTE:
        return gettext("just now")
    if distance < HOUR:
        return _minutes(int(distance // MINUTE), past=seconds < 0)
    if distance < 2 * DAY:
        return _hours(int(distance // HOUR), past=seconds < 0)
    return _days(int(distance // DAY), past=seconds < 0)


def _minutes(n: int, *, past: bool) -> str:
    if past:
        return ngettext("%(n)d minute ago", "%(n)d minutes ago", n) % {"n": n}
    return ngettext("in %(n)d minute", "in %(n)d minutes", n) % {"n": n}


def _hours(n: int, *, past: bool) -> str:
    if past:
        return ngettext("%(n)d hour ago", "%(n)d hours ago", n) % {"n": n}
    return ngettext("in %(n)d hour", "in %(n)d hours", n) % {"n": n}


def _days(n: int, *, past: bool) -> str:
    if past:
        return ngettext("%(n)d day ago", "%(n)d days ago", n) % {"n": n}
    return ngettext("in %(n)d day", "in %(n)d days", n) % {"n": n}
