"""The pages of hotspots: who reads what, each number the same as its list, small numbers hidden, levels that add up."""

import json
import re
from datetime import date, timedelta
from html import unescape
from itertools import pairwise

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone
from shapely import MultiPoint, get_coordinates
from shapely.geometry import shape

from linli.cases.enums import Publicity
from linli.cases.models import CaseClass
from linli.core import jobs
from linli.core.models import Job
from linli.engines.coverage.plane import to_plane
from linli.people.enums import Role
from linli.procedures.models import Exclusion, Procedure
from linli.riskmap.domain import hotspot_looking
from linli.riskmap.domain import hotspot_questions as questions
from linli.riskmap.domain.hazard import change_weight
from linli.riskmap.domain.hotspot_surface import bands, lattice
from linli.riskmap.domain.sources import Asked, read, sources
from linli.riskmap.enums_hotspots import Method, RunKind, RunStatus
from linli.riskmap.models import HotspotFinding, HotspotMember, HotspotRun
from linli.sensing.models import Episode, Rule
from tests.cases.conftest import statements
from tests.hazards.contract import found_hazard
from tests.riskmap.field import COLUMNS, FIRST, LAST, MANY, answered, build_field, pile_up, question

READERS = {
    "duty_officer", "area_lead", "committee_secretary", "project_lead", "auditor", "administrator",
}  # fmt: skip
MARCH = "window=free&first=2026-03-01&last=2026-03-31"


@pytest.fixture(autouse=True)
def fewer_draws(monkeypatch):
    """Without a kernel worker the readable reference answers, and slowly: a hundred draws will do."""
    monkeypatch.setattr(hotspot_looking, "SCAN_DRAWS", 99)
    monkeypatch.setattr(hotspot_looking, "CLUSTER_DRAWS", 19)


@pytest.fixture
def yard(street):
    build_field(street)
    street.now = street.now.replace(month=3, day=3)
    return street


@pytest.fixture
def hot(yard, report):
    pile_up(yard, report, yard.now)
    return yard


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def listed(client: Client, link: str) -> int:
    """How many cases and alarms a list really holds, page after page."""
    number, after = 0, ""
    while True:
        page = client.get(link + after).content.decode()
        if not after:
            number += len(re.findall(r'<th scope="row"><a href="/alerts/', page))
        number += len(re.findall(r'<th scope="row"><a href="/case/', page))
        more = re.search(r'rel="next" href="\?[^"]*after=([^"&]+)', page)
        if more is None:
            return number
        after = f"?after={unescape(more[1])}"


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_hotspots_are_read_by_those_who_lead_or_check(sign_in, role):
    client = sign_in(role)
    pages = ("", "charts/", "charts/one/", "hazards/")
    wanted = 200 if role in READERS else 403

    found = {page: client.get(f"/risk-map/hotspots/{page}").status_code for page in pages}

    if role == "project_lead":  # who browses no cases, and so has no course of them
        found.pop("charts/one/")
    assert set(found.values()) == {wanted}


def test_sources_are_registered_and_give_places_and_days_and_nothing_of_a_person(hot):
    assert [each.name for each in sources()][:2] == ["cases", "alarms"]
    events = read(["cases"], Asked(hot.places["street"].path, FIRST, LAST))

    assert len(events) == 63
    assert set(vars(events)) == {"source", "key", "lon", "lat", "at", "day", "building", "cell", "code"}
    assert set(events.cell) == {hot.places["cell_01"].path, hot.places["cell_02"].path}


def test_what_is_sealed_shut_void_or_never_public_is_no_event(yard, report):
    cases = [report().case for _ in range(5)]
    Procedure.objects.filter(pk=cases[0].pk).update(sealed=True)
    Procedure.objects.filter(pk=cases[1].pk).update(state="void")
    Procedure.objects.filter(pk=cases[2].pk).update(excludes=True)
    report(klass=yard.klass("overcrowding"))

    events = read(["cases"], Asked(yard.places["street"].path, FIRST, LAST))

    assert set(events.key) == {cases[3].pk, cases[4].pk}


