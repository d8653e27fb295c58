"""What somebody wrote on one page and must not write again on the next: carried, sealed, in the session to where it
belongs.

The first page of that place puts it into its form, and drops it once the form was sent. It waits for an hour at most.
"""

from base64 import b64decode, b64encode
from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone

from linli.core.sealed import CannotOpen, seal, unseal

SESSION = FIELD = "carried"
KEPT = timedelta(hours=1)


def carry(session: SessionBase, *, to: str, text: str) -> None:
    """Take a text along to `to`, the name of a place such as "mediation". It takes the place of what was carried."""
    sealed = b64encode(seal(text, row=to, field=FIELD)).decode()
    session[SESSION] = {"to": to, "sealed": sealed, "at": timezone.now().isoformat()}


def carried(session: SessionBase, to: str) -> str:
    """What was carried there; "" where nothing was."""
    held = session.get(SESSION) or {}
    if held.get("to") != to or timezone.now() - datetime.fromisoformat(held["at"]) > KEPT:
        return ""
    try:
        return unseal(b64decode(held["sealed"]), row=to, field=FIELD)
    except CannotOpen:
        return ""


def drop(session: SessionBase) -> None:
    """Forget it: it was sent, or the person wants it gone."""
    session.pop(SESSION, None)
