"""Hotspots in a real browser: asked for, worked out, opened and counted; charts, levels, and what everybody reads."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from linli.riskmap.domain import hotspot_questions as questions
from linli.riskmap.enums_hotspots import Method
from linli.riskmap.models import HotspotRun
from tests.browser.conftest import DESK, PHONE
from tests.neighbourhood import Street
from tests.riskmap.field import answered, build_field, pile_up, yesterday

DRAWN = "linli-map[data-drawn]"


@pytest.fixture
def lived(street: Street, report: Callable) -> Street:
    """Two weeks ago reports piled up in one corner; a course of forty weeks before that; blocked fire lanes."""
    build_field(street)
    now = timezone.now()
    pile_up(street, report, now - timedelta(days=14))
    for week in range(40):
        for number in range(3 + week % 3):
            report(place=street.places["building"], at=now - timedelta(days=21 + 7 * week, hours=number))
    for number in range(6):
        report(place=street.places["b33"], klass=street.klass("fire_lane"), at=now - timedelta(days=3, hours=number))
    for number in range(9):  # in the last month that is over, for everybody
        last = now.replace(day=1) - timedelta(days=9)
        report(place=street.places["b11"], klass=street.klass("waste"), at=last - timedelta(hours=number))
    scope = street.places["street"].path
    for asked in (
        questions.hotspots(yesterday(), Method.DENSITY, days=90), questions.chart(yesterday(), "lighting"),
        questions.hazard(yesterday()), questions.public((now.replace(day=1) - timedelta(days=1)).date().replace(day=1)),
    ):  # fmt: skip
        answered(asked, scope)
    return street


@pytest.fixture
def looked_at(axe, shot) -> Callable[[Page, str], None]:
    def look(page: Page, name: str) -> None:
        shot(page, f"hotspots/{name}")
        assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"], name
        axe(page)

    return look


def test_a_question_is_asked_and_a_finding_opens_as_many_cases_as_it_says(lived, enter, looked_at):
    page = enter("duty_officer", "/risk-map/hotspots/", DESK, language="en")
    page.get_by_label("Days, up to yesterday").select_option("30")
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_role("button", name="Work it out").click()
    assert "being worked out" in page.locator("#answer").inner_text()

    run = HotspotRun.objects.get(status="waiting")
    answered(questions.question_of(run), run.scope)
    page.wait_for_selector(f"#answer {DRAWN}")  # the page asks again by itself
    page.wait_for_selector("[data-shaded]")
    looked_at(page, "gi-star-1440-en")

    link = page.locator("#findings a", has_text="open these").first
    number = int(re.search(r"open these (\d+)", link.inner_text())[1])
    link.click()
    assert page.locator("h1 .count-of").inner_text() == str(number)
    rows = page.locator('tbody th[scope="row"] a[href^="/case/"]').count()
    while page.locator('a[rel="next"]').count():
        page.locator('a[rel="next"]').click()
        rows += page.locator('tbody th[scope="row"] a[href^="/case/"]').count()
    assert rows == number
    looked_at(page, "finding-1440-en")


@pytest.mark.parametrize(("size", "wide"), [(DESK, "1440"), (PHONE, "390")], ids=["desk", "phone"])
def test_charts_levels_and_findings_can_be_read_by_everybody(lived, enter, looked_at, size, wide):
    page = enter("duty_officer", "about:blank", size, language="en")
    for name, path in {
        "density": "/risk-map/hotspots/?method=density", "charts": "/risk-map/hotspots/charts/",
        "chart": "/risk-map/hotspots/charts/one/?code=lighting", "hazards": "/risk-map/hotspots/hazards/",
        "weight": "/risk-map/hotspots/hazards/cases/lighting/", "public": "/risk-map/hotspots/public/",
    }.items():  # fmt: skip
        page.goto(path)
        if name in ("density", "public"):
            page.wait_for_selector(DRAWN)
            page.wait_for_selector("[data-shaded]")
        looked_at(page, f"{name}-{wide}-en")


LAYERS = """() => {
  const drawn = document.querySelector("linli-map").map;
  return Object.fromEntries(["areas", "surface"].map((id) => [id, drawn.getLayoutProperty(id, "visibility")]));
}"""


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_tap_changes_between_the_surface_and_the_buildings(lived, enter, size):
    page = enter("duty_officer", "/risk-map/hotspots/?method=density", size, language="en")
    page.wait_for_selector("[data-shaded]")

    def shown() -> tuple[str | None, dict[str, str], list[bool]]:
        keys = [page.locator(f".key-of-{name}").is_visible() for name in ("areas", "surface")]
        return page.locator(".hotspot-map").get_attribute("data-shows"), page.evaluate(LAYERS), keys

    surface = ("surface", {"areas": "none", "surface": "visible"}, [False, True])
    buildings = ("areas", {"areas": "visible", "surface": "none"}, [True, False])
    assert shown() == surface
    page.get_by_text("Buildings", exact=True).click()
    assert shown() == buildings
    page.get_by_text("Surface", exact=True).click()
    assert shown() == surface


def test_everybody_reads_the_small_version_in_large_print(lived, open_page, looked_at):
    page = open_page("/risk-map/hotspots/public/", PHONE, language="en", care=True)
    page.wait_for_selector(DRAWN)

    looked_at(page, "public-care-en")
    assert "Cell 01" in page.inner_text("table")
    assert "as chance may have it" in page.inner_text("table")
