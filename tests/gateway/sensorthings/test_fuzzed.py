"""Nothing that can be sent makes the service fail, and what is compiled or pushed down means what is evaluated."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.gateway.sensorthings.ast import Order
from linli.gateway.sensorthings.compile import narrowed, pushed
from linli.gateway.sensorthings.entities import BY_SET, OBSERVATION
from linli.gateway.sensorthings.errors import BadRequest
from linli.gateway.sensorthings.evaluate import Expression, Sorted
from linli.gateway.sensorthings.grammar import parse_filter
from linli.gateway.sensorthings.paths import Collection
from linli.gateway.sensorthings.query import Query
from linli.gateway.sensorthings.relations import Relations
from linli.gateway.sensorthings.selecting import select
from linli.gateway.sensorthings.stored import Where
from linli.sensing.models import Datastream
from tests.gateway.sensorthings.conftest import DATASTREAM, LOCATION, PROPERTY, SENSOR, THING

FEW = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
MANY = settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])

TIMES = ["2026-11-20T03:30:00Z", "2026-11-20T08:00:00+08:00", "2026-11-20T00:00:00Z/2026-11-20T04:00:00Z", "2026-11-20"]
PATHS = {
    "Observations": [
        "result", "phenomenonTime", "resultTime", "id", "validTime", "parameters/n", "Datastream/id", "Datastream/name",
        "Datastream/Thing/name", "Datastream/Thing/id", "FeatureOfInterest/name", "Datastream/Thing/Locations/id",
    ],
    "Things": [
        "name", "id", "description", "properties/floor", "properties/none", "Datastreams/name", "Datastreams/id",
        "Datastreams/Sensor/name", "Locations/id", "Locations/name", "HistoricalLocations/time", "Locations/location",
        "Datastreams/Observations/result", "Datastreams/phenomenonTime",
    ],
}  # fmt: skip
LITERALS = ["0", "1", "2", "3.5", "-1", "'thing 1'", "'stream 0'", "'x'", "''", "true", "false", "null", *TIMES]
WORDS = [
    *LITERALS, *PATHS["Observations"], *PATHS["Things"], "and", "or", "not", "eq", "ne", "gt", "lt", "ge", "le", "add",
    "sub", "mul", "div", "mod", "in", "(", ")", ",", "-", "/", "'", "[0]", "substring(", "length(", "year(", "now()",
    "geo.distance(", "st_within(", "geography'POINT(1 2)'", "duration'P1D'", "date(", "@", "$", "%", "中", "\\",
]  # fmt: skip


@st.composite
def filters(draw: Any, plural: str, depth: int = 3) -> str:
    """Well-formed filters, by the grammar."""
    if depth and draw(st.booleans()):
        op = draw(st.sampled_from(["and", "or"]))
        parts = [draw(filters(plural, depth - 1)) for _ in range(draw(st.integers(2, 3)))]
        return "(" + f" {op} ".join(parts) + ")"
    if depth and draw(st.integers(0, 3)) == 0:
        return f"not ({draw(filters(plural, depth - 1))})"
    path, literal = draw(st.sampled_from(PATHS[plural])), draw(st.sampled_from(LITERALS))
    if draw(st.integers(0, 5)) == 0:
        return f"{path} in ({literal}, {draw(st.sampled_from(LITERALS))})"
    op = draw(st.sampled_from(["eq", "ne", "gt", "ge", "lt", "le"]))
    return f"{path} {op} {literal}" if draw(st.booleans()) else f"{literal} {op} {path}"


@pytest.fixture
def net(api):
    for number in range(4):
        body: dict[str, Any] = {**THING, "name": f"thing {number}", "properties": {"floor": number % 2}}
        if number:
            body["Locations"] = [{**LOCATION, "name": f"place {each}"} for each in range(number)]
        if number > 1:
            body["Datastreams"] = [
                {**DATASTREAM, "name": f"stream {each}", "Sensor": SENSOR, "ObservedProperty": PROPERTY,
                 "observationType": "any", "Observations": [
                     {"result": result, "phenomenonTime": time, "parameters": {"n": each}} for result, time in
                     zip([0, 1, 3.5, "x", True, None], [*TIMES[:3], *TIMES[:3]], strict=True)]}
                for each in range(number - 1)
            ]  # fmt: skip
        api.post("Things", body)
    return api


@pytest.mark.parametrize("plural", ["Things", "Observations"])
def test_a_filter_finds_what_evaluating_every_row_finds(net, plural):
    entity, relations = BY_SET[plural], Relations()
    every = list(relations.observations.rows(Where())) if entity is OBSERVATION else list(entity.rows().order_by("pk"))

    @MANY
    @given(filters(plural))
    def hold(text: str) -> None:
        node = parse_filter(text, entity)
        fresh = Relations()
        expression = Expression(node, entity, fresh)
        fresh.prepare(expression, every, entity)
        expected = [row.pk for row in every if expression.holds(row)]
        page = select(Collection(entity), Query(filter=node, top=1000, count=True), Relations())
        assert sorted(row.pk for row in page.rows) == sorted(expected)
        assert page.count == len(expected)

    hold()


def test_some_filters_are_compiled_and_pushed_down():
    thing = BY_SET["Things"]

    assert narrowed(parse_filter("name eq 'x' and Datastreams/id eq 3", thing), thing)[1]
    condition, exact = narrowed(parse_filter("name eq 'x' and length(name) eq 1", thing), thing)
    assert (condition is None, exact) == (False, False)
    text = "phenomenonTime ge 1970-01-01T00:00:01Z and result lt 5 and Datastream/id eq 3 and length('a') eq 1"
    where = pushed(parse_filter(text, OBSERVATION))
    assert (where.since, where.datastreams) == (1_000_000, frozenset({3}))
    assert where.high is not None
    assert 4.99 < where.high < 5


@MANY
@given(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join) | st.text(max_size=60))
def test_whatever_stands_in_a_filter_is_read_or_refused(text):
    for entity in (BY_SET["Things"], OBSERVATION):
        try:
            node = parse_filter(text, entity)
        except BadRequest:
            continue
        assert Expression(node, entity, Relations()).value is not None
        assert Sorted([Order(node)], entity, Relations()).parts


OPTIONS = ["$filter", "$expand", "$select", "$orderby", "$top", "$skip", "$count", "$resultFormat", "$foo", "bar"]
VALUES = st.lists(
    st.sampled_from([*WORDS, "Datastreams", "Locations($top=1;", "$expand=", "name", "dataArray"]), max_size=5
)
SETS = ["Things", "Observations", "Datastreams", "Locations", "HistoricalLocations", "FeaturesOfInterest", "Sensors"]
SEGMENTS = [
    *SETS, "Things(1)", "Datastreams(1)", "Observations(1)", "name", "$value", "$ref", "properties", "Thing", "(1)",
    "Things(-1)", "Things(x)", "Sensors(1e9)", "location", "0", "%", "中", "..", "Things(1", "@iot.id", "$count",
]  # fmt: skip


def test_no_address_makes_the_service_fail(net):
    @FEW
    @given(
        st.lists(st.sampled_from(SEGMENTS), min_size=1, max_size=4),
        st.lists(st.tuples(st.sampled_from(OPTIONS), VALUES.map(" ".join) | st.text(max_size=20)), max_size=3),
    )
    def hold(segments: list[str], options: list[tuple[str, str]]) -> None:
        answer = net.client.get("/sensorthings/v1.1/" + "/".join(segments), dict(options))
        assert answer.status_code in (200, 204, 400, 404)

    hold()


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=8)
    | st.sampled_from(TIMES),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from([
    "name", "description", "properties", "encodingType", "location", "metadata", "definition", "feature", "time",
    "result", "phenomenonTime", "resultTime", "validTime", "parameters", "resultQuality", "unitOfMeasurement",
    "observationType", "observedArea", "@iot.id", "Thing", "Locations", "Datastreams", "Sensor", "ObservedProperty",
    "Observations", "Datastream", "FeatureOfInterest", "HistoricalLocations", "Things",
])  # fmt: skip
LINKS = st.integers(0, 9).map(lambda key: {"@iot.id": key})
BODIES = st.recursive(
    JSON | LINKS,
    lambda inner: st.dictionaries(NAMES, inner, max_size=6) | st.lists(inner, max_size=2),
    max_leaves=12,
)
WHOLE = st.sampled_from([THING, LOCATION, SENSOR, PROPERTY, DATASTREAM, {"result": 1}, {"time": TIMES[0]}])


def test_no_body_makes_the_service_fail(net):
    @settings(FEW, max_examples=150)
    @given(
        st.sampled_from(["post", "patch", "put"]),
        st.sampled_from(
            [*SETS, "ObservedProperties", "CreateObservations", "Datastreams(1)/Observations", "Things(1)/Locations"]
        ),
        st.integers(1, 4),
        WHOLE,
        st.dictionaries(NAMES, BODIES, max_size=4) | BODIES,
    )
    def hold(method: str, plural: str, key: int, whole: dict, said: Any) -> None:
        address = plural if method == "post" or "(" in plural else f"{plural}({key})"
        body = {**whole, **said} if isinstance(said, dict) else said
        answer = getattr(net.client, method)(
            f"/sensorthings/v1.1/{address}", json.dumps(body), content_type="application/json"
        )
        assert answer.status_code in (200, 201, 400, 404, 405, 413), answer.content

    hold()


@pytest.mark.parametrize("body", [
    b"", b"{", b"\xff\xfe", b"[" * 5000, b'{"name": NaN}', b"1e999", b'{"name": "\\ud800"}',
    b'{"name":"\\u0000","description":""}',
    b'{"result": 1e400}', b'{"a":' * 100 + b"1" + b"}" * 100, b"null",
])  # fmt: skip
def test_no_broken_body_makes_the_service_fail(net, body):
    stream = Datastream.objects.earliest("pk").pk
    for address in ("Things", "Observations", "CreateObservations", f"Datastreams({stream})/Observations"):
        answer = net.client.post(f"/sensorthings/v1.1/{address}", body, content_type="application/json")
        assert answer.status_code in (201, 400), answer.content
