"""What the pages of the hall read: the display, a clerk's counter, and when a ticket is likely to be called."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import QuerySet

from linli.engines.queue import Desk, Expected, Rank, Took, Visitor, choose, learn, plan, still
from linli.services.domain.hall.calling import can_serve, line_of
from linli.services.domain.hall.codes import hash_of
from linli.services.domain.hall.setting import Setting
from linli.services.models_queue import (
    ACTIVE,
    AT_COUNTER,
    Appointment,
    AppointmentStatus,
    Counter,
    CounterStatus,
    HallDay,
    Ticket,
    TicketStatus,
    WaitingListEntry,
)

LEARNT = 600  # services that the times are learnt from
LATELY = timedelta(days=60)
SOON = timedelta(hours=2)  # appointments of which time the plan reckons with before they have come


@dataclass(frozen=True)
class Now:
    """A hall's day at an instant. tickets: all that are not ended, by place."""

    of: Setting
    at: datetime
    version: int
    tickets: Sequence[Ticket]

    def waiting(self) -> list[Ticket]:
        return [ticket for ticket in self.tickets if ticket.status == TicketStatus.WAITING]

    def at_counter(self) -> list[Ticket]:
        """The last called first."""
        there = [ticket for ticket in self.tickets if ticket.status in AT_COUNTER]
        return sorted(there, key=lambda ticket: ticket.last_called_at or ticket.taken_at, reverse=True)


def version_of(of: Setting, at: datetime) -> int:
    """How often something happened in today's queue. One statement."""
    found = HallDay.objects.filter(hall=of.hall, day=of.day_of(at)).values_list("version", flat=True).first()
    return found or 0


def now_in(of: Setting, at: datetime) -> Now:
    """Today's queue. Two statements."""
    version = version_of(of, at)
    tickets = Ticket.objects.filter(day__hall=of.hall, day__day=of.day_of(at), status__in=ACTIVE)
    return Now(of, at, version, list(tickets.select_related("counter").order_by("place_at", "id")))


# --- how long it takes


def learnt(of: Setting, at: datetime) -> dict[str, Took]:
    """How long each matter takes, from the services that were done in the 60 days before. Two statements."""
    planned = dict(of.hall.lines.values_list("skill", "minutes"))
    seconds: dict[str, list[float]] = {skill: [] for skill in planned}
    ended = Ticket.objects.filter(
        day__hall=of.hall, status=TicketStatus.DONE, served_seconds__gt=0, skill__in=planned,
        ended_at__gt=at - LATELY,
    )  # fmt: skip
    for skill, took in ended.order_by("-ended_at").values_list("skill", "served_seconds")[:LEARNT]:
        seconds[skill].append(float(took))
    return {skill: learn(seconds[skill], planned=minutes * 60.0) for skill, minutes in planned.items()}


def expected(now: Now) -> dict[int, Expected]:
    """When each ticket that waits is likely to be called, by its key. Three statements.

    Who is on hold is not in it, nor for whom no counter is open. Appointments of the next hours are reckoned with.
    """
    took = learnt(now.of, now.at)
    open_ = [counter for counter in now.of.counters if counter.status == CounterStatus.OPEN]
    bits = {counter.pk: 1 << place for place, counter in enumerate(open_)}
    visitors = [_visitor(ticket, open_, bits) for ticket in now.waiting()]
    visitors += [_coming(booked, open_, bits) for booked in _booked(now)]
    there = {ticket.counter_id: ticket for ticket in now.tickets if ticket.status in AT_COUNTER}
    seconds = now.at.timestamp()
    desks = [_desk(bits[counter.pk], there.get(counter.pk), took, seconds) for counter in open_]
    able = [visitor for visitor in visitors if visitor.able and visitor.kind in took]
    return plan(able, desks, took, now=int(seconds), most=now.of.hall.most)


def _visitor(ticket: Ticket, open_: Sequence[Counter], bits: Mapping[int, int]) -> Visitor:
    return Visitor(
        key=ticket.pk, place=int(ticket.place_at.timestamp()), rank=Rank.NEED if ticket.need else Rank.ORDINARY,
        able=sum(bits[counter.pk] for counter in open_ if can_serve(counter, ticket)), kind=ticket.skill,
        overtaken=ticket.overtaken, appointment=ticket.timed,
    )  # fmt: skip


