"""From an empty folder to a resident's report that somebody has: by the commands of docs/operate.md, then by pages."""

import json
import re
from typing import Any

import pytest

from tests.processes import a_database, run
from tests.site.conftest import Env, Said, linli

BEGIN = ("office", "begin", "--language", "en", "--email")


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory):
    with a_database(tmp_path_factory.mktemp("first-day") / "data") as made:
        yield {name: value for name, value in made.items() if name not in {"LINLI_KEYS", "LINLI_ADDRESS", "LINLI_MAIL"}}


@pytest.fixture(scope="module")
def said(env: Env, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Said]:
    """What each command of the first day said, one after the other."""
    places = tmp_path_factory.mktemp("first-day") / "places.geojson"
    run(env, "-m", "tests.site.first_day", "file", str(places))
    return {
        "too early": linli(env, *BEGIN, "first@example.org"),
        "prepare": linli(env, "prepare"),
        "empty": linli(env, "doctor", "--language", "en"),
        "sensing": linli(env, "sensing"),
        "places": linli(env, "places", "import", places),
        "begin": linli(env, *BEGIN, "first@example.org"),
        "begin twice": linli(env, *BEGIN, "somebody-else@example.org"),
        "again": linli(env, *BEGIN[:-1], "--again"),
        "chinese": linli(env, "office", "begin", "--language", "zh-hans"),
    }


@pytest.fixture(scope="module")
def facts(env: Env, said: dict[str, Said]) -> dict[str, Any]:
    return json.loads(run(env, "-m", "tests.site.first_day", link_in(said["again"])))


def link_in(told: Said) -> str:
    return re.search(r"http://localhost:8000/invitation/[\w-]+/", told.out)[0]


def test_the_commands_say_what_they_did_and_what_is_next(said):
    assert (said["too early"].status, said["too early"].out) == (
        1, "The database is not prepared. First run: linli prepare\n",
    )  # fmt: skip
    assert {name: said[name].status for name in ("prepare", "places", "begin", "begin twice", "again")} == {
        "prepare": 0, "places": 0, "begin": 0, "begin twice": 0, "again": 0,
    }  # fmt: skip
    told = said["begin"].out
    for words in ("徐家汇街道办事处 has begun", "classes of case: 24 new", "What to do next:", "linli doctor"):
        assert words in told
    assert "/invitation/" not in said["begin twice"].out
    assert link_in(said["again"]) != link_in(said["begin"])
    assert said["chinese"].status == 0


def test_the_doctor_says_that_nothing_has_begun(said):
    assert "✗ Office: No office has begun here.\n  → linli office begin" in said["empty"].out


def test_a_service_that_is_started_too_early_says_what_is_missing(said):
    told = said["sensing"]

    assert (told.status, told.err.strip().splitlines()[-1]) == (
        1, "No office has begun here, so nothing is taken in. First run: linli office begin",
    )  # fmt: skip


def test_the_link_opens_once(facts):
    assert facts["the link again"] == 404
    assert facts["staff"] == ["first@example.org", "manager@example.org", "officer@example.org"]
    assert facts["open invitations"] == 1  # the first link, which a second one ended


def test_a_report_is_routed_to_somebody_who_sees_it(facts):
    assert facts["sent to"] == "/report/sent/"
    assert (facts["has it"], facts["proposed"]) == (["街道值班长"], "六村物业经理")
    assert facts["desk shows it"]


def test_what_comes_before_there_is_a_desk_is_not_swallowed(facts):
    status, page, cases = facts["too early"]

    assert (status, cases) == (503, 0)
    assert "Please ring 12345" in page


def test_the_doctor_says_what_is_missing_until_it_is_there(facts):
    first, last = facts["at first"], facts["at last"]

    assert {name: first[name][0] for name in ("office", "posts", "classes", "places", "hall", "starters")} == {
        "office": "look", "posts": "bad", "classes": "look", "places": "look", "hall": "look", "starters": "well",
    }  # fmt: skip
    assert first["classes"][1].startswith("24 classes of case go to posts that nobody has made")
    assert last["classes"][1] == (
        "8 classes of case go to posts that nobody has made, so they stay with the duty officer: "
        "committee secretary, department handler."
    )
    assert {name: last[name][0] for name in ("office", "posts", "places", "hall")} == {
        "office": "well", "posts": "well", "places": "well", "hall": "well",
    }  # fmt: skip
    assert (last["items"][0], last["items"][1]) == ("look", "48 items came with Linli and were checked by nobody here.")
    assert (first["petition_desk"][0], last["petition_desk"][0]) == ("look", "well")
    assert all(do for state, _says, do in [*first.values(), *last.values()] if state != "well")


def test_rules_that_came_before_their_owners_are_given_to_them(facts):
    assert facts["rules of the officer"] == 14
    assert "noise_at_night" in facts["rules of nobody"]  # an area lead's or a project lead's, whom nobody has made yet


def test_the_duty_officer_opens_the_hall(facts):
    assert facts["tickets at"] == "社区事务受理中心"


def test_after_the_first_day_the_command_line_lets_nobody_in(env, facts):
    refused = linli(env, *BEGIN[:-1], "--again", "--email", "late@example.org")

    assert facts["staff"]
    assert (refused.status, "has an administrator who has signed in" in refused.out) == (1, True)
