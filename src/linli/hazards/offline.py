"""What of hazards a phone keeps for the basement: the hazards that one goes to, the lists, and what is filled in there.

Never kept: a hazard that is sealed or closed to somebody, one that came from another matter (its words were written for
that one, whatever it is), and the register of premises with all that hangs on it.
"""

from django.urls import reverse

from linli.hazards.domain.checklists import checklists
from linli.hazards.enums import Origin
from linli.procedures.models import Procedure

PAGES = ("hazards:inspections", "hazards:round", "hazards:hazard", "hazards:new")
FORMS = ("hazards:round", "hazards:hazard", "hazards:new")

# The steps made on the spot; more time and passing on are decided at a desk.
ON_THE_SPOT = frozenset({"secure", "serve", "serve_again", "claim", "confirm", "not_right", "act", "no_hazard"})


def may_be_kept(procedure: Procedure) -> bool:
    """Whether a phone may keep anything of this hazard."""
    hazard = procedure.hazard
    handed_on = hazard.origin == Origin.REFERRAL
    return not (procedure.sealed or procedure.excludes or handed_on or hazard.premises_id)


def pages_to_keep(procedure: Procedure, _part: str) -> list[str]:
    """The page of a hazard with the forms of its next steps, for whoever has a part in it now."""
    if procedure.closed is not None or not may_be_kept(procedure):
        return []
    return [reverse("hazards:hazard", args=[procedure.number])]


def rounds() -> list[str]:
    """The addresses of all lists; the place is chosen on each."""
    return [reverse("hazards:round", args=[code]) for code in checklists()]
