"""Which limit a case has by its class and grade, or by its kind at the hotline."""

from datetime import datetime

from linli import lawbook
from linli.cases.domain.catalogue import Limits, catalogue
from linli.cases.enums import Grade
from linli.cases.models import Case
from linli.engines.clocks import Limit, due
from linli.procedures.domain.limits import calendar
from linli.procedures.registry import OwnLimit

HANDLE = "case.handle"
# The clocks for which a class may set limits, in the order in which they run.
CLOCKS = ("case.file", "case.dispatch", "case.take", HANDLE, "case.verify", "case.answer")


def limit_of_case(clock: str, case: Case, opened: datetime) -> OwnLimit | None:
    """The class's limit for this grade, in the version the case was filed under; else none, for the lawbook's.

    A case of the hotline must besides be dealt with in the time its kind has there (DOMAIN 2.15): that limit applies
    where the class sets none, or where it ends earlier. It never lengthens what the class sets.
    """
    known = catalogue()
    limits = known.standards.get(case.standard_id or 0) or known.limits.get(case.klass_id or 0) or {}
    own = _own(limits, clock, case.grade)
    hotline = hotline_limit(case.hotline, opened) if clock == HANDLE and case.hotline else None
    if hotline is None or (own is not None and not _sooner(hotline.limit, own, opened)):
        return OwnLimit(own) if own is not None else None
    return hotline


def _own(limits: Limits, clock: str, grade: str) -> Limit | None:
    """An urgent case of a class that says nothing of urgency has the ordinary limit."""
    return limits.get((clock, grade)) or limits.get((clock, Grade.ORDINARY))


def hotline_limit(kind: str, on: datetime) -> OwnLimit:
    """The limit that the lawbook has for this kind of matter from the hotline."""
    rule = lawbook.rule(f"hotline.{kind}", on=on.astimezone(calendar().tz).date())
    return OwnLimit(rule.limit, rule.id, rule.assumed)


def _sooner(one: Limit, other: Limit, start: datetime) -> bool:
    days = calendar()
    ends, would_end = due(one, start, days).at, due(other, start, days).at
    return ends is not None and would_end is not None and ends < would_end
