"""A real Chromium against a live server: pages for phone and desk, axe, and screenshots under var/shots/.

A page fails its test when a script breaks or the content security policy has to stop something.
"""

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.neighbourhood import Street

ROOT = Path(__file__).resolve().parents[2]
AXE = (ROOT / "tests/vendor/axe-core-4.14.1/axe.min.js").read_text(encoding="utf-8")
SHOTS = ROOT / "var" / "shots"
# The second pair lets Chromium draw maps without a graphics card.
ARGUMENTS = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]

# An answer with an error status is a page or a notice of its own, and no fault of a script. A map whose page is left
# while it loads its worker says so; tests of maps look at what was drawn.
TOLD_ANYWAY = (
    "Failed to load resource",
    "Response Status Error Code",
    "Error: Worker failed to load",
    "Worker failed to load",
)

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}

Open = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(item.path).is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def _database_beside_the_browser() -> Iterator[None]:
    """Playwright keeps an event loop in the test's thread; Django takes that for an asynchronous view."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture(scope="session")
def browser(_database_beside_the_browser: None) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def live(_database_beside_the_browser: None, live_server: LiveServer) -> LiveServer:
    return live_server


@pytest.fixture
def open_page(browser: Browser, live: LiveServer) -> Iterator[Open]:
    """Open a page at an address: `open_page("/kit/", PHONE, language="en", care=True)`."""
    contexts, complaints = [], []

    def listen(page: Page) -> None:
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: said.type == "error" and complaints.append(said.text))

    def open_at(
        path: str, size: dict[str, int] = DESK, *, language: str = "zh-hans", care: bool = False, **options: Any
    ) -> Page:
        context = browser.new_context(viewport=size, locale=language, base_url=live.url, **options)
        contexts.append(context)
        cookies = {"django_language": language, **({"linli_care": "1"} if care else {})}
        context.add_cookies([{"name": name, "value": value, "url": live.url} for name, value in cookies.items()])
        page = context.new_page()
        listen(page)
        page.goto(path)
        return page

    yield open_at
    for context in contexts:
        context.close()
    assert [text for text in complaints if not text.startswith(TOLD_ANYWAY)] == []


@pytest.fixture
def phone(open_page: Open) -> Page:
    """A phone in Chinese, on an empty page: `phone.goto("/")`."""
    return open_page("about:blank", PHONE, has_touch=True)


@pytest.fixture
def desk(open_page: Open) -> Page:
    """A desk in Chinese, on an empty page."""
    return open_page("about:blank", DESK)


@pytest.fixture
def enter(open_page: Open, live: LiveServer, street: Street) -> Open:
    """Open a page as somebody who is signed in."""

    def as_role(role: str, path: str, size: dict[str, int] = DESK, **more: object) -> Page:
        page = open_page("about:blank", size, **more)
        account, session = street.accounts[role], SessionStore()
        session[SESSION_KEY], session[HASH_SESSION_KEY] = str(account.pk), account.get_session_auth_hash()
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[1]
        session.create()
        key = {"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": live.url}
        page.context.add_cookies([key])
        page.goto(path)
        return page

    return as_role


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """Nothing that axe can find is wrong: WCAG 2.2 A and AA, what is good practice, and each id once."""

    def check(page: Page) -> None:
        page.evaluate(AXE)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        told = {
            rule["id"]: [f"{node['html'][:200]}: {node['failureSummary']}" for node in rule["nodes"]] for rule in found
        }
        assert told == {}, json.dumps(told, indent=1, ensure_ascii=False)
        ids = page.evaluate("[...document.querySelectorAll('[id]')].map(each => each.id)")
        assert [each for each, times in Counter(ids).items() if times > 1] == [], "a label would lead elsewhere"

    return check


@pytest.fixture
def shot() -> Callable[[Page, str], Path]:
    """Save how the page looks as var/shots/<name>.png."""

    def save(page: Page, name: str) -> Path:
        path = SHOTS / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=path, full_page=True)
        return path

    return save
