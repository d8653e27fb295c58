"""Whole stories: from a device's message over MQTT, through broker, door, rules and loop, to the closed case."""

import socket
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep

import orjson
import paho.mqtt.client as paho
import pytest
from django.db import connections
from django.utils import timezone
from playwright.sync_api import expect

from linli.cases.models import Case
from linli.gateway.mqtt import gates
from linli.sensing.domain import observations
from linli.sensing.domain.accept import Reading, accept_batch, micros, opened
from linli.sensing.domain.keys import issue_key
from linli.sensing.domain.rulebook import load_rules
from linli.sensing.domain.sender import Sender
from linli.sensing.host import Host
from linli.sensing.models import Alert, Call, Datastream, Device, Episode, Judgement
from linli.sensing.service import heartbeat
from linli.sensing.service.running import serve
from linli.station.models import CallOut
from tests.alarm import build_station, make_device
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_offline import a_photo
from tests.neighbourhood import LONG_AGO, Street

PATIENCE = 60.0  # seconds, for the broker and the service to come up on a crowded machine


@pytest.fixture
def net(street: Street, live, settings, tmp_path: Path) -> Iterator[Callable[[], None]]:
    """A function that starts the sensing service with its broker, on this test's database."""
    settings.OBSERVATIONS, settings.SENSING = tmp_path / "observations", tmp_path / "sensing"
    settings.MQTT, settings.MQTT_PORT = "", free_port()
    observations._open.cache_clear()
    stop, threads = Event(), []

    def work() -> None:
        try:
            serve(stop, gates())
        finally:
            connections.close_all()

    def start() -> None:
        threads.append(Thread(target=work, name="sensing"))
        threads[0].start()
        wait(lambda: (said := heartbeat.last_beat()) is not None and set(said["gates"]) == {"open"})

    yield start
    stop.set()
    for thread in threads:
        thread.join(PATIENCE)
    observations._open.cache_clear()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait(until: Callable[[], object]) -> None:
    end = monotonic() + PATIENCE
    while not until():
        assert monotonic() < end, "not in time"
        sleep(0.05)


