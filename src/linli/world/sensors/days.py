"""The readings of the whole net, day by day: the ordinary rhythm, the stories laid over it, and a little dirt."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

import numpy as np
from numpy.random import default_rng
from numpy.typing import NDArray

from linli.world.sensors import rhythm
from linli.world.sensors.plan import SEED, Planned
from linli.world.sensors.stories import STORIES, Story

SECOND = 1_000_000
OUTAGE = 0.004  # of the messages of a device never arrive
DOUBLED = 0.002
LATE = 0.01
PER_DAY = 3.2  # stories a day in the whole net


@dataclass(frozen=True)
class Happening:
    """A story at a device, from an instant (microseconds) on."""

    story: Story
    device: Planned
    begins: int

    @property
    def ends(self) -> int:
        last = max((seconds for seconds, _code, _value in self.story.steps), default=0.0)
        return self.begins + int(max(last, self.story.silent) * SECOND)


@dataclass(frozen=True)
class Day:
    """One day's readings in the order in which they arrive.

    stream: index into `streams`; at, received: microseconds; value: the number, truth as 0 and 1.
    """

    streams: Sequence[tuple[str, str]]
    stream: NDArray[np.int32]
    at: NDArray[np.int64]
    received: NDArray[np.int64]
    value: NDArray[np.float64]


def micros(moment: datetime) -> int:
    return int(moment.timestamp() * SECOND)


def moment(micro: int) -> datetime:
    return datetime.fromtimestamp(micro / SECOND, UTC)


def happenings(devices: Sequence[Planned], since: int, until: int, *, seed: int = SEED) -> list[Happening]:
    """What happened in a time, in order. One device has one trouble at a time, a day apart."""
    random = Random(f"{seed}:{since // rhythm.DAY}")
    by_kind: dict[str, list[Planned]] = {}
    for device in devices:
        by_kind.setdefault(device.kind.code, []).append(device)
    pool = [story for story in STORIES for _ in range(story.weight)]
    random.shuffle(pool)
    found: list[Happening] = []
    busy: dict[str, int] = {}
    for number in range(round((until - since) / rhythm.DAY * PER_DAY)):
        story = pool[number % len(pool)]
        device = random.choice(by_kind[story.kind])
        begins = _begin(story, since, until, random)
        last = busy.get(device.code, -rhythm.DAY)
        if begins is not None and abs(begins - last) >= rhythm.DAY:
            busy[device.code] = begins
            found.append(Happening(story, device, begins))
    return sorted(found, key=lambda it: (it.begins, it.device.code))


def _begin(story: Story, since: int, until: int, random: Random) -> int | None:
    """A moment within the story's hours, early enough that it is over."""
    day = random.randrange(int((until - since) // rhythm.DAY) or 1)
    first, last = story.hours
    local = since + rhythm.EAST
    midnight = local - local % rhythm.DAY - rhythm.EAST
    begins = midnight + day * rhythm.DAY + int(random.uniform(first, last) * rhythm.HOUR)
    over = begins + int(max((step[0] for step in story.steps), default=story.silent) * SECOND)
    return begins if since <= begins and over < until else None


def days(devices: Sequence[Planned], told: Sequence[Happening], since: int, until: int) -> Iterator[Day]:
    """The readings from `since` to `until`, one local day after the other."""
    streams = [(device.code, code) for device in devices for code in device.kind.properties]
    index = {pair: number for number, pair in enumerate(streams)}
    begins = since
    while begins < until:
        ends = min(until, _midnight_after(begins))
        yield _day(devices, told, streams, index, begins, ends)
        begins = ends


def _midnight_after(moment: int) -> int:
    local = moment + rhythm.EAST
    return local - local % rhythm.DAY + rhythm.DAY - rhythm.EAST


def _day(
    devices: Sequence[Planned],
    told: Sequence[Happening],
    streams: Sequence[tuple[str, str]],
    index: Mapping[tuple[str, str], int],
    begins: int,
    ends: int,
) -> Day:
    parts: list[tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.float64]]] = []
    by_device: dict[str, list[Happening]] = {}
    for it in told:
        if it.begins < ends and it.ends >= begins:
            by_device.setdefault(it.device.code, []).append(it)
    for number, device in enumerate(devices):
        random = default_rng([SEED, number, begins // rhythm.HOUR])
        times = rhythm.moments(device.kind.every, begins, ends, random)
        times = times[(times >= begins) & (times < ends) & (random.random(times.size) > OUTAGE)]
        for it in by_device.get(device.code, ()):
            times = times[(times < it.begins) | (times > it.ends)]
        for code in device.kind.properties:
            values = rhythm.ordinary(code, times, random)
            parts.append((np.full(times.size, index[device.code, code], np.int32), times, values))
    for it in (each for several in by_device.values() for each in several):
        steps = [(it.begins + int(s * SECOND), code, value) for s, code, value in it.story.steps]
        steps = [step for step in steps if begins <= step[0] < ends]
        parts.append(
            (
                np.array([index[it.device.code, code] for _at, code, _value in steps], np.int32),
                np.array([at for at, _code, _value in steps], np.int64),
                np.array([value for _at, _code, value in steps], np.float64),
            )
        )
    return _arrive(streams, parts, begins)


def _arrive(
    streams: Sequence[tuple[str, str]],
    parts: Sequence[tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.float64]]],
    begins: int,
) -> Day:
    """In the order of arrival: most at once, a few minutes late, a few twice."""
    random = default_rng([SEED, begins // SECOND % (1 << 31)])
    stream, at, value = (np.concatenate([part[column] for part in parts]) for column in range(3))
    twice = np.flatnonzero(random.random(at.size) < DOUBLED)
    stream, at, value = (np.concatenate([column, column[twice]]) for column in (stream, at, value))
    wait = random.integers(50_000, 900_000, at.size)
    late = random.random(at.size) < LATE
    wait[late] += random.integers(5 * SECOND, 90 * SECOND, int(late.sum()))
    received = at + wait
    order = np.lexsort((stream, received))
    return Day(streams, stream[order], at[order], received[order], value[order])
