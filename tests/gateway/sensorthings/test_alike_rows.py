"""Rows that are read as whole columns say what they say value by value, and a row more or less hides nothing."""

import json
from datetime import UTC, timedelta, timezone
from math import isinf
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from linli.gateway.sensorthings.alike_rows import TIME, read_columns
from linli.gateway.sensorthings.arrays_in import _Work, create_observations, links_as_json
from linli.gateway.sensorthings.times import parse_instant
from linli.sensing.domain.accept import Sender
from tests.gateway.sensorthings.test_arrays import BASE, group
from tests.neighbourhood import NOW

FEW = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
NUMBER, KEY = pa.float64(), pa.int32()
KINDS = (TIME, NUMBER, KEY)

offsets = st.integers(-18 * 60, 18 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
instants = st.datetimes(timezones=st.just(UTC) | offsets)
times = st.builds(
    lambda at, form, z: at.isoformat("T", form).replace("+00:00", z), instants,
    st.sampled_from(["minutes", "seconds", "milliseconds", "microseconds"]), st.sampled_from(["Z", "+00:00"]),
)  # fmt: skip
numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(1 << 70), 1 << 70)
keys = st.integers(-(1 << 31), (1 << 31) - 1)
within = times.filter(lambda text: meant(json.dumps(text), TIME) is not None)  # by its offset one may leave year 1
GOOD = {TIME: within, NUMBER: numbers, KEY: keys}
odd_times = st.builds(
    "".join, st.tuples(
        st.sampled_from(["2026-11-20", "2026-02-30", "0000-01-01", "20261120", "10000-01-01"]),
        st.sampled_from(["T", " ", "t", ""]),
        st.sampled_from(["10", "10:00", "10:00:00", "10:00:00.1234567", "10:00:00,5", "24:00:00", "23:59:60", "1000"]),
        st.sampled_from(["", "Z", "z", "+08:00", "+0800", "+08", "+18:30", "+19:00", "-23:59", "Z "]),
    ),
)  # fmt: skip
signs = st.text(alphabet='[],"\\: T2Z', max_size=6)
anything = st.recursive(
    st.none() | st.booleans() | numbers | times | odd_times | signs, lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)  # fmt: skip
styles = st.sampled_from([{"separators": (",", ":")}, {}, {"indent": 1}, {"ensure_ascii": False}])


def alike(kinds: tuple[pa.DataType, ...]) -> Any:
    return st.lists(st.tuples(*(GOOD[kind] for kind in kinds)).map(list), min_size=1, max_size=6)


def meant(text: str, kind: pa.DataType) -> Any:
    """What one value says by itself; None where it is none of its kind."""
    value = json.loads(text)
    if kind == TIME:
        try:
            return parse_instant(value)[0].us if isinstance(value, str) else None
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int if kind == KEY else int | float):
        return None
    return value if kind == KEY else float(value)


def read(text: str, kinds: tuple[pa.DataType, ...]) -> list[list[Any]] | None:
    try:
        columns = read_columns(text.encode(), kinds)
    except ValueError:
        return None
    return [column.to_pylist() for column in columns]


@given(st.lists(st.sampled_from(KINDS), min_size=1, max_size=4).map(tuple), st.data(), styles)
def test_alike_rows_are_read_and_say_what_each_value_says(kinds, data, style):
    rows = data.draw(alike(kinds))

    found = read(json.dumps(rows, **style), kinds)

    assert found == [[meant(json.dumps(row[n]), kind) for row in rows] for n, kind in enumerate(kinds)]


@given(st.lists(st.sampled_from(KINDS), min_size=1, max_size=3).map(tuple), st.data(), styles)
def test_whatever_is_read_says_the_same_value_by_value(kinds, data, style):
    """Rows of which some are cut, lengthened, or hold what looks like the end of a row."""
    rows: Any = data.draw(alike(kinds))
    for _ in range(data.draw(st.integers(1, 3))):
        row = data.draw(st.sampled_from(rows))
        first = data.draw(st.integers(0, len(row)))
        row[first : first + data.draw(st.integers(0, 2))] = data.draw(st.lists(anything, max_size=2))
    if data.draw(st.booleans()):
        rows.insert(data.draw(st.integers(0, len(rows))), data.draw(anything))

    found = read(json.dumps(rows, **style), kinds)

    if found is not None:
        assert all(isinstance(row, list) and len(row) == len(kinds) for row in rows)
        assert found == [[meant(json.dumps(row[n]), kind) for row in rows] for n, kind in enumerate(kinds)]


@given(odd_times | times)
def test_a_time_that_is_read_with_others_is_read_alone(text):
    found = read(json.dumps([[text]]), (TIME,))

    assert found in (None, [[meant(json.dumps(text), TIME)]])


@pytest.mark.parametrize("text", [
    "[]", "[[]]", "{}", "5", '"[,],["', '[["1.5",2]]', '[["2026-11-20T10:00:00Z","2"]]', "[[1,2]]", '[["\\"",2]]',
    '[["\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"",2]]', '[["2026-11-20T10:00:00Z",null]]', '[["2026-11-20T10:00:00Z",true]]',
    '[["2026-11-20T10:00:00Z",1,2]]', '[["2026-11-20T10:00:00Z",[1],["2026-11-20T10:00:00Z",2]]',
    '[["2026-11-20T10:00:00Z",1],[]]', '[["2026-11-20T10:00:00Z",1],5]', '[["2026\\u002d11-20T10:00:00Z",1]]',
    '[",",","]', '["],[",1]', '[["2026-11-20T10:00:00Z",{"a":1}]]', '{"a":["2026-11-20T10:00:00Z",1]}',
])  # fmt: skip
def test_what_is_no_row_of_a_time_and_a_number_is_left_to_whoever_reads_row_by_row(text):
    assert read(text, (TIME, NUMBER)) is None


def test_a_number_that_no_double_holds_is_infinite():
    (column,) = read("[[1e400],[-1e400],[1e-400]]", (NUMBER,))

    assert [isinf(value) for value in column] == [True, True, False]


@FEW
@example([["2026-11-20T10:00:00Z", 2**53 + 1]], {})
@example([["2026-11-20T10:00:00Z", 1e308], ["2026-11-20 10:00:00Z", 1]], {})
@given(st.lists(st.tuples(times | odd_times, st.one_of(numbers, st.none(), st.text(max_size=2)))), styles)
def test_columns_take_and_refuse_what_row_by_row_takes_and_refuses(api, stream, store, monkeypatch, rows, style):
    body = json.dumps([group(stream, ["phenomenonTime", "result"], rows)], **style).encode()

    found = []
    for by_rows in (False, True):
        with monkeypatch.context() as patch:
            if by_rows:
                patch.setattr(_Work, "_columns", lambda *_: None)
            keys = create_observations(body, sender=Sender.system(), at=NOW)
        stored = {row["id"]: row for batch in store.door.store.scan() for row in batch.to_pylist()}
        found.append([{**stored[key], "id": 0} if key else None for key in keys.tolist()])

    assert found[0] == found[1]


@given(st.lists(st.sampled_from([0, 1, 9, 10, 12345, (1 << 53) - 1]), max_size=8))
def test_the_answer_names_each_observation_by_its_link(numbers):
    told = links_as_json(np.array(numbers, np.int64), BASE)

    assert orjson.loads(told) == [f"{BASE}Observations({number})" if number else "error" for number in numbers]
