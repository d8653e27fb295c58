"""Service points and bookings of the demonstration: content laid down, and four weeks that were really booked."""

from datetime import datetime, timedelta
from random import Random
from uuid import UUID, uuid5

from django.utils.timezone import localdate

from linli.people.actors import Actor
from linli.people.domain.queries import holder_of, office_posts
from linli.people.enums import Role
from linli.places.domain.queries import Called
from linli.services.domain import booking_queries as queries
from linli.services.domain.booking import Full, Person, book, refuse
from linli.services.domain.booking_content import lay_down
from linli.services.domain.resource_rules import write_attendance

NAMESPACE = UUID("f2b6a8d0-6f1e-5a53-9c53-0d5f0f5a1b21")
AREA = "乐山片区"
CALLED = ("王阿姨", "李老师", "陈伯伯", "周女士", "赵先生", "吴奶奶", "沈先生", "老顾", "方阿婆", "小林")
GROUPS = ("合唱队", "三号楼组", "编织组", "志愿队", "棋友会")
WHAT_FOR = ("楼组茶话，十人左右", "志愿队排班", "编织组活动", "三号楼加梯商量", "棋友会")


def lay(places: Called, at: datetime) -> None:
    """Points, resources and programme, before the first page is served."""
    lay_down(places, since=localdate(at) - timedelta(days=60), root=AREA)


def play(at: datetime) -> None:
    """Bookings of the last days and of the next, made by the clerk for people who came by. Done twice, made once."""
    by = _clerk(at)
    for resource in queries.resources():
        random = Random(resource.code)
        _book_days(resource, by, at, random)
    _ask_for_the_hall(by, at)


def _clerk(at: datetime) -> Actor:
    post = office_posts(Role.WINDOW_CLERK)[0]
    return Actor(post=post, account=holder_of(post, at=at))


def _book_days(resource, by: Actor, at: datetime, random: Random) -> None:
    many = {"day_care": 7, "stall": 5, "clinic": 3, "room": 2, "tool": 1}[resource.kind]
    minutes = 0 if resource.whole else min(resource.longest, max(resource.shortest, 120))
    for days in range(-4, 6):
        asked = at + timedelta(days=min(days, 0) - 3)
        day = localdate(at) + timedelta(days=days)
        slots = queries.times_of(resource, day, minutes, asked)
        if not slots:
            continue
        full = resource.kind == "day_care" and days in (1, 3)
        for number in range(resource.units + 2 if full else many):
            slot = slots[0] if resource.whole else random.choice(slots)
            person = Person(called=random.choice(GROUPS if resource.kind == "room" else CALLED))
            try:
                book(
                    resource=resource, starts=slot.span.start, ends=slot.span.end, person=person, wait=full,
                    what_for=random.choice(WHAT_FOR), by=by, at=asked + timedelta(minutes=number),
                    action=uuid5(NAMESPACE, f"{resource.code} {day} {number}"),
                )  # fmt: skip
            except Full:
                continue
        if resource.counts and days < 0:
            write_attendance(resource=resource, starts=slots[0].span.start, number=9 + days % 4, by=by, at=at)


def _ask_for_the_hall(by: Actor, at: datetime) -> None:
    """Two residents asked for the large hall: one waits for the answer, one was refused with the reason."""
    hall = next((each for each in queries.resources() if each.code == "hub-hall"), None)
    if hall is None:
        return
    asked = at - timedelta(days=1)
    for number, (called, what_for) in enumerate((("乐山合唱队", "新年联欢彩排，四十人"), ("某商户", "产品推介会"))):
        day = localdate(at) + timedelta(days=9 + number)
        free = [slot for slot in queries.times_of(hall, day, 120, asked) if slot.free]
        if not free:
            continue
        booking = book(
            resource=hall, starts=free[-2].span.start, ends=free[-2].span.end,
            person=Person(called=called, contact=f"1390000000{number}"), what_for=what_for, at=asked,
            action=uuid5(NAMESPACE, f"hall {number}"),
        ).booking  # fmt: skip
        if number and booking.status == "asked":
            refuse(booking=booking, version=booking.version, by=by, at=asked + timedelta(hours=3),
                   reason="邻里汇不借给商业推销。居民活动随时欢迎。")  # fmt: skip
