"""A course of cases by day, week or month below a place, with what is usual there and which points are not."""

from datetime import date, timedelta
from typing import Any

import numpy as np

from linli.engines.hotspots.charts import Chart, control_chart
from linli.riskmap.domain.hotspot_looking import EPOCH, FEWEST, Found
from linli.riskmap.domain.sources import Events
from linli.riskmap.enums_hotspots import Step

RUN_LENGTH = {Step.DAY.value: 365.0, Step.WEEK.value: 104.0, Step.MONTH.value: 60.0}  # points between false alarms
LEAST = 12  # points of a course
THIN = 1.0  # cases a step on average below which a chart says nothing


def steps(step: str, first: date, last: date) -> list[date]:
    """The first day of each step. `first` and `last` are such as a chart's question has."""
    found = [first]
    while (following := after(step, found[-1])) <= last:
        found.append(following)
    return found


def after(step: str, day: date) -> date:
    if step == Step.MONTH:
        return (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return day + timedelta(days=7 if step == Step.WEEK else 1)


def course(
    events: Events, scope: str, method: str, step: str, first: date, last: date
) -> tuple[dict[str, Any], list[Found]]:
    """The points of a chart as rows, and the unusual ones since its baseline as findings.

    It begins with the first step that had a case, for before that nothing was written down here.
    """
    days = np.array(events.day, np.int64)
    begins = steps(step, first, last)
    if len(days):
        earliest = EPOCH + timedelta(days=int(days.min()))
        begins = [day for day in begins if after(step, day) > earliest]
    edges = np.array([(day - EPOCH).days for day in [*begins, after(step, begins[-1])]], np.int64)
    counts = np.histogram(days, bins=edges)[0] if len(days) else np.zeros(len(begins), np.int64)
    if len(begins) < LEAST or counts.mean() < THIN:
        return {"thin": True, "events": int(counts.sum()), "steps": len(begins)}, []
    chart = control_chart(
        counts=counts, days=np.array(begins, "datetime64[D]"), method=method, step=step,
        exposure=np.diff(edges).astype(float), run_length=RUN_LENGTH[step],
    )  # fmt: skip
    found = [
        Found(
            path=scope,
            first=begins[point],
            last=after(step, begins[point]) - timedelta(days=1),
            members=[int(row) for row in np.flatnonzero((days >= edges[point]) & (days < edges[point + 1]))],
            facts={
                "expected": round(float(chart.expected[point]), 1),
                "upper": round(float(chart.upper[point]), 2),
                "lower": round(float(chart.lower[point]), 2),
                "high": bool(chart.high[point]),
            },
        )
        for point in np.flatnonzero(chart.high & ~chart.baseline)[::-1].tolist()
        if counts[point] >= FEWEST
    ]
    return _facts(chart, begins, int(counts.sum())), found


def _facts(chart: Chart, begins: list[date], events: int) -> dict[str, Any]:
    columns = (chart.counts, chart.expected, chart.statistic, chart.lower, chart.upper)
    points = [
        [day.isoformat(), *(round(float(column[point]), 3) for column in columns), _mark(chart, point)]
        for point, day in enumerate(begins)
    ]
    return {
        "thin": False, "events": events, "steps": len(begins), "points": points,
        "baseline": int(chart.baseline.sum()), "run_length": round(min(chart.run_length, 1e6)),
        "spread": round(chart.spread, 2), "seasons": list(chart.seasons),
    }  # fmt: skip


def _mark(chart: Chart, point: int) -> str:
    if chart.high[point]:
        return "high"
    return "low" if chart.low[point] else ""
