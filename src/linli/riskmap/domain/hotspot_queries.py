"""Reading answers: a run, its findings with the number that the reader sees now, and the list behind each.

A finding's number is always counted anew over its own cases and alarms through `Procedure.visible_to`, so that it and
its list are the same, whatever was sealed, purged or closed to somebody since. Below five it is not shown.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from linli.cases.domain.desk import COLUMNS, CaseRow
from linli.core.errors import NotFound
from linli.people.actors import Viewer
from linli.procedures.domain.queries import PAGE, Page, read_cursor
from linli.procedures.models import Procedure
from linli.procedures.registry import kind_of
from linli.riskmap.domain.hotspot_looking import FEWEST
from linli.riskmap.domain.hotspot_questions import Question
from linli.riskmap.enums_hotspots import RunKind, RunStatus
from linli.riskmap.models import HotspotFinding, HotspotMember, HotspotRun
from linli.sensing.domain.alert_queries import seen_by
from linli.sensing.domain.device_queries import reach_of
from linli.sensing.models import Episode


def scope_of(viewer: Viewer) -> str:
    """The place whose hotspots a viewer reads: what the post's devices stand in."""
    return reach_of(viewer.posts[0])


def sees_all(viewer: Viewer, scope: str) -> bool:
    """Whether nothing that is counted below a scope is closed to the viewer, but for recusals."""
    return any(scope.startswith(path) for path in viewer.paths)


@dataclass(frozen=True)
class Seen:
    """A finding and how many of its cases, alarms and hazards the viewer sees now."""

    finding: HotspotFinding
    cases: int
    alarms: int
    hazards: int

    @property
    def number(self) -> int:
        return self.cases + self.alarms + self.hazards


def findings(run: HotspotRun, viewer: Viewer) -> tuple[list[Seen], int]:
    """The findings of which the viewer sees five cases, alarms or hazards, and how many there are beside. Four
    statements."""
    rows = list(HotspotFinding.objects.filter(run=run).order_by("rank"))
    counted = _counted(rows, viewer)
    seen = [Seen(row, *(numbers[row.pk] for numbers in counted)) for row in rows]
    shown = [each for each in seen if each.number >= FEWEST]
    return shown, len(rows) - len(shown)


def _counted(rows: Sequence[HotspotFinding], viewer: Viewer) -> list[Counter[int]]:
    """How many cases, alarms and hazards of each finding the viewer sees. Three statements."""
    members, visible = HotspotMember.objects.filter(finding__in=rows), Procedure.objects.visible_to(viewer)
    parts = (
        Q(procedure__in=visible.filter(kind="case")),
        Q(episode__in=seen_by(viewer)),
        Q(procedure__in=visible.filter(kind="hazard")),
    )
    return [
        Counter(dict(members.filter(part).order_by().values_list("finding").annotate(number=Count("pk"))))
        for part in parts
    ]


def finding_seen(key: int, viewer: Viewer) -> Seen:
    """One finding of a run of the viewer's own scope. Raises NotFound for any other, and for one below five."""
    row = HotspotFinding.objects.filter(pk=key, run__scope=scope_of(viewer)).select_related("run").first()
    if row is None:
        raise NotFound
    seen = Seen(row, *(numbers[row.pk] for numbers in _counted([row], viewer)))
    if seen.number < FEWEST:
        raise NotFound
    return seen


def cases_of(finding: HotspotFinding, viewer: Viewer, *, after: str | None = None, size: int = PAGE) -> Page:
    """The cases of a finding, the newest first. One statement."""
    members = HotspotMember.objects.filter(finding=finding, procedure__isnull=False).values("procedure")
    found = Procedure.objects.visible_to(viewer).filter(pk__in=members, kind="case").order_by("-opened", "uuid")
    if cursor := read_cursor(after):
        at, key = cursor
        found = found.filter(opened__lte=at).exclude(opened=at, uuid__lte=key)
    rows = list(found.values_list(*COLUMNS)[: size + 1])
    cut = [CaseRow(*row) for row in rows[:size]]
    return Page(cut, f"{cut[-1].opened.isoformat()}~{cut[-1].key}" if len(rows) > size else None)


def alarms_of(finding: HotspotFinding, viewer: Viewer) -> list[Episode]:
    """The alarms of a finding, the newest first. One statement."""
    members = HotspotMember.objects.filter(finding=finding, episode__isnull=False).values("episode")
    found = seen_by(viewer).filter(pk__in=members).select_related("rule", "device", "place").order_by("-opened_at")
    return list(found)


def hazards_of(finding: HotspotFinding, viewer: Viewer) -> list[Procedure]:
    """The hazards of a finding, the newest first. One statement."""
    members = HotspotMember.objects.filter(finding=finding, procedure__isnull=False).values("procedure")
    found = Procedure.objects.visible_to(viewer).filter(pk__in=members, kind="hazard")
    return list(found.select_related(*kind_of("hazard").related, "place").order_by("-opened", "uuid"))


# --- charts, all at a glance


def charts_of(scope: str, since: date) -> list[HotspotRun]:
    """The newest chart of each question below a scope, those with unusual points first. One statement."""
    rows = (
        HotspotRun.objects.filter(kind=RunKind.CHART, scope=scope, status=RunStatus.DONE)
        .annotate(unusual=Count("findings"))
        .order_by("-asked_at", "-pk")[:400]
    )
    newest: dict[tuple[str, str, str], HotspotRun] = {}
    for run in rows:
        question = Question.from_json(run.question)
        if question.last >= since:
            newest.setdefault((question.code, question.unit, question.method), run)
    return list(newest.values())


def public_run(question: Question, root: str) -> HotspotRun | None:
    """The public's answer for a month, where there is one. One statement."""
    return HotspotRun.objects.filter(key=question.key(root), kind=RunKind.PUBLIC, status=RunStatus.DONE).first()
