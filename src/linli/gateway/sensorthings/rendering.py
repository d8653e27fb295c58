"""Entities as JSON: control information, properties, links, and what was expanded."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from linli.gateway.sensorthings.entities import DATASTREAM, OBSERVATION, Entity
from linli.gateway.sensorthings.paths import Collection
from linli.gateway.sensorthings.query import SAFE, Expand, Query
from linli.gateway.sensorthings.relations import Relations
from linli.gateway.sensorthings.selecting import choose, select
from linli.gateway.sensorthings.times import Instant, Interval, write_time


class Renderer:
    """Writes rows for one request. base: the service's root, with a slash at its end."""

    def __init__(self, base: str, relations: Relations) -> None:
        self.base, self.relations = base, relations

    def link(self, entity: Entity, key: int) -> str:
        return f"{self.base}{entity.plural}({key})"

    def collection(self, collection: Collection, query: Query, address: str) -> dict[str, Any]:
        """A page of a set; `address` is that of the set, for the link to the next page."""
        page = select(collection, query, self.relations)
        told: dict[str, Any] = {} if page.count is None else {"@iot.count": page.count}
        if page.more and query.size:
            told["@iot.nextLink"] = f"{address}?{query.after()}"
        return {**told, "value": self.entities(collection.entity, page.rows, query)}

    def entities(
        self, entity: Entity, rows: Sequence[Any], query: Query, *, inner: bool = False
    ) -> list[dict[str, Any]]:
        """Many rows of one entity, their links read together.

        inner: they were expanded, and tell their links only where those are selected, as the standard's examples do.
        """
        if entity is DATASTREAM and (query.wants("phenomenonTime") or query.wants("resultTime")):
            self.relations.observations.add_extents(rows)
        told = [self._entity(entity, row, query, inner=inner) for row in rows]
        for expand in query.expand:
            self._expand(entity, rows, told, expand)
        return told

    def _entity(self, entity: Entity, row: Any, query: Query, *, inner: bool) -> dict[str, Any]:
        here = self.link(entity, row.pk)
        told: dict[str, Any] = {}
        if query.select is None or "@iot.selfLink" in query.select or "selfLink" in query.select:
            told["@iot.selfLink"] = here
        if query.wants("id"):
            told["@iot.id"] = row.pk
        for prop in entity.props.values():
            if prop.name != "id" and query.wants(prop.name):
                value = prop.read(row)
                if value is not None or prop.shown:
                    told[prop.name] = plain(value)
        for name in entity.links:
            if query.wants(name) and not (inner and query.select is None):
                told[f"{name}@iot.navigationLink"] = f"{here}/{name}"
        return told

    def _expand(self, entity: Entity, rows: Sequence[Any], told: list[dict[str, Any]], expand: Expand) -> None:
        """Put what a link leads to into each of the rows' answers."""
        link, query = expand.link, expand.query
        if link.to is OBSERVATION:
            self._expand_observations(entity, rows, told, expand)
            return
        self.relations.load(entity, link, rows)
        ends = [list(self.relations(entity, link.name, row)) for row in rows]
        if link.many:
            pages = [choose(each, query, link.to, self.relations) for each in ends]
            self._put_many(entity, rows, told, expand, pages)
            return
        every = {row.pk: row for several in ends for row in several}
        inner = dict(zip(every, self.entities(link.to, list(every.values()), query, inner=True), strict=True))
        for answer, several in zip(told, ends, strict=True):
            if several:
                answer[link.name] = inner[several[0].pk]

    def _expand_observations(
        self, entity: Entity, rows: Sequence[Any], told: list[dict[str, Any]], expand: Expand
    ) -> None:
        if entity is DATASTREAM:
            self.relations.observations.see(row.pk for row in rows)
        pages = [
            select(Collection(OBSERVATION, row, expand.link, entity), expand.query, self.relations) for row in rows
        ]
        self._put_many(entity, rows, told, expand, pages)

    def _put_many(
        self, entity: Entity, rows: Sequence[Any], told: list[dict[str, Any]], expand: Expand, pages: Sequence[Any]
    ) -> None:
        name, query = expand.link.name, expand.query
        flat = iter(self.entities(expand.link.to, [row for page in pages for row in page.rows], query, inner=True))
        for answer, row, page in zip(told, rows, pages, strict=True):
            if page.count is not None:
                answer[f"{name}@iot.count"] = page.count
            answer[name] = [next(flat) for _ in page.rows]
            if page.more and query.size:
                answer[f"{name}@iot.nextLink"] = f"{self.link(entity, row.pk)}/{name}?{query.after()}"

    def references(self, collection: Collection, query: Query, address: str) -> dict[str, Any]:
        """Only the links to the members of a set."""
        page = select(collection, query, self.relations)
        told: dict[str, Any] = {} if page.count is None else {"@iot.count": page.count}
        if page.more and query.size:
            told["@iot.nextLink"] = f"{address}/$ref?{query.after()}"
        links = [{"@iot.selfLink": self.link(collection.entity, row.pk)} for row in page.rows]
        return {**told, "value": links}


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    return write_time(value) if isinstance(value, Instant | Interval) else value


def encoded(address: str) -> str:
    return quote(address, safe=SAFE)
