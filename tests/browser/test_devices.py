"""The register of devices in a browser: for staff, for everybody, on paper, and the course of what was observed."""

from collections.abc import Callable
from datetime import timedelta
from math import sin
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from linli.sensing.domain import observations
from linli.sensing.models import Device
from tests.browser.conftest import DESK, PHONE, Open
from tests.neighbourhood import Street
from tests.sensing.register import care_check, put_in, stream, tell

pytestmark = pytest.mark.django_db(transaction=True)
SIZES = {"phone": PHONE, "desk": DESK}
SIZED = pytest.mark.parametrize("size", SIZES)
LANGUAGE = pytest.mark.parametrize("language", ["zh-hans", "en"])


@pytest.fixture
def net(street: Street, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Device:
    """Seven devices, one of them with three weeks of readings."""
    folder = tmp_path / "observations"
    monkeypatch.setattr(settings, "OBSERVATIONS", folder)
    observations._open.cache_clear()
    put_in(street, code="SM-7K3QX", spot="三楼，防火门上方", lon=121.43345, lat=31.19245, height=2.6)
    put_in(street, code="SM-8H2PW", place=street.places["building_15"], lon=121.43445, lat=31.19245)
    put_in(street, code="NO-4RT6Y", type="noise", site="yard", place=street.places["estate"], properties=["noise"],
           confirms=["homes"], sees="声音的大小，不录音", sees_en="How loud it is; it records nothing",
           purpose="了解夜间噪声", purpose_en="Know how loud it is at night", lon=121.434, lat=31.1928)  # fmt: skip
    put_in(street, code="DO-2MN8B", type="door", site="hall", properties=["door_openings"], confirms=["common"],
           sees="门开了几次", sees_en="How often the door is opened")  # fmt: skip
    care_check(street, "CA-9ZZQ2")
    Device.objects.filter(code="SM-8H2PW").update(battery=9)
    climate = put_in(street, code="CL-5VD3K", type="climate", site="hall", properties=["temperature", "humidity"],
                     sees="温度和湿度", sees_en="Temperature and humidity")  # fmt: skip
    now = timezone.now().replace(second=0, microsecond=0)
    readings = [
        (now - timedelta(minutes=10 * n), 18 + 6 * sin(n / 23) + (n % 7) / 10)
        for n in range(3000)
        if not 900 < n < 1100
    ]
    tell(folder, stream(climate, "temperature"), sorted(readings))
    hourly = [(now - timedelta(minutes=20 * n), n % 4) for n in range(200)]
    tell(folder, stream(Device.objects.get(code="DO-2MN8B"), "door_openings"), sorted(hourly))
    Device.objects.filter(pk=climate.pk).update(seen_at=now, battery=88)
    return climate


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@SIZED
@LANGUAGE
def test_the_pages_of_staff(enter: Open, net: Device, axe: Callable, shot: Callable, size: str, language: str) -> None:
    page = enter("administrator", "/devices/", SIZES[size], language=language)
    for name, path in {
        "list": "/devices/", "device": "/devices/CL-5VD3K/", "new": "/devices/new/?type=noise",
        "check": "/devices/SM-7K3QX/check/", "move": "/devices/SM-7K3QX/move/", "import": "/devices/import/",
        "history": "/devices/CL-5VD3K/temperature/?span=month", "counts": "/devices/DO-2MN8B/door_openings/?span=week",
    }.items():  # fmt: skip
        page.goto(path)
        shot(page, f"devices-{name}-{size}-{language}")
        axe(page)
        assert fits(page), path


@SIZED
@LANGUAGE
@pytest.mark.parametrize("care", [False, True], ids=["", "care"])
def test_the_public_register(
    open_page: Open, net: Device, axe: Callable, shot: Callable, size: str, language: str, care: bool
) -> None:
    page = open_page("/devices/public/", SIZES[size], language=language, care=care)
    for name, path in {"public": "/devices/public/", "of-type": "/devices/public/?type=smoke",
                       "one": "/d/SM-7K3QX/"}.items():  # fmt: skip
        page.goto(path)
        page.wait_for_selector("linli-map[data-drawn]")
        shot(page, f"devices-{name}-{size}-{language}{'-care' if care else ''}")
        axe(page)
        assert fits(page), path
        assert "CA-9ZZQ2" not in page.content()


def test_an_objection_is_led_into_a_report(open_page: Open, net: Device) -> None:
    page = open_page("/d/NO-4RT6Y/", PHONE, language="en")
    page.get_by_role("button", name="I object").click()
    assert page.url.endswith("/report/text/")
    assert "I object to device NO-4RT6Y" in page.locator("textarea").input_value()


def test_a_key_is_given_and_shown_once(enter: Open, net: Device, axe: Callable, shot: Callable) -> None:
    page = enter("administrator", "/devices/SM-7K3QX/", DESK, language="en")
    page.get_by_role("button", name="Give it a key").click()
    secret = page.locator(".device-secret").inner_text()
    shot(page, "devices-key")
    axe(page)
    page.get_by_role("link", name="I have copied it").click()
    assert secret not in page.content()
    assert secret.partition(".")[0] in page.content()


def test_labels_on_paper(enter: Open, net: Device, axe: Callable, shot: Callable) -> None:
    page = enter("administrator", "/devices/labels/?place=", DESK, language="zh-hans")
    shot(page, "devices-labels")
    axe(page)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 720, "height": 1040})
    shot(page, "devices-labels-print")
    assert page.locator(".label-card").count() == 5
    boxes = page.locator(".label-card").evaluate_all(
        "cards => cards.map(card => card.scrollHeight <= card.clientHeight + 1)"
    )
    assert boxes == [True] * 5


@SIZED
def test_a_resident_asks_for_the_care_check_and_ends_it(
    enter: Open, net: Device, axe: Callable, shot: Callable, size: str
) -> None:
    page = enter("resident", "/my-data/care/", SIZES[size], language="zh-hans", care=True)
    page.locator("input[name=code]").fill("CA-9ZZQ2")
    page.locator("main form button").last.click()
    shot(page, f"care-ask-{size}")
    axe(page)
    page.locator("label[for=id_contact_0]").click()
    page.locator("label[for=id_agreed]").click()
    page.locator("main form button.button").last.click()
    shot(page, f"care-mine-{size}")
    axe(page)
    page.locator("button[name=withdraw]").click()
    assert page.locator("button[name=withdraw]").count() == 0
