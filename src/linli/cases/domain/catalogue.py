"""The catalogue of classes and who answers for them, as this process keeps it."""

from dataclasses import dataclass

from linli.cases.models import CaseClass, Responsibility
from linli.core.kept import Watched

CLASSES = Watched("classes")


@dataclass(frozen=True)
class Catalogue:
    """Classes in force, in their order, with their limits; and every duty with its place. To be read, never saved."""

    classes: tuple[CaseClass, ...]
    duties: tuple[Responsibility, ...]

    def named(self, code: str) -> CaseClass | None:
        return next((klass for klass in self.classes if klass.code == code), None)


@CLASSES.kept
def catalogue() -> Catalogue:
    """The catalogue as it stands."""
    classes = CaseClass.objects.filter(retired_at=None).prefetch_related("limits")
    return Catalogue(tuple(classes), tuple(Responsibility.objects.select_related("place").order_by("order", "pk")))
