"""A protection file for tests, brought to where a test wants it by the verbs of its app."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from linli.mediation.domain import protection_orders as orders
from linli.mediation.domain import protection_steps as steps
from linli.mediation.domain.protection import Asked, ask_for_contact
from linli.mediation.domain.protection_sealed import Reach
from linli.mediation.models import Protection
from linli.procedures.models import Procedure

REACH = Reach(
    channel="call", to="13812345678", times="weekdays 9 to 11", careful="say it is the library", name="Ms Lin",
    address="No. 12, room 301",
)  # fmt: skip


KNOWS, ORDERED = {"mediator", "police_liaison"}, ("prepared", "accepted", "made")
# For the contract of all moves: state, who may, what it needs, what came before.
CONTRACT: dict[str, tuple[Any, ...]] = {
    "screen": ("asked", {"mediator"}, {"whom": "adult"}),
    "screen_duty": ("asked", {"mediator"}, {"whom": "minor"}),
    "report_police": ("must_report", {"mediator"}, {"call": "110"}),
    "note": ("helping", KNOWS, {"text": "She is with her sister."}, ("warned",)),
    "hand_on": ("helping", {"mediator"}, {"to": 1, "why": "ill"}),
    "bring_in": ("helping", {"mediator"}, {"to": 1, "why": "her wish"}),
    "let_go": ("helping", {"mediator"}, {"to": 1, "why": "no need"}),
    "warning": ("helping", {"mediator"}, {"day": "2026-11-20"}),
    "visit": ("helping", {"mediator"}, {"text": "Was there."}, ("warned",)),
    "visit_police": ("helping", {"police_liaison"}, {"text": "Was there."}, ("warned",)),
    "order_prepare": (
        "helping", {"mediator"}, {"applicant": "orally", "respondent": "a", "request": "b", "facts": "c"},
    ),
    "order_accept": ("helping", {"mediator"}, {}, ("prepared",)),
    "order_accept_urgent": ("helping", {"mediator"}, {}, ("prepared",)),
    "order_make": ("helping", {"mediator"}, {"valid_until": "2027-04-30"}, ORDERED[:2]),
    "order_refuse": ("helping", {"mediator"}, {}, ORDERED[:2]),
    "reconsider": ("helping", {"mediator"}, {"asked": "no"}, ORDERED),
    "order_extend": ("helping", {"mediator"}, {"valid_until": "2027-09-30"}, ORDERED),
    "order_end": ("helping", {"mediator"}, {"why": "over"}, ORDERED),
    "close": ("helping", {"mediator"}, {"why": "she is safe"}),
    "take_back": ("asked", {"system:protection.claim"}),
}  # fmt: skip


def protection_in(street: Any, state: str, before: tuple[str, ...]) -> Protection:
    """A file brought on by its one mediator; the police know of it where a warning came."""
    after = {"warned": warned, "prepared": order_prepared, "accepted": order_accepted, "made": order_made}
    if before:
        made = after[before[-1]](street)
    elif state == "asked":
        made = ask(street).procedure
    else:
        made = screened(street, "minor" if state == "must_report" else "adult")
    return Protection.objects.select_related("procedure").get(pk=made.pk)


def ask(street: Any, **changes: Any) -> Asked:
    given = {
        "reach": REACH, "said": "He hits me when he drinks.", "without": (), "want_code": False, "at": street.now,
        "action": uuid4(), **changes,
    }  # fmt: skip
    return ask_for_contact(**given)


def act(
    street: Any, verb: Callable[..., Procedure], procedure: Procedure, by: str = "mediator", **given: Any
) -> Procedure:
    """One verb by the post of this name, at the version that stands now."""
    at = given.pop("at", street.now)
    now = Procedure.objects.select_related("protection").get(pk=procedure.pk)
    return verb(procedure=now, version=now.version, by=street.by(by), at=at, action=uuid4(), **given)


def screened(street: Any, whom: str = "adult", **changes: Any) -> Procedure:
    procedure = ask(street, **changes).procedure
    return act(street, steps.screen, procedure, whom=whom, danger="near", wishes="To stay, and that it ends.")


def with_police(street: Any) -> Procedure:
    procedure = screened(street)
    to = street.posts["police_liaison"]
    return act(street, steps.bring_in, procedure, to=to, why="She asks for it.", agreed=True)


def warned(street: Any) -> Procedure:
    return act(street, steps.warning, with_police(street), day=street.now.date(), text="No. 3 of the station.")


def order_prepared(street: Any, procedure: Procedure | None = None) -> Procedure:
    return act(
        street, orders.prepare_order, procedure or screened(street), applicant="themselves", respondent="Wang",
        request="No violence, no contact.", facts="On 20 November, before the children.",
    )  # fmt: skip


def order_accepted(street: Any, *, urgent: bool = False) -> Procedure:
    return act(street, orders.accept_order, order_prepared(street), accepted=None, urgent=urgent)


def order_made(street: Any, until: date | None = None) -> Procedure:
    until = until or (street.now + timedelta(days=150)).date()
    return act(street, orders.make_order, order_accepted(street), decided=None, valid_until=until)
