"""More time to handle a case: asked for with a reason, decided by somebody else, and for a day that is named."""

from datetime import date, datetime
from uuid import UUID, uuid4

from django.utils.translation import gettext_lazy as _

from linli import lawbook
from linli.cases.domain.handling import fresh
from linli.cases.domain.routing import area_lead_or_desk, day_of, desk_post
from linli.cases.models import Case
from linli.core.errors import Conflict, Invalid
from linli.people.actors import Actor
from linli.people.models import Post
from linli.procedures.domain.clocks import limit_of, open_clocks
from linli.procedures.domain.move import Version, move
from linli.procedures.domain.story import last_of_kind
from linli.procedures.enums import Part
from linli.procedures.models import Clock

HANDLE = "case.handle"
LONGEST = 366  # days for which a case may be put off


def handle_clock(case: Case) -> Clock | None:
    """The running or paused time to handle. One statement."""
    return next((clock for clock in open_clocks(case.procedure) if clock.rule == HANDLE), None)


def most_more(clock: Clock) -> int:
    """By how much the time to handle may still be extended, in its own unit.

    The lawbook's extension where the limit is counted as there, else as much again as the limit itself.
    """
    rule = lawbook.rule(HANDLE, on=day_of(clock.start))
    most = rule.params["extension"] if rule.limit.kind == limit_of(clock).kind else clock.amount
    return max(0, int(most) - clock.extension)


def ask_time(*, case: Case, version: Version, amount: int, reason: str, by: Actor, at: datetime, action: UUID) -> Case:
    """The handler asks for more time; the area lead decides, or the duty officer where the area lead is the handler.

    amount: in the unit of the time to handle.

    Raises:
        Invalid: more than may be granted.
    """
    clock = handle_clock(case)
    _check_amount(clock, amount)
    move(
        case.procedure, "ask_time", version=version, by=by, at=at, action=action, because=reason,
        says={"amount": amount, "unit": clock.unit if clock else ""}, assign={_decider(case, by, at): Part.APPROVER},
    )  # fmt: skip
    return fresh(case)


def _decider(case: Case, by: Actor, at: datetime) -> Post:
    lead = area_lead_or_desk(case.procedure.place_path, at)
    return desk_post(case.procedure.place_path, at) if by.post is not None and by.post.pk == lead.pk else lead


def asked_for(case: Case) -> int:
    """How much time was asked for last; 0 where none was. One statement."""
    last = last_of_kind(case.procedure, "ask_time")
    return int((last.says or {}).get("amount", 0)) if last else 0


def extend_case(*, case: Case, version: Version, amount: int, by: Actor, at: datetime, action: UUID) -> Case:
    """Grant more time: the clock's date is reckoned again, and the reporter is told the new one.

    Raises:
        Invalid: more than may be granted.
    """
    clock = handle_clock(case)
    _check_amount(clock, amount)
    move(
        case.procedure, "extend", version=version, by=by, at=at, action=action, given={"amount": amount},
        says={"amount": amount, "unit": clock.unit if clock else ""},
    )  # fmt: skip
    return fresh(case)


def _check_amount(clock: Clock | None, amount: int) -> None:
    if clock is None:
        raise Conflict(_("No time to handle is running here."))
    most = most_more(clock)
    if not 0 < amount <= most:
        raise Invalid(fields={"amount": _("Write a number from 1 to {most}.").format(most=most)})


def refuse_time(*, case: Case, version: Version, reason: str, by: Actor, at: datetime, action: UUID) -> Case:
    """The time stays as it is; the handler reads why."""
    move(case.procedure, "refuse_time", version=version, by=by, at=at, action=action, because=reason)
    return fresh(case)


def defer_case(
    *, case: Case, version: Version, until: date, reason: str, by: Actor, at: datetime, action: UUID
) -> Case:
    """Put a case off until a day: something outside is waited for. The clock stands still; it goes on by itself.

    Raises:
        Invalid: the day is not after today, or more than a year away.
    """
    days = (until - day_of(at)).days
    if not 0 < days <= LONGEST:
        raise Invalid(fields={"until": _("Choose a day after today, within a year.")})
    move(
        case.procedure, "defer", version=version, by=by, at=at, action=action, because=reason,
        given={"until": until.isoformat()}, says={"until": until.isoformat()},
        change=lambda: _set_until(case, until),
    )  # fmt: skip
    return fresh(case)


def resume_case(*, case: Case, version: Version, by: Actor, at: datetime, action: UUID) -> Case:
    """It goes on: the handler has it, and the clock runs."""
    move(
        case.procedure, "resume", version=version, by=by, at=at, action=action, change=lambda: _set_until(case, None)
    )  # fmt: skip
    return fresh(case)


def _set_until(case: Case, until: date | None) -> None:
    Case.objects.filter(pk=case.pk).update(deferred_until=until)


def resume_due(*, today: date, by: Actor, at: datetime) -> int:
    """Let every case go on whose day has come. Returns how many."""
    resumed = 0
    for case in Case.objects.filter(procedure__state="deferred", deferred_until__lte=today).select_related("procedure"):
        try:
            resume_case(case=case, version=case.procedure.version, by=by, at=at, action=uuid4())
        except Conflict:  # somebody was faster
            continue
        resumed += 1
    return resumed
