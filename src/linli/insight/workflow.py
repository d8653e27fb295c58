"""The life of a yearly review: opened by the system, looked into, concluded in words, and checked by somebody else."""

from collections.abc import Mapping
from typing import Any

from linli.engines.workflow import Move, Need, Stage, State, Workflow, given
from linli.insight.enums import Outcome
from linli.people.enums import Role
from linli.procedures.enums import Part
from linli.procedures.models import Procedure
from linli.procedures.permissions import did_not, governs, holds


def _next_unless_it_stops(_procedure: Procedure, values: Mapping[str, Any]) -> bool:
    return bool(values.get("next_on")) or values.get("outcome") == Outcome.STOP


reviews_it = holds(Part.HANDLER) | governs(Role.AREA_LEAD, Role.DUTY_OFFICER)
checks_it = governs(Role.AREA_LEAD, Role.DUTY_OFFICER) & did_not("conclude")

outcome, text, reason = given("outcome"), given("text"), given("reason")
next_on = Need("next_on", _next_unless_it_stops)

WORKFLOW = Workflow(
    kind="review",
    initial="open",
    opens=("review.begin",),
    states={
        "open": State(Stage.EVALUATE, Part.HANDLER),
        "reviewing": State(Stage.EVALUATE, Part.HANDLER),
        "concluded": State(Stage.EVALUATE, Part.VERIFIER),
        "checked": State(None),
        "left_out": State(None),
    },
    moves=[
        Move("begin", "open", "reviewing", reviews_it, ("review.conclude",), ("review.begin",)),
        Move("conclude", "reviewing", "concluded", reviews_it, ("review.check",), ("review.conclude",),
             needs=(outcome, text, next_on)),
        Move("send_back", "concluded", "reviewing", checks_it, ("review.conclude",), ("review.check",),
             needs=(reason,)),
        Move("check", "concluded", "checked", checks_it, (), ("review.check",)),
        Move("leave_out", ("open", "reviewing"), "left_out", governs(Role.DUTY_OFFICER),
             drops=("review.begin", "review.conclude"), needs=(reason,)),
    ],
)  # fmt: skip
