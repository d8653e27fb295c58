"""Where a case is, going by what was written: proposed with reasons, decided by whoever files it."""

from collections.abc import Iterable

from linli.cases.models import Case
from linli.places.domain.gazetteer import Proposal, because, places_in_text
from linli.places.domain.queries import find_places
from linli.places.models import Place

Meant = tuple[Place, str]
"""A place, and why it is offered: "" where its name alone says so."""


def places_said(case: Case, *, below: str) -> list[Proposal]:
    """The places that the case's words may mean and that say more than the place it has. No statement."""
    known = case.procedure.place_path if case.procedure.place else ""
    found = places_in_text(f"{case.where}\n{case.text}", below=max(below, known, key=len), near=known)
    return [proposal for proposal in found if proposal.place.path != known]


def places_meant(words: str, *, below: str = "", most: int = 8) -> list[Meant]:
    """What somebody may mean who types where it is: what the words say, then what is called so. No statement."""
    said = [(proposal.place, because(proposal)) for proposal in places_in_text(words, below=below)]
    named = find_places(words, limit=most, below=below)
    return _once([*said, *((place, "") for place in named)])[:most]


def _once(meant: Iterable[Meant]) -> list[Meant]:
    held: dict[str, Meant] = {}
    for place, why in meant:
        held.setdefault(place.path, (place, why))
    return list(held.values())