@pytest.mark.parametrize("method", list(Method))
def test_each_method_finds_the_corner_and_each_link_opens_as_many_as_it_says(hot, sign_in, method):
    run = answered(question(method), hot.places["street"].path)
    client = sign_in("duty_officer")
    page = client.get(f"/risk-map/hotspots/?{MARCH}&method={method}").content.decode()
    links = re.findall(r'<a href="(/risk-map/hotspots/findings/\d+/)">open these (\d+)', page)

    assert run.status == RunStatus.DONE
    if method == Method.SCAN:  # all of it is of one time: no place and time that stand out from both
        assert links == []
        assert "Nothing stands out" in page
        return
    assert links
    for link, number in links:
        assert listed(client, link) == int(number)
    corner = {hot.places[f"b{row}{column}"].path for row in (0, 1) for column in (0, 1)}
    assert HotspotFinding.objects.get(run=run, rank=1).place_path in corner


def test_a_finding_says_what_it_means_how_sure_it_is_and_what_it_does_not_say(hot, sign_in):
    answered(question(), hot.places["street"].path)
    page = plain(sign_in("duty_officer").get(f"/risk-map/hotspots/?{MARCH}").content.decode())

    assert "8 cases here, and much around it too. A place on this ground has 1.7 on average." in page
    assert "are false on average" in page
    assert "Reports are not events: where people report more, more is counted." in page
    assert "it says nothing about any person who lives there" in page


def test_the_scan_finds_what_neither_a_busy_place_nor_a_busy_week_explains(yard, report):
    for row in range(2):
        for column in range(COLUMNS):
            for week in range(4):
                report(place=yard.places[f"b{row}{column}"], at=yard.now + timedelta(days=7 * week))
    for number in range(9):
        report(place=yard.places["b14"], at=yard.now + timedelta(days=15, hours=number))
    answered(question(Method.SCAN), yard.places["street"].path)
    found = HotspotFinding.objects.get(rank=1)

    assert (found.place_path, found.first, found.last) == (
        yard.places["b14"].path,
        date(2026, 3, 18),
        date(2026, 3, 18),
    )
    assert found.facts["p"] == 0.01


def test_a_finding_counts_what_its_reader_sees_now_and_below_five_it_is_gone(hot, sign_in):
    run = answered(question(), hot.places["street"].path)
    finding = HotspotFinding.objects.get(run=run, rank=1)
    keys = list(HotspotMember.objects.filter(finding=finding).values_list("procedure", flat=True))
    link = f"/risk-map/hotspots/findings/{finding.pk}/"

    Exclusion.objects.create(procedure_id=keys[0], post=hot.posts["duty_officer"], since=hot.now)
    Procedure.objects.filter(pk__in=keys[1:3]).update(sealed=True)  # the duty officer has them, the auditor has not
    assert {role: listed(sign_in(role), link) for role in ("duty_officer", "auditor")} == {
        "duty_officer": len(keys) - 1, "auditor": len(keys) - 2,
    }  # fmt: skip

    Procedure.objects.filter(pk__in=keys[4:]).update(sealed=True)
    page = sign_in("auditor").get(f"/risk-map/hotspots/?{MARCH}").content.decode()
    assert link not in page
    assert "1 finding is not shown" in page
    assert sign_in("auditor").get(link).status_code == 404


def test_nobody_reads_the_answers_of_another_place(hot, sign_in):
    run = answered(question(), hot.places["street"].path)
    key = HotspotFinding.objects.filter(run=run).first().pk

    for role, status in (("duty_officer", 200), ("committee_secretary", 404), ("area_lead", 404)):
        client = sign_in(role)
        assert client.get(f"/risk-map/hotspots/findings/{key}/").status_code == status
        assert client.get(f"/risk-map/hotspots/answers/{run.pk}/marks.geojson").status_code == status
        assert client.get(f"/risk-map/hotspots/answers/{run.pk}/areas.geojson").status_code == status
    assert sign_in("outsider").get(f"/risk-map/hotspots/findings/{key}/").status_code == 403


def test_a_project_lead_reads_only_what_was_given_to_the_post(hot, sign_in):
    run = answered(question(), hot.places["area"].path)
    page = sign_in("project_lead").get(f"/risk-map/hotspots/?{MARCH}").content.decode()

    assert "/risk-map/hotspots/findings/" not in page
    assert "reads only what was given to it" in page
    areas = sign_in("project_lead").get(f"/risk-map/hotspots/answers/{run.pk}/areas.geojson")
    assert json.loads(areas.content)["features"] == []


