"""The rules that run, as a record in the log tells of them."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linli.engines.rules import Rule, Stream, active_intervals, longest_window, parse_rule, to_mapping
from linli.procedures.domain.limits import calendar
from linli.sensing.domain.rulebook import AtWork, at_work

AHEAD = 430  # days for which the hours of a schedule are worked out
Hours = dict[str, NDArray[np.int64]]


def wanted(care: bool, today: date) -> dict[str, Any]:
    """The payload of a record "rules" as it should be now, without its instant.

    Hours are worked out from the first of the last month on, so that the payload changes once a month.
    """
    return payload_of([each for each in at_work() if each.care == care], today)


def payload_of(running: Iterable[AtWork], today: date) -> dict[str, Any]:
    rows = [{"number": each.number, "rule": to_mapping(each.rule)} for each in running]
    since = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    return {"rules": rows, "hours": {name: span.tolist() for name, span in hours_of(running, since).items()}}


def hours_of(running: Iterable[AtWork], since: date, days: int = AHEAD) -> Hours:
    """The hours of each rule that has a schedule, by the engine's name of it."""
    until, zone = since + timedelta(days=days), calendar().tz
    scheduled = [each.rule for each in running if each.rule.schedule is not None]
    if not scheduled:
        return {}
    every = (since + timedelta(days=number - 1) for number in range(days + 2))
    workdays = {day for day in every if calendar().is_working(day)}
    return {
        rule.lineage: active_intervals(rule.schedule, since, until, zone, workdays)
        for rule in scheduled
        if rule.schedule is not None
    }


def read(payload: Mapping[str, Any]) -> tuple[tuple[Rule, ...], Hours, dict[str, int]]:
    """The rules, their hours, and the number of the version that runs by the engine's name of it."""
    rules = tuple(parse_rule(row["rule"]) for row in payload["rules"])
    hours = {name: np.array(span, np.int64).reshape(-1, 2) for name, span in payload["hours"].items()}
    return rules, hours, {rule.lineage: row["number"] for rule, row in zip(rules, payload["rules"], strict=True)}


def to_warm(rules: Iterable[Rule], before: Iterable[Rule], streams: Iterable[Stream]) -> tuple[list[int], int]:
    """Which datastreams the rules that are new or changed look at, and how far back, in microseconds.

    A rule that takes the alerts of others needs what those look at, over both windows.
    """
    old, by_name = {rule.lineage: rule.version for rule in before}, {rule.lineage: rule for rule in rules}
    asked: dict[str, int] = {}
    for rule in by_name.values():
        if old.get(rule.lineage) == rule.version:
            continue
        for name in rule.select.alerts or (rule.lineage,):
            if name in by_name:
                window = longest_window(rule) + (longest_window(by_name[name]) if rule.second_stage else 0)
                asked[name] = max(asked.get(name, 0), window)
    found = {stream.id for name in asked for stream in streams if looks_at(by_name[name], stream)}
    return sorted(found), max(asked.values(), default=0)


def looks_at(rule: Rule, stream: Stream) -> bool:
    select = rule.select
    return (
        select.takes(stream.property)
        and (not select.sites or stream.site in select.sites)
        and (not select.places or stream.path.startswith(select.places))
    )
