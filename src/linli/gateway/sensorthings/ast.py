"""What a filter or an order says, as a tree. Made by `grammar`, read by `evaluate` and `compile`."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written down: text, number, truth, None, or a time, date, duration or shape."""

    value: Any
    offset: int = 0  # minutes, of a time


@dataclass(frozen=True, slots=True)
class Path:
    """`links` are followed first; then `name` is a property, and `inside` leads into its JSON (names and positions)."""

    links: tuple[str, ...]
    name: str
    inside: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True)
class Not:
    of: "Node"


@dataclass(frozen=True, slots=True)
class Minus:
    of: "Node"


@dataclass(frozen=True, slots=True)
class Logic:
    """op: and, or; two parts or more, so that a long row of them is no deep tree."""

    op: str
    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Binary:
    """op: eq ne gt ge lt le add sub mul div mod."""

    op: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class In:
    of: "Node"
    among: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    given: tuple["Node", ...]


Node = Literal | Path | Not | Minus | Logic | Binary | In | Call


@dataclass(frozen=True, slots=True)
class Order:
    by: Node
    descending: bool = False


LOGIC = frozenset({"and", "or"})
COMPARISONS = frozenset({"eq", "ne", "gt", "ge", "lt", "le"})


def children(node: Node) -> tuple[Node, ...]:
    match node:
        case Logic(_, parts):
            return parts
        case Binary(_, left, right):
            return (left, right)
        case Not(of) | Minus(of):
            return (of,)
        case In(of, among):
            return (of, *among)
        case Call(_, given):
            return given
        case _:
            return ()


def paths(node: Node) -> list[Path]:
    """Every path in it, from left to right."""
    if isinstance(node, Path):
        return [node]
    return [path for child in children(node) for path in paths(child)]
