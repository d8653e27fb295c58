"""On a phone, in care mode: a hazard is pointed out one question a page; the number to call comes while one writes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from linli.hazards.models import Hazard
from tests.browser.conftest import PHONE, Open
from tests.neighbourhood import Street

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_resident_points_out_a_hazard_one_question_a_page(
    open_page: Open, street: Street, axe: Callable, shot: Callable
) -> None:
    page = open_page("/hazards/tell/", PHONE, language="en", care=True)

    def looked_at(name: str) -> None:
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        shot(page, f"tell-{name}")

    def go_on(name: str = "Continue") -> None:
        page.get_by_role("button", name=name, exact=True).click()

    looked_at("kind")
    page.get_by_label("Fire").check(force=True)
    go_on()
    page.get_by_label("Leshan Estate 6").check(force=True)
    looked_at("estate")
    go_on()
    page.get_by_label("No. 12").check(force=True)
    looked_at("building")
    go_on()
    box, words = page.locator(".heard-box"), page.get_by_label("What did you see?")
    expect(box).to_have_count(0)
    words.fill("The kitchen is on fire")
    expect(box.get_by_role("link", name="Call 119")).to_be_visible()
    looked_at("danger")
    words.fill("My husband hit me")
    expect(box.get_by_role("button", name="Get help safely; forget what I wrote here")).to_be_visible()
    words.fill("Boxes stand on the stairs")
    expect(box).to_have_count(0)
    assert "husband" not in page.url
    go_on()
    go_on()
    looked_at("reach")
    go_on("Go on without")
    expect(page.get_by_text("Boxes stand on the stairs")).to_be_visible()
    looked_at("check")
    change_words(page)
    go_on("Send")

    expect(page.get_by_role("heading", name="The hazard is written down")).to_be_visible()
    assert Hazard.objects.get().text == "Boxes and a pram stand on the stairs"


def change_words(page: Page) -> None:
    page.get_by_role("link", name="Change What did you see?").click()
    page.get_by_label("What did you see?").fill("Boxes and a pram stand on the stairs")
    page.get_by_role("button", name="Continue", exact=True).click()


def test_whoever_is_hurt_at_home_leaves_for_help_and_nothing_stays(open_page: Open, street: Street) -> None:
    page = open_page("/help/tell/", PHONE, language="en", care=True)
    page.get_by_label("What is it about?").fill("My husband hit me")
    page.get_by_role("button", name="Get help safely; forget what I wrote here").click()

    expect(page.get_by_role("heading", name="Is somebody at home hurting you or making you afraid?")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("What is it about?")).to_have_value("")
