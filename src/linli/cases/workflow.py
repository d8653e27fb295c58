"""The life of a case, in the stages of GB/T 30428."""

from collections.abc import Mapping
from typing import Any

from linli.engines.workflow import Audience, Move, Need, Stage, State, Workflow, given
from linli.people.enums import Role
from linli.procedures.enums import Part
from linli.procedures.models import Procedure
from linli.procedures.permissions import did_not, governs, holds, is_party, system, takes_part


def _has_class(procedure: Procedure, values: Mapping[str, Any]) -> bool:
    return bool(values.get("klass") or procedure.case.klass_id)


def _photo_if_asked(procedure: Procedure, values: Mapping[str, Any]) -> bool:
    klass = procedure.case.klass
    return len(values.get("photo") or ()) >= (klass.photos_asked if klass else 0)


is_desk = holds(Part.DESK) | governs(Role.DUTY_OFFICER)
is_handler = holds(Part.HANDLER)
verifies_another = (holds(Part.VERIFIER) | governs(Role.DUTY_OFFICER)) & did_not("hand_in")
is_reporter = is_party() | is_desk
is_import = system("import")
# Who is no move's author but may write into the story, or read how to reach the reporter.
may_write = takes_part() | governs(Role.DUTY_OFFICER, Role.AREA_LEAD, Role.COMMITTEE_SECRETARY)
may_reach = takes_part() | governs(Role.DUTY_OFFICER)

klass = Need("klass", _has_class)  # the filing condition: it is a case of one of our classes
photo = Need("photo", _photo_if_asked)
reason, text, answer = given("reason"), given("text"), given("answer")

OPEN, RUNNING = ("received", "filed"), ("case.file", "case.dispatch")

WORKFLOW = Workflow(
    kind="case",
    initial="received",
    opens=("case.file",),
    states={
        "received": State(Stage.COLLECT, Part.DESK),
        "filed": State(Stage.FILE, Part.DESK),
        "dispatched": State(Stage.DISPATCH, Part.HANDLER),
        "handling": State(Stage.HANDLE, Part.HANDLER),
        "handled": State(Stage.FEED_BACK, Part.VERIFIER),
        "verified": State(Stage.VERIFY, Part.DESK),
        "closed": State(Stage.EVALUATE),
        "void": State(None),
    },
    closed=("closed", "void"),
    moves=[
        Move("file", "received", "filed", is_desk, ("case.dispatch",), ("case.file",), needs=(klass,)),
        Move("dispatch", "filed", "dispatched", is_desk, ("case.take", "case.handle"), ("case.dispatch",)),
        Move("accept", "dispatched", "handling", is_handler, (), ("case.take",)),
        Move("hand_back", "dispatched", "filed", is_handler, ("case.dispatch",), ("case.take", "case.handle"),
             needs=(reason,)),
        Move("hand_in", "handling", "handled", is_handler, ("case.verify",), ("case.handle",), needs=(text, photo)),
        Move("rework", "handled", "handling", verifies_another, ("case.handle",), ("case.verify",), needs=(reason,)),
        Move("verify", "handled", "verified", verifies_another, ("case.answer",), ("case.verify",)),
        Move("close", "verified", "closed", is_desk, (), ("case.answer",), needs=(answer,), audience=Audience.PARTIES),
        Move("reopen", "closed", "filed", is_reporter, ("case.dispatch",), (), needs=(reason,),
             audience=Audience.PARTIES),
        Move("void", OPEN, "void", is_desk, (), RUNNING, needs=(reason,), audience=Audience.PARTIES),
        Move("take_over", "received", "filed", is_import, (), ("case.file",), needs=(reason,)),
        Move("take_over_closed", "received", "closed", is_import, (), ("case.file",), needs=(reason,)),
    ],
)  # fmt: skip
