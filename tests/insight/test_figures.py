"""Each figure over a small set of cases, against values worked out by hand from the definitions in docs/figures.md.

A lighting case that is sent on Monday 23 November is to be handled in two working days: by Wednesday 25 November.
"""

from datetime import date, timedelta

import pytest

from linli.insight.domain.comparing import rebuild
from linli.insight.domain.figures import BY_NAME, FIGURES, GRADES, value_of
from linli.insight.domain.measures import MEASURES
from linli.insight.domain.queries import divided, listed, read
from linli.insight.enums import By, Span
from linli.insight.models import CaseFact
from linli.procedures.models import Clock, Procedure
from tests.insight.conftest import NOVEMBER, TODAY, on


@pytest.fixture
def twelve(street, walk):
    """Twelve reports of one morning, each gone another way."""
    walk()  # 1: only received
    walk().void()  # 2: void; the reporter is told after 1 h
    walk().file()  # 3: filed
    walk().file().dispatch()  # 4: sent on; the reporter reads so after 1 h
    walk().file().dispatch().hand_back().dispatch(3, to="area_lead")  # 5: sent wrongly first
    walk().file().dispatch().accept().hand_in()  # 6: handed in
    walk().file().dispatch().accept().hand_in().rework()  # 7: sent back, and still with the handler
    walk().file().dispatch().accept().hand_in().rework().hand_in(30).verify(31).close(
        32
    )  # 8: closed in time all the same
    walk().done(5)  # 9: closed in time
    walk().done(2)  # 10: closed in time, and the reporter is not content
    walk().done(late=True)  # 11: closed late
    walk().done().reopen()  # 12: closed and taken up again; it waits at the desk


EXPECTED = {  # figure: numerator, n, amount
    "reported": (12, 12, 12),
    "filing": (10, 12, 10 / 12),  # but 1 and 2
    "invalid": (1, 12, 1 / 12),  # 2
    "first_word": (10, 10, 60),  # but 1 and 3; each after an hour
    "due": (9, 9, 9),  # 4 to 12
    "handling": (5, 9, 5 / 9),  # 6, 8, 9, 10, 11
    "late": (4, 9, 4),  # 4, 5, 7, 12
    "right_dispatch": (8, 9, 8 / 9),  # but 5
    "rework": (2, 7, 2 / 7),  # 7, 8 of 6 to 12
    "closing": (4, 9, 4 / 9),  # 8 to 11
    "in_time": (3, 9, 3 / 9),  # 8, 9, 10
    "reopened": (1, 5, 1 / 5),  # 12 of 8 to 12
    "satisfaction": (1, 2, None),  # two ratings are too few to be shown
}


@pytest.mark.parametrize("role", ["duty_officer", "area_lead", "auditor", "administrator", "property_manager"])
def test_each_figure_has_the_value_that_its_definition_gives(twelve, eyes, tell, role):
    tell()

    sums = read(eyes(role), [NOVEMBER], TODAY)[NOVEMBER]

    found = {figure.name: value_of(figure, sums) for figure in FIGURES}
    if role == "property_manager":  # of its own organisation only: what was sent to it and not sent on
        assert {name: (value.numerator, value.n) for name, value in found.items()} == {
            "reported": (8, 8), "filing": (8, 8), "invalid": (0, 8), "first_word": (8, 8), "due": (8, 8),
            "handling": (5, 8), "late": (3, 8), "right_dispatch": (8, 8), "rework": (2, 7), "closing": (4, 8),
            "in_time": (3, 8), "reopened": (1, 5), "satisfaction": (1, 2),
        }  # fmt: skip
    else:
        assert {name: (value.numerator, value.n, value.amount) for name, value in found.items()} == EXPECTED


def test_five_grades_are_counted_one_by_one(walk, eyes, tell):
    for grade in (5, 5, 4, 3, 2, 1):
        walk().done(grade)
    tell()

    sums = read(eyes("duty_officer"), [NOVEMBER], TODAY)[NOVEMBER]

    shown = {figure.name: (value_of(figure, sums).numerator, value_of(figure, sums).n) for figure in GRADES}
    assert shown == {"grade_5": (2, 6), "grade_4": (1, 6), "grade_3": (1, 6), "grade_2": (1, 6), "grade_1": (1, 6)}
    assert value_of(BY_NAME["satisfaction"], sums).amount == 4 / 6


def test_what_is_due_counts_on_the_last_day_of_its_limit_and_not_on_the_day_of_the_report(street, walk, eyes, tell):
    walk().file().dispatch()
    tell()

    days = {day: on(Span.DAY, date(2026, 11, day)) for day in (23, 24, 25, 26)}
    sums = read(eyes("duty_officer"), list(days.values()), TODAY)

    assert {day: (sums[period]["reported"], sums[period]["due"]) for day, period in days.items()} == {
        23: (1, 0), 24: (0, 0), 25: (0, 1), 26: (0, 0),
    }  # fmt: skip


