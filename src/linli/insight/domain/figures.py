"""The figures of case handling: what each is, in words and in measures, and how it is worked out from the sums.

Definitions follow the evaluation of GB/T 30428 as local rules print it (DOMAIN G12). What is judged is judged over the
cases *due in the period*, not over those that came in then.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from linli.insight.domain.guard import is_few
from linli.insight.domain.measures import MINUTES, Sums


class Form(StrEnum):
    """How a figure is said."""

    COUNT = "count"
    RATE = "rate"
    MEAN = "mean"


@dataclass(frozen=True)
class Figure:
    """One figure: the measures above and below the line, and its definition in words.

    `up` says whether more is better; none where more is neither.
    """

    name: str
    label: Any
    numerator: str
    denominator: str
    counts: Any
    of: Any
    source: Any
    form: Form = Form.RATE
    up: bool | None = True


STORY = _("stories of the cases")
CLOCKS = _("stories and time limits of the cases")
DUE = _(
    "cases whose limit for handling ends in the period, as set when they were last dispatched; without what is "
    "deferred, paused, void or merged now"
)
REPORTS = _("all reports received in the period")

FIGURES = (
    Figure("reported", _("Reports received"), "reported", "reported",
           _("reports received in the period, merged ones too"), REPORTS, STORY, Form.COUNT, None),
    Figure("filing", _("Filing rate"), "filed", "reported", _("those taken up as a case"), REPORTS, STORY, up=None),
    Figure("invalid", _("Rate of false reports"), "invalid", "reported", _("those that turned out void"), REPORTS,
           STORY, up=None),
    Figure("first_word", _("First word to the reporter"), "answered", "answered",
           _("the mean time from receiving a report to the first word that its reporter could read"),
           _("reports received in the period whose reporter had a word from us"), STORY, Form.MEAN, False),
    Figure("due", _("Cases due"), "due", "due", _("cases that were to be handled by a day in the period"), DUE, CLOCKS,
           Form.COUNT, None),
    Figure("handling", _("Handling rate"), "handled", "due",
           _("those whose work is handed in, and not sent back since"), DUE, CLOCKS),
    Figure("late", _("Overdue and not handled"), "late", "due",
           _("those whose limit ended before today and whose work is not handed in"), DUE, CLOCKS, Form.COUNT, False),
    Figure("right_dispatch", _("Sent right at once"), "right_first", "due",
           _("those that no post handed back as not its own"), DUE, STORY),
    Figure("rework", _("Rework rate"), "reworked", "handed_in", _("those sent back at least once"),
           _("cases due in the period whose work was handed in at least once"), STORY, up=False),
    Figure("closing", _("Closing rate"), "closed", "due", _("those that are closed"), DUE, CLOCKS),
    Figure("in_time", _("Closed in time"), "in_time", "due",
           _("those that are closed and whose work, as it was accepted, was handed in before the limit ended"), DUE,
           CLOCKS),
    Figure("reopened", _("Reopened"), "reopened", "finished", _("those reopened at least once"),
           _("cases due in the period that were closed at least once"), STORY, up=False),
    Figure("satisfaction", _("Satisfied"), "content", "rated", _("those rated fairly satisfied or better"),
           _("cases due in the period whose reporter said how content they are"), _("ratings by reporters")),
)  # fmt: skip

GRADES = tuple(
    Figure(f"grade_{grade}", label, f"grade_{grade}", "rated", _("those given this grade"),
           _("cases due in the period whose reporter said how content they are"), _("ratings by reporters"), up=None)
    for grade, label in (
        (5, _("very satisfied")), (4, _("satisfied")), (3, _("fairly satisfied")), (2, _("dissatisfied")),
        (1, _("very dissatisfied")),
    )
)  # fmt: skip

BY_NAME = {figure.name: figure for figure in (*FIGURES, *GRADES)}
GROUPS = (
    (_("Taking up"), ("reported", "filing", "invalid", "first_word")),
    (_("Handling"), ("due", "handling", "late", "right_dispatch", "rework")),
    (_("Outcome"), ("closing", "in_time", "reopened", "satisfaction")),
)
IN_TABLE = ("reported", "due", "handling", "late", "closing", "in_time", "rework", "satisfaction")
WORKLOAD = ("due", "handling")  # of a post nothing is shown but how much it has to do
IN_PUBLIC = ("due", "closing", "in_time", "reopened", "satisfaction")


@dataclass(frozen=True)
class Value:
    """A figure over one period. `amount` is a number of cases, a share of 1, or minutes; none where there is nothing.

    `few` says that there are cases, but too few to be shown.
    """

    figure: Figure
    numerator: int
    n: int
    amount: float | None
    few: bool


def value_of(figure: Figure, sums: Mapping[str, int], *, guarded: bool = False) -> Value:
    """The figure over these sums. guarded: it is hidden for the sake of a small number beside it."""
    above, n = sums.get(figure.numerator, 0), sums.get(figure.denominator, 0)
    few = is_few(n) or guarded
    return Value(figure, above, n, None if few else AMOUNTS[figure.form](above, n, sums), few)


def _rate(above: int, n: int, _sums: Mapping[str, int]) -> float | None:
    return above / n if n else None


def _mean(_above: int, n: int, sums: Mapping[str, int]) -> float | None:
    return sums.get(MINUTES, 0) / n if n else None


AMOUNTS = {Form.COUNT: lambda above, _n, _sums: float(above), Form.RATE: _rate, Form.MEAN: _mean}


def values(names: tuple[str, ...], sums: Sums) -> list[Value]:
    return [value_of(BY_NAME[name], sums) for name in names]
