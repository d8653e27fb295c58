"""The proposal where a report is filed, and the page of the model, in a real browser."""

import pytest
from playwright.sync_api import expect

from linli.cases.domain.learning import keep_model, learn_apart
from linli.cases.domain.triage_record import record_reading
from linli.world.lessons import lessons
from tests.browser.conftest import DESK, PHONE


@pytest.fixture
def model(street, settings, tmp_path):
    settings.TRIAGE = tmp_path / "triage"
    codes = set(street.klass().__class__.objects.values_list("code", flat=True))
    return keep_model(*learn_apart([one for one in lessons(ways=2) if one.label in codes]), sources={}, at=street.now)


@pytest.fixture
def looked_at(axe, shot):
    def look(page, name: str) -> None:
        shot(page, f"triage/{name}")
        assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"], name
        axe(page)

    return look


def test_the_officer_reads_why_and_takes_the_proposal_with_one_tap(model, street, report, enter, looked_at):
    number = report(klass=None, text="三楼楼道灯不亮，老人上下楼看不清。").case.procedure.number
    for size, language, name in ((PHONE, "zh-hans", "file-phone"), (DESK, "en", "file-desk")):
        page = enter("duty_officer", f"/case/{number}/file/", size, language=language)
        expect(page.locator(".reading q").first).to_have_text("灯不亮")
        expect(page.locator("#id_klass")).to_have_value("")
        page.locator("button[name=pick]").first.click()
        expect(page.locator("#id_klass")).to_have_value("lighting")
        expect(page.locator("button[name=pick][aria-pressed=true]")).to_have_count(1)
        looked_at(page, f"{name}-taken")  # once, afterwards: a picture leaves marks that a swap would copy
        looked_at(enter("duty_officer", f"/case/{number}/file/", size, language=language), name)


def test_not_sure_is_said(model, street, report, enter, looked_at):
    number = report(klass=street.klass("trees"), text="你好").case.procedure.number
    looked_at(enter("duty_officer", f"/case/{number}/file/", PHONE), "not-sure")


def test_the_page_of_the_model_on_phone_and_desk(model, street, case_in, enter, looked_at):
    for text in ("楼道灯不亮", "路灯坏了", "你好", "灯闪", "电梯坏了"):
        record_reading(case_in("filed", text=text).pk, at=street.now)
    for size, language, name in (
        (PHONE, "zh-hans", "card-phone"),
        (DESK, "en", "card-desk"),
        (DESK, "zh-hans", "card-zh"),
    ):
        page = enter("administrator", "/admin/triage/", size, language=language)
        page.locator("summary").first.click()
        looked_at(page, name)