def test_a_project_lead_is_told_no_sums_of_a_place_by_its_charts(hot, sign_in):
    asked = questions.chart(timezone.localdate() - timedelta(days=1), "lighting")
    answered(asked, hot.places["area"].path)

    assert "Lighting" in sign_in("area_lead").get("/risk-map/hotspots/charts/").content.decode()
    page = sign_in("project_lead").get("/risk-map/hotspots/charts/").content.decode()
    assert ("Lighting" in page, "your post reads only what was given to it" in page) == (False, True)


def test_only_an_answer_about_hotspots_has_a_map(hot, sign_in):
    last = timezone.localdate() - timedelta(days=1)
    scope = hot.places["street"].path
    runs = [answered(asked, scope).pk for asked in (questions.public(last.replace(day=1)), questions.chart(last, ""))]
    client = sign_in("duty_officer")

    for part in ("marks", "areas", "surface"):
        told = {client.get(f"/risk-map/hotspots/answers/{pk}/{part}.geojson").status_code for pk in runs}
        assert told == {404}


def test_the_map_holds_buildings_with_five_at_least_and_a_mark_for_each_finding(hot, sign_in):
    run = answered(question(), hot.places["street"].path)
    client = sign_in("duty_officer")
    areas = json.loads(client.get(f"/risk-map/hotspots/answers/{run.pk}/areas.geojson").content)["features"]
    marks = json.loads(client.get(f"/risk-map/hotspots/answers/{run.pk}/marks.geojson").content)["features"]

    assert [each["properties"]["number"] for each in areas] == [MANY] * 4
    assert len(marks) == HotspotFinding.objects.filter(run=run).count()


def test_the_surface_lies_over_the_corner_and_never_where_fewer_than_five_are_near(hot, sign_in):
    run = answered(question(Method.DENSITY), hot.places["street"].path)
    client = sign_in("duty_officer")
    page = client.get(f"/risk-map/hotspots/?{MARCH}&method=density", headers={"accept-language": "en"}).content.decode()
    drawn = json.loads(client.get(f"/risk-map/hotspots/answers/{run.pk}/surface.geojson").content)["features"]
    shapes = [shape(each["geometry"]) for each in drawn]

    assert [each["properties"]["band"] for each in drawn] == [1, 2, 3, 4]
    assert all(wide.buffer(2e-5).contains(narrow) for wide, narrow in pairwise(shapes))  # two metres
    corner = [hot.places[name] for name in ("b00", "b01", "b10", "b11")]
    assert shapes[3].intersects(MultiPoint([(place.lon, place.lat) for place in corner]).convex_hull)
    assert 'value="surface" checked' in page
    assert "about " + str(run.facts["surface"]["most"]) + " to a hectare" in page
    events = to_plane(np.array([(place.lon, place.lat) for name, place in hot.places.items() for _ in range(
        0 if not (name[0] == "b" and name[1:].isdigit()) else MANY if place in corner else 1
    )]), (corner[0].lon, corner[0].lat))  # fmt: skip
    for part in shapes:
        for point in to_plane(get_coordinates(part), (corner[0].lon, corner[0].lat)):
            assert (np.hypot(*(events - point).T) <= run.facts["surface"]["within"]).sum() >= 5


def test_the_surface_is_shown_to_nobody_who_does_not_see_all_and_not_made_of_four(hot, sign_in, yard, report):
    run = answered(question(), hot.places["area"].path)
    address = f"/risk-map/hotspots/answers/{run.pk}/surface.geojson"
    assert json.loads(sign_in("area_lead").get(address).content)["features"]
    assert json.loads(sign_in("project_lead").get(address).content)["features"] == []
    assert sign_in("duty_officer").get(address).status_code == 404  # the answer of another place

    metres = np.array([[0.0, 0.0], [5.0, 5.0], [-5.0, 3.0], [2.0, -4.0], [400.0, 400.0]])
    assert bands(lattice(metres, metres), (121.4, 31.2))["bands"] == []
    near = np.vstack([metres, [[1.0, 1.0]]])
    found = bands(lattice(near, near), (121.4, 31.2))["bands"]
    east = max(lon for each in found for lon, _lat in get_coordinates(shape(each["geometry"])))
    assert found
    assert east < 121.4 + 100 / 95_000


