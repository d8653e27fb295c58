"""The administrator's page of the installation's condition, in a real browser."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from linli.core import doctor
from tests.browser.conftest import DESK, PHONE


@pytest.mark.parametrize(("size", "wide"), [(DESK, "1440"), (PHONE, "390")], ids=["desk", "phone"])
@pytest.mark.parametrize("language", ["zh-hans", "en"], ids=["zh", "en"])
def test_what_is_wrong_stands_first_and_says_what_to_do(enter, axe, shot, size, wide, language):
    page = enter("administrator", "/admin/condition/", size, language=language)

    rows = page.locator("tbody tr")
    assert rows.count() == len(doctor.examine(at=timezone.now()))
    no_backup = {"en": "No daily backup is made.", "zh-hans": "没有每日备份。"}[language]
    expect(rows.filter(has_text=no_backup)).to_contain_text("LINLI_BACKUPS")
    assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]
    axe(page)
    shot(page, f"condition-{language}-{wide}")
