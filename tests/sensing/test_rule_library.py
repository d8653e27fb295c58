"""The rules that come with Linli: each calls in its own story, and not in one that comes near it."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from linli import lawbook
from linli.engines.rules import Batch, Operator, Reference, Stream, active_intervals
from linli.people.enums import Role
from linli.sensing.domain.rule_library import engine_rule, kind_and_site, library
from tests.sensing.rule_stories import STORIES, Story

BEGIN = round(datetime(2026, 11, 23, 13, 50, tzinfo=UTC).timestamp()) * 1_000_000  # Monday, 21:50 in Shanghai
SECOND = 1_000_000
CASES = [(code, name) for code in STORIES for name in ("fires", "misses")]


def streams(story: Story) -> dict[tuple[str, str], Stream]:
    """A datastream for each property that a device of the story tells."""
    found: dict[tuple[str, str], Stream] = {}
    numbers = {name: number for number, name in enumerate(story.devices, 1)}
    for _at, device, code, _value in story.steps:
        site = kind_and_site(*story.devices[device])
        found.setdefault(
            (device, code),
            Stream(len(found) + 1, code, numbers[device], "000100020003", site, "", "000100020003", "00010002"),
        )
    return found


def play(engine: type, code: str, story: Story) -> list[tuple[float, str]]:
    """What the rule says, with the rules whose alerts it takes beside it."""
    asked = engine_rule(library()[code]["rule"], code, 1)
    rules = [engine_rule(library()[each]["rule"], each, 1) for each in asked.select.alerts] + [asked]
    hours = {
        rule.lineage: active_intervals(
            rule.schedule, date(2026, 11, 20), date(2026, 12, 20), ZoneInfo("Asia/Shanghai"), ()
        )
        for rule in rules
        if rule.schedule
    }
    by_name = streams(story)
    rows = sorted(
        (BEGIN + round(at * SECOND), by_name[device, what].id, value) for at, device, what, value in story.steps
    )
    batch = Batch.of([row[1] for row in rows], [row[0] for row in rows], [row[2] for row in rows])
    more = {"kernel": False} if engine is Operator else {}
    runs = engine(rules, list(by_name.values()), "test", hours, **more)
    end = BEGIN + round(story.until * SECOND)
    said = [*runs.step(batch, int(np.max(batch.at))).alerts, *runs.tick(end).alerts]
    return sorted(((each.at - BEGIN) / SECOND, each.grade) for each in said if each.rule == code)


@pytest.mark.parametrize("engine", [Reference, Operator])
@pytest.mark.parametrize(("code", "name"), CASES)
def test_a_rule_calls_in_its_story_and_not_in_one_that_comes_near(code: str, name: str, engine: type):
    story = getattr(STORIES[code], name)

    assert play(engine, code, story) == list(story.calls)


def test_every_rule_has_a_story_that_calls_and_one_that_does_not():
    assert list(STORIES) == list(dict.fromkeys([*STORIES, *library()]))
    assert set(STORIES) == set(library())
    assert [code for code, pair in STORIES.items() if not pair.fires.calls or pair.misses.calls] == []


def test_the_basis_of_every_rule_stands_in_the_lawbook_and_what_the_lawbook_assumes_is_said_to_be_assumed():
    known = {rule.id: rule for rule in lawbook.book()}

    assert [code for code, row in library().items() if row["basis"] not in known] == []
    assumed = [code for code, row in library().items() if known[row["basis"]].assumed and not row.get("assumed")]
    assert assumed == []


def test_no_rule_calls_the_police_and_noise_waits_for_somebody_who_looks():
    called = {
        row["role"]
        for rule in library().values()
        for name in ("recipients", "helpers")
        for row in rule["then"].get(name, [])
    }

    assert Role.POLICE_LIAISON not in called
    assert [code for code, rule in library().items() if rule["then"].get("confirm")] == ["noise_at_night"]
