"""Entities are made, read, changed and deleted as the standard's clauses 9 and 10 say."""

import pytest

from linli.people.models import Account
from tests.gateway.sensorthings.conftest import DATASTREAM, LOCATION, PROPERTY, SENSOR, THING

ROOT = "http://testserver/sensorthings/v1.1/"


def test_the_root_lists_the_entity_sets_and_what_is_conformed_to(api):
    told = api.get("")

    assert {row["name"] for row in told["value"]} == {
        "Things", "Locations", "HistoricalLocations", "Datastreams", "Sensors", "ObservedProperties", "Observations",
        "FeaturesOfInterest",
    }  # fmt: skip
    assert told["value"][0]["url"] == f"{ROOT}{told['value'][0]['name']}"
    assert "http://www.opengis.net/spec/iot_sensing/1.1/req/datamodel" in told["serverSettings"]["conformance"]


def test_a_thing_is_read_with_its_control_information(api):
    key = api.post("Things", {**THING, "properties": {"floor": 3}})

    assert api.get(f"Things({key})") == {
        "@iot.selfLink": f"{ROOT}Things({key})", "@iot.id": key, **THING, "properties": {"floor": 3},
        "Locations@iot.navigationLink": f"{ROOT}Things({key})/Locations",
        "HistoricalLocations@iot.navigationLink": f"{ROOT}Things({key})/HistoricalLocations",
        "Datastreams@iot.navigationLink": f"{ROOT}Things({key})/Datastreams",
    }  # fmt: skip


def test_everything_inside_is_made_with_one_request(api):
    body = {
        **THING, "Locations": [LOCATION],
        "Datastreams": [{**DATASTREAM, "Sensor": SENSOR, "ObservedProperty": PROPERTY, "Observations": [
            {"phenomenonTime": "2026-11-20T10:00:00Z", "result": 21.5}, {"result": 22},
        ]}],
    }  # fmt: skip

    key = api.post("Things", body)

    assert api.names(f"Things({key})/Locations") == ["No. 12"]
    assert sorted(
        api.results(f"Things({key})/Datastreams({api.ids(f'Things({key})/Datastreams')[0]})/Observations")
    ) == [21.5, 22]
    assert api.names("FeaturesOfInterest") == ["No. 12"]
    assert len(api.ids(f"Things({key})/HistoricalLocations")) == 1


def test_an_observation_is_read_as_it_was_sent(api, stream):
    key = api.post("Observations", {
        "phenomenonTime": "2026-11-20T10:00:00.000Z/2026-11-20T11:00:00.000Z", "result": 21.5,
        "resultTime": "2026-11-20T12:00:00.250Z", "resultQuality": "good", "parameters": {"tilt": 30},
        "validTime": "2026-11-20T10:00:00.000Z/2026-11-21T10:00:00.000Z", "Datastream": {"@iot.id": stream},
    })  # fmt: skip

    told = api.get(f"Observations({key})")

    assert {name: value for name, value in told.items() if "@iot" not in name} == {
        "phenomenonTime": "2026-11-20T10:00:00.000Z/2026-11-20T11:00:00.000Z", "result": 21.5,
        "resultTime": "2026-11-20T12:00:00.250Z", "resultQuality": "good", "parameters": {"tilt": 30},
        "validTime": "2026-11-20T10:00:00.000Z/2026-11-21T10:00:00.000Z",
    }  # fmt: skip
    assert api.get(f"Datastreams({stream})")["phenomenonTime"] == "2026-11-20T10:00:00.000Z/2026-11-20T11:00:00.000Z"
    assert api.get(f"Datastreams({stream})")["observedArea"] == LOCATION["location"]


@pytest.mark.parametrize("result", [1, 1.5, "word", True, False, None, {"a": [1, {"b": None}]}, [1, 2], ""])
def test_any_result_comes_back_as_the_same_json(api, stream, result):
    api.patch(f"Datastreams({stream})", {"observationType": "someType"})

    key = api.post(f"Datastreams({stream})/Observations", {"result": result})

    assert (
        api.get(f"Observations({key})/result") == {"result": result}
        if result is not None
        else api.get(f"Observations({key})")["result"] is None
    )


