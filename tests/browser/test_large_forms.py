"""A form whose files are too large together is not sent: what was written and chosen stays, and the page says why."""

from pathlib import Path

from linli.core.body import MOST_FILES
from tests.browser.conftest import PHONE


def test_files_that_are_too_large_together_are_not_sent_and_nothing_is_lost(open_page, tmp_path: Path, street):
    heavy, light = tmp_path / "heavy.pdf", tmp_path / "light.pdf"
    with heavy.open("wb") as file:
        file.truncate(MOST_FILES + 1)
    light.write_bytes(b"%PDF-1.7\n")
    page = open_page("/petitions/write/", PHONE, language="en")
    for name in ("klass", "field"):
        page.locator(f"label[for=id_{name}_0]").click()
        page.get_by_role("button", name="Continue").click()
    page.get_by_label("In a line: what is it about?").fill("The roof leaks")
    page.get_by_label("What happened, and what do you ask for?").fill("For three months.")
    page.get_by_label("Photos or documents").set_input_files([heavy, light])

    page.get_by_role("button", name="Continue").click()

    told = page.locator(".too-large")
    assert "larger than 64 MB together" in told.inner_text()
    assert told.evaluate("it => it === document.activeElement")
    assert page.get_by_label("What happened, and what do you ask for?").input_value() == "For three months."
    page.get_by_label("Photos or documents").set_input_files([])
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Is it about something").wait_for()
