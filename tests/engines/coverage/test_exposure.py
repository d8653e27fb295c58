"""Walls and windows that a sensor sees, how high, near and sharply: the kernel against the plain way, and by hand."""

import math
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings

from linli.engines.coverage import Obstacles, calls, exposure, fast, kernels
from tests.engines.coverage.scenes import camera, hidden, house, in_picture, lookers, made, scenes

FACADE = Obstacles.of([house(-20, 10, 40, 8)], [18.0])


def rows(found: exposure.Exposed) -> list[tuple]:
    return [tuple(np.round(getattr(found, field.name)[row], 6).tolist() for field in fields(found))
            for row in range(len(found))]  # fmt: skip


@settings(deadline=None)
@given(scenes(), lookers())
def test_the_kernel_finds_the_stretches_that_the_plain_way_finds(scene, sensors):
    obstacles = made(scene)

    found, plain = fast.exposure(sensors, obstacles), exposure.exposure(sensors, obstacles)

    assert len(found) == len(plain)
    for field in fields(found):
        assert np.allclose(getattr(found, field.name), getattr(plain, field.name), rtol=1e-5, atol=1e-5), field.name


@settings(deadline=None)
@given(scenes(), lookers(1))
def test_what_is_told_of_a_direction_is_seen_by_a_straight_line(scene, sensor):
    obstacles = made(scene)
    if sensor.fov[0] >= 150 or sensor.vertical_fov[0] >= 150:
        return
    # So fine a step that what is told of a stretch's middle holds at its middle.
    found = exposure.exposure(sensor, obstacles, arc=0.5)
    moved = exposure.standing(sensor, obstacles)

    for row in range(len(found)):
        begin, end, tall = found.start[row], found.end[row], found.top[row] - found.bottom[row]
        if np.hypot(*(end - begin)) > 0.5 or tall < 0.2 or found.distance[row] < 0.5 or math.isinf(tall):
            continue
        point, height = (begin + end) / 2, (found.top[row] + found.bottom[row]) / 2
        assert not hidden(moved, point, scene, height, short=0.05)
        assert in_picture(moved, point, height)


def test_a_facade_square_on_is_as_sharp_as_the_formula_says():
    one = camera(fov=90, range=50, pixels=1920, height=4, tilt=0, vertical_fov=60)

    # 1,920 pixels over 20 m; 10 m away the picture ends at 4 + 10 tan 30 = 9.7735 m, and below ground.
    (seen,) = rows(fast.exposure(one, FACADE))
    assert seen == (0, 0, [10.0, 10.0], [-10.0, 10.0], 0.0, 9.773503, 10.0, 96.0, 0.0)


def test_a_facade_seen_aslant_is_less_sharp():
    aslant = camera(bearing=60, fov=10, range=50, height=4, vertical_fov=60)
    focus = 1920 / (2 * math.tan(math.radians(5)))

    found = fast.exposure(aslant, FACADE)
    # The nearest end is 55 degrees from square on, 5 from the axis: f cos(incidence) / (d cos² of the angle from it).
    away = 10 / math.cos(math.radians(55))
    assert found.distance.round(6).tolist() == [round(away, 6)]
    assert found.density[0] == pytest.approx(focus * math.cos(math.radians(55)) / away / math.cos(math.radians(5)) ** 2)
    assert found.incidence[0] == pytest.approx(59, abs=2)


def test_a_dome_shares_its_pixels_out_over_the_angle():
    dome = camera(fov=360, vertical_fov=170, range=12, pixels=3600)

    assert fast.exposure(dome, FACADE).density.tolist() == pytest.approx([3600 / (2 * math.pi) / 10])


def test_over_a_lower_building_only_the_upper_floors_are_seen():
    street = Obstacles.of([house(-20, 10, 40, 5), house(-20, 30, 40, 8)], [6.0, 18.0])
    one = camera(fov=20, range=60, height=4, vertical_fov=100)

    # From 4 m over a top of 6 m 10 m away the sight line is at 10 m where it meets the house 30 m away.
    found = fast.exposure(one, street)
    assert found.source.tolist() == [0, 1]
    assert found.bottom.tolist() == pytest.approx([0.0, 10.0], abs=1e-6)
    assert found.top.tolist() == pytest.approx([6.0, 18.0])


