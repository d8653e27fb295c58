"""Several at work on one case: co-handlers who are asked, say what they did, or are relieved."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from linli.cases.domain.handling import attach_work, fresh, require_person
from linli.cases.models import Case
from linli.core.errors import Invalid
from linli.people.actors import Actor
from linli.people.domain.posts import acting_post
from linli.people.models import Post
from linli.procedures.domain.move import Version, move
from linli.procedures.enums import Part
from linli.procedures.models import Assignment


def ask_help(*, case: Case, version: Version, to: Post, text: str, by: Actor, at: datetime, action: UUID) -> Case:
    """Ask another post to help: they find it in their inbox, and the work cannot be handed in before they are done.

    Raises:
        Invalid: that post handles the case itself.
        Refused: a rule asks somebody whom only a person may call.
    """
    to = acting_post(to, at=at)
    require_person(by, to)
    if Assignment.objects.filter(procedure=case.pk, post=to, part=Part.HANDLER).exists():
        raise Invalid(fields={"to": _("This post handles the case already. Choose another.")})
    move(
        case.procedure, "ask_help", version=version, by=by, at=at, action=action, given={"text": text},
        says={"to": to.pk, "text": text.strip()}, assign={to: Part.HELPER},
    )  # fmt: skip
    return fresh(case)


def finish_help(
    *, case: Case, version: Version, text: str, photos: Sequence[UUID] = (), by: Actor, at: datetime, action: UUID
) -> Case:
    """A co-handler says what they did; their part is over."""
    move(
        case.procedure, "help_done", version=version, by=by, at=at, action=action, given={"text": text},
        says={"text": text.strip(), "photos": [str(photo) for photo in photos]},
        change=lambda: attach_work(case, photos),
    )  # fmt: skip
    return fresh(case)


def relieve_helper(
    *, case: Case, version: Version, post: Post, reason: str, by: Actor, at: datetime, action: UUID
) -> Case:
    """Go on without a co-handler."""
    move(
        case.procedure, "relieve", version=version, by=by, at=at, action=action, because=reason,
        says={"to": post.pk}, relieve=[post.pk],
    )  # fmt: skip
    return fresh(case)


def helpers_of(case: Case) -> list[Post]:
    """The co-handlers who are not done yet. One statement."""
    rows = Assignment.objects.filter(procedure=case.pk, part=Part.HELPER, open=True)
    return [row.post for row in rows.select_related("post__organisation", "post__place").order_by("pk")]
