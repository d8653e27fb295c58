"""The hall, walked by three at once: a daughter books for her mother, who is served; a walk-in overtakes nobody."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from linli.engines.clocks import Calendar
from linli.procedures.domain.limits import OFFICE_HOURS, load_calendar
from linli.services.domain.hall.setting import setting
from linli.services.domain.hall.tickets import take_ticket
from linli.services.models_queue import Appointment, OpeningHours, Ticket
from tests.browser.conftest import DESK, PHONE
from tests.hall.conftest import build_hall


@pytest.fixture
def hall(street):
    """A hall that is open whenever this test runs."""
    made = build_hall(street)
    plain = Calendar(version="plain", zone="Asia/Shanghai", years={}, office_hours=OFFICE_HOURS)
    load_calendar(data=plain.as_data(), source="test", at=street.now)
    OpeningHours.objects.filter(hall=made).delete()
    OpeningHours.objects.bulk_create(OpeningHours(hall=made, weekday=d, opens=0, closes=1440) for d in range(7))
    return made


def test_a_daughter_books_for_her_mother_who_is_served_and_a_walk_in_overtakes_nobody(
    hall, open_page, enter, axe, shot
):
    mother = open_page("/hall/", PHONE, language="en", care=True)
    axe(mother)
    book_for_mother(mother)
    axe(mother)
    shot(mother, "hall-booked")
    booked = Appointment.objects.get()
    # It is her time now: the appointment was made for so many days ahead, and the clock of a test cannot wait.
    due = timezone.now() - timedelta(seconds=60)
    Appointment.objects.update(minute=int(due.timestamp()) // 60)
    first = take_ticket(of=setting(hall), skill="general", at=timezone.now() - timedelta(minutes=9), action=uuid4())

    walk_in = open_page("/hall/take/", PHONE, language="en")
    walk_in.get_by_text("general matters", exact=True).click()
    walk_in.get_by_role("button", name="Take a ticket").click()
    expect(walk_in.get_by_role("heading", level=1)).to_have_text("A002")
    mother.reload()
    mother.get_by_role("button", name="I am in the hall").click()
    expect(mother.get_by_role("heading", level=1)).to_have_text("A003")

    board = open_page("/hall/display/", DESK, language="en")
    clerk = enter("window_clerk", "/hall/counter/1/", language="en")
    clerk.get_by_role("button", name="Sit down here and open").click()
    clerk.get_by_role("button", name="Call the next").click()
    expect(board.locator("#said")).to_have_text("Number A003, please come to counter 1")
    expect(board.locator("main")).not_to_contain_text("mother")
    axe(board)
    shot(board, "hall-display")
    expect(mother.get_by_text("Please come to counter 1 now.")).to_be_visible(timeout=20_000)

    clerk.get_by_role("button", name="They are here").click()
    axe(clerk)
    shot(clerk, "hall-counter")
    clerk.get_by_role("button", name="Done, call the next").click()
    expect(clerk.locator("#there")).to_have_text(first.shown)
    booked.refresh_from_db()
    assert booked.ticket.status == "done"
    assert list(Ticket.objects.order_by("number").values_list("number", "overtaken")) == [(1, 1), (2, 0), (3, 0)]


def book_for_mother(page: Page) -> None:
    page.get_by_role("link", name="Book an appointment").click()
    page.get_by_text("general matters", exact=True).click()
    page.get_by_role("button", name="Continue").click()
    page.get_by_text("for my mother or father", exact=True).click()
    page.get_by_role("button", name="Continue").click()
    page.locator(".hall-times label[for]").last.click()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Go on without").click()
    expect(page.get_by_text("for my mother or father")).to_be_visible()
    page.get_by_role("button", name="Book").click()
    expect(page.get_by_text("Your code:").first).to_be_visible()
