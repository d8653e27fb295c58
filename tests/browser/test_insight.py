"""The pages of figures in a real browser: on a desk and on a phone, in both languages, in large print and on paper."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from linli.insight.domain.comparing import compare
from tests.browser.conftest import DESK, PHONE
from tests.insight.conftest import Walk
from tests.neighbourhood import Street


@pytest.fixture
def lived(street: Street, report: Callable) -> None:
    """Four months of cases, so that there is a course; of some classes so few that they are hidden."""
    now = timezone.now()
    for back in range(4):
        for number in range(6 + back % 2):
            street.now = now - timedelta(days=30 * back + 6 + number)
            Walk(street, report().case).done(5 - number % 4, late=number == 2)
        street.now = now - timedelta(days=30 * back + 8)
        Walk(street, report(klass=street.klass("leak")).case).file().dispatch().accept().hand_in().rework()
        Walk(street, report(klass=street.klass("facility"), place=street.places["building_15"]).case).file().dispatch()
        Walk(street, report(klass=None).case).void()
    street.now = now
    compare(at=now)


@pytest.fixture
def looked_at(axe, shot) -> Callable[[Page, str], None]:
    def look(page: Page, name: str) -> None:
        shot(page, f"insight/{name}")
        assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"], name
        axe(page)

    return look


@pytest.mark.parametrize(("size", "wide"), [(DESK, "1440"), (PHONE, "390")], ids=["desk", "phone"])
@pytest.mark.parametrize("language", ["zh-hans", "en"], ids=["zh", "en"])
def test_figures_can_be_read_by_everybody(lived, enter, looked_at, size, wide, language):
    page = enter("duty_officer", "about:blank", size, language=language)
    paths = {
        "figures": "/figures/", "year-place": "/figures/?period=year&by=place", "post": "/figures/?by=post",
        "list": "/figures/list/?period=year&measure=due", "public": "/figures/public/",
    }  # fmt: skip
    for name, path in paths.items():
        page.goto(path)
        looked_at(page, f"{name}-{wide}-{language[:2]}")
    page = enter("administrator", "/figures/check/", size, language=language)
    looked_at(page, f"check-{wide}-{language[:2]}")


def test_figures_can_be_read_in_large_print_and_on_paper(lived, enter, looked_at, shot):
    page = enter("duty_officer", "/figures/", PHONE, care=True)
    looked_at(page, "figures-care-zh")
    page = enter("duty_officer", "/figures/", {"width": 794, "height": 1123})
    page.emulate_media(media="print")
    shot(page, "insight/figures-print-zh")


def test_a_definition_opens_beside_its_figure_and_a_figure_opens_its_cases(lived, enter):
    page = enter("duty_officer", "/figures/?period=year", language="en")

    card = page.locator(".figure", has_text="Closed in time")
    card.get_by_text("What is counted").click()
    assert "handed in before the limit ended" in card.inner_text()
    number, of = card.locator(".figure-of a").all_inner_texts()
    card.locator(".figure-of a").first.click()
    assert page.locator("h1").inner_text() == f"Cases closed in time {number}"
    assert int(number) < int(of)
    page.locator("a.back").click()
    assert "period=year" in page.url
