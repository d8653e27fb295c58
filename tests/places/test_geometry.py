from math import cos, hypot, inf, nan, radians

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.core.errors import Invalid
from linli.places.domain import gcj02
from linli.places.domain.frame import Frame
from linli.places.domain.geometry import clean_geometry, lies_in, middle
from linli.places.models import Kind
from tests.neighbourhood import square

CLOSED = [[121.43, 31.19], [121.44, 31.19], [121.44, 31.20], [121.43, 31.19]]
BOW = [[121.43, 31.19], [121.44, 31.20], [121.44, 31.19], [121.43, 31.20], [121.43, 31.19]]


def polygon(*rings: object) -> dict:
    return {"type": "Polygon", "coordinates": list(rings)}


@pytest.mark.parametrize(
    ("geometry", "code"),
    [
        (None, "no-geometry"),
        ("Polygon", "no-geometry"),
        ({"type": "GeometryCollection", "geometries": []}, "no-geometry"),
        ({"type": "Point", "coordinates": [121.43, 31.19]}, "wrong-type"),
        ({"type": "Polygon"}, "not-numbers"),
        (polygon(CLOSED[:-1]), "not-closed"),
        (polygon([]), "too-few"),
        (polygon([CLOSED[0], CLOSED[1], CLOSED[0]]), "too-few"),
        (polygon(BOW), "crossing"),
        (polygon([*CLOSED[:-1], [121.43]]), "not-numbers"),
        (polygon([*CLOSED[:-1], ["121.43", "31.19"]]), "not-numbers"),
        (polygon([*CLOSED[:-1], [True, False]]), "not-numbers"),
        (polygon([*CLOSED[:-1], [31.19, 121.43]]), "out-of-range"),
        (polygon([*CLOSED[:-1], [nan, 31.19]]), "out-of-range"),
        (polygon([*CLOSED[:-1], [inf, 31.19]]), "out-of-range"),
        (polygon([*CLOSED[:-1], [10**400, 31.19]]), "out-of-range"),
        ({"type": "MultiPolygon", "coordinates": []}, "invalid"),
        (polygon(CLOSED * 6_000), "invalid"),
    ],
)
def test_each_fault_of_an_outline_has_its_name(geometry, code):
    with pytest.raises(Invalid) as told:
        clean_geometry(geometry, kind=Kind.ESTATE)

    assert told.value.code == code


def test_a_line_has_two_points_or_more():
    with pytest.raises(Invalid) as told:
        clean_geometry({"type": "LineString", "coordinates": [[121.43, 31.19]]}, kind=Kind.LANE)

    assert told.value.code == "too-few"


def test_heights_are_dropped_and_coordinates_rounded_to_a_centimetre():
    raised = {"type": "Point", "coordinates": [121.43300000049, 31.193, 4.5]}

    assert clean_geometry(raised, kind=Kind.ENTRANCE) == {"type": "Point", "coordinates": [121.433, 31.193]}


def test_the_middle_of_a_hook_lies_on_the_hook():
    hook = polygon([[0.0, 0.0], [9.0, 0.0], [9.0, 9.0], [8.0, 9.0], [8.0, 1.0], [0.0, 1.0], [0.0, 0.0]])

    assert lies_in({"type": "Point", "coordinates": list(middle(hook))}, hook)
    assert middle(square(121.43, 31.19, 121.45, 31.21)) == (121.44, 31.2)


# Vectors that the public implementations of the shift agree on (eviltransform): WGS-84 lat, lon; GCJ-02 lat, lon.
VECTORS = [
    (31.1774276, 121.5272106, 31.17530398364597, 121.531541859215),
    (22.543847, 113.912316, 22.540796131694766, 113.9171764808363),
    (39.911954, 116.377817, 39.91334545536069, 116.38404722455657),
]


@pytest.mark.parametrize(("lat", "lon", "shifted_lat", "shifted_lon"), VECTORS)
def test_the_shift_of_web_maps_is_the_published_one_and_is_taken_back(lat, lon, shifted_lat, shifted_lon):
    assert gcj02.from_wgs84(lon, lat) == pytest.approx((shifted_lon, shifted_lat), abs=1e-12)
    assert gcj02.to_wgs84(shifted_lon, shifted_lat) == pytest.approx((lon, lat), abs=1e-9)


@given(st.floats(73.7, 134.9), st.floats(18.0, 53.6))
def test_there_and_back_ends_within_a_centimetre(lon, lat):
    back = gcj02.to_wgs84(*gcj02.from_wgs84(lon, lat))

    assert hypot((back[0] - lon) * cos(radians(lat)), back[1] - lat) * 111_320 < 0.01


@pytest.mark.parametrize("point", [(-0.1276, 51.5072), (151.2093, -33.8688), (0.0, 0.0)])
def test_outside_china_nothing_is_shifted(point):
    assert gcj02.from_wgs84(*point) == point
    assert gcj02.to_wgs84(*point) == point


@given(st.floats(-5_000, 5_000), st.floats(-5_000, 5_000))
def test_metres_and_degrees_are_each_others_inverse(x, y):
    frame = Frame(121.433, 31.193)

    assert frame.metres(*frame.degrees(x, y)) == pytest.approx((x, y), abs=1e-6)


def test_a_degree_in_shanghai_is_as_long_as_the_tables_say():
    frame = Frame(121.433, 31.0)

    assert frame.north == pytest.approx(110_869, abs=10)
    assert frame.east == pytest.approx(95_506, abs=10)
