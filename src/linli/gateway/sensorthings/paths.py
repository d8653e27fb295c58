"""Which entity, set, property or reference an address names: the eight usages of the standard's clause 9.2."""

import re
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from linli.core.errors import NotFound
from linli.gateway.sensorthings.entities import BY_SET, OBSERVATION, Entity, Link
from linli.gateway.sensorthings.errors import BadRequest, malformed
from linli.gateway.sensorthings.evaluate import dig
from linli.gateway.sensorthings.relations import Relations
from linli.gateway.sensorthings.stored import Where

POSITIONS = re.compile(r"([^\[\]]+)((?:\[\d{1,6}\])+)", re.ASCII)
SEGMENT = re.compile(r"(\$?[A-Za-z@.]\w*)(?:\((.*)\))?", re.DOTALL)
MOST_SEGMENTS = 30
BIGGEST = 2**63


@dataclass(frozen=True)
class Collection:
    """An entity set, or what a link to many leads to from `parent`."""

    entity: Entity
    parent: Any = None
    link: Link | None = None
    source: Entity | None = None  # of the parent

    def rows(self) -> QuerySet[Any]:
        """Its rows in the database; not for observations."""
        rows = self.entity.rows()
        if self.source is None:
            return rows
        return rows.filter(**{self.entity.link_to(self.source).column: self.parent.pk})

    def where(self) -> Where:
        """Its observations."""
        if self.source is None:
            return Where()
        if self.source.plural == "Datastreams":
            return Where(datastreams=frozenset({self.parent.pk}))
        return Where(feature=self.parent.pk)

    def get(self, key: int, relations: Relations) -> Any:
        """Its member with this id.

        Raises:
            NotFound: it has none.
        """
        if self.entity is OBSERVATION:
            found = relations.observations.get(key)
            fits = found is not None and (self.source is None or self._holds(found))
            row = found if fits else None
        else:
            row = self.rows().filter(pk=key).first() if 0 < key < BIGGEST else None
        if row is None:
            raise NotFound
        return row

    def _holds(self, row: Any) -> bool:
        where = self.where()
        return row.datastream_id in (where.datastreams or {row.datastream_id}) and (
            where.feature is None or row.feature_id == where.feature
        )


@dataclass(frozen=True)
class Target:
    """What an address ends in. Exactly one of `collection` (a set) and `row` (an entity) is there.

    prop: a property of the row, with `inside` leading into it.  last: how the address names its end.  raw: `$value`.
    ref: `$ref`.
    """

    entity: Entity
    collection: Collection | None = None
    row: Any = None
    prop: str = ""
    inside: tuple[str, ...] = ()
    last: str = ""
    raw: bool = False
    ref: bool = False

    def value(self) -> Any:
        """Of the property that is named.

        Raises:
            NotFound: nothing lies so deep inside it.
        """
        value = self.entity.props[self.prop].read(self.row)
        if self.inside and (value := dig(value, self.inside)) is None:
            raise NotFound
        return value


def resolve(address: str, relations: Relations) -> Target:
    """What `address`, below the service's root, names.

    Raises:
        NotFound: no such set, link, property or entity; an id that is no number.
        BadRequest: a segment that is no name, or too many of them.
    """
    segments = address.strip("/").split("/")
    if len(segments) > MOST_SEGMENTS:
        raise BadRequest
    name, key = _read(segments[0])
    if name not in BY_SET:
        raise NotFound(_("There is no such entity set: %(name)s.") % {"name": name[:80]})
    target = _at(Collection(BY_SET[name]), key, relations)
    for at, segment in enumerate(segments[1:], start=1):
        if target.row is not None and not target.ref and _is_property(target.entity, segment):
            return _property(target, segments[at:])
        target = _step(target, segment, relations)
    return target


def _step(target: Target, segment: str, relations: Relations) -> Target:
    if segment == "$ref" and not target.ref:
        return Target(target.entity, target.collection, target.row, ref=True)
    if target.ref or target.row is None:
        raise NotFound(_("Nothing lies behind this: %(name)s.") % {"name": segment[:80]})
    name, key = _read(segment)
    link = target.entity.links.get(name)
    if link is None:
        raise NotFound(_("There is no such property or link: %(name)s.") % {"name": name[:80]})
    if link.many:
        return _at(Collection(link.to, target.row, link, target.entity), key, relations)
    if key is not None:
        raise malformed("address", segment, _("This link leads to one entity; it takes no id."))
    row = next(iter(relations(target.entity, name, target.row)), None)
    if row is None:
        raise NotFound
    return Target(link.to, row=row)


def _at(collection: Collection, key: str | None, relations: Relations) -> Target:
    if key is None:
        return Target(collection.entity, collection)
    return Target(collection.entity, row=collection.get(read_id(key), relations))


def read_id(text: str) -> int:
    """An id in an address.

    Raises:
        NotFound: it is no whole number, and so no entity's.
    """
    text = text.strip()
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 40):
        raise NotFound(_("An id is a whole number."))
    return int(text)


def _read(segment: str) -> tuple[str, str | None]:
    found = SEGMENT.fullmatch(segment)
    if found is None:
        raise malformed("address", segment, _("This is neither a name nor a name with an id."))
    return found[1], found[2]


def _is_property(entity: Entity, segment: str) -> bool:
    name = _positions(segment)[0]
    return ("id" if name == "@iot.id" else name) in entity.props


def _property(target: Target, segments: list[str]) -> Target:
    name, *positions = _positions(segments[0])
    name = "id" if name == "@iot.id" else name
    raw = segments[-1] == "$value" and len(segments) > 1
    steps = segments[1:-1] if raw else segments[1:]
    inside = (*positions, *(each for step in steps for each in _positions(step)))
    if (inside and not target.entity.props[name].is_free) or any(each.startswith("$") for each in inside):
        raise NotFound
    return Target(target.entity, row=target.row, prop=name, inside=inside, raw=raw, last=(steps or segments)[-1])


def _positions(segment: str) -> list[str]:
    """`list[0][1]` as a name and the places in a list that follow it; any other segment as it stands."""
    found = POSITIONS.fullmatch(segment)
    return [segment] if found is None else [found[1], *found[2].strip("[]").split("][")]
