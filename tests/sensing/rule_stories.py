"""For each rule that comes with Linli a story that makes it call, and one that nearly does.

A story is readings by the second: (seconds from the beginning, device, property, value). It begins on a Monday at 21:50
in Shanghai, so that both day and night can be told. `calls`: (seconds, grade) of what the rule says, in order.
"""

from dataclasses import dataclass

MINUTE, HOUR, DAY = 60, 3600, 86_400

Step = tuple[float, str, str, float]


@dataclass(frozen=True)
class Story:
    """devices: name → (type, site). until: how long it lasts, in seconds. key: at which the rule calls."""

    devices: dict[str, tuple[str, str]]
    steps: tuple[Step, ...]
    calls: tuple[tuple[float, str], ...] = ()
    until: float = 1 * HOUR


@dataclass(frozen=True)
class Pair:
    fires: Story
    misses: Story


def every(seconds: float, until: float, device: str, code: str, value: float, since: float = 0) -> tuple[Step, ...]:
    """The same reading again and again, the last one at `until` or before."""
    steps, at = [], since
    while at <= until:
        steps.append((at, device, code, value))
        at += seconds
    return tuple(steps)


def ramp(device: str, code: str, values: tuple[float, ...], seconds: float = 20) -> tuple[Step, ...]:
    return tuple((number * seconds, device, code, value) for number, value in enumerate(values))


def one(kind: str, site: str) -> dict[str, tuple[str, str]]:
    return {"d": (kind, site)}


def held(kind: str, site: str, code: str, lasts: float, calls: float | None) -> Story:
    """True for so long, said every minute, then over."""
    steps = (*every(60, lasts, "d", code, 1.0), (lasts + 30, "d", code, 0.0))
    return Story(one(kind, site), steps, () if calls is None else ((calls, "warning"),))


SMOKE = one("smoke", "stairwell")
HEAT = one("heat", "corridor")
GAS = one("gas", "kitchen")
LIFT = one("lift", "lift")
EBIKE = one("ebike", "lift")
PUMP = one("pump", "pump_room")
MAINS = {"lift": ("lift", "lift"), "pump": ("pump", "pump_room"), "gateway": ("gateway", "hall")}


def rides(*days: float) -> tuple[Step, ...]:
    """An e-bike rides in the lift; the sensor says so three times in a minute, and that it is gone."""
    return tuple(
        step
        for day in days
        for step in (
            *every(20, day * DAY + 40, "d", "ebike", 1.0, since=day * DAY), (day * DAY + 60, "d", "ebike", 0.0)
        )
    )  # fmt: skip


def mains(until: dict[str, float]) -> tuple[Step, ...]:
    """Devices on the mains that speak every ten minutes until they fall silent."""
    code = {"lift": "lift_moves", "pump": "pressure", "gateway": "alive"}
    return tuple(step for name, end in until.items() for step in every(600, end, name, code[name], 0.3))


