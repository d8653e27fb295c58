"""Working out what was asked, and storing it with the very cases and alarms that each finding counts."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from django.db import transaction

from linli.riskmap.domain.hazard import hazard_levels, weights
from linli.riskmap.domain.hotspot_charts import course
from linli.riskmap.domain.hotspot_looking import FEWEST, Found, ground, look, surface
from linli.riskmap.domain.hotspot_questions import Question, question_of
from linli.riskmap.domain.sources import Asked, Events, read, source_named
from linli.riskmap.enums_hotspots import Method, RunKind, RunStatus, Unit
from linli.riskmap.models import HotspotFinding, HotspotMember, HotspotRun

Step = Callable[[], AbstractContextManager[None]]
Answer = tuple[dict[str, Any], list[Found]]
BATCH = 500


def work_out(run: HotspotRun, *, at: datetime, step: Step = transaction.atomic) -> None:
    """Find the answer, outside of any transaction, and put it in place of the one before."""
    question = question_of(run)
    try:
        events, facts, found = answer(question, run.scope)
    except ValueError:
        with step():
            HotspotRun.objects.filter(pk=run.pk).update(status=RunStatus.FAILED, done_at=at)
        return
    with step():
        HotspotFinding.objects.filter(run=run).delete()
        stored = HotspotFinding.objects.bulk_create(
            HotspotFinding(
                run=run, rank=rank, place_path=each.path, first=each.first, last=each.last, number=len(each.members),
                facts=each.facts,
            )
            for rank, each in enumerate(found, 1)
        )  # fmt: skip
    for finding, each in zip(stored, found, strict=True):
        members = _members(finding, each.members, events)
        for begun in range(0, len(members), BATCH):
            with step():
                HotspotMember.objects.bulk_create(members[begun : begun + BATCH])
    with step():
        HotspotRun.objects.filter(pk=run.pk).update(status=RunStatus.DONE, done_at=at, facts=facts)


def answer(question: Question, scope: str) -> tuple[Events, dict[str, Any], list[Found]]:
    """The events, the figures of the whole answer, and the findings.

    Raises:
        ValueError: an engine was asked what it cannot do, in its words.
    """
    asked = Asked(scope, question.first, question.last, question.code, question.kind == RunKind.PUBLIC)
    events = read(question.sources, asked)
    return events, *ANSWERS[RunKind(question.kind)](question, scope, events)


def _hotspots(question: Question, scope: str, events: Events) -> Answer:
    on = ground(events, question.unit, scope, question.first, question.last)
    facts, found = look(question.method, on)
    return facts | {"surface": surface(on)}, found


def _chart(question: Question, scope: str, events: Events) -> Answer:
    return course(events, scope, question.method, question.unit, question.first, question.last)


def _hazard(question: Question, scope: str, events: Events) -> Answer:
    return hazard_levels(ground(events, Unit.BUILDING.value, scope, question.first, question.last), weights())


def _public(question: Question, scope: str, events: Events) -> Answer:
    """By grid cell: those with five cases at least, and which of them stand out. No list, no smaller number, no sum.

    A month and a cell never overlap with another, and no total is told, so that nothing follows by subtracting.
    """
    facts, found = look(Method.GI_STAR, ground(events, Unit.CELL.value, scope, question.first, question.last))
    hot = {path for each in found for path, _number in each.facts["units"]}
    q = {path: each.facts["q"] for each in found for path, _number in each.facts["units"]}
    units = [[path, number, path in hot, q.get(path)] for path, number in facts["units"] if number >= FEWEST]
    return {"units": units, "ground": facts["ground"], "draws": facts["draws"]}, []


ANSWERS: dict[RunKind, Callable[[Question, str, Events], Answer]] = {
    RunKind.HOTSPOTS: _hotspots,
    RunKind.CHART: _chart,
    RunKind.HAZARD: _hazard,
    RunKind.PUBLIC: _public,
}


def _members(finding: HotspotFinding, rows: Sequence[int], events: Events) -> list[HotspotMember]:
    return [
        HotspotMember(finding=finding, **{f"{source_named(events.source[row]).member}_id": events.key[row]})
        for row in rows
    ]