def test_a_property_its_value_and_references_have_addresses(api, stream):
    thing = api.get(f"Datastreams({stream})/Thing")["@iot.id"]

    assert api.get(f"Things({thing})/name") == {"name": "Lamp"}
    assert api.get(f"Things({thing})/name/$value") == "Lamp"
    assert api.get(f"Datastreams({stream})/Thing/name/$value") == "Lamp"
    assert api.get(f"Datastreams({stream})/unitOfMeasurement/symbol") == {"symbol": "°C"}
    assert api.get(f"Things({thing})/Datastreams/$ref") == {
        "value": [{"@iot.selfLink": f"{ROOT}Datastreams({stream})"}]
    }
    assert api.get(f"Things({thing})/properties", 204) == ""


@pytest.mark.parametrize(("address", "status"), [
    ("Things(999999)", 404), ("Things(9223372036854775807)", 404), ("Things(99999999999999999999)", 404),
    ("Things(-1)", 404), ("Things(x)", 404), ("Things()", 404), ("Things('1')", 404), ("Nothings", 404),
    ("Things(999999)/name", 404), ("Observations(1)", 404), ("Observations(9223372036854775807)", 404),
])  # fmt: skip
def test_what_is_not_there_is_not_found(api, address, status):
    api.get(address, status)


def test_places_in_a_list_have_addresses(api):
    inside = {"list": [[1, 2], [3, 4]], "rooms": [{"name": "stairs"}]}
    key = api.post("Things", {**THING, "properties": inside})

    assert api.get(f"Things({key})/properties/list[1]") == {"list[1]": [3, 4]}
    assert api.get(f"Things({key})/properties/list[1][0]") == {"list[1][0]": 3}
    assert api.get(f"Things({key})/properties/list[1][0]/$value") == "3"
    assert api.get(f"Things({key})/properties/rooms[0]/name") == {"name": "stairs"}
    for address in ("properties/list[2]", "properties[0]", "name[0]", "properties/list[x]"):
        api.get(f"Things({key})/{address}", 404)


@pytest.mark.parametrize("result", [2**53 + 1, -6_843_253_454_353_454_355, 2**62 + 1])
def test_a_whole_number_that_no_double_holds_comes_back_exactly(api, stream, result):
    key = api.post(f"Datastreams({stream})/Observations", {"result": result})
    other = api.post(f"Datastreams({stream})/Observations", {"result": 1})
    api.patch(f"Observations({other})", {"result": result + 1})

    assert api.results("Observations") == [result, result + 1]
    assert api.get(f"Observations({key})/result/$value") == str(result)
    assert api.ids(f"Observations?$filter=result eq {result}") == [key]
    assert "exact" not in str(api.get(f"Observations({key})"))
    api.patch(f"Observations({other})", {"result": 2})
    assert api.get(f"Observations({other})")["result"] == 2


def test_a_position_that_no_list_reaches_leads_nowhere(api):
    key = api.post("Things", {**THING, "properties": {"list": [5, 6]}})
    far = "9" * 5000

    assert api.get(f"Things({key})/properties/list/1") == {"1": 6}
    api.get(f"Things({key})/properties/list/{far}", 404)
    assert api.ids(f"Things?$filter=properties/list/{far} eq 5") == []


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_a_move_is_dated_on_a_day_with_one_before_and_one_after(api, stream, time):
    thing, place = api.ids("Things")[0], api.ids("Locations")[0]

    api.post(f"Things({thing})/HistoricalLocations", {"time": time, "Locations": [{"@iot.id": place}]}, 400)
    assert api.ids(f"HistoricalLocations?$filter=time eq {time}") == []


