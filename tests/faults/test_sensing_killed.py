"""A stream of 100,000 readings while service (door and rules) and broker are killed in turn: nothing is lost, nothing
stands twice, and the alerts are those that the reference gives when it reads the log in one go."""

import json
import time
from pathlib import Path
from random import Random

import numpy as np
import paho.mqtt.client as mqtt

from linli.sensing.segments import Store
from tests.sensing.running import Net, a_net

DEVICES, BODIES, EACH, KILLS = 8, 250, 50, 5
HOURS = 6 * 3_600_000  # milliseconds that the readings are spread over
WINDOW = 20  # bodies under way
PATIENCE = 240.0


class Detector:
    """A device that sends lists of readings with QoS 1 and remembers which the broker has acknowledged."""

    def __init__(self, net: Net, code: str, begins: int) -> None:
        self.code, self.sent, self.acknowledged = code, 0, 0
        self._random, self._begins = Random(code), begins
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
        if self.sent == BODIES or self.sent - self.acknowledged >= WINDOW or not self.client.is_connected():
            return False
        first = self.sent * EACH
        told = [
            {
                "id": f"{self.code}-{number}",
                "at": self._begins + number * HOURS // (BODIES * EACH),
                "readings": {"smoke": 10.0 + self._random.random() * 40 if self._random.random() < 0.01 else 1.0},
            }
            for number in range(first, first + EACH)
        ]
        self.client.publish(f"linli/v1/{self.code}/up", json.dumps(told), qos=1)
        self.sent += 1
        return True

    def leave(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


def test_five_kills_in_a_stream_leave_every_reading_once_and_the_alerts_of_the_reference(tmp_path: Path):
    with a_net(tmp_path, devices=DEVICES, LINLI_DEVICE_RATE="1000000/1") as net:
        assert int(net_run(net, "rules")) > 15
        net.start()
        begins = int(time.time() * 1000) - HOURS - 60_000
        detectors = [Detector(net, f"SMK-{number + 1}", begins) for number in range(DEVICES)]
        kills = iter(range(KILLS))
        due = [BODIES * DEVICES * (number + 1) // (KILLS + 1) for number in range(KILLS)]
        end = time.monotonic() + PATIENCE
        while any(each.acknowledged < BODIES for each in detectors):
            assert time.monotonic() < end, [(each.sent, each.acknowledged) for each in detectors]
            if sum(each.go_on() for each in detectors) == 0:
                time.sleep(0.01)
            if due and sum(each.acknowledged for each in detectors) >= due[0]:
                due.pop(0)
                kill(net, next(kills))
        for each in detectors:
            each.leave()
        number = DEVICES * BODIES * EACH
        net.wait(lambda: stored(net) >= number, "everything acknowledged is stored", PATIENCE)
        net.wait(lambda: net_run(net, "kept") == net_run(net, "called_for"), "every alert is kept", PATIENCE)
        assert net.stop() == 0
        kept, called_for = json.loads(net_run(net, "kept")), json.loads(net_run(net, "called_for"))

    assert due == []
    assert kept == called_for
    assert len(kept) > 200
    with Store(tmp_path / "observations", writable=False) as store:
        marks = np.concatenate([batch.column("message").to_numpy() for batch in store.scan()])
        assert marks.size == np.unique(marks).size == number
        assert store.verify() == []


def kill(net: Net, number: int) -> None:
    """The service and the broker in turn; the service starts the broker anew, and is started anew itself."""
    if number % 2:
        net.kill_broker()
    else:
        net.kill()
        net.start()


def stored(net: Net) -> int:
    with Store(net.folder / "observations", writable=False) as store:
        return sum(batch.num_rows for batch in store.scan(columns=["at"]))


def net_run(net: Net, what: str) -> str:
    from tests.processes import run

    return run(net.env, "-m", "tests.faults.sensing", what)
