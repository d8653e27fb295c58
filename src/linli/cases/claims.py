"""Which reports this browser may open without signing in: those it sent, and those whose code was typed in here.

procedures/seeing.py reads the same list, so that the photographs of a report open with it.
"""

from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase

SESSION, JOINED = "claimed", "joined"
MOST = 50


def claimed(session: SessionBase) -> set[UUID]:
    return {UUID(procedure) for procedure in session.get(SESSION, [])}


def remember(session: SessionBase, procedure: UUID) -> None:
    others = [known for known in session.get(SESSION, []) if known != str(procedure)]
    session[SESSION] = [*others, str(procedure)][-MOST:]


def joined(session: SessionBase) -> dict[UUID, UUID]:
    """The cases that this browser follows as a further reporter, and as which; photographs do not open with them."""
    return {UUID(procedure): UUID(party) for procedure, party in session.get(JOINED, {}).items()}


def remember_joined(session: SessionBase, procedure: UUID, party: UUID) -> None:
    others = [pair for pair in session.get(JOINED, {}).items() if pair[0] != str(procedure)]
    session[JOINED] = dict([*others, (str(procedure), str(party))][-MOST:])


def forget(session: SessionBase, procedure: UUID) -> None:
    session[JOINED] = {key: party for key, party in session.get(JOINED, {}).items() if key != str(procedure)}
    session[SESSION] = [known for known in session.get(SESSION, []) if known != str(procedure)]
