"""Query options: the standard's clause 9.3, each held to what it says of small sets."""

import re

import pytest

from tests.gateway.sensorthings.conftest import DATASTREAM, LOCATION, PROPERTY, SENSOR, THING


@pytest.fixture
def net(api):
    """Three things, each with a location; two with a datastream; ten observations of the first."""
    ids = {"things": []}
    for number in range(3):
        place = {
            **LOCATION,
            "name": f"place {number}",
            "location": {"type": "Point", "coordinates": [number, 10 * number]},
        }
        inside = {"floor": number, "tags": ["a", f"b{number}"], "in": {"x": number}}
        body = {**THING, "name": f"thing {number}", "properties": inside, "Locations": [place]}
        if number < 2:
            body["Datastreams"] = [
                {
                    **DATASTREAM,
                    "name": f"stream {number}",
                    "Sensor": SENSOR,
                    "ObservedProperty": {**PROPERTY, "name": f"property {number}"},
                }
            ]
        ids["things"].append(api.post("Things", body))
    ids["streams"] = api.ids("Datastreams")
    for number in range(10):
        api.post(f"Datastreams({ids['streams'][0]})/Observations", {
            "phenomenonTime": f"2026-11-20T{number:02}:30:15.250Z", "result": number,
            "resultTime": f"2026-11-21T00:{number:02}:00Z", "parameters": {"n": number},
        })  # fmt: skip
    return ids


OBSERVATIONS = [
    ("result eq 3", [3]),
    ("result ne 3", [0, 1, 2, 4, 5, 6, 7, 8, 9]),
    ("result gt 7", [8, 9]),
    ("result ge 7", [7, 8, 9]),
    ("result lt 2", [0, 1]),
    ("result le 2", [0, 1, 2]),
    ("3 lt result and result lt 6", [4, 5]),
    ("result eq 1 or result eq 2", [1, 2]),
    ("not result gt 2", [0, 1, 2]),
    ("not (result gt 2)", [0, 1, 2]),
    ("not(result gt 2) and result gt 0", [1, 2]),
    ("result add 2 gt 10", [9]),
    ("result sub 2 eq 1", [3]),
    ("result mul 2 eq 8", [4]),
    ("result div 2 eq 1.5", [3]),
    ("result mod 3 eq 0", [0, 3, 6, 9]),
    ("result add 2 mul 2 eq 7", [3]),
    ("(result add 2) mul 2 eq 10", [3]),
    ("-result eq -3", [3]),
    ("result gt -1 and result lt 1", [0]),
    ("result in (1, 3, 99)", [1, 3]),
    ("result eq '3'", [3]),
    ("phenomenonTime lt 2026-11-20T01:30:15.250Z", [0]),
    ("phenomenonTime le 2026-11-20T01:30:15.250Z", [0, 1]),
    ("phenomenonTime eq 2026-11-20T03:30:15.250Z", [3]),
    ("phenomenonTime eq 2026-11-20T11:30:15.250+08:00", [3]),
    ("phenomenonTime gt 2026-11-20T08:00:00Z", [8, 9]),
    ("during(phenomenonTime,2026-11-20T08:00:00Z/2026-11-20T09:00:00Z)", [8]),
    ("resultTime ge 2026-11-21T00:08:00Z", [8, 9]),
    ("year(phenomenonTime) eq 2026 and hour(phenomenonTime) eq 4", [4]),
    ("month(resultTime) eq 11 and minute(resultTime) gt 8", [9]),
    ("day(phenomenonTime) eq 21", []),
    ("second(phenomenonTime) eq 15 and fractionalseconds(phenomenonTime) eq 0.25 and result eq 1", [1]),
    ("date(phenomenonTime) eq 2026-11-20 and result eq 1", [1]),
    ("time(phenomenonTime) lt 01:00:00", [0]),
    ("totaloffsetminutes(phenomenonTime) eq 0 and result eq 1", [1]),
    ("phenomenonTime lt now() and result eq 1", [1]),
    ("phenomenonTime gt mindatetime() and phenomenonTime lt maxdatetime() and result lt 1", [0]),
    ("phenomenonTime add duration'PT1H' gt 2026-11-20T10:00:00Z", [9]),
    ("round(result div 2) eq 2", [3, 4]),
    ("floor(result div 2) eq 2", [4, 5]),
    ("ceiling(result div 2) eq 2", [3, 4]),
    ("parameters/n eq 4", [4]),
    ("Datastream/name eq 'stream 0' and result eq 5", [5]),
    ("Datastream/Thing/properties/floor eq 0 and result eq 5", [5]),
    ("Datastream/id eq 99999", []),
    ("FeatureOfInterest/name eq 'place 0' and result lt 1", [0]),
    ("result eq null", []),
    ("result ne null and result lt 1", [0]),
    ("true and result lt 1", [0]),
    ("resultTime eq null", []),
    ("validTime eq null and result eq 2", [2]),
    ("id gt 0 and result eq 2", [2]),
    ("@iot.id gt 0 and result eq 2", [2]),
    ("result eq 1 or result eq 2 and false", [1]),
    ("result eq 3e0", [3]),
    ("result eq 3.0", [3]),
    ("year(9999-12-31T24:00:00+05:00) eq 9999", []),
    ("Datastream/Thing/Locations/name eq 'place 0' and result eq 5", [5]),
]