def _coming(booked: Appointment, open_: Sequence[Counter], bits: Mapping[int, int]) -> Visitor:
    """An appointment that has not checked in; its key is negative, for nobody asks for it."""
    return Visitor(
        key=-booked.minute * 128 - booked.counter_id % 128, place=booked.minute * 60, rank=Rank.ORDINARY,
        able=sum(bits[counter.pk] for counter in open_ if booked.skill in counter.skills), kind=booked.skill,
        appointment=True, here=False,
    )  # fmt: skip


def _booked(now: Now) -> Sequence[Appointment]:
    minute = int(now.at.timestamp()) // 60
    soon = minute + int(SOON.total_seconds()) // 60
    booked = Appointment.objects.filter(hall=now.of.hall, status=AppointmentStatus.BOOKED)
    return list(booked.filter(minute__gte=minute, minute__lt=soon).only("minute", "counter_id", "skill"))


def _desk(bit: int, there: Ticket | None, took: Mapping[str, Took], now: float) -> Desk:
    if there is None or there.skill not in took:
        return Desk(bit, now)
    usual = took[there.skill]
    passed = now - there.serving_since.timestamp() if there.serving_since else 0.0
    return Desk(bit, now + still(usual, max(passed, 0.0)), usual.sd**2)


# --- whoever asks with a code


@dataclass(frozen=True)
class Held:
    """What a code opens: an appointment, a ticket, or a place on the waiting list; an offered time stands with it."""

    appointment: Appointment | None = None
    ticket: Ticket | None = None
    entry: WaitingListEntry | None = None


def held_by(code: str) -> Held | None:
    """What is kept under a code. At most four statements; none is found where the code is wrong."""
    hashed = hash_of(code)
    ticket = Ticket.objects.select_related("day__hall", "counter", "item").filter(code_hash=hashed).first()
    if ticket is not None:
        return Held(ticket=ticket)
    appointment = _appointments().filter(code_hash=hashed).first()
    if appointment is not None:
        return Held(appointment, _ticket_of(appointment))
    entry = WaitingListEntry.objects.select_related("hall", "item").filter(code_hash=hashed).first()
    if entry is None:
        return None
    offered = _appointments().filter(entry=entry).first()
    return Held(offered, _ticket_of(offered) if offered else None, entry)


def _appointments() -> QuerySet[Appointment]:
    return Appointment.objects.select_related("hall", "counter", "item")


def _ticket_of(appointment: Appointment) -> Ticket | None:
    return Ticket.objects.select_related("day__hall", "counter", "item").filter(appointment=appointment).first()


# --- the clerk


@dataclass(frozen=True)
class Desktop:
    """A counter as its clerk sees it.

    there: who is at it.  line: who waits for it, in the order in which it would call them if nobody else came or
    called.  held: all that are on hold.  gone: today's who were not there, who may come back.
    """

    counter: Counter
    there: Ticket | None
    line: Sequence[Ticket]
    held: Sequence[Ticket]
    gone: Sequence[Ticket]


def desktop(counter: Counter, now: Now) -> Desktop:
    """One statement beside those of `now`."""
    by_key = {ticket.pk: ticket for ticket in now.tickets}
    gone = Ticket.objects.filter(
        day__hall=now.of.hall, day__day=now.of.day_of(now.at), status=TicketStatus.NO_SHOW
    ).order_by("-ended_at")[:10]
    return Desktop(
        counter=counter,
        there=next((ticket for ticket in now.at_counter() if ticket.counter_id == counter.pk), None),
        line=[by_key[key] for key in _order(now, counter)],
        held=[ticket for ticket in now.tickets if ticket.status == TicketStatus.ON_HOLD],
        gone=list(gone),
    )


def _order(now: Now, counter: Counter) -> list[int]:
    """Whom a counter would call one after the other, if it alone called and time stood still."""
    line, order = line_of(now.tickets, counter, now=now.at), []
    most = now.of.hall.most
    while (chosen := choose(line, most=most)) is not None:
        order.append(chosen.key)
        line = [
            each if each.turn > chosen.turn else replace(each, overtaken=each.overtaken + 1)
            for each in line
            if each.key != chosen.key
        ]
    return order
