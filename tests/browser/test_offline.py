"""Work on a staircase without signal: what is kept, what waits, and that each act has its effect once."""

import io
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect

from linli.cases.domain.closing import verify_case
from linli.core.models import File
from linli.procedures.models import Entry, Procedure
from tests.browser.conftest import ARGUMENTS, PHONE

SPEAKS = pytest.mark.parametrize(
    ("language", "care"), [("zh-hans", False), ("en", False), ("zh-hans", True)], ids=["zh", "en", "care"]
)
KEPT = """async () => {
  const names = (await caches.keys()).filter((name) => name.startsWith("linli-pages"));
  const keys = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
  const paths = keys.flat().map(({url}) => new URL(url).pathname);
  return paths.filter((path) => !path.startsWith("/.") && !path.startsWith("/files/")).sort();
}"""


def a_photo(wide: int = 3000, high: int = 1500) -> dict[str, object]:
    data = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "A telephone"
    Image.new("RGB", (wide, high), (60, 90, 60)).save(data, "JPEG", exif=exif)
    return {"name": "修好.jpg", "mimeType": "image/jpeg", "buffer": data.getvalue()}


@pytest.fixture
def cell(street, case_in) -> list[str]:
    """Two cases that the grid worker is to verify. Returns their numbers."""
    street.now = timezone.now() - timedelta(hours=6)
    texts = ("一楼门厅灯常亮，白天也不灭。", "三楼楼道灯不亮，老人上下楼看不清。")
    return [case_in("handled", text=text).procedure.number for text in texts]


@pytest.fixture(autouse=True)
def patient() -> Iterator[None]:
    """Photographs and several acts in a row take their time on a busy machine."""
    expect.set_options(timeout=30_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def worker(enter) -> Iterator[Callable[..., Page]]:
    """The grid worker's phone with its cell open, and everything kept that it may keep."""
    opened: list[Page] = []

    def open_cell(path: str = "/grid/", *, pages: int = 8, role: str = "grid_worker", **more: object) -> Page:
        page = enter(role, path, PHONE, **{"language": "en", **more})
        opened.append(page)
        keeps(page, pages)
        return page

    yield open_cell
    # What the phone asks for in the background is answered before the database is emptied.
    for page in opened:
        page.context.set_offline(True)
        page.wait_for_timeout(1_000)


def keeps(page: Page, many: int) -> None:
    """Wait until so many pages are kept; a test that waits for ever ends by its own time limit."""
    for _ in range(200):
        if len(page.evaluate(KEPT)) >= many:
            return
        page.wait_for_timeout(100)
    raise AssertionError(page.evaluate(KEPT))


def entries(*numbers: str, kinds: tuple[str, ...]) -> list[str]:
    rows = Entry.objects.filter(kind__in=kinds, **({"procedure__number__in": numbers} if numbers else {}))
    return sorted(rows.values_list("kind", flat=True))


def waits(page: Page, n: int) -> None:
    expect(page.locator("[data-count]")).to_have_text(str(n))


def verify(page: Page, number: str, *, photo: bool = True) -> None:
    page.goto(f"/case/{number}/")
    page.get_by_label("What did you see?").fill("it is dark by day")
    if photo:
        page.get_by_label("Photos").set_input_files([a_photo()])
    page.get_by_role("button", name="Confirm that it is done").click()
    expect(page.get_by_text("Kept on this phone")).to_be_visible()


def rework(page: Page, number: str) -> None:
    page.goto(f"/case/{number}/rework/")
    page.get_by_label("What is still to be done?").fill("still dark")
    page.get_by_role("button", name="Send back for rework").click()
    expect(page.get_by_text("Kept on this phone")).to_be_visible()


def report(page: Page) -> None:
    page.goto("/grid/report/")
    page.get_by_label("What did you see?").fill("a bicycle on the stairs")
    page.get_by_label("Photos").set_input_files([a_photo()])
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_text("Kept on this phone")).to_be_visible()


