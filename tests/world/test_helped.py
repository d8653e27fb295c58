"""The dated actions of the demonstration: their reports come as often as they say, and the same each time."""

from collections import Counter
from random import Random

from linli.world.helped import ACTIONS, WEEKS_BEFORE, _weeks
from linli.world.stories import PLOTS


def test_each_action_is_held_to_a_class_that_is_reported_and_has_a_name_of_its_own():
    assert {dated.klass for dated in ACTIONS} <= {plot.klass for plot in PLOTS}
    assert len({dated.title_en for dated in ACTIONS}) == len(ACTIONS) == 4


def test_reports_come_as_often_before_and_after_as_an_action_says():
    shed, _patrols, lights, young = ACTIONS
    weeks = Counter(
        (week < 0, treated) for seed in range(40) for week, treated in _weeks(shed, Random(seed))
    )  # fmt: skip
    after = shed.days // 7

    assert abs(weeks[True, True] / 40 / WEEKS_BEFORE - shed.before) < 0.1
    assert abs(weeks[False, True] / 40 / after - shed.after) < 0.1
    assert abs(weeks[False, False] / 40 / after - shed.others) < 0.1
    peak = Counter(week for week, treated in _weeks(lights, Random(1)) if treated)
    assert min(peak[week] for week in (-3, -2, -1)) >= 4
    assert list(_weeks(young, Random(1))) == []
    assert list(_weeks(shed, Random(7))) == list(_weeks(shed, Random(7)))
