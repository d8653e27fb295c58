"""Which post a case goes to and how urgent it is, and why: always a post, so that no case is ever nobody's.

Rules come first, in their order; then who answers for the class at the place; then the duty officer.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import chain
from typing import Any

from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from linli.cases.domain.catalogue import Ruling, catalogue, in_force
from linli.cases.enums import Grade, Hotline, Share, Source
from linli.cases.models import Case, CaseClass, Responsibility, RoutingRule
from linli.core.errors import NotReady
from linli.engines.routing import Matter, first, matches, times_of
from linli.people.domain.directory import directory
from linli.people.enums import Role
from linli.people.models import Post
from linli.places.domain.gazetteer import places_in_text
from linli.places.domain.queries import full_title
from linli.places.models import Place
from linli.procedures.domain.limits import calendar
from linli.procedures.models import Procedure


@dataclass(frozen=True)
class About:
    """What rules may look at beside class and place. at: when it was reported; none: now."""

    source: str = ""
    text: str = ""
    at: datetime | None = None


NOTHING = About()


@dataclass(frozen=True)
class Route:
    """A post and the facts of why it is this one, and how urgent; `why_text` tells them in the reader's language."""

    post: Post
    why: dict[str, Any]
    grade: Grade = Grade.ORDINARY
    hotline: str = ""


def propose_handler(
    klass: CaseClass | None,
    place_path: str,
    at: datetime,
    about: About = NOTHING,
    *,
    rules: Sequence[Ruling] | None = None,
) -> Route:
    """The post that such a case at this place goes to, and its grade.

    For each of where to, grade and hotline kind, the first rule that matches and says something decides. A rule can
    only choose among the posts that may be chosen anyway; another is passed over.

    rules: to try others than those that are on.
    """
    duties = duties_on(klass, place_path, day_of(at))
    matching = _matching(catalogue().rules if rules is None else rules, klass, place_path, at, about)
    graded = first(matching, lambda ruling: ruling.row.grade or None)
    timed = first(matching, lambda ruling: ruling.row.hotline or None) if about.source == Source.HOTLINE else None
    post, why = _where_to(matching, duties, klass, place_path, at)
    why |= {"graded": _facts(graded[0].row)} if graded else {}
    why |= {"timed": _facts(timed[0].row)} if timed else {}
    grade = Grade(graded[1]) if graded else Grade(klass.grade) if klass else Grade.ORDINARY
    return Route(post, why, grade, timed[1] if timed else "")


def _matching(rules: Sequence[Ruling], klass: CaseClass | None, path: str, at: datetime, about: About) -> list[Ruling]:
    """The rules that match. The text of a sealed class is shown to no rule but one that names that class."""
    if not rules:
        return []
    code = klass.code if klass else ""
    seen = Matter(code, path, about.source, times_of(about.at or at, calendar()), about.text)
    unread = replace(seen, text="")
    sealed = klass is not None and klass.sealed
    return [
        ruling for ruling in rules
        if matches(ruling.asked, unread if sealed and code not in ruling.asked.classes else seen)
    ]  # fmt: skip


def _where_to(
    matching: Sequence[Ruling],
    duties: Sequence[Responsibility],
    klass: CaseClass | None,
    path: str,
    at: datetime,
) -> tuple[Post, dict[str, Any]]:
    sent = first(matching, lambda ruling: _target(ruling.row, duties, path))
    if sent is not None:
        ruling, post = sent
        return _held(post, {**_answering(post, klass), "rule": _facts(ruling.row)}, at)
    for duty in duties:
        post_of_duty = post_for(duty, path) if duty.share == Share.LEAD else None
        if post_of_duty is not None:
            return _held(post_of_duty, _answering(post_of_duty, klass), at)
    return desk_post(path, at), {}


def _target(rule: RoutingRule, duties: Sequence[Responsibility], path: str) -> Post | None:
    """The post that a rule names, the nearest, if such a case may go there at all."""
    return next((post for post in _named_by(rule, path) if _answers(post, duties, path, None)), None)


def _named_by(rule: RoutingRule, path: str) -> Iterator[Post]:
    posts = directory()
    if rule.post_id:
        yield from filter(None, [posts.by_key.get(rule.post_id)])
    elif rule.organisation_id:
        ours = [post for post in posts.by_key.values() if post.organisation_id == rule.organisation_id]
        yield from sorted(ours, key=lambda post: (-len(post.place.path), post.pk))
    elif rule.role:
        yield from posts.above(Role(rule.role), path)


def _answering(post: Post, klass: CaseClass | None) -> dict[str, Any]:
    return {"role": post.role, "klass": _both(klass), "place": _both(post.place)}


def _facts(rule: RoutingRule) -> dict[str, Any]:
    said = {"code": rule.code, "version": rule.version, "note": [rule.note, rule.note_en]}
    return said | ({"advice": [rule.advice, rule.advice_en]} if rule.advice else {})


def advice_of(why: Mapping[str, Any]) -> str:
    """What the rules say to whoever reports such a thing, in the active language; "" where they say nothing."""
    rules = (why.get(name) for name in ("graded", "rule", "timed"))
    return next((_named(rule["advice"]) for rule in rules if rule and rule.get("advice")), "")


def about_of(case: Case) -> About:
    return About(case.source, case.text, case.procedure.opened)


def route_of(case: Case) -> Route | None:
    """The route that was found when the case was reported or filed; none once its post is gone."""
    return Route(case.proposed, case.proposed_why, Grade(case.grade), case.hotline) if case.proposed else None


