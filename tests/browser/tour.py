"""The README's five minutes, walked: from a resident's report to the answer and the rating.

`python -m tests.browser.tour http://localhost:8000` walks it in a running demonstration and makes the pictures of
the README.
"""

import io
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect, sync_playwright

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
ANSWER = "楼道灯已修好，请您晚上再看一眼。如有问题，15天内可以要求重办。"
IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"

Enter = Callable[[str, dict[str, int]], Page]  # a page in which the person of a card is signed in
Look = Callable[[Page, str], None]


def picture(colour: str) -> dict[str, object]:
    """A drawing that nobody takes for a photograph."""
    data, image = io.BytesIO(), Image.new("RGB", (640, 420), "#3b4650")
    ImageDraw.Draw(image).ellipse((250, 60, 390, 200), fill=colour, outline="#17252d", width=6)
    image.save(data, "PNG")
    return {"name": "lamp.png", "mimeType": "image/png", "buffer": data.getvalue()}


def press(page: Page) -> None:
    """The one filled button of the page."""
    page.locator("main .button:not(.button-quiet)").first.click()


def choose(page: Page, name: str, text: str) -> None:
    page.locator(f".choice:has(input[name={name}]) label", has_text=text).first.click()


def walk(enter: Enter, look: Look, *, estate: str, building: str, klass: str) -> str:
    """Walk the six steps. Returns the report's number."""
    resident = enter("resident", PHONE)
    resident.goto("/")
    number = report(resident, look, estate=estate, building=building, klass=klass)
    officer = enter("duty_officer", DESK)
    move(officer, number, look, "tour-2-dispatch")
    manager = enter("property_manager", PHONE)
    move(manager, number)
    manager.locator(".case-next textarea[name=text]").fill("灯泡和声控开关已更换，测试正常。")
    manager.locator(".case-next input[type=file]").set_input_files([picture("#f0c75e")])
    move(manager, number, look, "tour-3-hand-in", go=False)
    worker = enter("grid_worker", PHONE)
    move(worker, number, look, "tour-4-verify")
    officer.goto(f"/case/{number}/")
    officer.locator(".case-next textarea[name=answer]").fill(ANSWER)
    move(officer, number, look, "tour-5-close", go=False)
    resident.goto(f"/r/{number}/")
    expect(resident.locator("main")).to_contain_text("楼道灯已修好")
    look(resident, "tour-6-answer")
    rate(resident, number)
    return number


def report(page: Page, look: Look, *, estate: str, building: str, klass: str) -> str:
    page.goto("/report/")
    choose(page, "klass", klass)
    look(page, "tour-1-report")
    press(page)
    choose(page, "place", estate)
    press(page)
    choose(page, "place", building)
    press(page)
    while "/report/text/" not in page.url:  # the spot in the building, and what is open nearby
        press(page)
    page.locator("textarea").fill("三楼楼道灯不亮，晚上上下楼看不清。")
    press(page)
    page.locator("input[type=file]").set_input_files([picture("#17252d")])
    press(page)
    press(page)  # no contact: the account is enough
    press(page)
    page.wait_for_url("**/report/sent/")
    return page.locator("#number").inner_text().strip()


def move(page: Page, number: str, look: Look | None = None, name: str = "", *, go: bool = True) -> None:
    """Open the case and make the move that stands first."""
    if go:
        page.goto(f"/case/{number}/")
    if look is not None:
        look(page, name)
    page.locator(".case-next form button.button:not(.button-quiet)").first.click()
    expect(page.locator(".notice-good, .notice").first).to_be_visible()


def rate(page: Page, number: str) -> None:
    form = page.locator(f"form[action='/r/{number}/rate/']")
    form.locator(".choice label").first.click()
    form.locator("button.button").first.click()
    page.wait_for_load_state()


def main(url: str) -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
        )

        def enter(card: str, size: dict[str, int]) -> Page:
            page = browser.new_context(viewport=size, locale="zh-CN", base_url=url).new_page()
            sign_in(page, card)
            return page

        def look(page: Page, name: str) -> None:
            page.wait_for_timeout(1500)  # the map draws itself
            page.screenshot(path=IMAGES / f"{name}.png")

        sys.stdout.write(walk(enter, look, estate="乐山六村", building="12号楼", klass="照明") + "\n")
        browser.close()


def sign_in(page: Page, card: str) -> None:
    page.goto("/demo/")
    page.locator(f"form[action='/demo/{card}/'] button").click()
    page.wait_for_load_state()


if __name__ == "__main__":
    main(sys.argv[1])