def test_patch_changes_what_it_says_and_put_replaces(api, stream):
    key = api.post("Things", {**THING, "properties": {"floor": 3}})

    api.patch(f"Things({key})", {"name": "Lamp 2"})
    assert (api.get(f"Things({key})")["name"], api.get(f"Things({key})")["properties"]) == ("Lamp 2", {"floor": 3})
    api.put(f"Things({key})", THING)
    assert "properties" not in api.get(f"Things({key})")
    api.patch(
        f"Things({key})",
        [{"op": "add", "path": "/properties", "value": {"a": 1}}],
        content_type="application/json-patch+json",
    )
    assert api.get(f"Things({key})")["properties"] == {"a": 1}
    api.patch(f"Datastreams({stream})", {"Thing": {"@iot.id": key}})
    assert api.ids(f"Things({key})/Datastreams") == [stream]


def test_parameters_are_flat_but_where_no_people_are(api, stream):
    nested = {"result": 1, "parameters": {"list": [1, {"a": None}], "n": 2}}
    key = api.post(f"Datastreams({stream})/Observations", nested)
    api.post(f"Datastreams({stream})/Observations", {"result": 1, "parameters": {"inside": [{"face": 1}]}}, 400)

    assert api.get(f"Observations({key})")["parameters"] == nested["parameters"]
    Account.objects.create_user("somebody")
    body = {**DATASTREAM, "Thing": {**THING, "Locations": [LOCATION]}, "Sensor": SENSOR, "ObservedProperty": PROPERTY}
    stream = api.post("Datastreams", body)
    api.post(f"Datastreams({stream})/Observations", nested, 400)
    api.post(f"Datastreams({stream})/Observations", {"result": 1, "parameters": {"n": 2}})


def test_the_area_that_was_observed_outlives_a_put(api, stream):
    api.post(f"Datastreams({stream})/Observations", {"result": 1})
    area = api.get(f"Datastreams({stream})")["observedArea"]

    api.put(f"Datastreams({stream})", {**DATASTREAM, "name": "Attic"})

    told = api.get(f"Datastreams({stream})")
    assert (told["name"], told["observedArea"]) == ("Attic", area)


def test_an_observation_is_corrected_and_taken_away(api, stream):
    key = api.post(f"Datastreams({stream})/Observations", {"result": 1, "phenomenonTime": "2026-11-20T10:00:00Z"})

    api.patch(f"Observations({key})", {"result": 2})
    assert api.get(f"Observations({key})")["result"] == 2
    assert api.get(f"Observations({key})")["phenomenonTime"] == "2026-11-20T10:00:00.000Z"
    api.delete(f"Observations({key})")
    api.get(f"Observations({key})", 404)


def test_whatever_cannot_be_without_what_is_deleted_goes_with_it(api, stream):
    thing = api.get(f"Datastreams({stream})/Thing")["@iot.id"]
    key = api.post(f"Datastreams({stream})/Observations", {"result": 1})

    api.delete(f"Things({thing})")

    assert [api.ids(name) for name in ("Things", "Datastreams", "Observations", "HistoricalLocations")] == [[]] * 4
    api.get(f"Observations({key})", 404)
    assert [len(api.ids(name)) for name in ("Locations", "Sensors", "ObservedProperties", "FeaturesOfInterest")] == [
        1,
        1,
        1,
        1,
    ]


def test_where_a_thing_was_put_and_its_last_move_of_the_day_are_remembered(api, people):
    key = api.post("Things", {**THING, "Locations": [LOCATION]})
    for name in ("first", "second"):
        api.post(f"Things({key})/Locations", {**LOCATION, "name": name})

    rows = api.get(f"Things({key})/HistoricalLocations?$expand=Locations&$orderby=time desc")["value"]

    assert [[each["name"] for each in row["Locations"]] for row in rows] == [["second"], ["No. 12"]]
    assert api.names(f"Things({key})/Locations") == ["second"]