def why_text(why: Mapping[str, Any]) -> str:
    """The facts of a route in a sentence or two, in the active language. They were true when the route was found."""
    parts = [_why_there(why)]
    if rule := why.get("rule"):
        parts.append(_("rule: {note}").format(note=_named(rule["note"])))
    if rule := why.get("graded"):
        parts.append(_("graded by the rule: {note}").format(note=_named(rule["note"])))
    if rule := why.get("timed"):
        parts.append(_("hotline limit by the rule: {note}").format(note=_named(rule["note"])))
    text, says = _("; ").join(dict.fromkeys(parts)), why.get("text_says")
    if not says:
        return text
    if not why.get("role"):
        text = _("It went to the fallback desk")
    return _("{why}. The text may mean {place}: the desk says whether it does.").format(why=text, place=_named(says))


def _why_there(why: Mapping[str, Any]) -> str:
    if not why.get("role"):
        if why.get("unplaced"):
            return _("The message names no place that we know, so it went to the fallback desk.")
        return _("Nobody answers for this class here, so it stays with the duty officer.")
    text = _("{role} for “{klass}” at {place}").format(
        role=Role(why["role"]).label, klass=_named(why["klass"]) or _("every class"), place=_named(why["place"])
    )
    if not why.get("vacant"):
        return text
    return _("{why}; that post is vacant, so it goes up to {post}").format(why=text, post=_named(why["vacant"]))


def unplaced(text: str, below: str) -> dict[str, Any]:
    """The facts of a case without a place: that it has none, and the one place that its text may mean.

    Only a proposal for the desk: the case keeps no place until somebody says so.
    """
    found = places_in_text(text, below=below)
    return {"unplaced": True, **({"text_says": _full(found[0].place)} if len(found) == 1 else {})}


def _full(place: Place) -> list[str]:
    """What a place is called among all, in both languages."""
    titles = []
    for language in ("zh-hans", "en"):
        with override(language):
            titles.append(full_title(place))
    return titles


def _both(named: CaseClass | Place | Post | None) -> list[str]:
    return [named.name, named.name_en] if named else ["", ""]


def _named(both: Sequence[str]) -> str:
    return both[1] if both[1] and (get_language() or "").startswith("en") else both[0]


def desk_post(place_path: str, at: datetime) -> Post:
    """The duty officer whose place contains this one.

    Raises:
        NotReady: no duty officer answers for it.
    """
    posts = directory()
    post = next(posts.above(Role.DUTY_OFFICER, place_path), None)
    if post is None:
        raise NotReady
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


def is_responsible(post: Post, case: Case, place_path: str, at: datetime) -> bool:
    """Whether this post has a duty for the case's class at its place; the desk and its own posts always may."""
    duties = [] if post.role in OFFICE else duties_on(case.klass, place_path, day_of(at))
    return _answers(post, duties, place_path, case.procedure.cell_id)


@dataclass(frozen=True)
class Choice:
    """The posts that may be chosen for a case, the nearest first; which is proposed and why; and its grade."""

    posts: Sequence[Post]
    proposed: Post | None
    why: str
    grade: Grade = Grade.ORDINARY
    hotline: Hotline | str = ""


def choose_from(
    klass: CaseClass | None, place_path: str, cell: int | None, route: Route | None, at: datetime
) -> Choice:
    """Every post that may be chosen for such a case at this place, the nearest first, and what `route` proposes."""
    duties = duties_on(klass, place_path, day_of(at))
    roles = {duty.role for duty in duties} | OFFICE
    found = sorted(directory().with_role(*roles), key=lambda post: post.place.path, reverse=True)
    posts = [post for post in found if _answers(post, duties, place_path, cell)]
    if route is None:
        return Choice(posts, None, "")
    return Choice(posts, route.post, why_text(route.why), route.grade, route.hotline)


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
    return _is_near(post, place_path) and any(is_of(duty, post) for duty in duties)


def is_of(duty: Responsibility, post: Post) -> bool:
    return duty.role == post.role and duty.organisation_id in (None, post.organisation_id)


def day_of(at: datetime) -> date:
    """The local day of an instant."""
    return at.astimezone(calendar().tz).date()


def duties_on(klass: CaseClass | None, place_path: str, on: date) -> list[Responsibility]:
    """Who answers here on a day, who leads before who helps, a duty for this class before one for every class, and
    the most particular place first."""
    key = klass.pk if klass else None
    fitting = [
        duty for duty in catalogue().duties
        if duty.klass_id in (None, key) and place_path.startswith(duty.place.path) and in_force(duty, on)
    ]  # fmt: skip
    return sorted(fitting, key=rank)


def rank(duty: Responsibility) -> tuple[bool, bool, int, int]:
    """What is smaller comes first."""
    return duty.share != Share.LEAD, duty.klass_id is None, -len(duty.place.path), duty.order


def post_for(duty: Responsibility, place_path: str) -> Post | None:
    """The post of this duty that is nearest above the place."""
    posts = directory().above(Role(duty.role), place_path)
    return next((post for post in posts if duty.organisation_id in (None, post.organisation_id)), None)


def _held(post: Post, why: dict[str, Any], at: datetime) -> tuple[Post, dict[str, Any]]:
    standing = directory().acting(post, at)
    return standing, {**why, "vacant": _both(standing)} if standing.pk != post.pk else why
