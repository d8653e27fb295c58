"""Mediation in a real browser: a noise dispute goes from a case to a signed agreement and the papers for the court."""

import re
from datetime import timedelta

from django.utils.timezone import localdate
from playwright.sync_api import Locator, Page, expect

from linli.core.outbox import drain
from linli.core.typeset import can_typeset
from linli.mediation.models import Mediation
from tests.browser.conftest import DESK, PHONE
from tests.neighbourhood import Street


def step(page: Page, name: str) -> Locator:
    """The form of a step; where it is folded away it is opened."""
    form = page.locator(f"form:has(input[name=step][value={name}])").first
    fold = page.locator(f"details:not([open]):has(input[name=step][value={name}])")
    if fold.count():
        fold.first.locator("summary").click()
    return form


def press(page: Page, button: Locator) -> None:
    """Press a button and wait for the page that comes of it."""
    with page.expect_navigation():
        button.click()


def do(page: Page, name: str, /, **given: str) -> None:
    """Fill in a step and send it. A value that begins with = is chosen among radios or options by its value."""
    form = step(page, name)
    for field, value in given.items():
        if value == "tick":
            form.locator(f"[name={field}]").check(force=True)
        elif value.startswith("="):
            radio = form.locator(f"input[type=radio][name={field}][value='{value[1:]}']")
            if radio.count():
                radio.check(force=True)
            else:
                form.locator(f"select[name={field}]").select_option(value[1:])
        else:
            form.locator(f"[name={field}]").fill(value)
    press(page, form.locator(".buttons button").first)
    expect(page.locator(".field-wrong")).to_have_count(0)


def letter(page: Page, number: str, who: str) -> str:
    """The desk makes a letter for one party; its code."""
    page.goto(f"/mediation/file/{number}/letter/")
    page.get_by_label(who).check(force=True)
    press(page, page.get_by_role("button", name="Make the letter"))
    return re.sub(r"\s", "", page.locator("#code").inner_text())


def test_a_noise_dispute_goes_from_a_case_to_a_signed_agreement_and_court_papers(
    live, street: Street, case_in, enter, open_page, axe, shot
):
    case = case_in("handling", klass=street.klass("noise"), place=street.places["building"]).procedure
    page = enter("property_manager", f"/refer/{case.number}/", DESK, language="en")
    page.locator("input[name=to][value=mediation]").check(force=True)
    page.locator("textarea[name=text]").fill("Upstairs walks in shoes at night; both live at No. 12.")
    press(page, page.locator("main form .button").first)
    mediation = Mediation.objects.get()
    number, file = mediation.procedure.number, f"/mediation/file/{mediation.procedure.number}/"

    desk = enter("committee_secretary", file, DESK, language="en")
    do(desk, "screen", violence="=no", fear="=no", control="=no", minors="=no")
    do(desk, "join", side="=applicant", name="陈美华")
    do(desk, "join", side="=respondent", name="王建国")
    do(desk, "ask", text="Steps at night in the flat above.")
    people = {row.name: str(row.pk) for row in mediation.procedure.participants.all()}
    do(desk, "willing", participant=f"={people['陈美华']}", told="=orally")
    codes = {name: letter(desk, number, name) for name in people}

    parties: dict[str, Page] = {}
    for name, code in codes.items():
        parties[name] = open_page(f"/mediation/mine/{number}/", PHONE, language="en", care=name == "陈美华")
        parties[name].locator("input[name=code]").fill(code)
        press(parties[name], parties[name].get_by_role("button", name="Open"))
    other, one = parties["王建国"], parties["陈美华"]
    shot(other, "mediation/asked-390")
    axe(other)
    do(other, "yes", rights="tick")
    one.reload()
    do(one, "propose", post=f"={street.posts['mediator'].pk}")
    other.reload()
    press(other, other.get_by_role("button", name="Accept"))

    one.reload()
    do(one, "say", text="I sleep badly.", may_pass="tick")
    mediator = enter("mediator", file, DESK, language="en")
    press(mediator, mediator.get_by_role("button", name="Pass on"))
    other.reload()
    expect(other.locator("#talk")).to_contain_text("I sleep badly.")
    due = (localdate() + timedelta(days=20)).isoformat()
    shot(mediator, "mediation/file-1440")
    do(
        mediator, "agreement", facts="Steps are heard at night.", issues="The floor is bare.",
        content="A carpet is laid, and soft shoes are worn from ten on.", by_1=f"={people['王建国']}",
        what_1="lays a carpet", manner_1="at his own cost", due_1=due,
    )  # fmt: skip
    for name, party in parties.items():
        party.reload()
        shot(party, f"mediation/sign-{'care' if party is one else 'plain'}-390")
        do(party, "sign", signature_typed=name)
    mediator.reload()
    do(mediator, "seal")

    expect(mediator.locator("main")).to_contain_text("agreement in effect")
    shot(mediator, "mediation/agreed-1440")
    axe(mediator)
    mediator.get_by_role("link", name="Joint application to the court").click()
    expect(mediator.locator(".paper")).to_contain_text("That the court confirms our mediation agreement")
    shot(mediator, "mediation/application-1440")
    if can_typeset():
        answer = mediator.request.get(mediator.get_by_role("link", name="Open as PDF").get_attribute("href"))
        assert (answer.status, answer.body()[:5]) == (200, b"%PDF-")
    other.reload()
    axe(other)
    assert other.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    drain("mediation.answers")
    told = case.entries.order_by("-seq").values_list("kind", flat=True)
    assert list(told[:2]) == ["referral_answered", "referred"]


def test_the_safety_questions_stand_first_and_the_form_is_short(live, street: Street, open_page, axe, shot):
    page = open_page("/mediation/apply/", PHONE, language="zh-hans", care=True)
    shot(page, "mediation/screen-care-390")
    axe(page)
    for name in ("violence", "fear", "control", "minors"):
        page.locator(f"input[name={name}][value=no]").check(force=True)
    press(page, page.locator("main form .button").first)
    page.locator("input[name=about][value=noise]").check(force=True)
    page.locator("textarea[name=matter]").fill("楼上半夜走路声音很响。")
    shot(page, "mediation/dispute-care-390")
    press(page, page.locator("main form .button").first)
    page.locator("input[name=other]").fill("楼上602")
    page.locator("input[name=name]").fill("陈美华")
    press(page, page.locator("main form .button").first)
    shot(page, "mediation/check-care-390")
    axe(page)
    page.locator("input[name=rights]").check(force=True)
    press(page, page.locator("main form .button").first)

    expect(page.locator("#number")).to_have_text(Mediation.objects.get().procedure.number)
    shot(page, "mediation/sent-care-390")
