"""One case as its page shows it to staff: everything read at once, so that the template asks nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from linli.cases.domain.desk import COLUMNS, CaseRow
from linli.cases.domain.queries import case_for
from linli.cases.models import Case
from linli.cases.workflow import is_desk, may_reach, may_write
from linli.core.models import File
from linli.engines.workflow import Move
from linli.people.actors import Actor, Viewer
from linli.people.models import Post
from linli.procedures.domain.move import may
from linli.procedures.domain.queries import clocks_of
from linli.procedures.domain.story import Line, story
from linli.procedures.enums import Audience, PartyKind
from linli.procedures.models import Assignment, Clock, Party, Procedure
from linli.procedures.permissions import remember_story

STAFF_READ = (Audience.PUBLIC, Audience.PARTIES, Audience.STAFF)


@dataclass(frozen=True)
class Dossier:
    """A case, its story and clocks, its files, and what the reader may do.

    `posts` names the posts that the story speaks of. `reporter` is the party, whose contact stays sealed.
    """

    case: Case
    lines: Sequence[Line]
    clocks: Sequence[Clock]
    files: Mapping[UUID, File]
    posts: Mapping[int, str]
    reporter: Party | None
    assignments: Sequence[Assignment]
    moves: Sequence[Move]
    family: Sequence[tuple[Any, Sequence[CaseRow]]]
    may_write: bool
    may_reach: bool
    may_release: bool

    @property
    def acting(self) -> list[Assignment]:
        """The posts whose turn it is."""
        return [row for row in self.assignments if row.open]


def read_dossier(number: str, *, viewer: Viewer, by: Actor) -> Dossier:
    """One case for staff by its number. Six statements, and one more where the story names posts.

    Raises:
        NotFound: there is none, or these posts may not know of it.
    """
    case = with_assignments(case_for(number, viewer))
    procedure = case.procedure
    lines = story(procedure, STAFF_READ)
    remember_story(procedure, lines)
    parties = Party.objects.filter(procedure=procedure, kind=PartyKind.REPORTER).select_related("account")
    return Dossier(
        case=case,
        lines=lines,
        clocks=clocks_of(procedure),
        files={file.pk: file for file in _files(procedure.pk)},
        posts=_posts_named(lines),
        reporter=parties.first(),
        assignments=list(procedure.assignments.all()),
        moves=may(procedure, by),
        family=family_of(case, viewer),
        may_write=may_write(by, procedure),
        may_reach=may_reach(by, procedure),
        may_release=is_desk(by, procedure),
    )


def with_assignments(case: Case) -> Case:
    """The same case with its assignments fetched, so that asking who may do what costs nothing more."""
    posts = Assignment.objects.select_related("post__organisation").order_by("pk")
    prefetch_related_objects([case.procedure], Prefetch("assignments", queryset=posts))
    return case


def family_of(case: Case, viewer: Viewer) -> list[tuple[Any, list[CaseRow]]]:
    """Cases that belong to this one, as far as the viewer may see them, under what they are to it.

    One statement, and none for a case that belongs to no other and that `case_for` fetched.
    """
    if not (case.parent_id or case.merged_into_id or getattr(case, "has_parts", True)):
        return []
    own = case.pk
    related = Q(case__parent=own) | Q(case__merged_into=own) | Q(pk__in=[case.parent_id, case.merged_into_id])
    rows = list(
        Procedure.objects.visible_to(viewer)
        .filter(related)
        .order_by("opened")
        .values_list("case__parent", "case__merged_into", *COLUMNS)
    )
    kinds: list[tuple[Any, Callable[[Any], bool]]] = [
        (_("Part of"), lambda row: row[2] == case.parent_id),
        (_("Joined with"), lambda row: row[2] == case.merged_into_id),
        (_("Parts"), lambda row: row[0] == own),
        (_("Joined with this"), lambda row: row[1] == own),
    ]
    return [(label, [CaseRow(*row[2:]) for row in rows if fits(row)]) for label, fits in kinds]


def _files(procedure: UUID) -> QuerySet[File]:
    return File.objects.filter(procedure=procedure, audience__in=STAFF_READ, purged_at=None).order_by("uploaded_at")


def _posts_named(lines: Sequence[Line]) -> dict[int, str]:
    named = {line.says["to"] for line in lines if line.says and isinstance(line.says.get("to"), int)}
    return {post.pk: post.title for post in Post.objects.filter(pk__in=named)} if named else {}