def test_a_limit_that_ends_today_is_not_late_yet(walk, eyes, tell):
    walk().file().dispatch()
    tell()

    found = {}
    for today in (date(2026, 11, 24), date(2026, 11, 25), date(2026, 11, 26)):
        period = on(Span.MONTH, date(2026, 11, 23), today)
        sums = read(eyes("duty_officer"), [period], today)[period]
        found[today.day] = (sums["due"], sums["late"])

    assert found == {24: (0, 0), 25: (1, 0), 26: (1, 1)}


def test_a_longer_limit_moves_the_case_to_its_new_day(walk, eyes, tell):
    case = walk().file().dispatch().case
    tell()
    Clock.objects.filter(procedure=case.pk, rule="case.handle").update(due="2026-12-02T16:00Z")
    rebuild()

    sums = read(eyes("duty_officer"), [NOVEMBER, on(Span.MONTH, date(2026, 12, 1))], TODAY)

    assert [each["due"] for each in sums.values()] == [0, 1]
    assert CaseFact.objects.get().due_day == date(2026, 12, 2)


@pytest.mark.parametrize("state", ["deferred", "merged"])
def test_what_is_deferred_or_merged_is_reported_and_not_due(street, walk, eyes, tell, state):
    """Whichever way it came to that state."""
    case = walk().file().dispatch().accept().case
    Procedure.objects.filter(pk=case.pk).update(state=state)
    tell()

    sums = read(eyes("duty_officer"), [NOVEMBER], TODAY)[NOVEMBER]

    assert {name: sums[name] for name in ("reported", "filed", "invalid", "due", "late")} == {
        "reported": 1, "filed": 1, "invalid": 0, "due": 0, "late": 0,
    }  # fmt: skip


def test_a_paused_limit_has_no_day_until_it_runs_again(walk, eyes, tell):
    case = walk().file().dispatch().accept().case
    Clock.objects.filter(procedure=case.pk, rule="case.handle").update(due=None, state="paused")
    tell()

    assert read(eyes("duty_officer"), [NOVEMBER], TODAY)[NOVEMBER]["due"] == 0


@pytest.mark.parametrize("role", ["duty_officer", "property_manager", "department_handler", "project_lead"])
def test_every_figure_opens_a_list_of_just_as_many_cases(twelve, street, walk, eyes, tell, role):
    """Sums and rows alike: sealed cases, and those that a post was given from elsewhere, are in both or in neither."""
    sealed = walk().done(4).case
    Procedure.objects.filter(pk=sealed.pk).update(sealed=True)
    street.now += timedelta(days=2)
    walk(place=street.places["building_15"], klass=street.klass("fire_lane")).file().dispatch(to="property_manager")
    tell()

    scope = eyes(role)
    for period in (NOVEMBER, on(Span.WEEK, date(2026, 11, 25)), on(Span.YEAR, date(2026, 11, 25))):
        sums = read(scope, [period], TODAY)[period]
        counts = {name: scope.cases(name, period, TODAY).count() for name in MEASURES}
        assert counts == {name: sums[name] for name in MEASURES}
    assert len(listed(scope, "reported", NOVEMBER, TODAY, size=3).rows) == min(3, counts["reported"])


def test_a_list_is_paged_from_the_last_day_on_and_names_each_case_once(twelve, street, walk, eyes, tell):
    street.now -= timedelta(days=5)
    walk().done()
    tell()
    scope, pages, after = eyes("duty_officer"), [], None
    while True:
        page = listed(scope, "due", NOVEMBER, TODAY, after=after, size=4)
        pages.append([row.number for row in page.rows])
        if (after := page.after) is None:
            break

    numbers = [number for page in pages for number in page]
    due = dict(CaseFact.objects.exclude(due_day=None).values_list("procedure__number", "due_day"))
    assert [len(page) for page in pages] == [4, 4, 2]
    assert sorted(numbers) == sorted(due)
    assert [due[number] for number in numbers] == sorted(due.values(), reverse=True)


def test_the_rows_of_a_table_add_up_to_the_whole(twelve, eyes, tell):
    tell()
    scope = eyes("duty_officer")
    whole = read(scope, [NOVEMBER], TODAY)[NOVEMBER]

    for by in By:
        rows = divided(scope, NOVEMBER, by, TODAY)
        assert {name: sum(row[name] for row in rows.values()) for name in whole} == whole, by


def test_what_is_chosen_narrows_figure_and_list_alike(twelve, street, walk, eyes, tell):
    walk(klass=street.klass("illegal_building")).file().dispatch(to="department_handler")
    tell()

    for narrowed, number in (
        ({"klass": street.klass("illegal_building").pk}, 1),
        ({"place": street.places["estate"].path}, 13),
        ({"place": street.places["cell_01"].path}, 0),
        ({"organisation": street.posts["department_handler"].organisation_id}, 1),
    ):
        scope = eyes("duty_officer", **narrowed)
        assert read(scope, [NOVEMBER], TODAY)[NOVEMBER]["reported"] == number
        assert scope.cases("reported", NOVEMBER, TODAY).count() == number
