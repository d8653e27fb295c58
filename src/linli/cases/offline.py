"""What of cases a phone keeps for the staircase: the cases that one goes to, and the forms filled in there.

Sealed cases, and classes of which the public sees nothing (domestic violence, tips, overcrowding), are never kept.
"""

from django.urls import reverse

from linli.cases.enums import Publicity
from linli.procedures.enums import Part
from linli.procedures.models import Procedure

# The moves made on the spot; and which of their pages are kept beside that of the case, whose form stands open there.
# A case to be accepted keeps the page of handing in as well: the work may be done before there is signal again.
ON_THE_SPOT = frozenset({"accept", "hand_in", "verify", "rework"})
PAGES = {"dispatched": ("hand_in",), "handling": (), "handled": ("rework",)}
PARTS = frozenset({Part.HANDLER, Part.VERIFIER})
FOLLOWS = {"accept": "hand_in"}


def may_be_kept(procedure: Procedure) -> bool:
    """Whether a phone may keep anything of this case."""
    klass = procedure.case.klass
    shut = klass is not None and (klass.sealed or klass.publicity == Publicity.NEVER)
    return not (procedure.sealed or procedure.excludes or shut)


def pages_to_keep(procedure: Procedure, part: str) -> list[str]:
    """The addresses of the pages of a case to keep for whoever has this part in it now."""
    if part not in PARTS or procedure.state not in PAGES or not may_be_kept(procedure):
        return []
    number = procedure.number
    forms = [reverse("cases:move", args=[number, name]) for name in PAGES[procedure.state]]
    return [reverse("cases:case", args=[number]), *forms]
