"""A plan walked through in a browser: three steps, the instant answer, the exact one, before and after, the work."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from linli.core.jobs import work_once
from linli.riskmap.models import Optics, Plan
from tests.browser.conftest import DESK, PHONE, Open
from tests.neighbourhood import Street
from tests.riskmap.test_plans import BEFORE_15, accepted
from tests.riskmap.town import draw_town, put_camera

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town(street: Street) -> Street:
    draw_town(street)
    put_camera(street, "CM-1", at=BEFORE_15, bearing=90.0, fov=70.0, tilt=10.0)
    put_camera(street, "CM-2", bearing=0.0, fov=40.0)
    return street


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_plan_from_its_first_question_to_a_camera_that_is_turned(
    enter: Open, town: Street, axe: Callable, shot: Callable
) -> None:
    page = enter("project_lead", "/risk-map/plans/", DESK, language="en")
    page.get_by_role("link", name="Begin a plan").click()
    page.get_by_label("Name of the plan").fill("Lanes between No. 12 and No. 15")
    page.get_by_label("Which area").select_option(town.places["estate"].path)
    axe(page)
    page.get_by_role("button", name="Continue").click()

    page.locator("#id_lane").select_option("12.5")
    page.locator("linli-map[data-drawn]").wait_for(timeout=60_000)
    page.locator("linli-map canvas").click(position={"x": 200, "y": 200})
    expect(page.locator("#id_points")).to_have_value(re.compile(r"^121\.43\d+, 31\.19\d+$"))
    page.locator("#id_points").fill("121.434000, 31.192650")
    axe(page)
    shot(page, "plan-what")
    page.get_by_role("button", name="Continue").click()

    axe(page)
    shot(page, "plan-means")
    page.get_by_role("button", name="Work it out").click()

    expect(page.get_by_role("heading", name="Instant answer")).to_be_visible()
    expect(page.get_by_text("It waits for its turn.")).to_be_visible()
    while work_once():
        pass
    expect(page.get_by_text("No plan sees more: this is proved.").first).to_be_visible(timeout=30_000)

    page.locator("[data-plan-map][data-shows=after]").wait_for(timeout=60_000)
    page.get_by_label("Before", exact=True).check()
    page.locator("[data-plan-map][data-shows=before]").wait_for(timeout=30_000)
    axe(page)
    shot(page, "plan-answer")
    page.get_by_role("link", name="Accept the exact answer").click()
    page.get_by_role("button", name="Accept the plan").click()

    expect(page.get_by_role("heading", name="Work: Lanes")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Done 1", exact=True).click()
    expect(page.get_by_text("The register of cameras says so now.")).to_be_visible()
    item = Plan.objects.get().items.get(number=1)
    assert Optics.objects.get(pk=item.device_id).bearing == item.bearing_to
    shot(page, "plan-work")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_of_plans_fit_a_phone(
    enter: Open, town: Street, axe: Callable, shot: Callable, language: str
) -> None:
    plan = accepted(town)
    page = enter("project_lead", "/risk-map/plans/", PHONE, language=language)
    for name, address in (("list", ""), ("answer", f"{plan.uuid}/"), ("work", f"{plan.uuid}/work/"), ("new", "new/")):
        page.goto(f"/risk-map/plans/{address}")
        assert fits(page), name
        axe(page)
        shot(page, f"plan-{name}-phone-{language}")
