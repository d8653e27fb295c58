"""Reading plans: the list, one with its answers, its work."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet

from linli.riskmap.enums_plans import ItemStatus, PlanStatus
from linli.riskmap.models import Plan, PlanAnswer, PlanItem

MOST = 100
COMPARED = 4


def _plans(below: str) -> QuerySet[Plan]:
    light = PlanAnswer.objects.defer("history")
    rows = Plan.objects.filter(place__path__gte=below, place__path__lt=below + "~")
    return rows.select_related("place", "made_by").prefetch_related(Prefetch("answers", light))


def plan_list(below: str) -> list[Plan]:
    """Plans that are not put aside, the newest first, each with how much of its work is done. Two statements."""
    done = Count("items", filter=Q(items__status=ItemStatus.DONE))
    rows: Any = _plans(below).exclude(status=PlanStatus.DROPPED).annotate(pieces=Count("items"), done=done)
    return list(rows.order_by("-made_at", "-pk")[:MOST])


def compared(below: str, chosen: Sequence[str]) -> list[Plan]:
    """The plans of these keys that were answered, in the order in which they were made; at most four."""
    rows = _plans(below).filter(uuid__in=chosen[:COMPARED]).exclude(answers=None)
    return list(rows.order_by("made_at", "pk"))


def was_begun(action: UUID) -> bool:
    """Whether a plan was begun by this action."""
    return Plan.objects.filter(uuid=action).exists()


@dataclass(frozen=True)
class Work:
    """The work of a plan in walking order."""

    items: Sequence[PlanItem]

    @property
    def open(self) -> int:
        return sum(item.status != ItemStatus.DONE for item in self.items)


def work_of(plan: Plan) -> Work:
    """One statement."""
    rows = PlanItem.objects.filter(plan=plan).select_related("device", "place", "case__procedure", "done_by", "plan")
    return Work(list(rows.order_by("number")))