def test_behind_a_higher_building_nothing_is_seen():
    street = Obstacles.of([house(-20, 10, 40, 5), house(-20, 30, 40, 8)], [15.0, 16.0])

    assert set(fast.exposure(camera(fov=20, range=60, height=4, vertical_fov=100), street).source) == {0}


def test_a_low_house_behind_a_fence_is_seen_above_the_line_over_the_fence():
    yard = Obstacles.of([house(-20, 12, 40, 5)], [3.0], lines=[[(-50, 6), (50, 6)]], line_heights=[2.0])
    found = fast.exposure(camera(fov=10, range=60, height=3.5, vertical_fov=80), yard)

    # From 3.5 m over 2 m at 6 m the line comes down to 0.5 m at 12 m; the lens looks down on all of the fence.
    assert found.source.tolist() == [0, 1]
    assert found.bottom.tolist() == pytest.approx([0.5, 0.0], abs=1e-6)
    assert found.top.tolist() == pytest.approx([3.0, 2.0])


def test_what_is_less_sharp_than_asked_is_left_out():
    one = camera(fov=90, range=50, vertical_fov=60)

    assert [len(fast.exposure(one, FACADE, least=least)) for least in (95.9, 96.1)] == [1, 0]


def test_a_mask_cuts_its_sector_out_of_the_facade():
    one = camera(fov=90, range=50, vertical_fov=60)
    reach = 10 * math.tan(math.radians(10))

    found = fast.exposure(one, FACADE, masks=[(0, 350, 10)])
    assert [(start[0], end[0]) for start, end in zip(found.start, found.end, strict=True)] == [
        (pytest.approx(10), pytest.approx(reach)),
        (pytest.approx(-reach), pytest.approx(-10)),
    ]


@pytest.mark.parametrize(
    ("mask", "left"),
    [
        ((0, 0, 360), []),
        ((0, 315, 45), []),
        ((0, 0, 90), [(0.0, -10.0)]),
        ((0, 270, 0), [(10.0, 0.0)]),
        ((0, 100, 260), [(10.0, -10.0)]),
        ((0, 60, 40), [(10.0, 10 * math.tan(math.radians(40)))]),
    ],
)
def test_masks_at_the_ends_all_round_and_elsewhere(mask, left):
    found = fast.exposure(camera(fov=90, range=50, vertical_fov=60), FACADE, masks=[mask])
    remains = [(start[0], end[0]) for start, end in zip(found.start, found.end, strict=True)]

    assert np.allclose(np.array(remains).reshape(-1, 2), np.array(left).reshape(-1, 2), atol=1e-6)


def test_a_mask_for_a_sensor_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="A mask is for sensor 1, but there are only 1"):
        exposure.exposure(camera(), FACADE, masks=[(1, 0, 10)])


def test_windows_count_by_place_height_and_sharpness():
    one = camera(fov=90, range=50, vertical_fov=60, height=4)
    panes = [(-1, 10, 1, 10), (9, 10, 12, 10), (11, 10, 13, 10), (-1, 18, 1, 18), (-20, 12, -20, 14)]
    found = fast.exposure(one, FACADE)

    seen = exposure.windows(one, found, panes, low=1.0, high=2.5)
    assert seen.window.tolist() == [0, 1]
    assert seen.share.tolist() == pytest.approx([1.0, 1 / 3])
    assert seen.distance.tolist() == pytest.approx([10.0, math.hypot(9, 10)])
    assert seen.density.tolist() == pytest.approx([96.0, 96.0])
    assert exposure.windows(one, found, panes, low=10.0, high=11.5).window.tolist() == []
    assert exposure.windows(one, found, panes, low=1.0, high=2.5, least=100).window.tolist() == []
    assert exposure.windows(one, found, []).window.tolist() == []


def test_the_worker_is_given_and_gives_plain_arrays():
    one = camera(fov=90, range=50, vertical_fov=60)
    fast_, plain = (
        call(one.arrays(), FACADE.arrays(), masks=[(0, 350, 10)], least=12.5)
        for call in (kernels.exposure, calls.exposure_reference)
    )

    assert fast_.keys() == plain.keys()
    assert all(fast_[name] == pytest.approx(plain[name], abs=1e-6) for name in plain)
    assert len(exposure.Exposed(**fast_)) == 2
