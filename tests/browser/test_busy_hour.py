"""A busy hour at the desk: a burst, a wrong dispatch, a merge, an extension, a supervision, the change of shift."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from linli.cases.enums import Source
from linli.cases.models import Case
from linli.people.domain.duty import set_duty
from linli.procedures.domain import audit
from linli.procedures.models import Clock, Procedure
from tests.neighbourhood import Street


@pytest.fixture
def hour(street: Street, report: Callable) -> dict[str, str]:
    """Seven calls about one pump, two about one lamp, and a leak. Returns numbers: pump, lamp, lamp_again, leak."""
    now = timezone.now()
    set_duty(
        post=street.posts["duty_officer"], starts=now - timedelta(hours=3), ends=now + timedelta(hours=5),
        by=street.by("administrator"), at=now,
    )  # fmt: skip

    def call(minutes: int, **given: object) -> str:
        street.now = now - timedelta(minutes=minutes)
        return report(source=Source.HOTLINE, at=street.now, contact="13800138000", **given).case.procedure.number

    pump = [
        call(50 - n, klass=street.klass("facility"), text=f"水泵坏了，{n + 1}楼没水。", place=street.places["building"])
        for n in range(7)
    ]
    lamps = [call(40 - n, text="三楼灯坏了") for n in range(2)]
    leak = call(30, klass=street.klass("leak"), text="五楼管道渗水", place=street.places["building_15"])
    street.now = now
    return {"pump": pump[0], "lamp": lamps[0], "lamp_again": lamps[1], "leak": leak}


def states() -> dict[str, str]:
    return dict(Procedure.objects.values_list("number", "state"))


def press(page: Page, name: str) -> None:
    """Press the one button of this name in the page's own form."""
    page.locator("main").get_by_role("button", name=name, exact=True).click()


def send_to(page: Page, number: str, step: str, post: str, reason: str) -> None:
    page.goto(f"/case/{number}/{step}/")
    page.locator("main label", has_text=post).first.click()
    page.locator("main [name=reason]").fill(reason)
    press(page, "Dispatch")


def test_a_busy_hour(live, street: Street, hour: dict[str, str], enter) -> None:
    officer = enter("duty_officer", "/desk/", language="en")

    # Seven calls about one pump become one case.
    officer.get_by_role("link", name="Treat as one").click()
    officer.get_by_role("button", name="Join into one").click()
    officer.get_by_label("How do you know that they are the same?").fill("one pump house")
    press(officer, "Join them")
    expect(officer.get_by_role("status").filter(has_text="6 done")).to_be_visible()
    assert sorted(states().values()).count("merged") == 6

    # The leak goes to the wrong post, comes back with a reason, and goes to the right one.
    officer.goto(f"/case/{hour['leak']}/")
    press(officer, "File and dispatch")
    manager = enter("property_manager", f"/case/{hour['leak']}/hand_back/", language="en")
    manager.get_by_label("Why is it not yours?").fill("The pipe belongs to the water works.")
    press(manager, "Hand back")
    assert states()[hour["leak"]] == "filed"
    send_to(officer, hour["leak"], "dispatch", "片区长", "The area lead knows the water works.")
    assert states()[hour["leak"]] == "dispatched"

    # The same lamp twice: the case page says so, and one tap leads to joining them.
    officer.goto(f"/case/{hour['lamp_again']}/")
    officer.locator(".case-same").get_by_role("link").first.click()
    press(officer, "Join the two")
    expect(officer.get_by_role("status").filter(has_text="Joined.")).to_be_visible()

    # The other lamp: dispatched, accepted, more time asked for and allowed.
    officer.goto(f"/case/{hour['lamp']}/")
    press(officer, "File and dispatch")
    manager.goto(f"/case/{hour['lamp']}/")
    press(manager, "Accept")
    expect(manager.get_by_role("button", name="Hand in")).to_be_visible()
    manager.goto(f"/case/{hour['lamp']}/ask_time/")
    manager.get_by_label("How much more time?").fill("2")
    manager.get_by_label("Why is it needed?").fill("The lamp is ordered.")
    press(manager, "Ask for more time")
    lead = enter("area_lead", f"/case/{hour['lamp']}/", language="en")
    press(lead, "Allow it")
    assert Clock.objects.get(procedure__number=hour["lamp"], rule="case.handle").extension == 2

    # Supervised from above, and reported on.
    lead.goto(f"/case/{hour['lamp']}/supervise/")
    lead.get_by_label("What do you expect, and by when?").fill("Tell me tomorrow how it stands.")
    press(lead, "Supervise")
    manager.goto(f"/case/{hour['lamp']}/report_back/")
    manager.get_by_label("How does it stand?").fill("The lamp comes tomorrow.")
    press(manager, "Send the report")
    assert Case.objects.get(procedure__number=hour["lamp"]).supervised_at is None

    # The shift ends.
    officer.goto("/desk/handover/")
    officer.locator("#id_note").fill("The pump company comes at nine.")
    officer.locator("main form .button").click()
    officer.wait_for_url("**/desk/handover/*/")
    expect(officer.locator("main")).to_contain_text("The pump company comes at nine.")
    assert list(audit.verify()) == []
