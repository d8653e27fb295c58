"""Who does something, and who looks at something."""

from dataclasses import dataclass
from functools import cached_property

from linli.people.enums import BROWSING_ROLES, Role
from linli.people.models import Account, Post
from linli.places.models import STEP, Kind


@dataclass(frozen=True)
class Actor:
    """Who makes a move: somebody in a post, a party to the procedure, or the system in the name of a job or rule.

    `party` is the uuid of a row of procedures; people knows no more of it.
    """

    post: Post | None = None
    account: Account | None = None
    party: str | None = None
    system: str | None = None

    @classmethod
    def in_post(cls, post: Post, account: Account) -> "Actor":
        return cls(post=post, account=account)

    @classmethod
    def named(cls, system: str) -> "Actor":
        """The system, acting as a named job or version of a rule."""
        return cls(system=system)

    @property
    def key(self) -> str:
        """The actor in one line, as the chain of entries hashes it."""
        if self.post is not None:
            return f"post:{self.post.pk}/{self.account.pk if self.account else '-'}"
        if self.party is not None:
            return f"party:{self.party}"
        if self.account is not None:
            return f"account:{self.account.pk}"
        return f"system:{self.system}"

    def has_role(self, *roles: Role) -> bool:
        return self.post is not None and self.post.role in roles


@dataclass(frozen=True)
class Viewer:
    """Whose eyes a query is answered for: the posts they look through, and the account for recusals.

    `beside`: the person's other posts. They open nothing, but what is closed to one of them is closed to the person,
    who would else only have to choose another post.
    """

    posts: tuple[Post, ...] = ()
    account: Account | None = None
    beside: tuple[Post, ...] = ()

    @cached_property
    def paths(self) -> list[str]:
        """Subtrees that these posts may browse."""
        return sorted({p.place.path for p in self.posts if p.role in BROWSING_ROLES and p.place.kind != Kind.CELL})

    @cached_property
    def cells(self) -> list[int]:
        """Grid cells that these posts may browse."""
        return sorted({p.place_id for p in self.posts if p.role in BROWSING_ROLES and p.place.kind == Kind.CELL})

    @cached_property
    def organisation_paths(self) -> list[str]:
        """The organisations of these posts and all above them; an exclusion of any of these excludes the viewer."""
        return sorted({p[:end] for p in self._own_organisations for end in range(STEP, len(p) + 1, STEP)})

    @cached_property
    def held(self) -> list[int]:
        """Every post of the person; an exclusion of any of these excludes the viewer."""
        return sorted({post.pk for post in (*self.posts, *self.beside)})

    @property
    def _own_organisations(self) -> set[str]:
        return {post.organisation.path for post in (*self.posts, *self.beside)}


NOBODY = Viewer()
