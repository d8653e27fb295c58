"""Which post may have a part in a petition: never one of the organisation complained of, nor one held by its people.

Whoever is shut out is passed over; what goes up the ladder goes past them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from linli.core.errors import Invalid
from linli.people.actors import Actor
from linli.people.domain.directory import directory
from linli.people.domain.queries import held_at
from linli.people.enums import Role
from linli.people.models import Account, Holding, Organisation, Post
from linli.places.domain.queries import governed_path
from linli.procedures.models import Assignment, Exclusion, Procedure

CHAIR = (Role.DUTY_OFFICER, Role.AREA_LEAD)  # who leads the joint meeting on petitions, and who stands in
RECEIVERS = (
    Role.DEPARTMENT_HANDLER, Role.AREA_LEAD, Role.DUTY_OFFICER, Role.COMMITTEE_SECRETARY, Role.PROJECT_LEAD,
    Role.POLICE_LIAISON,
)  # fmt: skip


class NobodyFree(Invalid):
    """Everybody who could take it on belongs to the organisation complained of."""

    code = "nobody-free"
    message = _(
        "This office cannot handle a petition about itself. Take it to the petition office of the district; nothing of "
        "it was kept here."
    )


@dataclass(frozen=True)
class Shut:
    """Who must not know: organisations by path (with all below), posts and accounts by key."""

    paths: frozenset[str] = frozenset()
    posts: frozenset[int] = frozenset()
    accounts: frozenset[int] = frozenset()

    def names(self, post: Post) -> bool:
        """Whether the post itself, or its organisation or one above that, is named."""
        return post.pk in self.posts or any(post.organisation.path.startswith(path) for path in self.paths)

    def bars(self, by: Actor) -> bool:
        """Whether whoever acts must not know, by the post or in person."""
        named = by.post is not None and self.names(by.post)
        return named or (by.account is not None and by.account.pk in self.accounts)


def shut_by(accused: Organisation | None, *, at: datetime) -> tuple[Shut, list[Exclusion]]:
    """Who is shut out by naming an organisation, and the rows that say so, without their procedure.

    Its whole branch, and by name everybody who holds a post in it now, as holder or deputy: a head who also sits
    elsewhere, and who leaves for another office, is shut out there too.
    """
    if accused is None:
        return Shut(), []
    inside = Holding.objects.filter(
        held_at(at), post__organisation__path__gte=accused.path, post__organisation__path__lt=accused.path + "~"
    )
    accounts = frozenset(inside.values_list("account", flat=True))
    reason = "complained of"
    rows = [Exclusion(organisation=accused, reason=reason, since=at)]
    rows += [Exclusion(account_id=account, reason=reason, since=at) for account in sorted(accounts)]
    return Shut(frozenset({accused.path}), frozenset(), accounts), rows


def shut_out_of(procedure: Procedure) -> Shut:
    """Who must not know of a procedure, from its exclusions. One statement; none where it excludes nobody."""
    if not procedure.excludes:
        return Shut()
    rows = list(Exclusion.objects.filter(procedure=procedure).select_related("organisation"))
    return Shut(
        frozenset(row.organisation.path for row in rows if row.organisation),
        frozenset(row.post_id for row in rows if row.post_id),
        frozenset(row.account_id for row in rows if row.account_id),
    )


def free(posts: Iterable[Post], shut: Shut, at: datetime) -> list[Post]:
    """Those of these posts that may know: not named, and held by nobody who is, or who holds a named post beside."""
    posts = [post for post in posts if not shut.names(post)]
    if not (shut.paths or shut.posts or shut.accounts):
        return posts
    holders: dict[int, set[int]] = {}
    for post, account in Holding.objects.filter(held_at(at)).values_list("post", "account"):
        holders.setdefault(post, set()).add(account)
    known = directory().by_key
    barred = set(shut.accounts)
    barred |= {account for key, held in holders.items() if key in known and shut.names(known[key]) for account in held}
    return [post for post in posts if not holders.get(post.pk, set()) & barred]


def inside(*roles: Role) -> list[Post]:
    """The open posts of these roles inside what this office governs, in the order of the roles."""
    root, known = governed_path(), directory()
    return [post for role in roles for post in known.with_role(role) if post.place.path.startswith(root)]


def _first(posts: Iterable[Post], shut: Shut, at: datetime) -> Post:
    """The first that may know and that somebody holds; else the first that may know.

    Raises:
        NobodyFree: none of them may.
    """
    found, known = free(posts, shut, at), directory()
    staffed = [post for post in found if known.is_staffed(post, at)]
    if not found:
        raise NobodyFree
    return (staffed or found)[0]


def desk_for(shut: Shut, at: datetime) -> Post:
    """The post that receives petitions: the clerk's, or else whoever leads here and may know."""
    return _first(inside(Role.PETITION_CLERK, *CHAIR), shut, at)


def chair_for(procedure: Procedure, at: datetime, *, but: Iterable[int] = ()) -> Post:
    """Who leads the joint meeting on petitions (art. 13): the duty officer, or whoever stands in and may know."""
    passed = set(but)
    leads = [post for post in inside(*CHAIR, Role.PETITION_CLERK) if post.pk not in passed]
    return _first(leads, shut_out_of(procedure), at)


def head_of(procedure: Procedure, post: Post, at: datetime) -> Post:
    """The head of the organ that handles it: the next post up the ladder that may know, else the chair."""
    return _first([*_above(post), *_others(inside(*CHAIR), {post.pk})], shut_out_of(procedure), at)


def reviewer_for(procedure: Procedure, at: datetime) -> Post:
    """Who reviews, or checks again: above whoever handled it, never a post or a person that decided before."""
    decided = _who_decided(procedure)
    handled = Assignment.objects.filter(procedure=procedure, part="handler").select_related("post").first()
    above = list(_above(handled.post)) if handled else []
    candidates = _others([*above, *inside(*CHAIR, Role.DEPARTMENT_HANDLER)], decided)
    return _first(candidates, shut_out_of(procedure), at)


def receivers(procedure: Procedure, at: datetime) -> list[Post]:
    """The posts to which the desk can forward it or hand it over, without those that must not know."""
    return free(inside(*RECEIVERS), shut_out_of(procedure), at)


def stand_in_for(procedure: Procedure, post: Post, account: Account, at: datetime) -> Post:
    """Who takes over when somebody withdraws: the next post up that may know and that they do not hold themselves."""
    shut = shut_out_of(procedure)
    without = replace(shut, accounts=shut.accounts | {account.pk})
    return _first([*_above(post), *_others(inside(*CHAIR, Role.PETITION_CLERK), {post.pk})], without, at)


def _above(post: Post) -> Iterator[Post]:
    return (step for step in directory().ladder(post) if step.pk != post.pk)


def _others(posts: Iterable[Post], but: set[int]) -> list[Post]:
    return [post for post in posts if post.pk not in but]


def _who_decided(procedure: Procedure) -> set[int]:
    """The posts that wrote an opinion, a review, or a re-check, and the one that handles."""
    wrote = procedure.entries.filter(kind__in=("answer", "review", "recheck"), post__isnull=False)
    handled = Assignment.objects.filter(procedure=procedure, part="handler")
    return {*wrote.values_list("post", flat=True), *handled.values_list("post", flat=True)}
