"""Invented messages: the same for the same seed, of each kind of occurrence, and said in many ways."""

from linli.cases.domain.classes import starter
from linli.world.lessons import lessons, sayings
from linli.world.stories import PLOTS


def test_the_same_seed_says_the_same_and_another_says_it_otherwise():
    assert list(lessons(seed=3)) == list(lessons(seed=3))
    assert list(lessons(seed=3)) != list(lessons(seed=4))


def test_each_class_that_is_played_is_taught_too_and_of_each_many_things_are_said():
    assert {plot.klass for plot in PLOTS} <= set(sayings()) == {row["code"] for row in starter()["class"]}
    assert {code: len(set(said)) >= 36 for code, said in sayings().items()} == dict.fromkeys(sayings(), True)


def test_messages_differ_and_some_are_half_and_some_have_slips():
    said = list(lessons())
    things = {one.group.removeprefix("world:") for one in said}

    assert len({one.text for one in said}) > 0.9 * len(said)
    assert any("冲电" in one.text for one in said)
    assert 0.02 < sum(not any(thing in one.text for thing in things) for one in said) / len(said) < 0.4
    assert not any("{" in one.text or one.private for one in said)
