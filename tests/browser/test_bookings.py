"""Bookings and assistance in a browser: booked in large print, seen by the clerk; help asked for on a phone."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from linli.services.domain.booking_content import lay_down
from linli.services.models_assistance import Assistance
from linli.services.models_bookings import Booking
from tests.browser.conftest import DESK, PHONE
from tests.neighbourhood import Street


@pytest.fixture
def laid(street: Street) -> Street:
    """The content of the demonstration, in the small neighbourhood."""
    called = {place.name: place for place in street.places.values()}
    lay_down(called, since=date(2026, 9, 1), root="乐山片区")
    return street


@pytest.fixture
def looked_at(axe, shot) -> Callable[[Page, str], None]:
    """Nothing for axe to find, nothing over the edge, and a picture for people."""

    def look(page: Page, name: str) -> None:
        shot(page, f"bookings/{name}")
        assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"], name
        axe(page)

    return look


def test_a_resident_books_a_room_in_large_print_and_the_clerk_has_it_in_the_week(laid, open_page, enter, looked_at):
    day = timezone.localdate() + timedelta(days=2)
    page = open_page("/bookings/", PHONE, language="en", care=True)
    looked_at(page, "resources")
    page.get_by_role("link", name="Hub, room 1").click()
    page.get_by_label("How long?").select_option("120")
    page.get_by_role("button", name="Show the days").click()
    page.locator(f'.day-choice a[href*="day={day}"]').click()
    looked_at(page, "resource")
    page.get_by_role("link", name="14:00–16:00").click()
    page.get_by_role("button", name="Book").click()
    expect(page.locator(".error-summary")).to_be_visible()
    page.get_by_label("How should we call you?").fill("Mrs Wang")
    page.get_by_label("Mobile number or e-mail address").fill("13800000000")
    page.get_by_label("What is it for?").fill("Tea of stairwell 3")
    looked_at(page, "take")
    page.get_by_role("button", name="Book").click()
    expect(page.locator("h1")).to_contain_text("Hub, room 1")
    number = Booking.objects.get().number
    expect(page.locator(".claim").first).to_have_text(number)
    looked_at(page, "mine")

    monday = day - timedelta(days=day.weekday())
    clerk = enter("window_clerk", f"/bookings/desk/hub-room-1/?week={monday}", DESK, language="en")
    expect(clerk.get_by_role("link", name=re.compile("14:00–16:00.*Mrs Wang"))).to_be_visible()
    looked_at(clerk, "week")

    page.get_by_role("link", name="Cancel the booking").click()
    page.get_by_role("button", name="Cancel the booking").click()
    expect(page.locator(".tag").first).to_contain_text("cancelled")
    open_page("/bookings/programme/", PHONE, language="en").get_by_role("link", name="Family doctor").first.click()


def test_help_is_asked_for_on_a_phone_and_given_at_once_by_the_window(laid, open_page, enter, looked_at):
    page = open_page("/bookings/assistance/", PHONE, language="en", care=True)
    looked_at(page, "assistance")
    page.get_by_role("link", name="Ask for help").click()
    page.get_by_text("sudden hardship").click()
    page.get_by_label("What has happened").fill("The kitchen burnt out; no place to cook tonight.")
    page.get_by_label("How should we call you?").fill("Mr Chen")
    page.get_by_label("Mobile number or e-mail address").fill("13800000000")
    page.get_by_role("button", name="Ask for help").click()
    expect(page.get_by_text("Without your consent")).to_have_count(2)  # in the summary and beside the box
    page.get_by_text("I agree", exact=True).click()
    page.get_by_role("button", name="Ask for help").click()
    expect(page.locator("h1")).to_contain_text("My application for help")
    looked_at(page, "own")

    clerk = enter("window_clerk", "/inbox/", DESK, language="en")
    clerk.get_by_role("link", name=re.compile(Assistance.objects.get().procedure.number)).click()
    expect(clerk.get_by_text("Mr Chen")).to_have_count(0)
    clerk.get_by_text("Open what is sealed").click()
    clerk.get_by_label("What do you need it for?").fill("to bring blankets")
    clerk.get_by_role("button", name="Open").click()
    expect(clerk.get_by_text("Mr Chen")).to_be_visible()
    looked_at(clerk, "file")
    clerk.get_by_text("Give urgent aid now").first.click()
    clerk.get_by_role("textbox", name="In words").fill("Blankets, a rice cooker and 500 yuan, this evening.")
    clerk.get_by_role("button", name="Give urgent aid now").click()
    expect(clerk.locator("main")).to_contain_text("papers after urgent aid")

    page.reload()
    expect(page.locator("main")).to_contain_text("Blankets, a rice cooker and 500 yuan")
