"""The fast arithmetic against the reference, and what must hold of every limit."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from linli.engines.clocks import Calendar, Kind, Limit, Span, Year, amber, counted, due, reference

# Two years are known, so that many limits reach one that is not; the clocks change in one of the zones.
KNOWN = {
    2025: Year(rest=frozenset({date(2025, 12, 31)}), work=frozenset({date(2025, 12, 27)})),
    2026: Year(
        rest=frozenset({date(2026, 1, 1), date(2026, 1, 2), *(date(2026, 2, day) for day in range(16, 24))}),
        work=frozenset({date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28)}),
    ),
}
CALENDARS = [
    Calendar("a", "Asia/Shanghai", KNOWN, ((time(9), time(12)), (time(13), time(17)))),
    Calendar("b", "Asia/Shanghai", KNOWN, ((time(8, 30), time(16, 45)),)),
    Calendar("c", "Europe/Berlin", KNOWN, ((time(9), time(11)), (time(11, 30), time(12)), (time(14), time(18)))),
]
FIRST = datetime(2025, 11, 20, tzinfo=UTC)
MINUTES = 150 * 24 * 60
BY_DAY = (Kind.NATURAL_DAY, Kind.WORKING_DAY, Kind.MONTH, Kind.YEAR)
MOST = {
    Kind.MINUTE: 3000,
    Kind.NATURAL_HOUR: 100,
    Kind.URGENT_HOUR: 100,
    Kind.WORKING_HOUR: 30,
    Kind.NATURAL_DAY: 100,
    Kind.WORKING_DAY: 60,
    Kind.MONTH: 14,
    Kind.YEAR: 3,
}

calendars = st.sampled_from(CALENDARS)
instants = st.integers(0, MINUTES).map(lambda minutes: FIRST + timedelta(minutes=minutes))


@st.composite
def limits(draw, kinds: tuple[Kind, ...] = tuple(Kind), backwards: bool = False) -> Limit:
    kind = draw(st.sampled_from(kinds))
    closes = kind in BY_DAY and draw(st.booleans())
    return Limit(draw(st.integers(0, MOST[kind])), kind, draw(st.booleans()), closes, backwards)


@st.composite
def spans(draw, ended: bool = False) -> Span:
    start = draw(instants)
    minutes = draw(st.one_of(st.integers(0, 3 * 60), st.integers(0, 20 * 24 * 60)))
    # Ends of days are where mistakes live.
    if draw(st.booleans()):
        start = start.replace(hour=draw(st.sampled_from([9, 16, 23])), minute=0)
    return Span(start, None if not ended and draw(st.integers(0, 9)) == 0 else start + timedelta(minutes=minutes))


pauses = st.lists(spans(), max_size=4)
some_pauses = st.lists(spans(ended=True), max_size=4)


@given(limits(), instants, calendars, pauses, st.integers(0, 5))
def test_the_fast_arithmetic_says_what_the_reference_says(limit, start, calendar, pauses, extension):
    result = due(limit, start, calendar, pauses, extension)

    assert (result.at, result.raw) == reference.due(limit, start, calendar, pauses, extension)


@given(limits(kinds=(Kind.NATURAL_HOUR, Kind.WORKING_HOUR)), instants, calendars, pauses)
def test_amber_of_hours_is_when_three_quarters_of_their_minutes_have_run(limit, start, calendar, pauses):
    minutes = limit.amount * 45

    assert amber(limit, start, calendar, pauses) == reference.minutes_run(limit, start, calendar, pauses, minutes)


@given(limits(kinds=(Kind.MINUTE, Kind.WORKING_HOUR), backwards=True), instants, calendars)
def test_backwards_hours_say_what_the_reference_says(limit, event, calendar):
    assert due(limit, event, calendar).at == reference.latest_before(limit, event, calendar)


@given(limits(), instants, calendars, some_pauses)
def test_more_takes_longer_and_later_ends_later(limit, start, calendar, pauses):
    result = due(limit, start, calendar, pauses)
    more = due(limit, start, calendar, pauses, extension=1)
    later = due(limit, start + timedelta(minutes=777), calendar, pauses)

    assert start <= result.raw <= result.at <= more.at
    assert result.at <= later.at


@given(limits(), instants, calendars, some_pauses, instants)
def test_a_pause_of_no_length_changes_nothing(limit, start, calendar, pauses, moment):
    assert due(limit, start, calendar, [*pauses, Span(moment, moment)]) == due(limit, start, calendar, pauses)


@given(limits(), instants, calendars, some_pauses, st.timedeltas(timedelta(0), timedelta(days=40)), spans())
def test_what_happens_after_the_due_date_does_not_change_it(limit, start, calendar, pauses, later, span):
    result = due(limit, start, calendar, pauses)
    assume(result.at is not None)
    late = Span(result.at + later, result.at + later + (span.end - span.start if span.end else timedelta(days=1)))

    assert due(limit, start, calendar, [*pauses, late]).at == result.at


@given(limits(), instants, calendars, some_pauses)
def test_no_limit_ends_and_no_amber_falls_while_the_clock_is_paused(limit, start, calendar, pauses):
    at, warned = due(limit, start, calendar, pauses).at, amber(limit, start, calendar, pauses)

    # The end of a day belongs to the day: a pause that begins there has not begun.
    assert limit.amount == 0 or not any(span.start < at < span.end for span in pauses)
    assert start <= warned <= at


@given(limits(), instants, calendars, some_pauses)
def test_when_a_limit_ends_all_of_it_has_run_and_just_before_some_was_left(limit, start, calendar, pauses):
    assume(limit.amount)
    end = due(limit, start, calendar, pauses).raw

    full = counted(limit, start, end, calendar, pauses)
    before = counted(limit, start, end - timedelta(minutes=1), calendar, pauses)

    assert (full.run, full.left) == (full.of, 0)
    assert (before.run, before.left) == (full.of - 1, 1)


@given(limits(kinds=(Kind.NATURAL_DAY, Kind.WORKING_DAY), backwards=True), instants, calendars)
def test_from_the_latest_day_before_an_event_the_same_limit_forwards_ends_on_its_day(limit, event, calendar):
    assume(limit.amount)
    day = event.astimezone(calendar.tz).date()
    assume(limit.kind == Kind.NATURAL_DAY or calendar.is_working(day))
    raw = due(limit, event, calendar).raw - timedelta(minutes=1)
    forwards = Limit(limit.amount, limit.kind, roll=False)

    assert due(forwards, raw, calendar).day == day


@given(limits(kinds=(Kind.MONTH, Kind.YEAR), backwards=True), instants, calendars)
def test_from_the_latest_day_so_many_months_before_an_event_the_limit_is_over_by_then(limit, event, calendar):
    day = event.astimezone(calendar.tz).date()
    assume(limit.amount)
    raw = due(limit, event, calendar).raw - timedelta(minutes=1)
    forwards = due(Limit(limit.amount, limit.kind, roll=False), raw, calendar)

    assert forwards.day == day or (day.day > 28 and forwards.day < day)


@given(limits(backwards=True), instants, calendars)
def test_backwards_is_never_later_than_the_event_nor_rolled_to_a_later_day(limit, event, calendar):
    result = due(limit, event, calendar)

    assert result.at <= result.raw <= event


@given(limits(), instants, calendars, some_pauses)
def test_a_year_of_plain_weeks_moves_no_due_date_when_it_is_loaded_and_settles_it(limit, start, calendar, pauses):
    plain = {year: Year() for year in range(2027, 2032)}
    loaded = Calendar("later", calendar.zone, KNOWN | plain, calendar.office_hours)

    before, after = due(limit, start, calendar, pauses), due(limit, start, loaded, pauses)

    assert (after.at, after.raw, after.day, after.provisional) == (before.at, before.raw, before.day, False)
    assert after.steps == tuple(step for step in before.steps if step.why != "assumed")
