"""What happens at devices beside the ordinary: each story is readings by the second, and how it turned out.

A story is played at a device of its kind, in the past through the domain and in the present over MQTT.
"""

from collections.abc import Sequence
from dataclasses import dataclass

MINUTE, HOUR, DAY = 60, 3600, 86_400

Step = tuple[float, str, float]  # seconds from the beginning, property, value


@dataclass(frozen=True)
class Story:
    """One trouble at one device.

    rule: the rule that calls.  hours: the local hours in which it may begin.  verdict: what whoever went there found.
    silent: for so many seconds from the beginning the device says nothing else.
    found: what they wrote.
    """

    code: str
    kind: str
    rule: str
    steps: tuple[Step, ...]
    verdict: str
    found: str
    hours: tuple[int, int] = (0, 24)
    silent: float = 0
    weight: int = 1


def _ramp(code: str, values: Sequence[float], every: float = 20) -> tuple[Step, ...]:
    return tuple((number * every, code, value) for number, value in enumerate(values))


def _held(code: str, seconds: float, every: float = 60) -> tuple[Step, ...]:
    """True from the beginning, said again and again, and then over."""
    return (*((n * every, code, 1.0) for n in range(int(seconds // every) + 1)), (seconds + every, code, 0.0))


STORIES = (
    Story("smoke", "smoke", "smoke", _ramp("smoke", (2, 6, 14, 22, 30, 33, 31, 28, 24, 17, 9, 4, 2)), "true",
          "三楼楼道堆放的纸板阴燃，已扑灭并清走。", (0, 24), weight=2),
    Story("cooking", "smoke", "smoke", _ramp("smoke", (3, 9, 13, 12, 8, 4, 2)), "nuisance",
          "住户炒菜忘开油烟机，已通风。", (10, 20), weight=3),
    Story("spider", "smoke", "smoke", _ramp("smoke", (1, 18, 1)), "false", "探测器进了小虫，已清洁。", weight=1),
    Story("fuse_board", "heat", "heat", _ramp("temperature", (38, 52, 63, 71, 74, 70, 58, 44, 35)), "true",
          "配电箱接线松动发热，已断电紧固。", (17, 23)),
    Story("stove", "gas", "gas", _ramp("gas", (4, 9, 16, 24, 29, 26, 15, 6, 2)), "true",
          "灶具软管脱落，已关阀更换。", (6, 21), weight=2),
    Story("hot_wires", "charging", "charging_wires", _ramp("wire_temperature", (48, 61, 74, 83, 85, 79, 66, 52)),
          "true", "插座老化，已停用一路并更换。", (19, 24), weight=2),
    Story("e_bike", "ebike", "ebike_in_lift", ((0, "ebike", 1.0), (40, "ebike", 0.0)), "true",
          "已劝导，轿厢张贴提示。", (7, 22), weight=6),
    Story("parked_lane", "lane", "fire_lane", _held("blocked", 14 * MINUTE), "true",
          "送货车临停，已驶离；补划禁停线。", (9, 21), weight=5),
    Story("unloading", "lane", "fire_lane", _held("blocked", 4 * MINUTE), "", "", (9, 21), weight=5),
    Story("boxes", "exit", "blocked_exit", _held("blocked", 35 * MINUTE), "true", "纸箱已清走。", (8, 20), weight=2),
    Story("lift_stops", "lift", "lift_stopped",
          ((0, "lift_moves", 1.0), (30, "lift_stopped", 1.0), (1500, "lift_stopped", 0.0), (1520, "door_open", 1.0)),
          "true", "平层感应器积灰，已清洁复位，无人被困。", (7, 22)),
    Story("trapped", "lift", "lift_trapped",
          ((0, "lift_stopped", 1.0), (25, "lift_call", 1.0), (900, "lift_answered", 1.0), (1500, "door_open", 1.0)),
          "true", "维保到场放人，乘客无恙。", (7, 22)),
    Story("pump_off", "pump", "pump_failure",
          (*((n * 60, "pump_runs", 0.0) for n in range(30)), *((n * 60 + 5, "pressure", 0.11) for n in range(30)),
           (1860, "pump_runs", 1.0), (1865, "pressure", 0.34)), "true", "电机保护跳闸，已复位。", (5, 23)),
    Story("wet_floor", "leak", "water_leak", _held("water", 12 * MINUTE), "true", "阀门渗漏，已更换垫片。", weight=2),
    Story("cover_moved", "manhole", "manhole_tilt", _ramp("tilt", (1, 34, 36, 35, 36, 2), 60), "true",
          "井盖被车辆压翘，已复位。", (6, 22), weight=2),
    Story("door_ajar", "door", "door_left_open", _held("door_open", 25 * MINUTE), "true", "搬家撑门，已关。", (8, 21),
          weight=3),
    Story("late_music", "noise", "noise_at_night",
          _ramp("noise", [68, 70, 71, 69, 72, 70, 71, 68, 70, 69, 66, 48], 120),
          "true", "棋牌室关窗并提前散场。", (22, 23), weight=2),
    Story("mute_gateway", "gateway", "gateway_mute", (), "true", "电源适配器损坏，已更换。", silent=2 * HOUR),
    Story("mute_door", "door", "device_silent", (), "true", "电池耗尽，已更换。", silent=30 * HOUR),
)  # fmt: skip
