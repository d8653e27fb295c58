"""Which reports this browser may open without signing in: those it sent, and those whose code was typed in here.

procedures/seeing.py reads the same list, so that the photographs of a report open with it.
"""

from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase

SESSION = "claimed"
MOST = 50


def claimed(session: SessionBase) -> set[UUID]:
    return {UUID(procedure) for procedure in session.get(SESSION, [])}


def remember(session: SessionBase, procedure: UUID) -> None:
    others = [known for known in session.get(SESSION, []) if known != str(procedure)]
    session[SESSION] = [*others, str(procedure)][-MOST:]


def forget(session: SessionBase, procedure: UUID) -> None:
    session[SESSION] = [known for known in session.get(SESSION, []) if known != str(procedure)]
