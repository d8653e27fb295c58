"""Plans: what they reckon with, what they answer, and the work that follows."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from uuid import uuid4

import numpy as np
import pytest
import shapely
from django.utils import translation
from django.utils.translation import override

from linli.core.errors import Conflict, Invalid, Refused
from linli.core.models import Job
from linli.engines.planner import judge
from linli.riskmap.domain.drawing import Shape, draw
from linli.riskmap.domain.plan_points import points_of
from linli.riskmap.domain.plan_scene import build_scene
from linli.riskmap.domain.plan_wishes import TAPPED, Prices, Want, Wishes
from linli.riskmap.domain.plan_work import accept_plan, give_out, tick
from linli.riskmap.domain.plans import JOB, begin_plan, drop_plan, run_exact, work_out, write_wishes
from linli.riskmap.domain.seeing import private_of, see
from linli.riskmap.domain.view import tried, view_of
from linli.riskmap.domain.yardsticks import yardsticks
from linli.riskmap.jobs_plans import exact as exact_job
from linli.riskmap.models import Optics, Plan, PlanAnswer, PlanItem
from tests.neighbourhood import square
from tests.riskmap.town import draw_town, line, put_camera


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


POLE = (121.4332, 31.1928)
BEFORE_15 = (121.4341, 31.1924)  # in the lane, ten metres before the windows of No. 15
COARSE = Wishes(kinds={"lane": Want(12.5), "entrance": Want(12.5)}, walls=False)


@pytest.fixture
def town(street):
    """The two slabs; a camera that looks into a window from near, and one whose back is to the lane."""
    draw_town(street)
    put_camera(street, "CM-1", at=BEFORE_15, bearing=90.0, fov=70.0, tilt=10.0)
    put_camera(street, "CM-2", bearing=0.0, fov=40.0)
    return street


def test_more_than_one_plan_can_hold_is_said_so(street):
    doors = [Shape("entrance", {"type": "Point", "coordinates": [121.4332 + number * 1e-7, 31.1924]},
                   place=street.places["estate"]) for number in range(3001)]  # fmt: skip
    draw(shapes=doors, source="doors", by=street.by("administrator"), at=street.now, within=street.places["estate"])

    with pytest.raises(Invalid) as told:
        points_of(street.places["estate"], COARSE)
    assert "Choose a smaller area" in str(told.value.message)
    assert points_of(street.places["estate"], replace(COARSE, kinds={"lane": Want(12.5)})) == []


def begun(street, *, wishes=COARSE, aim="turn", role="project_lead"):
    plan = begin_plan(place=street.places["estate"], name="夹弄", by=street.by(role), at=street.now, action=uuid4())
    return write_wishes(plan=plan, version=1, wishes=wishes, aim=aim, by=street.by(role), at=street.now)


def worked_out(street, **more):
    plan = begun(street, **more)
    return work_out(plan=plan, version=plan.version, by=street.by("project_lead"), at=street.now)


def answered(street, **more):
    """A plan with its exact answer."""
    plan = worked_out(street, **more)
    return plan, run_exact(plan.uuid, plan.version, seconds=60)


def accepted(street, **more):
    plan, _answer = answered(street, **more)
    return accept_plan(plan=plan, version=plan.version, kind="exact", by=street.by("project_lead"), at=street.now)


# --- what it reckons with


def test_a_bearing_is_forbidden_exactly_where_the_check_over_windows_would_find_something(town) -> None:
    estate = town.places["estate"]
    scene = build_scene(estate, COARSE, "turn", points_of(estate, COARSE))

    for number, eye in enumerate(scene.eyes):
        for option in np.flatnonzero(scene.problem.camera == number):
            view = tried(eye.view, {"bearing": scene.bearings[option]})
            found = any(each.density >= yardsticks()["window_density"] for each in private_of(view, see(view)))
            assert scene.problem.allowed[option] == (not found), (eye.code, scene.bearings[option])
    assert [scene.eyes[number].code for number in scene.windowed] == ["CM-1"]


def test_private_ground_forbids_a_bearing_as_the_check_does(town) -> None:
    estate = town.places["estate"]
    garden = Shape("private", square(121.43405, 31.1921, 121.43415, 31.1922), "小院", reference="garden", place=estate)
    draw(shapes=[garden], source="test", by=town.by("administrator"), at=town.now, within=estate)

    scene = build_scene(estate, COARSE, "turn", points_of(estate, COARSE))

    south = scene.bearings.index(180.0)
    view = tried(scene.eyes[0].view, {"bearing": 180.0})
    assert not scene.problem.allowed[south]
    assert [each.name for each in private_of(view, see(view)) if each.density >= 62.5] == ["小院"]


def test_a_point_counts_as_seen_where_the_map_shows_it_seen_and_sharp_enough(town) -> None:
    """The ground that the map draws for a bearing holds the very points that the plan counts."""
    estate = town.places["estate"]
    points = points_of(estate, COARSE)
    scene = build_scene(estate, COARSE, "turn", points)
    for option in range(0, len(scene.bearings), 5):
        eye = scene.eyes[scene.problem.camera[option]]
        ground = see(tried(eye.view, {"bearing": scene.bearings[option]})).ground
        drawn = {at for at, point in enumerate(points) if ground.covers(shapely.Point(point.lon, point.lat))}
        counted = set(scene.problem.points[scene.problem.starts[option] : scene.problem.starts[option + 1]].tolist())
        near = {
            at for at, point in enumerate(points)
            if not ground.is_empty and ground.boundary.distance(shapely.Point(point.lon, point.lat)) < 1e-6
        }  # fmt: skip
        assert counted - near == drawn - near


def test_more_ground_is_sampled_farther_apart_and_the_sharper_wish_counts(town) -> None:
    estate = town.places["estate"]
    by, at = town.by("administrator"), town.now
    wide = Shape("lane", square(121.4330, 31.1926, 121.4350, 31.1930), "大场", place=estate, density=50)
    draw(shapes=[wide], source="test", by=by, at=at, within=estate)

    points = points_of(estate, Wishes(kinds={"lane": Want(25.0, 2)}))

    assert 1000 < len(points) <= 3000  # 190 m × 44 m would be 2,100 points two metres apart
    assert {(point.need, point.views) for point in points} == {(25.0, 2), (50, 2)}


def test_a_private_camera_and_one_that_was_taken_down_are_not_turned(town) -> None:
    put_camera(town, "CM-3", legal="non-public")
    estate = town.places["estate"]

    scene = build_scene(estate, replace(COARSE, walls=True), "budget", points_of(estate, COARSE))

    assert [eye.code for eye in scene.eyes if eye.device] == ["CM-1", "CM-2"]
    assert {eye.spot for eye in scene.eyes if not eye.device} == {"wall"}


# --- what it answers


def test_turning_alone_sees_more_and_no_window(town) -> None:
    plan, answer = answered(town)

    assert (answer.state, answer.optimal, answer.reached) == ("done", True, True)
    assert plan.facts["windowed"] == ["CM-1"]
    assert {move["act"] for move in answer.choice} == {"turn"}
    assert answer.value > plan.facts["today"]
    for move in answer.choice:
        optics = Optics.objects.select_related("device__place").get(pk=move["device"])
        view = tried(view_of(optics), {"bearing": move["to"]})
        assert all(each.density < yardsticks()["window_density"] for each in private_of(view, see(view)))


def test_the_instant_answer_stands_at_once_and_the_exact_one_is_asked_of_a_job(town) -> None:
    plan = worked_out(town)

    kinds = {answer.kind: (answer.state, answer.bound >= answer.value) for answer in plan.answers.all()}
    assert kinds == {"instant": ("done", True), "exact": ("waiting", True)}
    (job,) = Job.objects.filter(name=JOB)
    assert job.args == {"uuid": str(plan.uuid), "version": plan.version}


class Lease:
    """A job that is nobody else's."""

    from contextlib import nullcontext as step


