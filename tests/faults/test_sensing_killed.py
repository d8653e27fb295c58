"""A stream of 100,000 readings while service (door and rules) and broker are killed in turn: nothing is lost, nothing
stands twice, and the alerts are those that the reference gives when it reads the log in one go. bench/sensing_killed.py
does it with a million readings and fifty kills."""

from pathlib import Path

import numpy as np

from tests.faults.stream import Plan, messages, rules, send_and_kill, settle
from tests.sensing.running import a_net

PLAN = Plan(devices=8, bodies=250, each=50, kills=5, hours=6, patience=240.0)


def test_five_kills_in_a_stream_leave_every_reading_once_and_the_alerts_of_the_reference(tmp_path: Path):
    with a_net(tmp_path, devices=PLAN.devices, LINLI_DEVICE_RATE="1000000/1") as net:
        assert rules(net) > 15
        net.start()
        kills = send_and_kill(net, PLAN)
        kept, called_for = settle(net, PLAN)
        marks = messages(net)

    assert kills == PLAN.kills
    assert kept == called_for
    assert len(kept) > 200
    assert marks.size == np.unique(marks).size == PLAN.readings == 100_000
