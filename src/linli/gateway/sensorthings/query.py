"""The system query options of an address, read into one `Query`; `$expand` holds more of them."""

from dataclasses import dataclass, field, replace
from urllib.parse import quote, unquote_plus

from django.utils.translation import gettext as _

from linli.gateway.sensorthings.ast import Node, Order
from linli.gateway.sensorthings.entities import Entity, Link
from linli.gateway.sensorthings.errors import malformed
from linli.gateway.sensorthings.grammar import parse_filter, parse_order

PAGE, MOST = 100, 1000  # rows: by default, and at most
DEEPEST, WIDEST = 8, 40  # of $expand
OPTIONS = ("$filter", "$expand", "$select", "$orderby", "$top", "$skip", "$count", "$resultFormat")
SPELT = {option.lower(): option for option in OPTIONS}  # some clients write $orderBy
MOST_SKIPPED = 2**62


@dataclass(frozen=True)
class Expand:
    link: Link
    query: "Query"


@dataclass(frozen=True)
class Query:
    """select: names, or None for all.  top: as asked, None where nothing was.  said: the options as written."""

    filter: Node | None = None
    order: tuple[Order, ...] = ()
    select: tuple[str, ...] | None = None
    expand: tuple[Expand, ...] = ()
    top: int | None = None
    skip: int = 0
    count: bool = False
    data_array: bool = False
    said: dict[str, str] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Rows on one page."""
        return PAGE if self.top is None else min(self.top, MOST)

    def wants(self, name: str) -> bool:
        return self.select is None or name in self.select

    def after(self) -> str:
        """The options of the next page, as they stand in an address."""
        said = {**self.said, "$skip": str(self.skip + self.size)}
        return "&".join(f"{name}={quote(value, safe=SAFE)}" for name, value in said.items())


SAFE = "$(),/:;='@*!.-_~"


def read_query(text: str, entity: Entity) -> Query:
    """What stands after the question mark of an address, still encoded.

    Raises:
        BadRequest: an option that the standard does not know, one given twice, or one that cannot be read.
    """
    said: dict[str, str] = {}
    for part in filter(None, text.split("&")):
        if "=" not in part:  # some clients encode the sign, too
            name, _sign, value = unquote_plus(part).partition("=")
        else:
            name, value = map(unquote_plus, part.split("=", 1))
        _take(said, name.strip(), value)
    return _query(said, entity, 0)


def _take(said: dict[str, str], name: str, value: str) -> None:
    if not name.startswith("$"):
        return  # a custom option, which is anybody's own
    if (name := SPELT.get(name.lower(), name)) not in OPTIONS:
        raise malformed(name, value, _("There is no such query option."))
    if name in said:
        raise malformed(name, value, _("This query option is given twice."))
    said[name] = value.strip()


def _query(said: dict[str, str], entity: Entity, depth: int) -> Query:
    return Query(
        filter=parse_filter(said["$filter"], entity) if "$filter" in said else None,
        order=parse_order(said["$orderby"], entity) if "$orderby" in said else (),
        select=_select(said["$select"], entity) if "$select" in said else None,
        expand=_expand(said["$expand"], entity, depth) if "$expand" in said else (),
        top=_number("$top", said["$top"]) if "$top" in said else None,
        skip=_number("$skip", said["$skip"]) if "$skip" in said else 0,
        count=_truth("$count", said["$count"]) if "$count" in said else False,
        data_array=_format(said["$resultFormat"], entity) if "$resultFormat" in said else False,
        said=said,
    )


def _number(name: str, value: str) -> int:
    if not (value.isascii() and value.isdecimal() and len(value) < 20 and int(value) < MOST_SKIPPED):
        raise malformed(name, value, _("Write a whole number, 0 or more."))
    return int(value)


def _truth(name: str, value: str) -> bool:
    if value not in ("true", "false"):
        raise malformed(name, value, _("Write true or false."))
    return value == "true"


def _format(value: str, entity: Entity) -> bool:
    if value != "dataArray" or entity.plural != "Observations":
        raise malformed("$resultFormat", value, _("Only observations are told as a dataArray."))
    return True


def _select(value: str, entity: Entity) -> tuple[str, ...]:
    names = []
    for given in value.split(","):
        name = "id" if given.strip() == "@iot.id" else given.strip()
        if name not in entity.props and name not in entity.links and name not in CONTROL:
            raise malformed("$select", name, _("There is no such property."))
        names.append(name)
    return tuple(names)


CONTROL = ("@iot.selfLink", "selfLink")


def _expand(value: str, entity: Entity, depth: int) -> tuple[Expand, ...]:
    if depth >= DEEPEST:
        raise malformed("$expand", value, _("It is nested too deep."))
    found: dict[str, Expand] = {}
    for item in _split(value, ","):
        expand = _item(item.strip(), entity, depth)
        name = expand.link.name
        found[name] = _merged(found[name], expand) if name in found else expand
    if len(found) > WIDEST:
        raise malformed("$expand", value, _("It is too long."))
    return tuple(found.values())


def _item(item: str, entity: Entity, depth: int) -> Expand:
    """`Link`, `Link/Link` or `Link($option=…;…)`."""
    head, opens, rest = item.partition("(")
    name, slash, further = head.strip().partition("/")
    link = entity.links.get(name.strip())
    if link is None:
        raise malformed("$expand", name, _("There is no such link."))
    if slash:
        inner = _expand(further + opens + rest, link.to, depth + 1)
        return Expand(link, Query(expand=inner))
    if not opens:
        return Expand(link, Query())
    if not rest.endswith(")"):
        raise malformed("$expand", item, _("A parenthesis is not closed."))
    said: dict[str, str] = {}
    for option in _split(rest[:-1], ";"):
        name, _sign, value = option.strip().partition("=")
        if not name.startswith("$") or name == "$resultFormat":
            raise malformed("$expand", option, _("There is no such query option."))
        _take(said, name.strip(), value)
    return Expand(link, _query(said, link.to, depth + 1))


def _merged(one: Expand, other: Expand) -> Expand:
    """The same link named twice, as in Datastreams/Sensor,Datastreams/ObservedProperty."""
    expands = {each.link.name: each for each in one.query.expand}
    for each in other.query.expand:
        name = each.link.name
        expands[name] = _merged(expands[name], each) if name in expands else each
    fuller = one.query if one.query.said else other.query
    return Expand(one.link, replace(fuller, expand=tuple(expands.values())))


def _split(text: str, sign: str) -> list[str]:
    """The parts between `sign`, but for signs inside quotes and parentheses."""
    parts, depth, quoted, begun = [], 0, False, 0
    for at, char in enumerate(text):
        if char == "'":
            quoted = not quoted
        elif not quoted and char == "(":
            depth += 1
        elif not quoted and char == ")":
            depth -= 1
        elif not quoted and not depth and char == sign:
            parts.append(text[begun:at])
            begun = at + 1
        if depth < 0:
            raise malformed("$expand", text, _("A parenthesis is closed that was not opened."))
    if depth or quoted:
        raise malformed("$expand", text, _("A parenthesis or a quote is not closed."))
    return [*parts, text[begun:]]
