"""The duty desk at a busy hour in a browser: keys, many at once, what moves under the hand, the pages it leads to."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from linli.cases.domain.handling import file_and_dispatch
from linli.cases.domain.promises import promise
from linli.cases.enums import Source
from linli.cases.models import Case
from linli.people.domain.duty import set_duty
from tests.browser.conftest import DESK, PHONE
from tests.neighbourhood import Street


@pytest.fixture
def rush(street: Street, report: Callable, case_in: Callable) -> dict[str, str]:
    """Eight calls about one pump, a few lamps, a promise that is due soon. Returns the lamps' numbers by minute."""
    now = timezone.now()
    set_duty(
        post=street.posts["duty_officer"], starts=now - timedelta(hours=3), ends=now + timedelta(hours=5),
        by=street.by("administrator"), at=now,
    )  # fmt: skip
    for call in range(8):
        street.now = now - timedelta(minutes=50 - call * 5)
        report(
            klass=street.klass("facility"), place=street.places["building_15" if call % 2 else "building"],
            text="水泵房声音很响，没有水。", source=Source.HOTLINE, at=street.now, contact="13800138000",
        )  # fmt: skip
    lamps = {}
    for minutes in (600, 90, 30, 10):
        street.now = now - timedelta(minutes=minutes)
        lamps[str(minutes)] = report(at=street.now).case.procedure.number
    street.now = now - timedelta(hours=3)
    leak = case_in("handling", klass=street.klass("leak"), text="五楼管道渗水，墙面发霉。")
    promise(
        case=leak, text="师傅两点前上门，阿姨在家等。", until=now + timedelta(minutes=20), to_reporters=False,
        by=street.by("duty_officer"), at=street.now, action=uuid4(),
    )  # fmt: skip
    street.now = now
    return lamps


@pytest.fixture
def looked_at(axe, shot) -> Callable[[Page, str], None]:
    """Nothing for axe to find, nothing over the edge, and a picture for people."""

    def look(page: Page, name: str) -> None:
        shot(page, f"desk/{name}")
        assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"], name
        axe(page)

    return look


SIZES = pytest.mark.parametrize(("size", "wide"), [(DESK, "1440"), (PHONE, "390")], ids=["desk", "phone"])
LANGUAGES = pytest.mark.parametrize("language", ["zh-hans", "en"], ids=["zh", "en"])


@SIZES
@LANGUAGES
def test_every_page_of_the_desk_can_be_read_by_everybody(rush, enter, looked_at, street, size, wide, language):
    page, end = enter("duty_officer", "/desk/", size, language=language), f"{wide}-{language[:2]}"
    looked_at(page, f"desk-{end}")
    page.locator(".bursts summary").click()
    expect(page.locator(".bursts tbody tr")).to_have_count(8)
    looked_at(page, f"burst-open-{end}")

    page.goto(f"/desk/?burst=facility~{street.places['estate'].path}")
    looked_at(page, f"burst-{end}")
    page.locator("[data-bulk]").nth(1).click()
    looked_at(page, f"answer-{end}")
    page.goto(f"/desk/?burst=facility~{street.places['estate'].path}")
    page.locator("[data-bulk]").first.click()
    looked_at(page, f"plan-{end}")
    page.locator("button[name=go]").click()
    looked_at(page, f"done-{end}")

    page.goto("/desk/phone/")
    page.locator("#id_text").fill("水泵又响了")
    page.locator("#id_words").press_sequentially("六村12")
    expect(page.locator("button[name=join]").first).to_be_visible()
    looked_at(page, f"phone-{end}")
    page.locator("button[name=join]").first.click()
    looked_at(page, f"phoned-{end}")

    page.goto("/desk/handover/")
    looked_at(page, f"handover-{end}")
    page.locator("#id_note").fill("水泵公司九点到，请问一下配件。")
    page.locator("main form .button").click()
    page.wait_for_url("**/desk/handover/*/")
    looked_at(page, f"handed-over-{end}")


