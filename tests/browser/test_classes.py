"""The administrator's pages of classes, of who answers for them, and of the rules, in both languages and sizes."""

import pytest
from playwright.sync_api import expect

from linli.cases.domain.catalogue import CLASSES
from linli.cases.domain.rulebook import load_starter_rules
from linli.cases.models import Responsibility
from tests.browser.conftest import DESK, PHONE

pytestmark = pytest.mark.browser
OVER_THE_EDGE = """
  [...document.querySelectorAll("main *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
    .map(e => `${e.tagName} ${e.id || e.className}`)
"""
SIZES = pytest.mark.parametrize(("size", "wide"), [(PHONE, 390), (DESK, 1440)], ids=["390", "1440"])
LANGUAGES = pytest.mark.parametrize("language", ["zh-hans", "en"], ids=["zh", "en"])


@SIZES
@LANGUAGES
def test_the_pages_of_classes_can_be_read_by_everybody(street, case_in, enter, axe, shot, size, wide, language):
    street.now = street.now.replace(hour=1)
    load_starter_rules(at=street.now)
    case_in("dispatched", klass=street.klass("gas"))
    Responsibility.objects.filter(klass__code="trees").delete()
    CLASSES.changed()
    pages = {
        "classes": "/admin/classes/", "class": "/admin/classes/gas/", "class-new": "/admin/classes/new/",
        "class-retire": "/admin/classes/gas/retire/", "answers": "/admin/answers/",
        "answer": f"/admin/answers/gas/{street.places['estate'].path}/", "answers-take": "/admin/answers/take/",
        "routing": "/admin/routing/", "rule": "/admin/routing/gas-smell/",
    }  # fmt: skip
    page = enter("administrator", "about:blank", size, language=language)
    for name, path in pages.items():
        page.goto(path)
        shot(page, f"admin-{name}-{wide}-{language[:2]}")
        axe(page)
        assert page.evaluate(OVER_THE_EDGE) == [], name


def test_a_change_is_looked_at_before_it_is_made(street, report, enter, axe, shot):
    report()
    page = enter("administrator", "/admin/classes/lighting/", language="en")

    page.get_by_label("handling, ordinary: how many").fill("1")
    page.get_by_label("Why it is changed").fill("promised")
    page.get_by_role("button", name="See what would change").click()
    axe(page)
    shot(page, "admin-class-preview-1440-en")
    expect(page.get_by_text("2 working days")).to_be_visible()
    page.get_by_role("button", name="Put it into force").click()

    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    assert street.klass().version == 2


def test_a_rule_is_tried_before_it_is_switched_on(street, report, enter, axe, shot):
    report(text="灯不亮，有人摔伤")
    page = enter("administrator", "/admin/routing/new/", language="en")

    page.get_by_label("Code").fill("hurt")
    page.get_by_label("What the rule does, in a sentence").fill("有人受伤")
    page.get_by_label("The same in English").first.fill("Somebody is hurt")
    page.get_by_label("Words in the report").fill("摔伤")
    page.get_by_label("Grade").select_option("urgent")
    page.get_by_role("button", name="Try it on past cases").click()
    axe(page)
    shot(page, "admin-rule-tried-1440-en")
    expect(page.get_by_text("Of the last 1 cases, 1 would have gone elsewhere")).to_be_visible()
    page.get_by_role("button", name="Save and switch it on").click()

    expect(page.get_by_role("status").filter(has_text="Saved and on.")).to_be_visible()
