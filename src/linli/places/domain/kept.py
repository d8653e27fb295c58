"""What is worked out from the whole tree is kept in the process until the tree changes.

A process asks the database for the tree's token at most once in `CHECK_EVERY` seconds; its own changes it sees at once.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from threading import Lock
from time import monotonic
from typing import Generic, TypeVar
from uuid import UUID, uuid4

from django.db import transaction

from linli.places.models import STEP, Kind, Place, TreeVersion

CHECK_EVERY = 1.0

T = TypeVar("T")


class _Token:
    """The tree's token as last seen, and when. Replaced as a whole, so that threads need no lock to read it."""

    seen: tuple[UUID | None, float] | None = None


def tree_token() -> UUID | None:
    """The token of the tree's present state; None for a tree that was never written."""
    seen = _Token.seen
    if seen is None or monotonic() - seen[1] > CHECK_EVERY:
        token = TreeVersion.objects.values_list("token", flat=True).first()
        seen = _Token.seen = (token, monotonic())
    return seen[0]


def forget() -> None:
    """Ask for the token again at the next reading. What was kept stays where the token turns out to be the same."""
    _Token.seen = None


def tree_changed() -> None:
    """To be called in the transaction of every change of the tree."""
    TreeVersion.objects.bulk_create(
        [TreeVersion(token=uuid4())], update_conflicts=True, unique_fields=["id"], update_fields=["token"]
    )
    forget()
    transaction.on_commit(forget)


class Kept(Generic[T]):
    """A function of the tree, called anew only after a change. Safe to read from several threads."""

    def __init__(self, build: Callable[[], T]) -> None:
        self._build = build
        self._lock = Lock()
        self._held: tuple[UUID | None, T] | None = None

    def __call__(self) -> T:
        token = tree_token()
        held = self._held
        if held is None or held[0] != token:
            with self._lock:
                held = self._held
                if held is None or held[0] != token:
                    held = self._held = (token, self._build())
        return held[1]


class Tree:
    """Every place that is not retired, but for the units, in the order of the paths. To be read, never to be saved."""

    def __init__(self, places: Iterable[Place]) -> None:
        self.places = sorted(places, key=lambda place: place.path)
        self.by_path = {place.path: place for place in self.places}
        self._children: dict[str, list[Place]] = defaultdict(list)
        for place in self.places:
            self._children[place.path[:-STEP]].append(place)

    def children(self, path: str, *kinds: Kind) -> list[Place]:
        """What lies directly in a place; of these kinds only, where some are given."""
        return [place for place in self._children.get(path, ()) if not kinds or place.kind in kinds]

    def above(self, path: str) -> list[Place]:
        """The places that hold this one, the widest first, and itself."""
        paths = (path[:end] for end in range(STEP, len(path) + 1, STEP))
        return [self.by_path[path] for path in paths if path in self.by_path]


@Kept
def tree() -> Tree:
    """The tree as it stands."""
    return Tree(Place.objects.filter(retired_at=None).exclude(kind=Kind.UNIT))
