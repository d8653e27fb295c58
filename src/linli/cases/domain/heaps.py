"""What lies on a desk in numbers: by what is asked first, by estate, by class; and the bursts of calls among it.

A desk's page is asked for many times a minute, and most of what it counts has not changed since: the numbers are kept
in the process until something is told (the outbox has a newer message) or `FRESH` seconds have passed, for a clock
turns amber without a word.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import cos, radians
from threading import Lock
from time import monotonic, thread_time
from typing import Any, TypeVar, cast

from django.db.models import Count, Max, Min, Q
from django.db.models.functions import Substr
from django.utils import timezone

from linli.cases.enums import Grade
from linli.core.kept import Watched
from linli.core.models import Outbox
from linli.people.actors import Viewer
from linli.places.domain.kept import tree
from linli.places.models import ESTATE_PATH
from linli.procedures.models import Procedure

FRESH = 15.0  # seconds
DEAR = 30  # times what it cost to read
BURST_WITHIN = timedelta(hours=8)
BURST_FROM = 5  # reports; fewer are read one by one
NEAR_METRES = 50
LOOSE_MOST = 400  # reports without an estate that are looked at by their distance
SHOWN = ("", "waiting", "untaken", "late", "soon", "today", "shift", "alarm")
UNFILED = ("received", "filed")
METRES_A_DEGREE = 111_320

T = TypeVar("T")


def shown(at: datetime, shift: datetime | None = None) -> dict[str, Q]:
    """What a duty officer asks for first, at an instant. The day ends at midnight, when its limits do.

    shift: when the reader's shift began; without one it is the last 12 hours.
    """
    tomorrow = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return {
        "waiting": Q(state__in=UNFILED),
        # The clock of acceptance is the first to end, so one that is overdue here was not accepted in time.
        "untaken": Q(state="dispatched", due__lte=at),
        "late": Q(due__lte=at),
        "soon": Q(amber__lte=at, due__gt=at),
        "today": Q(due__gt=at, due__lte=tomorrow),
        # What a sound may call for: overdue, or urgent and still to be sent on.
        "alarm": Q(due__lte=at) | Q(case__grade=Grade.URGENT, state__in=UNFILED),
        "shift": Q(opened__gte=shift or at - timedelta(hours=12)),
    }


@dataclass(frozen=True, slots=True)
class Heap:
    """Open cases of one class at one estate (or above all estates), in the order of `SHOWN`."""

    estate: str
    klass: int | None
    numbers: tuple[int, ...]

    def of(self, show: str) -> int:
        return self.numbers[SHOWN.index(show)] if show in SHOWN else self.numbers[0]


@dataclass(frozen=True)
class Burst:
    """Reports of one class from one estate, or from one spot, within a few hours: most likely all of one thing.

    `place` is the estate's path; without one `near` is a point in WGS-84 degrees that all of them lie close to.
    """

    klass: int
    place: str
    near: tuple[float, float] | None
    number: int
    waiting: int
    first: datetime
    last: datetime
    due: datetime | None

    @property
    def members(self) -> Q:
        """The open cases that belong to it."""
        rest = Q(case__klass=self.klass, opened__gte=self.first)
        if self.near is None:
            return rest & Q(place_path__gte=self.place, place_path__lt=self.place + "~")
        return rest & _unplaced() & _around(*self.near)


def _unplaced() -> Q:
    """What no estate is known for: it stands at a place above the estates."""
    above = [place.path for place in tree().places if len(place.path) < ESTATE_PATH]
    return Q(place_path__in=["", *above])


def _around(lon: float, lat: float) -> Q:
    high = NEAR_METRES / METRES_A_DEGREE
    wide = high / cos(radians(lat))
    return Q(case__lon__range=(lon - wide, lon + wide), case__lat__range=(lat - high, lat + high))


@dataclass(frozen=True)
class Heaps:
    """All heaps of one desk."""

    heaps: Sequence[Heap] = ()

    def count(self, show: str) -> int:
        return sum(heap.of(show) for heap in self.heaps)

    def by(self, part: Callable[[Heap], Any], show: str, keep: Callable[[Heap], bool]) -> list[tuple[Any, int]]:
        """How many there are for each value of `part` among the heaps that are kept, the largest first."""
        found: dict[Any, int] = {}
        for heap in filter(keep, self.heaps):
            found[part(heap)] = found.get(part(heap), 0) + heap.of(show)
        return sorted(((key, number) for key, number in found.items() if number), key=lambda pair: -pair[1])


@dataclass(frozen=True, slots=True)
class Held:
    """What was read: under which mark, until when at most, and until when at least."""

    mark: Any
    until: float
    least: float
    value: Any


class Recent(Watched):
    """What was read last for each desk. It holds for `FRESH` seconds, and no longer than its mark is the same.

    Where reading costs much it holds longer, also under another mark, so that it never takes more than a `DEAR`th of
    a processor for each desk: with 500 open cases a fifth of a second, with 27,000 ten.
    """

    def __init__(self) -> None:
        super().__init__("desk")
        self._lock = Lock()
        self._held: dict[Any, Held] = {}

    def forget(self) -> None:
        """Whoever changes a desk in this process sees it at once."""
        super().forget()
        self._held = {}

    def of(self, key: Any, mark: Any, build: Callable[[], T]) -> T:
        """Two requests that find it old may both read it anew."""
        held = self._held.get(key)
        if held is not None and held.until > monotonic() and (held.mark == mark or held.least > monotonic()):
            return cast("T", held.value)
        begun = thread_time()
        built = build()
        cost, now = thread_time() - begun, monotonic()
        with self._lock:
            fresh = {name: one for name, one in self._held.items() if one.until > now}
            self._held = {**fresh, key: Held(mark, now + max(FRESH, cost * DEAR), now + cost * DEAR, built)}
        return built


RECENT = Recent()


def told() -> int:
    """The number of the last message: while it stays, nothing has moved. One statement."""
    return Outbox.objects.aggregate(last=Max("pk"))["last"] or 0


def count_heaps(viewer: Viewer, at: datetime, shift: datetime | None) -> Heaps:
    """One statement; only open cases are counted."""
    which = shown(at, shift)
    found = (
        Procedure.objects.visible_to(viewer)
        .filter(kind="case", closed=None)
        .values_list(Substr("place_path", 1, ESTATE_PATH), "case__klass")
        .annotate(n=Count("pk"), **{f"n_{name}": Count("pk", filter=which[name]) for name in SHOWN[1:]})
        .order_by()
    )
    return Heaps([Heap(row[0], row[1], tuple(row[2:])) for row in found])


def find_bursts(viewer: Viewer, at: datetime) -> list[Burst]:
    """The bursts among what came in lately and is still open, the largest first. Two statements at most."""
    lately = Procedure.objects.visible_to(viewer).filter(
        kind="case", closed=None, opened__gte=at - BURST_WITHIN, case__klass__isnull=False
    )
    placed = (
        lately.exclude(_unplaced())
        .values_list("case__klass", Substr("place_path", 1, ESTATE_PATH))
        .annotate(
            n=Count("pk"), waiting=Count("pk", filter=Q(state__in=UNFILED)), first=Min("opened"), last=Max("opened"),
            first_due=Min("due"),
        )
        .filter(n__gte=BURST_FROM)
        .order_by()
    )  # fmt: skip
    found = [Burst(klass, path, None, *numbers) for klass, path, *numbers in placed]
    loose = (
        lately.filter(_unplaced(), case__lon__isnull=False)
        .order_by("-opened")
        .values_list("case__klass", "state", "opened", "due", "case__lon", "case__lat")[:LOOSE_MOST]
    )
    return sorted([*found, *_spots(list(loose))], key=lambda burst: -burst.number)


def _spots(rows: Sequence[Any]) -> Iterable[Burst]:
    """Bursts among reports that only have a point: each is counted round the report that has the most close by."""
    left = list(rows)
    while left:
        around = {row: [other for other in left if _same_spot(row, other)] for row in set(left)}
        middle = max(around, key=lambda row: (len(around[row]), row[2]))
        members = around[middle]
        if len(members) < BURST_FROM:
            return
        dues = [row[3] for row in members if row[3]]
        opened = sorted(row[2] for row in members)
        yield Burst(
            middle[0], "", (middle[4], middle[5]), len(members), sum(row[1] in UNFILED for row in members),
            opened[0], opened[-1], min(dues, default=None),
        )  # fmt: skip
        left = [row for row in left if row not in members]


def _same_spot(row: Any, other: Any) -> bool:
    """Of one class, and no further than 50 m east or west, north or south: what `_around` finds again."""
    east = abs(row[4] - other[4]) * cos(radians(row[5])) * METRES_A_DEGREE
    north = abs(row[5] - other[5]) * METRES_A_DEGREE
    return row[0] == other[0] and max(east, north) <= NEAR_METRES
