"""Asking for help with violence at home: by the person, by a clerk for them, or handed on from another matter.

The file is sealed from its first moment, stands at no place and names no party. It begins with one post that nobody
shut out, and nothing is sent to anybody.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli.cases.domain.report import claim_code, claim_hash
from linli.core.errors import Invalid, NotFound, Refused
from linli.mediation.domain.protection_sealed import Reach, check_words, seal_reach, write_note
from linli.mediation.enums_protection import About, Came, Channel
from linli.mediation.models_protection import Protection, SafeContact
from linli.mediation.workflow_protection import CLAIM, WORKFLOW
from linli.people.actors import Actor
from linli.people.domain.directory import directory
from linli.people.domain.queries import held_at
from linli.people.enums import Role
from linli.people.models import Holding, Post
from linli.places.domain.queries import governed_path
from linli.procedures.domain.move import move, new_procedure, open_procedure
from linli.procedures.domain.story import append_entry
from linli.procedures.enums import Part
from linli.procedures.models import Assignment, Exclusion, Procedure
from linli.procedures.numbers import read_number

ASKER = Actor.named("protection.ask")  # whoever asks is named nowhere, signed in or not
TAKE = (Role.MEDIATOR, Role.COMMITTEE_SECRETARY, Role.DUTY_OFFICER)  # who takes a file, in this order
BEGIN = frozenset({*TAKE, Role.WINDOW_CLERK, Role.PETITION_CLERK, Role.POLICE_LIAISON, Role.AREA_LEAD})
COULD_KNOW = (Role.MEDIATOR, Role.COMMITTEE_SECRETARY, Role.POLICE_LIAISON, Role.AREA_LEAD, Role.DUTY_OFFICER)
WHY_OUT = "must not know"


@dataclass(frozen=True)
class Asked:
    """A file that was begun, and the code that opens the way back; "" where none was wanted."""

    procedure: Procedure
    code: str


def ask_for_contact(
    *, reach: Reach, said: str, without: Iterable[int], want_code: bool, at: datetime, action: UUID
) -> Asked:
    """Somebody asks to be reached in a safe way. Without a name, if they like; without number and code, unless wished.

    without: keys of posts that must not know of it, such as a relative's.

    Raises:
        Invalid: nobody can be reached so, or everybody who could take it was shut out.
    """
    code = claim_code(action) if want_code else ""
    procedure = _begin(
        came=Came.PAGE, reach=reach, said=said, without=frozenset(without), to=None, code=code, by=ASKER, at=at,
        action=action,
    )  # fmt: skip
    return Asked(procedure, code)


def begin_file(
    *,
    came: str,
    reach: Reach,
    said: str,
    without: Iterable[int],
    to: Post | None,
    by: Actor,
    at: datetime,
    action: UUID,
) -> Procedure:
    """A clerk writes down for somebody what they ask for. Whoever takes it sees it from then on; the clerk does not.

    to: the post that takes it; None for the nearest mediator.

    Raises:
        Refused: this post does not take such wishes in.
        Invalid: as for `ask_for_contact`.
    """
    if by.post is None or by.post.role not in BEGIN:
        raise Refused
    if to is None and by.post.role == Role.MEDIATOR:
        to = by.post
    return _begin(
        came=came, reach=reach, said=said, without=frozenset(without), to=to, code="", by=by, at=at, action=action
    )


def start_from(
    *, origin: Procedure, by: Actor, at: datetime, action: UUID, says: Mapping[str, Any]
) -> Procedure:  # fmt: skip
    """Handed on from another matter; the words are sealed, and how to reach the person is found by asking back."""
    reach = Reach(channel="", to="")
    return _begin(
        came=Came.REFERRED, reach=reach, said=str(says.get("text", "")), without=frozenset(), to=None, code="", by=by,
        at=at, action=action, checked=False,
    )  # fmt: skip


def _begin(
    *, came: str, reach: Reach, said: str, without: frozenset[int], to: Post | None, code: str, by: Actor, at: datetime,
    action: UUID, checked: bool = True,
) -> Procedure:  # fmt: skip
    if checked:
        _check(reach, said)
    taker = _taker(to, without, at)
    procedure = new_procedure(kind=WORKFLOW.kind, place=None, place_path=governed_path(), cell=None, at=at, sealed=True)
    procedure.excludes = bool(without)
    row = Protection(procedure=procedure, came=came)
    row.claim_hash = claim_hash(procedure.number, code) if code else None
    with transaction.atomic():
        opened, fresh = open_procedure(
            procedure=procedure, particulars=row, by=by, at=at, action=action, says={"came": came},
            assign={taker: Part.HANDLER},
        )  # fmt: skip
        if fresh:
            seal_reach(procedure, reach).save(force_insert=True)
            write_note(procedure, About.SAID, said, post=by.post, at=at)
            shut_out_posts(procedure, without, at)
    return opened


def _check(reach: Reach, said: str) -> None:
    check_words(
        said=said, to=reach.to, times=reach.times, careful=reach.careful, name=reach.name, address=reach.address
    )
    wrong: dict[str, Any] = {}
    if reach.channel not in Channel.values:
        wrong["channel"] = _("Choose the way that is safe.")
    if not reach.to.strip():
        wrong["to"] = _("Write the number, address or place at which we may reach you.")
    if wrong:
        raise Invalid(fields=wrong)


def _taker(to: Post | None, without: frozenset[int], at: datetime) -> Post:
    """The post that takes the file: the one asked for, or the first that is held, may know, and is trained to.

    Raises:
        Invalid: whoever could take it, in one post or another, must not know.
    """
    barred = _people(without, at)

    def may_know(post: Post) -> bool:
        return post.pk not in without and not _holders(post, at) & barred

    if to is not None and may_know(to):
        return to
    known, root = directory(), governed_path()
    ours = [post for role in TAKE for post in known.with_role(role) if post.place.path.startswith(root)]
    posts = [post for post in ours if may_know(post)]
    held = [post for post in posts if known.is_staffed(post, at)]
    if not (held or posts):
        raise Invalid(fields={"without": _("Then nobody is left here who could help. Ring 110 or 12338.")})
    return (held or posts)[0]


def _holders(post: Post, at: datetime) -> set[int]:
    return set(Holding.objects.filter(held_at(at), post=post).values_list("account", flat=True))


def _people(posts: Iterable[int], at: datetime) -> set[int]:
    return set(Holding.objects.filter(held_at(at), post__in=posts).values_list("account", flat=True))


def shut_out_posts(procedure: Procedure, posts: Iterable[int], at: datetime) -> None:
    """Close the file to these posts and to whoever holds them now, in whatever other post they act."""
    posts = list(posts)
    if not posts:
        return
    rows = [Exclusion(procedure=procedure, post_id=post, reason=WHY_OUT, since=at) for post in posts]
    rows += [Exclusion(procedure=procedure, account_id=key, reason=WHY_OUT, since=at) for key in _people(posts, at)]
    Exclusion.objects.bulk_create(rows)
    Procedure.objects.filter(pk=procedure.pk).update(excludes=True)
    procedure.excludes = True
    Assignment.objects.filter(procedure=procedure, post__in=posts).delete()


def could_know(at: datetime) -> Sequence[Post]:
    """The posts that a file could come to, for the question who must not know."""
    root = governed_path()
    posts = [post for post in directory().with_role(*COULD_KNOW) if post.place.path.startswith(root)]
    return [post for post in posts if directory().is_staffed(post, at)]


# --- the person's own way back


def claimed(number: str, code: str) -> Procedure:
    """The file that a number and a code open together.

    Raises:
        NotFound: there is none, or the code is another; the two are not told apart.
    """
    typed = read_number(number)
    row = (
        Protection.objects.filter(procedure__number=typed, claim_hash=claim_hash(typed, code))
        .select_related("procedure")
        .first()
        if typed and code.strip()
        else None
    )
    if row is None:
        raise NotFound
    return row.procedure


def take_back(*, procedure: Procedure, at: datetime, action: UUID) -> Procedure:
    """The person no longer wants to be reached: how to reach them is deleted at once, and the file is closed.

    Raises:
        Conflict: somebody has reached them already; then they say so to that person.
    """

    def forget() -> None:
        SafeContact.objects.filter(procedure=procedure).delete()

    return move(
        procedure, "take_back", version=procedure.version, by=Actor.named(CLAIM), at=at, action=action, change=forget
    )


def change_reach(*, procedure: Procedure, reach: Reach, at: datetime) -> None:
    """The person says anew how they are reached; what stood there before is gone."""
    _check(reach, "")
    with transaction.atomic():
        SafeContact.objects.filter(procedure=procedure).delete()
        seal_reach(procedure, reach).save(force_insert=True)
        append_entry(procedure, "reach_changed", by=Actor.named(CLAIM), at=at)
