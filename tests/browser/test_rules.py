"""Rules at work in a browser: the list, one rule, writing a version and trying it on the past."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.utils import timezone

from linli.sensing.domain import observations
from linli.sensing.domain.backtest import ask_backtest, run_backtest
from linli.sensing.domain.properties import load_properties
from linli.sensing.domain.rulebook import load_rules, newest_version, rule_named, try_beside, write_version
from linli.sensing.models import Rule
from tests.alarm import make_device
from tests.browser.conftest import DESK, PHONE, Open
from tests.neighbourhood import LONG_AGO, NOW, Street
from tests.sensing.rules import Net

pytestmark = pytest.mark.django_db(transaction=True)
SIZES = {"phone": PHONE, "desk": DESK}
SIZED = pytest.mark.parametrize("size", SIZES)
LANGUAGE = pytest.mark.parametrize("language", ["zh-hans", "en"])


@pytest.fixture
def rules(street: Street, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The rules that come with Linli, a week of smoke, and a version that is tried; the address of its backtest."""
    monkeypatch.setattr(settings, "OBSERVATIONS", tmp_path / "observations")
    monkeypatch.setattr(settings, "SENSING", tmp_path / "sensing")
    observations._open.cache_clear()
    load_properties()
    load_rules(at=LONG_AGO)
    Rule.objects.filter(code="fire_lane").update(asked_at=NOW)
    smoke = [make_device(street), make_device(street, "SM-15", place=street.places["building_15"])]
    here = Net(tmp_path)
    for hour in range(9):
        here.say(smoke[hour % 3 == 0], "smoke", (hour * 7200, 6.0 + 2 * (hour % 4)))
    here.store.close()
    by, rule = street.by("duty_officer"), rule_named("smoke")
    content = newest_version(rule).content
    pattern = {"kind": "threshold", "op": ">=", "grades": {"warning": 8.0, "alarm": 12.0}}
    draft = write_version(
        code="smoke", after=1, content=content | {"rule": content["rule"] | {"pattern": pattern}},
        reason="做饭时叫得太多", owner=rule.owner, by=by, at=NOW, action=uuid4(),
    )  # fmt: skip
    try_beside(version=draft, reason="先看一周", by=by, at=NOW)
    asked = ask_backtest(version=draft, days=30, by=by, at=timezone.now() + timedelta(days=1), action=uuid4())
    run_backtest(UUID(asked.uuid))
    yield f"/rules/smoke/backtest/{asked.uuid}/"
    observations._open.cache_clear()


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@SIZED
@LANGUAGE
def test_the_pages_of_rules_fit_and_say_what_there_is(
    enter: Open, rules: str, axe: Callable, shot: Callable, size: str, language: str
) -> None:
    pages = {
        "list": "/rules/", "rule": "/rules/smoke/", "care": "/rules/care_check/", "form": "/rules/smoke/write/",
        "text": "/rules/lift_trapped/write/", "step": "/rules/smoke/2/on/", "backtest": rules,
    }  # fmt: skip
    page = enter("duty_officer", "/rules/", SIZES[size], language=language)
    for name, address in pages.items():
        page.goto(address)
        assert fits(page), name
        shot(page, f"rules-{name}-{size}-{language}")
        axe(page)


def test_a_rule_is_written_looked_at_in_words_and_switched_on(enter: Open, rules: str, shot: Callable) -> None:
    page = enter("duty_officer", "/rules/water_leak/write/", DESK, language="en")
    page.get_by_label("How long, or within what time?").fill("2")
    page.get_by_label("Why is it written so?").fill("Two minutes are enough")
    page.get_by_role("button", name="Say it in words first").click()
    assert "for 2 minutes" in page.locator(".rule-preview").inner_text()
    shot(page, "rules-preview-desk-en")

    page.get_by_role("button", name="Write this version").click()
    page.get_by_text("Version 2 is written.").wait_for()
    page.get_by_role("link", name="Switch it on").click()
    page.get_by_label("Why?").fill("Tried on the past")
    page.get_by_role("button", name="Switch it on").click()
    page.get_by_text("It is at work.").wait_for()

    assert newest_version(rule_named("water_leak")).status == "live"
