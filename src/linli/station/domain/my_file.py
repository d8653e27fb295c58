"""One file for a resident: everything they are a party to, of every kind, where it stands and what comes next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linli.cases import plain_words
from linli.people.models import Account
from linli.places.domain.queries import full_title
from linli.procedures.enums import ClockState
from linli.procedures.models import Clock, Procedure
from linli.procedures.registry import ProcedureKind, kinds

MOST = 100

# The page on which a party follows a procedure of a kind, by its number or key. A kind without one has no link.
PAGES: dict[str, tuple[str, str]] = {
    "case": ("cases:follow", "number"),
    "request": ("services:follow", "number"),
    "assistance": ("bookings:assistance_own", "pk"),
    "mediation": ("mediation:mine", "number"),
    "legal_question": ("legal:follow", "number"),
    "petition": ("petitions:own", "number"),
    "hazard": ("hazards:answer", "number"),
}
# Where somebody without an account finds one of a kind by its number and code.
LOOK_UP: dict[str, str] = {
    "case": "cases:find",
    "request": "services:find",
    "assistance": "bookings:assistance_find",
    "mediation": "mediation:find",
    "petition": "petitions:progress",
    "hazard": "hazards:find",
    "legal_question": "legal:find",
}
# What its states are called for the person it is for, where the kind has words of its own for that.
STATES: dict[str, Mapping[str, Any]] = {"case": plain_words.STATES}
# The clock that counts for that person in a state, where it is not just the next one that ends.
CLOCKS: dict[str, Mapping[str, str]] = {"case": plain_words.CLOCKS}
OVER = _("Nothing more: it is finished.")
WAITS = _("It waits.")


@dataclass(frozen=True)
class Row:
    """One matter. `next` says what happens next, `due` until when; `provisional` where that may still change."""

    number: str
    kind: Any
    title: str
    place: str
    state: Any
    next: Any
    due: datetime | None
    provisional: bool
    opened: datetime
    closed: datetime | None
    url: str


@dataclass(frozen=True)
class MyFile:
    """What is open, and what is finished; each the newest first."""

    open: Sequence[Row]
    closed: Sequence[Row]


def my_file(account: Account) -> MyFile:
    """A person's own matters, for that person alone. Kinds that must leave no trace on a screen are not in it.

    Two statements; the hundred newest.
    """
    shown = {name: kind for name, kind in kinds().items() if kind.in_my_file}
    related = [name for kind in shown.values() for name in kind.related]
    own = Procedure.objects.of_account(account).filter(kind__in=shown).select_related("place", *related)
    found = list(own.order_by("-opened", "uuid")[:MOST])
    clocks = _next_clocks(found)
    rows = [_row(procedure, shown[procedure.kind], clocks.get(procedure.pk)) for procedure in found]
    return MyFile([row for row in rows if row.closed is None], [row for row in rows if row.closed is not None])


def look_ups() -> list[tuple[Any, str]]:
    """What each kind is called, and the page that finds one by number and code."""
    known = kinds()
    return [(known[name].label, reverse(page)) for name, page in LOOK_UP.items()]


def _next_clocks(procedures: Sequence[Procedure]) -> dict[Any, Clock]:
    """The clock that counts for the person in the procedure's state, or else the one that ends first."""
    counts = {p.pk: CLOCKS.get(p.kind, {}).get(p.state) for p in procedures if p.closed is None}
    running = Clock.objects.filter(procedure__in=counts, state=ClockState.RUNNING, due__isnull=False).order_by("-due")
    ordered = sorted(running, key=lambda clock: clock.rule == counts[clock.procedure_id])
    return {clock.procedure_id: clock for clock in ordered}


def _row(procedure: Procedure, kind: ProcedureKind, clock: Clock | None) -> Row:
    states = STATES.get(procedure.kind, kind.states)
    page = PAGES.get(procedure.kind)
    return Row(
        number=procedure.number,
        kind=kind.label,
        title=kind.title(procedure),
        place=full_title(procedure.place) if procedure.place else "",
        state=states.get(procedure.state, procedure.state),
        next=OVER if procedure.closed else kind.clocks.get(clock.rule, clock.rule) if clock else WAITS,
        due=clock.due if clock else None,
        provisional=bool(clock and clock.provisional),
        opened=procedure.opened,
        closed=procedure.closed,
        url=reverse(page[0], args=[getattr(procedure, page[1])]) if page else "",
    )
