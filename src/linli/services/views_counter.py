"""The clerk's screen: who is next, who is here, who is on hold; and the hall at a glance."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from linli.core.access import needs
from linli.core.errors import Conflict
from linli.people.actors import Actor
from linli.people.middleware import Request
from linli.services.domain.hall import calling
from linli.services.domain.hall.queries import desktop, expected, now_in
from linli.services.domain.hall.setting import Setting, setting, the_hall
from linli.services.models_queue import AT_COUNTER, Counter, CounterStatus, Hall, Ticket
from linli.services.shown_queue import lines_now, shown_wait

TONES = {CounterStatus.OPEN: "active", CounterStatus.PAUSED: "waiting", CounterStatus.CLOSED: "off"}


@needs("services.hall")
@never_cache
def staff(request: Request) -> HttpResponse:
    """The hall now: its counters, its lines, who waits how long."""
    if not Hall.objects.exists() and request.account.has_perm("services.hall_rules"):
        return redirect("hall:setup")
    of, at = setting(the_hall()), now()
    here = now_in(of, at)
    found = expected(here)
    there = {ticket.counter_id: ticket for ticket in here.at_counter()}
    context = {
        "hall": of.hall,
        "counters": [(counter, TONES[CounterStatus(counter.status)], there.get(counter.pk)) for counter in of.counters],
        "lines": lines_now(here),
        "waiting": [(ticket, shown_wait(ticket, found, here)) for ticket in here.waiting()],
        "closes": of.closes(at),
        "mine": request.post.pk if request.post else None,
        "may_call": request.account.has_perm("services.counter"),
        "may_set_up": request.account.has_perm("services.hall_rules"),
    }
    return render(request, "services/queue/staff.html", context)


@needs("services.counter")
@never_cache
def counter(request: Request, number: int) -> HttpResponse:
    """One counter, as whoever sits at it works."""
    of = setting(the_hall())
    own = _counter(of, number)
    seen = desktop(own, now_in(of, now()))
    there = seen.there
    context = {
        "hall": of.hall, "seen": seen, "counter": own,
        "is_mine": own.post_id == (request.post.pk if request.post else None),
        "tone": TONES[CounterStatus(own.status)], "now": now(),
        "others": [each for each in of.counters if each.pk != own.pk and each.status != CounterStatus.CLOSED],
        "grace_ends": calling.grace_ends(there) if there else None,
    }  # fmt: skip
    return render(request, "services/queue/counter.html", context)


Act = Callable[..., Any]
AT_THE_COUNTER: dict[str, Act] = {
    "open": calling.open_counter, "break": calling.pause_counter, "close": calling.close_counter,
    "next": calling.call_next,
}  # fmt: skip
WITH_A_TICKET: dict[str, Act] = {
    "again": calling.call_again, "serve": calling.serve, "hold": calling.hold, "done": calling.done,
    "gone": calling.not_there, "return": calling.came_back,
}  # fmt: skip


@needs("services.counter")
@require_POST
def act(request: Request, number: int, name: str) -> HttpResponse:
    """One button of the counter."""
    of = setting(the_hall())
    own, at = _counter(of, number), now()
    try:
        _do(of, own, name, request, at)
    except Conflict as told:
        messages.warning(request, str(told.message))
    return redirect("hall:counter", number=number)


def _do(of: Setting, own: Counter, name: str, request: Request, at: datetime) -> None:
    by: Actor = request.by
    if name == "next":
        _next(own, by, request, at)
    elif name in AT_THE_COUNTER:
        AT_THE_COUNTER[name](counter=own, by=by, at=at)
    elif name in WITH_A_TICKET:
        WITH_A_TICKET[name](ticket=_ticket(of, request), by=by, at=at)
    elif name == "resume":
        calling.back_from_hold(ticket=_ticket(of, request), counter=own, by=by, at=at)
    elif name == "pass":
        to = request.POST.get("to", "")
        calling.pass_on(ticket=_ticket(of, request), to=_counter(of, int(to) if to.isdecimal() else 0), by=by, at=at)
    else:
        raise Http404


def _next(own: Counter, by: Actor, request: Request, at: datetime) -> None:
    """Call; whoever is still being served is done with first, by the same button."""
    there = Ticket.objects.select_related("counter", "day__hall").filter(counter=own, status__in=AT_COUNTER).first()
    if there is not None and request.POST.get("ticket") == str(there.pk) and there.serving_since is not None:
        calling.done(ticket=there, by=by, at=at)
    if calling.call_next(counter=own, by=by, at=at) is None:
        messages.info(request, _("Nobody waits for this counter."))


def _counter(of: Setting, number: int) -> Counter:
    found = next((counter for counter in of.counters if counter.number == number), None)
    if found is None:
        raise Http404
    return found


def _ticket(of: Setting, request: Request) -> Ticket:
    key = request.POST.get("ticket", "")
    tickets = Ticket.objects.select_related("counter", "day__hall").filter(day__hall=of.hall)
    return get_object_or_404(tickets, pk=int(key) if key.isdecimal() and len(key) < 19 else 0)
