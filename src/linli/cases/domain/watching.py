"""What is watched from above: a case that is supervised, and a grievance of long standing that somebody owns."""

from datetime import datetime
from uuid import UUID

from linli.cases.domain.desk import COLUMNS, CaseRow
from linli.cases.domain.handling import fresh
from linli.cases.models import Case
from linli.people.actors import Actor, Viewer
from linli.people.domain.posts import acting_post
from linli.people.models import Post
from linli.procedures.domain.move import Version, move
from linli.procedures.enums import Part
from linli.procedures.models import Assignment, Procedure


def supervise_case(*, case: Case, version: Version, text: str, by: Actor, at: datetime, action: UUID) -> Case:
    """Ask from above how a case stands, and what is expected; whoever has it reports within some days."""
    move(
        case.procedure, "supervise", version=version, by=by, at=at, action=action, given={"text": text},
        says={"text": text.strip()}, change=lambda: _set_supervised(case, at),
    )  # fmt: skip
    return fresh(case)


def report_back(*, case: Case, version: Version, text: str, by: Actor, at: datetime, action: UUID) -> Case:
    """Tell whoever supervises how it stands. The supervision is over; it may begin again."""
    move(
        case.procedure, "report_back", version=version, by=by, at=at, action=action, given={"text": text},
        says={"text": text.strip()}, change=lambda: _set_supervised(case, None),
    )  # fmt: skip
    return fresh(case)


def _set_supervised(case: Case, at: datetime | None) -> None:
    Case.objects.filter(pk=case.pk).update(supervised_at=at)


def take_charge(*, case: Case, version: Version, to: Post, text: str, by: Actor, at: datetime, action: UUID) -> Case:
    """Give a grievance of long standing an owner, who looks at it every month until it is settled.

    text: why it is one, and what is hoped for.
    """
    owner = acting_post(to, at=at)
    move(
        case.procedure, "take_charge", version=version, by=by, at=at, action=action, given={"text": text},
        says={"to": owner.pk, "text": text.strip()}, assign={owner: Part.OWNER},
    )  # fmt: skip
    return fresh(case)


def review_grievance(*, case: Case, version: Version, text: str, by: Actor, at: datetime, action: UUID) -> Case:
    """The owner has looked again: what was done, and what comes next. The next month begins."""
    move(
        case.procedure, "review", version=version, by=by, at=at, action=action, given={"text": text},
        says={"text": text.strip()},
    )  # fmt: skip
    return fresh(case)


def settle_grievance(*, case: Case, version: Version, text: str, by: Actor, at: datetime, action: UUID) -> Case:
    """It is no longer a grievance of long standing. The case itself goes on to its end."""
    move(
        case.procedure, "settle", version=version, by=by, at=at, action=action, given={"text": text},
        says={"text": text.strip()},
    )  # fmt: skip
    return fresh(case)


def grievances(viewer: Viewer) -> list[tuple[CaseRow, Post]]:
    """The grievances of long standing that the viewer may see, by matter and place, with their owners. Two statements.

    They are never listed by reporter.
    """
    owners = {
        row.procedure_id: row.post
        for row in Assignment.objects.filter(
            part=Part.OWNER, open=True, procedure__in=Procedure.objects.visible_to(viewer).filter(kind="case")
        ).select_related("post__organisation", "post__place")
    }
    rows = Procedure.objects.filter(pk__in=owners).order_by("opened").values_list("uuid", *COLUMNS)
    return [(CaseRow(*row[1:]), owners[row[0]]) for row in rows]
