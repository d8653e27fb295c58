"""Linli's rules on Apache Flink: the job.

    flink run -py job.py -pyfs hosted.py --office STORE RULES --alerts FOLDER      or, on this machine, run.py

Who does what::

    paced numbers ─ flat_map ─> (shard, asked) ─ key_by shard ─> Shards ─> one JSON line an event ─> files

A shard is a log of the segment store: one estate's observations in the order in which they were accepted, with the
ticks and the rule versions among them.  Its key carries no data, only the question 'is there more?': each shard reads
its own log from the position in its state, as a Flink source reads its split, and hands Arrow batches to the operator.
So no batch crosses the JVM, no two readers can change an order, and position and operator are one value in one state.

Not by timers: PyFlink registers them from another thread than the one that fires them, and a subtask whose next timer
is lost that way stands still until somebody else sets one.
"""

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pyflink.common import Configuration, Encoder, Types, WatermarkStrategy
from pyflink.datastream import FlatMapFunction, KeyedProcessFunction, RuntimeContext, StreamExecutionEnvironment
from pyflink.datastream.connectors.file_system import FileSink, OutputFileConfig, RollingPolicy
from pyflink.datastream.connectors.number_seq import NumberSequenceSource
from pyflink.datastream.state import ValueStateDescriptor

Offices = list[tuple[str, str]]
ENDLESS = (1 << 62) - 1
STEP = 0.005  # seconds from one number to the next
ROUND = 50  # numbers in which each log is asked once
SETTINGS = {
    "execution.checkpointing.interval": "2 s",
    "execution.checkpointing.min-pause": "500 ms",
    "execution.checkpointing.mode": "EXACTLY_ONCE",
    "execution.checkpointing.externalized-checkpoint-retention": "RETAIN_ON_CANCELLATION",
    "state.backend.type": "hashmap",
    # A checkpoint waits for the bundle in work; few elements and little time keep it short.
    "python.fn-execution.bundle.size": "16",
    "python.fn-execution.bundle.time": "50",
    "python.state.cache-size": "1000",
}


class Asking(FlatMapFunction):
    """Ask every log of the store once a round, whether or not it has more; new logs are found as they come."""

    def __init__(self, offices: Offices) -> None:
        self._offices = offices

    def open(self, runtime_context: RuntimeContext) -> None:
        _mend_print()
        from hosted import Host

        self._host = Host(self._offices)
        self._keys: list[str] = []

    def flat_map(self, value: int) -> Iterator[tuple[str, float]]:
        turn = value % ROUND
        if turn == 0 or not self._keys:
            self._keys = self._host.keys()
        time.sleep(STEP)
        asked = time.time()
        for key in self._keys[turn::ROUND]:
            yield key, asked


class Shards(KeyedProcessFunction):
    """One operator for each key, with its state in a ValueState as (position, snapshot).

    The operators stay in memory between calls.  The state is written in the same step as what was told, so that after a
    restart nothing is told twice; and after many rows without anything to tell, so that little is read again.
    """

    def __init__(self, offices: Offices) -> None:
        self._offices = offices

    def open(self, runtime_context: RuntimeContext) -> None:
        _mend_print()
        from hosted import Host

        self._host = Host(self._offices)
        self._shards: dict[str, Any] = {}
        self._state = runtime_context.get_state(ValueStateDescriptor("shard", Types.PICKLED_BYTE_ARRAY()))

    def process_element(self, value: tuple[str, float], ctx: KeyedProcessFunction.Context) -> Iterator[str]:
        key, asked = value
        shard = self._shards.get(key)
        if shard is None:
            shard = self._shards[key] = self._host.shard(key, self._state.value())
        if asked < shard.read_at:  # asked while it was reading: answered already
            return
        events = shard.read()
        shard.read_at = time.time()
        if events or shard.must_save:
            self._state.update(shard.saved())
        for event in events:
            yield json.dumps(event, separators=(",", ":"))


def _mend_print() -> None:
    """PyFlink's worker replaces `builtins.print` by one that numba, when imported, does not find where it looks."""
    import builtins
    import sys

    module = sys.modules.get(builtins.print.__module__)
    if module is not None and not hasattr(module, "print"):
        module.print = builtins.print  # type: ignore[attr-defined]


def build(environment: StreamExecutionEnvironment, *, offices: Offices, alerts: Path) -> None:
    """The graph; files of alerts become visible with the checkpoint that they belong to, once each."""
    sink = (
        FileSink.for_row_format(alerts.resolve().as_uri(), Encoder.simple_string_encoder())
        .with_rolling_policy(RollingPolicy.on_checkpoint_rolling_policy())
        .with_output_file_config(OutputFileConfig.builder().with_part_suffix(".jsonl").build())
        .build()
    )
    (
        environment.from_source(
            NumberSequenceSource(0, ENDLESS), WatermarkStrategy.no_watermarks(), "time", Types.LONG()
        )
        .set_parallelism(1)
        .flat_map(Asking(offices), Types.TUPLE([Types.STRING(), Types.DOUBLE()]))
        .set_parallelism(1)
        .name("ask")
        .key_by(lambda value: value[0], Types.STRING())
        .process(Shards(offices), Types.STRING())
        .name("rules")
        .uid("rules")
        .sink_to(sink)
        .name("alerts")
        .uid("alerts")
    )


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument(
        "--office",
        nargs=2,
        action="append",
        required=True,
        metavar=("STORE", "RULES"),
        help="a street office's folder of segments, and its rules and datastreams as JSON; repeatable",
    )
    words.add_argument("--alerts", type=Path, required=True, help="the folder for alerts")
    words.add_argument("--parallelism", type=int, default=2, help="how many task slots to use")
    given = words.parse_args()
    configuration = Configuration()
    for name, value in SETTINGS.items():
        configuration.set_string(name, value)
    environment = StreamExecutionEnvironment.get_execution_environment(configuration)
    environment.set_parallelism(given.parallelism)
    build(environment, offices=[(store, rules) for store, rules in given.office], alerts=given.alerts)
    environment.execute_async("linli-rules")


if __name__ == "__main__":
    main()
