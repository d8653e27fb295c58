"""What an indicator is: its definition in words, and how Linli comes by its numbers.

The delivered definitions are version 1 of each; what an office writes later stands in `IndicatorVersion`.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from linli.insight.domain.figures import Form
from linli.insight.enums import Group, Making, Span
from linli.people.enums import Role

FORMULAS = {
    Form.RATE: _("counted ÷ all of them"),
    Form.COUNT: _("a number, added up"),
    Form.MEAN: _("sum of the times ÷ number of them"),
}
ONLY_A_NUMBER = _("nothing else: it is a number")
DELIVERED = date(2026, 11, 26)  # since when the delivered definitions hold


@dataclass(frozen=True)
class Cases:
    """Out of the sums over cases: the measures above and below the line, of these classes (none: of all)."""

    numerator: str
    denominator: str
    klasses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Story:
    """How often something was written into the stories of cases: the kind of the entry."""

    entry: str


@dataclass(frozen=True)
class Troubles:
    """Out of the troubles that devices called: `called`, `needed` of the `judged`, or `wait` of the `answered`."""

    numerator: str
    denominator: str


@dataclass(frozen=True)
class CallOuts:
    """Out of the book of the mini fire station: `calls`, `in_time` of the `judged`, or `way` of the `there`."""

    numerator: str
    denominator: str


@dataclass(frozen=True)
class Looks:
    """Out of the hourly looks at devices: the name under which they are summed up."""

    name: str


@dataclass(frozen=True)
class Apps:
    """Out of the rows of another app: the name under which `sources_apps` reads them."""

    name: str


Way = Cases | Story | Troubles | CallOuts | Looks | Apps


@dataclass(frozen=True)
class Indicator:
    """One indicator. `up` says whether more is better; none where more is neither.

    way: how Linli computes it; none where others hand it in, or where its app is not there yet.
    app: the app that will compute it.  within: the count that it is part of, so that their difference is guarded.
    """

    code: str
    label: Any
    group: Group
    making: Making
    form: Form
    up: bool | None
    formula: Any
    counts: Any
    of: Any
    source: Any
    owner: Role
    caveats: Any
    span: Span = Span.MONTH
    public: bool = False
    way: Way | None = None
    app: str = ""
    within: str = ""
    version: int = 1
    since: date = DELIVERED
    reason: str = ""

    @property
    def is_computed(self) -> bool:
        return self.making == Making.COMPUTED

    @property
    def is_waiting(self) -> bool:
        return self.making == Making.WAITING


WORDS = ("label", "formula", "counts", "of", "source", "caveats")  # what an office may put in its own words


@dataclass(frozen=True)
class Worded:
    """A text in the words of the office, said in the language of the page."""

    texts: dict[str, str] = field(hash=False)

    def __str__(self) -> str:
        english = (get_language() or "").startswith("en")
        first, other = ("en", "zh") if english else ("zh", "en")
        return self.texts.get(first) or self.texts.get(other, "")
