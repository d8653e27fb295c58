"""An action and a month's report in a real browser: written down, read, and looked at on a desk and on a phone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from linli.insight import drawing
from linli.insight.domain import periods, reports
from linli.insight.domain.comparing import compare
from linli.insight.report_files import files_of
from tests.browser.conftest import DESK, PHONE
from tests.neighbourhood import Street


@pytest.fixture
def lived(street: Street, report: Callable) -> None:
    """Twelve weeks of reports of charging, fewer in the last four."""
    now = timezone.now()
    for week in range(12):
        for number in range(1 if week < 4 else 4):
            report(
                klass=street.klass("charging"), place=street.places["estate"],
                at=now - timedelta(days=7 * week + 1 + number),
            )  # fmt: skip
    compare(at=now)
    month = periods.months_on(timezone.localdate().replace(day=1), -1)
    reports.make_report(month=month, render=files_of, account=None, at=now)


@pytest.fixture
def looked_at(axe, shot) -> Callable[[Page, str], None]:
    def look(page: Page, name: str) -> None:
        shot(page, f"insight/{name}")
        assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"], name
        axe(page)

    return look


def test_an_action_is_written_down_and_its_answer_read(lived, enter, looked_at, street):
    page = enter("area_lead", "/effects/new/", language="en")
    looked_at(page, "effects-new-1440")
    day = timezone.localdate() - timedelta(days=28)
    page.get_by_label("What was done?").fill("六村充电棚启用")
    page.get_by_label("From which day on could it work?").fill(day.isoformat())
    page.get_by_label("Estate", exact=True).select_option(street.places["estate"].path)
    page.locator("label[for=id_estates_0]").click()
    page.get_by_label("What should it change?").select_option("cases:charging")
    page.get_by_role("button", name="Write it down").click()

    assert page.locator("h1").inner_text() == "六村充电棚启用"
    assert "What this does not show" in page.content()
    looked_at(page, "effects-action-1440")
    page.set_viewport_size(PHONE)
    looked_at(page, "effects-action-390")
    page.goto("/effects/")
    looked_at(page, "effects-390")


@pytest.mark.parametrize(("size", "wide"), [(DESK, "1440"), (PHONE, "390")], ids=["desk", "phone"])
def test_a_month_is_read_by_the_office_and_by_everybody(lived, enter, open_page, looked_at, size, wide):
    page = enter("duty_officer", "/reports/", size, language="en")
    looked_at(page, f"reports-{wide}")
    page.locator("tbody th a").first.click()
    assert page.locator("h1").inner_text().startswith("Monthly report ")
    looked_at(page, f"report-{wide}")
    page = open_page("/reports/public/", size, language="en", care=True)
    page.locator("tbody th a").first.click()
    looked_at(page, f"report-public-care-{wide}")
    page.goto("/reports/open-data/")
    looked_at(page, f"open-data-{wide}")


CUT = """() => [...document.querySelectorAll(".drawing")].flatMap((drawn) => {
  const shown = [...drawn.querySelectorAll("text")].filter((words) => getComputedStyle(words).display !== "none");
  const cut = ({ x, width }) => x < 0 || x + width > drawn.viewBox.baseVal.width;
  return shown.filter((words) => cut(words.getBBox())).map((words) => words.textContent);
})"""


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_no_number_at_the_edge_of_a_drawing_is_cut(lived, enter, size):
    page = enter("duty_officer", "/reports/", size, language="en")
    page.locator("tbody th a").first.click()
    page.wait_for_url("**/reports/*/**")
    months = {number: f"Nov {number + 10}" for number in range(0, 13, 2)}
    drawn = [
        drawing.svg(where, [drawing.grid(where, months, percent=percent)], said="")
        for where, percent in ((drawing.Frame(13, 0.0, 1.0), True), (drawing.frame([9_999], 13), False))
    ]
    figure = f'<figure class="report-drawing">{"".join(drawn)}</figure>'
    page.evaluate("(figure) => { document.querySelector('main').innerHTML = figure; }", figure)

    assert "100%" in page.locator(".report-drawing").text_content()
    assert page.evaluate(CUT) == []
