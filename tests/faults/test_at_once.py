"""Many at the same moment, on real threads: one wins and the others are told; one form sent twenty times is one act."""

import json

from tests.processes import run


def at_once(env: dict[str, str], what: str) -> list:
    return json.loads(run(env, "-m", "tests.faults.worker", "at-once", what))


def test_of_two_officers_who_file_a_case_at_once_one_wins_and_one_is_told(laid):
    for first, second, *story in at_once(laid, "two-officers"):
        assert (sorted((first, second)), story) == (["Conflict", "filed"], ["received", "file"])


def test_one_report_sent_twenty_times_at_once_is_one_case_with_one_code(laid):
    told = at_once(laid, "one-report")

    assert (len(told), len(set(told)), len(told[0].split())) == (20, 1, 2)


def test_one_move_sent_twenty_times_at_once_is_made_once_and_all_are_told_so(laid):
    assert at_once(laid, "one-move") == ["filed"] * 20 + ["received", "file"]
