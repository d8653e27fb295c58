"""A call for help with violence at home takes the safe path, and the other side sees nothing."""

import re
from typing import Any

from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from linli.core.models import Delivery, ViewLog
from linli.people.domain.accounts import create_resident_account
from linli.procedures.models import Party, Procedure
from tests.browser.conftest import DESK, PHONE
from tests.neighbourhood import LONG_AGO


def looked_at(page: Page, shot: Any, axe: Any, name: str) -> None:
    shot(page, f"protection/{name}")
    assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"], name
    axe(page)


def test_the_way_out_empties_the_page_and_takes_its_place_in_the_history(street, open_page, shot, axe):
    page = open_page("/", PHONE, language="en", care=True)
    page.goto("/protection/help/")
    looked_at(page, shot, axe, "help-phone-care")
    assert page.locator("#quiet a[href^='tel:']").first.get_attribute("href") == "tel:110"
    page.get_by_role("link", name="Ask us to reach you safely").click()
    expect(page).to_have_url(re.compile("/protection/help/ask/$"))
    looked_at(page, shot, axe, "ask-phone-care")
    before = page.evaluate("history.length")

    page.keyboard.press("Escape")

    expect(page).to_have_url(re.compile("^http://[^/]+/$"))
    assert page.evaluate("history.length") == before
    page.go_back()
    expect(page).to_have_url(re.compile("^http://[^/]+/$"))
    assert page.evaluate("caches.keys().then(async (names) => (await Promise.all(names.map(async (name) => "
                         "(await (await caches.open(name)).keys()).map((kept) => kept.url)))).flat())"
                         ".then((kept) => kept.filter((url) => url.includes('/protection/')))") == []  # fmt: skip


def test_a_call_takes_the_safe_path_and_the_other_side_sees_nothing(street, open_page, enter, shot, axe):
    # She asks, without a name, and leaves no trace on the telephone.
    page = open_page("/protection/help/ask/", PHONE, language="en")
    page.get_by_text("a telephone call").click()
    page.get_by_label("Number, address or place").fill("13812345678")
    page.get_by_label("If somebody else answers, what shall we say?").fill("the library")
    page.get_by_label("What should we know before we talk?").fill("He hits me and our son.")
    page.get_by_role("button", name="Ask to be reached").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Somebody will reach you, in the way you chose")
    looked_at(page, shot, axe, "asked-phone")
    assert "13812345678" not in page.content()
    file = Procedure.objects.get(kind="protection")
    assert (Session.objects.count(), Party.objects.count(), Delivery.objects.count()) == (0, 0, 0)

    # The mediator opens how to reach her for a purpose, talks, and must tell the police of the child first.
    desk = enter("mediator", "/inbox/", DESK, language="en")
    desk.get_by_role("link", name="Sealed file").first.click()
    expect(desk.locator("main")).not_to_contain_text("13812345678")
    desk.get_by_text("how to reach the person").click()
    desk.get_by_text("to reach the person", exact=True).click()
    desk.get_by_role("button", name="Open", exact=True).click()
    expect(desk.locator("main")).to_contain_text("13812345678")
    looked_at(desk, shot, axe, "opened-desk")
    desk.get_by_role("link", name="Back to the file").click()
    desk.get_by_text("safe now, and afraid of what comes").first.click()
    desk.get_by_text("a minor", exact=True).first.click()
    desk.get_by_role("button", name="Write down the talk").click()
    expect(desk.get_by_text("Ring 110 now, then write it down here.")).to_be_visible()
    looked_at(desk, shot, axe, "duty-desk")
    desk.get_by_text("call to 110").click()
    desk.get_by_role("button", name="The police are told").click()
    expect(desk.locator("main")).to_contain_text("Police told")
    looked_at(desk, shot, axe, "helping-desk")
    assert ViewLog.objects.get().reason == "to reach the person"

    # He, signed in and living at the same place, finds nothing, whatever he looks at.
    street.accounts["other_side"] = create_resident_account(name="另一方", at=LONG_AGO)
    his = enter("other_side", "/", PHONE, language="en")
    for address in ("/", "/my/", "/cases/", "/help/", "/help/my-file/", "/account/", "/my-data/", "/how-we-are-doing/"):
        his.goto(address)
        told = his.content()
        assert not [word for word in (file.number, str(file.pk), "13812345678", "Sealed file") if word in told]
    his.goto(f"/protection/{file.number}/")
    expect(his.locator("h1")).to_have_text("You cannot open this")
