"""Reading figures: sums over what the viewer may see, their course, their division, and the cases behind each.

Whoever browses places reads the kept sums there; what these leave out (sealed, closed to somebody, of a class that is
never public, or given to the post from elsewhere) is counted row by row through `Procedure.visible_to`. So a figure and
the list that it opens hold the same cases.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet

from linli.cases.domain.desk import COLUMNS, CaseRow
from linli.cases.enums import Publicity
from linli.cases.models import CaseClass
from linli.insight.domain.guard import hidden, hidden_in
from linli.insight.domain.measures import DUE, MEASURES, REPORTED, Sums, add, counted, read_sums, rollup_sums
from linli.insight.domain.measures import with_derived as derive
from linli.insight.domain.periods import Period, joined, parts
from linli.insight.enums import By
from linli.insight.models import CaseFact, Rollup
from linli.people.actors import Viewer
from linli.people.enums import Role
from linli.people.models import Organisation, Post
from linli.places.domain.kept import tree
from linli.places.domain.queries import full_title, governed_path
from linli.places.models import Kind, Place
from linli.procedures.domain.queries import PAGE, Page, read_cursor
from linli.procedures.models import Assignment, Grant, Procedure

OWN_ONLY = frozenset({Role.DEPARTMENT_HANDLER, Role.PROPERTY_MANAGER})  # they read of their own organisation alone
DIVIDED = (Kind.AREA, Kind.COMMITTEE, Kind.ESTATE)


@dataclass(frozen=True)
class Scope:
    """Whose eyes, and what is looked at. `place` is a path, `klass` and `organisation` are keys; empty means all."""

    viewer: Viewer
    klass: int = 0
    place: str = ""
    organisation: int = 0

    @cached_property
    def own(self) -> list[int] | None:
        """The organisations that this post reads of; none for all."""
        posts = self.viewer.posts
        if not posts or posts[0].role not in OWN_ONLY:
            return None
        path = posts[0].organisation.path
        return list(Organisation.objects.filter(path__gte=path, path__lt=path + "~").values_list("pk", flat=True))

    @property
    def chosen(self) -> Q:
        """The condition that is the same for sums and for facts."""
        return Q(**self._narrowed)

    @cached_property
    def _narrowed(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self.klass:
            found["klass"] = self.klass
        if self.place:
            found |= {"place__gte": self.place, "place__lt": self.place + "~"}
        if self.organisation:
            found["organisation"] = self.organisation
        return found | ({"organisation__in": self.own} if self.own is not None else {})

    @cached_property
    def browsed(self) -> Q:
        """The places that the viewer browses."""
        found = Q(pk__in=[])
        for path in self.viewer.paths:
            found |= below(path)
        return found

    @property
    def rollups(self) -> QuerySet[Rollup]:
        return Rollup.objects.filter(self.browsed, self.chosen)

    def rest(self) -> list[QuerySet[CaseFact]]:
        """The facts that the viewer may see and that `rollups` leaves out."""
        seen = Procedure.objects.visible_to(self.viewer)
        uncounted = CaseFact.objects.filter(self.chosen, countable=False, procedure__in=seen.filter(_uncounted()))
        if self._browses_all:
            return [uncounted]
        posts = [post.pk for post in self.viewer.posts]
        given = Q(pk__in=Assignment.objects.filter(post__in=posts).values("procedure")) | Q(
            pk__in=Grant.objects.filter(post__in=posts, ended_at=None).values("procedure")
        )
        if self.viewer.cells:
            given |= Q(cell__in=self.viewer.cells)
        elsewhere = CaseFact.objects.filter(self.chosen, countable=True, procedure__in=seen.filter(given))
        return [uncounted, elsewhere.exclude(self.browsed)]

    @cached_property
    def _browses_all(self) -> bool:
        root = governed_path()
        return any(root.startswith(path) for path in self.viewer.paths)

    def cases(self, measure: str, period: Period, today: date) -> QuerySet[Procedure]:
        """The cases that a measure counts."""
        found = MEASURES[measure]
        wanted = {f"{found.day}__gte": period.first, f"{found.day}__lte": period.until, **self._narrowed, **found.facts}
        if measure == "late":
            wanted["due_day__lt"] = today
        facts = {f"fact__{name}": value for name, value in wanted.items()}
        return Procedure.objects.visible_to(self.viewer).filter(**facts)


def _uncounted() -> Q:
    return Q(fact__countable=False)


def below(path: str) -> Q:
    return Q(place__gte=path, place__lt=path + "~")


@dataclass(frozen=True)
class Dated:
    """Sums of one day, or of one whole month."""

    grain: str
    day: date
    sums: Sums


def read(scope: Scope, periods: Sequence[Period], today: date) -> dict[Period, Sums]:
    """The sums over each of these periods. Seven statements at most, however many periods and cases."""
    wanted = _within(joined(periods, today))
    rows = scope.rollups.filter(wanted).order_by().values("grain", "day").annotate(**rollup_sums(today))
    kept = [Dated(row["grain"], row["day"], read_sums(row)) for row in rows]
    first, last = min(period.first for period in periods), max(period.until for period in periods)
    rest = [Dated("", day, sums) for (day,), sums in _rest(scope, first, last, today)]
    return {period: _sums_over(period, kept, rest, today) for period in periods}


def divided(scope: Scope, period: Period, by: By, today: date) -> dict[Any, Sums]:
    """The sums over a period by class, place, organisation or post. Seven statements at most."""
    wanted = _within(parts(period, today))
    rows = scope.rollups.filter(wanted).order_by().values(by.value).annotate(**rollup_sums(today))
    found: dict[Any, Sums] = {}
    for row in rows:
        add(found.setdefault(row[by.value], {}), read_sums(row))
    for (key, _day), sums in _rest(scope, period.first, period.until, today, by.value):
        add(found.setdefault(key, {}), sums)
    return {key: derive(sums, sums.get("late", 0)) for key, sums in found.items()}


def _within(ranges: Sequence[tuple[str, date, date]]) -> Q:
    wanted = Q(pk__in=[])
    for grain, first, last in ranges:
        wanted |= Q(grain=grain, day__gte=first, day__lte=last)
    return wanted


def _rest(scope: Scope, first: date, last: date, today: date, *keys: str) -> list[tuple[tuple[Any, ...], Sums]]:
    """What the sums leave out, by these keys and by day."""
    found = []
    for facts in scope.rest():
        for name in (REPORTED, DUE):
            between = facts.filter(**{f"{name}__gte": first, f"{name}__lte": last})
            for key, sums in counted(between, name, *keys, name):
                late = sums.get("due", 0) - sums.get("handled", 0) if key[-1] < today else 0
                found.append((key, sums | {"late": late}))
    return found


def _sums_over(period: Period, kept: Sequence[Dated], rest: Sequence[Dated], today: date) -> Sums:
    found: Sums = {}
    for grain, first, last in parts(period, today):
        for row in kept:
            if row.grain == grain and first <= row.day <= last:
                add(found, row.sums)
    for row in rest:
        if period.first <= row.day <= period.until:
            add(found, row.sums)
    return derive(found, found.get("late", 0))


def listed(
    scope: Scope, measure: str, period: Period, today: date, *, after: str | None = None, size: int = PAGE
) -> Page:
    """The cases behind a figure, by the day on which it counts them, the last first. One statement.

    In the order of the facts' own index, so that a page of a long list costs no more than one of a short.
    """
    day = f"fact__{MEASURES[measure].day}"
    found = scope.cases(measure, period, today).order_by(f"-{day}", "uuid")
    if cursor := read_cursor(after):
        at, key = cursor[0].date(), cursor[1]
        found = found.filter(Q(**{f"{day}__lt": at}) | Q(**{day: at, "uuid__gt": key}), **{f"{day}__lte": at})
    rows = list(found.values_list("uuid", day, *COLUMNS)[: size + 1])
    cut = [CaseRow(*row[2:]) for row in rows[:size]]
    return Page(cut, f"{rows[size - 1][1]}T00:00+00:00~{rows[size - 1][0]}" if len(rows) > size else None)


# --- rows of the table


@dataclass(frozen=True)
class Division:
    """One row: its name, its sums, and by which choice it is reached (none for what lies in no part)."""

    name: str
    key: Any
    sums: Sums
    guarded: frozenset[str] = frozenset()


def divisions(scope: Scope, period: Period, by: By, today: date, names: Sequence[tuple[str, str]]) -> list[Division]:
    """The rows of a table, each with the figures that are not shown in it.

    names: pairs of a figure and the measure below its line.
    """
    found = ROWS[by](scope, divided(scope, period, by, today))
    return guard(found, names)


def guard(rows: Sequence[Division], names: Sequence[tuple[str, str]]) -> list[Division]:
    """Hide in each column what is small, and what would give it away.

    Where it is not shown how many cases of a row were due, nothing is that is counted among these: their number would
    say that there are as many at least.
    """
    return _without(
        rows, names, lambda measure: hidden({number: row.sums.get(measure, 0) for number, row in enumerate(rows)})
    )


def _without(
    rows: Sequence[Division], names: Sequence[tuple[str, str]], hide: Callable[[str], set[int]]
) -> list[Division]:
    """The rows, each with the figures that are not shown in it. hide: which rows a measure hides, by their number."""
    shut: dict[int, set[str]] = {number: set() for number in range(len(rows))}
    for figure, denominator in names:
        for number in hide(denominator):
            shut[number].add(figure)
            if denominator == "due":
                shut[number] |= {name for name, below in names if MEASURES[below].day == DUE}
    return [replace(row, guarded=frozenset(shut[number])) for number, row in enumerate(rows)]


def _class_rows(_scope: Scope, found: dict[Any, Sums]) -> list[Division]:
    known = list(CaseClass.objects.filter(pk__in=found))
    rows = [Division(klass.title, klass.code, found[klass.pk]) for klass in known]
    return rows + ([Division("", None, found[0])] if 0 in found else [])


def _place_rows(scope: Scope, found: dict[Any, Sums]) -> list[Division]:
    """One row for each place right below the chosen one, and one for what lies in none of them."""
    places = children(scope)
    rows: dict[str, Sums] = {place.path: {} for place in places}
    for path, sums in found.items():
        add(rows.setdefault(next((place.path for place in places if path.startswith(place.path)), ""), {}), sums)
    named = [Division(full_title(place), place.path, rows[place.path]) for place in places if rows[place.path]]
    return named + ([Division("", None, rows[""])] if "" in rows else [])


def children(scope: Scope) -> list[Place]:
    """The places that a table by place has rows for: below the chosen place, passing over a level of one."""
    base = scope.place or (scope.viewer.paths or [governed_path()])[0]
    found = tree().children(base, *DIVIDED)
    while len(found) == 1 and (more := tree().children(found[0].path, *DIVIDED)):
        found = more
    return found


def _organisation_rows(_scope: Scope, found: dict[Any, Sums]) -> list[Division]:
    known = Organisation.objects.filter(pk__in=found).order_by("path")
    rows = [Division(each.title, str(each.pk), found[each.pk]) for each in known]
    return rows + ([Division("", None, found[0])] if 0 in found else [])


def _post_rows(_scope: Scope, found: dict[Any, Sums]) -> list[Division]:
    known = Post.objects.filter(pk__in=found).order_by("name")
    return [Division(post.title, None, found[post.pk]) for post in known]


ROWS: dict[By, Callable[[Scope, dict[Any, Sums]], list[Division]]] = {
    By.KLASS: _class_rows,
    By.PLACE: _place_rows,
    By.ORGANISATION: _organisation_rows,
    By.POST: _post_rows,
}


# --- what everybody may read


@dataclass(frozen=True)
class PublicTable:
    """The figures of one month that is over, for everybody: the whole, and by class or by estate.

    areas: beside the estates, where the office has several.
    """

    whole: Sums
    rows: Sequence[Division]
    areas: Sequence[Division] = ()


def public_table(
    month: Period, by: By, today: date, names: Sequence[tuple[str, str]], *, unfiled: bool = False
) -> PublicTable:
    """What the public may know. Three statements. unfiled: with reports that have no class yet, for the office.

    Only countable cases of classes of which at least numbers are public; only whole months, which do not overlap; only
    by class or by estate, never by both: so that no two answers differ by a few cases.
    """
    shown = [*CaseClass.objects.exclude(publicity=Publicity.NEVER).values_list("pk", flat=True), *([0] * unfiled)]
    rows = (
        Rollup.objects.filter(_within(parts(month, today)), klass__in=shown)
        .order_by()
        .values(by.value)
        .annotate(**rollup_sums(today))
    )
    found: dict[Any, Sums] = {}
    for row in rows:
        add(found.setdefault(row[by.value], {}), read_sums(row))
    found = {key: derive(sums, 0) for key, sums in found.items()}
    whole: Sums = {}
    for sums in found.values():
        add(whole, sums)
    if by == By.KLASS:
        return PublicTable(whole, guard(_class_rows(Scope(Viewer()), found), names))
    return PublicTable(whole, *_by_estate_and_area(found, names))


def several_areas() -> list[Place]:
    """The areas of this office, where it has more than one."""
    found = tree().of_kind(Kind.AREA, below=governed_path())
    return found if len(found) > 1 else []


def _by_estate_and_area(
    found: dict[Any, Sums], names: Sequence[tuple[str, str]]
) -> tuple[list[Division], list[Division]]:
    """A row for each estate and for each of several areas, and for what lies in none. Guarded together, for estates
    add up to areas."""
    areas, estates = several_areas(), tree().of_kind(Kind.ESTATE)
    parts: dict[tuple[str, str], Sums] = {}  # by area and estate
    for path, sums in found.items():
        key = _holding(path, areas), _holding(path, estates)
        add(parts.setdefault(key, {}), sums)
    by_estate, by_area = _rows_of(estates, parts, 1), _rows_of(areas, parts, 0)
    if not areas:
        return guard(by_estate, names), []

    def shut(measure: str) -> tuple[set[str], set[str]]:
        groups: dict[str, dict[tuple[str, str], int]] = {}
        for key, sums in parts.items():
            groups.setdefault(key[0], {})[key] = sums.get(measure, 0)
        of_areas, of_parts = hidden_in(groups)
        return of_areas, {estate for _area, estate in of_parts}

    def numbers(rows: Sequence[Division], keys: set[str]) -> set[int]:
        return {number for number, row in enumerate(rows) if (row.key or "") in keys}

    return (
        _without(by_estate, names, lambda measure: numbers(by_estate, shut(measure)[1])),
        _without(by_area, names, lambda measure: numbers(by_area, shut(measure)[0])),
    )


def _holding(path: str, places: Sequence[Place]) -> str:
    return next((place.path for place in places if path.startswith(place.path)), "")


def _rows_of(places: Sequence[Place], parts: dict[tuple[str, str], Sums], side: int) -> list[Division]:
    """A row for each of these places that holds a part, and for what lies in none of them."""
    rows: dict[str, Sums] = {}
    for key, sums in parts.items():
        add(rows.setdefault(key[side], {}), sums)
    named = [Division(each.title, each.path, rows[each.path]) for each in places if each.path in rows]
    return named + ([Division("", None, rows[""])] if "" in rows else [])
