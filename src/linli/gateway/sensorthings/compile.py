"""What of a filter the database can answer with the same meaning on SQLite and PostgreSQL, and what Store.scan can.

`narrowed` gives a Q that holds of every row that the filter is true of, and says whether it is the filter itself.
Only comparisons of stored columns with literals, `and` and `or` are compiled: words compare differently in each
database's collation, LIKE is blind to capitals on SQLite, and JSON differs everywhere; those are evaluated in memory.
"""

from math import nextafter
from typing import Any

from django.db.models import Q

from linli.gateway.sensorthings.ast import Binary, In, Literal, Logic, Node, Path
from linli.gateway.sensorthings.comparing import is_number
from linli.gateway.sensorthings.entities import DATASTREAM, OBSERVATION, Entity, Kind
from linli.gateway.sensorthings.stored import Where
from linli.gateway.sensorthings.times import Instant

LOOKUPS = {"eq": "exact", "gt": "gt", "ge": "gte", "lt": "lt", "le": "lte"}
TURNED = {"eq": "eq", "gt": "lt", "ge": "le", "lt": "gt", "le": "ge", "ne": "ne"}
BIGGEST = 2**63


def narrowed(node: Node, entity: Entity) -> tuple[Q | None, bool]:
    """A necessary condition, or None where there is none to be had; and whether it is sufficient too.

    Several conditions on one link to many stand in one `filter()`, which joins once: all of one and the same row.
    """
    if isinstance(node, Logic):
        return (_all if node.op == "and" else _any)(node.parts, entity)
    if isinstance(node, Binary):
        return _exact(_comparison(node, entity))
    return _exact(_among(node, entity)) if isinstance(node, In) else (None, False)


def leads_to_many(node: Node, entity: Entity) -> bool:
    """Whether a join can give the same row twice."""
    from linli.gateway.sensorthings.ast import paths

    return any(
        entity.follow(path.links[:depth]).links[path.links[depth]].many
        for path in paths(node)
        for depth in range(len(path.links))
    )


def _exact(found: Q | None) -> tuple[Q | None, bool]:
    return found, found is not None


def _all(parts: tuple[Node, ...], entity: Entity) -> tuple[Q | None, bool]:
    found = [narrowed(part, entity) for part in parts]
    known = [condition for condition, _ in found if condition is not None]
    joined = Q()
    for condition in known:
        joined &= condition
    return (joined if known else None), all(exact for _, exact in found)


def _any(parts: tuple[Node, ...], entity: Entity) -> tuple[Q | None, bool]:
    found = [narrowed(part, entity) for part in parts]
    joined = Q()
    for condition, _ in found:
        if condition is None:
            return None, False
        joined |= condition
    return joined, all(exact for _, exact in found)


def _comparison(node: Binary, entity: Entity) -> Q | None:
    op, path, literal = node.op, node.left, node.right
    if isinstance(path, Literal):
        op, path, literal = TURNED.get(op, op), node.right, node.left
    if op not in LOOKUPS or not isinstance(path, Path) or not isinstance(literal, Literal):
        return None
    column, kind = _column(path, entity)
    value = _value(kind, op, literal.value) if column else None
    return None if value is None else Q(**{f"{column}__{LOOKUPS[op]}": value})


def _among(node: In, entity: Entity) -> Q | None:
    if not isinstance(node.of, Path):
        return None
    column, kind = _column(node.of, entity)
    values = [_value(kind, "eq", each.value) if isinstance(each, Literal) else None for each in node.among]
    return None if not column or None in values else Q(**{f"{column}__in": values})


def _column(path: Path, entity: Entity) -> tuple[str, Kind]:
    """How Django calls what a path leads to; empty where it is no column."""
    names = []
    for name in path.links:
        link = entity.links[name]
        entity = link.to
        if not link.column or entity is OBSERVATION:
            return "", Kind.ANY
        names.append(link.column)
    prop = entity.props[path.name]
    if path.inside or not prop.column:
        return "", Kind.ANY
    return "__".join([*names, prop.column]), prop.kind


def _value(kind: Kind, op: str, value: Any) -> Any:
    """The literal as the column's type, where both databases compare the two as the evaluator does."""
    if kind is Kind.ID and isinstance(value, int) and not isinstance(value, bool) and abs(value) < BIGGEST:
        return value
    if kind is Kind.TEXT and isinstance(value, str) and op == "eq" and "\0" not in value:
        return value
    if kind is Kind.INSTANT and isinstance(value, Instant):
        return value.moment if value.is_kept else None
    return None


# --- for Store.scan


def pushed(node: Node | None) -> Where:
    """Bounds that every observation of the filter keeps: of its datastream, its time and its numeric result."""
    if isinstance(node, Logic) and node.op == "and":
        where = Where()
        for part in node.parts:
            where = where.within(pushed(part))
        return where
    if not isinstance(node, Binary) or node.op not in LOOKUPS:
        return Where()
    op, path, literal = node.op, node.left, node.right
    if isinstance(path, Literal):
        op, path, literal = TURNED[op], node.right, node.left
    if not isinstance(path, Path) or not isinstance(literal, Literal) or path.inside:
        return Where()
    return _pushed(path, op, literal.value)


def _pushed(path: Path, op: str, value: Any) -> Where:
    if path == Path((DATASTREAM.single,), "id") and op == "eq" and is_number(value):
        return Where(datastreams=frozenset({int(value)} if value == int(value) and 0 < value < 2**31 else ()))
    if path == Path((), "phenomenonTime") and isinstance(value, Instant):
        return _times(op, value.us)
    if path == Path((), "result") and is_number(value) and abs(value) < 2**53:
        return _numbers(op, float(value))
    return Where()


def _times(op: str, at: int) -> Where:
    """Whatever ends by an instant began by then; what equals it begins with it."""
    return Where(since=at if op in ("gt", "ge", "eq") else None, until=None if op in ("gt", "ge") else at + 1)


def _numbers(op: str, number: float) -> Where:
    low = number if op in ("ge", "eq") else nextafter(number, float("inf")) if op == "gt" else None
    high = number if op in ("le", "eq") else nextafter(number, float("-inf")) if op == "lt" else None
    return Where(low=low, high=high)
