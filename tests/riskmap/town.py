"""Two slabs with a lane between them, windows and a camera on the wall of No. 12, in the small neighbourhood.

The buildings are those of the street: No. 12 from 121.4332 to 121.4338, No. 15 from 121.4342 to 121.4348, both from
31.1923 to 31.1925; a degree of longitude is 95.3 km there, one of latitude 110.9 km.
"""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from linli.riskmap.domain.drawing import Shape, draw
from linli.riskmap.domain.optics import describe_camera
from linli.riskmap.models import Optics
from tests.neighbourhood import Street, square
from tests.sensing.register import put_in

EAST_OF_12 = (121.43382, 31.1924)  # two metres before the east wall of No. 12
TODAY = date(2026, 11, 23)


def line(*points: tuple[float, float]) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": [list(point) for point in points]}


def surroundings(street: Street) -> list[Shape]:
    estate = street.places["estate"]
    common = {"place": estate}
    return [
        Shape("building", square(121.4332, 31.1923, 121.4338, 31.1925), "12号", high=17, reference="12", **common),
        Shape("building", square(121.4342, 31.1923, 121.4348, 31.1925), "15号", high=17, reference="15", **common),
        # The west wall of No. 15 looks at No. 12: drawn from the north to the south, outwards (west) is at the right.
        Shape(
            "window", line((121.4342, 31.19242), (121.4342, 31.19238)), "15号西窗", low=1, high=2.5, reference="w15",
            **common,
        ),
        Shape("lane", line((121.4340, 31.1921), (121.4340, 31.1927)), "夹弄", reference="lane", **common),
        Shape("entrance", {"type": "Point", "coordinates": [121.4335, 31.19252]}, "12号门", reference="e", **common),
    ]  # fmt: skip


def draw_town(street: Street) -> None:
    draw(
        shapes=surroundings(street), source="test", by=street.by("administrator"), at=street.now,
        within=street.places["estate"],
    )  # fmt: skip


def put_camera(street: Street, code: str = "CM-1", *, at: tuple[float, float] = EAST_OF_12, **optics: Any) -> Optics:
    """A camera of the register that passes every check, but for what is said of it otherwise."""
    device = put_in(
        street, code=code, type="camera", site="yard", place=street.places["building"], properties=["alive"],
        purpose="夹弄安全", purpose_en="Keep the lane safe", sees="12号与15号之间的夹弄",
        sees_en="The lane between No. 12 and No. 15", spot="东墙", lon=at[0], lat=at[1], height=3.5,
        confirms=["sign", "window"],
    )  # fmt: skip
    fine = {
        "bearing": 180.0, "fov": 80.0, "tilt": 25.0, "vertical_fov": 45.0, "range": 25.0, "pixels": 2560,
        "legal": "art9", "first_used": TODAY - timedelta(days=200), "sign": "there", "days": 30, "deletes": True,
        "access_log": True, "next_inspection": TODAY + timedelta(days=100), "sign_checked": TODAY - timedelta(days=9),
    }  # fmt: skip
    return describe_camera(
        device=device, by=street.by("administrator"), at=street.now, action=uuid4(), **{**fine, **optics}
    )