def test_observations_are_filtered(api, net):
    told = {text: api.results(f"Observations?$filter={text}") for text, _expected in OBSERVATIONS}
    counted = {text: api.get(f"Observations?$filter={text}&$count=true&$top=1")["@iot.count"] for text in told}

    assert told == dict(OBSERVATIONS)
    assert counted == {text: len(expected) for text, expected in OBSERVATIONS}


THINGS = [
    ("name eq 'thing 1'", [1]),
    ("name ne 'thing 1'", [0, 2]),
    ("name gt 'thing 1'", [2]),
    ("'thing 1' eq name", [1]),
    ("substringof('ing 2',name)", [2]),
    ("contains(name,'ing 2')", [2]),
    ("endswith(name,'1')", [1]),
    ("startswith(name,'thing')", [0, 1, 2]),
    ("length(name) eq 7", [0, 1, 2]),
    ("indexof(name,'1') eq 6", [1]),
    ("substring(name,6) eq '2'", [2]),
    ("substring(name,0,5) eq 'thing'", [0, 1, 2]),
    ("tolower(name) eq 'thing 1'", [1]),
    ("toupper(name) eq 'THING 1'", [1]),
    ("trim(' thing 1 ') eq name", [1]),
    ("concat(concat(name,','),'x') eq 'thing 1,x'", [1]),
    ("properties/floor eq 2", [2]),
    ("properties/floor ge 1", [1, 2]),
    ("properties/tags[1] eq 'b2'", [2]),
    ("properties/tags/1 eq 'b2'", [2]),
    ("properties/in/x eq 1", [1]),
    ("properties/none eq 1", []),
    ("'b1' in properties/tags", [1]),
    ("1 in properties/in/x", [1]),
    ("'x' in properties/none", []),
    ("properties/floor eq '1'", [1]),
    ("'1' lt properties/floor", [2]),
    ("properties/tags[0] eq 1", []),
    ("Datastreams/name eq 'stream 1'", [1]),
    ("Datastreams/ObservedProperty/name eq 'property 0'", [0]),
    ("Datastreams/name eq 'stream 1' and Datastreams/ObservedProperty/name eq 'property 0'", []),
    ("Datastreams/Observations/result gt 8", [0]),
    ("Datastreams/Observations/result gt 80", []),
    ("Datastreams/id eq null", [2]),
    ("Locations/name eq 'place 2' or Datastreams/name eq 'stream 0'", [0, 2]),
    ("name eq 'It''s'", []),
    ("st_within(Locations/location, geography'POLYGON ((0.5 5, 0.5 15, 1.5 15, 1.5 5, 0.5 5))')", [1]),
    ("geo.intersects(Locations/location, geography'LINESTRING (0 0, 2 20)')", [0, 1, 2]),
    ("geo.distance(Locations/location, geography'POINT (2 20)') lt 1", [2]),
    ("st_equals(Locations/location, geography'POINT (1 10)')", [1]),
    ("st_disjoint(Locations/location, geography'POINT (1 10)')", [0, 2]),
    ("st_intersects(Locations/location, geography'POINT(1 10)')", [1]),
    ("st_contains(geography'POLYGON ((0.5 5, 0.5 15, 1.5 15, 1.5 5, 0.5 5))', Locations/location)", [1]),
    ("st_touches(geography'POLYGON ((1 10, 1 15, 1.5 15, 1.5 10, 1 10))', Locations/location)", [1]),
    ("st_overlaps(Locations/location, geography'POINT (1 10)')", []),
    ("st_crosses(Locations/location, geography'POINT (1 10)')", []),
    ("st_relate(Locations/location, geography'POINT (1 10)', '0FFFFFFF2')", [1]),
    ("geo.length(geography'LINESTRING (0 0, 3 4)') eq 5", [0, 1, 2]),
    ("Datastreams/phenomenonTime gt 2026-11-20T00:00:00Z", [0]),
    ("Datastreams/observedArea ne null", [0]),
]


