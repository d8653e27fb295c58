"""A resident's way on a phone: report, follow, rate, take up again; in Chinese, in English and in large print."""

import io
import re
from uuid import uuid4

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from linli.cases.domain.closing import close_case, release_case, verify_case
from linli.cases.models import Case
from linli.places.domain.tree import create_place
from linli.places.models import Kind
from tests.browser.conftest import DESK, PHONE

SPEAKS = pytest.mark.parametrize(
    ("language", "care"), [("zh-hans", False), ("en", False), ("zh-hans", True)], ids=["zh", "en", "care"]
)
AT_NO_12 = {"longitude": 121.4335, "latitude": 31.1924}


def a_photo() -> dict[str, object]:
    data = io.BytesIO()
    Image.new("RGB", (640, 480), (60, 60, 90)).save(data, "JPEG")
    return {"name": "楼道.jpg", "mimeType": "image/jpeg", "buffer": data.getvalue()}


def press(page: Page) -> None:
    """The one filled button of the page."""
    page.locator("main .button:not(.button-quiet)").first.click()


def choose(page: Page, name: str, number: int = 0) -> None:
    """Touch a choice as a person does: anywhere on its line."""
    page.locator(f".choice:has(input[name={name}]) label").nth(number).click()


@pytest.fixture
def looked_at(axe, shot):
    """Look at each page on the way: nothing for axe to find, nothing over the edge, and a picture for people."""

    def look(page: Page, name: str) -> None:
        shot(page, f"resident/{name}")
        assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"], name
        axe(page)

    return look


@SPEAKS
def test_a_report_is_made_question_by_question_and_followed(
    street, case_in, open_page, looked_at, request, language, care
):
    case_in("handling")
    create_place(parent=street.places["building"], kind=Kind.ENTRANCE, name="1号门", name_en="Entrance 1")
    create_place(parent=street.places["building"], kind=Kind.ENTRANCE, name="2号门", name_en="Entrance 2")
    page = open_page("/", PHONE, language=language, care=care, has_touch=True)
    tongue = request.node.callspec.id

    def seen(name: str) -> None:
        looked_at(page, f"{tongue}-{name}")

    seen("00-home")
    press(page)
    expect(page).to_have_url(re.compile(r"/report/$"))
    seen("01-what")
    choose(page, "klass")
    press(page)
    seen("02-where")
    choose(page, "place")
    press(page)
    seen("03-building")
    choose(page, "place")
    press(page)
    page.locator("input[type=text]").fill("三楼楼道")
    choose(page, "place")
    seen("04-spot")
    press(page)
    expect(page).to_have_url(re.compile(r"/report/nearby/$"))
    seen("05-nearby")
    press(page)
    page.locator("textarea").fill("三楼楼道灯不亮，老人上下楼看不清。𠮷")
    seen("06-text")
    press(page)
    page.locator("input[type=file]").set_input_files([a_photo()])
    expect(page.locator(".previews canvas")).to_be_visible()
    seen("07-photos")
    press(page)
    page.locator("input[name=contact]").fill("138 1234 5678")
    seen("08-contact")
    press(page)
    expect(page.locator(".photo img")).to_be_visible()
    seen("09-check")
    press(page)
    expect(page).to_have_url(re.compile(r"/report/sent/$"))
    seen("10-sent")
    case = Case.objects.select_related("procedure").get(text__contains="𠮷")
    number, code = case.procedure.number, page.locator("#code").inner_text()
    press(page)
    seen("11-follow")
    page.get_by_role("button").last.click()
    page.goto(f"/r/{number}/")
    page.locator("input[name=code]").fill(code.lower())
    seen("12-code")
    press(page)

    expect(page.locator("h1")).to_contain_text("12")
    assert case.procedure.place.name == "1号门"
    assert case.where == "三楼楼道"


@SPEAKS
def test_an_answered_report_is_rated_and_taken_up_again(street, case_in, open_page, looked_at, request, language, care):
    case = answered(street, case_in)
    page = open_page(f"/r/{case.procedure.number}/", PHONE, language=language, care=care)
    tongue = request.node.callspec.id
    page.locator("input[name=code]").fill(code_of(case))
    press(page)
    looked_at(page, f"{tongue}-20-answered")
    choose(page, "grade", 3)
    press(page)
    expect(page.locator(".notice-good")).to_be_visible()
    page.locator(f"a[href='/r/{case.procedure.number}/reopen/']").click()
    page.locator("textarea").fill("又灭了")
    looked_at(page, f"{tongue}-21-reopen")
    press(page)
    expect(page.locator(".notice-good")).to_be_visible()
    looked_at(page, f"{tongue}-22-reopened")

    case.refresh_from_db()
    case.procedure.refresh_from_db()
    assert (case.procedure.state, case.reopened) == ("filed", 1)


