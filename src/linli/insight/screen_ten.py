"""The ten indicators of the one screen: the last whole month, how it stands to the one before, and a year's course.

Where nothing was counted in that month yet, as in the first weeks of a sensing net, staff see the running one, marked
so.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from linli.insight import words
from linli.insight.domain.fair import compare
from linli.insight.domain.figures import Form, Value
from linli.insight.domain.indicators import SCREEN_TEN, Latest, Point, has_list, latest, list_url
from linli.insight.spark import spark
from linli.insight.words_indicators import changed, said
from linli.people.actors import Viewer


@dataclass(frozen=True)
class One:
    """One indicator in words. numerator and n are the lists behind it; empty for the public and where there is none.

    so_far: names the running period, where it is that one.
    """

    label: Any
    url: str
    text: str
    numerator: str
    above: int | None
    n_url: str
    n: int | None
    change: str
    tone: str
    spark: SafeString
    so_far: str

    @property
    def is_part(self) -> bool:
        """Some among others, so that both numbers are said."""
        return self.above is not None and self.n is not None and self.above != self.n


@dataclass(frozen=True)
class Ten:
    """The ten, the month that they are of, and when they were counted: they are kept for up to an hour."""

    month: str
    rows: list[One]
    counted: datetime


def ten(viewer: Viewer | None, at: datetime) -> Ten:
    """As these posts may see them, or as everybody may. Twelve statements at most."""
    found = latest(SCREEN_TEN, viewer, today=timezone.localdate(at))
    rows = [_one(found[code], linked=viewer is not None) for code in SCREEN_TEN if code in found]
    return Ten(next((words.title(found[code].whole.period) for code in SCREEN_TEN if code in found), ""), rows, at)


def _one(shown: Latest, *, linked: bool) -> One:
    indicator = shown.indicator
    is_running = linked and shown.whole.value is None and not shown.whole.few and shown.now.value is not None
    point, before = (shown.now, shown.now_before) if is_running else (shown.whole, shown.before)
    change, tone = changed(indicator, compare(indicator.form, point, before))
    listed = linked and point.value is not None and has_list(indicator)
    is_mean = indicator.form == Form.MEAN
    return One(
        label=indicator.label,
        url=reverse("indicators:indicator", args=[indicator.code]) if linked else "",
        text=said(indicator, point),
        numerator=list_url(indicator.code, "n" if is_mean else "above", point.period) if listed else "",
        above=None if point.value is None or is_mean else point.above,
        n_url=list_url(indicator.code, "n", point.period) if listed else "",
        n=None if point.value is None else point.n,
        change=change,
        tone=tone,
        spark=spark([(each.period, _value(shown, each)) for each in shown.trend]),
        so_far=_("%(period)s so far") % {"period": words.title(point.period)} if is_running else "",
    )


def _value(shown: Latest, point: Point) -> Value:
    """A point as the small drawing takes it."""
    return Value(cast("Any", shown.indicator), point.above or 0, point.n or 0, point.value, point.few)
