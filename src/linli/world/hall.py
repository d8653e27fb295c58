"""The service hall of the demonstration: counters and hours, a day that was really worked through, and its present.

Visitors come one by one, are called by the rule and served for as long as it takes; nobody is written into a table.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from threading import Event
from uuid import UUID, uuid4, uuid5

from django.db import close_old_connections
from django.utils.timezone import localtime, now

from linli.core.errors import DomainError
from linli.people.actors import Actor
from linli.people.domain.queries import holder_of, office_posts
from linli.people.enums import Role
from linli.places.domain.queries import Called
from linli.services.domain.hall import calling
from linli.services.domain.hall.booking import Taken, book
from linli.services.domain.hall.queries import now_in, version_of
from linli.services.domain.hall.setting import Setting, setting, the_hall
from linli.services.domain.hall.setup import FIRST_LINES, set_up_hall
from linli.services.domain.hall.slots import free
from linli.services.domain.hall.tickets import check_in, take_ticket

logger = logging.getLogger(__name__)

NAMESPACE = UUID("0c1f8f3e-6f35-5d0b-9a0d-1b8f2a6f7c55")
AREA = "乐山片区"
OPENS, CLOSES = 8 * 60 + 30, 17 * 60 + 30  # every day; minutes since midnight
# Whoever looks at the demonstration finds its hall open: on the weekday on which it was laid it opens that much
# earlier, and closes that much later.
BEFORE, AFTER = 180, 300
COUNTERS = [
    (1, ["general", "civil"], True),
    (2, ["general", "insurance"], False),
    (3, ["civil", "housing", "insurance"], False),
    (4, ["general", "law"], False),
]
WISHES = ("general", "general", "general", "insurance", "insurance", "civil", "civil", "housing", "law")
VISITORS = {-1: 16, 0: 26}  # by day, counted from today
AHEAD = 9  # days with some appointments
LEFT_WAITING = 12  # when the present begins
OF_A_PERSON = 1  # the counter that whoever tries the demonstration works at: nobody else calls there
EVERY = 12.0  # seconds between two looks of the present


def lay(places: Called, at: datetime) -> None:
    """Counters, lines and hours, before the first page is served."""
    local = localtime(at)
    minute = (local.hour * 60 + local.minute) // 20 * 20
    hours = [(day, OPENS, CLOSES) for day in range(7) if day != local.weekday()]
    today = (local.weekday(), max(min(OPENS, minute - BEFORE), 0), min(max(CLOSES, minute + AFTER), 24 * 60))
    set_up_hall(
        code="leshan", name="乐山邻里服务厅（演示）", name_en="Leshan service hall (demo)",
        where="天平路245号一楼", where_en="245 Tianping Road, ground floor", place=places[AREA], lines=FIRST_LINES,
        counters=COUNTERS, hours=[*hours, today],
    )  # fmt: skip


def play(at: datetime) -> None:
    """Yesterday and today as far as it has come, and appointments of the next days. Done twice, it is there once."""
    of, random = setting(the_hall()), Random(5)
    clerks = _clerks(at)
    for days, number in VISITORS.items():
        day = at + timedelta(days=days)
        spans = of.spans_on(of.day_of(day))
        ends = min(spans[0][1], at) if spans else at
        if spans and not version_of(of, day) and spans[0][0] + timedelta(minutes=30) < ends:
            _play_day(of, clerks, ends, number, random, leave=LEFT_WAITING if days == 0 else 0)
    _book_ahead(of, at, random)


def _play_day(of: Setting, clerks: Sequence[Actor], ends: datetime, number: int, random: Random, *, leave: int) -> None:
    """The last two hours before `ends`: who comes first is served, the last `leave` wait still."""
    counters = _manned(of, clerks, ends - timedelta(hours=2))
    arrivals = sorted(ends - timedelta(seconds=random.uniform(60, 7_000)) for _ in range(number))
    free_at = {counter.pk: ends - timedelta(hours=2) for counter, _by in counters}
    skills = of.skills()
    for index, at in enumerate(arrivals):
        wish = random.choice([skill for skill in WISHES if skill in skills])
        take_ticket(
            of=of, skill=wish, need=random.random() < 0.25, at=at, action=uuid5(NAMESPACE, f"{of.day_of(ends)}:{index}")
        )
        if index >= number - leave:
            continue
        _serve(counters, free_at, at, random)
    for moment in (ends - timedelta(seconds=40 * back) for back in range(len(counters), 0, -1)):
        _serve(counters, free_at, moment, random, unfinished=leave > 0)


def _serve(
    counters: Sequence[tuple], free_at: dict[int, datetime], at: datetime, random: Random, *, unfinished: bool = False
) -> None:
    """Every counter that is free by then calls, and serves to the end; `unfinished`: and is in the middle of it."""
    for counter, by in counters:
        if free_at[counter.pk] > at:
            continue
        ticket = calling.call_next(counter=counter, by=by, at=at)
        if ticket is None:
            continue
        took = timedelta(seconds=random.gammavariate(3, 110))
        if unfinished and counter.number != OF_A_PERSON:
            calling.serve(ticket=ticket, by=by, at=at + timedelta(seconds=10))
            free_at[counter.pk] = at + took + timedelta(hours=1)
        elif not unfinished:
            calling.serve(ticket=ticket, by=by, at=at + timedelta(seconds=20))
            calling.done(ticket=ticket, by=by, at=at + took + timedelta(seconds=20))
            free_at[counter.pk] = at + took + timedelta(seconds=30)
        else:
            free_at[counter.pk] = at + timedelta(hours=1)


def _book_ahead(of: Setting, at: datetime, random: Random) -> None:
    """Appointments of today and the next days, booked yesterday; those whose time is near have checked in."""
    asked = at - timedelta(hours=20)
    for days in range(AHEAD):
        day = of.day_of(at) + timedelta(days=days)
        for index in range(3 if days else 5):
            skill = random.choice(WISHES)
            times = [
                each for each in free(of, skill, first=day, days=1, at=asked) if each.at > at - timedelta(minutes=5)
            ]
            if not times:
                continue
            chosen = times[index] if days == 0 and index < len(times) else random.choice(times)
            try:
                booked = book(
                    of=of, skill=skill, minute=chosen.minute, whom=random.choice(("self", "self", "parent")),
                    need=random.random() < 0.3, at=asked, action=uuid5(NAMESPACE, f"booked {day} {index}"),
                )  # fmt: skip
            except Taken:
                continue
            if booked.starts_at - at < timedelta(minutes=15) and of.closes(at):
                check_in(of=of, appointment=booked, at=at)


def _clerks(at: datetime) -> list[Actor]:
    return [Actor(post=post, account=holder_of(post, at=at)) for post in office_posts(Role.WINDOW_CLERK)]


def _manned(of: Setting, clerks: Sequence[Actor], at: datetime) -> list[tuple]:
    """The counters with whom they are worked by, opened where they are shut."""
    pairs = list(zip(of.counters, clerks, strict=False))
    for counter, by in pairs:
        if counter.post_id is None:
            calling.open_counter(counter=counter, by=by, at=at)
    return pairs


# --- the present


def go_on(stop: Event, speed: float) -> None:
    """People come, and the other counters call and serve, until `stop` is set."""
    random = Random()
    while not stop.wait(EVERY / max(speed, 0.1)):
        try:
            tick(now(), random)
        except DomainError as told:  # somebody at the demonstration was quicker
            logger.info("the hall: %s", told.message)
        finally:
            close_old_connections()


def tick(at: datetime, random: Random) -> None:
    """One look at the hall: each counter but the visitor's own goes on by a step, and now and then somebody comes."""
    of = setting(the_hall())
    if of.closes(at) is None:
        return
    here = now_in(of, at)
    there = {ticket.counter_id: ticket for ticket in here.at_counter()}
    for counter, by in _manned(of, _clerks(at), at):
        if counter.number != OF_A_PERSON and counter.status == "open" and counter.post_id == by.post.pk:
            _step(counter, by, there.get(counter.pk), at)
    if len(here.waiting()) < LEFT_WAITING and random.random() < 0.35:
        take_ticket(of=of, skill=random.choice(WISHES), need=random.random() < 0.25, at=at, action=uuid4())


def _step(counter, by: Actor, ticket, at: datetime) -> None:
    if ticket is None:
        calling.call_next(counter=counter, by=by, at=at)
    elif ticket.status == "called" and at - ticket.called_at > timedelta(seconds=20):
        calling.serve(ticket=ticket, by=by, at=at)
    elif ticket.status == "serving" and at - ticket.serving_since > timedelta(seconds=90 + ticket.pk * 37 % 240):
        calling.done(ticket=ticket, by=by, at=at)
