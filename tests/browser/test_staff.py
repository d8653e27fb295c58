"""Staff at work in a real browser: the desk by keyboard, a case from filing to the answer, the grid worker's phone."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect

from linli.cases.enums import Source
from linli.procedures.jobs import watch_clocks
from tests.browser.conftest import DESK, PHONE
from tests.neighbourhood import Street

TEXTS = [
    ("received", "lighting", "building", 0.2, "三楼楼道灯不亮，老人上下楼看不清。"),
    ("received", "manhole", "building_15", 0.5, "15号门口井盖松动，自行车轮卡住了。"),
    ("filed", "waste", "building", 3, "垃圾桶满了三天没人收，味道很大。"),
    ("dispatched", "piling", "building_15", 5, "二楼平台堆了旧家具，走不过去。"),
    ("handling", "leak", "building", 30, "五楼管道渗水，墙面发霉。"),
    ("handled", "lighting", "building", 50, "一楼门厅灯常亮，白天也不灭。"),
    ("verified", "trees", "building", 60, "香樟枝条压到电线。"),
    ("closed", "facility", "building", 90, "单元门门禁坏了，关不上。"),
]


@pytest.fixture
def busy(street: Street, case_in: Callable) -> dict[str, str]:
    """A desk on an ordinary day: a case in each state, some of them late. Returns their numbers by state."""
    numbers, now = {}, timezone.now()
    for state, klass, place, hours, text in TEXTS:
        street.now = now - timedelta(hours=hours)
        case = case_in(
            state, klass=street.klass(klass), place=street.places[place], text=text, contact="13800138000",
            source=Source.HOTLINE if klass == "waste" else Source.RESIDENT,
        )  # fmt: skip
        numbers[state] = case.procedure.number
    street.now = now
    watch_clocks()
    return numbers


@pytest.fixture
def looked_at(axe, shot) -> Callable[[Page, str], None]:
    """Nothing for axe to find, nothing over the edge, and a picture for people."""

    def look(page: Page, name: str) -> None:
        shot(page, f"staff/{name}")
        assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"], name
        axe(page)

    return look


SIZES = pytest.mark.parametrize(("size", "wide"), [(DESK, "1440"), (PHONE, "390")], ids=["desk", "phone"])
LANGUAGES = pytest.mark.parametrize("language", ["zh-hans", "en"], ids=["zh", "en"])


@SIZES
@LANGUAGES
def test_every_page_of_staff_can_be_read_by_everybody(busy, enter, looked_at, size, wide, language):
    tongue = language[:2]
    pages = {
        "duty_officer": {
            "desk": "/desk/", "desk-late": "/desk/?show=late", "all": "/cases/all/", "inbox": "/inbox/",
            **{f"case-{state}": f"/case/{number}/" for state, number in busy.items()},
            "void": f"/case/{busy['received']}/void/",
        },
        "property_manager": {"handler": f"/case/{busy['handling']}/", "accept": f"/case/{busy['dispatched']}/"},
        "grid_worker": {"grid": "/grid/", "report": "/grid/report/", "verify": f"/case/{busy['handled']}/"},
        "auditor": {"audit": "/audit/", "entries": "/audit/entries/", "views": "/audit/views/"},
        "administrator": {
            "admin": "/admin/", "rules": "/admin/rules/", "rule": "/admin/rules/new/", "calendar": "/admin/calendar/",
            "classes": "/admin/classes/", "class": "/admin/classes/lighting/",
        },
        "police_liaison": {"empty": "/inbox/"},
    }  # fmt: skip
    for role, paths in pages.items():
        page = enter(role, "about:blank", size, language=language)
        for name, path in paths.items():
            page.goto(path)
            looked_at(page, f"{name}-{wide}-{tongue}")


@pytest.mark.parametrize("language", ["zh-hans", "en"], ids=["zh", "en"])
def test_the_main_pages_can_be_read_in_large_print(busy, enter, looked_at, language):
    page = enter("duty_officer", "about:blank", PHONE, language=language, care=True)
    for name, path in {"desk": "/desk/", "case": f"/case/{busy['received']}/", "inbox": "/inbox/"}.items():
        page.goto(path)
        looked_at(page, f"{name}-care-{language[:2]}")


def test_the_desk_is_walked_by_keyboard(busy, enter):
    page = enter("duty_officer", "/desk/", language="en")
    links = page.locator("[data-keys-list] tbody th a")

    page.keyboard.press("j")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("[data-search]")).to_be_focused()
    page.keyboard.type("jk/")
    expect(page.locator("[data-search]")).to_have_value("jk/")

    page.locator("h1").click()
    page.locator("[data-shortcuts]").click()
    page.locator("h1").click()
    page.keyboard.press("j")
    expect(links.nth(0)).not_to_be_focused()
    page.reload()
    expect(page.locator("[data-shortcuts]")).to_have_attribute("aria-pressed", "false")

    page.locator("[data-shortcuts]").click()
    page.locator("h1").click()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url("**/case/*/")


def a_photo() -> dict[str, object]:
    data = io.BytesIO()
    Image.new("RGB", (640, 480), (60, 90, 60)).save(data, "JPEG")
    return {"name": "修好.jpg", "mimeType": "image/jpeg", "buffer": data.getvalue()}


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_a_case_is_walked_from_the_desk_to_the_answer(street, report, enter, looked_at, scripts):
    street.now = timezone.now()
    number = report(klass=None, place=street.places["estate"], contact="13800138000").case.procedure.number
    case = f"/case/{number}/"

    officer = enter("duty_officer", case, language="en", java_script_enabled=scripts)
    officer.get_by_label("Class").select_option("lighting")
    if scripts:
        expect(officer.get_by_text("Proposed: property manager for “Lighting”")).to_be_visible()
    officer.get_by_text("Put the place right").click()
    officer.get_by_label("Find the right place").fill("六村12")
    officer.get_by_role("button", name="Find", exact=True).click()
    officer.get_by_text("Leshan Estate 6, No. 12", exact=True).first.click()
    officer.get_by_label("Class").select_option("lighting")
    officer.get_by_text("六村物业经理").first.click()
    officer.get_by_role("button", name="File and dispatch").click()
    expect(officer.get_by_role("status").filter(has_text="Filed and dispatched.")).to_be_visible()

    handler = enter("property_manager", "/inbox/", PHONE, language="en", java_script_enabled=scripts)
    handler.get_by_role("link", name="Lighting").click()
    handler.get_by_role("button", name="Accept").click()
    handler.get_by_label("What was done?").fill("Bulb changed.")
    handler.get_by_label("Photos").set_input_files([a_photo()])
    handler.get_by_role("button", name="Hand in").click()
    expect(handler.get_by_text("Handed in. Somebody else goes and looks.")).to_be_visible()

    worker = enter("grid_worker", "/grid/", PHONE, language="en", java_script_enabled=scripts)
    worker.get_by_role("link", name="Lighting").click()
    worker.get_by_label("Photos").set_input_files([a_photo()])
    worker.get_by_role("button", name="Confirm that it is done").click()
    expect(worker.get_by_text("Confirmed. The desk answers the reporter.")).to_be_visible()

    officer.goto(case)
    expect(officer.get_by_label("Answer", exact=True)).to_have_value(
        "We have dealt with what you reported: Bulb changed."
    )
    officer.get_by_role("button", name="Answer and close").click()
    expect(officer.get_by_text("Answered and closed.").first).to_be_visible()
    if scripts:
        looked_at(officer, "walked-1440-en")


def test_what_is_nearest_is_worked_out_on_the_phone_and_sent_nowhere(busy, enter, case_in, street):
    case_in("received", place=street.places["estate"], lon=121.4339, lat=31.1928)
    asked: list[str] = []
    page = enter(
        "grid_worker", "/grid/report/", PHONE, language="en", geolocation={"longitude": 121.4335, "latitude": 31.1924},
        permissions=["geolocation"],
    )  # fmt: skip
    page.on("request", lambda request: asked.append(request.url + (request.post_data or "")))

    page.get_by_role("button", name="Choose the nearest building").click()
    expect(page.get_by_text("The nearest building is chosen.")).to_be_visible()
    page.goto("/grid/")
    page.get_by_role("button", name="Nearest first").click()
    expect(page.get_by_text("What is nearest stands on top.")).to_be_visible()

    assert page.locator("[data-metres]").first.text_content().startswith("· ")
    assert not [url for url in asked if "121.43" in url]
