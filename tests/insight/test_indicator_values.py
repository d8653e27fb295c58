"""Figures from outside: handed in, corrected, withdrawn, taken from a table; kept apart from what is computed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import translation

from linli.core.errors import Conflict, Invalid, Refused
from linli.insight.course_chart import course_chart
from linli.insight.domain.defining import define, editions, known
from linli.insight.domain.indicators import BY_CODE, course, points
from linli.insight.domain.outside import (
    Draft,
    correct_value,
    enter_value,
    history,
    in_force,
    reported,
    whole_path,
    withdraw_value,
)
from linli.insight.domain.outside_files import read_table, take_table
from linli.insight.domain.periods import period_of
from linli.insight.domain.readers import Everybody
from linli.insight.enums import Group, Span
from linli.insight.models import OutsideValue
from linli.people.actors import Viewer
from linli.people.enums import Role


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


AT = datetime(2026, 11, 24, 2, tzinfo=UTC)
TODAY = date(2026, 11, 24)
FEES = Draft(
    code="fee_rate", first=date(2025, 1, 1), last=date(2025, 12, 31), number=0.905, above=5430, n=6000,
    source="Books of the property company", source_on=date(2026, 1, 31),
)  # fmt: skip
ARTICLE = Draft(
    code="fee_rate", first=date(2021, 1, 1), last=date(2021, 12, 31), number=0.91, source="Newspaper",
    source_on=date(2022, 8, 2), origin="reported",
)  # fmt: skip
HEADING = "indicator,from,to,value,counted,of,source,source_date,said_by,reason\n"


def wrong(draft: Draft, by) -> dict[str, str]:
    with pytest.raises(Invalid) as told:
        enter_value(draft=draft, by=by, at=AT)
    return {name: str(text) for name, text in told.value.fields.items()}


def told(rows) -> list[tuple]:
    return [(row.code, row.first.year, row.number, row.status) for row in rows]


def test_a_figure_is_kept_with_its_source_and_who_handed_it_in(street):
    row = enter_value(draft=FEES, by=street.by("area_lead"), at=AT)

    assert (row.place, row.post, row.account, row.source) == (
        street.places["area"].path, street.posts["area_lead"], street.accounts["area_lead"],
        "Books of the property company",
    )  # fmt: skip
    viewer = Viewer((street.posts["auditor"],), street.accounts["auditor"])
    found = course("fee_rate", viewer, date(2024, 1, 1), TODAY, Span.YEAR, today=TODAY)
    assert [(point.period.first.year, point.value, point.n) for point in found] == [
        (2024, None, None), (2025, 0.905, 6000), (2026, None, None)
    ]  # fmt: skip


def test_a_doubled_submit_keeps_one(street):
    action = uuid4()
    first = enter_value(draft=FEES, by=street.by("area_lead"), at=AT, action=action)

    assert enter_value(draft=FEES, by=street.by("area_lead"), at=AT, action=action) == first
    assert wrong(FEES, street.by("area_lead")) == {
        "first": "There is a figure for these days already. Correct that one."
    }


@pytest.mark.parametrize("role", ["department_handler", "property_manager", "auditor", "outsider", "mediator"])
def test_others_are_refused(street, role):
    with pytest.raises(Refused):
        enter_value(draft=FEES, by=street.by(role), at=AT)


def test_a_secretary_hands_in_for_their_committee_and_not_for_the_whole(street):
    secretary = street.by("committee_secretary")
    with pytest.raises(Refused):
        enter_value(draft=FEES, by=secretary, at=AT)

    row = enter_value(draft=replace(FEES, place=street.places["committee"].path), by=secretary, at=AT)
    assert in_force(["fee_rate"]).office == {}
    assert in_force(["fee_rate"], place=row.place).office == {"fee_rate": [row]}
    with pytest.raises(Refused):
        correct_value(value=row, draft=FEES, reason="it is of the whole", by=secretary, at=AT)
    assert in_force(["fee_rate"], place=row.place).office == {"fee_rate": [row]}


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"code": "nothing"}, {"code"}),
        ({"code": "in_time"}, {"code"}),
        ({"code": "patrols", "number": 24.0}, {"code"}),
        ({"last": date(2024, 12, 31)}, {"last"}),
        ({"first": date(2026, 1, 1), "last": date(2026, 12, 31)}, {"last"}),
        ({"first": date(2025, 1, 2)}, {"first"}),
        ({"number": 90.5}, {"number"}),
        ({"number": -0.1}, {"number"}),
        ({"number": float("nan")}, {"number"}),
        ({"number": 0.6}, {"number"}),
        ({"above": 6001}, {"above"}),
        ({"source": " "}, {"source"}),
        ({"source_on": date(2027, 1, 1)}, {"source_on"}),
        ({"telling": "change", "number": -0.3}, {"telling"}),
        ({"code": "petitions", "first": date(2025, 1, 1), "last": date(2025, 6, 30), "number": 4.5}, {"number"}),
    ],
)
def test_what_cannot_be_is_told_by_field(street, changes, fields):
    assert set(wrong(replace(FEES, **changes), street.by("area_lead"))) == fields


def test_a_correction_keeps_the_old_figure_with_who_and_why(street):
    lead = street.by("area_lead")
    old = enter_value(draft=FEES, by=lead, at=AT)
    with pytest.raises(Invalid):
        correct_value(value=old, draft=replace(FEES, number=0.9, above=5400), reason=" ", by=lead, at=AT)

    new = correct_value(
        value=old, draft=replace(FEES, number=0.9, above=5400), reason="thirty were counted twice", by=lead,
        at=AT + timedelta(days=1),
    )  # fmt: skip

    assert told(history("fee_rate")) == [
        ("fee_rate", 2025, 0.9, "in_force"), ("fee_rate", 2025, 0.905, "replaced")
    ]  # fmt: skip
    assert (new.replaces, new.reason) == (old, "thirty were counted twice")
    assert in_force(["fee_rate"]).office["fee_rate"] == [new]
    with pytest.raises(Conflict):
        correct_value(value=old, draft=FEES, reason="back", by=lead, at=AT)


def test_a_withdrawn_figure_stays_to_be_read_and_makes_room(street):
    lead = street.by("area_lead")
    old = enter_value(draft=FEES, by=lead, at=AT)
    withdraw_value(value=old, reason="of another area", by=lead, at=AT)

    assert in_force(["fee_rate"]).office == {}
    with pytest.raises(Conflict):
        withdraw_value(value=old, reason="again", by=lead, at=AT)
    enter_value(draft=FEES, by=lead, at=AT)
    assert [row.status for row in history("fee_rate")] == ["in_force", "withdrawn"]


def test_what_a_publication_reports_is_in_no_course(street):
    lead = street.by("area_lead")
    enter_value(draft=ARTICLE, by=lead, at=AT)
    fell = replace(ARTICLE, code="in_time", telling="change", number=-0.3, at_least=True)
    enter_value(draft=fell, by=lead, at=AT)

    viewer = Viewer((street.posts["area_lead"],), street.accounts["area_lead"])
    for code in ("fee_rate", "in_time"):
        found = course(code, viewer, date(2021, 1, 1), TODAY, Span.YEAR, today=TODAY)
        assert {point.value for point in found} == {None}
    assert told(reported("fee_rate")) == [("fee_rate", 2021, 0.91, "in_force")]
    assert told(reported()) == [("fee_rate", 2021, 0.91, "in_force"), ("in_time", 2021, -0.3, "in_force")]


def test_the_chart_draws_what_was_reported_apart_from_the_course(street):
    lead = street.by("area_lead")
    for year, number in ((2024, 0.88), (2025, 0.905)):
        days = {"first": date(year, 1, 1), "last": date(year, 12, 31)}
        enter_value(draft=replace(FEES, number=number, above=None, n=None, **days), by=lead, at=AT)
    enter_value(draft=ARTICLE, by=lead, at=AT)
    indicator = BY_CODE["fee_rate"]
    viewer = Viewer((street.posts["area_lead"],), street.accounts["area_lead"])
    found = course("fee_rate", viewer, date(2021, 1, 1), date(2025, 12, 31), Span.YEAR, today=TODAY)

    drawn = str(course_chart(indicator, found, reported("fee_rate")))
    line, _end, apart = drawn.partition('<g class="reported">')
    assert line.count("<circle") == 2
    assert "91" not in line.split('<g class="course">')[1]
    assert "91" in apart
    assert "<circle" not in apart
    assert "polyline" not in apart
    alone = str(course_chart(indicator, found, []))
    assert alone.split('<g class="course">')[1].count("<circle") == 2


def test_for_the_public_few_are_hidden_and_only_whole_periods_shown(street):
    lead = street.by("area_lead")
    for half, number in (((1, 1, 6, 30), 4.0), ((7, 1, 12, 31), 5.0)):
        days = {"first": date(2025, *half[:2]), "last": date(2025, *half[2:])}
        draft = replace(FEES, code="thefts", number=number, above=None, n=None, **days)
        enter_value(draft=draft, by=lead, at=AT)
    periods = [period_of(Span.HALF, date(2025, month, 1), TODAY) for month in (1, 7)]

    found = points({"thefts": BY_CODE["thefts"]}, Everybody(), periods, TODAY)["thefts"]
    assert [(found[period].value, found[period].few) for period in periods] == [(None, True), (5.0, False)]
    mine = course("thefts", None, date(2025, 1, 1), TODAY, Span.MONTH, today=TODAY)
    assert mine == []


# --- tables


def test_each_bad_row_is_told_and_none_or_the_good_ones_are_taken(street):
    text = HEADING + (
        "fee_rate,2025-01-01,,90.5,5430,6000,Books,2026-01-31,,\n"
        "fee_rate,2024-01-01,,ninety,,,Books,2025-01-31,,\n"
        "nothing,2024-01-01,,3,,,Books,2025-01-31,,\n"
        "petitions,2025-01-01,2025-06-30,41,,,Petition office,2025-07-10,,\n"
        "petitions,2025-01-01,2025-06-30,42,,,Petition office,2025-07-10,,\n"
        "thefts,2022-01-01,2022-06-30,>-75,,,Newspaper,2022-08-02,reported,\n"
        "thefts,2025-01-01,2025-06-30,7,,,,2025-07-10,,\n"
    )
    lead = street.by("area_lead")

    reading, taken = take_table(text=text, rest=False, by=lead, at=AT)
    assert (taken, OutsideValue.objects.count()) == (0, 0)
    assert [(line.number, line.wrong) for line in reading.bad] == [
        (3, "“ninety” is no number. Write 91 for 91 %."),
        (4, "There is no indicator “nothing”."),
        (6, "Row 5 says the same period."),
        (8, "Write where the figure comes from: which book, report or office."),
    ]

    _reading, taken = take_table(text=text, rest=True, by=lead, at=AT)
    assert taken == 3
    assert told(OutsideValue.objects.order_by("code")) == [
        ("fee_rate", 2025, 0.905, "in_force"), ("petitions", 2025, 41.0, "in_force"),
        ("thefts", 2022, -0.75, "in_force"),
    ]  # fmt: skip


def test_the_same_again_is_passed_over_and_another_figure_needs_a_reason(street):
    row = "petitions,2025-01-01,2025-06-30,{},,,Petition office,2025-07-10,,{}\n"
    lead = street.by("area_lead")
    take_table(text=HEADING + row.format(41, ""), rest=False, by=lead, at=AT)

    again, taken = take_table(text=HEADING + row.format(41, ""), rest=False, by=lead, at=AT)
    assert (len(again.there), taken) == (1, 0)
    other, taken = take_table(text=HEADING + row.format(43, ""), rest=False, by=lead, at=AT)
    assert (len(other.bad), taken) == (1, 0)
    _reading, taken = take_table(text=HEADING + row.format(43, "two came by post"), rest=False, by=lead, at=AT)
    assert taken == 1
    assert [(each.number, each.status) for each in history("petitions")] == [(43.0, "in_force"), (41.0, "replaced")]


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("", "table"),
        ("a,b\n1,2\n", "table"),
        (HEADING, "table"),
        (HEADING + "petitions,2025-01-01,,1,,,x,2025-07-10,,\n" * 2001, "table"),
    ],
)
def test_what_is_no_table_is_told(street, text, field):
    with pytest.raises(Invalid) as error:
        read_table(text, at=AT)
    assert set(error.value.fields) == {field}


def test_a_cell_too_many_a_formula_and_strange_numbers_are_told_not_believed(street):
    reading = read_table(
        HEADING
        + "petitions,2025-01-01,,=1+1,,,x,2025-07-10,,\n"
        + "petitions,2025-01-01,,1e9,,,x,2025-07-10,,\n"
        + "petitions,2025-01-01,,٤,,,x,2025-07-10,,\n"
        + "petitions,2025-13-01,,4,,,x,2025-07-10,,\n"
        + "petitions,2025-01-01,,4,²,,x,2025-07-10,,\n"
        + "petitions,2025-01-01,,4,,,x,2025-07-10,,,extra\n",
        at=AT,
    )
    assert [bool(line.wrong) for line in reading.lines] == [True] * 6


# --- definitions


WORDS = {
    "label": {"zh": "路灯亮着", "en": "Lamps that are lit"}, "counts": {"zh": "亮的"}, "of": {"zh": "全部路灯"},
    "source": {"zh": "市政"}, "caveats": {"zh": "只看夜里"},
}  # fmt: skip
KIND = {"group": Group.HARD, "form": "rate", "span": Span.YEAR, "up": True, "public": False}


def test_an_office_defines_an_indicator_of_its_own_and_hands_figures_in(street):
    chief = street.by("administrator")
    define(
        code="lamps", number=0, texts=WORDS, owner=Role.AREA_LEAD, since=date(2026, 1, 1), reason="asked for", by=chief,
        at=AT, kind=KIND,
    )  # fmt: skip

    assert str(known(TODAY)["lamps"].label) in ("路灯亮着", "Lamps that are lit")
    row = enter_value(draft=replace(FEES, code="lamps"), by=street.by("area_lead"), at=AT)
    assert in_force(["lamps"]).office["lamps"] == [row]
    assert "lamps" not in known(date(2025, 12, 31))


def test_versions_are_dated_and_kept_and_the_second_of_two_is_told(street):
    chief = street.by("administrator")
    change = {"code": "in_time", "owner": Role.DUTY_OFFICER, "by": chief, "at": AT, "reason": "clearer"}
    define(number=1, texts={"caveats": {"zh": "看长期。"}}, since=date(2026, 12, 1), **change)
    with pytest.raises(Conflict):
        define(number=1, texts={"caveats": {"zh": "别的。"}}, since=date(2026, 12, 1), **change)
    with pytest.raises(Invalid) as error:
        define(number=2, texts={"counts": {"zh": "随便数"}}, since=date(2026, 12, 1), **change)

    assert set(error.value.fields) == {"counts"}
    assert [each.indicator.version for each in editions("in_time")] == [2, 1]
    assert known(TODAY)["in_time"].version == 1
    assert (known(date(2026, 12, 1))["in_time"].version, known(date(2026, 12, 1))["in_time"].owner) == (
        2, Role.DUTY_OFFICER,
    )  # fmt: skip


def test_only_an_administrator_defines(street):
    with pytest.raises(Refused):
        define(
            code="in_time", number=1, texts={}, owner=Role.AREA_LEAD, since=TODAY, reason="x",
            by=street.by("duty_officer"), at=AT,
        )  # fmt: skip


def test_the_whole_is_the_one_area_that_is_governed(street):
    assert whole_path() == street.places["area"].path