def test_the_job_works_it_out_and_a_plan_that_asks_for_something_else_by_now_is_left_alone(town) -> None:
    plan = worked_out(town)
    old = plan.version
    exact_job(Lease, str(plan.uuid), old)
    assert PlanAnswer.objects.get(plan=plan, kind="exact").state == "done"

    write_wishes(
        plan=plan,
        version=old,
        wishes=replace(COARSE, budget=200),
        aim="budget",
        by=town.by("project_lead"),
        at=town.now,
    )

    exact_job(Lease, str(plan.uuid), old)
    assert not PlanAnswer.objects.filter(plan=plan).exists()


def test_with_money_something_is_added_where_turning_is_not_enough(town) -> None:
    far = (121.4331, 31.1929)  # behind No. 12: no camera sees it
    kinds = {**COARSE.kinds, TAPPED: Want(12.5)}
    wishes = replace(COARSE, kinds=kinds, points=(far,), poles=(POLE,), budget=5200)

    _plan, turned = answered(town, wishes=replace(wishes, budget=None))
    _plan, added = answered(town, wishes=wishes, aim="budget")

    assert {move["act"] for move in turned.choice} == {"turn"}
    assert "add" in {move["act"] for move in added.choice}
    assert added.value >= turned.value + 6
    assert added.cost <= 5200
    assert {move["spot"] for move in added.choice} == {"", "pole"}


