"""What stands on the page when something is refused: when to come back, and what was written."""

import pytest
from django.conf import settings as the_settings
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE

LOOKS = pytest.mark.parametrize(("size", "language"), [(PHONE, "zh-hans"), (DESK, "en")], ids=["phone-zh", "desk-en"])


@LOOKS
def test_too_many_tries_are_told_with_the_hour_and_nothing_is_lost(
    open_page, street, settings, axe, shot, size, language
):
    settings.LIMITS = the_settings.LIMITS | {"post": {"cases:report_text": [0, 1800]}}
    page = open_page("/report/text/", size, language=language)
    page.locator("textarea").fill("三楼楼道灯不亮。")
    page.locator("main form button").first.click()

    expect(page.locator("blockquote")).to_have_text("三楼楼道灯不亮。")
    axe(page)
    shot(page, f"too-many-{language}")


@LOOKS
def test_whoever_was_signed_out_while_writing_finds_the_words_again(enter, case_in, axe, shot, size, language):
    number = case_in("received").procedure.number
    page = enter("duty_officer", f"/case/{number}/void/", size, language=language)
    page.locator("#id_reason").fill("灯泡已经订了。")
    page.context.clear_cookies(name=the_settings.SESSION_COOKIE_NAME)
    page.locator("form:has(#id_reason) button").first.click()

    expect(page.locator("blockquote").first).to_have_text("灯泡已经订了。")
    axe(page)
    shot(page, f"signed-out-{language}")
