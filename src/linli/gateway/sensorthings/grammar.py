"""From the words of a filter or an order to its tree: a Pratt parser of the standard's expressions (OData 4, 5.1.1).

How tightly each binds, the loosest first: or, and, not, eq ne, lt le gt ge in, add sub, mul div mod, unary minus.
"""

from django.utils.translation import gettext as _

from linli.gateway.sensorthings.ast import LOGIC, Binary, Call, In, Literal, Logic, Minus, Node, Not, Order, Path
from linli.gateway.sensorthings.entities import Entity, Kind
from linli.gateway.sensorthings.errors import BadRequest, malformed
from linli.gateway.sensorthings.functions import FUNCTIONS, PREDICATES
from linli.gateway.sensorthings.times import Instant
from linli.gateway.sensorthings.tokens import Token, tokens

BINDING = {
    "or": 1, "and": 2, "eq": 4, "ne": 4, "lt": 5, "le": 5, "gt": 5, "ge": 5, "in": 5,
    "add": 6, "sub": 6, "mul": 7, "div": 7, "mod": 7,
}  # fmt: skip
NOT, MINUS = 3, 8
CONSTANTS = {"true": True, "false": False, "null": None}
DEEPEST = 60
MOST_WORDS = 4_000
MOST_CHAINED = 150  # sums in all: each may make the tree deeper


def parse_filter(text: str, entity: Entity) -> Node:
    """The tree of a `$filter` over rows of `entity`.

    Raises:
        BadRequest: it is no expression, names what the entity has not, or is neither true nor false.
    """
    parser = _Parser(tokens(text, option="$filter"), entity, "$filter")
    node = parser.expression(0)
    parser.expect_end()
    if not may_be_truth(node, entity):
        raise malformed("$filter", text, _("A filter must say what is true or false."))
    return node


def parse_order(text: str, entity: Entity) -> tuple[Order, ...]:
    """The keys of an `$orderby`, the first counts most.

    Raises:
        BadRequest: as `parse_filter`.
    """
    parser = _Parser(tokens(text, option="$orderby"), entity, "$orderby")
    orders = [parser.order()]
    while parser.take("sign", ","):
        orders.append(parser.order())
    parser.expect_end()
    return tuple(orders)


def may_be_truth(node: Node, entity: Entity) -> bool:
    """Whether an expression can be true: a comparison, a predicate, or a value out of JSON."""
    match node:
        case Literal(value):
            return isinstance(value, bool)
        case Path(links, name, inside):
            return bool(inside) or entity.follow(links).prop(name).is_free
        case Call(name, _):
            return name in PREDICATES
        case Logic(_, parts):
            return all(may_be_truth(part, entity) for part in parts)
        case Binary(op, _, _):
            return BINDING[op] in (4, 5)
        case Not(of):
            return may_be_truth(of, entity)
        case In():
            return True
    return False