def test_least_cost_reaches_the_share_of_what_can_be_seen(town) -> None:
    wishes = replace(COARSE, walls=True, share=100, prices=Prices(wall=700))

    plan, answer = answered(town, wishes=wishes, aim="least")

    assert (answer.reached, answer.optimal, answer.bound) == (True, True, answer.cost)
    assert answer.value == plan.facts["reachable"]


def test_two_views_count_only_where_two_cameras_see_the_point(town) -> None:
    estate = town.places["estate"]
    wishes = Wishes(kinds={"lane": Want(12.5, 2)})
    _plan, answer = answered(town, wishes=wishes)
    points = points_of(estate, wishes)
    scene = build_scene(estate, wishes, "turn", points)

    options = []
    for number, eye in enumerate(scene.eyes):
        to = next((move["to"] for move in answer.choice if move["device"] == eye.device), eye.view.bearing)
        mine = np.flatnonzero(scene.problem.camera == number)
        options.append(int(mine[[scene.bearings[option] == to for option in mine].index(True)]))
    times = np.zeros(len(points), int)
    for option in options:
        times[scene.problem.points[scene.problem.starts[option] : scene.problem.starts[option + 1]]] += 1

    assert answer.value == int((times >= 2).sum()) == judge(scene.problem, options)[0]
    assert answer.after == "".join("1" if number >= 2 else "0" for number in times)


def test_too_little_money_even_to_turn_away_from_windows_is_told(town) -> None:
    with pytest.raises(Invalid) as told:
        worked_out(town, wishes=replace(COARSE, budget=50), aim="budget")

    assert "100" in str(told.value.fields["budget"])


def test_where_nothing_is_to_be_seen_or_nobody_sees_it_a_plan_says_so(street) -> None:
    plan = begun(street)
    with override("en"), pytest.raises(Invalid, match="invalid") as told:
        work_out(plan=plan, version=plan.version, by=street.by("project_lead"), at=street.now)
    assert "tap points" in told.value.message

    draw_town(street)
    with override("en"), pytest.raises(Invalid, match="invalid") as told:
        work_out(plan=plan, version=plan.version, by=street.by("project_lead"), at=street.now)
    assert "no camera here" in told.value.message


# --- who may, and who was first


def test_a_plan_is_written_within_reach_and_by_whoever_was_first(town) -> None:
    with pytest.raises(Refused):
        begun(town, role="outsider")
    plan = begun(town)
    with pytest.raises(Conflict):
        write_wishes(plan=plan, version=1, wishes=COARSE, aim="turn", by=town.by("project_lead"), at=town.now)


def test_the_same_action_begins_one_plan(town) -> None:
    action = uuid4()
    given = {"place": town.places["estate"], "name": "夹弄", "by": town.by("project_lead"), "at": town.now}

    first, second = (begin_plan(**given, action=action) for _ in range(2))

    assert first.pk == second.pk
    assert Plan.objects.count() == 1


@pytest.mark.parametrize(
    ("wishes", "aim", "field"),
    [
        (Wishes(kinds={}), "turn", "kinds"),
        (Wishes(kinds={"lane": Want(3.0)}), "turn", "kinds"),
        (Wishes(kinds={"window": Want()}), "turn", "kinds"),
        (Wishes(points=((200.0, 1.0),)), "turn", "points"),
        (Wishes(), "budget", "budget"),
        (Wishes(share=0), "least", "share"),
        (Wishes(prices=Prices(turn=-1)), "turn", "budget"),
        (Wishes(), "cheap", "aim"),
    ],
)
def test_wishes_that_cannot_be_are_told_by_field(street, wishes, aim, field) -> None:
    with pytest.raises(Invalid) as told:
        begun(street, wishes=wishes, aim=aim)

    assert list(told.value.fields) == [field]


def test_wishes_are_kept_as_they_were_written() -> None:
    wishes = Wishes(kinds={"shed": Want(62.5, 2)}, points=((121.4, 31.2),), poles=((121.5, 31.1),), walls=False)

    assert Wishes.from_json(wishes.as_json()) == wishes


