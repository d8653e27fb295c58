"""A million readings while service and broker are killed fifty times: what is lost, what stands twice, what calls.

The test of five kills in 100,000 readings runs always (tests/faults/test_sensing_killed.py); this one takes a quarter
of an hour or more and runs where LINLI_BENCH_LARGE is set. Service, broker and database are processes of their own,
killed by SIGKILL in turn.
"""

import os
import tempfile
import time
from pathlib import Path

import numpy as np

from bench.figure import Figure
from tests.faults.stream import Plan, messages, rules, send_and_kill, settle
from tests.sensing.running import a_net

PLAN = Plan(devices=8, bodies=2_500, each=50, kills=50, hours=48, patience=5_400.0)


def measure() -> list[Figure]:
    if not os.environ.get("LINLI_BENCH_LARGE"):
        print("a million readings and fifty kills: only with LINLI_BENCH_LARGE=1")
        return []
    with (
        tempfile.TemporaryDirectory() as folder,
        a_net(Path(folder), devices=PLAN.devices, LINLI_DEVICE_RATE="10000000/1", LINLI_DATABASE_URL="") as net,
    ):
        net.patience = PLAN.patience  # a service that starts anew replays what came since its last snapshot
        rules(net)
        net.start()
        begun = time.monotonic()
        kills = send_and_kill(net, PLAN)
        lasted = time.monotonic() - begun
        kept, called_for = settle(net, PLAN)
        marks = messages(net)
    print(f"{len(kept)} alerts kept, {len(called_for)} called for; {lasted:.0f} s for the stream")
    return [
        Figure("kills of service and broker in a million readings", kills, "kills", PLAN.kills, True),
        Figure("readings lost", PLAN.readings - np.unique(marks).size, "readings", 0),
        Figure("readings that stand twice", marks.size - np.unique(marks).size, "readings", 0),
        Figure("alerts that differ from the reference's", len(set(kept) ^ set(called_for)), "alerts", 0),
        Figure("alerts kept meanwhile", len(kept), "alerts"),
    ]
