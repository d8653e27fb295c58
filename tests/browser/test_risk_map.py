"""The risk map in a browser: a camera turned over a window, the finding, its case, and what residents see."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from linli.cases.models import Case
from linli.riskmap.domain.findings import run_checks
from linli.riskmap.models import Finding, Optics
from tests.browser.conftest import DESK, PHONE, Open
from tests.neighbourhood import Street
from tests.riskmap.town import draw_town, put_camera

pytestmark = pytest.mark.django_db(transaction=True)
SIZES = {"phone": PHONE, "desk": DESK}
SIZED = pytest.mark.parametrize("size", SIZES)


@pytest.fixture
def cameras(street: Street) -> Street:
    """One camera that looks along the lane and passes every check, and one without a sign."""
    draw_town(street)
    put_camera(street, range=45.0, pixels=8000, tilt=10.0)
    put_camera(street, "CM-2", at=(121.4335, 31.19252), bearing=0.0, sign="missing")
    run_checks(at=street.now)
    return street


def drawn(page) -> None:
    page.wait_for_selector("risk-map[data-drawn]", timeout=60_000)


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@SIZED
def test_a_camera_is_turned_over_a_window_and_the_finding_becomes_a_case(
    enter: Open, cameras: Street, axe: Callable, shot: Callable, size: str
) -> None:
    page = enter("project_lead", "/risk-map/", SIZES[size], language="en")
    drawn(page)
    shot(page, f"risk-map-{size}")
    axe(page)
    assert fits(page)

    page.get_by_role("link", name="CM-1").click()
    page.wait_for_url("**/risk-map/cameras/CM-1/")
    page.wait_for_selector(".risk-handle-turn")
    axe(page)
    # The handle is a button: the arrow keys turn it as dragging does. From south to east in six large steps.
    page.locator(".risk-handle-turn").focus()
    for _step in range(6):
        page.keyboard.press("Shift+ArrowLeft")
    page.wait_for_selector(".risk-would >> text=Over a window")
    assert page.get_by_label("Direction, degrees clockwise from north").input_value() == "90"
    expect(page.locator(".risk-said")).to_have_text(re.compile("^It looks east and sees about "))
    assert Optics.objects.get(device__code="CM-1").bearing == 180.0
    shot(page, f"risk-map-turned-{size}")

    page.get_by_role("button", name="Put it back").click()
    page.wait_for_selector(".risk-would:empty", state="attached")
    page.get_by_label("Direction, degrees clockwise from north").fill("90")
    page.wait_for_selector(".risk-would >> text=Over a window")
    page.get_by_label("Why?").fill("The lane is seen by another one now")
    page.get_by_role("button", name="Keep it so").click()
    page.wait_for_selector("text=The register says so now.")
    assert Optics.objects.get(device__code="CM-1").bearing == 90.0

    page.goto("/risk-map/findings/")
    shot(page, f"risk-map-findings-{size}")
    axe(page)
    assert fits(page)
    page.locator(".risk-findings li", has_text="Over a window").get_by_role("button").click()
    page.wait_for_selector("text=It is case")
    assert "CM-1" in Case.objects.get().text
    assert Finding.objects.get(rule="window").case == Case.objects.get()


def test_the_handle_is_dragged_and_layers_come_with_their_legend(enter: Open, cameras: Street, shot: Callable) -> None:
    page = enter("project_lead", "/risk-map/cameras/CM-1/", language="en")
    drawn(page)
    box = page.locator(".risk-handle-turn").bounding_box()
    middle = page.locator(".risk-handle-move").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(middle["x"] + 120, middle["y"] + middle["height"] / 2, steps=8)
    page.mouse.up()
    page.wait_for_selector(".risk-would >> text=Over a window")
    assert 80 <= float(page.get_by_label("Direction, degrees clockwise from north").input_value()) <= 100

    for name in ("Density class", "Overlap", "Blind spots", "Homes in sight", "Signs"):
        page.get_by_label(name).check()
    page.get_by_label("Classes of").select_option("2025")
    assert page.get_by_text("scrutinise").is_visible()
    assert page.get_by_text("a stretch of lane that nobody sees").is_visible()
    shot(page, "risk-map-layers")


@pytest.mark.parametrize(("size", "care"), [("desk", False), ("phone", True)], ids=["desk", "phone in care mode"])
def test_what_residents_see(
    open_page: Open, cameras: Street, axe: Callable, shot: Callable, size: str, care: bool
) -> None:
    page = open_page("/risk-map/public/", SIZES[size], language="en", care=care)
    for name, path in {"public": "/risk-map/public/", "public-one": "/risk-map/public/CM-1/"}.items():
        page.goto(path)
        shot(page, f"risk-map-{name}-{size}{'-care' if care else ''}")
        axe(page)
        assert fits(page), path
    page.get_by_role("button", name="I object").click()
    page.wait_for_url("**/report/**")


def test_the_siting_sheet_stands_on_paper(enter: Open, cameras: Street, axe: Callable, shot: Callable) -> None:
    page = enter("project_lead", "/risk-map/cameras/CM-2/sheet/", language="en")
    axe(page)
    page.emulate_media(media="print")
    shot(page, "risk-map-sheet-print")
    assert page.locator("svg.plan").is_visible()
    assert page.locator("svg.qr").is_visible()
