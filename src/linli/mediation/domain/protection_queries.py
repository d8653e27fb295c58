"""Reading protection files: only one's own, and of one only what is not sealed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from linli.core.errors import NotFound
from linli.mediation.models_protection import ProtectionOrder
from linli.mediation.workflow_protection import WORKFLOW
from linli.people.actors import Viewer
from linli.people.models import Post
from linli.procedures.domain.queries import clocks_of
from linli.procedures.enums import ClockState, Part
from linli.procedures.models import Assignment, Clock, Exclusion, Procedure
from linli.procedures.numbers import read_number

MOST = 200


@dataclass(frozen=True)
class Row:
    """A file that one has a part in: its number, how it stands, what is due first."""

    number: str
    state: str
    part: str
    opened: datetime
    due: datetime | None
    amber: datetime | None
    closed: datetime | None


def own_files(viewer: Viewer) -> Sequence[Row]:
    """The files in which the viewer's posts have a part, what is due first on top, closed ones last. Two statements."""
    seen = Procedure.objects.visible_to(viewer).filter(kind=WORKFLOW.kind)
    held = Assignment.objects.filter(post__in=[post.pk for post in viewer.posts], procedure__in=seen)
    rows = [
        Row(
            row.procedure.number, row.procedure.state, row.get_part_display(), row.procedure.opened, row.procedure.due,
            row.procedure.amber, row.procedure.closed,
        )
        for row in held.select_related("procedure").order_by("procedure__due", "procedure__opened")[:MOST]
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row.closed is not None, row.due is None))


def own_file(number: str, viewer: Viewer) -> Procedure:
    """One file by its number.

    Raises:
        NotFound: there is none, or none that these posts have a part in; the two are not told apart.
    """
    typed = read_number(number)
    seen = Procedure.objects.visible_to(viewer).filter(kind=WORKFLOW.kind, number=typed) if typed else None
    found = seen.select_related("protection").prefetch_related("assignments__post").first() if seen else None
    if found is None:
        raise NotFound
    return found


def running(procedure: Procedure) -> list[Clock]:
    return [clock for clock in clocks_of(procedure) if clock.state == ClockState.RUNNING]


def orders_of(procedure: Procedure) -> Sequence[ProtectionOrder]:
    return list(ProtectionOrder.objects.filter(procedure=procedure).defer("details_sealed"))


def who_knows(procedure: Procedure) -> list[tuple[Post, str]]:
    """The posts with a part, the handler first."""
    rows = sorted(procedure.assignments.all(), key=lambda row: (row.part != Part.HANDLER, row.post_id))
    return [(row.post, row.get_part_display()) for row in rows]


def helpers(procedure: Procedure) -> list[Post]:
    return [row.post for row in procedure.assignments.all() if row.part == Part.HELPER]


def shut_out_of(procedure: Procedure) -> list[Post]:
    """The posts that must not know."""
    rows = Exclusion.objects.filter(procedure=procedure, post__isnull=False).select_related("post")
    return [row.post for row in rows if row.post is not None]
