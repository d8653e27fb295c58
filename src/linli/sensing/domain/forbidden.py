"""What no field may hold: a face, a voice, a plate, a hardware address, a way somebody went, a score of a person.

    forbidden_in({"camera": {"faces": []}})        → "camera.faces"
    forbidden_in({"note": "沪A12345"})              → "note"

A list of names cannot know every name. It is the second wall: the first is that a reading has only the fields of its
schema, and a category only its words. It is for what is free by nature, `properties` of entities and results of any
kind. Source: the list follows GB/T 35273-2020, annex B, and PIPL art. 28.
"""

import math
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

DEPTH_MOST = 16
TEXT_MOST = 20_000  # characters of one text
NUMBERS_MOST = 64  # plain numbers in a row: a template of a face is one

# Whole words of a name, after it is split at case and punctuation: `faceTemplate`, `face-template`, `FACE_TEMPLATE`.
WORDS = frozenset(
    """
    face faces facial faceprint faceid gait voice voices voiceprint speech speaker audio recording microphone
    image images img photo photos picture pictures snapshot snapshots video videos thumbnail thumbnails jpeg
    jpg png fingerprint fingerprints iris retina palmprint vein biometric biometrics embedding embeddings plate plates
    licenseplate licenceplate numberplate lpr anpr vin mac macaddress bssid ssid imei imsi iccid msisdn meid idfa oaid
    bluetoothaddress wifiaddress trajectory trajectories gpstrack gpstracks waypoint waypoints ethnicity race religion
    nationality passport idcard idnumber
    """.split()  # noqa: SIM905  seventy words in quotes read worse
)
# Words that say something of a person only together.
PAIRS = frozenset(
    f"{first} {second}"
    for first, seconds in {
        "person": "id name score rating rank risk identity list age gender",
        "resident": "id name score rating rank risk",
        "citizen": "id score rating", "people": "score ids names", "user": "score rating rank", "human": "id identity",
        "social": "credit score", "credit": "score rating", "behaviour": "score", "behavior": "score", "trust": "score",
        "risk": "person people", "license": "plate", "licence": "plate", "number": "plate", "hardware": "address",
        "bluetooth": "address", "wifi": "address", "device": "mac imei", "phone": "number mac", "mobile": "number",
        "id": "card", "identity": "card number", "movement": "track history", "location": "history track trace",
        "gps": "track trace", "walking": "path", "sound": "clip", "face": "id",
    }.items()
    for second in seconds.split()
)  # fmt: skip
CHINESE = (
    "人脸", "面部", "面容", "步态", "声纹", "语音", "录音", "照片", "图像", "图片", "视频", "截图", "指纹", "虹膜",
    "掌纹", "生物特征", "车牌", "号牌", "轨迹", "行踪", "身份证", "护照", "手机号", "电话号码", "信用分", "个人评分",
    "人员评分", "居民评分", "风险人员", "民族", "宗教",
)  # fmt: skip
# Values that give themselves away whatever their field is called.
ADDRESS = re.compile(r"(?<![0-9A-Fa-f:])(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}(?![0-9A-Fa-f:])")
PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领][A-Z][·\s]?[A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂学警港澳]"
)
IDENTITY = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)")
EIGHTEEN_DIGITS = 10**17  # the least number that an identity number can be
PAYLOAD = re.compile(r"data:(?:image|audio|video)/|^(?:/9j/|iVBORw0KGgo|R0lGOD|UklGR|AAAAI?GZ0eX|SUkq|Qk0[0-9A-Za-z])")
BASE64 = re.compile(r"[A-Za-z0-9+/_-]{400,}={0,2}")
SPLIT = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


class TooDeep(ValueError):
    """It nests deeper than anything that is asked for."""


def forbidden_in(value: object) -> str | None:
    """The path of the first member that may not be kept, such as `camera.faces` or `tags.2`; None where all may.

    Raises:
        TooDeep: more than 16 levels.
    """
    return next(_found(value, "", DEPTH_MOST), None)


def is_forbidden_name(name: str) -> bool:
    """Whether a field of this name says that it holds what nobody may keep."""
    words = [word.lower() for word in SPLIT.findall(name)]
    if any(word in WORDS for word in words) or any(sign in name for sign in CHINESE):
        return True
    if "".join(words) in WORDS:
        return True
    return any(f"{first} {second}" in PAIRS for first, second in pairwise(words))


def is_forbidden_text(text: str) -> bool:
    """Whether a text is a picture or a sound in letters, a plate, a hardware address or an identity number."""
    if len(text) > TEXT_MOST or PAYLOAD.search(text[:200]) or BASE64.search(text):
        return True
    return bool(ADDRESS.search(text) or PLATE.search(text) or IDENTITY.search(text))


def is_plain(value: object) -> bool:
    """Whether every number in it is one: neither NaN nor infinite, nor beyond what a double holds."""
    if isinstance(value, dict):
        return all(is_plain(each) for each in value.values())
    if isinstance(value, list | tuple):
        return all(is_plain(each) for each in value)
    if isinstance(value, float):
        return math.isfinite(value)
    return not isinstance(value, int) or abs(value) < 1 << 1023


def _found(value: Any, path: str, deeper: int) -> Iterator[str]:
    if isinstance(value, str):
        if is_forbidden_text(value):
            yield path
    elif isinstance(value, int):
        if EIGHTEEN_DIGITS <= value < 10 * EIGHTEEN_DIGITS and IDENTITY.fullmatch(str(value)):
            yield path
    elif isinstance(value, dict | list | tuple):
        if not deeper:
            raise TooDeep(path)
        yield from _in_members(value, path, deeper - 1)


def _in_members(value: Any, path: str, deeper: int) -> Iterator[str]:
    if isinstance(value, dict):
        for name, each in value.items():
            below = f"{path}.{name}" if path else str(name)
            if is_forbidden_name(str(name)) or is_forbidden_text(str(name)):
                yield below[:200]
            yield from _found(each, below, deeper)
        return
    if len(value) >= NUMBERS_MOST and all(isinstance(each, int | float) for each in value):
        yield path
    for number, each in enumerate(value):
        yield from _found(each, f"{path}.{number}" if path else str(number), deeper)