def test_three_things_done_without_signal_arrive_once_with_their_times(cell, worker):
    first, second = cell
    page = worker()
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_text("No signal. You see what was here at")).to_be_visible()

    verify(page, first)
    report(page)
    rework(page, second)
    waits(page, 3)
    page.goto("/queue/")
    expect(page.locator(".act")).to_have_count(3)
    assert entries(first, second, kinds=("verify", "rework", "late")) == []
    # As if it had taken two hours until there was signal.
    page.evaluate(AGE, 2 * 60 * 60 * 1000)
    page.context.set_offline(False)
    page.get_by_role("button", name="Send now").click()
    expect(page.get_by_text("Nothing waits on this phone.")).to_be_visible()
    page.reload()

    assert entries(first, second, kinds=("verify", "rework")) == ["rework", "verify"]
    told = Entry.objects.filter(kind__in=["verify", "rework", "received"], account__username="grid_worker")
    hours = {(entry.kind, round((entry.recorded - entry.at).total_seconds() / 3600)) for entry in told}
    assert hours == {("verify", 2), ("rework", 2), ("received", 2)}
    assert Procedure.objects.filter(case__text="a bicycle on the stairs").count() == 1
    sizes = set(File.objects.filter(width__gt=64, procedure__isnull=False).values_list("width", "height"))
    assert sizes == {(2560, 1280)}


AGE = """async (by) => {
  const { all, put } = await import(document.querySelector("link[href$='store.js']").href);
  for (const act of await all()) await put({ ...act, at: act.at - by });
}"""


def test_what_waits_is_sent_by_itself_when_there_is_signal_again(cell, worker):
    page = worker()
    page.context.set_offline(True)
    verify(page, cell[0])
    page.context.set_offline(False)

    expect(page.get_by_text("Sent, with the time at which you did it:")).to_be_visible()
    expect(page.locator("[data-waiting]")).to_be_hidden()
    assert entries(cell[0], kinds=("verify",)) == ["verify"]


def test_two_reports_from_one_kept_form_are_two(cell, worker):
    page = worker()
    page.context.set_offline(True)
    report(page)
    page.goto("/grid/report/")
    expect(page.get_by_text("You did this here; it waits on this phone:")).to_be_visible()
    report(page)
    waits(page, 2)
    page.context.set_offline(False)

    expect(page.get_by_text("Sent, with the time at which you did it:")).to_be_visible()
    assert Procedure.objects.filter(case__text="a bicycle on the stairs").count() == 2


def test_two_tabs_that_send_at_the_same_time_send_once(cell, worker):
    page = worker()
    page.context.set_offline(True)
    verify(page, cell[0])
    report(page)
    other = page.context.new_page()
    other.goto("/queue/")
    page.goto("/queue/")
    page.context.set_offline(False)
    page.evaluate("document.querySelector('[data-send]').click()")
    other.evaluate("document.querySelector('[data-send]').click()")

    for tab in (page, other):
        expect(tab.get_by_text("Nothing waits on this phone.")).to_be_visible()
    assert entries(cell[0], kinds=("verify",)) == ["verify"]
    assert Procedure.objects.filter(case__text="a bicycle on the stairs").count() == 1


def test_an_answer_lost_on_the_way_back_does_not_make_it_happen_twice(cell, worker):
    page = worker()

    def swallow(route) -> None:
        route.fetch()
        route.abort()

    page.goto(f"/case/{cell[0]}/")
    page.route(f"**/case/{cell[0]}/verify/", swallow)
    page.get_by_role("button", name="Confirm that it is done").click()
    expect(page.get_by_text("Kept on this phone")).to_be_visible()
    page.unroute(f"**/case/{cell[0]}/verify/")
    page.goto("/queue/")

    expect(page.get_by_text("Nothing waits on this phone.")).to_be_visible()
    assert entries(cell[0], kinds=("verify",)) == ["verify"]


