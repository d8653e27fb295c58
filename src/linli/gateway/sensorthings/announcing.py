"""What subscribers by MQTT are told of a change, and what publishers make.

A topic is an address below the host, `v1.1/…`, as the standard's clause 14 has it: an entity set, an entity, a property
of one, or what links lead to, each with `?$select=…` or without.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

import orjson
from django.conf import settings
from django.db import transaction

from linli.core.errors import DomainError
from linli.gateway.sensorthings.entities import BY_SET, OBSERVATION, Entity
from linli.gateway.sensorthings.errors import BadRequest
from linli.gateway.sensorthings.paths import Target, resolve
from linli.gateway.sensorthings.query import Query, read_query
from linli.gateway.sensorthings.relations import Relations
from linli.gateway.sensorthings.rendering import Renderer, plain
from linli.sensing.domain.sender import Sender

PREFIX = "v1.1/"
STEP = re.compile(r"(\w+)(?:\((\d{1,18})\))?")


@dataclass(frozen=True)
class Change:
    """A row that is new or was changed."""

    entity: Entity
    row: Any


def notifications(
    changes: Iterable[Change], topics: Iterable[str], relations: Relations | None = None
) -> list[tuple[str, bytes]]:
    """What to publish: for each change and each of the topics subscribed to that it concerns, topic and payload.

    Topics that are no addresses of the standard are passed over.
    """
    relations = relations or Relations()
    renderer = Renderer(f"{settings.ADDRESS}/sensorthings/{PREFIX}", relations)
    wanted = [(topic, read) for topic in topics if (read := _read(topic)) is not None]
    found = []
    for change in changes:
        for topic, asked in wanted:
            told = asked.told(change, renderer, relations)
            if told is not None:
                found.append((topic, orjson.dumps(told)))
    return found


@dataclass
class _Asked:
    """A topic, read. entity: of what it tells.  address: without a property.  key: of the entity that is named at once,
    None for a set.  prop: one property alone.
    """

    entity: Entity
    address: str
    is_deep: bool
    key: int | None
    prop: str
    query: Query
    _end: Target | DomainError | None = None

    def told(self, change: Change, renderer: Renderer, relations: Relations) -> Any:
        """What this topic is told of a change; None where it is no matter of it."""
        entity, row = change.entity, change.row
        if self.entity is not entity or not self._names(row, relations):
            return None
        if self.prop:
            return {self.prop: plain(entity.props[self.prop].read(row))}
        return renderer.entities(entity, [row], self.query)[0]

    def _names(self, row: Any, relations: Relations) -> bool:
        """Whether a row of its entity stands at the end of the address."""
        if not self.is_deep:
            return self.key in (None, row.pk)
        end = self._resolved(relations)
        if end is None or end.row is not None:
            return end is not None and end.row.pk == row.pk
        assert end.collection is not None
        source = end.collection.source
        assert source is not None
        back = self.entity.link_to(source)
        return any(parent.pk == end.collection.parent.pk for parent in relations(self.entity, back.name, row))

    def _resolved(self, relations: Relations) -> Target | None:
        """Where the address leads now; None where nowhere."""
        if self._end is None:
            try:
                self._end = resolve(self.address, relations)
            except DomainError as error:
                self._end = error
        return None if isinstance(self._end, DomainError) else self._end


def _read(topic: str) -> _Asked | None:
    address, _mark, options = topic.removeprefix(PREFIX).partition("?")
    steps = [found for part in address.split("/") if (found := STEP.fullmatch(part))]
    if not topic.startswith(PREFIX) or len(steps) != address.count("/") + 1 or steps[0][1] not in BY_SET:
        return None
    entity, many, prop = BY_SET[steps[0][1]], True, ""
    for before, step in pairwise(steps):
        link = entity.links.get(step[1])
        if prop or (many and not before[2]):
            return None  # nothing lies behind a set, or a property
        if link is None and step[1] not in entity.props:
            return None
        entity, many, prop = (link.to, link.many, "") if link else (entity, False, step[1])
    if steps[-1][2] and not many:
        return None
    try:
        query = read_query(options, entity)
    except DomainError:
        return None
    key = int(steps[0][2]) if steps[0][2] else None
    links = steps[:-1] if prop else steps
    return _Asked(entity, "/".join(step[0] for step in links), len(links) > 1, key, prop, Query(select=query.select))


def on_publish(topic: str, payload: bytes, received: datetime, *, sender: Sender | None = None) -> int:
    """Make the observation that was published to `v1.1/Datastreams(5)/Observations` or another set of them.

    Returns its id. Durable when it returns.
    Raises:
        BadRequest: the topic is no set of observations, or the body makes none.  NotFound, Away: as over HTTP.
    """
    from linli.gateway.sensorthings import observing
    from linli.gateway.sensorthings.bodies import read_body
    from linli.gateway.sensorthings.creating import Creation
    from linli.gateway.sensorthings.writing import tell

    relations = Relations()
    target = resolve(topic.removeprefix(PREFIX), relations)
    if target.collection is None or target.entity is not OBSERVATION or target.ref or not topic.startswith(PREFIX):
        raise BadRequest
    known, source = {}, target.collection.source
    if source is not None:
        known[OBSERVATION.link_to(source).name] = target.collection.parent
    work = Creation(relations, received)
    with transaction.atomic():
        made = work.create(OBSERVATION, read_body(payload), known)
    observing.store(work.pending, sender=sender or Sender.system(), at=received)
    tell(work.changed)
    return int(made.pk)
