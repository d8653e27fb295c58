"""The pages of plans: three steps, the answer at once, the work."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.riskmap.domain.plans import run_exact
from linli.riskmap.models import Optics, Plan
from tests.riskmap.test_plans import BEFORE_15, accepted, answered, begun, worked_out
from tests.riskmap.town import draw_town, put_camera

WHAT = {
    "version": 1, "lane": "12.5", "lane_views": "1", "fire_lane": "0", "fire_lane_views": "1", "entrance": "12.5",
    "entrance_views": "1", "shed": "0", "shed_views": "1", "tapped": "25", "tapped_views": "1", "points": "",
}  # fmt: skip
MEANS = {
    "aim": "turn", "budget": "", "share": "90", "walls": "", "poles": "", "turn": "200", "wall": "1800", "pole": "4500",
    "dark": "100",
}  # fmt: skip


@pytest.fixture
def town(street):
    draw_town(street)
    put_camera(street, "CM-1", at=BEFORE_15, bearing=90.0, fov=70.0, tilt=10.0)
    put_camera(street, "CM-2", bearing=0.0, fov=40.0)
    return street


def text(response):
    return response.content.decode()


def test_three_steps_lead_to_an_answer_on_the_very_next_page(town, sign_in) -> None:
    client = sign_in("project_lead")
    action = uuid4()
    began = client.post(
        "/risk-map/plans/new/", {"action": action, "name": "Lanes", "place": town.places["estate"].path}
    )
    what = client.post(began.url, {"action": uuid4(), **WHAT})
    page = client.post(what.url, {"action": uuid4(), "version": 2, **MEANS}, follow=True)

    plan = Plan.objects.get(uuid=action)
    assert plan.wishes["kinds"] == {kind: {"density": 12.5, "views": 1} for kind in ("lane", "entrance")}
    assert page.request["PATH_INFO"] == f"/risk-map/plans/{plan.uuid}/"
    shown = text(page)
    assert "Instant answer" in shown
    assert "It waits for its turn." in shown
    assert "Turn camera CM-1 from 90°" in shown
    assert 'hx-trigger="every 2s"' in shown


def test_the_bound_is_said_in_words_and_the_page_stops_asking(town, sign_in) -> None:
    plan, _answer = answered(town)

    shown = text(sign_in("duty_officer").get(f"/risk-map/plans/{plan.uuid}/"))

    assert "No plan sees more: this is proved." in shown
    assert "hx-trigger" not in shown
    assert "Accept the exact answer" not in shown  # a duty officer reads


def test_what_was_typed_is_kept_where_a_line_is_no_point(town, sign_in) -> None:
    plan = begun(town)
    client = sign_in("project_lead")

    page = client.post(
        f"/risk-map/plans/{plan.uuid}/what/",
        {"action": uuid4(), **WHAT, "version": 2, "points": "121.434, 31.1924\nhere"},
    )

    assert page.status_code == 422
    assert "Line 2: write longitude, then latitude" in text(page)
    assert "121.434, 31.1924\nhere" in text(page)


def test_whoever_comes_second_is_told_and_keeps_what_was_typed(town, sign_in) -> None:
    plan = begun(town)  # at version 2 by now

    page = sign_in("project_lead").post(
        f"/risk-map/plans/{plan.uuid}/what/", {"action": uuid4(), **WHAT, "points": "121.434000, 31.192400"}
    )

    assert page.status_code == 409
    assert "Somebody changed this plan meanwhile." in text(page)
    assert "121.434000, 31.192400" in text(page)
    assert 'name="version" value="2"' in text(page)


def test_too_little_money_is_told_beside_the_field(town, sign_in) -> None:
    plan = begun(town)

    page = sign_in("project_lead").post(
        f"/risk-map/plans/{plan.uuid}/means/",
        {"action": uuid4(), "version": 2, **MEANS, "aim": "budget", "budget": "50"},
    )

    assert page.status_code == 422
    assert "It takes at least 100 yuan to turn cameras away from windows." in text(page)


@pytest.mark.parametrize("role", ["auditor", "grid_worker", "property_manager", "resident"])
def test_who_has_nothing_to_do_with_plans_sees_none(town, sign_in, role) -> None:
    plan = worked_out(town)
    client = sign_in(role)

    assert client.get("/risk-map/plans/").status_code == 403
    assert client.get(f"/risk-map/plans/{plan.uuid}/").status_code == 403


def test_readers_do_not_write_and_strangers_do_not_read(town, sign_in) -> None:
    plan = worked_out(town)
    reader, stranger = sign_in("administrator"), sign_in("outsider")

    assert reader.get(f"/risk-map/plans/{plan.uuid}/").status_code == 200
    for path in ("what/", "means/", "accept/instant/", "aside/", "work/1/done/", "work/1/case/"):
        assert reader.post(f"/risk-map/plans/{plan.uuid}/{path}").status_code == 403
    assert stranger.get(f"/risk-map/plans/{plan.uuid}/").status_code in (403, 404)


def test_the_map_tells_before_and_after_and_each_move(town, sign_in) -> None:
    plan, answer = answered(town)
    client = sign_in("project_lead")
    told = {
        which: client.get(f"/risk-map/plans/{plan.uuid}/map/exact/{which}.geojson").json()["features"]
        for which in ("before", "after", "moves")
    }

    kinds = {
        which: [feature["properties"]["kind"] for feature in told[which] if "kind" in feature["properties"]]
        for which in ("before", "after")
    }
    assert kinds["before"].count("seen") == plan.before.count("1")
    assert kinds["after"].count("seen") == answer.after.count("1") > kinds["before"].count("seen")
    assert kinds["after"].count("moved") == len(answer.choice) == len(told["moves"])
    assert told["moves"][0]["properties"]["title"].startswith("1. Turn camera")
    assert client.get(f"/risk-map/plans/{plan.uuid}/map/exact/other.geojson").status_code == 404


def test_accepting_leads_to_the_work_and_one_tap_turns_the_camera_in_the_register(town, sign_in) -> None:
    plan, _answer = answered(town)
    client = sign_in("project_lead")
    question = client.get(f"/risk-map/plans/{plan.uuid}/accept/exact/")
    assert "Accept this plan?" in text(question)

    work = client.post(
        f"/risk-map/plans/{plan.uuid}/accept/exact/",
        {"action": uuid4(), "version": plan.version, "kind": "exact"}, follow=True,
    )  # fmt: skip
    assert "Here is the work, in walking order." in text(work)
    item = plan.items.first()
    case = client.post(f"/risk-map/plans/{plan.uuid}/work/{item.number}/case/", {"action": uuid4()}, follow=True)
    done = client.post(f"/risk-map/plans/{plan.uuid}/work/{item.number}/done/", {"action": uuid4()}, follow=True)

    item.refresh_from_db()
    assert item.case.procedure.number in text(case)
    assert "The register of cameras says so now." in text(done)
    assert Optics.objects.get(pk=item.device_id).bearing == item.bearing_to


def test_a_list_of_three_plans_costs_no_more_statements_than_one_of_one(town, sign_in) -> None:
    client = sign_in("duty_officer")
    worked_out(town)
    client.get("/risk-map/plans/")

    def statements():
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/risk-map/plans/").status_code == 200
        return len(seen)

    one = statements()
    plan, _answer = answered(town)
    accepted(town)
    assert statements() == one

    both = client.get(
        "/risk-map/plans/compare/", {"plan": [plan.pk, Plan.objects.exclude(pk=plan.pk).first().pk, "nonsense"]}
    )
    assert "Plans side by side" in text(both)
    assert "No plan sees more: this is proved." in text(both)


def test_a_plan_put_aside_leaves_the_list_and_is_changed_no_more(town, sign_in) -> None:
    plan = worked_out(town)
    client = sign_in("project_lead")

    client.post(f"/risk-map/plans/{plan.uuid}/aside/", {"action": uuid4(), "version": plan.version, "kind": "drop"})

    assert "There is no plan yet." in text(client.get("/risk-map/plans/"))
    assert client.get(f"/risk-map/plans/{plan.uuid}/what/").status_code == 404
    assert run_exact(plan.uuid, plan.version) is None
