"""Requests that write: which verb does what, in one transaction, and what is answered."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import orjson
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from linli.core.errors import NotFound
from linli.gateway.sensorthings import changing, observing
from linli.gateway.sensorthings.announcing import Change
from linli.gateway.sensorthings.arrays_in import create_observations, links_as_json
from linli.gateway.sensorthings.bodies import read_body
from linli.gateway.sensorthings.creating import Creation
from linli.gateway.sensorthings.entities import OBSERVATION, Entity
from linli.gateway.sensorthings.errors import BadRequest, WrongMethod
from linli.gateway.sensorthings.json_patch import patched
from linli.gateway.sensorthings.paths import Target, resolve
from linli.gateway.sensorthings.query import Query
from linli.gateway.sensorthings.relations import Relations
from linli.gateway.sensorthings.rendering import Renderer, plain
from linli.sensing.domain.accept import Sender
from linli.sensing.domain.directory import directory
from linli.sensing.domain.refusals import REASONS
from linli.sensing.domain.schema import check, columns_of, number_of, truths_as_numbers

PATCH_TYPE = "application/json-patch+json"


def write(request: HttpRequest, address: str, base: str, sender: Sender) -> HttpResponse:
    """Answer a POST, PATCH, PUT or DELETE of an address below the root.

    Raises:
        WrongMethod: the address does not answer it.  BadRequest, NotFound, Refused, Busy: as it is done.
    """
    body, method = request.body, request.method or ""
    if address.strip("/") == "CreateObservations":
        if method != "POST":
            raise WrongMethod("POST")
        keys = create_observations(body, sender=sender, at=now())
        return HttpResponse(links_as_json(keys, base), status=201, content_type="application/json")
    relations = Relations()
    target = resolve(address, relations)
    allowed = _allowed(target)
    if method not in allowed:
        raise WrongMethod("GET", "HEAD", *allowed)
    kind = (request.content_type or "").lower()
    return VERBS[method](target, body, kind, Call(relations, base, sender))


class Call:
    """One request: what it has read, where the service stands, and who sends."""

    def __init__(self, relations: Relations, base: str, sender: Sender) -> None:
        self.relations, self.base, self.sender = relations, base, sender
        self.work = Creation(relations, now())

    def answer(self, entity: Entity, row: Any, status: int) -> HttpResponse:
        renderer = Renderer(self.base, Relations())
        response = _json(renderer.entities(entity, [row], Query())[0], status=status)
        if status == 201:
            response["Location"] = renderer.link(entity, row.pk)
        return response


def _allowed(target: Target) -> tuple[str, ...]:
    if target.prop or target.ref:
        return ()
    return ("POST",) if target.collection is not None else ("PATCH", "PUT", "DELETE")


def _post(target: Target, body: bytes, _kind: str, call: Call) -> HttpResponse:
    collection = target.collection
    assert collection is not None
    said = read_body(body)
    with transaction.atomic():
        known, join = {}, None
        if collection.source is not None and collection.link is not None:
            back = target.entity.link_to(collection.source)
            if back.many:
                join = collection.link.name
            else:
                known[back.name] = collection.parent
        made = call.work.create(target.entity, said, _known_of(target, known))
        if join and collection.source is not None and not _is_joined(target):
            changing.join(call.work, collection.source, collection.parent, join, [made])
        if call.work.changed:
            check_pending(call.work.pending)
    observing.store(call.work.pending, sender=call.sender, at=call.work.at)
    tell(call.work.changed)
    row = made.row if target.entity is OBSERVATION else target.entity.rows().get(pk=made.pk)
    return call.answer(target.entity, row, 201)


def tell(changed: list[tuple[Entity, Any]]) -> None:
    """Let subscribers know, once it is kept; of new observations the service tells, whichever door they came by."""
    from linli.gateway.sensorthings.announcer import announce

    if changed:
        transaction.on_commit(partial(announce, [Change(entity, row) for entity, row in changed]))


def _known_of(target: Target, known: dict[str, Any]) -> dict[str, Any]:
    """A historical location below a location has that one for its own."""
    if _is_joined(target) and target.collection is not None:
        return {"Locations": [target.collection.parent]}
    return known


def _is_joined(target: Target) -> bool:
    collection = target.collection
    return (
        collection is not None
        and target.entity.plural == "HistoricalLocations"
        and collection.source is not None
        and collection.source.plural == "Locations"
    )


def check_pending(pending: list[observing.Pending]) -> None:
    """Ask what the door will say before rows are kept that would stand there without their observations.

    Raises:
        BadRequest: it would refuse one.
    """
    if not pending:
        return
    try:
        batch = columns_of([each.reading for each in pending])
    except OverflowError as error:
        raise BadRequest(_("A number in it is too large.")) from error
    known = directory()
    rows = known.rows(batch.column("datastream").to_numpy(zero_copy_only=False).astype(np.int64))
    batch = truths_as_numbers(batch, rows, known)
    codes = check(batch, rows, number_of(batch), known, round(now().timestamp() * 1_000_000))
    for code in np.flatnonzero(codes).tolist():
        reason = REASONS[codes[code]]
        if reason is not None:
            raise observing.refusal(reason)


def _patch(target: Target, body: bytes, kind: str, call: Call) -> HttpResponse:
    said = read_body(body)
    if kind == PATCH_TYPE:
        document = writable(target.entity, target.row)
        after = patched(document, said)
        said = after | {name: None for name in document if name not in after}
    return _changed(target, said, call, whole=False)


def _put(target: Target, body: bytes, _kind: str, call: Call) -> HttpResponse:
    return _changed(target, read_body(body), call, whole=True)


def _changed(target: Target, said: Any, call: Call, *, whole: bool) -> HttpResponse:
    with transaction.atomic():
        changing.change(call.work, target.entity, target.row, said, whole=whole)
    row = (
        call.work.find(OBSERVATION, target.row.pk)
        if target.entity is OBSERVATION
        else target.entity.rows().filter(pk=target.row.pk).first()
    )
    if row is None:
        raise NotFound
    beside = [each for each in call.work.changed if each[0] is not target.entity or each[1].pk != row.pk]
    tell([*beside, (target.entity, row)])
    return call.answer(target.entity, row, 200)


def writable(entity: Entity, row: Any) -> dict[str, Any]:
    """The properties that a client may write, as JSON."""
    props = [prop for prop in entity.props.values() if not prop.computed]
    found = {prop.name: plain(prop.read(row)) for prop in props}
    return {name: value for name, value in found.items() if value is not None}


def _delete(target: Target, _body: bytes, _kind: str, call: Call) -> HttpResponse:
    with transaction.atomic():
        doomed = changing.delete(call.work, target.entity, target.row)
    observing.remove(doomed)
    return HttpResponse(status=200)


VERBS: dict[str, Callable[[Target, bytes, str, Call], HttpResponse]] = {
    "POST": _post,
    "PATCH": _patch,
    "PUT": _put,
    "DELETE": _delete,
}


def _json(told: Any, *, status: int) -> HttpResponse:
    return HttpResponse(orjson.dumps(told), status=status, content_type="application/json")