@SPEAKS
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["390", "1440"])
def test_the_public_list_map_and_pages(street, case_in, open_page, looked_at, request, size, language, care):
    case = answered(street, case_in)
    release_case(case=case, released=True, by=street.by("duty_officer"), at=street.now)
    case_in("handling", place=street.places["building_15"], klass=street.klass("waste"))
    page = open_page("/cases/", size, language=language, care=care)
    name = request.node.callspec.id
    expect(page.locator("linli-map")).to_have_attribute("data-drawn", "", timeout=30_000)
    looked_at(page, f"public/{name}-cases")
    page.goto(f"/cases/{case.procedure.number}/")
    looked_at(page, f"public/{name}-case")
    page.goto("/cases/numbers/")
    looked_at(page, f"public/{name}-numbers")
    page.goto("/")
    looked_at(page, f"public/{name}-home")


def test_the_phone_finds_the_building_and_tells_nobody_where_it_is(street, open_page, looked_at):
    asked: list[str] = []
    page = open_page("/report/", PHONE, geolocation=AT_NO_12, permissions=["geolocation"])
    page.on("request", lambda sent: asked.append(f"{sent.url} {sent.post_data or ''}"))
    choose(page, "klass")
    press(page)
    page.get_by_role("button", name="我就在现场").click()
    link = page.get_by_role("link", name="乐山六村 12号")
    expect(link).to_be_visible()
    looked_at(page, "zh-30-position")
    link.click()

    expect(page.locator(".so-far")).to_contain_text("乐山六村12号")
    assert [text for text in asked if "121.43" in text or "31.19" in text] == []


def test_a_point_is_chosen_on_the_map_by_finger_and_by_keyboard(street, open_page, looked_at):
    page = open_page("/report/", PHONE, has_touch=True)
    choose(page, "klass")
    press(page)
    page.get_by_role("link", name="在地图上指出来").click()
    expect(page.locator("linli-map")).to_have_attribute("data-drawn", "", timeout=30_000)
    page.locator("linli-map canvas").focus()
    page.keyboard.press("Enter")
    expect(page.locator("input[name=lon]")).not_to_have_value("")
    looked_at(page, "zh-31-point")
    press(page)

    expect(page).to_have_url(re.compile(r"/report/text/$"))


def test_the_whole_report_goes_by_keyboard_alone(street, open_page):
    page = open_page("/report/", PHONE)
    page.locator("input[name=klass]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/report/where/$"))
    page.locator("input[name=place]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"/report/where/building/"))


def test_a_report_needs_no_scripts(street, case_in, open_page):
    page = open_page("/", PHONE, java_script_enabled=False)
    press(page)
    choose(page, "klass")
    press(page)
    choose(page, "place")
    press(page)
    choose(page, "place")
    press(page)
    press(page)
    page.locator("textarea").fill("灯坏了")
    press(page)
    page.locator("input[type=file]").set_input_files([a_photo()])
    press(page)
    page.get_by_role("button", name="不留联系方式").click()
    expect(page.locator(".photo img")).to_be_visible()
    press(page)

    expect(page.locator("#number")).to_be_visible()
    assert Case.objects.get(text="灯坏了").procedure.place == street.places["building"]


def test_what_is_missing_is_said_and_read_first(street, open_page, looked_at):
    page = open_page("/report/", PHONE)
    press(page)

    expect(page.locator(".error-summary")).to_be_focused()
    looked_at(page, "zh-40-wrong")


def test_the_confirmation_prints_number_code_and_square(street, open_page, shot):
    page = open_page("/report/", PHONE)
    choose(page, "klass")
    press(page)
    page.get_by_role("link", name="用文字说明").click()
    page.locator("input[name=where]").fill("番禺路公交站旁")
    press(page)
    page.locator("textarea").fill("站牌倒了")
    press(page)
    press(page)
    page.get_by_role("button", name="不留联系方式").click()
    press(page)
    page.emulate_media(media="print")
    shot(page, "resident/zh-50-print")

    assert page.locator("#code").is_visible()
    assert page.locator("svg.qr").is_visible()
    assert not page.get_by_role("button", name="打印").is_visible()


def answered(street, case_in) -> Case:
    """A case that is closed with an answer, and whose code the test knows."""
    action = uuid4()
    case = case_in("handled", action=action)
    case = verify_case(case=case, version=5, by=street.by("grid_worker"), at=street.now, action=uuid4())
    case = close_case(
        case=case, version=6, answer="灯泡已更换，并加装了感应开关。", by=street.by("duty_officer"), at=street.now,
        action=uuid4(),
    )  # fmt: skip
    case.opening = action
    return case


def code_of(case: Case) -> str:
    from linli.cases.domain.report import claim_code

    return claim_code(case.opening)