def test_things_are_filtered(api, net):
    told = {text: api.names(f"Things?$filter={text}") for text, _expected in THINGS}
    counted = {text: api.get(f"Things?$filter={text}&$count=true&$top=0") for text in told}

    assert told == {text: [f"thing {number}" for number in expected] for text, expected in THINGS}
    assert counted == {text: {"@iot.count": len(expected), "value": []} for text, expected in THINGS}


MALFORMED = [
    "$filter=",
    "$filter=name",
    "$filter=name eq",
    "$filter=eq 'x'",
    "$filter=(name eq 'x'",
    "$filter=name eq 'x",
    "$filter=name eq 'x')",
    "$filter=colour eq 'x'",
    "$filter=name/x eq 'x'",
    "$filter=nofunction(name)",
    "$filter=length(name,1) eq 1",
    "$filter=name foo 'x'",
    "$filter=1 add 2",
    "$filter=length(name)",
    "$filter=name eq 'x' name",
    "$filter=st_within(Locations/location, geography'POINT(x)')",
    "$filter=name eq #",
    "$filter=Datastreams/colour eq 1",
    "$filter=time eq 2026-13-45T00:00:00Z",
    "$filter=during(HistoricalLocations/time,2026-11-20T00:00:00Z)",
    "$filter=during(2026-11-20T00:00:00Z,HistoricalLocations/time)",
    "$filter='a' in",
    "$filter=not",
    "$filter=()",
    "$filter=name and name",
    "$top=-1",
    "$top=x",
    "$top=1.5",
    "$skip=-1",
    "$skip=x",
    "$count=yes",
    "$count=",
    "$orderby=",
    "$orderby=colour",
    "$orderby=name up",
    "$select=colour",
    "$select=",
    "$expand=Observations",
    "$expand=",
    "$expand=Datastreams(",
    "$expand=Datastreams($top=x)",
    "$expand=Datastreams(top=1)",
    "$expand=Datastreams($foo=1)",
    "$nothing=1",
    "$resultFormat=dataArray",
    "$resultFormat=x",
    "$top=1&$top=2",
    "$expand=Datastreams($filter=name eq)",
    "$expand=Datastreams/Nothing",
    "$filter=" + "(" * 100,
    "$filter=" + "not " * 500 + "true",
]


def test_a_query_that_cannot_be_read_is_refused(api):
    for query in MALFORMED:
        api.get(f"Things?{query}", 400)


def test_pages_are_counted_skipped_cut_and_linked(api, net):
    first = api.get("Observations?$top=4&$count=true&$orderby=result desc")

    assert ([row["result"] for row in first["value"]], first["@iot.count"]) == ([9, 8, 7, 6], 10)
    assert first["@iot.nextLink"].startswith("http://testserver/sensorthings/v1.1/Observations?")
    assert "$skip=4" in first["@iot.nextLink"]
    second = api.client.get(first["@iot.nextLink"]).json()
    third = api.client.get(second["@iot.nextLink"]).json()
    assert [[row["result"] for row in page["value"]] for page in (second, third)] == [[5, 4, 3, 2], [1, 0]]
    assert "@iot.nextLink" not in third
    assert api.results("Observations?$skip=8") == [8, 9]
    assert api.get("Things?$count=false&$top=2")["@iot.nextLink"].endswith("$skip=2")