class _Parser:
    def __init__(self, words: list[Token], entity: Entity, option: str) -> None:
        if len(words) > MOST_WORDS:
            raise malformed(option, len(words), _("It is too long."))
        self.words, self.entity, self.option = words, entity, option
        self.at = self.depth = self.chained = 0

    @property
    def word(self) -> Token:
        return self.words[self.at]

    def take(self, kind: str, value: str) -> bool:
        """Go past the next word, if it is this one."""
        fits = (self.word.kind, self.word.value) == (kind, value)
        self.at += fits
        return fits

    def expect(self, sign: str) -> None:
        if not self.take("sign", sign):
            raise self.wrong()

    def expect_end(self) -> None:
        if self.word.kind != "end":
            raise self.wrong()

    def wrong(self) -> BadRequest:
        return malformed(self.option, self.word.value or _("the end"), _("Something else is expected at this place."))

    def order(self) -> Order:
        by, word = self.expression(0), self.word
        direction = word.value.lower() if word.kind == "name" else ""  # some clients write ASC and DESC
        self.at += direction in ("asc", "desc")
        return Order(by, descending=direction == "desc")

    def expression(self, binding: int) -> Node:
        """What binds tighter than `binding`."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise malformed(self.option, self.word.value, _("It is nested too deep."))
        left = self.prefix()
        while self.word.kind == "name" and BINDING.get(self.word.value, 0) > binding:
            op = self.word.value
            self.at += 1
            self.chained += isinstance(left, Binary | In)
            if self.chained > MOST_CHAINED:
                raise malformed(self.option, op, _("It is nested too deep."))
            left = In(left, self.among()) if op == "in" else self.joined(op, left)
        self.depth -= 1
        return left

    def among(self) -> tuple[Node, ...]:
        """Values in parentheses, or a path to a list."""
        if (self.word.kind, self.word.value) == ("sign", "("):
            return self.several()
        return (self.expression(BINDING["in"]),)

    def joined(self, op: str, left: Node) -> Node:
        right = self.expression(BINDING[op])
        if op in LOGIC:
            parts = left.parts if isinstance(left, Logic) and left.op == op else (left,)
            return Logic(op, (*parts, right))
        return Binary(op, left, right)

    def prefix(self) -> Node:
        word = self.word
        self.at += 1
        if word.kind == "literal":
            return Literal(word.value, word.offset)
        if word.kind == "sign" and word.value == "(":
            inner = self.expression(0)
            self.expect(")")
            return inner
        if word.kind == "sign" and word.value == "-":
            return _negative(self.expression(MINUS))
        if word.kind != "name" or word.value in BINDING:
            self.at -= 1
            raise self.wrong()
        return self.named(word)

    def named(self, word: Token) -> Node:
        """not, a constant, a function or a path."""
        opens = (self.word.kind, self.word.value) == ("sign", "(")
        if word.value == "not":
            return Not(self.expression(NOT))
        if word.value in CONSTANTS and self.word.kind != "segment":
            return Literal(CONSTANTS[word.value])
        return self.call(word.value) if opens else self.path(word.value)

    def call(self, name: str) -> Node:
        function = FUNCTIONS.get(name)
        if function is None:
            raise malformed(self.option, name, _("There is no such function."))
        given = self.several(may_be_none=True)
        if len(given) not in function.takes:
            raise malformed(self.option, name, _("It is given too few values or too many."))
        if name == "during" and self.is_instant(given[1]):
            raise malformed(self.option, name, _("The second value must be an interval."))
        return Call(name, given)

    def is_instant(self, node: Node) -> bool:
        """Whether it can be no interval."""
        if isinstance(node, Literal):
            return isinstance(node.value, Instant)
        return isinstance(node, Path) and self.entity.follow(node.links).prop(node.name).kind is Kind.INSTANT

    def several(self, *, may_be_none: bool = False) -> tuple[Node, ...]:
        """Values in parentheses, with commas between."""
        self.expect("(")
        if may_be_none and self.take("sign", ")"):
            return ()
        found = [self.expression(0)]
        while self.take("sign", ","):
            found.append(self.expression(0))
        self.expect(")")
        return tuple(found)

    def path(self, first: str) -> Path:
        """Links of the entity, then a property, then names and positions inside its JSON."""
        names: list[str | int] = [first]
        while self.word.kind in ("segment", "position"):
            names.append(self.word.value)
            self.at += 1
        return read_path(names, self.entity, self.option)


def read_path(names: list[str | int], entity: Entity, option: str) -> Path:
    """A path over `entity`, by the names in it.

    Raises:
        BadRequest: the entity has no such property, or nothing lies inside it.
    """
    links: list[str] = []
    for at, name in enumerate(names):
        if isinstance(name, str) and name in entity.links:
            links.append(name)
            entity = entity.links[name].to
            continue
        prop = entity.props.get("id" if name == "@iot.id" else name) if isinstance(name, str) else None
        inside = tuple(names[at + 1 :])
        if prop is None or (inside and not prop.is_free):
            raise malformed(option, name, _("There is no such property."))
        return Path(tuple(links), prop.name, inside)
    return Path(tuple(links), "id")  # a link alone is compared by its id


def _negative(node: Node) -> Node:
    if isinstance(node, Literal) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        return Literal(-node.value)
    return Minus(node)