# --- the work


def test_an_accepted_plan_becomes_work_in_walking_order_and_is_accepted_once(town) -> None:
    plan, answer = answered(town)

    done = accept_plan(plan=plan, version=plan.version, kind="exact", by=town.by("project_lead"), at=town.now)

    assert (done.status, done.accepted_kind) == ("accepted", "exact")
    assert [(item.number, item.act, item.device_id, item.bearing_to) for item in plan.items.all()] == [
        (number, move["act"], move["device"], move["to"]) for number, move in enumerate(answer.choice, start=1)
    ]
    with pytest.raises(Conflict):
        accept_plan(plan=plan, version=plan.version, kind="exact", by=town.by("project_lead"), at=town.now)
    with pytest.raises(Invalid):
        drop_plan(plan=done, version=done.version, by=town.by("project_lead"), at=town.now)


def test_an_answer_that_is_not_there_yet_cannot_be_accepted(town) -> None:
    plan = worked_out(town)

    with pytest.raises(Invalid):
        accept_plan(plan=plan, version=plan.version, kind="exact", by=town.by("project_lead"), at=town.now)


def test_a_ticked_turn_changes_the_bearing_in_the_register_and_settles_the_finding(town) -> None:
    plan = accepted(town)
    item = plan.items.get(device__code="CM-1")

    tick(item=item, by=town.by("project_lead"), at=town.now, action=uuid4())

    optics = Optics.objects.get(pk=item.device_id)
    item.refresh_from_db()
    assert (optics.bearing, item.status, item.done_by) == (item.bearing_to, "done", town.posts["project_lead"])
    assert not optics.device.findings.filter(rule="window", state="open").exists()
    assert item.device.notes.filter(what="turned").count() == 1
    with pytest.raises(Conflict):
        tick(item=item, by=town.by("project_lead"), at=town.now, action=uuid4())


def test_a_piece_of_work_opens_one_case_and_can_still_be_ticked(town) -> None:
    item = accepted(town).items.first()
    by = town.by("project_lead")

    first, second = (give_out(item=item, by=by, at=town.now, action=uuid4()) for _ in range(2))
    done = tick(item=item, by=by, at=town.now, action=uuid4())

    assert first.pk == second.pk
    assert item.device.code in first.text
    assert "夹弄" in first.text
    assert first.klass.code == "camera_finding"
    assert (done.status, done.case_id) == ("done", first.pk)
    with pytest.raises(Refused):
        give_out(item=item, by=town.by("outsider"), at=town.now, action=uuid4())


def test_an_added_camera_is_ticked_by_its_code_in_the_register(town) -> None:
    wishes = replace(COARSE, kinds={TAPPED: Want(12.5)}, points=((121.4331, 31.1929),), poles=(POLE,), budget=6000)
    item = accepted(town, wishes=wishes, aim="budget").items.get(act="add")
    by = town.by("project_lead")
    with pytest.raises(Invalid) as told:
        tick(item=item, code="CM-9", by=by, at=town.now, action=uuid4())
    assert list(told.value.fields) == ["code"]
    new = put_camera(town, "CM-9", at=(item.lon, item.lat), bearing=1.0)

    tick(item=item, code="CM-9", by=by, at=town.now, action=uuid4())

    item.refresh_from_db()
    new.refresh_from_db()
    assert (item.device_id, new.bearing) == (new.pk, item.bearing_to)


def test_a_camera_that_sees_windows_every_way_is_to_be_blacked_out(town) -> None:
    estate, by = town.places["estate"], town.by("administrator")
    lon, lat, d = *BEFORE_15, 0.00002
    ring = [(lon - d, lat - d), (lon - d, lat + d), (lon + d, lat + d), (lon + d, lat - d), (lon - d, lat - d)]
    # Windows all round it, each with its outer side towards the camera.
    around = [
        Shape("window", line(a, b), f"窗{n}", low=0, high=6, reference=f"r{n}", place=estate)
        for n, (a, b) in enumerate(pairwise(ring))
    ]
    draw(shapes=around, source="test", by=by, at=town.now, within=estate)

    item = accepted(town).items.get(device__code="CM-1")
    tick(item=item, by=town.by("project_lead"), at=town.now, action=uuid4())

    assert item.act == "dark"
    assert item.bearing_to is None
    assert Optics.objects.get(device__code="CM-1").masks == [[-180.0, 180.0]]
    assert PlanItem.objects.get(pk=item.pk).status == "done"
