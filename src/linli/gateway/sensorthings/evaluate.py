"""Filters and orders evaluated in memory, row by row: what is true, whatever is compiled or pushed down elsewhere.

A path that leads through a link to many means "one of them": `Datastreams/name eq 'a' and Datastreams/id gt 3` is true
of a thing that has one datastream for which both hold, as one join would say. Where there is none, its values are null.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from linli.gateway.sensorthings.ast import (
    COMPARISONS,
    Binary,
    Call,
    In,
    Literal,
    Logic,
    Minus,
    Node,
    Not,
    Order,
    Path,
    children,
    paths,
)  # fmt: skip
from linli.gateway.sensorthings.comparing import compare, digits, is_number, reckon
from linli.gateway.sensorthings.entities import Entity
from linli.gateway.sensorthings.errors import malformed
from linli.gateway.sensorthings.functions import FUNCTIONS, Dated, bare
from linli.gateway.sensorthings.times import Instant, Interval, span
from linli.gateway.sensorthings.tokens import Clock, Duration

Links = tuple[str, ...]
Bound = Mapping[Links, Any]  # which row stands at the end of which links
Value = Callable[[Bound], Any]
Related = Callable[[Entity, str, Any], Iterable[Any]]  # entity, link, row -> the rows at its other end
MOST_LINKS = 12
LONGEST_POSITION = 10  # digits


class Expression:
    """A tree made ready for rows of one entity. `related` finds the rows at the other end of a link."""

    def __init__(self, node: Node, entity: Entity, related: Related) -> None:
        self.value, self.related = _compiled(node, entity), related
        self.paths = paths(node)
        found = {path.links[:depth] for path in self.paths for depth in range(1, len(path.links) + 1)}
        self.steps = [(links, entity.follow(links[:-1])) for links in sorted(found, key=len)]
        if len(self.steps) > MOST_LINKS:
            raise malformed("$filter", len(self.steps), _("It leads through too many links."))

    def holds(self, row: Any) -> bool:
        """Whether the filter is true of a row."""
        return self._holds(0, {(): row})

    def first(self, row: Any) -> Any:
        """Its value for a row; along a link to many, for the first of them."""
        bound: dict[Links, Any] = {(): row}
        for links, entity in self.steps:
            parent = bound[links[:-1]]
            bound[links] = None if parent is None else next(iter(self.related(entity, links[-1], parent)), None)
        return bare(self.value(bound))

    def asks_extent(self, links: Links) -> bool:
        """Whether it asks when the datastreams at the end of these links were observed."""
        return any(path.links == links and path.name in ("phenomenonTime", "resultTime") for path in self.paths)

    def _holds(self, step: int, bound: dict[Links, Any]) -> bool:
        if step == len(self.steps):
            return self.value(bound) is True
        links, entity = self.steps[step]
        parent, none = bound[links[:-1]], True
        for row in self.related(entity, links[-1], parent) if parent is not None else ():
            none = False
            bound[links] = row
            if self._holds(step + 1, bound):
                return True
        bound[links] = None
        return none and self._holds(step + 1, bound)


def rank(value: Any) -> tuple[Any, ...]:
    """A key by which any two values can be sorted: null first, then truth, numbers, times, texts, the rest."""
    if value is None:
        return (0,)
    if isinstance(value, bool):
        return (1, value)
    if is_number(value):
        return (2, value)
    if isinstance(value, Instant | Interval):
        return (3, span(value)[0])
    if isinstance(value, Clock | Duration):
        return (4, value.us)
    return (5, value) if isinstance(value, str) else (6, repr(value))


class Sorted:
    """A key for `sorted` and heaps out of an order: several expressions, each up or down."""

    def __init__(self, orders: Sequence[Order], entity: Entity, related: Related) -> None:
        self.parts = [(Expression(order.by, entity, related), order.descending) for order in orders]

    def key(self, row: Any) -> tuple[Any, ...]:
        ranks = ((rank(by.first(row)), down) for by, down in self.parts)
        return tuple(Down(value) if down else value for value, down in ranks)


class Down:
    """Turns a comparison round."""

    __slots__ = ("value",)

    def __init__(self, value: tuple[Any, ...]) -> None:
        self.value = value

    def __lt__(self, other: "Down") -> bool:
        return other.value < self.value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Down) and other.value == self.value

    __hash__ = None  # type: ignore[assignment]


# --- from the tree to functions


def _compiled(node: Node, entity: Entity) -> Value:
    return MAKERS[type(node)](node, entity)


def _literal(node: Literal, _entity: Entity) -> Value:
    value = Dated(node.value, node.offset) if node.offset else node.value
    return lambda bound: value


def _path(node: Path, entity: Entity) -> Value:
    links, read, inside = node.links, entity.follow(node.links).prop(node.name).read, node.inside

    def find(bound: Bound) -> Any:
        row = bound[links]
        return None if row is None else dig(read(row), inside)

    return find


def dig(value: Any, inside: Iterable[str | int]) -> Any:
    """What lies inside JSON; None where nothing does. A digit leads into a list, and to a member called so."""
    for step in inside:
        if isinstance(value, dict):
            value = value.get(str(step))
        elif isinstance(value, list) and (at := _position(step)) is not None and at < len(value):
            value = value[at]
        else:
            return None
    return value


def _position(step: str | int) -> int | None:
    """The place in a list that a step names; None where it names none, or one that no list reaches."""
    if isinstance(step, int):
        return step
    return int(step) if step.isdecimal() and len(step) < LONGEST_POSITION else None


def _not(node: Not, entity: Entity) -> Value:
    of = _compiled(node.of, entity)
    return lambda bound: None if not isinstance(said := of(bound), bool) else not said


def _minus(node: Minus, entity: Entity) -> Value:
    of = _compiled(node.of, entity)

    def negate(bound: Bound) -> Any:
        value = of(bound)
        return -value if is_number(value) else Duration(-value.us) if isinstance(value, Duration) else None

    return negate


def _logic(node: Logic, entity: Entity) -> Value:
    parts, ends = [_compiled(part, entity) for part in node.parts], node.op == "or"

    def join(bound: Bound) -> bool | None:
        unknown = False
        for part in parts:
            said = part(bound)
            if said is ends:
                return ends
            unknown = unknown or not isinstance(said, bool)
        return None if unknown else not ends

    return join


def _binary(node: Binary, entity: Entity) -> Value:
    left, right, op = _compiled(node.left, entity), _compiled(node.right, entity), node.op
    if op not in COMPARISONS:
        return lambda bound: reckon(op, bare(left(bound)), bare(right(bound)))
    if _is_null(node.left) or _is_null(node.right):
        return _against_null(op, left, right)
    is_free = _is_free(node.left, entity), _is_free(node.right, entity)
    if any(is_free):
        return _of_json(op, left, right, is_free)
    return lambda bound: compare(op, bare(left(bound)), bare(right(bound)))


def _of_json(op: str, left: Value, right: Value, is_free: tuple[bool, bool]) -> Value:
    """What lies in JSON, such as a result, is read as it is written where it is compared with a text; no text is ever
    read as a number."""

    def ask(bound: Bound) -> bool | None:
        one, other = bare(left(bound)), bare(right(bound))
        if is_free[0] and isinstance(other, str):
            one = _written(one)
        elif is_free[1] and isinstance(one, str):
            other = _written(other)
        return compare(op, one, other)

    return ask


def _written(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return digits(value) if is_number(value) else value


def _against_null(op: str, left: Value, right: Value) -> Value:
    """Only `eq null` and `ne null` ask something; what is greater than null is not known."""
    if op not in ("eq", "ne"):
        return lambda bound: None
    return lambda bound: (left(bound) is None and right(bound) is None) == (op == "eq")


def _is_null(node: Node) -> bool:
    return isinstance(node, Literal) and node.value is None


def _is_free(node: Node, entity: Entity) -> bool:
    return isinstance(node, Path) and entity.follow(node.links).prop(node.name).is_free


def _in(node: In, entity: Entity) -> Value:
    of, among = _compiled(node.of, entity), [_compiled(each, entity) for each in node.among]

    def ask(bound: Bound) -> bool | None:
        value, there = bare(of(bound)), [bare(each(bound)) for each in among]
        said = [compare("eq", value, one) for each in there for one in (each if isinstance(each, list) else [each])]
        return True if True in said else None if value is None else False

    return ask


def _call(node: Call, entity: Entity) -> Value:
    call, given = FUNCTIONS[node.name].call, [_compiled(each, entity) for each in children(node)]

    def ask(bound: Bound) -> Any:
        values = [each(bound) for each in given]
        if any(value is None for value in values):
            return None
        return call(*values)

    return ask


MAKERS: dict[type, Callable[[Any, Entity], Value]] = {
    Literal: _literal, Path: _path, Not: _not, Minus: _minus, Logic: _logic, Binary: _binary, In: _in, Call: _call,
}  # fmt: skip
