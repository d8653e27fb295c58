"""An application while it is being written: sealed whole in the session, for others use the same device.

Of the safety questions it keeps only that they were all answered with no.
"""

from base64 import b64decode, b64encode
from dataclasses import asdict, dataclass, field, fields
from uuid import UUID, uuid4

import orjson
from django.contrib.sessions.backends.base import SessionBase

from linli.core.sealed import CannotOpen, seal, unseal

SESSION, FIELD = "mediation", "draft.mediation"
CLAIMED, MOST = "mediations", 20


@dataclass
class Draft:
    """What was answered so far; its one act has one effect however often it is sent."""

    action: str = field(default_factory=lambda: str(uuid4()))
    screened: bool = False
    about: str = ""
    matter: str = ""
    wish: str = ""
    other: str = ""
    other_contact: str = ""
    place: str = ""
    name: str = ""
    contact: str = ""

    @classmethod
    def of(cls, session: SessionBase) -> "Draft":
        """The draft of this session, or an empty one."""
        known = {each.name for each in fields(cls)}
        try:
            kept = orjson.loads(unseal(b64decode(session[SESSION]), row="session", field=FIELD))
        except (KeyError, CannotOpen, ValueError):
            return cls()
        return cls(**{name: value for name, value in kept.items() if name in known})

    def keep(self, session: SessionBase) -> None:
        sealed = seal(orjson.dumps(asdict(self)).decode(), row="session", field=FIELD)
        session[SESSION] = b64encode(sealed).decode()

    @staticmethod
    def drop(session: SessionBase) -> None:
        session.pop(SESSION, None)

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
