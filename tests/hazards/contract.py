"""What the contract of all workflows says of hazards, and how one is brought into a state."""

from typing import Any
from uuid import uuid4

from linli.core.signatures import Signature
from linli.hazards.domain import steps
from linli.hazards.domain.opening import find_hazard
from linli.hazards.enums import HazardKind
from linli.hazards.models import Hazard

LEADS = {"duty_officer", "area_lead", "committee_secretary"}
FOUND = {"grid_worker"} | LEADS  # it was found, and is decided on, by the grid worker
MANAGER = {"property_manager"}  # the notice is the manager's
CHECKS = {"duty_officer", "area_lead", "committee_secretary"}
NOTICE = {"demand": "Clear the stairs.", "answers": "manager", "days": 3, "handed": "signed"}

# (state, who may, what it needs, what came before)
HAZARDS: dict[str, tuple[str, set[str], dict[str, Any], tuple[str, ...]]] = {
    "serve": ("found", FOUND, NOTICE, ()),
    "secure": ("found", FOUND, {"text": "119 called."}, ("imminent",)),
    "claim": ("noticed", FOUND | MANAGER, {"text": "Cleared."}, ()),
    "confirm": ("claimed", CHECKS, {"text": "Clear.", "answer": "The stairs are clear."}, ()),
    "not_right": ("claimed", CHECKS, {"reason": "Half of it is still there."}, ()),
    "serve_again": ("unresolved", FOUND, NOTICE, ()),
    "more_time": ("noticed", LEADS, {"reason": "The lorry comes on Friday.", "amount": 3}, ()),
    "escalate": ("unresolved", FOUND, {"reason": "Nothing was done."}, ()),
    "act": ("escalated", {"department_handler"}, {"text": "Cleared by the fire service."}, ()),
    "no_hazard": ("found", FOUND, {"reason": "A bicycle stand.", "answer": "There is none."}, ()),
}  # fmt: skip


def demand(**more: Any) -> steps.Demand:
    given: dict[str, Any] = {
        "demand": "Clear the stairs.", "answers": "manager", "answers_name": "六村物业", "days": 3, "handed": "signed",
        "signature": Signature("王𬭛"), **more,
    }  # fmt: skip
    return steps.Demand(**given)


def found_hazard(street: Any, **more: Any) -> Hazard:
    """Bicycles on the stairs of No. 12, found by the grid worker."""
    given: dict[str, Any] = {
        "kind": HazardKind.FIRE, "text": "三楼楼梯堆满杂物", "place": street.places["building"], "where": "三楼",
        "by": street.by("grid_worker"), "at": street.now, "action": uuid4(), "line": "stairwell.way_clear", **more,
    }  # fmt: skip
    return find_hazard(**given)


def hazard_in(street: Any, state: str, before: tuple[str, ...] = ()) -> Hazard:
    """Found and served by the grid worker, put right by the manager, looked at by the committee."""

    def step(verb: Any, hazard: Hazard, role: str, **more: Any) -> Hazard:
        return verb(
            hazard=hazard, version=hazard.procedure.version, by=street.by(role), at=street.now, action=uuid4(), **more
        )

    hazard = found_hazard(street, imminent="imminent" in before)
    if state == "found":
        return hazard
    hazard = step(steps.serve_notice, hazard, "grid_worker", demand=demand())
    if state == "noticed":
        return hazard
    hazard = step(steps.claim_right, hazard, "property_manager", text="已清理")
    if state == "claimed":
        return hazard
    if state == "closed":
        return step(steps.confirm_right, hazard, "committee_secretary", text="已清空", answer="楼梯已清空。")
    hazard = step(steps.not_right, hazard, "committee_secretary", reason="还有一半")
    if state == "escalated":
        fire = street.posts["department_handler"]
        hazard = step(steps.pass_on, hazard, "grid_worker", to=fire, reason="两次未改")
    return hazard
