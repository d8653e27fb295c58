"""Inspections in a basement without signal: what is kept, what waits and is signed, and that each happens once."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from linli.core.models import File
from linli.hazards.domain.checklists import checklists
from linli.hazards.domain.steps import confirm_right
from linli.hazards.models import Hazard, Inspection, Notice
from linli.procedures.models import Entry, Procedure
from tests.browser.conftest import PHONE
from tests.browser.test_hazards import sign
from tests.browser.test_offline import AGE, KEPT, SPEAKS, a_photo, back_in, keeps, look, patient, waits
from tests.hazards.contract import found_hazard, hazard_in
from tests.neighbourhood import Street

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["patient"]  # a fixture that every test here uses

LISTS = len(checklists())
HOUR = timedelta(hours=1)


@pytest.fixture
def phone(enter) -> Iterator[Callable[..., Page]]:
    """A phone with today's inspections open, and everything kept that it may keep."""
    opened: list[Page] = []

    def start(*, hazards: int, role: str = "grid_worker", **more: object) -> Page:
        page = enter(role, "/hazards/inspections/", PHONE, **{"language": "en", **more})
        opened.append(page)
        keeps(page, LISTS + 3 + hazards)  # the page, the lists, writing one down, what waits, and each hazard
        return page

    yield start
    # What the phone asks for in the background is answered before the database is emptied.
    for page in opened:
        page.context.set_offline(True)
        page.wait_for_timeout(1_000)


def go_round(page: Page, street: Street) -> None:
    """The meter room of No. 12: boxes up to the ceiling, photographed and signed for."""
    page.goto("/hazards/inspections/")
    page.get_by_role("link", name="Meter room").click()
    page.get_by_label("Place").select_option(street.places["building"].path)
    page.get_by_label("Where exactly?").fill("Basement")
    for tick in page.get_by_label("in order", exact=True).all():
        tick.check(force=True)
    expect(page.locator(".round-serve")).to_be_hidden()
    page.locator("input[name=tick_empty][value=bad]").check(force=True)
    page.locator("textarea[name=note_empty]").fill("Boxes up to the ceiling")
    page.locator("input[name=photo_empty]").set_input_files([a_photo()])
    page.get_by_label("Serve the notice at once").check(force=True)
    page.get_by_label("Who answers for it?").select_option("household")
    page.get_by_label("Which one?").fill("No. 12, unit 301")
    sign(page)


def test_a_round_a_notice_and_a_find_without_signal_arrive_once_with_their_times(phone, street, axe, shot) -> None:
    street.now = timezone.now() - 6 * HOUR
    hazard = found_hazard(street, at=street.now)
    page = phone(hazards=1)
    look(page, "hazards-signal", axe, shot)
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_text("No signal. You see what was here at")).to_be_visible()
    look(page, "hazards-no-signal", axe, shot)

    go_round(page, street)
    look(page, "hazards-round", axe, shot)
    page.get_by_role("button", name="Finish the round").click()
    expect(page.get_by_text("Kept on this phone")).to_be_visible()
    look(page, "hazards-kept", axe, shot)

    page.goto("/hazards/inspections/")
    page.get_by_role("link", name="三楼楼梯堆满杂物").click()
    page.locator("#serve_answers_name").fill("六村物业")
    page.get_by_label("handed over and signed").check(force=True)
    sign(page)
    page.get_by_role("button", name="Serve the notice", exact=True).click()
    expect(page.get_by_text("Kept on this phone")).to_be_visible()

    page.goto("/hazards/new/")
    expect(page.get_by_label("Contact of whoever told us")).to_have_count(0)
    page.get_by_label("Place").select_option(street.places["building"].path)
    page.get_by_label("What is wrong?").fill("A wet socket in the basement")
    page.get_by_role("button", name="Write it down").click()
    expect(page.get_by_text("Kept on this phone")).to_be_visible()
    waits(page, 3)

    page.goto("/queue/")
    acts = page.locator(".act")
    expect(acts).to_have_count(3)
    expect(acts.first.get_by_text("Boxes up to the ceiling")).to_be_visible()
    expect(acts.first.locator("dd img")).to_be_visible()  # the signature
    look(page, "hazards-queue", axe, shot)
    assert not Inspection.objects.exists()
    page.evaluate(AGE, 2 * 60 * 60 * 1000)  # as if it had taken two hours until there was signal
    page.context.set_offline(False)
    page.get_by_role("button", name="Send now").click()
    expect(page.get_by_text("Nothing waits on this phone.")).to_be_visible()
    page.reload()

    kept = Inspection.objects.get()
    assert (kept.where, kept.bad, round((timezone.now() - kept.at) / HOUR)) == ("Basement", 1, 2)
    found = kept.hazards.get()
    assert (found.text, found.procedure.state, found.answers_name) == (
        "Boxes up to the ceiling", "noticed", "No. 12, unit 301",
    )  # fmt: skip
    assert Hazard.objects.get(pk=hazard.pk).procedure.state == "noticed"
    assert Hazard.objects.filter(text="A wet socket in the basement").count() == 1
    assert Notice.objects.filter(signature__isnull=False).count() == 2
    assert File.objects.filter(procedure=found.pk, audience="staff", width=2560).count() == 1
    told = Entry.objects.filter(kind__in=["found", "serve"]).exclude(procedure=hazard.pk, kind="found")
    hours = sorted((entry.kind, round((entry.recorded - entry.at) / HOUR)) for entry in told)
    assert hours == [("found", 2), ("found", 2), ("serve", 2), ("serve", 2)]


