"""A hazard in the browser: a round on the phone, a notice signed with a finger, a second look by somebody else."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from linli.hazards.models import Hazard, Notice
from tests.browser.conftest import DESK, PHONE, Open
from tests.neighbourhood import Street

pytestmark = pytest.mark.django_db(transaction=True)


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def sign(page: Page) -> None:
    """A stroke over the pad, from the left to the right."""
    pad = page.locator("linli-signature canvas").first
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    x, y = box["x"], box["y"] + box["height"] / 2
    page.mouse.move(x + 30, y)
    page.mouse.down()
    for step in range(1, 8):
        page.mouse.move(x + 30 + step * 25, y + (20 if step % 2 else -20))
    page.mouse.up()


def test_from_the_round_over_the_signed_notice_to_the_second_look(
    enter: Open, street: Street, axe: Callable, shot: Callable
) -> None:
    worker = enter("grid_worker", "/hazards/inspections/", PHONE, language="en")
    worker.get_by_role("link", name="Meter room").click()
    worker.get_by_label("Place").select_option(street.places["building"].path)
    for tick in worker.get_by_label("in order", exact=True).all():
        tick.check(force=True)
    expect(worker.locator(".round-more").first).to_be_hidden()
    worker.locator("input[name=tick_empty][value=bad]").check(force=True)
    worker.locator("textarea[name=note_empty]").fill("Boxes up to the ceiling")
    axe(worker)
    assert fits(worker)
    shot(worker, "hazard-round")
    worker.get_by_role("button", name="Finish the round").click()

    worker.locator("td a[href^='/hazards/h/']").click()
    worker.locator("#serve_answers_name").fill("No. 12, unit 301")
    worker.locator("#serve_answers").select_option("household")
    worker.get_by_label("handed over and signed").check(force=True)
    sign(worker)
    expect(worker.locator("linli-signature [role=status]").first).to_have_text("Signed.")
    worker.locator("linli-signature").first.get_by_role("button", name="Clear").click()
    sign(worker)
    axe(worker)
    assert fits(worker)
    shot(worker, "hazard-sign")
    worker.get_by_role("button", name="Serve the notice", exact=True).click()
    expect(worker.get_by_text("Done: Serve the notice.")).to_be_visible(timeout=30_000)
    assert Notice.objects.get().signature is not None
    address = re.sub(r"^https?://[^/]+", "", worker.url)
    worker.locator("#claim_text").fill("The unit says that it is empty.")
    worker.get_by_role("button", name="It is said to be put right").click()
    expect(worker.get_by_text("Done: It is said to be put right.")).to_be_visible(timeout=30_000)
    expect(worker.locator("#confirm_text")).to_have_count(0)  # who found it does not look again
    worker.context.close()

    lead = enter("committee_secretary", address, DESK, language="en")
    lead.locator("#confirm_text").fill("Empty, and the door closes.")
    lead.locator("#confirm_answer").fill("The meter room is empty again.")
    axe(lead)
    shot(lead, "hazard-second-look")
    lead.get_by_role("button", name="Second look: it is put right").click()
    expect(lead.get_by_text("Second look: put right. Closed")).to_be_visible(timeout=30_000)
    lead.get_by_role("link", name="Notice 1").click()
    expect(lead.locator("img.signed")).to_be_visible()
    axe(lead)
    shot(lead, "hazard-notice")
    assert Hazard.objects.get().procedure.state == "closed"
