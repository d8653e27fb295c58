"""The course of what a device observed: thinned, with its gaps, and without counts that tell of few people."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from linli.core.errors import NotFound
from linli.sensing.chart import chart
from linli.sensing.domain.history import Course, Span, history, stream_of, window
from linli.sensing.enums import Grade, RuleStatus
from linli.sensing.models import Alert, Rule, RuleVersion
from tests.sensing.register import care_check, put_in, stream, tell

DAY = date(2026, 11, 23)
MIDNIGHT = datetime(2026, 11, 22, 16, tzinfo=UTC)  # of that day in Shanghai


def minutes(number: int, since: datetime = MIDNIGHT) -> list[datetime]:
    return [since + timedelta(minutes=n) for n in range(number)]


def test_a_window_begins_and_ends_at_midnight_of_the_place() -> None:
    month = window(Span.MONTH, DAY)
    assert (month.since, month.until) == (MIDNIGHT - timedelta(days=29), MIDNIGHT + timedelta(days=1))
    assert month.last_day == DAY


def test_a_day_at_one_a_minute_is_thinned_and_its_table_has_an_hour_a_row(street, store_folder) -> None:
    device = put_in(street)
    smoke = stream(device, "smoke")
    tell(store_folder, smoke, [(at, n % 60) for n, at in enumerate(minutes(1440))])

    found = history(device, smoke, window(Span.DAY, DAY))

    assert len(found.course.times) <= 720
    assert [(row.low, row.mean, row.high) for row in found.rows] == [(0.0, 29.5, 59.0)] * 24
    assert found.rows[0].at == MIDNIGHT
    assert len(found.course.runs) == 1


def test_where_nothing_was_told_the_line_is_broken(street, store_folder) -> None:
    device = put_in(street)
    smoke = stream(device, "smoke")
    told = [
        at for at in minutes(300) if not MIDNIGHT + timedelta(minutes=100) <= at < MIDNIGHT + timedelta(minutes=160)
    ]
    tell(store_folder, smoke, [(at, 1) for at in told])

    found = history(device, smoke, window(Span.DAY, DAY))

    assert len(found.course.runs) == 2
    assert str(chart(found)).count("<polyline") == 2


@pytest.mark.parametrize(("times", "runs"), [([], 0), ([0], 1), ([0, 1, 2, 3], 1), ([0, 1, 2, 9, 10], 2)])
def test_runs_are_the_stretches_without_a_gap(times, runs) -> None:
    values = np.zeros(len(times))
    assert len(Course(np.array(times, np.int64), values, values, values, 1).runs) == runs


def test_yes_and_no_are_bars_and_shares(street, store_folder) -> None:
    device = put_in(street, code="LA-1", type="lane", site="fire_lane", properties=["blocked"])
    blocked = stream(device, "blocked")
    tell(store_folder, blocked, [(at, n < 30) for n, at in enumerate(minutes(60))])

    found = history(device, blocked, window(Span.DAY, DAY))

    assert [row.mean for row in found.rows] == [0.5]
    drawn = str(chart(found))
    assert "course-bars" in drawn
    assert "polyline" not in drawn


def test_openings_of_a_door_are_summed_by_the_hour_and_few_are_not_shown(street, store_folder, sign_in) -> None:
    device = put_in(street, code="DO-1", type="door", site="hall", properties=["door_openings", "door_open"],
                    confirms=["common"])  # fmt: skip
    openings = stream(device, "door_openings")
    first, second = MIDNIGHT, MIDNIGHT + timedelta(hours=1)
    tell(store_folder, openings, [(first, 2), (first + timedelta(minutes=9), 1), (second, 4), (second, 3)])
    client = sign_in("property_manager")

    day = client.get(f"/devices/DO-1/door_openings/?until={DAY}").content.decode()
    month = history(device, openings, window(Span.MONTH, DAY))
    answer = client.get(f"/devices/DO-1/door_openings/data.csv?until={DAY}")

    assert "&lt;5" in day
    assert [(row.mean, row.fewer) for row in month.rows] == [(7.0, True)]  # the hour of three is not in it
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert rows[1:] == [["2026-11-23T00:00:00+08:00", "<5"], ["2026-11-23T01:00:00+08:00", "7.0"]]


def test_no_page_or_file_tells_the_moment_at_which_a_door_was_opened(street, store_folder, sign_in) -> None:
    put_in(street, code="DO-1", type="door", site="hall", properties=["door_open"], confirms=["common"])
    opened = stream(put_in(street, code="DO-2", type="door", site="hall", properties=["door_open"],
                           confirms=["common"]), "door_open")  # fmt: skip
    tell(store_folder, opened, [(MIDNIGHT + timedelta(minutes=17), 1), (MIDNIGHT + timedelta(minutes=19), 0)])
    client = sign_in("property_manager")

    answer = client.get(f"/devices/DO-2/door_open/data.csv?until={DAY}")
    page = client.get("/devices/DO-2/").content.decode()

    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert rows[1:] == [["2026-11-23T00:00:00+08:00", "0.5"]]
    assert "00:17" not in page
    assert "00:19" not in page


def test_alerts_are_marked_and_those_tried_beside_are_not(street, store_folder) -> None:
    device = put_in(street)
    smoke = stream(device, "smoke")
    tell(store_folder, smoke, [(at, 1) for at in minutes(60)])
    rule = Rule.objects.create(code="smoke")
    version = RuleVersion.objects.create(
        rule=rule, number=1, content={"title": "烟雾", "title_en": "Smoke <b>"}, status=RuleStatus.LIVE,
        made_at=street.now,
    )  # fmt: skip
    for number, dry in enumerate((False, True)):
        Alert.objects.create(
            id=str(number), rule=rule, version=version, key="device:1", device=device, grade=Grade.ALARM,
            at=MIDNIGHT + timedelta(minutes=30), recorded=street.now, dry=dry,
        )  # fmt: skip

    drawn = str(chart(history(device, smoke, window(Span.DAY, DAY))))

    assert drawn.count("course-alert") == 1
    assert "<b>" not in drawn


def test_the_care_check_has_no_course(street, store_folder, sign_in) -> None:
    device = care_check(street)
    with pytest.raises(NotFound):
        stream_of(device, "water_used")
    assert sign_in("committee_secretary").get("/devices/CA-1/water_used/").status_code == 404


@pytest.mark.parametrize(
    "query", ["", "span=year", "span=none&until=9999-99-99", "until=2100-01-01", "until=1000-01-01"]
)
def test_any_window_is_answered_and_an_empty_one_says_so(street, store_folder, sign_in, query) -> None:
    put_in(street)
    page = sign_in("property_manager").get(f"/devices/SM-1/smoke/?{query}")
    assert page.status_code == 200
    assert "Nothing was told in this time." in page.content.decode()


def test_words_are_listed_where_there_is_nothing_to_draw(street, store_folder, sign_in) -> None:
    device = put_in(street)
    smoke = stream(device, "smoke")
    smoke.observed_property.result_type = "category"
    smoke.observed_property.save()
    tell(store_folder, smoke, [(MIDNIGHT, '"open"'), (MIDNIGHT + timedelta(hours=1), '"shut"')])

    found = history(device, smoke, window(Span.DAY, DAY))

    assert [words for _at, words in found.words] == ["shut", "open"]
    assert "shut" in sign_in("property_manager").get(f"/devices/SM-1/smoke/?until={DAY}").content.decode()


def test_a_month_of_one_a_minute_is_one_statement_and_a_small_drawing(
    street, store_folder, django_assert_num_queries
) -> None:
    device = put_in(street)
    smoke = stream(device, "smoke")
    since = MIDNIGHT - timedelta(days=29)
    tell(store_folder, smoke, [(at, n % 1440 / 100) for n, at in enumerate(minutes(30 * 1440, since))])
    told = stream_of(device, "smoke")
    with django_assert_num_queries(1):
        found = history(device, told, window(Span.MONTH, DAY))
    assert len(found.rows) == 30
    assert len(str(chart(found))) < 60_000
