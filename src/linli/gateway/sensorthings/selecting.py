"""Which rows of a set make one page: filtered, counted, ordered, skipped and cut, in the standard's order.

What the database or the segments can narrow down they do; what is left is evaluated row by row, in portions, and no
further than the page needs. An order that the database cannot give keeps only the rows up to the end of the page.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import nsmallest
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from linli.gateway.sensorthings.ast import Order, Path
from linli.gateway.sensorthings.compile import leads_to_many, narrowed, pushed
from linli.gateway.sensorthings.entities import OBSERVATION, Entity
from linli.gateway.sensorthings.evaluate import Expression, Sorted
from linli.gateway.sensorthings.paths import Collection
from linli.gateway.sensorthings.query import Query
from linli.gateway.sensorthings.relations import Relations
from linli.gateway.sensorthings.stored import Where

PORTION = 500


@dataclass(frozen=True)
class Page:
    """rows: at most as many as the page holds.  count: of all that match, where it was asked for."""

    rows: list[Any]
    more: bool
    count: int | None = None


def select(collection: Collection, query: Query, relations: Relations) -> Page:
    """One page of a set."""
    if collection.entity is OBSERVATION:
        return _observations(collection.where(), query, relations)
    condition, exact = narrowed(query.filter, collection.entity) if query.filter else (None, True)
    rows = collection.rows()
    if condition is not None and query.filter is not None:
        rows = _joined(rows.filter(condition), query, collection.entity)
    if exact and (columns := _columns(query.order)) is not None:
        return _of_database(rows.order_by(*columns), query)
    return _page(_matching(rows, query, collection.entity, relations), query, collection.entity, relations)


def choose(rows: Sequence[Any], query: Query, entity: Entity, relations: Relations) -> Page:
    """The same for rows that are at hand already: those that an expanded link leads to."""
    return _page(_filtered([list(rows)], query, entity, relations), query, entity, relations)


def _joined(rows: QuerySet[Any], query: Query, entity: Entity) -> QuerySet[Any]:
    """Each row once, whatever it was joined to."""
    assert query.filter is not None
    if not leads_to_many(query.filter, entity):
        return rows
    return entity.rows().filter(pk__in=rows.order_by().values("pk"))


def _columns(orders: tuple[Order, ...]) -> list[str] | None:
    """The order in the database's words, where both databases sort as the evaluator does: by ids and times."""
    columns = []
    for order in orders:
        if order.by == Path((), "id"):
            columns.append("-pk" if order.descending else "pk")
        elif order.by == Path((), "time"):
            columns.append("-time" if order.descending else "time")
        else:
            return None
    return [*columns, "pk"]


def _of_database(rows: QuerySet[Any], query: Query) -> Page:
    count = rows.count() if query.count else None
    if query.skip >= 2**31:
        return Page([], more=False, count=count)
    found = list(rows[query.skip : query.skip + query.size + 1])
    return Page(found[: query.size], len(found) > query.size, count)


def _matching(rows: QuerySet[Any], query: Query, entity: Entity, relations: Relations) -> Iterator[Any]:
    return _filtered(_portions(rows), query, entity, relations)


def _portions(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    """All rows in the order of their ids, some at a time."""
    after = 0
    while found := list(rows.filter(pk__gt=after).order_by("pk")[:PORTION]):
        yield found
        if len(found) < PORTION:
            return
        after = found[-1].pk


def _filtered(portions: Iterable[list[Any]], query: Query, entity: Entity, relations: Relations) -> Iterator[Any]:
    if query.filter is None:
        for portion in portions:
            yield from portion
        return
    expression = Expression(query.filter, entity, relations)
    for portion in portions:
        relations.prepare(expression, portion, entity)
        yield from filter(expression.holds, portion)


def _page(matching: Iterator[Any], query: Query, entity: Entity, relations: Relations) -> Page:
    if query.order:
        return _sorted(matching, query, entity, relations)
    counter = _Counter()
    rows = counter.through(matching)
    found = list(islice(rows, query.skip, query.skip + query.size + 1))
    count = counter.seen + sum(1 for _ in matching) if query.count else None
    return Page(found[: query.size], len(found) > query.size, count)


def _sorted(matching: Iterator[Any], query: Query, entity: Entity, relations: Relations) -> Page:
    ranking = Sorted(query.order, entity, relations)
    counter = _Counter()
    end = query.skip + query.size + 1
    rows = counter.through(_prepared(matching, ranking, entity, relations))
    best = nsmallest(min(end, 2**31), rows, key=ranking.key)
    found = best[query.skip :]
    return Page(found[: query.size], len(found) > query.size, counter.seen if query.count else None)


def _prepared(rows: Iterator[Any], ranking: Sorted, entity: Entity, relations: Relations) -> Iterator[Any]:
    while portion := list(islice(rows, PORTION)):
        for expression, _descending in ranking.parts:
            relations.prepare(expression, portion, entity)
        yield from portion


class _Counter:
    def __init__(self) -> None:
        self.seen = 0

    def through(self, rows: Iterator[Any]) -> Iterator[Any]:
        for row in rows:
            self.seen += 1
            yield row


# --- observations


def _observations(where: Where, query: Query, relations: Relations) -> Page:
    where = where.within(pushed(query.filter))
    turned = _by_time(query.order)
    if query.filter is None and (turned is not None or not query.order):
        return _plain(where, query, relations, newest_first=bool(turned))
    rows = relations.observations.rows(where, newest_first=bool(turned))
    matching = _filtered(_in_portions(rows), query, OBSERVATION, relations)
    if turned is not None:
        query = replace(query, order=())
    return _page(matching, query, OBSERVATION, relations)


def _by_time(orders: tuple[Order, ...]) -> bool | None:
    """Whether the order is that of the segments (False) or that turned round (True); None where it is neither."""
    if len(orders) == 1 and orders[0].by == Path((), "phenomenonTime"):
        return orders[0].descending
    return None


def _plain(where: Where, query: Query, relations: Relations, *, newest_first: bool) -> Page:
    """No filter: rows before the page are counted and not read."""
    count = relations.observations.count(where) if query.count else None
    rows = relations.observations.page(where, query.skip, query.size + 1, newest_first=newest_first)
    found = list(rows)
    return Page(found[: query.size], len(found) > query.size, count)


def _in_portions(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while portion := list(islice(rows, PORTION)):
        yield portion
