"""The kit in a real browser: readable by everybody, usable by keyboard, and calm when something is missing."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import DESK, PHONE

SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["390", "1440"])
PAGES = {"pieces": "/kit/", "one": "/kit/one/?wrong", "staff": "/kit/staff/"}
SPEAKS = pytest.mark.parametrize(
    ("language", "care"), [("zh-hans", False), ("en", False), ("zh-hans", True)], ids=["zh", "en", "care"]
)


def drawn(page: Page) -> None:
    """Wait until each map of the page stands."""
    for number in range(page.locator("linli-map").count()):
        expect(page.locator("linli-map").nth(number)).to_have_attribute("data-drawn", "", timeout=30_000)


@SIZES
@SPEAKS
@pytest.mark.parametrize("name", ["pieces", "one", "staff"])
def test_axe_finds_nothing_and_nothing_runs_over_the_edge(open_page, axe, shot, name, size, language, care):
    page = open_page(PAGES[name], size, language=language, care=care)
    drawn(page)
    shot(page, f"kit/{name}-{'care' if care else language}-{size['width']}")

    assert page.evaluate("document.documentElement.scrollWidth") == size["width"]
    axe(page)


@pytest.mark.parametrize("path", ["/kit/confirm/", "/kit/problem/404/", "/kit/problem/409/", "/kit/problem/500/"])
def test_axe_finds_nothing_on_the_pages_of_questions_and_problems(open_page, axe, path):
    axe(open_page(path, PHONE, language="en"))


def test_care_mode_comes_at_once_stays_and_makes_targets_of_sixty(open_page):
    page = open_page("/kit/", PHONE)
    page.get_by_role("button", name="关怀版").click()
    expect(page.locator("html")).to_have_attribute("data-care", "")
    page.reload()

    expect(page.locator("html")).to_have_attribute("data-care", "")
    targets = page.locator("main :is(button, select, input:not([type=hidden], [type=radio], [type=checkbox]), .choice)")
    low = [
        target.evaluate("element => element.outerHTML.slice(0, 90)")
        for target in targets.all()
        if target.is_visible() and (target.bounding_box() or {"height": 0})["height"] < 60
    ]
    assert low == []
    assert page.evaluate("getComputedStyle(document.querySelector('main p')).fontSize") == "24px"


def test_the_language_changes_and_the_page_stays(open_page):
    page = open_page("/kit/one/?wrong")
    page.get_by_role("button", name="English").click()

    expect(page).to_have_url("/kit/one/?wrong")
    expect(page.get_by_role("heading", name="What did you see?")).to_be_visible()


def test_the_first_stop_of_the_keyboard_leads_to_the_content(open_page):
    page = open_page("/kit/staff/", language="en")
    page.keyboard.press("Tab")

    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_what_is_wrong_is_read_first_and_leads_to_its_field(open_page):
    page = open_page("/kit/one/?wrong", language="en")

    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("link", name="Please fill in: What did you see?").click()
    expect(page.locator("#id_text")).to_be_focused()


def test_the_menu_of_a_phone_opens_and_closes_by_keyboard(open_page):
    page = open_page("/kit/staff/", PHONE, language="en")
    menu = page.get_by_role("navigation", name="Main")
    expect(menu).to_be_hidden()
    page.get_by_role("button", name="Menu").press("Enter")

    expect(menu.get_by_role("link", name="Desk")).to_have_attribute("aria-current", "page")
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(page.get_by_role("button", name="Menu")).to_be_focused()


def test_without_scripts_the_menu_stands_open_and_care_mode_works(open_page):
    page = open_page("/kit/staff/", PHONE, language="en", java_script_enabled=False)

    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    page.get_by_role("button", name="Large print").click()
    expect(page.locator("html")).to_have_attribute("data-care", "")


def test_a_second_press_sends_nothing(open_page):
    page = open_page("/kit/one/", language="en")
    stopped = page.evaluate("""() => {
        const button = document.querySelector("main .button");
        const stopped = [];
        document.addEventListener("submit", (event) => {
            stopped.push(event.defaultPrevented);
            event.preventDefault();
        });
        button.click();
        button.click();
        return stopped;
    }""")

    assert stopped == [False, True]
    expect(page.get_by_role("button", name="Continue")).to_have_attribute("aria-disabled", "true")


def test_characters_are_counted_as_the_server_counts_them(open_page):
    page = open_page("/kit/one/", language="en")
    page.locator("#id_text").fill("ab\n灯𠮷")
    expect(page.locator("#id_text_count")).to_have_text("Characters left: 194")

    page.locator("#id_text").fill("x" * 203)
    expect(page.locator("#id_text_count")).to_have_text("Characters too many: 3")


def test_pictures_are_shown_small_before_they_are_sent(open_page, tmp_path: Path):
    from PIL import Image

    Image.new("RGB", (640, 480), "teal").save(tmp_path / "lamp.png")
    page = open_page("/kit/", language="en")
    page.locator("#fresh_photos").set_input_files(tmp_path / "lamp.png")

    expect(page.locator(".previews li")).to_have_text("lamp.png")
    assert page.locator(".previews canvas").evaluate("canvas => [canvas.width, canvas.height]") == [120, 90]


def test_a_place_is_chosen_by_keyboard_alone(open_page):
    page = open_page("/kit/", language="en")
    drawn(page)
    ground = page.locator("linli-map[data-pick] canvas")
    ground.focus()
    page.keyboard.press("Enter")
    chosen = [float(page.locator(f"input[name={name}]").input_value()) for name in ("lon", "lat")]

    assert chosen == pytest.approx([121.436, 31.194], abs=1e-5)
    expect(page.locator("linli-map[data-pick] [role=status]")).to_have_text("Place chosen.")


def test_a_place_is_chosen_by_a_click_and_told_to_the_page(open_page):
    page = open_page("/kit/", language="en")
    drawn(page)
    page.evaluate("addEventListener('linli:picked', event => { window.picked = event.detail })")
    page.locator("linli-map[data-pick] canvas").click(position={"x": 40, "y": 60})
    page.wait_for_function("window.picked")

    assert page.evaluate("window.picked") == {
        name: float(page.locator(f"input[name={name}]").input_value()) for name in ("lon", "lat")
    }


def test_a_mark_on_the_map_opens_what_stands_there(open_page):
    page = open_page("/kit/", language="en")
    drawn(page)
    marks = page.locator("linli-map[data-list]")
    marks.scroll_into_view_if_needed()
    at = marks.evaluate("({map}) => map.project([121.4371, 31.1934])")
    marks.locator("canvas").click(position={"x": at["x"], "y": at["y"]})

    expect(marks.get_by_role("link", name="E-bike charging on the stairs")).to_be_visible()


def test_a_page_renews_itself_and_comes_back_where_it_stopped(desk):
    part = '<div id="part" data-live="case" hx-get="/kit/one/" hx-select="h1" hx-trigger="live">old</div></main>'
    event = 'id: 0-7\ndata: {"topic": "case.moved", "procedure": null}\n\n'
    asked = []

    def page(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("</main>", part))

    def events(route: Route) -> None:
        asked.append(route.request.url.partition("?")[2])
        route.fulfill(content_type="text/event-stream", body=event)

    desk.route("**/kit/", page)
    desk.route("**/events?*", events)
    desk.goto("/kit/")

    expect(desk.locator("#part")).to_have_text("您看到了什么？")
    desk.wait_for_timeout(1500)
    assert asked[:2] == ["topic=case&last=", "topic=case&last=0-7"]


def test_what_goes_wrong_behind_a_button_is_told_at_the_top(desk):
    desk.goto("/kit/one/")
    desk.evaluate("htmx.ajax('GET', '/kit/problem/409/', {target: '#id_text'})")

    expect(desk.locator("#notices").get_by_role("alert")).to_contain_text("已有同事先办了")
    expect(desk.locator("#id_text")).to_be_visible()


def test_without_webgl_the_list_stays_and_a_line_says_so(desk):
    desk.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    desk.goto("/kit/")

    expect(desk.locator(".map-missing").first).to_have_text("这台设备显示不了地图，地图上的内容都在列表里。")
    expect(desk.get_by_role("link", name="窨井盖松动").first).to_be_visible()


def test_on_paper_only_the_content_is_left(open_page):
    page = open_page("/kit/", language="en")
    page.emulate_media(media="print")

    expect(page.locator(".tools")).to_be_hidden()
    expect(page.locator(".bottom")).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
