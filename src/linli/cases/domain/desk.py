"""The lists of staff: the desk with what is due first, all cases with the newest first, and what is counted of them.

Each query returns plain rows made for its page; a template never touches the database.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from linli.core import search
from linli.people.actors import Viewer
from linli.places.domain.kept import tree
from linli.places.domain.queries import full_title
from linli.procedures.domain.queries import PAGE, Page, read_cursor
from linli.procedures.models import Procedure
from linli.procedures.numbers import read_number

UNFILED = ("received", "filed")
UNTIMED = "~"  # the mark of a cursor among the cases without a date
START = UUID(int=0)


@dataclass(frozen=True)
class Filters:
    """What a staff list is narrowed to. Empty means all. `place` is the path of a place.

    `show` is one of waiting, soon, late and today, as seen at the instant `at`.
    """

    state: str = ""
    klass: str = ""
    place: str = ""
    words: str = ""
    open_only: bool = False
    show: str = ""
    at: datetime | None = None


COLUMNS = (
    "number", "state", "version", "opened", "due", "amber", "closed",
    "case__klass__name", "case__klass__name_en", "place__name", "place_path", "case__text", "case__source",
    "case__grade",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of a staff list. `place` is the name of the place alone, `place_path` where it stands in the tree."""

    number: str
    state: str
    version: int
    opened: datetime
    due: datetime | None
    amber: datetime | None
    closed: datetime | None
    klass: str | None
    klass_en: str | None
    place: str | None
    place_path: str
    text: str
    source: str
    grade: str

    @property
    def title(self) -> str:
        """The class in the active language, or nothing."""
        english = self.klass_en and (get_language() or "").startswith("en")
        return (self.klass_en if english else self.klass) or ""

    @property
    def place_title(self) -> str:
        """What the place is called among all; nothing where it is not known."""
        if self.place is None:
            return ""
        known = tree().by_path.get(self.place_path)
        return full_title(known) if known else self.place


def listed(viewer: Viewer, filters: Filters, *, after: str | None = None, size: int = PAGE) -> Page:
    """Cases that the viewer may see, the newest first. One statement, whatever the number of cases."""
    found = _filtered(Procedure.objects.visible_to(viewer), filters).order_by("-opened", "uuid")
    if cursor := read_cursor(after):
        at, key = cursor
        found = found.filter(Q(opened__lt=at) | Q(opened=at, uuid__gt=key), opened__lte=at)
    return _page(found, "opened", size)


def desk(viewer: Viewer, filters: Filters, *, after: str | None = None, size: int = PAGE) -> Page:
    """Open cases that the viewer may see, what is due first on top, what has no date last. Two statements at most."""
    found = _filtered(Procedure.objects.visible_to(viewer), filters).filter(closed=None)
    if after and after.startswith(UNTIMED):
        return _untimed(found, _key(after.removeprefix(UNTIMED)), size)
    timed = found.filter(due__isnull=False).order_by("due", "uuid")
    if cursor := read_cursor(after):
        at, key = cursor
        timed = timed.filter(Q(due__gt=at) | Q(due=at, uuid__gt=key), due__gte=at)
    page = _page(timed, "due", size)
    if page.after:
        return page
    rest = _untimed(found, START, size - len(page.rows))
    return Page([*page.rows, *rest.rows], rest.after)


def _untimed(found: QuerySet[Procedure], key: UUID, size: int) -> Page:
    """Cases without a date. With no room left for one it only says whether any follow."""
    rows = list(found.filter(due=None, uuid__gt=key).order_by("uuid").values_list("uuid", *COLUMNS)[: size + 1])
    cut = [CaseRow(*row[1:]) for row in rows[:size]]
    if len(rows) <= size:
        return Page(cut, None)
    return Page(cut, f"{UNTIMED}{rows[size - 1][0] if size else key}")


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return START


def _filtered(procedures: QuerySet[Procedure], filters: Filters) -> QuerySet[Procedure]:
    found = procedures.filter(kind="case")
    if filters.state:
        found = found.filter(state=filters.state)
    if filters.klass:
        found = found.filter(case__klass__code=filters.klass)
    if filters.place:
        found = found.filter(place_path__gte=filters.place, place_path__lt=filters.place + "~")
    if filters.open_only:
        found = found.filter(closed=None)
    if filters.show and filters.at:
        found = found.filter(shown(filters.at)[filters.show], closed=None)
    if filters.words:
        number = read_number(filters.words)
        found = found.filter(number=number) if number else found.filter(pk__in=search.matching(filters.words))
    return found


def shown(at: datetime) -> dict[str, Q]:
    """What a duty officer asks for first, at an instant. The day ends at midnight, when its limits do."""
    tomorrow = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return {
        "waiting": Q(state__in=UNFILED),
        "late": Q(due__lte=at),
        "soon": Q(amber__lte=at, due__gt=at),
        "today": Q(due__gt=at, due__lte=tomorrow),
    }


def _page(found: QuerySet[Procedure], key: str, size: int) -> Page:
    rows = list(found.values_list("uuid", *COLUMNS)[: size + 1])
    cut = [CaseRow(*row[1:]) for row in rows[:size]]
    if len(rows) <= size:
        return Page(cut, None)
    return Page(cut, f"{getattr(cut[-1], key).isoformat()}~{rows[size - 1][0]}")


@dataclass(frozen=True)
class DeskCounts:
    """What a duty officer must know at once."""

    waiting: int
    late: int
    soon: int
    today: int


def desk_counts(viewer: Viewer, at: datetime) -> DeskCounts:
    """Counts over the open cases the viewer may see. One statement; capped work: only open cases are counted."""
    found = Procedure.objects.visible_to(viewer).filter(kind="case", closed=None)
    return DeskCounts(**found.aggregate(**{name: Count("pk", filter=what) for name, what in shown(at).items()}))
