"""What an action did: what the engine says of its count before and after, alone and beside estates without it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from django.db.models import Q, QuerySet

from linli.cases.domain.desk import COLUMNS, CaseRow
from linli.cases.workflow import WORKFLOW
from linli.engines.effects import Compared, Interrupted, NotEnough, Ratio, Step, did, interrupted
from linli.engines.effects.cautions import LAST
from linli.insight.domain.effect_series import Floats, Series, series_of, shown_classes
from linli.insight.domain.guard import hidden
from linli.insight.domain.queries import below
from linli.insight.models import Action, CaseFact
from linli.insight.models_actions import Counted
from linli.people.actors import Viewer
from linli.places.domain.kept import tree
from linli.places.domain.queries import governed_path
from linli.places.models import Kind, Place
from linli.procedures.domain.queries import PAGE, Page, read_cursor
from linli.procedures.models import Procedure


@dataclass(frozen=True)
class Block:
    """One period. count: none where it is one to four and may not be shown to this reader."""

    first: date
    last: date
    count: float | None
    after: bool
    fitted: float | None = None
    expected: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Answer:
    """What is known of an action's effect.

    whole: the series of its estates by itself; `missing` where there is too little for it.  compared: beside the
    estates without it; `alone` says why there is no comparison: indicator, everywhere, few, nought.
    """

    action: Action
    step: Step
    blocks: Sequence[Block]
    before: float
    after: float
    whole: Interrupted | None = None
    missing: NotEnough | None = None
    fixes_nothing: bool = False
    compared: Compared | None = None
    compared_rest: Compared | None = None
    alone: str = ""
    untreated: Sequence[Place] = ()

    @property
    def has_peak(self) -> bool:
        """The action came right after an extreme, so the answer is that of the other periods."""
        return self.whole is not None and any(each.code == "after_extreme" for each in self.whole.cautions)

    @property
    def best(self) -> Ratio | None:
        """The answer: beside other estates where that can be compared, else alone; without an extreme before it."""
        if self.has_peak:
            assert self.whole is not None
            return self.compared_rest.ratio if self.compared_rest else self.whole.without_peak
        told = self.compared or self.whole
        return told.ratio if told else None

    @property
    def begins(self) -> int:
        return sum(not block.after for block in self.blocks)


def answer(action: Action, today: date, *, exact: bool = True, whose: Viewer | None = None) -> Answer:
    """Work out what an action did until yesterday. Six statements, whatever the number of cases.

    exact: whether counts of one to four may be shown.  whose: for indicators, what these posts may see; none: what is
    public.
    """
    estates = sorted(action.estates.all(), key=lambda each: each.path)
    others = [each for each in tree().of_kind(Kind.ESTATE, below=governed_path()) if each not in estates]
    series = series_of(action, estates, others, today, whose)
    counts = series.treated.sum(0)
    found = Answer(
        action, series.step, _blocks(series, counts), float(counts[: series.begins].sum()),
        float(counts[series.begins :].sum()),
    )  # fmt: skip
    found = _interrupted(found, series, counts)
    found = _compared(found, series, others)
    return found if exact else replace(found, blocks=guarded(found.blocks))


def _interrupted(found: Answer, series: Series, counts: Floats) -> Answer:
    expected = 1 if found.action.rises else -1
    try:
        told = interrupted(counts, series.begins, step=series.step, size=series.size, expected=expected)
    except NotEnough as missing:
        return replace(found, missing=missing)
    except ValueError:
        return replace(found, fixes_nothing=True)
    lines = zip(told.fitted, told.expected, told.low, told.high, strict=True)
    blocks = [
        replace(block, fitted=float(fitted), expected=float(line), low=float(low), high=float(high))
        for block, (fitted, line, low, high) in zip(found.blocks, lines, strict=True)
    ]
    return replace(found, whole=told, blocks=blocks)


def _compared(found: Answer, series: Series, others: Sequence[Place]) -> Answer:
    if found.action.counted == Counted.INDICATOR:
        return replace(found, alone="indicator")
    if not others:
        return replace(found, alone="everywhere")
    rows = np.vstack([series.treated, series.untreated])
    treated = np.arange(len(rows)) < len(series.treated)
    try:
        found = replace(found, compared=did(rows, treated, series.begins), untreated=others)
        if found.has_peak:
            keep = np.r_[0 : series.begins - LAST, series.begins : rows.shape[1]]
            found = replace(found, compared_rest=did(rows[:, keep], treated, series.begins - LAST))
        return found
    except NotEnough:
        return found if found.compared else replace(found, alone="few", untreated=others)
    except ValueError:
        return found if found.compared else replace(found, alone="nought", untreated=others)


def guarded(blocks: Sequence[Block]) -> list[Block]:
    """The blocks without counts of one to four, and without what would give one away beside the sum before or after."""
    shut: set[int] = set()
    for after in (False, True):
        shut |= hidden({
            number: round(block.count)
            for number, block in enumerate(blocks)
            if block.after is after and block.count is not None
        })  # fmt: skip
    return [replace(block, count=None) if number in shut else block for number, block in enumerate(blocks)]


def _blocks(series: Series, counts: Floats) -> list[Block]:
    return [
        Block(first, last, float(count), number >= series.begins)
        for number, ((first, last), count) in enumerate(zip(series.periods, counts, strict=True))
    ]


def counted_cases(action: Action, viewer: Viewer, first: date, last: date) -> QuerySet[Procedure]:
    """The cases that a period counts, as far as these posts see them: for who looks after the place, all of them."""
    paths = below("~")
    for estate in action.estates.all():
        paths |= below(estate.path)
    facts = CaseFact.objects.filter(
        paths, countable=True, klass__in=shown_classes(action.code), reported__range=(first, last)
    )
    return Procedure.objects.visible_to(viewer).filter(kind=WORKFLOW.kind, fact__in=facts)


def listed(action: Action, viewer: Viewer, first: date, last: date, *, after: str | None = None) -> tuple[int, Page]:
    """How many these are, and a page of them, the last first. Two statements."""
    rows = counted_cases(action, viewer, first, last)
    found = rows.order_by("-fact__reported", "uuid")
    if cursor := read_cursor(after):
        at, key = cursor[0].date(), cursor[1]
        found = found.filter(Q(fact__reported__lt=at) | Q(fact__reported=at, uuid__gt=key))
    read = list(found.values_list("uuid", "fact__reported", *COLUMNS)[: PAGE + 1])
    cut = [CaseRow(*row[2:]) for row in read[:PAGE]]
    return rows.count(), Page(cut, f"{read[PAGE - 1][1]}T00:00+00:00~{read[PAGE - 1][0]}" if len(read) > PAGE else None)


def browses(action: Action, viewer: Viewer) -> bool:
    """Whether these posts see the cases of every estate that the action reaches."""
    return all(any(estate.path.startswith(path) for path in viewer.paths) for estate in action.estates.all())


def answers(rows: Sequence[Action], today: date) -> Mapping[int, Answer]:
    """Of several actions, by their keys, small counts hidden."""
    return {action.pk: answer(action, today, exact=False) for action in rows}
