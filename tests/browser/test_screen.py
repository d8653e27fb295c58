"""The one screen in a real browser: it changes while something is reported, survives a cut line, and tells its story.

The map is drawn by software here: it is waited for once, at 1920, with much patience; at 3840 it is not.
"""

from datetime import timedelta
from math import inf

import pytest
from django.utils import timezone

from linli.insight import screen_live
from linli.people.models import Duty
from linli.procedures.models import Procedure
from tests.browser.conftest import PHONE
from tests.insight.conftest import Walk

WALL = {"width": 1920, "height": 1080}
WIDE = {"width": 3840, "height": 1080}
PATIENT = 120_000  # ms


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr(screen_live, "AT_ONCE", inf)


@pytest.fixture
def lived(street, report):
    """A week with six closed cases, one that is overdue, one just taken up, and a post on duty."""
    now = timezone.now()
    for day in range(2, 8):
        street.now = now - timedelta(days=day)
        Walk(street, report().case).done(5)
    street.now = now - timedelta(minutes=2)
    late = Walk(street, report(klass=street.klass("leak")).case).file(0).dispatch(0).accept(0).case
    Procedure.objects.filter(pk=late.pk).update(due=now - timedelta(minutes=1))
    Walk(street, report(place=street.places["building_15"]).case).file(0)
    for post in ("duty_officer", "area_lead"):
        Duty.objects.create(post=street.posts[post], starts=now - timedelta(hours=2), ends=now + timedelta(hours=6))
    street.now = timezone.now()


def number(page, name: str) -> str:
    return page.locator(f'.tiles [data-figure="{name}"] .number').inner_text()


def extent(page) -> dict[str, int]:
    """How large the page is with all that would have to be scrolled to."""
    return page.evaluate(
        "({width: document.documentElement.scrollWidth, height: document.documentElement.scrollHeight})"
    )


def test_a_wall_changes_while_something_is_reported_and_says_when_the_line_is_cut(lived, enter, report, axe, shot):
    page = enter("duty_officer", "/screen/", WALL, language="en")
    page.set_default_timeout(PATIENT)
    page.locator("#map[data-drawn]").wait_for()
    assert (number(page, "open"), number(page, "late"), page.locator("#map").get_attribute("data-pillars")) == (
        "2", "1", "2",
    )  # fmt: skip
    assert extent(page) == WALL
    shot(page, "screen/1920-en")
    axe(page)

    report()
    page.locator('.tiles [data-figure="open"] .number', has_text="3").wait_for()
    assert page.locator("[data-age]").first.inner_text().startswith("as of ")
    assert page.locator("#line").get_attribute("data-state") == "asking"  # this server holds no streams

    page.context.set_offline(True)
    page.locator("#line[data-state=cut]").wait_for()
    assert page.locator("#line").inner_text().startswith("line cut since ")
    assert number(page, "open") == "3"
    report()
    page.context.set_offline(False)
    page.locator('.tiles [data-figure="open"] .number', has_text="4").wait_for()
    assert page.locator("#line").get_attribute("data-state") == "asking"

    page.locator('.tiles [data-figure="open"]').click()
    assert page.locator(".count-of").inner_text() == "4"
    assert page.locator("tbody tr").count() == 4


def test_the_story_of_the_week_goes_by_keys_in_both_languages_and_waits_where_motion_is_unwelcome(lived, enter, axe):
    page = enter("area_lead", "/screen/", WALL, language="en", reduced_motion="reduce")
    page.set_default_timeout(PATIENT)
    page.locator("#story-start").click()
    story = page.locator("#story")

    assert story.locator(".story-count").inner_text().startswith("1 / ")
    assert "6 reports came in" in story.locator(".story-text").inner_text()
    assert story.locator("[data-story=pause]").inner_text() == "Go on"  # it does not go on by itself
    page.keyboard.press("ArrowRight")
    assert story.locator(".story-count").inner_text().startswith("2 / ")
    assert story.locator("h3").inner_text() == "Leshan Estate 6"
    assert "乐山六村" in story.locator(".story-other").inner_text()
    page.keyboard.press("ArrowLeft")
    assert story.locator(".story-count").inner_text().startswith("1 / ")
    axe(page)
    page.keyboard.press("Escape")
    assert story.is_hidden()
    assert page.evaluate("document.activeElement.id") == "story-start"


def test_a_phone_and_a_wall_of_two_screens_show_the_same_without_a_sideways_scroll(lived, enter, axe, shot):
    for size in (PHONE, WIDE):
        page = enter("auditor", "/screen/", size, language="en")
        page.locator(".ten li").first.wait_for()
        assert (number(page, "open"), number(page, "duty")) == ("2", "2")
        assert page.evaluate("document.documentElement.scrollWidth") == size["width"]
        axe(page)
    assert extent(page) == WIDE


def test_the_numbers_of_the_committees_fit_their_panel_on_a_narrow_wall(lived, enter):
    page = enter("duty_officer", "/screen/", {"width": 1200, "height": 900}, language="en")
    page.evaluate("document.querySelector('.bars tbody th').textContent = 'Leshan Villages 8 and 9'")

    assert page.evaluate(
        "(bars => bars.scrollWidth <= bars.parentElement.clientWidth)(document.querySelector('.bars'))"
    )


def test_everybody_sees_the_public_screen_and_no_case_on_it(lived, open_page, axe):
    page = open_page("/screen/public/", PHONE, language="en")

    assert page.locator("h2", has_text="Ten indicators").count() == 1
    assert page.locator('a[href*="/case/"], a[href*="/screen/list/"]').count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    axe(page)
