"""Indicators: each counts what its definition says, over what the reader may see, and lists just as many."""

from datetime import date

import pytest

from linli.insight.domain.indicators import BY_CODE, INDICATORS, SCREEN_TEN, courses, latest
from linli.insight.enums import Making, Span
from linli.people.actors import Viewer

TODAY = date(2026, 11, 25)
COMPUTED = [each.code for each in INDICATORS if each.is_computed]


@pytest.fixture
def viewer(street):
    return lambda role: Viewer((street.posts[role],), street.accounts[role])


@pytest.fixture
def march(street, walk, tell):
    """Seven reports of March 2026: five about parking, one of them late, and two about lights."""
    street.now = street.now.replace(month=3, day=9)
    for grade in (5, 4, 4, 3):
        walk(klass=street.klass("parking")).done(grade)
    walk(klass=street.klass("parking")).done(1, late=True)
    walk().done(4)
    walk().file().dispatch()
    tell()


def test_a_course_says_value_and_what_it_stands_on(march, viewer):
    found = courses(
        ["reported", "in_time", "satisfaction", "five_disorders", "disorders_in_time", "late"], viewer("duty_officer"),
        date(2026, 2, 1), date(2026, 4, 30), today=TODAY,
    )  # fmt: skip
    told = {code: [(point.value, point.above, point.n) for point in points] for code, points in found.items()}

    assert told == {
        "reported": [(None, None, None), (7.0, 7, 7), (0.0, 0, 0)],
        "in_time": [(None, None, None), (5 / 7, 5, 7), (None, 0, 0)],
        "satisfaction": [(None, None, None), (5 / 6, 5, 6), (None, 0, 0)],
        "five_disorders": [(None, None, None), (5.0, 5, 5), (0.0, 0, 0)],
        "disorders_in_time": [(None, None, None), (4 / 5, 4, 5), (None, 0, 0)],
        "late": [(None, None, None), (1.0, 1, 7), (0.0, 0, 0)],
    }


def test_all_stand(march, viewer):
    found = latest(BY_CODE, viewer("duty_officer"), today=TODAY)

    assert set(found) == set(BY_CODE)
    assert [point.period.first.month for point in found["reported"].trend][-3:] == [8, 9, 10]
    assert found["fee_rate"].whole.period.kind == Span.YEAR
    assert all(found[each.code].whole.value is None for each in INDICATORS if each.making == Making.WAITING)
    assert len(SCREEN_TEN) == 10
    assert set(SCREEN_TEN) <= set(COMPUTED)
