"""A service hall with three counters, open on weekdays, and a clerk at the first two of them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest

from linli.people.actors import Actor
from linli.people.domain.accounts import create_staff_account
from linli.people.domain.holdings import appoint
from linli.people.domain.posts import create_post
from linli.people.enums import Role
from linli.services.domain.hall.booking import book
from linli.services.domain.hall.calling import open_counter
from linli.services.domain.hall.setting import Setting, setting
from linli.services.domain.hall.setup import set_up_hall
from linli.services.domain.hall.tickets import take_ticket
from linli.services.models_queue import Hall, Ticket
from tests.neighbourhood import LONG_AGO, SETUP, Street

HOURS = [span for day in range(5) for span in ((day, 540, 690), (day, 810, 1050))]
LINES = [
    ("general", "A", 8, "证明、卡证", "Cards and papers"),
    ("civil", "B", 12, "民政、救助", "Assistance"),
    ("law", "C", 20, "法律", "Law"),
]
COUNTERS = [(1, ["general"], False), (2, ["general", "civil"], True), (3, ["law"], False)]


def build_hall(street: Street) -> Hall:
    return set_up_hall(
        code="leshan", name="乐山邻里服务厅", name_en="Leshan service hall", where="天平路245号一楼",
        where_en="245 Tianping Road, ground floor", place=street.places["area"], lines=LINES, counters=COUNTERS,
        hours=HOURS,
    )  # fmt: skip


def second_clerk(street: Street) -> Actor:
    """A colleague at another counter."""
    mine = street.posts["window_clerk"]
    post = create_post(
        organisation=mine.organisation, role=Role.WINDOW_CLERK, place=street.places["street"], name="窗口办事员二",
        by=SETUP, at=LONG_AGO,
    )  # fmt: skip
    account = create_staff_account(name="窗口二", email="w2@example.org", username="window_clerk_2", at=LONG_AGO)
    appoint(post=post, account=account, by=SETUP, at=LONG_AGO)
    return Actor.in_post(post, account)


@pytest.fixture
def hall(street: Street) -> SimpleNamespace:
    """The hall, its counters by number, two clerks of whom the first is at counter 1, and short ways to act."""
    made = build_hall(street)
    counters = {counter.number: counter for counter in made.counters.all()}
    clerk, colleague = street.by("window_clerk"), second_clerk(street)
    open_counter(counter=counters[1], by=clerk, at=street.now)

    def ticket(minutes: int = 0, *, skill: str = "general", need: bool = False) -> Ticket:
        at = street.now + timedelta(minutes=minutes)
        return take_ticket(of=setting(made), skill=skill, need=need, at=at, action=uuid4())

    def appointment(at: datetime, *, skill: str = "general", **more: object):
        minute = int(at.timestamp()) // 60
        return book(of=setting(made), skill=skill, minute=minute, at=street.now, action=uuid4(), **more)

    def of() -> Setting:
        return setting(made)

    return SimpleNamespace(
        hall=made, counters=counters, clerk=clerk, colleague=colleague, ticket=ticket, appointment=appointment, of=of,
        now=street.now, by=street.by,
    )  # fmt: skip


@pytest.fixture
def minutes(street: Street) -> Callable[[int], datetime]:
    """So many minutes after ten."""
    return lambda number: street.now + timedelta(minutes=number)
