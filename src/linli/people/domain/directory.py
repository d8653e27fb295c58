"""Every open post and who holds it, as this process keeps it: what routing asks many times a second."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime

from linli.core.errors import NotReady
from linli.core.kept import Watched
from linli.people.enums import Role
from linli.people.models import Holding, Post
from linli.places.models import STEP

PEOPLE = Watched("people")  # changed with every line of the administrators' log (`acts.record`)

Span = tuple[datetime, datetime | None]


class Directory:
    """Open posts with place and organisation. The rows are shared: to be read, never to be saved."""

    def __init__(self, posts: Iterable[Post], holdings: Iterable[tuple[int, datetime, datetime | None]]) -> None:
        self.by_key = {post.pk: post for post in posts}
        self._held: dict[int, list[Span]] = defaultdict(list)
        for key, since, until in holdings:
            self._held[key].append((since, until))
        self._by_role: dict[str, dict[str, list[Post]]] = defaultdict(lambda: defaultdict(list))
        for post in self.by_key.values():
            self._by_role[post.role][post.place.path].append(post)

    def with_role(self, *roles: str) -> Iterator[Post]:
        """Every open post with one of these roles, in the order of their making."""
        found = (post for role in roles for posts in self._by_role[role].values() for post in posts)
        yield from sorted(found, key=lambda post: post.pk)

    def above(self, role: Role, path: str) -> Iterator[Post]:
        """Posts of a role whose place holds the place at `path`, or is it: the nearest first."""
        at_place = self._by_role[role]
        for end in range(len(path), 0, -STEP):
            yield from at_place.get(path[:end], ())

    def at(self, role: Role, path: str) -> Iterator[Post]:
        """Posts of a role at just this place."""
        yield from self._by_role[role].get(path, ())

    def is_staffed(self, post: Post, at: datetime) -> bool:
        """Whether somebody holds the post, as holder or deputy. `since` is included, `until` is not."""
        return any(since <= at and (until is None or at < until) for since, until in self._held.get(post.pk, ()))

    def ladder(self, post: Post) -> Iterator[Post]:
        """The post and those above it, lowest first. A ladder that leads back on itself ends there."""
        seen: set[int] = set()
        step = self.by_key.get(post.pk) or self.by_key.get(post.superior_id or 0)
        while step is not None and step.pk not in seen:
            seen.add(step.pk)
            yield step
            step = self.by_key.get(step.superior_id) if step.superior_id else None

    def acting(self, post: Post, at: datetime) -> Post:
        """The post that does the work of `post` now: itself while somebody holds it, or else the first held post up the
        ladder, or else a held duty officer's, the nearest first.

        Where nobody holds any of these it is the nearest duty officer's post all the same: work stays there, in red.

        Raises:
            NotReady: the office has no duty officer's post at all.
        """
        for step in self.ladder(post):
            if self.is_staffed(step, at):
                return step
        place = post.place.path
        officers = sorted(self.with_role(Role.DUTY_OFFICER), key=lambda each: -_shared(each.place.path, place))
        if not officers:
            raise NotReady
        return next((officer for officer in officers if self.is_staffed(officer, at)), officers[0])


@PEOPLE.kept
def directory() -> Directory:
    """The directory as it stands."""
    posts = Post.objects.filter(closed_at=None).select_related("place", "organisation").order_by("pk")
    holdings = Holding.objects.filter(post__closed_at=None).values_list("post", "since", "until")
    return Directory(posts, holdings)


def _shared(path: str, other: str) -> int:
    """How deep two places go together: the length of what their paths have in common."""
    return next((n for n, (a, b) in enumerate(zip(path, other, strict=False)) if a != b), min(len(path), len(other)))
