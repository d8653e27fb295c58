"""What can be asked of the hotspots, and asking it: one row for each question and scope, worked out by a job."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, Self

import orjson
from django.db import transaction

from linli.core import jobs
from linli.people.enums import Role
from linli.people.models import Post
from linli.places.domain.queries import governed_path
from linli.places.models import Kind
from linli.riskmap.enums_hotspots import ChartMethod, Method, RunKind, RunStatus, Step, Unit
from linli.riskmap.models import HotspotRun

WORK_OUT = "riskmap.hotspots"
READERS = (
    Role.DUTY_OFFICER, Role.AREA_LEAD, Role.COMMITTEE_SECRETARY, Role.PROJECT_LEAD, Role.AUDITOR, Role.ADMINISTRATOR,
)  # fmt: skip
USUAL_DAYS = 90
KEPT = timedelta(days=40)
APART = timedelta(seconds=3)  # between two of the night's questions, so that other jobs come in between
LONGEST = 3660  # days
PUBLIC_MONTHS = 12
COURSE = {Step.DAY: 365, Step.WEEK: 3 * 364, Step.MONTH: 6 * 365}  # days that a chart goes back


@dataclass(frozen=True)
class Question:
    """Of hotspots: sources by name, one class by code or empty for all, days, method and ground.

    Of a chart `method` is one of `ChartMethod`, `unit` a `Step`; of hazard levels both are empty.
    """

    kind: str
    sources: tuple[str, ...]
    first: date
    last: date
    code: str = ""
    method: str = ""
    unit: str = ""

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "first": self.first.isoformat(), "last": self.last.isoformat()}

    @classmethod
    def from_json(cls, held: dict[str, Any]) -> Self:
        days = {name: date.fromisoformat(held[name]) for name in ("first", "last")}
        return cls(**{**held, **days, "sources": tuple(held["sources"])})

    def key(self, scope: str) -> str:
        text = orjson.dumps([scope, {**self.as_json(), "sources": sorted(self.sources)}], option=orjson.OPT_SORT_KEYS)
        return hashlib.sha256(text).hexdigest()


def question_of(run: HotspotRun) -> Question:
    return Question.from_json(run.question)


def hotspots(last: date, method: str = Method.GI_STAR, *, days: int = USUAL_DAYS, **more: Any) -> Question:
    """The usual question: all cases of the days that end with `last`, by building."""
    given = {"sources": ("cases",), "unit": Unit.BUILDING.value, **more}
    return Question(RunKind.HOTSPOTS.value, first=last - timedelta(days=days - 1), last=last, method=method, **given)


def chart(last: date, code: str, *, step: str = Step.WEEK, method: str = ChartMethod.COUNT) -> Question:
    """A chart of whole steps: weeks from Monday, months from the first; the last one ended by `last`."""
    return Question(
        RunKind.CHART.value, ("cases",), chart_begins(step, last), chart_ends(step, last), code, method, step
    )


def chart_ends(step: str, last: date) -> date:
    """The last day of the last whole step."""
    if step == Step.WEEK:
        return last - timedelta(days=(last.weekday() + 1) % 7)
    if step == Step.MONTH and (last + timedelta(days=1)).day != 1:
        return last.replace(day=1) - timedelta(days=1)
    return last


def chart_begins(step: str, last: date) -> date:
    first = chart_ends(step, last) - timedelta(days=COURSE[Step(step)] - 1)
    return first.replace(day=1) if step == Step.MONTH else first


def hazard(last: date) -> Question:
    """Hazard levels of the usual days."""
    first = last - timedelta(days=USUAL_DAYS - 1)
    return Question(RunKind.HAZARD.value, ("cases", "hazards", "alarms"), first, last)


def public(month: date) -> Question:
    """The small version for everybody: one whole month, by grid cell."""
    after = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    last = after - timedelta(days=1)
    return Question(RunKind.PUBLIC.value, ("cases",), month, last, method=Method.GI_STAR.value, unit=Unit.CELL.value)


def find(question: Question, scope: str) -> HotspotRun | None:
    """The run of this question, whatever its state. One statement."""
    return HotspotRun.objects.filter(key=question.key(scope)).first()


def ask(question: Question, scope: str, *, at: datetime) -> HotspotRun:
    """Have a question worked out as soon as a worker is free; one that was asked already is not asked twice.

    One that could not be worked out, or whose weights changed since, is worked out anew.
    """
    with transaction.atomic():
        run, is_new = HotspotRun.objects.get_or_create(
            key=question.key(scope),
            defaults={"kind": question.kind, "scope": scope, "question": question.as_json(), "asked_at": at},
        )
        if is_new or run.status != RunStatus.DONE or question.kind == RunKind.HAZARD:
            if not is_new:
                HotspotRun.objects.filter(pk=run.pk, status=RunStatus.FAILED).update(status=RunStatus.WAITING)
            jobs.enqueue(WORK_OUT, {"run": run.pk}, at=at, unique=f"{WORK_OUT}.{run.pk}")
    return run


# --- what is worked out every night


def scopes() -> list[str]:
    """The places that a post who reads hotspots answers for, the widest first; with that of the whole office."""
    held = Post.objects.filter(role__in=READERS, closed_at=None).exclude(place__kind=Kind.CELL)
    root = governed_path()
    paths = {path for path in held.values_list("place__path", flat=True) if path.startswith(root)}
    return sorted(paths | {root}, key=lambda path: (len(path), path))


def standing(last: date, codes: Sequence[str]) -> list[tuple[str, Question]]:
    """Scope and question of all that is asked every night. codes: the classes with a chart of their own."""
    found = [(governed_path(), public(month)) for month in _months_over(last)]
    for scope in scopes():
        found += [(scope, hotspots(last, method.value)) for method in Method]
        found += [(scope, hazard(last))]
    return found + [(scope, chart(last, code)) for scope in scopes() for code in ("", *codes)]


def _months_over(last: date) -> list[date]:
    """The first days of the last months that ended by this day, the newest first."""
    month = (last + timedelta(days=1)).replace(day=1)
    found = []
    for _number in range(PUBLIC_MONTHS):
        month = (month - timedelta(days=1)).replace(day=1)
        found.append(month)
    return found


def ask_standing(last: date, codes: Sequence[str], *, at: datetime) -> int:
    """Ask all of these that were not asked yet, and forget old answers. Returns how many were asked."""
    old = HotspotRun.objects.filter(asked_at__lt=at - KEPT).exclude(kind=RunKind.PUBLIC)
    with transaction.atomic():
        old.delete()
    wanted = {question.key(scope): (question, scope) for scope, question in standing(last, codes)}
    known = set(HotspotRun.objects.filter(key__in=wanted).values_list("key", flat=True))
    new = [asked for key, asked in wanted.items() if key not in known]
    for number, (question, scope) in enumerate(new):
        ask(question, scope, at=at + number * APART)
    return len(new)