ORDERS = [
    ("result", list(range(10))),
    ("result desc", list(range(9, -1, -1))),
    ("phenomenonTime desc", list(range(9, -1, -1))),
    ("phenomenonTime asc", list(range(10))),
    ("result mod 2,result desc", [8, 6, 4, 2, 0, 9, 7, 5, 3, 1]),
    ("Datastream/name,result", list(range(10))),
    ("resultTime desc,id", list(range(9, -1, -1))),
    ("@iot.id", list(range(10))),
    ("id desc", list(range(9, -1, -1))),
    ("parameters/n desc", list(range(9, -1, -1))),
]


def test_observations_are_ordered(api, net):
    for order, expected in ORDERS:
        assert api.results(f"Observations?$orderby={order}") == expected, order
        assert api.results(f"Observations?$orderby={order}&$skip=2&$top=3") == expected[2:5], order


def test_things_are_ordered(api, net):
    assert api.names("Things?$orderby=name desc") == ["thing 2", "thing 1", "thing 0"]
    assert api.names("Things?$orderby=id desc&$top=1") == ["thing 2"]
    assert api.names("Things?$orderby=properties/floor desc&$filter=properties/floor gt 0") == ["thing 2", "thing 1"]
    assert api.names("Things?$orderby=Datastreams/name desc,name desc") == ["thing 1", "thing 0", "thing 2"]


def test_only_what_is_selected_is_told(api, net):
    assert api.get("Things?$select=name&$top=1")["value"] == [{"name": "thing 0"}]
    key = net["things"][0]
    base = f"http://testserver/sensorthings/v1.1/Things({key})"
    assert api.get(f"Things({key})?$select=id,Datastreams") == {
        "@iot.id": key,
        "Datastreams@iot.navigationLink": f"{base}/Datastreams",
    }
    assert api.get(f"Things({key})?$select=name&$expand=Locations($select=name)") == {
        "name": "thing 0",
        "Locations": [{"name": "place 0"}],
    }


def test_links_are_expanded_at_any_depth(api, net):
    inner = "Observations($top=2;$orderby=result desc;$select=result;$count=true),ObservedProperty($select=name)"
    told = api.get(f"Things?$expand=Datastreams($select=name;$expand={inner})&$select=name")

    stream = net["streams"][0]
    assert told["value"][0] == {"name": "thing 0", "Datastreams": [{
        "name": "stream 0", "Observations@iot.count": 10, "Observations": [{"result": 9}, {"result": 8}],
        "Observations@iot.nextLink": f"http://testserver/sensorthings/v1.1/Datastreams({stream})/Observations"
        "?$top=2&$orderby=result%20desc&$select=result&$count=true&$skip=2",
        "ObservedProperty": {"name": "property 0"},
    }]}  # fmt: skip
    assert told["value"][2] == {"name": "thing 2", "Datastreams": []}
    slash = api.get(f"Datastreams({stream})?$expand=Thing/Locations,ObservedProperty,Observations/FeatureOfInterest")
    assert slash["Thing"]["Locations"][0]["name"] == "place 0"
    assert slash["Observations"][3]["FeatureOfInterest"]["name"] == "place 0"
    assert "Thing@iot.navigationLink" in slash
    assert not [name for name in slash["Thing"] if "navigationLink" in name]
    assert list(api.get(f"Datastreams({stream})?$expand=Thing($select=id,Locations)")["Thing"]) == [
        "@iot.id",
        "Locations@iot.navigationLink",
    ]
    some = api.get("Things?$expand=Datastreams($filter=name eq 'stream 1';$count=true)")["value"]
    assert [row["Datastreams@iot.count"] for row in some] == [0, 1, 0]


def test_observations_are_told_as_a_data_array(api, net):
    told = api.get("Observations?$resultFormat=dataArray&$select=result,phenomenonTime&$filter=result lt 2&$count=true")

    assert told == {"@iot.count": 2, "value": [{
        "Datastream@iot.navigationLink": f"http://testserver/sensorthings/v1.1/Datastreams({net['streams'][0]})",
        "components": ["result", "phenomenonTime"], "dataArray@iot.count": 2,
        "dataArray": [[0, "2026-11-20T00:30:15.250Z"], [1, "2026-11-20T01:30:15.250Z"]],
    }]}  # fmt: skip


