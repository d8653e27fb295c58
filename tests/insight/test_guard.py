"""No number of one to four cases can be read or reckoned: not from a table, its total, or other months."""

from datetime import date
from itertools import pairwise, product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from linli.insight.domain.guard import FEWEST, hidden, hidden_in
from linli.insight.domain.periods import whole_months
from linli.insight.domain.queries import Division, PublicTable, public_table
from linli.insight.domain.screen_public import by_committee
from linli.insight.enums import By
from linli.insight.models import Rollup

TODAY = date(2026, 11, 25)


@given(st.dictionaries(st.integers(0, 9), st.integers(0, 30), min_size=1))
def test_every_small_number_is_hidden_and_none_is_left_by_subtraction(numbers):
    shut = hidden(numbers)
    small = {key for key, number in numbers.items() if 0 < number < FEWEST}
    total, shown = sum(numbers.values()), sum(number for key, number in numbers.items() if key not in shut)

    assert small <= shut
    if small and total >= FEWEST:  # a smaller total is not shown itself
        assert total - shown >= FEWEST
        assert len(shut) >= 2 or not any(number >= FEWEST for number in numbers.values())


def test_one_small_number_takes_the_next_smallest_with_it():
    assert hidden({"lighting": 40, "leak": 7, "trees": 3, "pets": 0}) == {"trees", "leak"}
    assert hidden({"lighting": 40, "leak": 7}) == set()
    assert hidden({"lighting": 3}) == {"lighting"}
    assert hidden({"lighting": 2, "leak": 2, "waste": 6}) == {"lighting", "leak", "waste"}


