"""What the contract of all workflows (tests/procedures/test_contract.py) says of a mediation's moves."""

from typing import Any
from uuid import uuid4

from linli.mediation.domain import ending, opening
from linli.mediation.enums import Channel, Told
from linli.mediation.models import Mediation
from tests.mediation.conftest import SAFE, Dispute
from tests.neighbourhood import Street

SIDES, DESK, MEDIATOR = {"petitioner", "respondent"}, {"committee_secretary"}, {"mediator"}
BOTH = DESK | MEDIATOR
# name: state, who may, what it needs, what came before
MEDIATIONS: dict[str, tuple[Any, ...]] = {
    "ask": ("applied", DESK, {"text": "Noise at night."}),
    "consent": ("asking", SIDES | DESK, {"willing": True}),
    "refuse": ("asking", SIDES | DESK),
    "withdraw": ("applied", DESK | {"petitioner"}),
    "appoint": ("choosing", SIDES | DESK, {"mediator": 1}),
    "recuse": ("mediating", BOTH, {"reason": "a cousin"}),
    "agree": ("mediating", MEDIATOR, {"agreement": 1}),
    "stop": ("mediating", SIDES | BOTH),
    "fail": ("mediating", MEDIATOR, {"reason": "no agreement"}),
    "apply_court": ("agreed", BOTH, {"court": "徐汇区人民法院"}),
    "perform": ("agreed", BOTH, {"text": "all done"}),
    "leave_unperformed": ("agreed", BOTH, {"reason": "no carpet"}),
    "divert": ("mediating", BOTH),
    "danger": ("mediating", BOTH, {"text": "he threatens"}),
    "police_done": ("mediating", {"police_liaison"}, {"text": "a patrol"}, ("danger",)),
}


def mediation_in(street: Street, state: str, before: tuple[str, ...]) -> Mediation:
    """A mediation in a state, by its own verbs."""
    made = opening.apply_for_mediation(
        about="noise", channel=Channel.PAGE, matter="Steps at night.", wish="", screen=SAFE,
        applicant=opening.Person("陈美华"), respondents=[opening.Person("王建国")], place=street.places["building"],
        told=Told.WRITTEN, by=None, at=street.now, action=uuid4(),
    )  # fmt: skip
    dispute = Dispute(street, made.mediation.pk, made.code, street.now).bring(state)
    if "danger" in before:
        dispute.move(ending.report_danger, "mediator", text="He threatens.")
    return dispute.it
