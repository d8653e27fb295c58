"""The lists of staff: the desk with what is due first, all cases with the newest first, and who has each of them.

Each query returns plain rows made for its page; a template never touches the database. What is counted of the desk
stands in `heaps`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Case as Which
from django.db.models import Exists, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import get_language

from linli.cases.domain.catalogue import catalogue
from linli.cases.domain.heaps import UNFILED, Burst, shown
from linli.cases.models import Case, CaseClass
from linli.core import search
from linli.people.actors import Viewer
from linli.people.domain.directory import directory
from linli.people.models import Post
from linli.places.domain.kept import tree
from linli.places.domain.queries import full_title
from linli.places.models import ESTATE_PATH, Place
from linli.procedures.domain.queries import PAGE, Page, read_cursor
from linli.procedures.models import Assignment, Procedure
from linli.procedures.numbers import read_number

__all__ = ["UNFILED", "CaseRow", "Filters", "Holder", "cases_numbered", "desk", "holders", "listed", "nearby_open"]
UNTIMED = "~"  # the mark of a cursor among the cases without a date
START = UUID(int=0)


@dataclass(frozen=True)
class Filters:
    """What a staff list is narrowed to. Empty means all. `place` is the path of a place.

    `show` is one of `heaps.SHOWN`, or mine (the turn of one of `posts`), as seen at the instant `at`, in the shift that
    began at `shift`. `burst` alone is shown, `folded` are not.
    """

    state: str = ""
    klass: str = ""
    place: str = ""
    words: str = ""
    open_only: bool = False
    show: str = ""
    at: datetime | None = None
    shift: datetime | None = None
    posts: Collection[int] = ()
    burst: Burst | None = None
    folded: Sequence[Burst] = ()


COLUMNS = (
    "uuid", "number", "state", "version", "opened", "due", "amber", "closed",
    "case__klass__name", "case__klass__name_en", "place__name", "place_path", "case__text", "case__source",
    "case__grade",
    "case__supporters",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of a staff list. `place` is the name of the place alone, `place_path` where it stands in the tree."""

    key: UUID
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
    supporters: int

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
    rows = list(found.filter(due=None, uuid__gt=key).order_by("uuid").values_list(*COLUMNS)[: size + 1])
    cut = [CaseRow(*row) for row in rows[:size]]
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
        # Asked row by row, so that a list goes on in its own order and stops; a join would begin at all of the class.
        klass = catalogue().named(filters.klass)
        found = found.filter(
            Exists(Case.objects.filter(procedure=OuterRef("pk"), klass=klass)) if klass else Q(pk=None)
        )
    if filters.place:
        found = found.filter(place_path__gte=filters.place, place_path__lt=filters.place + "~")
    if filters.open_only:
        found = found.filter(closed=None)
    if filters.show == "mine":
        turn = Assignment.objects.filter(procedure=OuterRef("pk"), post__in=filters.posts, open=True)
        found = found.filter(Exists(turn), closed=None)
    elif filters.show and filters.at:
        found = found.filter(shown(filters.at, filters.shift)[filters.show], closed=None)
    if filters.burst:
        found = found.filter(filters.burst.members, closed=None)
    for burst in filters.folded:
        found = found.exclude(burst.members)
    if filters.words:
        number = read_number(filters.words)
        found = found.filter(number=number) if number else found.filter(pk__in=search.matching(filters.words))
    return found


def _page(found: QuerySet[Procedure], key: str, size: int) -> Page:
    rows = list(found.values_list(*COLUMNS)[: size + 1])
    cut = [CaseRow(*row) for row in rows[:size]]
    if len(rows) <= size:
        return Page(cut, None)
    return Page(cut, f"{getattr(cut[-1], key).isoformat()}~{rows[size - 1][0]}")


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose turn it is, and since when."""

    post: Post
    since: datetime


def holders(keys: Sequence[UUID]) -> dict[UUID, Holder]:
    """Who has each of these cases now. One statement; posts are at hand."""
    posts = directory().by_key
    rows = Assignment.objects.filter(procedure__in=keys, open=True).values_list("procedure", "post", "since")
    return {key: Holder(posts[post], since) for key, post, since in rows if post in posts}


def cases_numbered(numbers: Sequence[str], viewer: Viewer) -> list[Case]:
    """Those of these cases that the viewer may see, in the order given. Two statements, with their assignments."""
    seen = Procedure.objects.visible_to(viewer).filter(number__in=numbers)
    related = ("procedure__place", "procedure__cell", "klass", "proposed__place", "proposed__organisation")
    found = Case.objects.filter(procedure__in=seen).select_related("procedure", *related)
    place = {number: index for index, number in enumerate(numbers)}
    return sorted(
        found.prefetch_related("procedure__assignments"), key=lambda case: place.get(case.procedure.number, 0)
    )


NEAR_MOST = 8


def nearby_open(viewer: Viewer, *, place: Place, klass: CaseClass | None) -> list[CaseRow]:
    """Open cases at a place or around it that a caller may mean, those of the class and the newest first. One
    statement. Around a building is its whole estate."""
    path = place.path[:ESTATE_PATH]
    found = Procedure.objects.visible_to(viewer).filter(
        kind="case", closed=None, sealed=False, place_path__gte=path, place_path__lt=path + "~"
    )
    same = Which(When(case__klass=klass, then=0), default=1) if klass else Value(0)
    here = Which(When(place_path__startswith=place.path, then=0), default=1)
    rows = found.order_by(same, here, "-opened").values_list(*COLUMNS)[:NEAR_MOST]
    return [CaseRow(*row) for row in rows]
