"""Call-outs of the mini fire station: called, acknowledged, on the scene, back again. Each once, in this order."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from linli.cases.models import Case
from linli.core.errors import Conflict, Invalid, Refused
from linli.people.actors import Actor
from linli.people.models import Account, Post
from linli.station.domain.roster import is_of_station
from linli.station.enums import CallOutStatus
from linli.station.models import CallOut

NOTE_MOST = 300
Status = CallOutStatus


def call_out(*, case: Case, post: Post, at: datetime) -> CallOut | None:
    """Begin the call-out of a case, when a post of the station is called. There is one for each case: a second call
    goes to somebody else of the same station and changes nothing. None where the post is not of the station."""
    if not is_of_station(post, case.procedure.place_path, at):
        return None
    return CallOut.objects.get_or_create(case=case, defaults={"post": post, "called_at": at})[0]


def acknowledge(*, case: Case, post: Post, account: Account | None, at: datetime) -> bool:
    """Somebody of the station goes. False where none waits for it, or somebody from elsewhere goes in its place."""
    ours = is_of_station(post, case.procedure.place_path, at)
    return ours and _step(case, [Status.CALLED], Status.GOING, post=post, account=account, acknowledged_at=at)


def arrive(*, case: Case, post: Post, at: datetime) -> bool:
    """Whoever went is on the scene. False where nobody of this post is on the way."""
    return _step(case, [Status.GOING], Status.ON_SCENE, only=post, on_scene_at=at)


def leave(*, call: CallOut, note: str = "", by: Actor, at: datetime) -> CallOut:
    """They are back. It can be said for whoever was on the way or on the scene, by a post of the same organisation.

    Raises:
        Refused: a post of another organisation.
        Invalid: a note longer than 300 characters.
        Conflict: nobody is out, or they are back already.
    """
    if by.post is None or by.post.organisation_id != call.post.organisation_id:
        raise Refused
    if len(note) > NOTE_MOST:
        raise Invalid(fields={"note": _("Write at most 300 characters.")})
    if not _step(call.case, [Status.GOING, Status.ON_SCENE], Status.LEFT, left_at=at, note=note.strip()):
        raise Conflict(_("Nobody is out on this call any more."))
    call.refresh_from_db()
    return call


def _step(
    case: Case, sources: list[CallOutStatus], target: CallOutStatus, *, only: Post | None = None, **values: Any
) -> bool:
    """Compare and swap: of two at once one has the effect."""
    waiting = CallOut.objects.filter(case=case, status__in=sources)
    if only is not None:
        waiting = waiting.filter(post=only)
    return bool(waiting.update(status=target, **values))
