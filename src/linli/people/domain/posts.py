"""Posts: made, renamed and closed; vacant or held; and who stands in for a vacant one."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from linli.core.errors import Conflict, Invalid
from linli.core.outbox import tell
from linli.people.actors import Actor
from linli.people.domain import acts
from linli.people.domain.directory import directory
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
        Refused: `place`, or that of the organisation, is outside the reach of the actor's post.
    """
    acts.require_reach(by=by, place=place)
    acts.require_reach(by=by, place=organisation.place)
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
    if superior is not None and post in directory().ladder(superior):
        raise Invalid(fields={"superior": _("This post stands below. Choose one above.")})
    before = _full_name(post)
    with transaction.atomic():
        post.name, post.name_en, post.superior = name, name_en, superior
        post.save(update_fields=["name", "name_en", "superior"])
        acts.record("post_changed", target=before, detail=f"{name} ↑ {superior or '-'}", by=by, at=at)
    return post


def close_post(*, post: Post, by: Actor, at: datetime) -> Post:
    """Close a post for good: its holders leave it, its open work goes up the ladder, and so do the ladders below it.

    Raises:
        Conflict: it is closed already.
    """
    acts.require_reach(by=by, place=post.place)
    with transaction.atomic():
        if not Post.objects.filter(pk=post.pk, closed_at=None).update(closed_at=at):
            raise Conflict(_("This post is closed already."))
        post.closed_at = at
        superior = Post.objects.values_list("superior", flat=True).get(pk=post.pk)
        Post.objects.filter(superior=post.pk).update(superior=superior)
        end_holdings(post.holdings.all(), at=at)
        acts.record("post_closed", target=_full_name(post), by=by, at=at)
        tell_vacated(post, at=at)
    return post


def is_vacant(post: Post, *, at: datetime) -> bool:
    """Whether nobody holds the post as its holder; a deputy alone leaves it vacant."""
    return not Holding.objects.filter(held_at(at), post=post, kind=Holding.Kind.HOLDER).exists()


def acting_post(post: Post, *, at: datetime) -> Post:
    """The post that does the work of `post` now. See `Directory.acting`."""
    return directory().acting(post, at)


def end_holdings(holdings: QuerySet[Holding], *, at: datetime) -> None:
    """End holdings at an instant; those that begin only then or later never come to be."""
    running = holdings.filter(until=None)
    running.filter(since__gte=at).delete()
    running.update(until=at)


def tell_vacated(post: Post, *, at: datetime) -> None:
    """Say in the outbox that nobody holds this post any more; readers ask `acting_post` who does its work."""
    tell("people.post_vacated", None, {"post": post.pk}, at)


def _check_name(name: str, organisation: Organisation, *, other_than: Post | None = None) -> None:
    if not name.strip():
        raise Invalid(fields={"name": _("Write the name.")})
    same = organisation.posts.filter(name=name).first()
    if same is not None and same != other_than:
        raise Invalid(fields={"name": _("This organisation has a post of this name already.")})


def _full_name(post: Post) -> str:
    return f"{post.organisation.name} · {post.name}"
