"""What happens to a case on its way, in a real browser: the steps beside the main one, a joined case, a guest."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from linli.cases.domain.joining import merge_cases
from tests.browser.conftest import DESK, PHONE
from tests.cases.test_real_life_pages import before
from tests.neighbourhood import Street

SIZES = pytest.mark.parametrize(("size", "wide"), [(DESK, "1440"), (PHONE, "390")], ids=["desk", "phone"])
LANGUAGES = pytest.mark.parametrize("language", ["zh-hans", "en"], ids=["zh", "en"])


@pytest.fixture
def looked_at(axe, shot) -> Callable[[Page, str], None]:
    """Nothing for axe to find, nothing over the edge, and a picture for people."""

    def look(page: Page, name: str) -> None:
        shot(page, f"life/{name}")
        assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"], name
        axe(page)

    return look


@SIZES
@LANGUAGES
def test_every_page_on_the_way_can_be_read_by_everybody(
    live, street: Street, case_in, report, enter, looked_at, size, wide, language
):
    case, other, look = (
        case_in("handling", account=street.accounts["resident"]),
        report().case,
        f"{wide}-{language[:2]}",
    )
    number, officer = case.procedure.number, street.by("duty_officer")
    merge_cases(case=other, into=case, version=1, by=officer, at=street.now, action=other.pk)
    for name in ("ask_help", "supervise", "take_charge", "ask_time", "ask"):
        before(name, case, street)

    page = enter("duty_officer", f"/case/{number}/", size, language=language)
    page.locator("details.details summary").first.click()
    looked_at(page, f"case-{look}")
    for name in ("ask_help", "merge", "defer", "take_charge", "extend"):
        page.goto(f"/case/{number}/{name}/")
        looked_at(page, f"{name}-{look}")
    page.goto("/grievances/")
    looked_at(page, f"grievances-{look}")

    page = enter("property_manager", f"/case/{number}/invite/", size, language=language)
    page.locator("textarea[name=text]").fill("请查看燃气表，有泄漏请打抢修电话。")
    page.locator("main form .button").first.click()
    expect(page.locator("a[href*='/guest/']")).to_be_visible()
    looked_at(page, f"link-{look}")
    page.goto(page.locator("a[href*='/guest/']").get_attribute("href"))
    looked_at(page, f"guest-{look}")

    page = enter("resident", f"/r/{number}/", size, language=language)
    looked_at(page, f"asked-{look}")
    page.goto(f"/r/{number}/reply/")
    looked_at(page, f"reply-{look}")


def test_a_guest_says_that_it_is_done_and_the_handler_reads_it(live, street: Street, case_in, enter):
    case = case_in("handling")
    page = enter("property_manager", f"/case/{case.procedure.number}/invite/", DESK, language="en")
    page.get_by_label("What are they to do?").fill("Please look at the meter.")
    page.get_by_role("button", name="Make the link").click()
    page.goto(page.locator("a[href*='/guest/']").get_attribute("href"))
    page.get_by_label("What did you do?").fill("The meter is tight.")
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_role("status")).to_contain_text("Thank you")

    page.goto(f"/case/{case.procedure.number}/")

    expect(page.locator("#case-story")).to_contain_text("The meter is tight.")
