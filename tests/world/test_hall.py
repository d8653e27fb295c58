"""The demonstration's hall is worked through by its own rule: some were served, some are at counters, some wait."""

from datetime import timedelta
from random import Random

import pytest

from linli.people.domain.holdings import appoint
from linli.people.domain.posts import create_post
from linli.people.enums import Role
from linli.services.models_queue import Appointment, Ticket, TicketStatus
from linli.world import hall
from tests.neighbourhood import LONG_AGO, SETUP


@pytest.fixture
def laid(street):
    mine = street.posts["window_clerk"]
    for number in (2, 3, 4):
        post = create_post(
            organisation=mine.organisation, role=Role.WINDOW_CLERK, place=mine.place, name=f"{number}号窗口", by=SETUP,
            at=LONG_AGO,
        )  # fmt: skip
        appoint(post=post, account=street.accounts["window_clerk"], by=SETUP, at=LONG_AGO)
    hall.lay({hall.AREA: street.places["area"]}, street.now)
    return street


def counted() -> dict[str, int]:
    statuses = list(Ticket.objects.values_list("status", flat=True))
    return {status: statuses.count(status) for status in set(statuses)}


def test_the_day_is_played_once_and_lives_on(laid):
    hall.play(laid.now)

    found = counted()
    assert found[TicketStatus.WAITING] >= 5
    assert found[TicketStatus.DONE] >= 20
    assert found[TicketStatus.SERVING] >= 1
    assert max(Ticket.objects.values_list("overtaken", flat=True)) <= 3
    assert Appointment.objects.count() >= 20

    hall.play(laid.now)
    assert counted() == found

    random = Random(1)
    for step in range(20):
        hall.tick(laid.now + timedelta(seconds=15 * step), random)
    assert counted()[TicketStatus.DONE] > found[TicketStatus.DONE]


def test_by_night_nobody_comes_and_nothing_fails(laid):
    night = laid.now - timedelta(hours=8)
    hall.play(night)
    before = counted()

    hall.tick(night, Random(1))

    assert counted() == before
