"""Observations by the thousand: CreateObservations, and how many statements it and others cost."""

import orjson
import pytest

from linli.core import jobs
from linli.core.models import Job
from linli.gateway.sensorthings import arrays_in, changing
from linli.gateway.sensorthings.arrays_in import create_observations
from linli.sensing.domain import forgetting
from linli.sensing.domain.accept import Sender
from linli.sensing.domain.kept import DEVICES
from linli.sensing.models import ObservedProperty
from tests.gateway.sensorthings.conftest import DATASTREAM, LOCATION, PROPERTY, SENSOR, THING
from tests.neighbourhood import NOW

BASE = "http://testserver/sensorthings/v1.1/"


def group(stream: int, components: list[str], rows: list[list]) -> dict:
    return {
        "Datastream": {"@iot.id": stream}, "components": components,
        "dataArray@iot.count": len(rows), "dataArray": rows,
    }  # fmt: skip


def test_alike_rows_are_stored_as_columns(api, stream):
    rows = [[f"2026-11-20T10:00:00.{number:03}Z", number / 2] for number in range(5)]

    told = api.post("CreateObservations", [group(stream, ["phenomenonTime", "result"], rows)]).json()

    assert [link.startswith(f"{BASE}Observations(") for link in told] == [True] * 5
    assert api.results("Observations") == [0, 0.5, 1, 1.5, 2]
    assert api.client.get(told[1]).json()["phenomenonTime"] == "2026-11-20T10:00:00.001Z"
    assert api.names("FeaturesOfInterest") == ["No. 12"]
    assert api.get(f"Datastreams({stream})")["observedArea"] == LOCATION["location"]


def test_rows_of_many_kinds_are_stored_one_by_one(api, stream):
    feature = api.post(
        "FeaturesOfInterest",
        {"name": "roof", "description": "", "encodingType": "application/geo+json", "feature": LOCATION["location"]},
    )
    components = ["phenomenonTime", "result", "resultTime", "parameters", "FeatureOfInterest/id"]
    rows = [
        ["2026-11-20T10:00:00Z/2026-11-20T11:00:00Z", 1, "2026-11-20T12:00:00Z", {"tilt": 3}, feature],
        ["2026-11-20T11:00:00+08:00", 2.5, None, None, feature],
        ["never", 3, None, None, feature],
        ["2026-11-20T11:00:00Z", "word", None, None, feature],
        ["2026-11-20T11:00:00Z", 4, None, None, 99999],
        ["2026-11-20T11:00:00Z", 5],
    ]

    told = api.post("CreateObservations", [group(stream, components, rows)]).json()

    assert [link == "error" for link in told] == [False, False, True, True, True, True]
    assert api.client.get(told[0]).json()["parameters"] == {"tilt": 3}
    assert api.client.get(told[1] + "/phenomenonTime/$value").content == b"2026-11-20T03:00:00.000Z"
    assert api.results(f"FeaturesOfInterest({feature})/Observations") == [2.5, 1]


@pytest.mark.parametrize("at_once", [3, 200_000])
def test_arrays_of_many_kinds_in_one_body_are_answered_in_their_order(api, stream, monkeypatch, at_once):
    monkeypatch.setattr(arrays_in, "ROWS_AT_ONCE", at_once)
    other = api.post(
        "Datastreams",
        {**DATASTREAM, "Thing": {**THING, "Locations": [LOCATION]}, "Sensor": SENSOR, "ObservedProperty": PROPERTY},
    )
    plain, timed = ["phenomenonTime", "result"], ["phenomenonTime", "result", "resultTime"]
    body = [
        group(stream, plain, [[f"2026-11-20T10:00:0{number}Z", number] for number in range(4)]),
        group(other, plain, [["2026-11-20T10:00:00Z", 10], ["1850-11-20T10:00:00Z", 11]]),
        group(other, plain, []),
        group(stream, plain, [["2026-11-20T11:00:00Z", 20], ["never", 21], ["2026-11-20T11:00:01Z", 22]]),
        group(other, timed, [["2026-11-20T12:00:00Z", 30, "2026-11-20T12:00:01Z"]]),
        group(stream, plain, [["2026-11-20T13:00:00Z", 40]]),
    ]

    told = api.post("CreateObservations", body).json()

    results = [None if link == "error" else api.client.get(link).json()["result"] for link in told]
    assert results == [0, 1, 2, 3, 10, results[5], 20, None, 22, 30, 40]
    assert api.results(f"Datastreams({stream})/Observations?$orderby=phenomenonTime") == [0, 1, 2, 3, 20, 22, 40]


def test_nothing_is_stored_where_an_array_further_down_is_refused(api, stream):
    rows = [["2026-11-20T10:00:00Z", 1]]
    body = [
        group(stream, ["phenomenonTime", "result"], rows), {**group(stream, ["result"], []), "dataArray": "x"},
    ]  # fmt: skip

    api.post("CreateObservations", body, 400)

    assert api.results("Observations") == []


def test_arrays_of_three_datastreams_cost_no_more_statements_than_those_of_one(
    api, stream, django_assert_max_num_queries
):
    more = {**DATASTREAM, "Sensor": SENSOR, "ObservedProperty": PROPERTY}
    streams = [
        stream, *(api.post("Datastreams", {**more, "Thing": {**THING, "Locations": [LOCATION]}}) for _ in range(2))
    ]  # fmt: skip
    bodies = [
        orjson.dumps([group(each, ["phenomenonTime", "result"], [["2026-11-20T10:00:00Z", 1]]) for each in some])
        for some in (streams, streams, streams[:1])
    ]
    counts = []
    for body in bodies:
        with django_assert_max_num_queries(30) as counted:
            create_observations(body, sender=Sender.system(), at=NOW)
        counts.append(len(counted))

    assert counts[1] == counts[2]  # the first makes features and areas