def test_every_move_is_remembered_where_no_people_are(api):
    key = api.post("Things", {**THING, "Locations": [LOCATION]})
    places = [{"@iot.id": api.post("Locations", {**LOCATION, "name": name})} for name in ("first", "second", "third")]
    for place in places:
        api.patch(f"Things({key})", {"Locations": [place]})
    rows = api.get(f"Things({key})/HistoricalLocations?$expand=Locations&$orderby=id")["value"]

    assert [row["Locations"][0]["name"] for row in rows] == ["No. 12", "first", "second", "third"]
    api.patch(f"HistoricalLocations({rows[1]['@iot.id']})", {"time": "2026-01-01T06:00:00Z"})
    api.patch(f"HistoricalLocations({rows[2]['@iot.id']})", {"time": "2026-01-01T07:00:00Z"})
    body = {"time": "2026-01-01T05:00:00Z", "Thing": {"@iot.id": key}, "Locations": [places[0]]}
    api.post("HistoricalLocations", body)
    assert len(api.ids(f"Things({key})/HistoricalLocations")) == 5
    assert api.names(f"Things({key})/Locations") == ["third"]


def test_two_moves_of_a_day_are_not_brought_about_where_people_are(api, people):
    key = api.post("Things", {**THING, "Locations": [LOCATION]})
    for day in ("01", "02"):
        body = {"time": f"2026-01-{day}T06:00:00Z", "Thing": {"@iot.id": key}, "Locations": [LOCATION]}
        moved = api.post("HistoricalLocations", body)

    api.patch(f"HistoricalLocations({moved})", {"time": "2026-01-01T07:00:00Z"}, 400)


@pytest.mark.parametrize(("address", "body"), [
    ("Things", {}), ("Things", []), ("Things", "x"), ("Things", {**THING, "colour": 1}), ("Things", {"name": "x"}),
    ("Things", {**THING, "name": None}), ("Things", {**THING, "properties": []}), ("Things", {**THING, "name": 5}),
    ("Things", {**THING, "Locations": {}}), ("Things", {**THING, "Locations": [{"@iot.id": 99999}]}),
    ("Things", {**THING, "Locations": [{"@iot.id": "x"}]}), ("Things", {**THING, "Datastreams": [DATASTREAM]}),
    ("Datastreams", DATASTREAM), ("Locations", {**LOCATION, "location": None}),
    ("Locations", {**LOCATION, "location": 5}),
    ("HistoricalLocations", {"time": "2026-01-01T00:00:00Z"}), ("Observations", {"result": 1}),
    ("Things", {**THING, "properties": {"faceTemplate": "x"}}), ("Things", {**THING, "name": "x" * 501}),
])  # fmt: skip
def test_what_is_malformed_is_refused_and_leaves_nothing(api, address, body):
    api.post(address, body, 400)

    assert [api.ids(name) for name in ("Things", "Locations", "Datastreams")] == [[], [], []]


@pytest.mark.parametrize("body", [
    {"Locations": [LOCATION]}, {"Datastreams": [DATASTREAM]}, {"name": None}, {"colour": 1}, [],
    {"Locations": [{"@iot.id": 99999}]},
])  # fmt: skip
def test_a_change_describes_no_new_entities(api, body):
    key = api.post("Things", THING)

    api.patch(f"Things({key})", body, 400)


@pytest.mark.parametrize(("method", "address"), [
    ("post", "Things(1)"), ("delete", "Things"), ("put", "Things"), ("patch", "Things"), ("post", ""),
    ("put", "Things(1)/name"),
])  # fmt: skip
def test_a_method_that_an_address_does_not_take_is_refused(api, method, address):
    key = api.post("Things", THING)

    api.send(method, address.replace("(1)", f"({key})"), {}, 405)


PROPERTIES = {
    "Things": {"name", "description", "properties"},
    "Locations": {"name", "description", "encodingType", "location", "properties"},
    "HistoricalLocations": {"time"},
    "Datastreams": {
        "name", "description", "unitOfMeasurement", "observationType", "observedArea", "phenomenonTime", "resultTime",
        "properties",
    },
    "Sensors": {"name", "description", "encodingType", "metadata", "properties"},
    "ObservedProperties": {"name", "definition", "description", "properties"},
    "FeaturesOfInterest": {"name", "description", "encodingType", "feature", "properties"},
}  # fmt: skip
LINKS = {
    "Things": {"Locations", "HistoricalLocations", "Datastreams"},
    "Locations": {"Things", "HistoricalLocations"},
    "HistoricalLocations": {"Thing", "Locations"},
    "Datastreams": {"Thing", "Sensor", "ObservedProperty", "Observations"},
    "Sensors": {"Datastreams"},
    "ObservedProperties": {"Datastreams"},
    "Observations": {"Datastream", "FeatureOfInterest"},
    "FeaturesOfInterest": {"Observations"},
}