def test_a_question_is_asked_once_worked_out_by_the_job_and_then_shown(hot, sign_in):
    client = sign_in("duty_officer")
    address = f"/risk-map/hotspots/?{MARCH}"
    assert "Nobody has asked this yet" in client.get(address).content.decode()

    for _twice in range(2):
        again = client.post("/risk-map/hotspots/ask/", dict(pair.split("=") for pair in MARCH.split("&")))
        assert (again.status_code, again["location"]) == (302, address)
    assert "This is being worked out" in client.get(address).content.decode()
    assert Job.objects.filter(name=questions.WORK_OUT).count() == 1

    assert jobs.work_once()
    assert "Worked out" in client.get(address).content.decode()


def test_every_night_what_everybody_asks_is_asked_and_what_is_old_is_forgotten(hot):
    now = timezone.now()
    old = questions.ask(question(), hot.places["street"].path, at=now - timedelta(days=41))
    number = questions.ask_standing(LAST, ["lighting"], at=now)

    scopes = questions.scopes()
    assert scopes == [hot.places[name].path for name in ("street", "area", "committee")]
    assert number == len(scopes) * (len(Method) + 1 + 2) + questions.PUBLIC_MONTHS
    assert not HotspotRun.objects.filter(pk=old.pk).exists()
    assert questions.ask_standing(LAST, ["lighting"], at=now) == 0


def test_what_does_not_fit_in_an_address_counts_as_not_question(hot, sign_in):
    client = sign_in("duty_officer")
    for query in (
        "method=magic", "unit=room", "window=free", "window=9", "sources=people", "code=zzz", "last=9999-12-31",
        "window=free&first=0001-01-01&last=9999-12-31", "window=free&first=2026-05-01&last=2026-01-01", "first=soon",
    ):  # fmt: skip
        assert client.get(f"/risk-map/hotspots/?{query}").status_code == 200, query
        assert client.get(f"/risk-map/hotspots/charts/one/?{query}&step=hour").status_code == 200, query


@pytest.mark.parametrize("method", list(Method))
@pytest.mark.parametrize("unit", ["building", "cell"])
def test_nothing_and_next_to_nothing_give_an_answer_without_findings(yard, report, method, unit):
    street = yard.places["street"].path
    assert answered(question(method, unit=unit), street).status == RunStatus.DONE

    HotspotRun.objects.all().delete()
    report()
    report(place=None)
    assert answered(question(method, unit=unit), street).status == RunStatus.DONE
    assert not HotspotFinding.objects.exists()


def test_alarms_are_a_source_and_a_finding_lists_them_with_the_cases(hot, sign_in):
    place = hot.places["b00"]
    for number in range(6):
        rule = Rule.objects.create(code=f"smoke-{number}")
        Episode.objects.create(
            rule=rule, key="k", place=place, place_path=place.path, grade="alarm", last_at=hot.now,
            opened_at=hot.now + timedelta(hours=number), care=number == 5,
        )  # fmt: skip
    run = answered(question(Method.DENSITY, sources=("alarms", "cases")), hot.places["street"].path)
    finding = HotspotFinding.objects.get(run=run, place_path=place.path)
    link = f"/risk-map/hotspots/findings/{finding.pk}/"

    assert (run.facts["events"], finding.number) == (68, 13)
    assert listed(sign_in("duty_officer"), link) == 13
    assert "8 cases and 5 alarms" in plain(sign_in("duty_officer").get(link).content.decode())


# --- hazard levels


@pytest.fixture
def hazards(yard, report):
    """At one building four blocked fire lanes, three broken lamps and a noisy neighbour; at another two lamps."""
    for code, number, name in (
        ("fire_lane", 4, "b00"), ("lighting", 3, "b00"), ("noise", 9, "b00"), ("lighting", 2, "b05"),
    ):  # fmt: skip
        for _ in range(number):
            report(place=yard.places[name], klass=yard.klass(code))
    asked = questions.Question(RunKind.HAZARD.value, ("cases", "alarms"), FIRST, LAST)
    return answered(asked, yard.places["street"].path)


def test_a_level_is_a_sum_that_adds_up_of_things_and_not_of_what_people_do(hazards, yard):
    found = HotspotFinding.objects.get(run=hazards)

    assert found.facts["parts"] == [["cases", "fire_lane", 4, 8], ["cases", "lighting", 3, 1]]
    assert (found.place_path, found.number, found.facts["points"], found.facts["level"]) == (
        yard.places["b00"].path, 7, 35, "raised",
    )  # fmt: skip


