"""The place a text says, taken by one tap; what is perhaps the same; the names that people use – in a real browser."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from linli.places.domain.aliases import add_alias
from tests.browser.conftest import DESK, PHONE

LANGUAGES = pytest.mark.parametrize("language", ["zh-hans", "en"], ids=["zh", "en"])
SIZES = pytest.mark.parametrize(("size", "wide"), [(DESK, "1440"), (PHONE, "390")], ids=["desk", "phone"])
WORDS = {"zh-hans": ("采用这个地点", "可能是同一件事"), "en": ("Take this place", "Perhaps the same")}


@SIZES
@LANGUAGES
def test_a_desk_takes_the_place_by_one_tap_and_sees_what_is_the_same(
    street, report, enter, axe, shot, size, wide, language
):
    now = timezone.now()
    report(at=now - timedelta(hours=3))
    case = report(place=None, klass=None, text="六村12号302门口，三楼楼道灯不亮，老人上下楼看不清。", at=now).case
    take, same = WORDS[language]

    page = enter("duty_officer", f"/case/{case.procedure.number}/", size, language=language)
    expect(page.get_by_role("heading", name=same)).to_be_visible()
    shot(page, f"places/case-{language[:2]}-{wide}")
    page.reload()  # taking a picture leaves empty styles behind, which a swap must not copy
    page.get_by_role("button", name=take).click()

    chosen = page.locator("#step-file input[name=place]:checked")
    expect(chosen).to_have_value(street.places["building"].path)
    expect(page.get_by_role("button", name=take)).to_have_count(0)
    shot(page, f"places/taken-{language[:2]}-{wide}")
    axe(page)


@SIZES
@LANGUAGES
def test_names_are_kept_and_tried_by_everybody(street, enter, axe, shot, size, wide, language):
    add_alias(
        place=street.places["estate"], text="老六村", source="窗口居民", by=street.by("administrator"), at=street.now
    )
    address = f"/places/{street.places['estate'].path}/names/?try_text=老六村12号302灯不亮"

    page = enter("duty_officer", address, size, language=language)

    expect(page.get_by_role("status")).to_contain_text("“老六村12号”")
    assert page.evaluate("document.documentElement.scrollWidth") == size["width"]
    shot(page, f"places/names-{language[:2]}-{wide}")
    axe(page)


@LANGUAGES
def test_a_resident_is_asked_whether_the_place_is_meant(street, open_page, axe, shot, language):
    page = open_page("/report/where/words/", PHONE, language=language)
    page.locator("[name=where]").fill("六村12号302")
    page.locator("form [type=submit], form .button").last.click()

    expect(page.get_by_text("“六村12号”")).to_be_visible()
    shot(page, f"places/words-{language[:2]}-390")
    axe(page)
