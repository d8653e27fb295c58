"""What is worked out from a slow-changing part of the database is kept in the process until that part changes.

    POSTS = Watched("posts")                 the part; whoever changes it calls POSTS.changed() in the transaction

    @POSTS.kept
    def directory() -> Directory: ...        worked out anew after a change, and otherwise at hand

A process asks the database for a part's token at most once in `CHECK_EVERY` seconds; its own changes it sees at once.
What is kept is shared by threads: to be read, never to be saved.
"""

from collections.abc import Callable
from threading import Lock
from time import monotonic
from typing import ClassVar, Generic, TypeVar
from uuid import UUID, uuid4

from django.db import transaction

from linli.core.models import Watch

CHECK_EVERY = 1.0

T = TypeVar("T")


class Watched:
    """A part of the database, by its name, whose state has a token."""

    all: ClassVar[list["Watched"]] = []

    def __init__(self, name: str) -> None:
        self.name = name
        self.all.append(self)
        # The token as last seen, and when. Replaced as a whole, so that threads need no lock to read it.
        self._seen: tuple[UUID | None, float] | None = None

    def token(self) -> UUID | None:
        """The token of the present state; None for a part that was never written."""
        seen = self._seen
        if seen is None or monotonic() - seen[1] > CHECK_EVERY:
            token = Watch.objects.filter(pk=self.name).values_list("token", flat=True).first()
            seen = self._seen = (token, monotonic())
        return seen[0]

    def forget(self) -> None:
        """Ask for the token again at the next reading. What was kept stays where the token proves to be the same."""
        self._seen = None

    def changed(self) -> None:
        """To be called in the transaction of every change of this part.

        Nothing kept of it may be read between here and the commit: another thread would build from what it still sees
        and hold it under a token that is this change's.
        """
        Watch.objects.bulk_create(
            [Watch(name=self.name, token=uuid4())],
            update_conflicts=True,
            unique_fields=["name"],
            update_fields=["token"],
        )
        self.forget()
        transaction.on_commit(self.forget)

    def kept(self, build: Callable[[], T]) -> "Kept[T]":
        """A function of this part that is called anew only after a change."""
        return Kept(self, build)


class Kept(Generic[T]):
    """What a function gave for one state of a part. Safe to read from several threads."""

    def __init__(self, part: Watched, build: Callable[[], T]) -> None:
        self._part = part
        self._build = build
        self._lock = Lock()
        self._held: tuple[UUID | None, T] | None = None

    def __call__(self) -> T:
        token = self._part.token()
        held = self._held
        if held is None or held[0] != token:
            with self._lock:
                held = self._held
                if held is None or held[0] != token:
                    held = self._held = (token, self._build())
        return held[1]
