"""A daughter asks for her mother in a real browser, the window settles it, and she says how it went."""

from playwright.sync_api import Page

from linli.services.models import Request
from tests import papers
from tests.browser.conftest import PHONE
from tests.services.window import ask, missing, open_window, step


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_a_daughter_asks_for_her_mother_and_is_served(street, open_page, enter, axe, shot):
    open_window()
    daughter = open_page("/services/?q=allowance", PHONE, language="en", care=True)
    axe(daughter)
    daughter.get_by_role("link", name="Allowance for older people").click()
    shot(daughter, "services/item-390")
    assert fits(daughter)
    axe(daughter)
    daughter.get_by_role("link", name="What do I bring? Three questions").click()
    for answer in ("For somebody else", "To another bank account", "No, or I do not know"):
        daughter.locator("label").filter(has_text=answer).click()
        shot(daughter, f"services/guide-{answer[:2]}-390")
        daughter.get_by_role("button", name="Continue").click()
    assert daughter.locator("h1").inner_text() == "Bring these four papers"
    shot(daughter, "services/bring-390")
    axe(daughter)
    daughter.get_by_role("link", name="Ask for it now").click()
    daughter.get_by_label("Your name").fill("钱小燕")
    daughter.get_by_label("Name of the person it is for").fill("钱宝珍")
    daughter.get_by_label("How are you related?").fill("女儿")
    for name in ("names", "reach", "more", "papers"):
        daughter.wait_for_url(f"**/apply/{name}/")
        shot(daughter, f"services/apply-{name}-390")
        assert fits(daughter), name
        axe(daughter)
        daughter.get_by_role("button", name="Continue", exact=True).click()
    daughter.get_by_role("link", name="Change How are you related?").click()
    assert daughter.get_by_label("Your name").input_value() == "钱小燕"
    daughter.get_by_label("How are you related?").fill("大女儿")
    daughter.get_by_role("button", name="Continue", exact=True).click()
    daughter.get_by_text("大女儿").wait_for()
    shot(daughter, "services/apply-check-390")
    assert fits(daughter)
    axe(daughter)
    daughter.get_by_role("button", name="Send the request").click()
    daughter.get_by_role("link", name="Follow the request").wait_for()
    shot(daughter, "services/sent-390")
    request = Request.objects.get()

    clerk = enter("window_clerk", "/services/desk/", language="en")
    shot(clerk, "services/desk-1440")
    axe(clerk)
    clerk.get_by_role("link", name="Allowance for older people").click()
    settle = clerk.locator("section.step").first
    for paper in settle.locator("fieldset label").all():
        paper.click()
    shot(clerk, "services/request-1440")
    axe(clerk)
    settle.get_by_role("button", name="Done now").click()
    clerk.get_by_text("Done: Done now.").wait_for()

    daughter.get_by_role("link", name="Follow the request").click()
    daughter.locator("label").filter(has_text="very satisfied").click()
    shot(daughter, "services/follow-390")
    axe(daughter)
    daughter.get_by_role("button", name="Send my grade").click()
    daughter.get_by_text("You said: very satisfied").wait_for()
    request.refresh_from_db()
    assert (request.grade, request.at_first_visit, request.proxy) == (5, True, "钱小燕")


def test_pages_of_the_hall_fit_and_read_well_in_chinese(street, open_page, enter, axe, shot):
    open_window()
    asked = ask(street, proxy="钱小燕", relation="女儿", place=street.places["building"], room="301").request
    step(street, asked, "receive", papers=missing(asked)[:1])
    step(street, asked, "ask_papers", text="租房合同缺第二页。")
    number = asked.procedure.number

    for size, width in ((PHONE, 390), (None, 1440)):
        page = open_page("/services/", *([size] if size else []))
        for name, path in {"hub": "/services/", "paper": "/services/residence_permit/paper/"}.items():
            page.goto(path)
            shot(page, f"services/{name}-{width}-zh")
            assert fits(page), name
            axe(page)
        page = enter("window_clerk", f"/services/desk/{number}/", *([size] if size else []))
        for name, path in {"request": f"/services/desk/{number}/", "enter": "/services/desk/new/senior_card/"}.items():
            page.goto(path)
            shot(page, f"services/{name}-{width}-zh")
            assert fits(page), name
            axe(page)
    page = enter("administrator", "/services/items/residence_permit/")
    shot(page, "services/edit-1440-zh")
    axe(page)


def test_two_papers_photographed_on_a_phone_are_seen_at_the_window(street, open_page, enter, axe, shot, tmp_path):
    open_window()
    item = ask(street).request.item.code
    front, lease, program = tmp_path / "身份证正面.jpg", tmp_path / "lease.pdf", tmp_path / "lease.jpg"
    program.write_bytes(b"MZ\x90\0" + b"\0" * 60)
    front.write_bytes(papers.picture(size=(800, 600)))
    lease.write_bytes(papers.pdf(pages=2))
    page = open_page(f"/services/{item}/guide/", PHONE, language="en")
    while page.get_by_role("link", name="Ask for it now").count() == 0:
        page.locator("main label").first.click()
        page.get_by_role("button", name="Continue").click()
    page.get_by_role("link", name="Ask for it now").click()
    page.get_by_label("Your name").fill("钱宝珍")
    for name in ("names", "reach", "more"):
        page.wait_for_url(f"**/apply/{name}/")
        page.get_by_role("button", name="Continue", exact=True).click()
    page.wait_for_url("**/apply/again/")  # the first answer of the guide: papers were given before
    shot(page, "services/apply-again-390")
    axe(page)
    page.get_by_role("button", name="Go on without these papers").click()
    slots = page.locator(".paper-slot input[type=file]")
    assert slots.first.get_attribute("accept") == "image/jpeg,image/png,image/webp,application/pdf"
    slots.nth(0).set_input_files(str(front))
    slots.nth(1).set_input_files([str(lease), str(program)])
    page.get_by_role("button", name="Continue", exact=True).click()
    page.get_by_text("This is a program").first.wait_for()
    shot(page, "services/papers-again-390")
    assert fits(page)
    axe(page)
    assert page.locator(".paper-slot .sent-files li").count() == 2
    page.get_by_role("button", name="Continue", exact=True).click()
    page.get_by_role("button", name="Send the request").click()
    page.get_by_role("link", name="Follow the request").click()
    page.get_by_role("heading", name="Papers that you sent").wait_for()
    shot(page, "services/papers-own-390")
    assert fits(page)
    axe(page)
    number = page.url.rstrip("/").rpartition("/")[2]

    clerk = enter("window_clerk", f"/services/desk/{number}/", language="en")
    shot(clerk, "services/papers-desk-1440")
    axe(clerk)
    picture = clerk.locator(".sent-files img")
    picture.scroll_into_view_if_needed()
    clerk.wait_for_function("document.querySelector('.sent-files img').naturalWidth > 0")
    assert clerk.locator(".sent-files li").count() == 2
