"""What became of the proposals: for each filed case what the model read, what was reported, and what the desk filed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q
from django.db.models.functions import TruncWeek
from django.utils import timezone

from linli.cases.domain.catalogue import catalogue
from linli.cases.domain.triage import in_use, propose_class
from linli.cases.models import Case, CaseClass, TriageModel, TriageReading
from linli.cases.workflow import WORKFLOW
from linli.procedures.domain.story import last_of_kind

WEEKS = 12
FEWEST = 5  # a rate over fewer says nothing, and points at persons
CONFUSED, WORTH_SAYING = 5, 0.05  # the commonest mistakes in words, and from which share on


def record_reading(case: UUID, *, at: datetime) -> None:
    """Note what the model reads in a case that was just filed, for the figures. Never of a sealed one."""
    found = Case.objects.select_related("procedure", "klass").filter(pk=case, procedure__sealed=False).first()
    used = in_use()
    if used is None or found is None or found.klass is None or found.klass.sealed:
        return
    proposal = propose_class(found.text)
    if proposal is None:
        return
    first = proposal.choices[0] if proposal.choices else None
    opened = last_of_kind(found.procedure, WORKFLOW.initial)
    code = opened.says.get("klass") if opened and opened.says else None
    TriageReading.objects.get_or_create(
        case=found,
        defaults={
            "model": used.row, "first": first.klass if first else None, "unsure": proposal.unsure,
            "probability": first.probability if first else 0.0, "filed": found.klass, "at": at,
            "reported": catalogue().named(code) if code else None,
        },
    )  # fmt: skip


@dataclass(frozen=True)
class Week:
    """One week of filing. Shares in per cent, none where there were too few."""

    begins: date
    filed: int
    unsure: int | None
    corrected: int | None
    other_than_reported: int | None


def weeks(*, at: datetime) -> list[Week]:
    """The last twelve weeks in which something was filed, the newest first. One statement."""
    since = at - timedelta(weeks=WEEKS)
    sure = Q(unsure=False)
    found = (
        TriageReading.objects.filter(at__gte=since)
        .annotate(week=TruncWeek("at", tzinfo=timezone.get_default_timezone()))
        .values("week")
        .annotate(
            number=Count("pk"),
            doubted=Count("pk", filter=Q(unsure=True)),
            said=Count("pk", filter=sure),
            wrong=Count("pk", filter=sure & ~Q(first=F("filed"))),
            chosen=Count("pk", filter=Q(reported__isnull=False)),
            changed=Count("pk", filter=Q(reported__isnull=False) & ~Q(reported=F("filed"))),
        )
        .order_by("-week")
    )
    return [
        Week(
            begins=row["week"].date(),
            filed=row["number"],
            unsure=_percent(row["doubted"], row["number"]),
            corrected=_percent(row["wrong"], row["said"]),
            other_than_reported=_percent(row["changed"], row["chosen"]),
        )
        for row in found
    ]


def _percent(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole >= FEWEST else None


@dataclass(frozen=True)
class ClassRow:
    """How a class fares: messages it was learnt from, and of 100 read as it, or written about it, how many rightly."""

    title: str
    invented: int
    cases: int
    precision: int
    recall: int
    f1: float
    cells: Sequence[int]


@dataclass(frozen=True)
class Mistake:
    """Of 100 messages about one class so many were read as another."""

    truth: str
    read: str
    percent: int


@dataclass(frozen=True)
class Card:
    """What the page of a model says of it."""

    row: TriageModel
    readable: bool
    rows: Sequence[ClassRow]
    mistakes: Sequence[Mistake]

    @property
    def titles(self) -> list[str]:
        return [row.title for row in self.rows]

    @property
    def invented(self) -> int:
        return sum(row.invented for row in self.rows)

    @property
    def cases(self) -> int:
        return sum(row.cases for row in self.rows)


def model_card() -> Card | None:
    """The model in use, with its scores by class; none where none was learnt."""
    row = TriageModel.objects.filter(active=True).first()
    if row is None:
        return None
    report, titles = row.report, _titles(row.report["labels"])
    rows = [
        _class_row(row, label, title, score, confused)
        for label, title, score, confused in zip(
            report["labels"], titles, report["scores"], report["confusion"], strict=True
        )
    ]
    return Card(row, in_use() is not None, rows, _mistakes(titles, report["confusion"]))


def _titles(codes: Sequence[str]) -> list[str]:
    known = {klass.code: klass.title for klass in CaseClass.objects.filter(code__in=codes)}
    return [known.get(code, code) for code in codes]


def _class_row(row: TriageModel, code: str, title: str, score: dict[str, Any], confused: Sequence[int]) -> ClassRow:
    cases = row.sources.get("cases", {}).get(code, 0)
    return ClassRow(
        title=title,
        invented=score["number"] - cases,
        cases=cases,
        precision=round(100 * score["precision"]),
        recall=round(100 * score["recall"]),
        f1=score["f1"],
        cells=confused,
    )


def _mistakes(titles: Sequence[str], confusion: Sequence[Sequence[int]]) -> list[Mistake]:
    """The commonest confusions, the worst first."""
    found: list[Mistake] = [
        Mistake(titles[truth], titles[read], round(100 * number / sum(cells)))
        for truth, cells in enumerate(confusion)
        for read, number in enumerate(cells)
        if truth != read and number and number / sum(cells) >= WORTH_SAYING
    ]
    return sorted(found, key=lambda one: -one.percent)[:CONFUSED]


def past_models() -> list[TriageModel]:
    """The latest learnings, the newest first."""
    return list(TriageModel.objects.order_by("-trained_at")[:10])