def test_whoever_comes_second_keeps_the_words_and_chooses(cell, worker, street, shot):
    page = worker()
    page.context.set_offline(True)
    verify(page, cell[0])
    procedure = Procedure.objects.get(number=cell[0])
    verify_case(
        case=procedure.case, version=5, by=street.by("duty_officer"), at=timezone.now(), action=uuid4()
    )  # fmt: skip
    page.context.set_offline(False)

    expect(page.get_by_text("could not be taken")).to_be_visible()
    page.get_by_role("link", name="See why, and what you can do").click()
    act = page.locator(".act")
    expect(act.get_by_text("somebody else was first")).to_be_visible()
    expect(act.get_by_text("Looked at: done")).to_be_visible()
    expect(act.get_by_text("it is dark by day")).to_be_visible()
    shot(page, "offline/conflict-390-en")
    act.get_by_role("link", name="Open it with what I wrote").click()
    expect(page.get_by_text("This step is no longer open.")).to_be_visible()
    expect(page.locator("#notices").get_by_text("it is dark by day")).to_be_visible()
    waits(page, 1)

    page.goto("/queue/")
    act.get_by_role("button", name="Discard").click()
    act.get_by_role("button", name="Discard for good").click()
    expect(page.get_by_text("Nothing waits on this phone.")).to_be_visible()
    assert entries(cell[0], kinds=("verify",)) == ["verify"]


def test_what_the_server_finds_wrong_is_opened_for_correction_with_its_photos(cell, worker):
    page = worker()
    page.context.set_offline(True)
    page.goto(f"/case/{cell[1]}/rework/")
    page.get_by_label("Photos").set_input_files([a_photo()])
    page.get_by_role("button", name="Send back for rework").click()
    expect(page.get_by_text("Kept on this phone")).to_be_visible()
    page.context.set_offline(False)
    page.goto("/queue/")
    expect(page.locator(".act").get_by_text("Write the reason in a sentence.")).to_be_visible()

    page.get_by_role("link", name="Correct it").click()
    expect(page.get_by_text("stands in the form again")).to_be_visible()
    assert page.locator("[name=photos]").evaluate("(input) => input.files.length") == 1
    page.get_by_label("What is still to be done?").fill("still dark")
    page.get_by_role("button", name="Send back for rework").click()

    expect(page.get_by_text("Sent back for rework.")).to_be_visible()
    expect(page.locator("[data-waiting]")).to_be_hidden()
    assert entries(cell[1], kinds=("rework",)) == ["rework"]


def test_a_form_sent_with_signal_brings_its_photos_back_when_something_is_missing(cell, worker):
    page = worker()
    page.goto(f"/case/{cell[1]}/rework/")
    page.get_by_label("Photos").set_input_files([a_photo()])
    page.get_by_role("button", name="Send back for rework").click()

    expect(page.locator(".error-summary")).to_contain_text("Write the reason in a sentence.")
    page.wait_for_function("document.querySelector('[name=photos]').files.length === 1")


def test_accepting_and_handing_in_wait_in_order(case_in, worker, street):
    street.now = timezone.now() - timedelta(hours=6)
    number = case_in("dispatched").procedure.number
    page = worker("/inbox/", pages=4, role="property_manager")
    page.context.set_offline(True)
    page.goto(f"/case/{number}/")
    page.get_by_role("button", name="Accept").click()
    page.get_by_role("link", name="Go on: hand in the work").click()
    page.get_by_label("What was done?").fill("Bulb changed.")
    page.get_by_label("Photos").set_input_files([a_photo()])
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_text("Kept on this phone")).to_be_visible()
    page.goto("/queue/")
    behind = page.get_by_text("waits for the step before it")
    expect(behind.nth(0)).to_be_hidden()
    expect(behind.nth(1)).to_be_visible()
    page.context.set_offline(False)

    expect(page.get_by_text("Nothing waits on this phone.")).to_be_visible()
    assert Procedure.objects.get(number=number).state == "handled"


def test_a_kept_form_follows_what_was_sent_since_it_was_kept(case_in, worker, street):
    street.now = timezone.now() - timedelta(hours=6)
    number = case_in("dispatched").procedure.number
    page = worker("/inbox/", pages=4, role="property_manager")
    page.context.set_offline(True)
    page.goto(f"/case/{number}/")
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_text("Kept on this phone")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("Sent, with the time at which you did it:")).to_be_visible()
    page.context.set_offline(True)
    page.goto(f"/case/{number}/hand_in/")
    page.get_by_label("What was done?").fill("Bulb changed.")
    page.get_by_label("Photos").set_input_files([a_photo()])
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_text("Kept on this phone")).to_be_visible()
    page.context.set_offline(False)

    expect(page.get_by_text("Sent, with the time at which you did it:")).to_be_visible()
    assert Procedure.objects.get(number=number).state == "handled"


