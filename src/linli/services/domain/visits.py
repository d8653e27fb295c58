"""Home visits: a clerk comes to whoever cannot, and goes round in the order of the nearest next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import asin, cos, radians, sin, sqrt
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.core.errors import Conflict, Invalid, Refused
from linli.people.actors import Actor
from linli.people.models import Post
from linli.procedures.domain.limits import calendar
from linli.procedures.domain.story import append_entry
from linli.procedures.enums import Audience, Part
from linli.procedures.models import Assignment, Procedure
from linli.services.enums import Half, VisitState
from linli.services.models import HomeVisit, Request

EARTH = 6_371_000  # metres
STATIONARY = frozenset({"received", "accepted", "passed_on", "decided"})  # states in which a visit makes sense


def plan_visit(*, request: Request, on: date, half: str, by: Actor, at: datetime, action: UUID) -> HomeVisit:
    """A clerk will come on this day, in the morning or the afternoon. The post that acts is the one that goes.

    Raises:
        Refused: the post has no part in the request.
        Invalid: the day is past or no working day, or nobody knows where.  Conflict: one is planned already.
    """
    if (done := HomeVisit.objects.filter(action=action).first()) is not None:
        return done
    _check(request, on, half, by, timezone.localdate(at))
    post = by.post
    if post is None:
        raise Refused
    try:
        with transaction.atomic():
            visit = HomeVisit.objects.create(request=request, post=post, on=on, half=half, made_at=at, action=action)
            says = {"on": on.isoformat(), "half": half}
            append_entry(request.procedure, "visit_planned", by=by, at=at, says=says, audience=Audience.PARTIES)
    except IntegrityError as error:
        raise Conflict(_("A visit is planned already. End it first.")) from error
    return visit


def _check(request: Request, on: date, half: str, by: Actor, today: date) -> None:
    parts = Assignment.objects.filter(procedure=request.pk, post=by.post, part__in=[Part.DESK, Part.HANDLER])
    if by.post is None or not parts.exists():
        raise Refused
    if request.procedure.state not in STATIONARY:
        raise Conflict(_("This request is finished; no visit is needed."))
    if request.procedure.place is None:
        raise Invalid(fields={"on": _("Write down first where the person lives.")})
    if half not in Half.values:
        raise Invalid(fields={"half": _("Choose morning or afternoon.")})
    if on < today:
        raise Invalid(fields={"on": _("This day is past. Choose today or a later day.")})
    if not calendar().is_working(on):
        raise Invalid(fields={"on": _("Nobody works on this day. Choose a working day.")})


def end_visit(*, visit: HomeVisit, outcome: str, by: Actor, at: datetime) -> HomeVisit:
    """It took place, nobody was at home, or it was called off. One of two at once wins.

    Raises:
        Refused: another post goes there.  Conflict: it has ended already.
    """
    if by.post is None or by.post.pk != visit.post_id:
        raise Refused
    if outcome not in (VisitState.DONE, VisitState.MISSED, VisitState.CANCELLED):
        raise Invalid(fields={"outcome": _("Choose one from the list.")})
    with transaction.atomic():
        taken = HomeVisit.objects.filter(pk=visit.pk, status=VisitState.PLANNED).update(status=outcome, ended_at=at)
        if not taken:
            raise Conflict(_("This visit has ended already."))
        procedure = Procedure.objects.get(pk=visit.request_id)
        append_entry(procedure, f"visit_{outcome}", by=by, at=at, audience=Audience.PARTIES)
    visit.status, visit.ended_at = outcome, at
    return visit


@dataclass(frozen=True)
class Stop:
    """One stop of a round. metres: from the stop before, as the crow flies; none where the place is not on the map."""

    visit: HomeVisit
    metres: int | None


def round_of(post: Post, on: date) -> list[Stop]:
    """The visits of a post on a day: those of the morning, then of the afternoon, each half by the nearest next.

    It begins at the post's own place. Places that are not on the map come last. Two statements.
    """
    visits = list(
        HomeVisit.objects.filter(post=post, on=on)
        .exclude(status=VisitState.CANCELLED)
        .select_related("request__procedure__place", "request__item", "request__version")
        .order_by("half", "made_at")
    )
    here = (post.place.lon, post.place.lat) if post.place.lon is not None and post.place.lat is not None else None
    stops: list[Stop] = []
    for half in (Half.MORNING, Half.AFTERNOON):
        ordered, here = _nearest_next([visit for visit in visits if visit.half == half], here)
        stops += ordered
    return stops


Point = tuple[float, float]


def _nearest_next(visits: Sequence[HomeVisit], here: Point | None) -> tuple[list[Stop], Point | None]:
    """The stops in order, and where one stands at the end."""
    placed = [(visit, point) for visit in visits if (point := _point(visit)) is not None]
    stops: list[Stop] = []
    while placed:
        start = here
        nearest = min(placed, key=lambda pair: metres(start, pair[1])) if start else placed[0]
        stops.append(Stop(nearest[0], round(metres(start, nearest[1])) if start else None))
        here = nearest[1]
        placed.remove(nearest)
    return [*stops, *(Stop(visit, None) for visit in visits if _point(visit) is None)], here


def _point(visit: HomeVisit) -> Point | None:
    place = visit.request.procedure.place
    return (place.lon, place.lat) if place and place.lon is not None and place.lat is not None else None


def metres(start: Point, end: Point) -> float:
    """Between two points in WGS-84 degrees (longitude, latitude), on the sphere (haversine)."""
    lon, lat = radians(end[0] - start[0]), radians(end[1] - start[1])
    share = sin(lat / 2) ** 2 + cos(radians(start[1])) * cos(radians(end[1])) * sin(lon / 2) ** 2
    return 2 * EARTH * asin(sqrt(share))
