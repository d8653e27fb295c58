"""A stream of readings from several devices while the service (door and rules) and the broker are killed in turn."""

import json
import time
from dataclasses import dataclass
from random import Random

import numpy as np
import paho.mqtt.client as mqtt

from linli.sensing.segments import Store
from tests.processes import run
from tests.sensing.running import Net

WINDOW = 20  # bodies under way


@dataclass(frozen=True)
class Plan:
    """devices × bodies × each readings, spread over so many hours; kills in even distances between them.

    patience: seconds for the whole, and as many again for what is left to do after the last reading.
    """

    devices: int
    bodies: int
    each: int
    kills: int
    hours: int
    patience: float

    @property
    def readings(self) -> int:
        return self.devices * self.bodies * self.each

    @property
    def due(self) -> list[int]:
        """After how many acknowledged bodies each kill comes."""
        return [self.bodies * self.devices * (number + 1) // (self.kills + 1) for number in range(self.kills)]


class Detector:
    """A device that sends lists of readings with QoS 1 and remembers which the broker has acknowledged."""

    def __init__(self, net: Net, code: str, plan: Plan, begins: int) -> None:
        self.code, self.sent, self.acknowledged = code, 0, 0
        self._plan, self._random, self._begins = plan, Random(code), begins
        self.client = mqtt.Client(
            mqtt.CallbackAPIVersion.VERSION2, client_id=code, protocol=mqtt.MQTTv311, clean_session=False
        )
        self.client.username_pw_set(code, net.keys[code])
        self.client.reconnect_delay_set(0.2, 1)
        self.client.on_publish = self._published
        self.client.connect("127.0.0.1", net.mqtt)
        self.client.loop_start()

    def _published(self, *_given: object) -> None:
        self.acknowledged += 1

    def go_on(self) -> bool:
        """Send another body, unless all are sent or too many are under way."""
        plan = self._plan
        if self.sent == plan.bodies or self.sent - self.acknowledged >= WINDOW or not self.client.is_connected():
            return False
        first, spread = self.sent * plan.each, plan.hours * 3_600_000
        told = [
            {
                "id": f"{self.code}-{number}",
                "at": self._begins + number * spread // (plan.bodies * plan.each),
                "readings": {"smoke": 10.0 + self._random.random() * 40 if self._random.random() < 0.01 else 1.0},
            }
            for number in range(first, first + plan.each)
        ]
        self.client.publish(f"linli/v1/{self.code}/up", json.dumps(told), qos=1)
        self.sent += 1
        return True

    def leave(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


def send_and_kill(net: Net, plan: Plan) -> int:
    """Send the whole plan through a running net, killing as it says. Returns the number of kills.

    Ends when everything that was acknowledged is stored.
    """
    begins = int(time.time() * 1000) - plan.hours * 3_600_000 - 60_000
    detectors = [Detector(net, f"SMK-{number + 1}", plan, begins) for number in range(plan.devices)]
    due, kills, end = plan.due, 0, time.monotonic() + plan.patience
    while any(each.acknowledged < plan.bodies for each in detectors):
        assert time.monotonic() < end, [(each.sent, each.acknowledged) for each in detectors]
        if sum(each.go_on() for each in detectors) == 0:
            time.sleep(0.01)
        if due and sum(each.acknowledged for each in detectors) >= due[0]:
            due.pop(0)
            _kill(net, kills)
            kills += 1
    for each in detectors:
        each.leave()
    net.wait(lambda: _stored(net) >= plan.readings, "everything acknowledged is stored", plan.patience)
    return kills


def settle(net: Net, plan: Plan) -> tuple[list[str], list[str]]:
    """Wait for the last alert and end. The alerts that are kept, and those that the reference calls for."""
    net.wait(lambda: _asked(net, "kept") == _asked(net, "called_for"), "every alert is kept", plan.patience)
    assert net.stop() == 0
    return json.loads(_asked(net, "kept")), json.loads(_asked(net, "called_for"))


def rules(net: Net) -> int:
    """Bring the rules in, at work; their number."""
    return int(_asked(net, "rules"))


def messages(net: Net) -> np.ndarray:
    """The marks of all stored messages, as they lie; the store is read whole and must be without fault."""
    with Store(net.folder / "observations", writable=False) as store:
        assert store.verify() == []
        return np.concatenate([batch.column("message").to_numpy() for batch in store.scan()])


def _kill(net: Net, number: int) -> None:
    """The service and the broker in turn; the service starts the broker anew, and is started anew itself."""
    if number % 2:
        net.kill_broker()
    else:
        net.kill()
        net.start()


def _stored(net: Net) -> int:
    with Store(net.folder / "observations", writable=False) as store:
        return sum(batch.num_rows for batch in store.scan(columns=["at"]))


def _asked(net: Net, what: str) -> str:
    return run(net.env, "-m", "tests.faults.sensing", what)