@pytest.mark.parametrize("body", [
    {}, [], "x", [{}], [{"Datastream": {"@iot.id": 1}}], b"[", b"\xff",
    [{"Datastream": {"@iot.id": "x"}, "components": ["result"], "dataArray": []}],
])  # fmt: skip
def test_a_body_that_is_no_data_array_is_refused(api, stream, body):
    api.post("CreateObservations", body, 201 if body == [] else 400)


@pytest.mark.parametrize(("components", "rows"), [
    (["colour"], [[1]]), (["phenomenonTime"], [["2026-11-20T10:00:00Z"]]), (["result", "result"], [[1, 1]]), ([], [[]]),
    (["result"], {}), (["result"], "x"), (["id", "result"], [[1, 1]]),
])  # fmt: skip
def test_components_that_make_no_observation_are_refused(api, stream, components, rows):
    api.post("CreateObservations", [{**group(stream, components, []), "dataArray": rows}], 400)
    api.post("CreateObservations", [group(99999, ["result"], [[1]])], 400)


def test_ten_thousand_rows_cost_no_more_statements_than_ten(api, stream, django_assert_max_num_queries):
    counts = []
    for size in (10, 10_000):
        rows = [["2026-11-20T10:00:00.000Z", number] for number in range(size)]
        body = orjson.dumps([group(stream, ["phenomenonTime", "result"], rows)])
        with django_assert_max_num_queries(12) as counted:
            assert len(create_observations(body, sender=Sender.system(), at=NOW)) == size
        counts.append(len(counted))

    assert counts[1] <= counts[0]


def test_a_datastream_that_is_deleted_takes_all_its_observations_along(api, stream, store, monkeypatch):
    monkeypatch.setattr(changing, "MOST_REMOVED", 5)
    monkeypatch.setattr(forgetting, "PART", 4)
    other = api.post(
        "Datastreams",
        {**DATASTREAM, "Thing": {**THING, "Locations": [LOCATION]}, "Sensor": SENSOR, "ObservedProperty": PROPERTY},
    )
    rows = [[f"2026-11-20T10:00:{number:02}Z", number] for number in range(20)]
    api.post("CreateObservations", [group(each, ["phenomenonTime", "result"], rows) for each in (stream, other)])

    api.delete(f"Datastreams({stream})")

    assert store.door.store.count([stream]) == 15
    while jobs.work_once():
        pass
    assert (store.door.store.count([stream]), store.door.store.count([other])) == (0, 20)
    assert not Job.objects.filter(done_at=None, name=forgetting.JOB).exists()


def test_a_correction_beyond_the_bounds_of_what_is_observed_is_refused_and_changes_nothing(api, stream):
    code = api.get(f"Datastreams({stream})/ObservedProperty")["@iot.id"]
    ObservedProperty.objects.filter(pk=code).update(low=-40, high=60)
    DEVICES.changed()
    kept = api.post(f"Datastreams({stream})/Observations", {"phenomenonTime": "2026-11-20T10:00:00Z", "result": 20})

    api.patch(f"Observations({kept})", {"result": 61}, 400)
    api.patch(f"Observations({kept})", {"result": 60})

    assert api.results("Observations") == [60]


def test_a_list_of_three_costs_no_more_than_a_list_of_one(api, django_assert_max_num_queries):
    addresses = (
        "Things?$expand=Locations,HistoricalLocations/Locations,Datastreams($expand=Sensor,ObservedProperty,Observations)",
        "Observations?$expand=Datastream/Thing/Locations,FeatureOfInterest&$filter=Datastream/Thing/name ne 'x'",
        "Datastreams?$filter=Thing/Locations/name ne 'x' and startswith(Sensor/name,'D')&$orderby=Sensor/name",
        "Locations?$expand=Things/Datastreams&$filter=Things/properties/x eq null",
    )
    costs = []
    for _number in range(3):
        body = {**DATASTREAM, "Sensor": SENSOR, "ObservedProperty": PROPERTY, "Observations": [{"result": 1}]}
        api.post("Things", {**THING, "Locations": [LOCATION], "Datastreams": [body]})
        cost = []
        for address in addresses:
            with django_assert_max_num_queries(20) as counted:
                api.get(address)
            cost.append(len(counted))
        costs.append(cost)

    assert costs[0] == costs[2]


def test_what_a_datastream_spans_is_told_by_its_ends_where_it_is_long(api, stream, monkeypatch):
    rows = [
        [f"2026-11-20T10:{number:02}:00.000Z", number, f"2026-11-20T11:{number:02}:00.000Z"] for number in range(30)
    ]
    api.post("CreateObservations", [group(stream, ["phenomenonTime", "result", "resultTime"], rows)])
    exact = api.get(f"Datastreams({stream})")

    monkeypatch.setattr("linli.gateway.sensorthings.stored.EXACT_ROWS", 5)

    assert exact["phenomenonTime"] == "2026-11-20T10:00:00.000Z/2026-11-20T10:29:00.000Z"
    assert exact["resultTime"] == "2026-11-20T11:00:00.000Z/2026-11-20T11:29:00.000Z"
    assert api.get(f"Datastreams({stream})") == exact
