"""Staff at work in a real browser: the desk by keyboard, a case from filing to the answer, the grid worker's phone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from playwright.sync_api import Page

from linli.cases.enums import Source
from linli.procedures.jobs import watch_clocks
from tests.browser.conftest import DESK, PHONE
from tests.neighbourhood import Street

AT_NO_15 = {"longitude": 121.4345, "latitude": 31.1924}
TEXTS = [
    ("received", "lighting", "building", 0.2, "三楼楼道灯不亮，老人上下楼看不清。"),
    ("received", "manhole", "building_15", 0.5, "15号门口井盖松动，自行车轮卡住了。"),
    ("filed", "waste", "building", 3, "垃圾桶满了三天没人收，味道很大。"),
    ("dispatched", "piling", "building_15", 5, "二楼平台堆了旧家具，走不过去。"),
    ("handling", "leak", "building", 30, "五楼管道渗水，墙面发霉。"),
    ("handled", "lighting", "building", 50, "一楼门厅灯常亮，白天也不灭。"),
    ("verified", "trees", "building", 60, "香樟枝条压到电线。"),
    ("closed", "facility", "building", 90, "单元门门禁坏了，关不上。"),
]


@pytest.fixture
def busy(street: Street, case_in: Callable) -> dict[str, str]:
    """A desk on an ordinary day: a case in each state, some of them late. Returns their numbers by state."""
    numbers, now = {}, timezone.now()
    for state, klass, place, hours, text in TEXTS:
        street.now = now - timedelta(hours=hours)
        case = case_in(
            state, klass=street.klass(klass), place=street.places[place], text=text, contact="13800138000",
            source=Source.HOTLINE if klass == "waste" else Source.RESIDENT,
        )  # fmt: skip
        numbers[state] = case.procedure.number
    street.now = now
    watch_clocks()
    return numbers


@pytest.fixture
def enter(open_page: Callable[..., Page], live, street: Street) -> Callable[..., Page]:
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
def looked_at(axe, shot) -> Callable[[Page, str], None]:
    """Nothing for axe to find, nothing over the edge, and a picture for people."""

    def look(page: Page, name: str) -> None:
        shot(page, f"staff/{name}")
        assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"], name
        axe(page)

    return look


SIZES = pytest.mark.parametrize(("size", "wide"), [(DESK, "1440"), (PHONE, "390")], ids=["desk", "phone"])
LANGUAGES = pytest.mark.parametrize("language", ["zh-hans", "en"], ids=["zh", "en"])


@SIZES
@LANGUAGES
def test_every_page_of_staff_can_be_read_by_everybody(busy, enter, looked_at, size, wide, language):
    tongue = language[:2]
    pages = {
        "duty_officer": {
            "desk": "/desk/", "desk-late": "/desk/?show=late", "all": "/cases/all/", "inbox": "/inbox/",
            **{f"case-{state}": f"/case/{number}/" for state, number in busy.items()},
            "void": f"/case/{busy['received']}/void/",
        },
        "property_manager": {"handler": f"/case/{busy['handling']}/", "accept": f"/case/{busy['dispatched']}/"},
        "grid_worker": {"grid": "/grid/", "report": "/grid/report/", "verify": f"/case/{busy['handled']}/"},
        "auditor": {"audit": "/audit/", "entries": "/audit/entries/", "views": "/audit/views/"},
        "administrator": {
            "admin": "/admin/", "rules": "/admin/rules/", "rule": "/admin/rules/new/", "calendar": "/admin/calendar/",
            "classes": "/admin/classes/", "class": "/admin/classes/lighting/",
        },
        "police_liaison": {"empty": "/inbox/"},
    }  # fmt: skip
    for role, paths in pages.items():
        page = enter(role, "about:blank", size, language=language)
        for name, path in paths.items():
            page.goto(path)
            looked_at(page, f"{name}-{wide}-{tongue}")
