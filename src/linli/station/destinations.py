"""Where the intake can send a matter: the words for it, its first page, and how what was written gets there.

A destination stands here once its app has a page that takes it in; what is not here is not offered.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.urls import resolve, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from linli.cases.draft import Draft as ReportDraft
from linli.core import carried
from linli.core.access import access_of
from linli.mediation.draft import Draft as MediationDraft
from linli.station.domain.intake import PROTECTION, REPORT, words_found

Carry = Callable[[SessionBase, str], None]


@dataclass(frozen=True)
class Destination:
    """page: the URL name of its first page for the person. desk: that for a clerk; "" where the clerk's own page of
    the intake takes it in. carry: puts what was written into that page. search: it is found there by words."""

    code: str
    label: Any
    hint: Any
    page: str
    desk: str = ""
    carry: Carry | None = None
    search: bool = False

    def address(self, text: str) -> str:
        """Its first page for the person; with the words that were recognised, where one searches there."""
        words = words_found(text, self.code) if self.search else ""
        return reverse(self.page) + (f"?{urlencode({'q': words})}" if words else "")

    def desk_address(self, user: Any) -> str:
        """Its first page for a clerk; for a post that may not open it, the page of the person, filled in together."""
        access = access_of(resolve(reverse(self.desk)).func)
        return reverse(self.desk if access is not None and access.allows(user) else self.page)


def _into_report(session: SessionBase, text: str) -> None:
    """A report that was begun keeps its other answers."""
    draft = ReportDraft.of(session)
    draft.text = text
    draft.keep(session)


def _into_mediation(session: SessionBase, text: str) -> None:
    draft = MediationDraft.of(session)
    draft.matter = text
    draft.keep(session)
    carried.carry(session, to="mediation", text=text)


def _nowhere(_session: SessionBase, _text: str) -> None:
    """Where nothing may stay in a browser."""


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
            "mediation",
            _("Mediation: talk it out, with somebody who helps both sides"),
            _("Free of charge. Only if both sides want it; either may stop at any time."),
            page="mediation:apply",
            desk="mediation:enter",
            carry=_into_mediation,
        ),
        Destination(
            "petition",
            _("The petition desk: a request, a suggestion or a complaint to an office"),
            _("It is registered, you are told the times, and answered in writing. Who is complained of never sees it."),
            page="petitions:write",
            desk="petitions:register",
        ),
        Destination(
            "legal",
            _("The legal studio: what the law says"),
            _("Free of charge, answered within one working day; on to legal aid where you need a lawyer."),
            page="legal:ask",
            desk="legal:write",
        ),
        Destination(
            "hazard",
            _("A hazard: fire, wires, gas or the building"),
            _("Somebody looks at it, has it put right, and another looks again."),
            page="hazards:tell",
            desk="hazards:new",
        ),
        Destination(
            "service",
            _("The service hall: cards, certificates, allowances"),
            _("A guide of three questions says which papers to bring and how many days it takes."),
            page="services:catalogue",
            desk="services:choose",
            search=True,
        ),
        Destination(
            "assistance",
            _("Help in need: money, care, an urgent case"),
            _("Urgent help comes first, papers after. Refusals come in writing with the reason."),
            page="bookings:assistance_apply",
            desk="bookings:assistance_write",
        ),
        Destination(
            PROTECTION,
            _("Help with violence at home, in confidence"),
            _("The other side is told nothing, and it stands in no list. What you wrote does not go along."),
            page="protection:help",
            desk="protection:begin",
            carry=_nowhere,
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
