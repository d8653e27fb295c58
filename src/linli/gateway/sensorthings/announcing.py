"""What subscribers by MQTT are told of a change, and what publishers make.

A topic is an address below the host, `v1.1/…`, as the standard's clause 14 has it: an entity set, an entity, a property
of one, or a set that a link leads to, each with `?$select=…` or without.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.conf import settings
from django.db import transaction

from linli.core.errors import DomainError
from linli.gateway.sensorthings.entities import BY_SET, OBSERVATION, Entity
from linli.gateway.sensorthings.errors import BadRequest
from linli.gateway.sensorthings.query import Query, read_query
from linli.gateway.sensorthings.relations import Relations
from linli.gateway.sensorthings.rendering import Renderer, plain
from linli.sensing.domain.sender import Sender

PREFIX = "v1.1/"
TOPIC = re.compile(r"(\w+)(?:\((\d{1,18})\))?(?:/(\w+))?")


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


@dataclass(frozen=True)
class _Asked:
    """A topic, read. key: of the entity it begins with, None for a set.  rest: a property or a link."""

    entity: Entity
    key: int | None
    rest: str
    query: Query

    def told(self, change: Change, renderer: Renderer, relations: Relations) -> Any:
        """What this topic is told of a change; None where it is no matter of it."""
        entity, row = change.entity, change.row
        if self.rest in self.entity.links:
            if self.entity.links[self.rest].to is not entity or not self._leads_to(entity, row, relations):
                return None
        elif self.entity is not entity or self.key not in (None, row.pk):
            return None
        elif self.rest:
            return {self.rest: plain(entity.props[self.rest].read(row))}
        return renderer.entities(entity, [row], self.query)[0]

    def _leads_to(self, entity: Entity, row: Any, relations: Relations) -> bool:
        back = entity.link_to(self.entity)
        return any(parent.pk == self.key for parent in relations(entity, back.name, row))


def _read(topic: str) -> _Asked | None:
    address, _mark, options = topic.removeprefix(PREFIX).partition("?")
    found = TOPIC.fullmatch(address)
    if not topic.startswith(PREFIX) or found is None or found[1] not in BY_SET:
        return None
    entity, key, rest = BY_SET[found[1]], found[2], found[3] or ""
    if rest and (key is None or (rest not in entity.props and rest not in entity.links)):
        return None
    try:
        query = read_query(options, entity.links[rest].to if rest in entity.links else entity)
    except DomainError:
        return None
    return _Asked(entity, int(key) if key else None, rest, Query(select=query.select))


def on_publish(topic: str, payload: bytes, received: datetime, *, sender: Sender | None = None) -> int:
    """Make the observation that was published to `v1.1/Datastreams(5)/Observations` or another set of them.

    Returns its id. Durable when it returns.
    Raises:
        BadRequest: the topic is no set of observations, or the body makes none.  NotFound, Away: as over HTTP.
    """
    from linli.gateway.sensorthings import observing
    from linli.gateway.sensorthings.bodies import read_body
    from linli.gateway.sensorthings.creating import Creation
    from linli.gateway.sensorthings.paths import resolve

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
    return int(made.pk)
