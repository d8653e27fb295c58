"""Where the intake can send a matter: the words for it, its first page, and how what was written gets there.

A destination stands here once its app has a page that takes it in; what is not here is not offered.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.utils.translation import gettext_lazy as _

from linli.cases.draft import Draft
from linli.core import carried
from linli.station.domain.intake import REPORT

Carry = Callable[[SessionBase, str], None]


@dataclass(frozen=True)
class Destination:
    """page: the URL name of its first page for the person. desk: that for a clerk; "" where the clerk's own page of
    the intake takes it in. carry: puts what was written into that page."""

    code: str
    label: Any
    hint: Any
    page: str
    desk: str = ""
    carry: Carry | None = None


def _into_report(session: SessionBase, text: str) -> None:
    """A report that was begun keeps its other answers."""
    draft = Draft.of(session)
    draft.text = text
    draft.keep(session)


def _along(to: str) -> Carry:
    return lambda session, text: carried.carry(session, to=to, text=text)


DESTINATIONS: dict[str, Destination] = {
    each.code: each
    for each in (
        Destination(
            REPORT,
            _("A report: somebody comes and puts it right"),
            _("For what is broken, dirty, noisy or in the way. Another person checks the work, and you are answered."),
            page="cases:report",
            carry=_into_report,
        ),
        Destination(
            "police",
            _("The police"),
            _("110 where it is happening now; otherwise the police post, or a report that is passed on to it."),
            page="help:police",
        ),
    )
}


def carry_to(destination: Destination, session: SessionBase, text: str) -> None:
    """Put what was written where the destination's page finds it."""
    (destination.carry or _along(destination.code))(session, text)
