"""Which post has which part in a procedure, and whose turn it is."""

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.core.errors import Conflict, Invalid, NotReady
from linli.core.outbox import tell
from linli.people.actors import Actor, Viewer
from linli.people.domain.posts import acting_post
from linli.people.models import Post
from linli.procedures.domain.envelope import envelope
from linli.procedures.domain.story import append_entry
from linli.procedures.enums import Part
from linli.procedures.models import Assignment, Exclusion, Procedure

# One post at a time has such a part: who gets it takes it over from whoever had it.
SINGLE = frozenset({Part.DESK, Part.HANDLER, Part.VERIFIER, Part.APPROVER, Part.OWNER})
# Played beside the turn: open from the day it is given until a move ends it or the procedure closes.
STANDING = frozenset({Part.HELPER, Part.APPROVER, Part.OWNER})


def begin(procedure: Procedure, assign: Mapping[Post, Part], acts: str | None, at: datetime) -> list[int]:
    """The first assignments. Returns the posts' keys."""
    rows = [_row(procedure, post, part, acts, at) for post, part in assign.items()]
    Assignment.objects.bulk_create(rows)
    return [row.post_id for row in rows]


def turn(
    procedure: Procedure,
    assign: Mapping[Post, Part],
    acts: str | None,
    at: datetime,
    *,
    over: Callable[[Assignment], bool] = lambda _row: False,
) -> list[int]:
    """Give posts their parts and open the inbox of those whose turn it is now. Returns every assigned post's key.

    over: whether a part that is played beside the turn ends now.
    """
    held = list(Assignment.objects.filter(procedure=procedure))
    for row in held:
        if row.part in STANDING and (over(row) or procedure.closed is not None):
            row.open = False
            row.save(update_fields=["open"])
    for post, part in assign.items():
        held = _hand_to(procedure, held, post, part, acts, at)
    for row in held:
        opened = row.open if row.part in STANDING else row.part == acts
        due, amber = (procedure.due, procedure.amber) if opened else (None, None)
        if (row.open, row.due, row.amber) != (opened, due, amber):
            row.open, row.due, row.amber = opened, due, amber
            row.save(update_fields=["open", "due", "amber"])
    return [row.post_id for row in held]


class ShutOut(Invalid):
    """A post that must not know of a procedure cannot be given a part in it."""

    code = "shut-out"
    message = _("This post cannot take it on. Choose another.")


def is_shut_out(procedure: Procedure, post: Post) -> bool:
    """Whether an exclusion names the post or its organisation. No statement where there is no exclusion at all."""
    if not procedure.excludes:
        return False
    named = Q(post=post) | Q(organisation__path__in=Viewer(posts=(post,)).organisation_paths)
    return Exclusion.objects.filter(named, procedure=procedure).exists()


def _hand_to(
    procedure: Procedure, held: list[Assignment], post: Post, part: Part, acts: str | None, at: datetime
) -> list[Assignment]:
    """The rows after `post` has taken `part`; whoever had it before no longer does.

    Raises:
        ShutOut: the post must not know of the procedure.
    """
    if is_shut_out(procedure, post):
        raise ShutOut
    if part in SINGLE:
        gone = [row for row in held if row.part == part and row.post_id != post.pk]
        if gone:
            Assignment.objects.filter(pk__in=[row.pk for row in gone]).delete()
        held = [row for row in held if row not in gone]
    known = next((row for row in held if row.part == part and row.post_id == post.pk), None)
    if known is None:
        row = _row(procedure, post, part, acts, at)
        row.save(force_insert=True)
        return [*held, row]
    if part in STANDING and not known.open:  # asked once more
        known.open, known.since = True, at
        known.save(update_fields=["open", "since"])
    return held


def _row(procedure: Procedure, post: Post, part: Part, acts: str | None, at: datetime) -> Assignment:
    opened = part == acts or part in STANDING
    return Assignment(
        procedure=procedure,
        post=post,
        part=part,
        open=opened,
        due=procedure.due if opened else None,
        amber=procedure.amber if opened else None,
        since=at,
    )


def follow_clocks(procedure: Procedure) -> None:
    """After a clock changed without a move: the open assignments show the new due date."""
    Assignment.objects.filter(procedure=procedure, open=True).update(due=procedure.due, amber=procedure.amber)


def reassign(
    *,
    procedure: Procedure,
    version: int,
    part: Part,
    to: Post,
    because: str,
    by: Actor,
    at: datetime,
    instead_of: Post | None = None,
) -> Procedure:
    """Give a part to another post without moving the procedure on.

    instead_of: who has it no longer; needed only for a part that several posts can have.

    Raises:
        Conflict: it changed since `version` was shown.
    """
    with transaction.atomic():
        taken = Procedure.objects.filter(pk=procedure.pk, version=version).update(version=version + 1)
        if not taken:
            raise Conflict
        procedure.refresh_from_db()
        rows = Assignment.objects.filter(procedure=procedure, part=part)
        acts = part if rows.filter(open=True).exists() else None
        if instead_of is not None:
            rows.filter(post=instead_of).delete()
        held = _hand_to(procedure, list(Assignment.objects.filter(procedure=procedure)), to, part, acts, at)
        append_entry(procedure, "reassigned", by=by, at=at, says={"part": part, "to": to.pk, "because": because})
        tell(f"{procedure.kind}.reassigned", procedure.pk, envelope(procedure, [row.post_id for row in held]), at)
    return procedure


def _first_let_in(procedure: Procedure, post: Post, at: datetime) -> Post | None:
    """The post, or the next held one up its ladder that no exclusion names."""
    seen: set[int] = set()
    while is_shut_out(procedure, post):
        seen.add(post.pk)
        above = _acting(post.superior, at) if post.superior else None
        if above is None or above.pk in seen:
            return None
        post = above
    return post


def _acting(post: Post, at: datetime) -> Post | None:
    """Who does the work of a post now; nobody in an office without a duty officer's post."""
    try:
        return acting_post(post, at=at)
    except NotReady:
        return None


def pass_up(*, post: Post, by: Actor, at: datetime) -> list[UUID]:
    """The open work of a vacant post goes to the next held one up the ladder that may know of it.

    Returns the procedures passed on. What no post above may know of stays where it is, and shows red there; so does
    everything in an office that has no duty officer's post yet.
    """
    above, passed = _acting(post, at), []
    if above is None or above.pk == post.pk:
        return []
    for row in Assignment.objects.filter(post=post, open=True):
        procedure = Procedure.objects.get(pk=row.procedure_id)  # anew: another part of it may have gone up just now
        to = _first_let_in(procedure, above, at)
        if to is None:
            continue
        try:
            reassign(
                procedure=procedure, version=procedure.version, part=Part(row.part), to=to, because="vacant",
                by=by, at=at, instead_of=post,
            )  # fmt: skip
        except Conflict:  # it moved in this moment; where it still lies here, the sweep of the next minute takes it
            continue
        passed.append(procedure.pk)
    return passed