class Speaker:
    """A device of another maker: nothing but an MQTT client with the device's code and key."""

    def __init__(self, device: Device, secret: str, port: int) -> None:
        self.code, self.client = device.code, paho.Client(paho.CallbackAPIVersion.VERSION2, client_id=device.code)
        self.client.username_pw_set(device.code, secret)
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()

    def say(self, number: int, **readings: object) -> None:
        told = {"id": f"m{number}", "at": int(timezone.now().timestamp() * 1000), "readings": readings}
        self.client.publish(f"linli/v1/{self.code}/up", orjson.dumps(told), qos=1).wait_for_publish(PATIENCE)

    def leave(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


def test_smoke_at_night_from_the_detector_s_message_to_the_closed_case(net, street, settings, enter, shot):
    now = timezone.now()
    build_station(street, starts=now - timedelta(hours=8))
    device = make_device(street)
    load_rules(at=LONG_AGO)
    secret = issue_key(device=device, by=street.by("administrator"), at=now)
    net()
    phone = enter("station_1", "/phone/", PHONE, has_touch=True)
    expect(phone.locator(".duty-ring")).to_have_count(0)

    detector = Speaker(device, secret, settings.MQTT_PORT)
    for number, value in enumerate((1.0, 2.5, 4.0, 14.0)):
        detector.say(number, smoke=value)
    wait(Call.objects.exists)
    phone.reload()
    expect(phone.get_by_role("heading", name="烟雾报警")).to_be_visible(timeout=20_000)
    shot(phone, "story-smoke-ringing-390-zh")
    phone.locator(".duty-ring .duty-button").click()
    phone.locator(".duty-going .duty-button").click()
    detector.say(9, smoke=0.5)
    detector.leave()

    case = Case.objects.select_related("procedure").get()
    number = case.procedure.number
    for role in ("property_manager", "grid_worker"):
        helper = enter(role, f"/case/{number}/help_done/", PHONE)
        helper.locator("[name=text]").fill("已断开楼道电源。")
        helper.locator("#step-help_done button.button").click()
    phone.reload()
    phone.locator("a.duty-button").click()
    phone.locator("[name=text]").fill("三楼楼道堆放的纸板阴燃，已扑灭并清走。")
    phone.locator("[name=verdict][value=true]").check(force=True)
    phone.locator("#step-hand_in button.button").click()
    phone.wait_for_selector(".case-number")
    close(enter, number, shot, "story-smoke")

    case.procedure.refresh_from_db()
    assert (case.procedure.state, case.klass.code, Judgement.objects.get().verdict) == ("closed", "fire", "true")
    out = CallOut.objects.get()
    assert out.on_scene_at - out.called_at < timedelta(minutes=3)
    assert [value for _at, value in Alert.objects.get(grade="alarm").evidence][-1] == 14.0


def test_the_third_e_bike_of_the_week_opens_a_case_about_the_lift(net, street, settings, enter, shot):
    now = timezone.now()
    device = make_device(
        street, "EB-1", type="ebike", site="lift", properties=["ebike"], spot="轿厢内",
        confirms=["sign", "picture", "common", "homes", "window"], purpose="劝阻电动自行车进电梯",
        sees="轿厢里有没有电动自行车",
    )  # fmt: skip
    load_rules(at=LONG_AGO)
    twice = [now - timedelta(days=5, hours=1), now - timedelta(days=2, hours=1)]
    lived(device, settings.SENSING, twice, since=now - timedelta(days=6), until=now)
    assert (Episode.objects.count(), Case.objects.count()) == (2, 0)
    net()

    detector = Speaker(device, issue_key(device=device, by=street.by("administrator"), at=now), settings.MQTT_PORT)
    detector.say(1, ebike=True)
    wait(Call.objects.exists)
    detector.leave()

    phone = enter("property_manager", "/phone/", PHONE)
    expect(phone.get_by_role("heading", name="同一部电梯一周三次进电动车")).to_be_visible()
    shot(phone, "story-ebike-ringing-390-zh")
    phone.locator(".duty-ring .duty-button").click()
    phone.locator(".duty-going .duty-button").click()
    case = Case.objects.select_related("procedure", "klass").get()
    number = case.procedure.number
    helper = enter("committee_secretary", f"/case/{number}/help_done/", PHONE)
    helper.locator("[name=text]").fill("已在楼栋群提示。")
    helper.locator("#step-help_done button.button").click()
    phone.reload()
    phone.locator("a.duty-button").click()
    phone.locator("[name=text]").fill("轿厢内张贴提示，充电棚加开两个车位。")
    phone.locator("[name=photos]").set_input_files([a_photo()])
    phone.locator("[name=verdict][value=true]").check(force=True)
    phone.locator("#step-hand_in button.button").click()
    phone.wait_for_selector(".case-number")
    close(enter, number, shot, "story-ebike")

    case.procedure.refresh_from_db()
    assert (case.procedure.state, case.klass.code) == ("closed", "charging")
    assert device.code not in case.text


def close(enter, number: str, shot, name: str) -> None:
    """Somebody else looks, and the desk closes."""
    checker = enter("grid_worker", f"/case/{number}/verify/", PHONE)
    checker.locator("#step-verify button.button").click()
    checker.wait_for_selector(".case-number")
    desk = enter("duty_officer", f"/case/{number}/", DESK)
    shot(desk, f"{name}-case-1440-zh")
    desk.locator("#step-close button.button").click()
    desk.wait_for_selector(".case-number")


def lived(device: Device, sensing: Path, ridden: list[datetime], *, since: datetime, until: datetime) -> None:
    """A sign of life every twelve hours and what came between, seen by the rules when it came."""
    stream = Datastream.objects.get(thing=device.thing)
    quiet = [since + timedelta(hours=12 * n) for n in range((until - since) // timedelta(hours=12))]
    over = [at + timedelta(seconds=40) for at in ridden]
    told = sorted([*((at, False) for at in (*quiet, *over)), *((at, True) for at in ridden)])
    with opened() as direct:
        host = Host(direct.door.store, sensing / "rules")
        host.open(since)
        for at, result in told:
            batch = [Reading(datastream=stream.pk, at=micros(at), result=result)]
            assert accept_batch(batch, sender=Sender.system(), received=at).refused == []
            for log in direct.door.store.logs():
                host.rows(log)
        host.close(until)