def test_steps_of_one_hazard_wait_in_order_and_are_sent_by_themselves(phone, street) -> None:
    street.now = timezone.now() - 6 * HOUR
    hazard = found_hazard(street, at=street.now, imminent=True)
    page = phone(hazards=1)
    page.context.set_offline(True)
    page.goto(f"/hazards/h/{hazard.procedure.number}/")
    page.locator("#secure_text").fill("119 called at 10:05")
    page.get_by_role("button", name="Measures were taken at once").click()
    expect(page.get_by_text("Kept on this phone")).to_be_visible()
    page.locator("#serve_answers_name").fill("六村物业")
    page.get_by_label("put up at the place").check(force=True)
    page.get_by_role("button", name="Serve the notice", exact=True).click()
    waits(page, 2)
    page.goto("/queue/")
    expect(page.get_by_text("waits for the step before it").nth(1)).to_be_visible()
    page.context.set_offline(False)

    expect(page.get_by_text("Nothing waits on this phone.")).to_be_visible()
    kinds = Entry.objects.filter(procedure=hazard.pk, kind__in=["secure", "serve"]).order_by("seq")
    assert list(kinds.values_list("kind", flat=True)) == ["secure", "serve"]


def test_whoever_comes_second_sees_both_and_loses_nothing(phone, street, axe, shot) -> None:
    street.now = timezone.now() - 6 * HOUR
    hazard = hazard_in(street, "claimed")
    page = phone(hazards=1, role="committee_secretary")
    page.context.set_offline(True)
    page.goto(f"/hazards/h/{hazard.procedure.number}/")
    page.get_by_text("Second look: it is not put right").first.click()
    page.locator("#not_right_reason").fill("Boxes still stand there")
    page.get_by_role("button", name="Second look: it is not put right").click()
    expect(page.get_by_text("Kept on this phone")).to_be_visible()
    confirm_right(
        hazard=hazard, version=hazard.procedure.version, text="Clear", answer="Clear.", by=street.by("area_lead"),
        at=timezone.now(), action=uuid4(),
    )  # fmt: skip
    page.context.set_offline(False)

    expect(page.get_by_text("could not be taken")).to_be_visible()
    page.get_by_role("link", name="See why, and what you can do").click()
    act = page.locator(".act")
    expect(act.get_by_text("Second look: put right. Closed")).to_be_visible()
    expect(act.get_by_text("Boxes still stand there")).to_be_visible()
    look(page, "hazards-conflict", axe, shot)
    act.get_by_role("link", name="Open it with what I wrote").click()
    expect(page.get_by_text("This step is no longer open.")).to_be_visible()
    expect(page.locator("#notices").get_by_text("Boxes still stand there")).to_be_visible()
    waits(page, 1)
    assert Procedure.objects.get(pk=hazard.pk).state == "closed"
    assert not Entry.objects.filter(procedure=hazard.pk, kind="not_right").exists()