def test_a_token_that_has_grown_old_loses_nothing(cell, worker):
    page = worker()
    page.context.set_offline(True)
    verify(page, cell[0], photo=False)
    page.context.clear_cookies(name="csrftoken")
    page.context.set_offline(False)

    expect(page.get_by_text("Sent, with the time at which you did it:")).to_be_visible()
    assert entries(cell[0], kinds=("verify",)) == ["verify"]


def test_a_full_phone_says_so_before_anything_is_lost(cell, worker, live, shot):
    page = worker()
    page.goto(f"/case/{cell[0]}/")
    page.get_by_label("What did you see?").fill("it is dark by day")
    page.get_by_label("Photos").set_input_files([a_photo()])
    page.context.set_offline(True)
    page.context.new_cdp_session(page).send(
        "Storage.overrideQuotaForOrigin", {"origin": live.url, "quotaSize": 1000}
    )  # fmt: skip
    page.get_by_role("button", name="Confirm that it is done").click()

    expect(page.get_by_text("This phone has no room left")).to_be_visible()
    expect(page.get_by_label("What did you see?")).to_have_value("it is dark by day")
    shot(page, "offline/full-390-en")
    page.context.set_offline(False)
    page.get_by_role("button", name="Confirm that it is done").click()
    expect(page.get_by_text("Confirmed. The desk answers the reporter.")).to_be_visible()
    assert entries(cell[0], kinds=("verify",)) == ["verify"]


def test_signing_out_says_that_something_waits_and_wipes_what_was_kept(cell, worker, enter, live):
    page = worker()
    page.context.set_offline(True)
    verify(page, cell[0])
    page.route("**/queue/token/", lambda route: route.abort())  # little signal, but enough to sign out
    page.context.set_offline(False)
    page.goto("/grid/")
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="Sign out").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Something has not been sent yet")).to_be_visible()
    dialog.get_by_role("button", name="Stay").click()
    assert page.evaluate(KEPT) != []

    page.get_by_role("button", name="Sign out").click()
    dialog.get_by_role("button", name="Leave all the same").click()
    page.wait_for_url(f"{live.url}/")

    assert page.evaluate(KEPT) == []
    assert entries(cell[0], kinds=("verify",)) == []
    page.unroute("**/queue/token/")
    back_in(page, enter, "grid_worker")
    page.goto("/queue/")
    expect(page.get_by_text("Nothing waits on this phone.")).to_be_visible()
    assert entries(cell[0], kinds=("verify",)) == ["verify"]


def back_in(page: Page, enter, role: str) -> None:
    """Sign another session in on the same phone."""
    cookies = enter(role, "about:blank", PHONE).context.cookies()
    page.context.add_cookies([cookie for cookie in cookies if cookie["name"] == "sessionid"])


def test_two_people_on_one_phone_never_see_each_others_things(cell, worker, enter):
    page = worker()
    page.context.set_offline(True)
    verify(page, cell[0])
    page.context.clear_cookies(name="sessionid")
    page.context.set_offline(False)
    back_in(page, enter, "property_manager")

    page.goto("/queue/")
    expect(page.get_by_text("Nothing waits on this phone.")).to_be_visible()
    expect(page.locator("[data-waiting]")).to_be_hidden()
    page.goto("/inbox/")
    while "/inbox/" not in page.evaluate(KEPT):
        page.wait_for_timeout(100)
    assert "/grid/" not in page.evaluate(KEPT)
    page.context.set_offline(True)
    page.goto(f"/case/{cell[0]}/")
    expect(page.get_by_text("This page is not on your phone.")).to_be_visible()
    assert entries(cell[0], kinds=("verify",)) == []

    page.context.set_offline(False)
    page.context.clear_cookies(name="sessionid")
    back_in(page, enter, "grid_worker")
    page.goto("/queue/")
    expect(page.get_by_text("Nothing waits on this phone.")).to_be_visible()
    assert entries(cell[0], kinds=("verify",)) == ["verify"]


