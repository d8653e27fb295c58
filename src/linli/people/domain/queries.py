"""What is read about people: posts held, vacancies, the ladder, the roster."""

from datetime import datetime

from django.db.models import Q, Subquery

from linli.core.models import Installation
from linli.people.models import Account, Holding, Post


def held_at(at: datetime) -> Q:
    """Holdings in force at an instant: `since` is included, `until` is not."""
    return Q(since__lte=at) & (Q(until=None) | Q(until__gt=at))


def posts_held(*, account: Account, at: datetime) -> tuple[Post, ...]:
    """The open posts this person holds, as holder first, with place and organisation. One query."""
    root = Subquery(Installation.objects.values("root_path")[:1])
    holdings = (
        Holding.objects.filter(held_at(at), Q(post__closed_at=None) | Q(post__closed_at__gt=at), account=account)
        .select_related("post__place", "post__organisation")
        .annotate(root=root)
        .order_by("-kind", "since", "pk")
    )
    posts: dict[int, Post] = {}
    for holding in holdings:
        post = posts.setdefault(holding.post_id, holding.post)
        post.is_inside = holding.root is not None and post.place.path.startswith(holding.root)
    return tuple(posts.values())
