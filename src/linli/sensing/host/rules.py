"""The rules that run, as a record in the log tells of them."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from linli.engines.rules import Rule, active_intervals, to_mapping
from linli.engines.rules.records import Hours, read_rules
from linli.procedures.domain.limits import calendar
from linli.sensing.domain.rulebook import AtWork, at_work

AHEAD = 430  # days for which the hours of a schedule are worked out


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
    rules, hours = read_rules(payload)
    return rules, hours, {rule.lineage: row["number"] for rule, row in zip(rules, payload["rules"], strict=True)}
