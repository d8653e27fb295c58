"""Taking messages in, in a real browser: the file, how it is read, the run that shows how far it is, the bad rows."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from linli.core.jobs import work_once
from linli.world.messages import write_messages
from tests.browser.conftest import DESK, PHONE
from tests.neighbourhood import Street

SIZES = pytest.mark.parametrize(("size", "wide"), [(DESK, "1440"), (PHONE, "390")], ids=["desk", "phone"])
LANGUAGES = pytest.mark.parametrize("language", ["zh-hans", "en"], ids=["zh", "en"])
WORDS = {
    "zh-hans": {"start": "导入留言", "text": "正文", "title": "标题"},
    "en": {"start": "Take the messages in", "text": "Text", "title": "Title"},
}


@pytest.fixture
def file(tmp_path: Path, settings, street: Street) -> Path:
    """Sixty messages and two rows that cannot be taken."""
    settings.DATA = tmp_path
    path = tmp_path / "12345热线留言.csv"
    write_messages(path, rows=60, until=street.now)
    with path.open("a", encoding="utf-8") as out:
        out.write('180998,路灯,昨天晚上,12号门前路灯不亮,0,0\n180999,,2026-11-01T09:00:00,"",0,2\n')
    lines = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    path.write_text("".join([lines[0], *lines[-2:], *lines[1:-2]]), encoding="utf-8-sig")
    return path


@pytest.fixture
def looked_at(axe, shot) -> Callable[[Page, str], None]:
    """Nothing for axe to find, nothing over the edge, and a picture for people."""

    def look(page: Page, name: str) -> None:
        shot(page, f"import/{name}")
        assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"], name
        axe(page)

    return look


@SIZES
@LANGUAGES
def test_a_file_is_taken_in_and_every_page_can_be_read_by_everybody(
    live, file, enter, looked_at, street, size, wide, language
):
    words, look = WORDS[language], f"{wide}-{language[:2]}"
    page = enter("duty_officer", "/import/", size, language=language)
    looked_at(page, f"none-{look}")

    page.goto("/import/new/")
    looked_at(page, f"file-{look}")
    page.locator("input[type=file]").set_input_files(file)
    page.locator("main form .button").first.click()
    expect(page.locator("#mapping")).to_be_visible()
    looked_at(page, f"mapping-{look}")

    page.locator("#mapping").get_by_role("button", name=words["start"]).click()
    expect(page.locator("progress")).to_be_visible()
    looked_at(page, f"running-{look}")

    assert work_once()
    expect(page.locator("progress")).to_have_count(0)
    expect(page.locator("#run .notice-good")).to_be_visible()
    looked_at(page, f"done-{look}")
    page.goto("/import/")
    looked_at(page, f"list-{look}")


def test_the_preview_follows_the_choice_of_columns(live, file, enter):
    page = enter("duty_officer", "/import/new/", DESK, language="en")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Look into it").click()
    expect(page.get_by_role("status")).to_contain_text("60 can be taken, 2 cannot")

    page.get_by_label("Time it came in").select_option("likes")
    expect(page.get_by_role("status")).to_contain_text("0 can be taken, 62 cannot")
    page.get_by_label("Time it came in").select_option("")
    expect(page.get_by_role("status")).to_contain_text("Choose the columns of text and time.")
    page.get_by_role("button", name="Take the messages in").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose the column that holds this.")


def test_without_scripts_the_preview_has_a_button(live, file, enter):
    page = enter("duty_officer", "/import/new/", DESK, language="en", java_script_enabled=False)
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Look into it").click()
    page.get_by_label("Time it came in").select_option("likes")
    page.get_by_role("button", name="Show how it is read").click()

    expect(page.get_by_role("status")).to_contain_text("0 can be taken, 62 cannot")


def test_the_bad_rows_are_downloaded(live, file, enter):
    page = enter("duty_officer", "/import/new/", DESK, language="en")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Look into it").click()
    page.get_by_role("button", name="Take the messages in").click()
    expect(page.locator("progress")).to_be_visible()
    work_once()

    with page.expect_download() as coming:
        page.get_by_role("link", name="Download these rows as CSV").click()

    lines = Path(coming.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "line,what is wrong,message_id,topic,time,text,dislikes,likes"
    assert len(lines) == 3
