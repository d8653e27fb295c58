"""What a clerk does at a counter: call, call again, serve, hold, pass on, not there, done.

Each verb takes the day first, so that of two clerks who press at once each calls somebody else; a ticket that has
moved meanwhile is a Conflict that says where it is now.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from linli.core.dates import hour
from linli.core.errors import Conflict, Refused
from linli.engines.queue import Waiting, choose, overtaken_by, rank_of
from linli.people.actors import Actor
from linli.people.models import Post
from linli.procedures.domain.limits import calendar
from linli.services.domain.hall.tickets import lock_day
from linli.services.models_queue import AT_COUNTER, Counter, CounterStatus, HallDay, Ticket, TicketStatus

Status = TicketStatus


# --- the counter


def open_counter(*, counter: Counter, by: Actor, at: datetime) -> None:
    """Sit down at a counter, or come back from a break. Who sat at another one leaves it.

    Raises:
        Conflict: a colleague is at it, or there is still somebody at the other one.
    """
    post = _post(by)
    with transaction.atomic():
        for other in Counter.objects.filter(post=post).exclude(pk=counter.pk):
            close_counter(counter=other, by=by, at=at)
        free = Counter.objects.filter(Q(post=post) | Q(post=None), pk=counter.pk, retired_at=None)
        if not free.update(status=CounterStatus.OPEN, post=post, since=at):  # of two at once one finds it free
            raise Conflict(_("A colleague is at this counter."))
    counter.refresh_from_db()


def pause_counter(*, counter: Counter, by: Actor, at: datetime) -> None:
    """A break. Nobody may be at the counter."""
    _leave(counter, by, at, status=CounterStatus.PAUSED)


def close_counter(*, counter: Counter, by: Actor, at: datetime) -> None:
    """Leave the counter. Nobody may be at it."""
    _leave(counter, by, at, status=CounterStatus.CLOSED, post=None)


def _leave(counter: Counter, by: Actor, at: datetime, **values: object) -> None:
    _mine(counter, by)
    if at_counter := Ticket.objects.filter(counter=counter, status__in=AT_COUNTER).first():
        raise Conflict(_("Finish with %(ticket)s first.") % {"ticket": at_counter.shown})
    Counter.objects.filter(pk=counter.pk).update(since=at, **values)
    counter.refresh_from_db()


# --- calling


def line_of(tickets: Collection[Ticket], counter: Counter, *, now: datetime) -> list[Waiting]:
    """Those who wait and whom a counter could serve, in the order of their turns."""
    seconds = int(now.timestamp())
    able = [ticket for ticket in tickets if ticket.status == Status.WAITING and can_serve(counter, ticket)]
    waiting = [
        Waiting(
            key=ticket.pk, place=(place := int(ticket.place_at.timestamp())), overtaken=ticket.overtaken,
            rank=rank_of(place=place, now=seconds, appointment=ticket.timed, need=ticket.need),
        )
        for ticket in able
    ]  # fmt: skip
    return sorted(waiting, key=lambda each: each.turn)


def can_serve(counter: Counter, ticket: Ticket) -> bool:
    """Whoever was passed on waits for that counter alone; everybody else for any with the skill."""
    return ticket.only_id == counter.pk if ticket.only_id else ticket.skill in counter.skills


def call_next(*, counter: Counter, by: Actor, at: datetime) -> Ticket | None:
    """Call who is next by the rule; none where nobody waits for this counter.

    Raises:
        Refused: another clerk's counter.  Conflict: it is not open, or somebody is at it.
    """
    _mine(counter, by)
    if counter.status != CounterStatus.OPEN:
        raise Conflict(_("Open the counter first."))
    with transaction.atomic():
        day = _locked(counter, at)
        if busy := Ticket.objects.filter(counter=counter, status__in=AT_COUNTER).first():
            raise Conflict(_("Finish with %(ticket)s first.") % {"ticket": busy.shown})
        line = line_of(Ticket.objects.filter(day=day, status=Status.WAITING), counter, now=at)
        chosen = choose(line, most=counter.hall.most)
        if chosen is None:
            return None
        passed = [each.key for each in overtaken_by(line, chosen)]
        Ticket.objects.filter(pk__in=passed).update(overtaken=F("overtaken") + 1)
        Ticket.objects.filter(pk=chosen.key).update(
            status=Status.CALLED, counter=counter, calls=1, called_at=at, last_called_at=at
        )
        return Ticket.objects.get(pk=chosen.key)


def call_again(*, ticket: Ticket, by: Actor, at: datetime) -> Ticket:
    """The same number once more, on the screen and by voice."""
    return _step(ticket, [Status.CALLED], by, at, calls=F("calls") + 1, last_called_at=at)


def serve(*, ticket: Ticket, by: Actor, at: datetime) -> Ticket:
    """They are here."""
    return _step(ticket, [Status.CALLED], by, at, status=Status.SERVING, serving_since=at)


def hold(*, ticket: Ticket, by: Actor, at: datetime) -> Ticket:
    """They fetch a paper or fill in a form; the counter is free meanwhile, and they keep their place."""
    return _step(
        ticket, AT_COUNTER, by, at, status=Status.ON_HOLD, served_seconds=_served(ticket, at), serving_since=None
    )


def back_from_hold(*, ticket: Ticket, counter: Counter, by: Actor, at: datetime) -> Ticket:
    """They are back and are served at once, at a counter that is free.

    Raises:
        Conflict: somebody is at the counter.
    """
    _mine(counter, by)
    with transaction.atomic():
        _locked(counter, at)
        if busy := Ticket.objects.filter(counter=counter, status__in=AT_COUNTER).first():
            raise Conflict(_("Finish with %(ticket)s first.") % {"ticket": busy.shown})
        return _swap(ticket, [Status.ON_HOLD], status=Status.SERVING, counter=counter, serving_since=at)


def pass_on(*, ticket: Ticket, to: Counter, by: Actor, at: datetime) -> Ticket:
    """Another counter goes on with it; they wait for that one, in the place they always had.

    Raises:
        Conflict: that counter is closed.
    """
    if to.pk == ticket.counter_id or to.status == CounterStatus.CLOSED:
        raise Conflict(_("Choose another counter that is open."))
    return _step(
        ticket, AT_COUNTER, by, at, status=Status.WAITING, only=to, counter=None,
        served_seconds=_served(ticket, at), serving_since=None,
    )  # fmt: skip


def not_there(*, ticket: Ticket, by: Actor, at: datetime) -> Ticket:
    """Nobody came, and the grace since the first call is over.

    Raises:
        Conflict: it is not over yet.
    """
    until = grace_ends(ticket)
    if at < until:
        raise Conflict(_("Call once more. From %(hour)s on you can say that nobody came.") % {"hour": hour(until)})
    return _step(ticket, [Status.CALLED], by, at, status=Status.NO_SHOW, ended_at=at)


def grace_ends(ticket: Ticket) -> datetime:
    """From when on nobody needs to wait for a called ticket any more."""
    called = ticket.called_at or ticket.taken_at
    return called + timedelta(minutes=ticket.day.hall.grace)


def came_back(*, ticket: Ticket, by: Actor, at: datetime) -> Ticket:
    """Who was not there is here after all: back into the line, behind those who wait already."""
    _post(by)
    with transaction.atomic():
        lock_day(ticket.day.hall, ticket.day.day)
        return _swap(
            ticket, [Status.NO_SHOW], status=Status.WAITING, place_at=at, timed=False, overtaken=0, counter=None,
            ended_at=None,
        )  # fmt: skip


def done(*, ticket: Ticket, by: Actor, at: datetime) -> Ticket:
    """Their matter is done for today."""
    return _step(ticket, [Status.SERVING], by, at, status=Status.DONE, served_seconds=_served(ticket, at), ended_at=at)


# --- one step


def _step(ticket: Ticket, sources: Collection[str], by: Actor, at: datetime, **values: object) -> Ticket:
    if ticket.counter is None:
        raise Conflict(_stands(ticket))
    _mine(ticket.counter, by)
    with transaction.atomic():
        _locked(ticket.counter, at)
        return _swap(ticket, sources, **values)


def _swap(ticket: Ticket, sources: Collection[str], **values: object) -> Ticket:
    """Compare and swap, under the day.  Raises Conflict: it is somewhere else by now."""
    same = Ticket.objects.filter(pk=ticket.pk, status__in=sources, counter=ticket.counter)
    swapped = same.update(**values)
    ticket.refresh_from_db()
    if not swapped:
        raise Conflict(_stands(ticket))
    return ticket


def _stands(ticket: Ticket) -> str:
    return _("%(ticket)s is %(state)s by now.") % {"ticket": ticket.shown, "state": ticket.get_status_display()}


def _served(ticket: Ticket, at: datetime) -> int:
    more = (at - ticket.serving_since).total_seconds() if ticket.serving_since else 0
    return ticket.served_seconds + max(int(more), 0)


def _locked(counter: Counter, at: datetime) -> HallDay:
    return lock_day(counter.hall, at.astimezone(calendar().tz).date())


def _mine(counter: Counter, by: Actor) -> None:
    if counter.post_id != _post(by).pk:
        raise Refused(_("Another clerk is at this counter. Sit down at it first."))


def _post(by: Actor) -> Post:
    if by.post is None:
        raise Refused
    return by.post
