"""Linli's rules on Apache Flink: the job.

    flink run -py job.py -pyfs hosted.py --store STORE --alerts FOLDER      or, on this machine, run.py

Who does what::

    paced numbers ─ flat_map ─> (shard, asked) ─ key_by shard ─> Shards ─> one JSON line an event ─> files

A shard is a log of the segment store: one estate's observations in the order in which they were accepted, with
ticks, rules and datastreams among them.  Its key carries no data, only the question 'is there more?': each shard reads
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

ENDLESS = (1 << 62) - 1
STEP = 0.005  # seconds from one number to the next
ROUND = 50  # numbers, at least, in which each shard is asked once
AT_ONCE = 4  # shards asked at a number, at most: 800 a second, however many there are
SETTINGS = {
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
    """Ask every shard once a round, whether or not it has more; new ones are found as they come.

    A round takes a quarter of a second for up to 200 shards, and 5 s for 4,000.
    """

    def __init__(self, stores: list[str]) -> None:
        self._stores = stores

    def open(self, runtime_context: RuntimeContext) -> None:
        _mend_print()
        from hosted import Host

        self._host = Host(self._stores, lateness=0)  # only finds shards
        self._keys: list[str] = []
        self._turn = self._round = 0

    def flat_map(self, value: int) -> Iterator[tuple[str, float]]:
        if self._turn == self._round:
            self._keys, self._turn = self._host.keys(), 0
            self._round = max(ROUND, -(-len(self._keys) // AT_ONCE))
        time.sleep(STEP)
        asked = time.time()
        for key in self._keys[self._turn :: self._round]:
            yield key, asked
        self._turn += 1


class Shards(KeyedProcessFunction):
    """One operator for each key, with its state in a ValueState as (position, snapshot).

    The operators stay in memory between calls.  The state is written in the same step as what was told, so that after a
    restart nothing is told twice; and now and then without anything to tell, so that little is read again.
    """

    def __init__(self, stores: list[str], lateness: int, save: float) -> None:
        self._stores, self._lateness, self._save = stores, lateness, save

    def open(self, runtime_context: RuntimeContext) -> None:
        _mend_print()
        from hosted import Host

        self._host = Host(self._stores, self._lateness, self._save)
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
        shard.read_at = now = time.time()
        if events or shard.is_due(now):
            self._state.update(shard.saved(now))
            events += shard.reached()
        for event in events:
            yield json.dumps(event, separators=(",", ":"))


def _mend_print() -> None:
    """PyFlink's worker replaces `builtins.print` by one that numba, when imported, does not find where it looks."""
    import builtins
    import sys

    module = sys.modules.get(builtins.print.__module__)
    if module is not None and not hasattr(module, "print"):
        module.print = builtins.print  # type: ignore[attr-defined]


def build(
    environment: StreamExecutionEnvironment, *, stores: list[str], lateness: int, save: float, alerts: Path
) -> None:
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
        .flat_map(Asking(stores), Types.TUPLE([Types.STRING(), Types.DOUBLE()]))
        .set_parallelism(1)
        .name("ask")
        .key_by(lambda value: value[0], Types.STRING())
        .process(Shards(stores, lateness, save), Types.STRING())
        .name("rules")
        .uid("rules")
        .sink_to(sink)
        .name("alerts")
        .uid("alerts")
    )


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--store", action="append", required=True, help="a street office's segments; repeatable")
    words.add_argument("--alerts", type=Path, required=True, help="the folder for alerts")
    words.add_argument("--lateness", type=int, default=20, help="seconds that readings may come out of order")
    words.add_argument("--save", type=float, default=60, help="seconds after which a shard writes its state anyway")
    words.add_argument("--checkpoint", type=float, default=2, help="seconds from one checkpoint to the next")
    words.add_argument("--parallelism", type=int, default=2, help="how many task slots to use")
    given = words.parse_args()
    configuration = Configuration()
    for name, value in SETTINGS.items():
        configuration.set_string(name, value)
    configuration.set_string("execution.checkpointing.interval", f"{round(given.checkpoint * 1000)} ms")
    environment = StreamExecutionEnvironment.get_execution_environment(configuration)
    environment.set_parallelism(given.parallelism)
    build(
        environment,
        stores=given.store,
        lateness=given.lateness * 1_000_000,
        save=given.save,
        alerts=given.alerts,
    )
    environment.execute_async("linli-rules")


if __name__ == "__main__":
    main()
