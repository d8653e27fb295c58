"""Which post a case goes to, and why: always one, so that no case is ever nobody's."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.cases.domain.catalogue import catalogue
from linli.cases.models import Case, CaseClass, Responsibility
from linli.core.errors import NotFound
from linli.people.domain.directory import directory
from linli.people.enums import Role
from linli.people.models import Post
from linli.places.models import Place
from linli.procedures.models import Procedure


@dataclass(frozen=True)
class Route:
    """A post and the facts of why it is this one; `why_text` tells them in the reader's language."""

    post: Post
    why: dict[str, Any]


def propose_handler(klass: CaseClass | None, place_path: str, at: datetime) -> Route:
    """The post that answers for this class at this place; the duty officer where nobody does."""
    for duty in _duties(klass, place_path):
        post = _post_for(duty, place_path)
        if post is not None:
            return _held(post, {"role": duty.role, "klass": _both(klass), "place": _both(post.place)}, at)
    return Route(desk_post(place_path, at), {})


def route_of(case: Case) -> Route | None:
    """The route that was found when the case was reported or filed; none once its post is gone."""
    return Route(case.proposed, case.proposed_why) if case.proposed else None


def why_text(why: Mapping[str, Any]) -> str:
    """The facts of a route in a sentence, in the active language. They were true when the route was found."""
    if why.get("unplaced"):
        return _("The message names no place that we know, so it went to the fallback desk.")
    if not why.get("role"):
        return _("Nobody answers for this class here, so it stays with the duty officer.")
    text = _("{role} for “{klass}” at {place}").format(
        role=Role(why["role"]).label, klass=_named(why["klass"]) or _("every class"), place=_named(why["place"])
    )
    if not why.get("vacant"):
        return text
    return _("{why}; that post is vacant, so it goes up to {post}").format(why=text, post=_named(why["vacant"]))


def _both(named: CaseClass | Place | Post | None) -> list[str]:
    return [named.name, named.name_en] if named else ["", ""]


def _named(both: Sequence[str]) -> str:
    return both[1] if both[1] and (get_language() or "").startswith("en") else both[0]


def desk_post(place_path: str, at: datetime) -> Post:
    """The duty officer whose place contains this one.

    Raises:
        NotFound: no duty officer answers for it.
    """
    posts = directory()
    post = next(posts.above(Role.DUTY_OFFICER, place_path), None)
    if post is None:
        raise NotFound(_("This office has no duty officer. Ask the administrator to create the post."))
    return posts.acting(post, at)


def area_lead_or_desk(place_path: str, at: datetime) -> Post:
    """The area lead whose area contains this place; the duty officer where there is none."""
    posts = directory()
    lead = next(posts.above(Role.AREA_LEAD, place_path), None)
    return posts.acting(lead, at) if lead else desk_post(place_path, at)


def propose_verifier(procedure: Procedure, handler: Post | None, at: datetime) -> Post:
    """Somebody else than the handler who looks at the work: the cell's grid worker, the area lead, the desk."""
    posts = directory()
    near = posts.at(Role.GRID_WORKER, procedure.cell.path) if procedure.cell else ()
    for post in chain(near, posts.above(Role.AREA_LEAD, procedure.place_path)):
        standing = posts.acting(post, at)
        if handler is None or standing.pk != handler.pk:
            return standing
    return desk_post(procedure.place_path, at)


# The office's own posts, which may take whatever lies at their place.
LOOK_ON = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})
OFFICE = frozenset({Role.DUTY_OFFICER, Role.AREA_LEAD, Role.GRID_WORKER})


def is_responsible(post: Post, case: Case, place_path: str) -> bool:
    """Whether this post has a duty for the case's class at its place; the desk and its own posts always may."""
    duties = [] if post.role in OFFICE else _duties(case.klass, place_path)
    return _answers(post, duties, place_path, case.procedure.cell_id)


@dataclass(frozen=True)
class Choice:
    """The posts that may be chosen for a case, the nearest first, and why the proposed one is proposed."""

    posts: Sequence[Post]
    proposed: Post | None
    why: str


def choose_from(klass: CaseClass | None, place_path: str, cell: int | None, route: Route | None) -> Choice:
    """Every post that may be chosen for such a case at this place, the nearest first, and what `route` proposes."""
    duties = _duties(klass, place_path)
    roles = {duty.role for duty in duties} | OFFICE
    found = sorted(directory().with_role(*roles), key=lambda post: post.place.path, reverse=True)
    posts = [post for post in found if _answers(post, duties, place_path, cell)]
    return Choice(posts, route.post if route else None, why_text(route.why) if route else "")


def posts_near(place_path: str, cell: int | None) -> list[Post]:
    """Every post whose place holds this one or lies in it, the nearest first, but for those that only look on."""
    posts = directory().with_role(*(role for role in Role if role not in LOOK_ON))
    near = [post for post in posts if _is_near(post, place_path) or post.place_id == cell]
    return sorted(near, key=lambda post: post.place.path, reverse=True)


def _is_near(post: Post, place_path: str) -> bool:
    return place_path.startswith(post.place.path) or post.place.path.startswith(place_path)


def _answers(post: Post, duties: Iterable[Responsibility], place_path: str, cell: int | None) -> bool:
    if post.role in OFFICE:
        return place_path.startswith(post.place.path) or post.place_id == cell
    return _is_near(post, place_path) and any(_is_of(duty, post) for duty in duties)


def _is_of(duty: Responsibility, post: Post) -> bool:
    return duty.role == post.role and duty.organisation_id in (None, post.organisation_id)


def _duties(klass: CaseClass | None, place_path: str) -> list[Responsibility]:
    """Who answers here, the most particular place first, and a duty for this class before one for every class."""
    key = klass.pk if klass else None
    fitting = [
        duty for duty in catalogue().duties if duty.klass_id in (None, key) and place_path.startswith(duty.place.path)
    ]
    return sorted(fitting, key=lambda duty: (duty.klass_id is None, -len(duty.place.path), duty.order))


def _post_for(duty: Responsibility, place_path: str) -> Post | None:
    """The post of this duty that is nearest above the place."""
    posts = directory().above(Role(duty.role), place_path)
    return next((post for post in posts if duty.organisation_id in (None, post.organisation_id)), None)


def _held(post: Post, why: dict[str, Any], at: datetime) -> Route:
    standing = directory().acting(post, at)
    return Route(standing, {**why, "vacant": _both(standing)} if standing.pk != post.pk else why)