SOME = "2026-11-20T"  # a day; what follows are its hours
SPANS = {
    "a": "06:00", "b": "07:00", "c": "07:30", "d": "08:00", "e": "06:00/07:00", "f": "06:30/07:30",
    "g": "07:00/08:00", "h": "07:00/07:30", "i": "07:30/08:00", "j": "08:00/09:00",
}  # fmt: skip
TIMED = [  # an interval holds its start and not its end
    ("{} lt 07:00", "ae"), ("{} gt 07:00", "cdij"), ("{} le 07:00", "abe"), ("{} ge 07:00", "bcdghij"),
    ("{} eq 07:00", "b"), ("07:00 lt {}", "cdij"), ("07:00 ge {}", "abe"), ("{} ne 07:00", "acdefghij"),
    ("{} lt 07:00/08:00", "ae"), ("{} gt 07:00/08:00", "dj"), ("{} le 07:00/08:00", "abefgh"),
    ("{} ge 07:00/08:00", "dgij"), ("{} eq 07:00/08:00", "g"),
    ("before({},07:00)", "ae"), ("after({},07:00/08:00)", "dj"), ("meets({},07:00/08:00)", "bdej"),
    ("during({},07:00/08:00)", "bcghi"), ("during(07:00,{})", "fgh"), ("overlaps({},07:00)", "bfgh"),
    ("overlaps({},07:00/08:00)", "bcfghi"), ("overlaps(07:00/08:00,{})", "bcfghi"),
    ("starts({},07:00/08:00)", "bgh"), ("finishes({},07:00/08:00)", "dgi"), ("finishes({},07:00)", "be"),
    ("not {} lt 07:00 and not {} ge 08:00", "bcfghi"),
]  # fmt: skip


def _dated(text: str) -> str:
    return re.sub(r"\d\d:\d\d", lambda found: f"{SOME}{found[0]}:00Z", text)


def test_times_and_intervals_are_compared(api, stream):
    for name, time in SPANS.items():
        body = {"phenomenonTime": _dated(time), "result": 1, "resultQuality": name}
        api.post(f"Datastreams({stream})/Observations", body)

    told = {
        text: "".join(
            sorted(row["resultQuality"] for row in api.get(f"Observations?$filter={_dated(filled)}")["value"])
        )
        for text, _expected in TIMED
        if (filled := text.replace("{}", "phenomenonTime"))
    }

    assert told == dict(TIMED)
    assert api.ids(f"Datastreams?$filter=phenomenonTime eq {_dated('06:00/09:00')}") == [stream]
    assert api.ids(f"Datastreams?$filter=phenomenonTime eq {_dated('07:00')}") == []


def test_an_option_is_read_however_it_is_encoded_and_spelt(api, net):
    for written in ("%24filter%3Dresult+eq+3", "%24filter%3Dresult%20eq%203&$top=1", "$Filter=result%20eq%203"):
        answer = api.client.get(f"/sensorthings/v1.1/Observations?{written}")
        assert [row["result"] for row in answer.json()["value"]] == [3]
    assert api.names("Things?$orderBy=id desc&$top=1") == ["thing 2"]
    assert api.get("Things?$orderBy=id&$top=1")["@iot.nextLink"].endswith("?$orderby=id&$top=1&$skip=1")
    api.get("Things?$top=1&$TOP=2", 400)


def test_a_plus_and_percent_signs_in_an_address_are_read(api, net):
    for written in (
        "result+eq+3",
        "result%20eq%203",
        "phenomenonTime%20eq%202026-11-20T11:30:15.250%2B08:00",
        "phenomenonTime%20eq%202026-11-20T11:30:15.250+08:00",
    ):
        answer = api.client.get(f"/sensorthings/v1.1/Observations?$filter={written}")
        assert [row["result"] for row in answer.json()["value"]] == [3]
    assert api.client.get("/sensorthings/v1.1/Things?%24top=1").json()["value"][0]["name"] == "thing 0"
