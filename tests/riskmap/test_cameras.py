"""How a camera looks, what it sees, and what changes when it is turned."""

from uuid import uuid4

import pytest
import shapely

from linli.core.errors import Conflict, Invalid, Refused
from linli.riskmap.domain.optics import change_papers, describe_camera, turn_camera
from linli.riskmap.domain.seeing import private_of, see
from linli.riskmap.domain.view import tried, view_of
from linli.riskmap.models import Optics
from linli.sensing.models import Device
from tests.riskmap.town import draw_town, put_camera
from tests.sensing.register import put_in


def turned(street, optics, *, role="administrator", reason="window", version=None, **changes):
    return turn_camera(
        optics=optics, version=optics.version if version is None else version, device_version=optics.device.version,
        changes=changes, reason=reason, by=street.by(role), at=street.now, action=uuid4(),
    )  # fmt: skip


def test_a_camera_before_a_wall_sees_the_lane_and_nothing_of_the_house(street) -> None:
    draw_town(street)
    optics = put_camera(street, bearing=90.0, fov=20.0, range=60.0)
    seen = see(view_of(optics))

    # 38 m of lane lie between the houses (121.4338 to 121.4342); what the camera sees ends at No. 15's west wall.
    ahead = seen.flat.bounds[2]
    assert 36.0 < ahead < 36.5
    assert seen.ground.area < seen.cone.area
    assert seen.area == pytest.approx(shapely.area(seen.flat), rel=0.1)


def test_a_camera_that_looks_along_the_lane_passes_the_windows_and_one_turned_to_them_does_not(street) -> None:
    draw_town(street)
    optics = put_camera(street)
    along = view_of(optics)
    at_it = tried(along, {"bearing": 90, "range": 60, "tilt": 10})

    assert private_of(along, see(along)) == []
    (window,) = private_of(at_it, see(at_it))
    # 36.2 m away, facing: 2560 pixels over 2 · 36.2 · tan 40°.
    assert (window.kind, window.name) == ("window", "15号西窗")
    assert window.metres == pytest.approx(36.2, abs=0.1)
    assert window.density == pytest.approx(2560 / (2 * 36.2 * 0.8391), rel=0.01)


def test_a_window_that_is_blacked_out_or_above_the_picture_is_not_seen(street) -> None:
    draw_town(street)
    view = tried(view_of(put_camera(street)), {"bearing": 90, "range": 60, "tilt": 10})

    assert private_of(*_seen(tried(view, {"masks": ((-5.0, 5.0),)}))) == []
    assert private_of(*_seen(tried(view, {"tilt": 60}))) == []


def _seen(view):
    return view, see(view)


def test_turning_writes_the_numbers_and_a_line_of_the_story(street) -> None:
    optics = put_camera(street)
    changed = turned(street, optics, bearing=450.0, tilt=30)

    assert (changed.bearing, changed.tilt, changed.version) == (90.0, 30, 2)
    note = Device.objects.get(code="CM-1").notes.first()
    assert (note.what, note.detail) == ("turned", "180 → 90°, 25 → 30°: window")
    assert Device.objects.get(code="CM-1").version == 1


def test_moving_it_on_the_map_moves_the_device_and_its_siting_is_to_be_checked_again(street) -> None:
    optics = put_camera(street)
    turned(street, optics, lon=121.434, height=4.0)

    device = Device.objects.get(code="CM-1")
    assert (device.lon, device.height, device.version, device.conformity) == (121.434, 4.0, 2, "open")
    assert [note.what for note in device.notes.all()] == ["turned", "moved", "described", "registered"]


def test_the_second_of_two_is_told_and_the_same_sent_twice_is_done_once(street) -> None:
    optics = put_camera(street)
    first = turned(street, optics, bearing=90.0)
    again = turned(street, optics, version=1, bearing=90.0)

    assert (first.version, again.version) == (2, 2)
    with pytest.raises(Conflict):
        turned(street, optics, version=1, bearing=91.0)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"fov": 0}, "fov"), ({"range": 900}, "range"), ({"near": 30, "range": 20}, "near"), ({"lat": 89}, "lat"),
        ({"bearing": float("nan")}, "bearing"), ({"masks": ((5.0, -5.0),)}, "masks"), ({"pixels": 0}, "pixels"),
    ],
)  # fmt: skip
def test_numbers_that_no_camera_has_are_refused_by_field(street, changes, field) -> None:
    optics = put_camera(street)
    with pytest.raises(Invalid) as told:
        turned(street, optics, **changes)
    assert list(told.value.fields) == [field]


def test_a_turn_needs_a_reason_and_a_change(street) -> None:
    optics = put_camera(street)
    for reason, changes in (("", {"bearing": 10.0}), ("why", {"bearing": 180.0})):
        with pytest.raises(Invalid) as told:
            turned(street, optics, reason=reason, **changes)
        assert list(told.value.fields) == ["reason"]


def test_who_is_elsewhere_may_not_turn_it(street) -> None:
    optics = put_camera(street)
    with pytest.raises(Refused):
        turned(street, optics, role="grid_worker_2", bearing=90.0)


def test_only_a_camera_has_optics_and_only_once(street) -> None:
    smoke = put_in(street)
    optics = put_camera(street)
    for device in (smoke, optics.device):
        with pytest.raises(Invalid):
            describe_camera(device=device, by=street.by("administrator"), at=street.now, bearing=1.0)
    assert Optics.objects.count() == 1


def test_papers_are_written_down_by_whoever_has_the_version(street) -> None:
    optics = put_camera(street)
    given = {"by": street.by("administrator"), "at": street.now}
    changed = change_papers(optics=optics, version=1, changes={"sign": "missing", "days": 20}, **given)

    assert (changed.sign, changed.days, changed.version) == ("missing", 20, 2)
    with pytest.raises(Conflict):
        change_papers(optics=optics, version=1, changes={"days": 40}, **given)
    with pytest.raises(Invalid):
        change_papers(optics=optics, version=2, changes={"legal": "art12"}, **given)