def test_the_page_lays_the_sum_open_says_why_and_says_the_bias(yard, report, sign_in):
    yard.now = timezone.now() - timedelta(days=3)
    for _ in range(5):
        report(place=yard.places["b00"], klass=yard.klass("fire_lane"))
    client = sign_in("duty_officer")
    client.post("/risk-map/hotspots/hazards/ask/")
    assert jobs.work_once()
    html = client.get("/risk-map/hotspots/hazards/").content.decode()
    page = plain(html)

    assert "5 × 8 40" in page.replace("× 8 40", "× 8 40")
    assert re.search(r"5 × 8 40 Sum 5 40", page)
    assert "a building without points is not a safe one" in page
    assert "They are ours: no standard gives any." in page
    link = re.search(r'href="(/risk-map/hotspots/findings/\d+/)">open these 5', html)
    assert link is not None
    assert listed(client, link[1]) == 5


def test_the_office_sets_a_weight_with_a_reason_and_the_levels_are_worked_out_anew(hazards, yard, sign_in):
    client = sign_in("duty_officer")
    address = "/risk-map/hotspots/hazards/cases/lighting/"
    form = {"action": "0b6e63aa-0000-4000-8000-000000000000", "weight": "7", "reason": ""}
    refused = client.post(address, form)
    assert (refused.status_code, 'value="7"' in refused.content.decode()) == (422, True)
    assert client.post(address, form | {"weight": "101", "reason": "x"}).status_code == 422

    assert client.post(address, form | {"reason": "Dark stairs hurt people here."}).status_code == 302
    page = plain(client.get("/risk-map/hotspots/hazards/").content.decode())
    assert "Dark stairs hurt people here." in page
    run = answered(questions.question_of(hazards), hazards.scope)
    assert HotspotFinding.objects.get(run=run).facts["points"] == 4 * 8 + 3 * 7

    assert sign_in("area_lead").get(address).status_code == 403
    assert client.get("/risk-map/hotspots/hazards/cases/noise/").status_code == 404


def test_hazards_weigh_in_the_level_and_stand_behind_it_for_whom_they_are_open(yard, sign_in):
    yard.now = timezone.now() - timedelta(days=3)
    found = [found_hazard(yard, place=yard.places["b00"]) for _ in range(6)]
    Procedure.objects.filter(pk=found[0].pk).update(sealed=True)
    run = answered(questions.hazard(timezone.localdate() - timedelta(days=1)), yard.places["street"].path)
    finding = HotspotFinding.objects.get(run=run)
    page = sign_in("duty_officer").get(f"/risk-map/hotspots/findings/{finding.pk}/").content.decode()

    assert finding.facts["parts"] == [["hazards", "fire", 5, 8]]
    assert [f"/hazards/h/{each.procedure.number}/" in page for each in found] == [False] + [True] * 5
    assert "hazard: fire" in page
    Exclusion.objects.create(
        procedure=found[1].procedure, post=yard.posts["duty_officer"], reason="recusal", since=yard.now
    )  # fmt: skip
    Procedure.objects.filter(pk=found[1].pk).update(excludes=True)
    hidden = sign_in("duty_officer").get(f"/risk-map/hotspots/findings/{finding.pk}/")
    assert hidden.status_code == 404, "below five there is no finding for this reader"


def test_hazards_are_a_source_for_staff_and_nothing_for_everybody(yard):
    found_hazard(yard, place=yard.places["b00"])
    asked = {"scope": yard.places["street"].path, "first": FIRST, "last": LAST}

    staff, everybody = (read(["hazards"], Asked(**asked, public=public)) for public in (False, True))
    assert (staff.source, staff.code, staff.building) == (["hazards"], ["fire"], [yard.places["b00"].path])
    assert len(everybody) == 0
    assert len(read(["hazards"], Asked(**asked, code="gas"))) == 0


def test_weights_are_of_things_only():
    from linli.riskmap.domain.hazard import OURS

    people = {"noise", "pets", "falling", "games", "overcrowding", "care", "posting", "parking", "illegal_building"}

    assert not people & {code for source, code in OURS if source == "cases"}


