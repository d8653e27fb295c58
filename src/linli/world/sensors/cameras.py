"""The cameras of the synthetic neighbourhood: put into the register, described, and held to the checks once."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from math import atan2, degrees
from random import Random
from typing import Any
from uuid import uuid5

from django.utils.timezone import localtime

from linli.places.domain.kept import tree
from linli.places.domain.locate import locate
from linli.places.domain.queries import called
from linli.riskmap.domain.drawing import draw
from linli.riskmap.domain.findings import run_checks
from linli.riskmap.domain.optics import change_papers, describe_camera
from linli.riskmap.domain.queries import described_codes
from linli.sensing.domain.devices import register_device
from linli.world.model import SYNTHETIC
from linli.world.people import BY
from linli.world.seed import AREA, NAMESPACE
from linli.world.sensors.surroundings import Estate, Point, estates, shapes, shed

LANES = 3  # cameras on lanes in each estate
FIRST_USED, FILED, INSPECTED = 400, 385, 170  # days ago, where nothing is odd
SIGN = "您已进入公共安全视频图像采集区域"
LOOKED = timedelta(days=5)  # when somebody last wrote the papers down
PAST = ("first_used", "filed", "inspected", "sign_checked")
LOOKS = ("fov", "tilt", "vertical_fov", "range", "pixels", "masks")


@dataclass(frozen=True)
class Planned:
    """One camera: where it hangs (metres in its estate), where it looks, and what is odd about it."""

    code: str
    estate: Estate
    sort: str
    at: Point
    bearing: float
    odd: Mapping[str, Any]


def _data() -> dict[str, Any]:
    text = (files("linli.world") / "data" / "cameras.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def planned(places: Sequence[Any]) -> list[Planned]:
    """Every camera of the area; the same places give the same plan."""
    odd = {(each["estate"], each["which"]): each for each in _data()["odd"]}
    found = [
        (number, which, sort, estate, at, bearing)
        for number, estate in enumerate(estates(places))
        for which, sort, at, bearing in _of(estate, number)
    ]
    return [
        Planned(f"CM-{serial:03}", estate, sort, at, bearing - odd.get((number, which), {}).get("turn", 0),
                odd.get((number, which), {}))
        for serial, (number, which, sort, estate, at, bearing) in enumerate(found, start=1)
    ]  # fmt: skip


def _of(estate: Estate, number: int) -> Iterator[tuple[str, str, Point, float]]:
    """One at the gate, some on the lanes (by turns from both ends), one in the shed, and once a resident's doorbell."""
    at, along = estate.along(estate.main, 0.01)
    yield "gate", "gate", at, _bearing(along)
    for lane in range(min(LANES, len(estate.lanes))):
        forwards = lane % 2 == 0
        at, along = estate.along(estate.lanes[lane], 0.06 if forwards else 0.86)
        yield f"lane{lane + 1}", "lane", at, _bearing(along if forwards else (-along[0], -along[1]))
    if number % 2 == 0:
        corners = shed(estate)
        yield "shed", "shed", _middle(corners), 0.0
    if number == 3:
        yield "doorbell", "doorbell", *_door(estate)


def _bearing(along: Point) -> float:
    return round(degrees(atan2(*along)) % 360, 1)


def _middle(corners: Sequence[Point]) -> Point:
    return sum(x for x, _y in corners) / len(corners), sum(y for _x, y in corners) / len(corners)


def _door(estate: Estate) -> tuple[Point, float]:
    """Before a door of the last house of the first row that has another before it, looking away from the house."""
    house = estate.buildings[len(estate.buildings) // 2]
    ring = estate.metres(house.geometry["coordinates"][0])
    (x1, y1), (x2, y2) = ring[2], ring[3]
    length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
    out = ((y2 - y1) / length, -(x2 - x1) / length)
    return ((x1 + x2) / 2 + 0.2 * out[0], (y1 + y2) / 2 + 0.2 * out[1]), _bearing(out)


def put_up_cameras(at: datetime, owners: Mapping[str, Any]) -> int:
    """Draw what stands around, put the cameras up, and let the checks look at them. What is there already stays.

    owners: organisations by short name, as for the other devices.
    """
    inside = called(tree().places)[AREA]
    places = [place for place in tree().places if place.path.startswith(inside.path)]
    known = described_codes()
    wanted = [camera for camera in planned(places) if camera.code not in known]
    if not wanted:
        return 0
    drawn = [shape for estate in estates(places) for shape in shapes(estate)]
    draw(shapes=drawn, source=SYNTHETIC, by=BY, at=at - timedelta(days=FIRST_USED), within=inside)
    sorts = _data()["sort"]
    for camera in wanted:
        _put_up(camera, sorts[camera.sort], owners, at)
    run_checks(at=at)
    return len(wanted)


def _put_up(camera: Planned, sort: Mapping[str, Any], owners: Mapping[str, Any], at: datetime) -> None:
    odd, ((lon, lat),) = camera.odd, camera.estate.degrees([camera.at])
    first_used = at - timedelta(days=odd.get("first_used", FIRST_USED))
    private = camera.sort == "doorbell"
    place = locate(lon, lat).building or camera.estate.place
    device = register_device(
        code=camera.code, type="camera", site=sort["site"], place=place, owner=owners["property"],
        operator=owners["property"], purpose=sort["purpose"], purpose_en=sort["purpose_en"], sees=sort["sees"],
        sees_en=sort["sees_en"], properties=["alive"], spot=sort["spot"], lon=lon, lat=lat, height=sort["height"],
        expected=0, public=not private, installed_on=localtime(first_used).date(), confirms=["sign", "window"], by=BY,
        at=first_used, action=uuid5(NAMESPACE, f"camera:{camera.code}"),
    )  # fmt: skip
    optics = describe_camera(
        device=device, bearing=camera.bearing, **{name: odd.get(name, sort.get(name, ())) for name in LOOKS},
        source=SYNTHETIC, by=BY, at=first_used,
    )  # fmt: skip
    change_papers(optics=optics, version=optics.version, changes=_papers(camera, at), by=BY, at=at - LOOKED)


def _papers(camera: Planned, at: datetime) -> dict[str, Any]:
    """What its papers say; everything is right where nothing is odd."""
    odd, private = camera.odd, camera.sort == "doorbell"
    today = localtime(at).date()
    random = Random(camera.code)
    ago = {"first_used": FIRST_USED, "filed": FILED, "inspected": INSPECTED, "sign_checked": INSPECTED} | {
        name: odd[name] for name in PAST if name in odd
    }
    legal = "non-public" if private else odd.get("legal", "art9")
    told: dict[str, Any] = {name: today - timedelta(days=days) for name, days in ago.items()}
    if legal != "art9" and "filed" not in odd:
        told["filed"] = None
    told["next_inspection"] = today + timedelta(days=odd.get("next_inspection", random.randint(40, 190)))
    sign = "unknown" if private else odd.get("sign", "there")
    return told | {
        "legal": legal, "sign": sign, "sign_text": SIGN if sign == "there" else "", "days": odd.get("days", 30),
        "deletes": odd.get("deletes", True), "access_log": odd.get("access_log", True),
    }  # fmt: skip
