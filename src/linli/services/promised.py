"""What of the service hall a public promise can be measured by: how long people wait until they are called."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli.people.actors import Viewer
from linli.procedures.promise_sources import Counted, Line, Source, register
from linli.services.models_queue import Ticket, TicketStatus


def waits(since: datetime, until: datetime) -> Iterable[Counted]:
    """From the ticket, or the time of the appointment, to the first call. Tickets given back count for neither side;
    a ticket says nothing of whose it was. One statement."""
    rows = Ticket.objects.filter(Q(taken_at__gte=since, taken_at__lt=until)).exclude(status=TicketStatus.CANCELLED)
    return [
        Counted(key, _begins(taken, place, timed), called)
        for key, taken, place, timed, called in rows.values_list("pk", "taken_at", "place_at", "timed", "called_at")
    ]


def _begins(taken: datetime, place: datetime, timed: bool) -> datetime:
    """Whoever comes early for an appointment does not wait before its time."""
    return max(taken, place) if timed else taken


def _seen(_viewer: Viewer, keys: Sequence[Any]) -> set[Any]:
    """Numbers of tickets are called out in the hall; whoever works there may read them."""
    return set(keys)


def _lines(keys: Sequence[Any]) -> dict[Any, Line]:
    rows = Ticket.objects.filter(pk__in=keys).values_list("pk", "letter", "number", "day__day")
    return {
        key: Line(gettext("Ticket {letter}{number:03}").format(letter=letter, number=number))
        for key, letter, number, _day in rows
    }


register(
    Source(
        "hall_wait", _("from a ticket of the service hall to its call"), waits, needs="services.hall", seen=_seen,
        lines=_lines,
    )
)  # fmt: skip