def test_a_round_with_something_missing_comes_back_with_ticks_photo_and_signature(phone, street) -> None:
    page = phone(hazards=0)
    page.context.set_offline(True)
    go_round(page, street)
    page.locator("textarea[name=note_empty]").fill("")
    page.get_by_role("button", name="Finish the round").click()
    expect(page.get_by_text("Kept on this phone")).to_be_visible()
    page.context.set_offline(False)
    page.goto("/queue/")
    page.get_by_role("link", name="Correct it").click()

    expect(page.get_by_text("stands in the form again")).to_be_visible()
    expect(page.locator("input[name=tick_empty][value=bad]")).to_be_checked()
    assert page.locator("input[name=photo_empty]").evaluate("(input) => input.files.length") == 1
    page.locator("textarea[name=note_empty]").fill("Boxes up to the ceiling")
    page.get_by_role("button", name="Finish the round").click()
    expect(page.get_by_text("Round kept. 1 hazard opened.")).to_be_visible()
    expect(page.locator("[data-waiting]")).to_be_hidden()
    assert Notice.objects.get().signature is not None
    assert Inspection.objects.count() == 1


def test_after_signing_out_nothing_readable_is_left_and_what_waits_goes_with_its_own(
    phone, street, enter, live
) -> None:
    street.now = timezone.now() - 6 * HOUR
    hazard = found_hazard(street, at=street.now)
    page = phone(hazards=1)
    page.context.set_offline(True)
    go_round(page, street)
    page.get_by_role("button", name="Finish the round").click()
    expect(page.get_by_text("Kept on this phone")).to_be_visible()
    page.route("**/queue/token/", lambda route: route.abort())  # little signal, but enough to sign out
    page.context.set_offline(False)
    page.goto("/hazards/inspections/")
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("dialog").get_by_role("button", name="Leave all the same").click()
    page.wait_for_url(f"{live.url}/")
    assert page.evaluate(KEPT) == []
    back_in(page, enter, "committee_secretary")
    page.unroute("**/queue/token/")
    page.goto("/queue/")
    expect(page.get_by_text("Nothing waits on this phone.")).to_be_visible()
    page.context.set_offline(True)
    for path in (f"/hazards/h/{hazard.procedure.number}/", "/hazards/inspections/list/meter_room/"):
        page.goto(path)
        expect(page.get_by_text("This page is not on your phone.")).to_be_visible()
    assert not Inspection.objects.exists()

    page.context.set_offline(False)
    page.context.clear_cookies(name="sessionid")
    back_in(page, enter, "grid_worker")
    page.goto("/queue/")
    expect(page.get_by_text("Nothing waits on this phone.")).to_be_visible()
    assert Inspection.objects.get().account == street.accounts["grid_worker"]


def test_nothing_sealed_and_nothing_handed_on_is_on_the_phone(phone, street) -> None:
    shown, sealed, handed_on = (found_hazard(street, text=text) for text in ("seen", "secret", "of another matter"))
    Procedure.objects.filter(pk=sealed.pk).update(sealed=True)
    Hazard.objects.filter(pk=handed_on.pk).update(origin="referral")
    page = phone(hazards=1)

    for each in (sealed, handed_on):
        page.goto(f"/hazards/h/{each.procedure.number}/")
        page.wait_for_load_state("networkidle")
    kept = page.evaluate(KEPT)

    assert [path for path in kept if "/h/" in path] == [f"/hazards/h/{shown.procedure.number}/"]
    page.context.set_offline(True)
    page.goto("/hazards/inspections/")
    expect(page.get_by_text("seen", exact=True)).to_be_visible()
    assert "secret" not in page.content()
    assert "of another matter" not in page.content()


@SPEAKS
def test_the_pages_of_a_basement_can_be_read_by_everybody(phone, street, axe, shot, language, care) -> None:
    street.now = timezone.now() - 6 * HOUR
    hazard = found_hazard(street, at=street.now, imminent=True)
    name = "care" if care else language[:2]
    page = phone(hazards=1, language=language, care=care)
    page.context.set_offline(True)
    for what, path in (
        ("list", "/hazards/inspections/"), ("round", "/hazards/inspections/list/shop/"),
        ("hazard", f"/hazards/h/{hazard.procedure.number}/"), ("new", "/hazards/new/"),
    ):  # fmt: skip
        page.goto(path)
        look(page, f"hazards-{what}-{name}", axe, shot)
    page.goto("/hazards/inspections/list/meter_room/")
    for good in page.locator("input[type=radio][value=good]").all():
        good.check(force=True)
    page.locator("input[name=tick_empty][value=bad]").check(force=True)
    page.locator("textarea[name=note_empty]").fill("纸箱堆到顶")
    page.locator("input[name=serve]").check(force=True)
    look(page, f"hazards-bad-{name}", axe, shot)
    page.locator(".round .buttons button").click()
    page.locator("[data-say=kept]").wait_for()
    page.goto("/queue/")
    page.locator(".act").wait_for()
    look(page, f"hazards-waits-{name}", axe, shot)
