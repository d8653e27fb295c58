"""An application while it is being written: sealed whole in the session, for others use the same device.

Of the safety questions it keeps only that they were all answered with no.
"""

from dataclasses import dataclass
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase

from linli.core.steps import SealedDraft

CLAIMED, MOST = "mediations", 20


@dataclass
class Draft(SealedDraft):
    """What was answered so far; its one act has one effect however often it is sent."""

    SESSION = "mediation"

    screened: bool = False
    about: str = ""
    matter: str = ""
    wish: str = ""
    other: str = ""
    other_contact: str = ""
    place: str = ""
    name: str = ""
    contact: str = ""

    def missing(self) -> str:
        """The name of the first page whose question is still to be answered, or "" where all are."""
        answered = {
            "mediation:apply": self.screened,
            "mediation:apply_dispute": self.about and self.matter,
            "mediation:apply_people": self.other and self.name,
        }
        return next((page for page, given in answered.items() if not given), "")


def claimed(session: SessionBase) -> dict[UUID, UUID]:
    """The mediations that this browser may open, and as which party."""
    return {UUID(procedure): UUID(party) for procedure, party in session.get(CLAIMED, {}).items()}


def remember(session: SessionBase, procedure: UUID, party: UUID) -> None:
    others = [pair for pair in session.get(CLAIMED, {}).items() if pair[0] != str(procedure)]
    session[CLAIMED] = dict([*others, (str(procedure), str(party))][-MOST:])


def forget(session: SessionBase, procedure: UUID) -> None:
    session[CLAIMED] = {key: party for key, party in session.get(CLAIMED, {}).items() if key != str(procedure)}