@pytest.fixture
def pocket(browser, live, tmp_path: Path, enter) -> Iterator[Callable[[], Page]]:
    """A browser with a profile on the disk, which can be killed and started again."""
    opened = []
    session = [one for one in enter("grid_worker", "about:blank").context.cookies() if one["name"] == "sessionid"]

    def start() -> Page:
        context = browser.browser_type.launch_persistent_context(
            tmp_path / "profile", executable_path=shutil.which("chromium"), args=ARGUMENTS, base_url=live.url,
            viewport=PHONE, locale="en",
        )  # fmt: skip
        opened.append(context)
        context.add_cookies([*session, {"name": "django_language", "value": "en", "url": live.url}])
        return context.new_page()

    yield start
    for context in opened[-1:]:
        context.close()


def test_a_browser_that_is_killed_loses_nothing(cell, pocket):
    page = pocket()
    page.goto("/grid/")
    keeps(page, 8)
    page.context.set_offline(True)
    verify(page, cell[0])
    page.context.close()

    page = pocket()
    page.goto("/queue/")
    expect(page.get_by_text("Nothing waits on this phone.")).to_be_visible()

    assert entries(cell[0], kinds=("verify",)) == ["verify"]
    assert File.objects.filter(width=2560).count() == 1


def test_nothing_sealed_is_on_the_phone(cell, worker):
    Procedure.objects.filter(number=cell[0]).update(sealed=True)
    page = worker(pages=6)

    page.goto(f"/case/{cell[0]}/")
    page.wait_for_load_state("networkidle")
    kept = page.evaluate(KEPT)

    assert [path for path in kept if cell[0] in path] == []
    assert [path for path in kept if cell[1] in path] == [f"/case/{cell[1]}/", f"/case/{cell[1]}/rework/"]
    page.context.set_offline(True)
    page.goto("/grid/")
    assert cell[0] not in page.content()


def test_copies_are_gone_after_a_shift(cell, worker):
    page = worker()
    page.context.set_offline(True)
    page.evaluate(
        """async () => {
          const [name] = (await caches.keys()).filter((each) => each.startsWith("linli-pages"));
          const pages = await caches.open(name);
          const old = await pages.match("/grid/");
          const headers = new Headers(old.headers);
          headers.set("X-Linli-At", String(Date.now() - 12 * 3600 * 1000));
          await pages.put("/grid/", new Response(await old.text(), { headers }));
        }"""
    )

    page.goto("/grid/")

    expect(page.get_by_text("This page is not on your phone.")).to_be_visible()
    assert "/grid/" not in page.evaluate(KEPT)


@SPEAKS
def test_the_pages_of_a_staircase_can_be_read_by_everybody(cell, worker, axe, shot, language, care):
    name = "care" if care else language[:2]
    page = worker(language=language, care=care)
    page.context.set_offline(True)
    looks: list[tuple[str, str]] = [("grid", "/grid/"), ("case", f"/case/{cell[0]}/"), ("no-signal", "/desk/")]
    for what, path in looks:
        page.goto(path)
        look(page, f"{what}-{name}", axe, shot)
    page.goto(f"/case/{cell[0]}/")
    page.locator("[name=note]").fill("灯白天不亮了")
    page.locator("[name=photos]").first.set_input_files([a_photo()])
    page.locator(".case-step .button").click()
    page.locator("[data-say=kept]").wait_for()
    look(page, f"kept-{name}", axe, shot)
    page.goto("/queue/")
    page.locator(".act").wait_for()
    look(page, f"queue-{name}", axe, shot)
    page.locator("[data-discard]").click()
    look(page, f"discard-{name}", axe, shot)
    page.goto("/grid/")
    page.locator(".menu-button").click()
    page.locator("[data-leaves=account] button").click()
    page.locator("dialog").wait_for()
    look(page, f"leave-{name}", axe, shot)


def look(page: Page, name: str, axe, shot) -> None:
    shot(page, f"offline/{name}")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"], name
    axe(page)
