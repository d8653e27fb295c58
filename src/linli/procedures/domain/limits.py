"""Which time limit applies, and the calendar it is counted on."""

import time
from dataclasses import dataclass
from datetime import date, datetime
from datetime import time as clock_time
from threading import Lock

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli import lawbook
from linli.core.errors import Invalid, Refused
from linli.engines.clocks import Calendar, Kind, Limit, due
from linli.people.actors import Actor
from linli.people.domain import acts
from linli.people.enums import Role
from linli.procedures.models import LocalRule, Procedure, WorkCalendar
from linli.procedures.registry import kind_of

OFFICE_HOURS = (
    (clock_time(9), clock_time(11, 30)),
    (clock_time(13, 30), clock_time(17, 30)),
)  # until a calendar is loaded
FRESH = 2.0  # seconds for which a process trusts the calendar and the local rules it has read


@dataclass(frozen=True)
class AppliedLimit:
    """A limit, what set it, and whether that is only assumed."""

    limit: Limit
    source: str
    assumed: bool


class _Snapshot:
    """The calendar and the local rules as last read; read again after `FRESH` seconds or a change made here."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._read_at = float("-inf")
        self._version = -1
        self.calendar: Calendar
        self.rules: list[LocalRule] = []

    def current(self) -> "_Snapshot":
        if time.monotonic() - self._read_at > FRESH:
            with self._lock:
                self._read()
        return self

    def forget(self) -> None:
        self._read_at, self._version = float("-inf"), -1

    def _read(self) -> None:
        newest = WorkCalendar.objects.order_by("-version").values_list("version", flat=True).first() or 0
        if newest != self._version:
            self.calendar = _load(newest)
            self._version = newest
        self.rules = list(LocalRule.objects.order_by("-effective_from", "-version"))
        self._read_at = time.monotonic()


def _load(version: int) -> Calendar:
    if not version:
        return Calendar(version="none", zone=settings.TIME_ZONE, years={}, office_hours=OFFICE_HOURS)
    return Calendar.from_data(WorkCalendar.objects.get(version=version).data)


_snapshot = _Snapshot()


def forget_snapshot() -> None:
    """After a change of the calendar or of local rules in this process."""
    _snapshot.forget()


def calendar() -> Calendar:
    """The calendar in force."""
    return _snapshot.current().calendar


def limit_for(clock: str, procedure: Procedure, started: datetime) -> AppliedLimit:
    """The limit of a clock that starts at `started`: the class's own, else the lawbook's, as a local rule allows.

    A local rule may shorten a limit, or replace one that the lawbook marks as assumed; one that would lengthen a
    legal limit is passed over.

    Raises:
        lawbook.UnknownRule, lawbook.NotInForce: nothing sets a limit for this clock on that day.
    """
    on = started.astimezone(calendar().tz).date()
    own = kind_of(procedure.kind).own_limit(clock, procedure)
    if own is not None:
        base = AppliedLimit(own.limit, own.source, own.assumed)
    else:
        rule = lawbook.rule(clock, on=on)
        base = AppliedLimit(rule.limit, rule.id, assumed=rule.assumed)
    local = _local(clock, procedure.kind, on)
    if local is None:
        return base
    limit = Limit(local.amount, Kind(local.unit), roll=base.limit.roll, close_of_business=base.limit.close_of_business)
    if base.assumed or _shorter(limit, base.limit, started):
        return AppliedLimit(limit, f"local:{local.pk}", assumed=False)
    return base


def _local(clock: str, kind: str, on: date) -> LocalRule | None:
    for rule in _snapshot.current().rules:
        in_force = rule.effective_from <= on and (rule.effective_to is None or on < rule.effective_to)
        if rule.clock == clock and rule.kind in ("", kind) and in_force:
            return rule
    return None


def _shorter(one: Limit, other: Limit, started: datetime) -> bool:
    ends, would_end = due(one, started, calendar()).at, due(other, started, calendar()).at
    return ends is not None and would_end is not None and ends < would_end


def local_rule(key: int) -> LocalRule | None:
    """One local rule, as last read."""
    return next((rule for rule in _snapshot.current().rules if rule.pk == key), None)


def set_local_rule(
    *,
    clock: str,
    kind: str,
    amount: int,
    unit: str,
    effective_from: date,
    effective_to: date | None = None,
    reason: str,
    by: Actor,
    at: datetime,
) -> LocalRule:
    """Set a limit of our own for a clock, from a day on. Clocks that run already keep theirs.

    kind: the kind of procedure, or "" for all.  effective_to: the first day on which it no longer holds.

    Raises:
        Refused: somebody else than an administrator.
        Invalid: it would be longer than a limit that a law sets, or it says no reason, or ends before it begins.
    """
    if not by.has_role(Role.ADMINISTRATOR) or by.account is None:
        raise Refused
    if not reason.strip():
        raise Invalid(fields={"reason": _("Write the reason in a sentence.")})
    if effective_to is not None and effective_to <= effective_from:
        raise Invalid(fields={"effective_to": _("It ends before it begins.")})
    limit = _allowed(clock, Limit(amount, Kind(unit)), effective_from)
    earlier = LocalRule.objects.filter(clock=clock, kind=kind)
    with transaction.atomic():
        rule = LocalRule.objects.create(
            clock=clock, kind=kind, amount=limit.amount, unit=limit.kind, effective_from=effective_from,
            effective_to=effective_to, version=earlier.count() + 1, reason=reason.strip(), author=by.account,
            written_at=at,
        )  # fmt: skip
        detail = f"{limit.amount} {limit.kind} {effective_from} – {effective_to or ''}: {rule.reason}"
        acts.record("local_rule_set", target=clock, detail=detail, by=by, at=at)
    forget_snapshot()
    return rule


def _allowed(clock: str, limit: Limit, on: date) -> Limit:
    """The limit, if the lawbook lets an office set it: shorter than the law's, or in place of one that is assumed."""
    if limit.amount == 0:
        raise Invalid(fields={"amount": _("Write how many, at least 1.")})
    try:
        rule = lawbook.rule(clock, on=on)
    except (lawbook.UnknownRule, lawbook.NotInForce) as error:
        raise Invalid(fields={"clock": _("The lawbook has no such time limit on that day.")}) from error
    started = datetime.combine(on, clock_time(12), calendar().tz)
    if rule.assumed or _shorter(limit, rule.limit, started):
        return limit
    law = {
        "law": rule.source.en if (get_language() or "").startswith("en") else rule.source.zh,
        "article": rule.article,
    }
    raise Invalid(
        fields={"amount": _("%(law)s, art. %(article)s sets this limit. Here it can be shorter, never longer.") % law}
    )


def local_rules() -> list[LocalRule]:
    """All local rules, the newest first."""
    return list(LocalRule.objects.select_related("author").order_by("-effective_from", "-pk"))


def load_calendar(*, data: dict, source: str, at: datetime, by: Actor | None = None) -> WorkCalendar:
    """Put a new version of the calendar into force. Clocks that ran past the old one are recomputed by a job."""
    newest = WorkCalendar.objects.order_by("-version").values_list("version", flat=True).first() or 0
    with transaction.atomic():
        loaded = WorkCalendar.objects.create(version=newest + 1, data=data, source=source, loaded_at=at)
        if by is not None:
            acts.record("calendar_loaded", target=source, detail=loaded.version, by=by, at=at)
    forget_snapshot()
    return loaded