GROUPS = st.dictionaries(
    st.integers(0, 3), st.dictionaries(st.integers(0, 3), st.integers(0, 14), min_size=1), min_size=1
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(GROUPS)
def test_areas_and_their_estates_together_give_no_small_number_away(given_groups):
    """All that a stranger can reckon from both tables: how many each hidden number may be at most."""
    groups = {area: {(area, estate): n for estate, n in held.items()} for area, held in given_groups.items()}
    numbers = {key: n for held in groups.values() for key, n in held.items()}
    shut_areas, shut = hidden_in(groups)
    keys = sorted(numbers)
    sums = [(keys, sum(numbers.values()))]
    sums += [(sorted(held), sum(held.values())) for area, held in groups.items() if area not in shut_areas]
    known = {key: numbers[key] for key in keys if key not in shut}

    assert {key for key, n in numbers.items() if 0 < n < FEWEST} <= shut
    if sum(numbers.values()) < FEWEST:  # a total that is not shown itself
        return
    matrix = np.array([[key in held for key in keys] for held, _sum in sums], float)
    bounds = [(known[key],) * 2 if key in known else (0, None) for key in keys]
    wanted = [[key == hidden_one for key in keys] for hidden_one in shut if 0 < numbers[hidden_one] < FEWEST]
    wanted += [[key[0] == area for key in keys] for area in shut_areas if sum(groups[area].values()) < FEWEST]
    for objective in np.array(wanted, float).reshape(-1, len(keys)):
        most = -linprog(-objective, A_eq=matrix, b_eq=[total for _held, total in sums], bounds=bounds).fun
        assert most >= FEWEST  # it may be five as well, for all that anybody can say


NO_ESTATE = "00"
TOWN = st.dictionaries(
    st.sampled_from("12"),
    st.dictionaries(st.sampled_from("123"), st.dictionaries(st.sampled_from("123"), st.integers(0, 14)), min_size=1),
    min_size=1,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(TOWN, st.dictionaries(st.sampled_from("12"), st.integers(0, 14)), st.booleans())
def test_committees_beside_estates_and_areas_give_no_small_number_away(town, outside, several):
    """Areas hold committees, these hold estates: the screen shows committees, other pages the rest."""
    numbers = {a + c + e: n for a, held in town.items() for c, by in held.items() for e, n in by.items()}
    apart = {a + NO_ESTATE: n for a, n in outside.items() if a in town}
    groups = {a: {path: n for path, n in (numbers | apart).items() if path[0] == a} for a in town}
    if several:
        shut_areas, shut = hidden_in(groups)
        outside_hidden = any(path in shut for path in apart)
    else:
        shut_areas, shut = set(town), hidden(numbers | {NO_ESTATE: sum(apart.values())})
        outside_hidden = NO_ESTATE in shut
    rows = [Division(path, path, {"due": n}, _due(path in shut)) for path, n in numbers.items()]
    rows += [Division("", None, {"due": sum(apart.values())}, _due(outside_hidden))]
    areas = [Division(a, a, {"due": sum(held.values())}, _due(a in shut_areas)) for a, held in groups.items()]
    shown = by_committee(PublicTable({}, rows, areas if several else []), sorted({path[:2] for path in numbers}))

    every = numbers | apart
    keys = sorted(every)
    if sum(every.values()) < FEWEST:  # a total that is not shown itself
        return
    assert all(sum(numbers[key] for key in numbers if key.startswith(path)) == number for path, number in shown.items())
    known = [[key.startswith(path) for key in keys] for path in ["", *(set(town) - shut_areas), *shown]]
    known += [] if outside_hidden else [[key in apart for key in keys]]
    matrix = np.array(known, float)
    bounds = [(0, None) if key in shut or key in apart else (numbers[key],) * 2 for key in keys]
    for number, key in enumerate(keys):
        if 0 < every[key] < FEWEST:
            sums = matrix @ [every[each] for each in keys]
            most = -linprog(-np.eye(len(keys))[number], A_eq=matrix, b_eq=sums, bounds=bounds).fun
            assert most >= FEWEST  # it may be five as well, for all that anybody can say


def _due(is_hidden: bool) -> frozenset[str]:
    return frozenset({"due"} if is_hidden else ())


def fill(street, numbers: dict[tuple[str, str, int], int]) -> None:
    """So many cases due on the first of a month, by class, place and month."""
    for (klass, place, month), number in numbers.items():
        for grain in ("d", "m"):
            Rollup.objects.create(
                grain=grain, day=date(2026, month, 1), klass=street.klass(klass).pk, place=street.places[place].path,
                organisation=0, post=0, due=number, closed=number, handled=number,
            )  # fmt: skip


def every_public_answer(names) -> dict:
    """All that a stranger can ask for: each month by class and by estate. Hidden numbers are none."""
    answers = {}
    for month, by in product(whole_months(TODAY, 12), (By.KLASS, By.PLACE)):
        found = public_table(month, by, TODAY, names)
        for row in found.rows:
            answers[month.first, by, row.name] = None if "due" in row.guarded else row.sums["due"]
        answers[month.first, by, "whole"] = found.whole.get("due", 0)
    return answers


def test_whoever_asks_the_public_page_everything_cannot_work_a_small_number_out(street):
    """Differencing: the whole less what is shown, month by month and table by table, leaves five cases or none."""
    fill(street, {
        ("lighting", "estate", 10): 12, ("leak", "estate", 10): 3, ("waste", "cell_01", 10): 6,
        ("lighting", "estate", 9): 20, ("leak", "cell_01", 9): 1, ("noise", "estate", 9): 4,
        ("gas", "estate", 8): 2,
    })  # fmt: skip

    answers = every_public_answer([("due", "due")])

    assert {value for (_m, _by, name), value in answers.items() if name != "whole" and value} == {12, 15, 20, 6}
    for month, by in product({key[0] for key in answers}, (By.KLASS, By.PLACE)):
        rows = {key[2]: value for key, value in answers.items() if key[:2] == (month, by) and key[2] != "whole"}
        left = answers[month, by, "whole"] - sum(value or 0 for value in rows.values())
        shut = [name for name, value in rows.items() if value is None]
        assert (left == 0 and not shut) or left >= FEWEST or answers[month, by, "whole"] < FEWEST


def test_where_it_is_hidden_how_many_were_due_nothing_says_that_there_were_many(street):
    """Seven ratings would say that at least seven were due; the whole less seven would say how few the others are."""
    fill(street, {("lighting", "estate", 10): 7, ("leak", "estate", 10): 1, ("waste", "estate", 10): 1})
    Rollup.objects.filter(klass=street.klass("lighting").pk).update(grade_5=7)
    names = [("due", "due"), ("satisfaction", "rated"), ("reported", "reported")]
    month = whole_months(TODAY, 1)[0]

    rows = {row.name: row.guarded for row in public_table(month, By.KLASS, TODAY, names).rows}

    both = frozenset({"due", "satisfaction"})
    assert list(rows.values()) == [both, both, both]


def test_no_two_periods_of_the_public_page_overlap(street):
    months = whole_months(TODAY, 12)

    assert all(later.first > earlier.last for later, earlier in pairwise(months))
    assert all(month.last < TODAY and not month.is_partial for month in months)
