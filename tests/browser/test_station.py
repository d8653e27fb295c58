"""The station in a real browser: somebody tells it once on a phone in large print; a shift is handed on and signed."""

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from linli.cases.models import Case
from linli.station.domain.equipment import equipment
from linli.station.models import DeskHandover, EquipmentCheck
from tests.alarm import build_station
from tests.browser.conftest import PHONE

WORDS = "三楼的灯不亮了"


def test_a_resident_tells_it_once_in_large_print_and_the_report_has_the_words(open_page, street, axe, shot):
    page = open_page("/help/", PHONE, care=True)
    axe(page)
    shot(page, "station-help-phone")
    page.locator('a[href="/help/tell/"]').first.click()
    page.fill("textarea", "有人拿着刀在楼道里")
    page.locator("main form[data-once] button").click()
    expect(page.locator(".heard-box")).to_be_visible()
    assert page.locator('.heard-box a[href="tel:110"]').count() == 1
    axe(page)
    page.locator("a.back").click()
    page.fill("textarea", WORDS)
    page.locator("main form[data-once] button").click()
    page.locator('label[for="id_about_0"]').click()
    page.locator("main form[data-once] button").click()
    page.locator('label[for="id_wants_0"]').click()
    page.locator("main form[data-once] button").click()
    assert page.is_checked('input[value="case"]')
    axe(page)
    shot(page, "station-where-phone")
    page.locator("main form[data-once] button").click()

    assert page.url.endswith("/report/")
    page.goto("/report/text/")
    assert page.input_value("textarea") == WORDS


def test_a_shift_is_handed_on_and_signed_and_a_torn_hose_becomes_a_case(enter, street, axe, shot):
    build_station(street, starts=timezone.now() - timedelta(hours=1))
    page = enter("station_1", "/station/desks/fire/")
    page.locator("summary").first.click()
    page.fill('textarea[name="open_work"]', "2号对讲机在充电")
    page.locator("details form button").click()
    axe(page)
    following = enter("station_2", "/station/desks/fire/")
    following.locator("article form button").click()
    axe(following)
    shot(following, "station-desk")
    assert DeskHandover.objects.get().taker == street.accounts["station_2"]

    following.goto("/station/equipment/check/")
    for item in equipment():
        following.locator(f'label[for="id_{item.code}_{int(item.code == "hose")}"]').click()
    following.locator("main form button").click()
    axe(following)  # the fault is not described yet, and all answers are still there
    assert following.is_checked('input[name="axe"][value="good"]')
    following.fill('input[name="hose-note"]', "3号水带破口")
    following.locator("main form button").click()

    case = Case.objects.get()
    assert following.locator(f'a[href="/case/{case.procedure.number}/"]').count() == 1
    axe(following)
    shot(following, "station-equipment")
    assert EquipmentCheck.objects.count() == 1