def test_a_weight_that_does_not_fit_is_refused(street):
    from linli.core.errors import Invalid

    for changed in ({"code": "noise"}, {"weight": 101}, {"weight": -1}, {"reason": " "}):
        given = {"source": "cases", "code": "lighting", "weight": 2, "reason": "x", **changed}
        with pytest.raises(Invalid):
            change_weight(**given, by=street.by("duty_officer"), at=street.now)


# --- charts


def test_a_chart_calls_the_week_that_is_too_much_and_its_link_opens_those_cases(yard, report, sign_in):
    today = timezone.localdate()
    last = questions.chart_ends("week", today - timedelta(days=1))
    noon = timezone.now().replace(hour=4)
    for week in range(40):
        for number in range(24 if week == 2 else 3 + week % 2):
            report(at=noon - timedelta(days=(today - last).days + 7 * week + number % 5))
    client = sign_in("duty_officer")
    client.post("/risk-map/hotspots/charts/ask/", {"code": "lighting"})
    assert jobs.work_once()
    html = client.get("/risk-map/hotspots/charts/one/?code=lighting").content.decode()
    link = re.search(r'href="(/risk-map/hotspots/findings/\d+/)">open these (\d+)', html)

    assert link is not None
    assert listed(client, link[1]) == int(link[2]) == 24
    assert "a false call would come once in" in plain(html)
    assert "&lt;5" in html
    overview = client.get("/risk-map/hotspots/charts/").content.decode()
    assert "Lighting" in overview


def test_too_few_cases_for_a_chart_are_said_so(hot, sign_in):
    client = sign_in("duty_officer")
    client.post("/risk-map/hotspots/charts/ask/", {"code": "leak"})
    assert jobs.work_once()

    assert "too few cases" in client.get("/risk-map/hotspots/charts/one/?code=leak").content.decode()


# --- what everybody may read


def test_everybody_reads_whole_months_by_cell_from_five_on_of_classes_that_are_public(yard, report):
    first = (timezone.localdate().replace(day=1) - timedelta(days=1)).replace(day=1)
    at = timezone.now() - (timezone.localdate() - first - timedelta(days=2))
    for name, number in (("b00", 6), ("b06", 4)):
        for _ in range(number):
            report(place=yard.places[name], at=at)
        for _ in range(9):
            report(place=yard.places[name], at=at, klass=yard.klass("noise"))
    root = yard.places["street"].path
    run = answered(questions.public(first), root)
    visitor = Client(headers={"accept-language": "en"})
    page = plain(visitor.get("/risk-map/hotspots/public/").content.decode())
    areas = json.loads(visitor.get(f"/risk-map/hotspots/public/areas.geojson?month={first}").content)["features"]

    assert run.facts["units"] == [[yard.places["cell_01"].path, 6, False, None]]
    assert "Cell 01 6 as chance may have it" in page
    assert "Cell 02" not in page
    assert [each["properties"]["number"] for each in areas] == [6]
    assert not HotspotMember.objects.exists()
    now = timezone.localdate().replace(day=1)
    assert f'value="{now}"' not in visitor.get(f"/risk-map/hotspots/public/?month={now}").content.decode()
    assert json.loads(visitor.get(f"/risk-map/hotspots/public/areas.geojson?month={now}").content)["features"] == []


def test_a_class_that_is_made_never_public_leaves_the_next_answer(hot):
    CaseClass.objects.filter(code="lighting").update(publicity=Publicity.NEVER)

    assert answered(question(), hot.places["street"].path).facts["events"] == 0


# --- what it costs


def test_a_page_costs_the_same_statements_over_one_finding_and_over_many(hot, sign_in):
    client = sign_in("duty_officer")
    run = answered(question(Method.DENSITY), hot.places["street"].path)
    key = HotspotFinding.objects.get(run=run, rank=1).pk
    paths = [f"/risk-map/hotspots/?{MARCH}&method=density", f"/risk-map/hotspots/findings/{key}/"]
    paths += ["/risk-map/hotspots/charts/", "/risk-map/hotspots/hazards/", "/risk-map/hotspots/public/"]
    many = [statements(client, path) for path in paths]
    HotspotFinding.objects.filter(run=run, rank__gt=1).delete()

    assert [statements(client, path) for path in paths] == many
    assert max(many) <= 16
