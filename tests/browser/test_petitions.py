"""A petition in a real browser: written on a phone, sent on, extended, answered, reviewed; the test moves the time."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from linli.petitions.models import Petition
from linli.procedures.models import Clock
from tests.browser.conftest import PHONE


@pytest.fixture
def days_later(monkeypatch) -> Callable[[int], datetime]:
    """A function that moves the clock on the wall of the whole process on by some days."""
    real, passed = timezone.now, timedelta(0)

    def move(days: int) -> datetime:
        nonlocal passed
        passed += timedelta(days=days)
        monkeypatch.setattr(timezone, "now", lambda: real() + passed)
        return timezone.now()

    return move


def clock(rule: str) -> Clock:
    return Clock.objects.filter(rule=rule).latest("pk")


def test_a_petition_runs_its_full_clock_with_an_extension_and_a_review(open_page, enter, days_later, axe, shot, street):
    page = open_page("/petitions/", PHONE, language="en", care=True)
    axe(page)
    shot(page, "petitions/index-390")
    page.get_by_role("link", name="Write a petition").click()
    page.locator("label[for=id_klass_0]").click()
    page.get_by_role("button", name="Continue").click()
    page.locator("label[for=id_field_0]").click()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Continue").click()
    assert page.locator(".error-summary").is_visible()
    page.get_by_label("In a line: what is it about?").fill("The roof leaks")
    page.get_by_label("What happened, and what do you ask for?").fill("For three months. Please repair it.")
    shot(page, "petitions/write-390")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Is it about something").select_option(label=street.posts["property_manager"].organisation.name)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Your name").fill("Made Up")
    page.get_by_label("Address for letters").fill("1 Test Road")
    page.get_by_role("button", name="Continue").click()
    axe(page)
    shot(page, "petitions/check-390")
    page.get_by_role("button", name="Send").click()
    number, code = page.locator(".petition-code").all_inner_texts()
    assert (bool(re.fullmatch(r"\w{9}", number)), bool(re.fullmatch(r"\w{10}", code))) == (True, True)
    shot(page, "petitions/sent-390")

    def staff(role: str, step: str, fill: dict[str, str], choose: dict[str, str]) -> None:
        """One step of a member of staff on the page of the petition."""
        at_work = enter(role, f"/petitions/file/{number}/", language="en")
        form = at_work.locator(f"#step-{step}")
        if form.evaluate("it => it.tagName") == "DETAILS":
            form.locator("summary").click()
        for name, value in fill.items():
            form.locator(f"[name={name}]").fill(value)
        for name, value in choose.items():
            field = form.locator(f"[name={name}]")
            if field.first.evaluate("it => it.tagName") == "SELECT":
                field.select_option(value)
            else:
                chosen = form.locator(f"[name={name}][value={value}]").get_attribute("id")
                form.locator(f"label[for={chosen}]").click()
        axe(at_work)
        shot(at_work, f"petitions/file-{step}-1440")
        form.locator("button").click()
        at_work.wait_for_load_state()

    handler = street.posts["department_handler"]
    staff("petition_clerk", "forward", {}, {"to": str(handler.pk)})
    staff("department_handler", "accept", {}, {})
    days_later(50)
    staff("department_handler", "ask_extension", {"amount": "30", "reason": "An expert must look."}, {})
    staff("duty_officer", "extend", {}, {})
    assert (clock("petition.handle").extension, Petition.objects.get().extended) == (30, True)
    days_later(25)
    opinion = {"asked": "A repair.", "facts": "It leaks.", "opinion": "Explained.", "basis": "Regulations, art. 32"}
    staff("department_handler", "answer", opinion, {"outcome": "explain"})
    assert clock("petition.handle").state == "met"

    own = open_page("/petitions/progress/", PHONE, language="en")
    own.get_by_label("Number of the petition").fill(number)
    own.get_by_label("Code").fill(code)
    own.get_by_role("button", name="Look it up").click()
    axe(own)
    shot(own, "petitions/own-390")
    own.get_by_role("button", name="I have received it").click()
    own.get_by_text("I do not accept it: ask for a review").click()
    own.get_by_label("Reason").fill("The roof still leaks.")
    own.get_by_role("button", name="Ask for a review").click()
    assert own.locator(".tag").first.inner_text().strip() == "under review"

    days_later(20)
    review = {"facts": "Looked again.", "opinion": "Repair it within 30 days.", "basis": "Regulations, art. 35"}
    staff("duty_officer", "review", review, {"verdict": "change"})
    assert clock("petition.review").state == "met"
    own = open_page("/petitions/progress/", PHONE, language="en")
    own.get_by_label("Number of the petition").fill(number)
    own.get_by_label("Code").fill(code)
    own.get_by_role("button", name="Look it up").click()
    own.locator(".card-title a").last.click()
    assert own.locator("h1").inner_text() == "Opinion of the review"
    shot(own, "petitions/letter-390")
