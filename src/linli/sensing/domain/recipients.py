"""Whose phone a rule rings: first whom it names and who is on duty, then up the ladder, always somebody."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from linli.cases.domain.routing import area_lead_or_desk, desk_post, is_responsible, propose_handler
from linli.cases.models import Case
from linli.cases.workflow import NEVER_BY_RULE
from linli.people.domain.directory import directory
from linli.people.domain.duty import on_duty
from linli.people.enums import Role
from linli.people.models import Post
from linli.places.domain.kept import tree
from linli.procedures.domain.assignments import is_shut_out
from linli.sensing.domain.orders import Orders, Recipient

LOOK_ON = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})


def handler_for(orders: Orders, case: Case, at: datetime) -> Post:
    """The post that a case is sent to: the first whom the rule names and who answers for such a case at this place;
    else whom the routing rules propose; else the desk."""
    path = case.procedure.place_path
    named = (post for post in _named(orders.recipients, case, at) if is_responsible(post, case, path, at))
    for post in (*named, propose_handler(case.klass, path, at).post):
        if _may_be_called(post, case, at):
            return post
    return desk_post(path, at)


def helpers_for(orders: Orders, case: Case, handler: Post, at: datetime) -> list[Post]:
    """Whom the rule asks to help: for each that it names the nearest post, but whoever handles it."""
    found: dict[int, Post] = {}
    for helper in orders.helpers:
        near = (post for post in _named([helper], case, at) if _may_be_called(post, case, at))
        post = next((post for post in near if post.pk != handler.pk), None)
        if post is not None:
            found[post.pk] = post
    return list(found.values())


def rungs(orders: Orders, case: Case, first: Post, at: datetime) -> Iterator[Post]:
    """Whom to call, one after the other, each once: `first`, whoever else is on duty for this rule, the posts above the
    first, the desk's on duty, the area lead. Who must not know of the case is passed over."""
    path, seen = case.procedure.place_path, set()
    place = tree().above(path)[-1]
    standing = () if orders.confirm else _named(orders.recipients, case, at)
    desks = on_duty(role=Role.DUTY_OFFICER, place=place, at=at)
    ladder = (first, *standing, *directory().ladder(first), *desks, area_lead_or_desk(path, at), desk_post(path, at))
    for post in ladder:
        if post.pk not in seen and _may_be_called(post, case, at):
            seen.add(post.pk)
            yield post


def _named(recipients: Sequence[Recipient], case: Case, at: datetime) -> Iterator[Post]:
    """The posts that these recipients mean: those on duty, the nearest first; then the others, where they may be off
    duty. A grid worker's post is that of the case's cell."""
    path, cell = case.procedure.place_path, case.procedure.cell
    place = tree().above(path)[-1]
    for one in recipients:
        found = on_duty(role=one.role, place=place, at=at)
        if not one.duty:
            at_cell = directory().at(one.role, cell.path) if cell else ()
            found = [*found, *at_cell, *directory().above(one.role, path)]
        yield from (post for post in found if one.kind in ("", post.organisation.kind))


def _may_be_called(post: Post, case: Case, at: datetime) -> bool:
    """Never the police, whom only a person asks; nor who only looks on, nor an empty chair, nor who must not know."""
    if post.role in NEVER_BY_RULE | LOOK_ON or is_shut_out(case.procedure, post):
        return False
    return directory().is_staffed(post, at)