STORIES: dict[str, Pair] = {
    "smoke": Pair(
        Story(SMOKE, ramp("d", "smoke", (2, 6, 14, 22, 30, 9, 3)), ((20, "warning"), (40, "alarm"))),
        Story(SMOKE, ramp("d", "smoke", (1, 3, 4.9, 4, 2))),
    ),
    "heat": Pair(
        Story(HEAT, ramp("d", "temperature", (38, 52, 66, 71, 44)), ((40, "alarm"),)),
        Story(one("climate", "yard"), ramp("d", "temperature", (66, 70))),
    ),
    "gas": Pair(
        Story(GAS, ramp("d", "gas", (4, 12, 24, 9)), ((20, "warning"), (40, "alarm"))),
        Story(GAS, ramp("d", "gas", (4, 9, 9.9, 5))),
    ),
    "charging_wires": Pair(
        Story(one("charging", "shed"), ramp("d", "wire_temperature", (48, 76, 83, 52)), ((20, "alarm"),)),
        Story(one("charging", "shed"), ramp("d", "wire_temperature", (48, 55, 59, 47))),
    ),
    "fire_lane": Pair(
        held("lane", "fire_lane", "blocked", 14 * MINUTE, calls=600),
        held("lane", "fire_lane", "blocked", 9 * MINUTE, calls=None),
    ),
    "blocked_exit": Pair(
        held("exit", "exit", "blocked", 35 * MINUTE, calls=900),
        held("exit", "exit", "blocked", 14 * MINUTE, calls=None),
    ),
    "ebike_seen": Pair(
        Story(EBIKE, rides(0), ((0, "notice"),)),
        Story(EBIKE, every(600, 3600, "d", "ebike", 0.0)),
    ),
    "ebike_in_lift": Pair(
        Story(EBIKE, rides(0, 2, 6), ((6 * DAY, "warning"),), until=7 * DAY),
        Story(EBIKE, rides(0, 2, 7.1), until=8 * DAY),
    ),
    "lift_stopped": Pair(
        Story(LIFT, ((0, "d", "lift_stopped", 1.0), (1500, "d", "door_open", 1.0)), ((180, "alarm"),)),
        Story(LIFT, ((0, "d", "lift_stopped", 1.0), (150, "d", "door_open", 1.0), (160, "d", "lift_stopped", 0.0))),
    ),
    "lift_trapped": Pair(
        Story(LIFT, ((0, "d", "lift_call", 1.0), (900, "d", "lift_answered", 1.0)), ((60, "alarm"),)),
        Story(LIFT, ((0, "d", "lift_call", 1.0), (35, "d", "lift_answered", 1.0))),
    ),
    "pump_failure": Pair(
        Story(PUMP, (*every(60, 1500, "d", "pressure", 0.11), (1560, "d", "pressure", 0.34)), ((600, "warning"),)),
        Story(PUMP, (*every(60, 540, "d", "pressure", 0.11), (590, "d", "pressure", 0.34))),
    ),
    "water_leak": Pair(
        held("leak", "pump_room", "water", 12 * MINUTE, calls=300), held("leak", "pump_room", "water", 240, calls=None)
    ),
    "manhole_tilt": Pair(
        Story(one("manhole", "manhole"), ramp("d", "tilt", (1, 34, 36, 2), 60), ((60, "alarm"),)),
        Story(one("manhole", "manhole"), ramp("d", "tilt", (1, 9, 14, 2), 60)),
    ),
    "door_left_open": Pair(
        held("door", "hall", "door_open", 25 * MINUTE, calls=900),
        Story(LIFT, every(60, 1500, "d", "door_open", 1.0)),
    ),
    "noise_at_night": Pair(
        # From 21:50 on: at 22:00 it has lasted ten minutes and the night begins.
        Story(
            one("noise", "yard"),
            (*every(60, 1200, "d", "noise", 70.0), (1260, "d", "noise", 48.0)),
            ((600, "warning"),),
        ),
        Story(one("noise", "yard"), (*every(60, 540, "d", "noise", 70.0), (590, "d", "noise", 48.0))),
    ),
    "device_silent": Pair(
        Story(
            one("door", "hall"),
            every(3600, 3600, "d", "door_openings", 3.0),
            ((25 * HOUR, "warning"),),
            until=30 * HOUR,
        ),
        Story(one("door", "hall"), every(23 * HOUR, 46 * HOUR, "d", "door_openings", 3.0), until=48 * HOUR),
    ),
    "gateway_mute": Pair(
        Story(one("gateway", "hall"), every(300, 600, "d", "alive", 1.0), ((600 + HOUR, "warning"),), until=2 * HOUR),
        Story(one("gateway", "hall"), every(3500, 3 * HOUR, "d", "alive", 1.0), until=3 * HOUR),
    ),
    "mains_silent": Pair(
        Story(PUMP, every(600, 1200, "d", "pressure", 0.3), ((1200 + 2100, "notice"),), until=2 * HOUR),
        Story(SMOKE, every(1800, 1800, "d", "smoke", 0.1), until=3 * HOUR),
    ),
    "power_lost": Pair(
        Story(MAINS, mains({"lift": 600, "pump": 600, "gateway": 1200}), ((1200 + 2100, "warning"),), until=2 * HOUR),
        Story(MAINS, mains({"lift": 600, "pump": 600, "gateway": 7200}), until=2 * HOUR),
    ),
    "care_check": Pair(
        Story(
            one("care", "home"),
            ((0, "d", "water_used", 1.0), (DAY, "d", "water_used", 0.0)),
            ((DAY, "warning"),),
            2 * DAY,
        ),
        Story(one("care", "home"), ((0, "d", "water_used", 1.0), (DAY, "d", "water_used", 1.0)), until=2 * DAY),
    ),
    "care_silent": Pair(
        Story(one("care", "home"), ((0, "d", "water_used", 1.0),), ((30 * HOUR, "warning"),), until=2 * DAY),
        Story(one("care", "home"), every(DAY, 2 * DAY, "d", "water_used", 1.0), until=2 * DAY),
    ),
}
