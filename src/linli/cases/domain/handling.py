"""From the desk to the post that must act, and to the work shown: file, dispatch, accept, hand back, hand in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from linli.cases.domain.filing import put_under, settle
from linli.cases.domain.report import find_spot, reporter_of
from linli.cases.domain.routing import (
    area_lead_or_desk,
    desk_post,
    is_responsible,
    propose_verifier,
)
from linli.cases.enums import Grade, Hotline
from linli.cases.models import Case, CaseClass
from linli.cases.workflow import HOPS_MOST, NEVER_BY_RULE, may_write
from linli.core import files
from linli.core.errors import Invalid, Refused
from linli.core.outbox import tell
from linli.engines.clocks import due
from linli.people.actors import Actor
from linli.people.domain.posts import acting_post
from linli.people.models import Post
from linli.places.models import Place
from linli.procedures.domain.envelope import envelope
from linli.procedures.domain.limits import calendar, limit_for
from linli.procedures.domain.move import Version, first_time, move
from linli.procedures.domain.story import append_entry, last_of_kind
from linli.procedures.enums import Audience, Part
from linli.procedures.models import Assignment, Procedure


class NotResponsible(Invalid):
    """The chosen post has no duty for this class at this place."""

    code = "not-responsible"
    message = _("This post does not answer for such a case at this place. Choose another.")


def file_case(
    *,
    case: Case,
    version: Version,
    klass: CaseClass,
    by: Actor,
    at: datetime,
    action: UUID,
    place: Place | None = None,
    grade: Grade | str = "",
    hotline: Hotline | str = "",
) -> Case:
    """Accept that this is a case of a class, at a place that the desk may put right.

    grade, hotline: where the desk knows better than the rules. The case keeps the version of the class in force now.

    Raises:
        Conflict: the case moved since `version` was shown.
        Refused: this post is not the case's desk.
    """

    path = find_spot(place, None, None).path if place else case.procedure.place_path
    filing = settle(case, klass, path, grade=grade, hotline=hotline, by=by, at=at)

    def prepare(procedure: Procedure) -> None:
        _put_right(procedure, place)
        put_under(procedure, filing)

    move(
        case.procedure, "file", version=version, by=by, at=at, action=action, given={"klass": klass},
        says={"klass": klass.code, "place": place.pk if place else None, **filing.says}, prepare=prepare,
    )  # fmt: skip
    return fresh(case)


def _put_right(procedure: Procedure, place: Place | None) -> None:
    """Move the case to the place that the desk found out, and its grid cell."""
    if place is not None and place.pk != procedure.place_id:
        spot = find_spot(place, None, None)
        procedure.place, procedure.place_path, procedure.cell = spot.place, spot.path, spot.cell
        procedure.save(update_fields=["place", "place_path", "cell"])
        Case.objects.filter(pk=procedure.pk).update(outside=False)


def dispatch_case(
    *, case: Case, version: Version, to: Post, reason: str, by: Actor, at: datetime, action: UUID
) -> Case:
    """Send a filed case to the post that must act.

    The routing rule only proposes; whoever dispatches may choose another responsible post, and the reason is kept.
    Where the post is vacant the case goes up its ladder.

    Raises:
        Conflict: the case moved since `version` was shown.
        NotResponsible: `to` has no duty for this class at this place.
        Refused: a rule sends it to somebody whom only a person may call.
    """
    if not is_responsible(to, case, case.procedure.place_path, at):
        raise NotResponsible(post=to)
    to = acting_post(to, at=at)
    require_person(by, to)
    move(
        case.procedure, "dispatch", version=version, by=by, at=at, action=action, because=reason,
        says={"to": to.pk}, assign={to: Part.HANDLER}, audience=Audience.PARTIES,
    )  # fmt: skip
    return fresh(case)


def require_person(by: Actor, to: Post) -> None:
    """Nobody but a person calls the police in: no rule ever acts on somebody.

    Raises:
        Refused: the system acts, and `to` is a post of the police.
    """
    if by.post is None and to.role in NEVER_BY_RULE:
        raise Refused


def file_and_dispatch(
    *,
    case: Case,
    version: Version,
    klass: CaseClass,
    to: Post,
    reason: str,
    by: Actor,
    at: datetime,
    action: UUID,
    place: Place | None = None,
    grade: Grade | str = "",
    hotline: Hotline | str = "",
) -> Case:
    """What a desk does most: both moves at once, or neither."""
    with transaction.atomic():
        case = file_case(
            case=case, version=version, klass=klass, place=place, grade=grade, hotline=hotline, by=by, at=at,
            action=action,
        )  # fmt: skip
        return dispatch_case(
            case=case, version=action, to=to, reason=reason, by=by, at=at, action=uuid5(action, "dispatch")
        )


def accept_case(*, case: Case, version: Version, by: Actor, at: datetime, action: UUID) -> Case:
    """The handler takes the case on."""
    move(case.procedure, "accept", version=version, by=by, at=at, action=action, audience=Audience.PARTIES)
    return fresh(case)


def hand_back_case(*, case: Case, version: Version, reason: str, by: Actor, at: datetime, action: UUID) -> Case:
    """The handler says that it is not theirs; the desk has it again, with the reason. At the third time the area lead
    has it, whose choice stands.

    Raises:
        Invalid: the working days in which this can be said are over.
    """
    last = object_until(case)
    if last is not None and at >= last:
        raise Invalid(_("The days in which a case can be handed back are over. Ask the desk to recall it."))
    third = case.hops + 1 >= HOPS_MOST
    to = area_lead_or_desk(case.procedure.place_path, at) if third else desk_post(case.procedure.place_path, at)
    move(
        case.procedure, "hand_back", version=version, by=by, at=at, action=action, because=reason,
        says={"to": to.pk}, assign={to: Part.DESK}, change=lambda: _count_hop(case),
    )  # fmt: skip
    return fresh(case)


def object_until(case: Case) -> datetime | None:
    """Until when the handler may say that it is not theirs; none before it was dispatched. One statement."""
    sent = last_of_kind(case.procedure, "dispatch")
    if sent is None:
        return None
    return due(limit_for("case.object", case.procedure, sent.at).limit, sent.at, calendar()).at


def _count_hop(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(hops=F("hops") + 1, asked_at=None)


def recall_case(*, case: Case, version: Version, reason: str, by: Actor, at: datetime, action: UUID) -> Case:
    """The desk takes a case back from a post that does not act, or that should not have had it."""
    desk = desk_post(case.procedure.place_path, at)
    move(
        case.procedure, "recall", version=version, by=by, at=at, action=action, because=reason,
        assign={desk: Part.DESK}, change=lambda: _set(case, asked_at=None),
    )  # fmt: skip
    return fresh(case)


def hand_on_case(*, case: Case, version: Version, to: Post, reason: str, by: Actor, at: datetime, action: UUID) -> Case:
    """The handler passes the case to another post that answers for it. The time to handle runs on.

    Raises:
        NotResponsible: `to` has no duty for this class at this place, or has it already.
    """
    if not is_responsible(to, case, case.procedure.place_path, at):
        raise NotResponsible(post=to)
    to = acting_post(to, at=at)
    if by.post is not None and to.pk == by.post.pk:
        raise NotResponsible(post=to)
    move(
        case.procedure, "hand_on", version=version, by=by, at=at, action=action, because=reason,
        says={"to": to.pk}, assign={to: Part.HANDLER}, audience=Audience.PARTIES,
    )  # fmt: skip
    return fresh(case)


def _set(case: Case, **values: Any) -> None:
    Case.objects.filter(pk=case.pk).update(**values)


def hand_in_case(
    *, case: Case, version: Version, text: str, photos: Sequence[UUID] = (), by: Actor, at: datetime, action: UUID
) -> Case:
    """The handler says what was done, with photographs where the class asks; somebody else verifies.

    Raises:
        MissingEvidence: no text, or no photograph where one is needed.
    """

    def change() -> None:
        attach_work(case, photos)
        Case.objects.filter(pk=case.pk).update(asked_at=None, supervised_at=None)

    checker = propose_verifier(case.procedure, by.post, at)
    move(
        case.procedure, "hand_in", version=version, by=by, at=at, action=action,
        given={"text": text, "photo": list(photos)}, says={"text": text, "photos": [str(photo) for photo in photos]},
        assign={checker: Part.VERIFIER}, change=change,
    )  # fmt: skip
    return fresh(case)


def attach_work(case: Case, photos: Sequence[UUID]) -> None:
    """Give a case the photographs of work or of a look at it: for staff, or for all where it is public already."""
    files.attach(photos, procedure=case.pk, audience=Audience.PUBLIC if case.released else Audience.STAFF)


def note_on_case(*, case: Case, text: str, to_reporter: bool, by: Actor, at: datetime, action: UUID) -> None:
    """Write a line into the story, for staff or for the reporter too.

    Raises:
        Refused: this post has no part in the case and does not lead at its place.
    """
    if not may_write(by, case.procedure):
        raise Refused
    if not text.strip():
        raise Invalid(fields={"text": _("Write the note.")})
    with transaction.atomic():
        if first_time(action, "note", procedure=case.procedure, by=by, at=at):
            posts = Assignment.objects.filter(procedure=case.pk, open=True).values_list("post", flat=True)
            tell("case.noted", case.pk, envelope(case.procedure, posts), at)
            append_entry(
                case.procedure, "note", by=by, at=at, says={"text": text.strip()},
                audience=Audience.PARTIES if to_reporter else Audience.STAFF,
                only=reporter_of(case.procedure) if to_reporter else None,
            )  # fmt: skip


def handler_of(case: Case) -> Post | None:
    """The post that handles the case, if it was dispatched."""
    return _post_with(case, Part.HANDLER)


def verifier_of(case: Case) -> Post | None:
    """The post that looks at the work, once it was handed in."""
    return _post_with(case, Part.VERIFIER)


def _post_with(case: Case, part: Part) -> Post | None:
    row = (
        Assignment.objects.filter(procedure=case.pk, part=part)
        .select_related("post__place", "post__organisation")
        .first()
    )
    return row.post if row else None


def fresh(case: Case) -> Case:
    """The case as the database holds it now, with what its pages and rules read."""
    return Case.objects.select_related(
        "procedure", "procedure__place", "procedure__cell", "klass", "proposed", "merged_into__procedure"
    ).get(pk=case.pk)
