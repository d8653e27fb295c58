"""What a device would measure at a time of an ordinary day. Arrays in, arrays out; the same seed gives the same day.

times: microseconds since 1970 UTC, int64, ascending. The neighbourhood lies eight hours east.
"""

from collections.abc import Callable

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Times = NDArray[np.int64]
Values = NDArray[np.float64]

HOUR = 3_600_000_000
DAY = 24 * HOUR
EAST = 8 * HOUR
YEAR = 365.2425 * DAY


def hour_of_day(times: Times) -> Values:
    """Local hour, 0 up to 24."""
    return ((times + EAST) % DAY) / HOUR


def bump(hours: Values, middle: float, width: float) -> Values:
    """A hill of height 1 round an hour of the day, going over midnight."""
    apart = np.abs((hours - middle + 12) % 24 - 12)
    return np.exp(-0.5 * (apart / width) ** 2)


def busy(hours: Values) -> Values:
    """How much people go in and out, 0 to 1: mornings and evenings."""
    return np.clip(bump(hours, 7.7, 1.2) + 0.55 * bump(hours, 12, 1.5) + 0.9 * bump(hours, 18, 1.8) + 0.03, 0, 1)


def _temperature(times: Times, random: Generator) -> Values:
    season = 17 - 12 * np.cos(2 * np.pi * ((times / YEAR) % 1 - 0.055))
    return season + 4 * bump(hour_of_day(times), 14.5, 4) - 2 + random.normal(0, 0.4, times.size)


def _humidity(times: Times, random: Generator) -> Values:
    return np.clip(74 - 14 * bump(hour_of_day(times), 14.5, 4) + random.normal(0, 3, times.size), 20, 100)


def _noise(times: Times, random: Generator) -> Values:
    hours = hour_of_day(times)
    return 41 + 14 * busy(hours) + 6 * bump(hours, 19.3, 1) + random.normal(0, 1.8, times.size)


def _openings(times: Times, random: Generator) -> Values:
    return random.poisson(1 + 28 * busy(hour_of_day(times))).astype(float)


def _bays(times: Times, random: Generator) -> Values:
    hours = hour_of_day(times)
    return np.clip(np.round(38 - 17 * bump(hours, 13, 3.5) + random.normal(0, 1.2, times.size)), 0, 42)


def _current(times: Times, random: Generator) -> Values:
    return np.clip(16 * bump(hour_of_day(times), 21.5, 2.6) + random.normal(1, 0.8, times.size), 0, 60)


def _wire(times: Times, random: Generator) -> Values:
    return _temperature(times, random) + 14 * bump(hour_of_day(times), 22, 2.6)


def _pressure(times: Times, random: Generator) -> Values:
    return 0.36 - 0.05 * busy(hour_of_day(times)) + random.normal(0, 0.006, times.size)


def _battery(times: Times, random: Generator) -> Values:
    return np.clip(100 - (times / YEAR * 40) % 80 + random.normal(0, 0.3, times.size), 1, 100).round()


def _near_nothing(top: float) -> Callable[[Times, Generator], Values]:
    return lambda times, random: np.abs(random.normal(0, top, times.size))


def _often(chance: Callable[[Values], Values]) -> Callable[[Times, Generator], Values]:
    return lambda times, random: (random.random(times.size) < chance(hour_of_day(times))).astype(float)


def _never(times: Times, _random: Generator) -> Values:
    return np.zeros(times.size)


def _always(times: Times, _random: Generator) -> Values:
    return np.ones(times.size)


ORDINARY: dict[str, Callable[[Times, Generator], Values]] = {
    "temperature": _temperature,
    "humidity": _humidity,
    "noise": _noise,
    "door_openings": _openings,
    "occupied_bays": _bays,
    "charging_current": _current,
    "wire_temperature": _wire,
    "pressure": _pressure,
    "battery": _battery,
    "smoke": _near_nothing(0.4),
    "gas": _near_nothing(0.6),
    "tilt": _near_nothing(0.5),
    "ebike": _never,
    "blocked": _never,
    "lift_moves": _often(lambda hours: 0.15 + 0.8 * busy(hours)),
    "lift_stopped": _never,
    "lift_call": _never,
    "lift_answered": _never,
    "door_open": _never,
    "pump_runs": _often(lambda hours: 0.35 + 0.6 * busy(hours)),
    "water": _never,
    "alive": _always,
    "water_used": _always,
}


def ordinary(code: str, times: Times, random: Generator) -> Values:
    """What the property of that code reads at these times when nothing is wrong.

    Raises:
        KeyError: no rhythm is known for it.
    """
    return np.round(ORDINARY[code](times, random), 3)


def moments(every: int, since: int, until: int, random: Generator) -> Times:
    """When a device speaks: every so many seconds, with a phase of its own and a second or two of jitter."""
    step = every * 1_000_000
    times = np.arange(since + int(random.integers(0, step)), until, step, dtype=np.int64)
    return times + random.integers(-900_000, 900_000, times.size)
