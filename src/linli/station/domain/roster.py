"""Who is of the mini fire station, and who of it is on duty: read from the one roster, Duty."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from linli.cases.domain.catalogue import catalogue
from linli.cases.domain.routing import day_of, duties_on, is_of
from linli.cases.enums import Share
from linli.people.domain.duty import duties_between, on_duty
from linli.people.enums import Role
from linli.people.models import Duty, Post
from linli.places.models import Place

FIRE = "fire"  # the class of case that a mini fire station answers for
NEXT = timedelta(hours=24)


def is_of_station(post: Post, place_path: str, at: datetime) -> bool:
    """Whether a post belongs to the body that answers for fire alarms at a place, and not only to the same role: where
    one organisation is named for it, to that one."""
    klass = catalogue().named(FIRE)
    leads = [duty for duty in duties_on(klass, place_path, day_of(at)) if klass and duty.klass_id == klass.pk]
    leads = [duty for duty in leads if duty.share == Share.LEAD and duty.role == Role.DEPARTMENT_HANDLER]
    named = [duty for duty in leads if duty.organisation_id] or leads
    return any(is_of(duty, post) for duty in named)


@dataclass(frozen=True)
class Roster:
    """Who of the station is on duty now, and the duties of the next 24 hours."""

    now: Sequence[Post]
    duties: Sequence[Duty]


def roster(place: Place, *, at: datetime) -> Roster:
    """The station's roster round the clock for a place. Two statements."""
    posts = [post for post in on_duty(role=Role.DEPARTMENT_HANDLER, place=place, at=at) if _ours(post, place, at)]
    duties = duties_between(starts=at, ends=at + NEXT, within=place)
    return Roster(posts, [duty for duty in duties if _ours(duty.post, place, at)])


def _ours(post: Post, place: Place, at: datetime) -> bool:
    return post.role == Role.DEPARTMENT_HANDLER and is_of_station(post, place.path, at)