@pytest.fixture
def whole(api):
    """One of each entity, with every property that it may have."""
    free = {"properties": {"a": 1}}
    observation = {
        "result": 1, "phenomenonTime": "2026-11-20T10:00:00Z", "resultTime": "2026-11-20T10:00:00Z",
        "FeatureOfInterest": {
            "name": "air", "description": "", "encodingType": "application/geo+json",
            "feature": LOCATION["location"], **free,
        },
    }  # fmt: skip
    body = {**DATASTREAM, **free, "Sensor": {**SENSOR, **free}, "ObservedProperty": {**PROPERTY, **free}}
    body["Observations"] = [observation]
    return api.post("Things", {**THING, **free, "Locations": [{**LOCATION, **free}], "Datastreams": [body]})


def test_each_entity_has_the_properties_of_the_standard(api, whole):
    told = {plural: {name for name in api.get(plural)["value"][0] if "@iot" not in name} for plural in PROPERTIES}

    assert told == PROPERTIES
    for plural, names in PROPERTIES.items():
        key = api.ids(plural)[0]
        assert all(name in api.get(f"{plural}({key})/{name}") for name in names)


def test_each_entity_has_the_links_of_the_standard(api, whole):
    ending = "@iot.navigationLink"
    told = {
        plural: {name.removesuffix(ending) for name in api.get(plural)["value"][0] if name.endswith(ending)}
        for plural in LINKS
    }

    assert told == LINKS
    for plural, names in LINKS.items():
        row = api.get(f"{plural}?$expand={','.join(sorted(names))}")["value"][0]
        assert all(row[name] for name in names)
        for name in names:
            assert api.client.get(api.get(f"{plural}({row['@iot.id']})")[name + ending]).status_code == 200


def test_each_entity_is_made_by_itself_and_by_its_links(api):
    thing = api.post("Things", THING)
    place = api.post("Locations", {**LOCATION, "Things": [{"@iot.id": thing}]})
    row = api.post("HistoricalLocations", {
        "time": "2026-01-01T00:00:00Z", "Thing": {"@iot.id": thing}, "Locations": [{"@iot.id": place}],
    })  # fmt: skip
    sensor, what = api.post("Sensors", SENSOR), api.post("ObservedProperties", PROPERTY)
    ends = {"Sensor": {"@iot.id": sensor}, "ObservedProperty": {"@iot.id": what}}
    stream = api.post(f"Things({thing})/Datastreams", {**DATASTREAM, **ends})
    other = api.post(f"Sensors({sensor})/Datastreams", {
        **DATASTREAM, "Thing": {"@iot.id": thing}, "ObservedProperty": {"@iot.id": 999_999, **PROPERTY, "name": "new"},
    })  # fmt: skip
    feature = api.post("FeaturesOfInterest", {
        "name": "air", "description": "", "encodingType": "application/geo+json",
        "feature": {"type": "POINT", "coordinates": [1, 2]},
        "Observations": [{"result": 3, "Datastream": {"@iot.id": stream}}],
    })  # fmt: skip
    key = api.post(f"FeaturesOfInterest({feature})/Observations", {"result": 4, "Datastream": {"@iot.id": other}})

    assert api.ids(f"Things({thing})/Locations") == [place]
    assert api.ids(f"Locations({place})/HistoricalLocations")[-1] == row
    assert api.ids(f"Things({thing})/Datastreams") == [stream, other]
    assert api.get(f"Datastreams({other})/ObservedProperty/name") == {"name": "new"}
    assert sorted(api.results(f"FeaturesOfInterest({feature})/Observations")) == [3, 4]
    assert api.get(f"Observations({key})/Datastream/Thing/@iot.id") == {"@iot.id": thing}
