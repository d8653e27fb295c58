"""Posts: made, renamed and closed; vacant or held; and who stands in for a vacant one."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from linli.core.errors import Conflict, Invalid, NotFound
from linli.core.outbox import tell
from linli.people.actors import Actor
from linli.people.domain import acts
from linli.people.domain.queries import held_at
from linli.people.enums import Role
from linli.people.models import Holding, Organisation, Post
from linli.places.models import Place


def create_post(
    *,
    organisation: Organisation,
    role: Role,
    place: Place,
    name: str,
    name_en: str = "",
    superior: Post | None = None,
    by: Actor,
    at: datetime,
) -> Post:
    """Make a post; it is vacant until somebody is appointed.

    Raises:
        Invalid: the name is empty, or the organisation has a post of this name already.
        Refused: `place` is outside the reach of the actor's post.
    """
    acts.require_reach(by=by, place=place)
    _check_name(name, organisation)
    with transaction.atomic():
        post = Post.objects.create(
            organisation=organisation, role=role, place=place, name=name, name_en=name_en, superior=superior
        )
        acts.record("post_created", target=_full_name(post), detail=f"{Role(role).label} · {place.name}", by=by, at=at)
    return post


def change_post(*, post: Post, name: str, name_en: str, superior: Post | None, by: Actor, at: datetime) -> Post:
    """Change a post's name, and which post takes its work while it is vacant.

    Raises:
        Invalid: the name is empty or taken, or the ladder would lead back to the post itself.
        Refused: the post is outside the reach of the actor's.
    """
    acts.require_reach(by=by, place=post.place)
    _check_name(name, post.organisation, other_than=post)
    if superior is not None and post in ladder(superior):
        raise Invalid(fields={"superior": _("This post stands below. Choose one above.")})
    before = _full_name(post)
    with transaction.atomic():
        post.name, post.name_en, post.superior = name, name_en, superior
        post.save(update_fields=["name", "name_en", "superior"])
        acts.record("post_changed", target=before, detail=f"{name} ↑ {superior or '-'}", by=by, at=at)
    return post


def close_post(*, post: Post, by: Actor, at: datetime) -> Post:
    """Close a post for good: its holders leave it and its open work goes up the ladder.

    Raises:
        Conflict: it is closed already.
    """
    acts.require_reach(by=by, place=post.place)
    with transaction.atomic():
        if not Post.objects.filter(pk=post.pk, closed_at=None).update(closed_at=at):
            raise Conflict(_("This post is closed already."))
        post.closed_at = at
        end_holdings(post.holdings.all(), at=at)
        acts.record("post_closed", target=_full_name(post), by=by, at=at)
        tell_vacated(post, at=at)
    return post


def is_vacant(post: Post, *, at: datetime) -> bool:
    """Whether nobody holds the post as its holder; a deputy alone leaves it vacant."""
    return not Holding.objects.filter(held_at(at), post=post, kind=Holding.Kind.HOLDER).exists()


def acting_post(post: Post, *, at: datetime) -> Post:
    """The post that does the work of `post` now: itself while a holder or deputy holds it, or else the first held
    post up the ladder, or else a held duty officer's, the nearest first.

    Where nobody holds any of these it is the nearest duty officer's post all the same: work stays there, in red.

    Raises:
        NotFound: the office has no duty officer's post at all.
    """
    for step in ladder(post):
        if _is_staffed(step, at):
            return step
    officers = (
        Post.objects.filter(role=Role.DUTY_OFFICER, closed_at=None)
        .select_related("place", "organisation")
        .order_by("pk")
    )
    nearest = sorted(officers, key=lambda officer: -_shared(officer.place.path, post.place.path))
    if not nearest:
        raise NotFound(_("This office has no duty officer. Ask the administrator to create the post."))
    return next((officer for officer in nearest if _is_staffed(officer, at)), nearest[0])


def ladder(post: Post) -> list[Post]:
    """The post and those above it, lowest first. A ladder that leads back on itself ends there."""
    steps = [post]
    while steps[-1].superior_id and steps[-1].superior_id not in {step.pk for step in steps}:
        steps.append(Post.objects.select_related("place", "organisation").get(pk=steps[-1].superior_id))
    return steps


def end_holdings(holdings: QuerySet[Holding], *, at: datetime) -> None:
    """End holdings at an instant; those that begin only then or later never come to be."""
    running = holdings.filter(until=None)
    running.filter(since__gte=at).delete()
    running.update(until=at)


def tell_vacated(post: Post, *, at: datetime) -> None:
    """Say in the outbox that nobody holds this post any more; readers ask `acting_post` who does its work."""
    tell("people.post_vacated", None, {"post": post.pk}, at)


def _is_staffed(post: Post, at: datetime) -> bool:
    return (post.closed_at is None or at < post.closed_at) and Holding.objects.filter(held_at(at), post=post).exists()


def _shared(path: str, other: str) -> int:
    """How deep two places go together: the length of what their paths have in common."""
    return next((n for n, (a, b) in enumerate(zip(path, other, strict=False)) if a != b), min(len(path), len(other)))


def _check_name(name: str, organisation: Organisation, *, other_than: Post | None = None) -> None:
    if not name.strip():
        raise Invalid(fields={"name": _("Write the name.")})
    same = organisation.posts.filter(name=name).first()
    if same is not None and same != other_than:
        raise Invalid(fields={"name": _("This organisation has a post of this name already.")})


def _full_name(post: Post) -> str:
    return f"{post.organisation.name} · {post.name}"