def test_the_desk_is_worked_by_keys_alone(rush, enter, shot):
    page = enter("duty_officer", "/desk/", language="en")
    boxes = page.locator("#desk-rows tbody input[name=pick]")

    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys of the desk")).to_be_visible()
    shot(page, "desk/keys-1440-en")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-chosen]")).to_have_text("2 chosen")
    expect(boxes.nth(1)).to_be_checked()
    expect(page.locator("#pane")).to_contain_text("Last in the story")
    shot(page, "desk/pane-1440-en")

    boxes.nth(0).click()
    expect(page.locator("[data-chosen]")).to_have_text("1 chosen")
    boxes.nth(3).click(modifiers=["Shift"])
    expect(page.locator("[data-chosen]")).to_have_text("4 chosen")

    page.keyboard.press("d")
    page.wait_for_url("**/desk/dispatch/")
    page.get_by_role("button", name="Dispatch", exact=False).first.click()
    expect(page.get_by_role("status").filter(has_text="done.")).to_be_visible()


def test_rows_renew_themselves_and_ticks_focus_and_place_stay(rush, enter, street, report):
    page = enter("duty_officer", "/desk/", {"width": 1000, "height": 500}, language="en")
    rows = page.locator("#desk-rows tbody tr")
    page.locator(".bursts summary").click()
    expect(page.locator(".bursts tbody tr")).to_have_count(8)
    expect(page.locator("[data-chosen]")).to_have_text("none chosen")
    page.locator("h1").click()
    before = rows.count()
    for _ in range(2):
        page.keyboard.press("j")
    page.keyboard.press("x")
    chosen = page.locator("input[name=pick]:checked")
    kept, focused = chosen.input_value(), page.evaluate("document.activeElement.getAttribute('href')")
    scrolled = page.evaluate("window.scrollTo(0, 300), window.scrollY")

    gone = next(number for number in rush.values() if number not in (kept.split(":")[0], focused.split("/")[2]))
    procedure = street_case(gone)
    file_and_dispatch(
        case=procedure, version=1, klass=procedure.klass, to=street.posts["property_manager"], reason="",
        by=street.by("duty_officer"), at=timezone.now(), action=uuid4(),
    )  # fmt: skip
    report(text="又一盏灯坏了", at=timezone.now())
    page.evaluate("htmx.trigger('#desk', 'live')")

    expect(page.get_by_role("button", name="1 new case – show it")).to_be_visible()
    expect(page.locator(f'tr[data-key="{gone}"]')).to_contain_text("六村物业经理")
    expect(page.locator(".bursts tbody tr:not(.row-gone)")).to_have_count(8)
    assert rows.count() == before
    assert chosen.input_value() == kept
    assert page.evaluate("document.activeElement.getAttribute('href')") == focused
    assert page.evaluate("window.scrollY") == scrolled

    page.get_by_role("button", name="1 new case – show it").click()
    expect(rows).to_have_count(before + 1)
    assert chosen.input_value() == kept


def street_case(number: str) -> Case:
    return Case.objects.select_related("procedure", "klass").get(procedure__number=number)


def test_a_sound_is_only_made_for_who_asked_and_the_title_counts_while_nobody_looks(rush, enter, street, report):
    page = enter("duty_officer", "/desk/", language="en")
    button = page.locator("[data-sound]")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    page.reload()
    expect(button).to_have_attribute("aria-pressed", "true")

    page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    page.evaluate(
        """window.notes = 0;
        const make = BaseAudioContext.prototype.createOscillator;
        BaseAudioContext.prototype.createOscillator = function () { window.notes++; return make.apply(this); };
        null"""
    )
    late = street_case(report(at=timezone.now()).case.procedure.number).procedure
    type(late).objects.filter(pk=late.pk).update(due=timezone.now() - timedelta(minutes=1))
    page.evaluate("htmx.trigger('#desk', 'live')")

    expect(page).to_have_title(re.compile(r"^\(1\) "))
    assert page.evaluate("window.notes") == 2
