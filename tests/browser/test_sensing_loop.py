"""03:12: a smoke detector calls; the station's phone has it; handled, judged, looked at by somebody else, closed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from linli.cases.models import Case
from linli.sensing.models import Alert, Judgement
from linli.station.models import CallOut
from tests.alarm import NIGHT, alert, build_station, fire, make_device, make_rule
from tests.browser.conftest import DESK, PHONE

SMOKE = (1, 1, 2, 2, 3, 5, 9, 14, 22, 30, 33)
LANGUAGES = ("zh-hans", "en")


@pytest.fixture
def called(street) -> Case:
    """A smoke alarm of this minute at No. 12, with the readings that led to it."""
    now = timezone.now()
    build_station(street, starts=now - timedelta(hours=8))
    make_rule()
    fire(alert(make_device(street), at=now - timedelta(seconds=1)), recorded=now)
    first = now.timestamp() - 20 * len(SMOKE)
    Alert.objects.update(evidence=[[(first + 20 * n) * 1000, value] for n, value in enumerate(SMOKE)])
    return Case.objects.select_related("procedure").get()


def test_from_the_call_to_the_closed_case(called, enter, shot, axe):
    phone = enter("station_1", "/phone/", PHONE, has_touch=True)
    assert phone.get_by_role("heading", name="烟感报警").is_visible()
    axe(phone)
    shot(phone, "loop-1-ringing-390-zh")
    phone.locator(".duty-ring .duty-button").click()
    shot(phone, "loop-2-going-390-zh")
    phone.locator(".duty-going .duty-button").click()
    axe(phone)
    shot(phone, "loop-3-there-390-zh")

    helper = enter("property_manager", "/phone/", PHONE)
    helper.goto(f"/case/{called.procedure.number}/help_done/")
    helper.locator("[name=text]").fill("已断开楼道电源。")
    helper.locator("#step-help_done button.button").click()

    phone.reload()
    phone.locator("a.duty-button").click()
    shot(phone, "loop-4-hand-in-390-zh")
    phone.locator("[name=text]").fill("三楼楼道堆放的纸板阴燃，已扑灭并清走。")
    phone.locator("[name=verdict][value=true]").check(force=True)
    phone.locator("#step-hand_in button.button").click()
    phone.wait_for_selector(".case-number")
    assert Judgement.objects.get().verdict == "true"

    checker = enter("grid_worker", f"/case/{called.procedure.number}/verify/", PHONE)
    checker.locator("#step-verify button.button").click()
    checker.wait_for_selector(".case-number")
    desk = enter("duty_officer", f"/case/{called.procedure.number}/", DESK)
    axe(desk)
    shot(desk, "loop-5-case-1440-zh")
    desk.locator("#step-close button.button").click()
    desk.wait_for_selector(".case-number")

    called.procedure.refresh_from_db()
    assert (called.procedure.state, CallOut.objects.get().status) == ("closed", "on_scene")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["390", "1440"])
def test_how_the_pages_look(language, size, called, enter, shot, axe):
    name = f"{size['width']}-{language[:2]}"
    phone = enter("station_1", "/phone/", size, language=language)
    axe(phone)
    shot(phone, f"phone-ringing-{name}")
    phone.locator(".duty-button").click()
    phone.wait_for_selector(".duty-going")
    shot(phone, f"phone-going-{name}")
    device = Alert.objects.get().device
    fire(alert(device, grade="warning", key="device:9", at=NIGHT), recorded=NIGHT)
    pages = {
        "alerts": ("duty_officer", "/alerts/"),
        "alert": ("duty_officer", f"/alerts/{Alert.objects.latest('at').episode_id}/"),
        "station": ("station_head", "/station/calls/"),
        "case": ("duty_officer", f"/case/{called.procedure.number}/"),
        "phone-quiet": ("mediator", "/phone/"),
    }
    for page, (role, url) in pages.items():
        shown = enter(role, url, size, language=language)
        axe(shown)
        shot(shown, f"{page}-{name}")
        width = shown.evaluate("document.documentElement.scrollWidth")
        assert width <= size["width"], page
