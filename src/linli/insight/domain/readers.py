"""Whose eyes indicators are read through: those of posts, as for figures, or everybody's.

Both give what a source asks for: the sums over cases, the facts that these leave out, and which procedures may be seen.
"""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q, QuerySet

from linli.cases.enums import Publicity
from linli.cases.models import CaseClass
from linli.insight.domain.queries import Scope, below
from linli.insight.models import CaseFact, Rollup
from linli.people.actors import Viewer
from linli.places.domain.queries import governed_path
from linli.procedures.models import Procedure
from linli.sensing.domain.device_queries import reach_of


@dataclass(frozen=True)
class PostReader:
    """What these posts read, at a place or everywhere."""

    viewer: Viewer
    place: str = ""

    @cached_property
    def scope(self) -> Scope:
        return Scope(self.viewer, place=self.place)

    @property
    def rollups(self) -> QuerySet[Rollup]:
        return self.scope.rollups

    def rest(self) -> list[QuerySet[CaseFact]]:
        return self.scope.rest()

    def procedures(self) -> QuerySet[Procedure]:
        """The cases these posts may see, of the place and of their organisation where they read of that alone."""
        found = Procedure.objects.visible_to(self.viewer)
        if self.place:
            found = found.filter(place_path__gte=self.place, place_path__lt=self.place + "~")
        if self.scope.own is not None:
            found = found.filter(fact__organisation__in=self.scope.own)
        return found

    def places(self) -> Q:
        """The places whose devices these posts see."""
        posts = self.viewer.posts
        if not posts:
            return Q(pk__in=[])
        return below(reach_of(posts[0])) & (below(self.place) if self.place else Q())

    def paths(self) -> list[str]:
        """The places whose numbers these posts read, at the place asked for."""
        found = [reach_of(post) for post in self.viewer.posts[:1]]
        return [max(path, self.place) for path in found if _meet(path, self.place)]

    is_public = False


def _meet(path: str, place: str) -> bool:
    """Whether one of two places lies in the other."""
    return path.startswith(place) or place.startswith(path)


@dataclass(frozen=True)
class Everybody:
    """What is counted for the public: no class that is never public, nothing sealed or closed to somebody."""

    place = ""
    is_public = True

    @cached_property
    def _classes(self) -> list[int]:
        return list(CaseClass.objects.exclude(publicity=Publicity.NEVER).values_list("pk", flat=True))

    @property
    def rollups(self) -> QuerySet[Rollup]:
        return Rollup.objects.filter(klass__in=self._classes)

    def rest(self) -> list[QuerySet[CaseFact]]:
        return []

    def procedures(self) -> QuerySet[Procedure]:
        return Procedure.objects.filter(fact__countable=True, fact__klass__in=self._classes)

    def places(self) -> Q:
        return below(governed_path())

    def paths(self) -> list[str]:
        return [governed_path()]


Reader = PostReader | Everybody


def reader_of(whose: Viewer | None, place: str = "") -> Reader:
    """whose: none is everybody, who reads of the whole alone."""
    return Everybody() if whose is None else PostReader(whose, place)
