"""What stands at the other end of links, read for many rows at once and remembered for one request."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet

from linli.gateway.sensorthings.entities import DATASTREAM, FEATURE, OBSERVATION, Entity, Link
from linli.gateway.sensorthings.evaluate import Expression
from linli.gateway.sensorthings.stored import Stored, Where

Key = tuple[str, str, int]


class Relations:
    """Calling it gives the rows at the other end of one link of one row; `load` reads them for many."""

    def __init__(self) -> None:
        self.observations = Stored()
        self.known: dict[Key, list[Any]] = {}

    def __call__(self, entity: Entity, name: str, row: Any) -> Iterable[Any]:
        link = entity.links[name]
        if link.to is OBSERVATION:
            return self.observations.rows(observations_of(entity, row))
        key = (entity.plural, name, row.pk)
        if key not in self.known:
            self.load(entity, link, [row])
        return self.known[key]

    def load(self, entity: Entity, link: Link, rows: Sequence[Any]) -> None:
        """Read the other end of a link for all rows: one statement, or two where many meet many."""
        new = [row for row in rows if (entity.plural, link.name, row.pk) not in self.known]
        if not new or link.to is OBSERVATION:
            return
        found = _one(entity, link, new) if not link.many else _many(entity, link, [row.pk for row in new])
        for row in new:
            self.known[(entity.plural, link.name, row.pk)] = found.get(row.pk, [])

    def prepare(self, expression: Expression, rows: Sequence[Any], entity: Entity) -> None:
        """Read ahead whatever an expression will ask of these rows."""
        ends: dict[tuple[str, ...], list[Any]] = {(): list(rows)}
        self._extents(expression, (), entity, ends[()])
        for links, source in expression.steps:
            if source.links[links[-1]].to is OBSERVATION or links[:-1] not in ends:
                continue  # observations are read one by one, and what follows them too
            link = source.links[links[-1]]
            self.load(source, link, ends[links[:-1]])
            known = (self.known[(source.plural, link.name, row.pk)] for row in ends[links[:-1]])
            ends[links] = list({row.pk: row for several in known for row in several}.values())
            self._extents(expression, links, link.to, ends[links])

    def _extents(self, expression: Expression, links: tuple[str, ...], entity: Entity, rows: list[Any]) -> None:
        if entity is DATASTREAM and expression.asks_extent(links):
            self.observations.add_extents(rows)


def observations_of(entity: Entity, row: Any) -> Where:
    return Where(datastreams=frozenset({row.pk})) if entity is DATASTREAM else Where(feature=row.pk)


def _one(entity: Entity, link: Link, rows: Sequence[Any]) -> dict[int, list[Any]]:
    attribute = {DATASTREAM.plural: "datastream_id", FEATURE.plural: "feature_id"} if entity is OBSERVATION else {}
    name = attribute.get(link.target) or f"{link.column}_id"
    ends = {row.pk: getattr(row, name) for row in rows}
    found = link.to.rows().in_bulk(sorted({end for end in ends.values() if end is not None}))
    return {key: [found[end]] for key, end in ends.items() if end in found}


def _many(entity: Entity, link: Link, keys: list[int]) -> dict[int, list[Any]]:
    """The rows that many lead to, in the order of their ids."""
    assert entity.model is not None
    field: Any = entity.model._meta.get_field(link.column)
    found: dict[int, list[Any]] = {}
    if not field.many_to_many:
        name = field.field.attname
        for row in link.to.rows().filter(**{f"{name}__in": keys}).order_by("pk"):
            found.setdefault(getattr(row, name), []).append(row)
        return found
    pairs = _pairs(field, keys)
    rows = link.to.rows().in_bulk(sorted({end for _start, end in pairs}))
    for start, end in sorted(pairs):
        if end in rows:
            found.setdefault(start, []).append(rows[end])
    return found


def _pairs(field: Any, keys: list[int]) -> list[tuple[int, int]]:
    """Which of one side stand with which of the other, whichever side declares the field."""
    forward = field if hasattr(field, "m2m_field_name") else field.field
    names = forward.m2m_field_name(), forward.m2m_reverse_field_name()
    start, end = names if forward is field else names[::-1]
    through: QuerySet[Any] = forward.remote_field.through._default_manager.filter(**{f"{start}__in": keys})
    return list(through.values_list(f"{start}_id", f"{end}_id"))
