"""Bodies that are sent: read as JSON, and each property held to its kind before anything is written."""

from dataclasses import dataclass, field
from typing import Any

import orjson
from django.utils.translation import gettext as _

from linli.core.errors import TooLarge
from linli.core.text import tidy
from linli.gateway.sensorthings.comparing import is_number
from linli.gateway.sensorthings.entities import Entity, Kind, Prop
from linli.gateway.sensorthings.errors import BadRequest, malformed
from linli.gateway.sensorthings.shapes import as_shape
from linli.gateway.sensorthings.times import Instant, Interval, parse_time
from linli.sensing.domain.forbidden import TooDeep, forbidden_in, is_plain

MOST_BYTES = 16 * 1024 * 1024
DEEPEST = 40
GEOJSON = frozenset({"application/geo+json", "application/vnd.geo+json"})
MOST_ITEMS = 20_000  # of one list of entities


@dataclass(frozen=True)
class Said:
    """A body about one entity. fields: property → value; links: link → what is said of its other end."""

    fields: dict[str, Any] = field(default_factory=dict)
    links: dict[str, Any] = field(default_factory=dict)


def read_body(body: bytes) -> Any:
    """The JSON that was sent, without signs that nobody sees.

    Raises:
        BadRequest: it is none, or nests too deep.  TooLarge: more than 16 MB.
    """
    if len(body) > MOST_BYTES:
        raise TooLarge
    try:
        return _tidy(orjson.loads(body), DEEPEST)
    except orjson.JSONDecodeError as error:
        raise BadRequest(_("The body is no JSON.")) from error


def _tidy(said: Any, deeper: int) -> Any:
    if isinstance(said, str):
        return tidy(said)
    if not isinstance(said, dict | list):
        return said
    if not deeper:
        raise BadRequest(_("The body nests too deep."))
    if isinstance(said, list):
        return [_tidy(each, deeper - 1) for each in said]
    return {tidy(name): _tidy(each, deeper - 1) for name, each in said.items()}


def read_entity(entity: Entity, said: Any, *, whole: bool) -> Said:
    """What a body says of one entity. whole: all that is required must be there (POST, PUT).

    Control information (`@iot.…`, navigation links) and computed properties are passed over.

    Raises:
        BadRequest: a property is unknown, missing, of the wrong kind, or holds what nobody may keep.
    """
    if not isinstance(said, dict):
        raise malformed(entity.single, said, _("A JSON object is expected."))
    found = Said()
    for name, value in said.items():
        if "@iot." in name or "@odata." in name:
            continue
        if name in entity.links:
            found.links[name] = value
        elif name not in entity.props:
            raise malformed(f"{entity.single}.{name}", name, _("There is no such property."))
        elif not entity.props[name].computed:
            found.fields[name] = read_value(entity, entity.props[name], value)
    for prop in entity.props.values():
        if prop.required and (whole or prop.name in found.fields) and _is_missing(entity, prop, found):
            raise malformed(f"{entity.single}.{prop.name}", prop.name, _("This property is required."))
    _check_encoding(entity, found)
    return found


def _is_missing(entity: Entity, prop: Prop, found: Said) -> bool:
    if prop.name not in found.fields:
        return True
    return found.fields[prop.name] is None and prop.name != "result"


def read_value(entity: Entity, prop: Prop, value: Any) -> Any:
    """A value of one property, in Linli's terms: times as Instant or Interval."""
    where = f"{entity.single}.{prop.name}"
    if value is None:
        return None
    if prop.kind in (Kind.INSTANT, Kind.TIME, Kind.INTERVAL):
        return _time(prop, value, where)
    if prop.kind is Kind.TEXT:
        if not isinstance(value, str) or (prop.most and len(value) > prop.most):
            raise malformed(where, value, _("A text is expected, and not too long a one."))
    elif prop.kind is Kind.OBJECT and not isinstance(value, dict):
        raise malformed(where, value, _("A JSON object is expected."))
    _check_free(value, where)
    return value


def _time(prop: Prop, value: Any, where: str) -> Instant | Interval:
    try:
        time = parse_time(value) if isinstance(value, str) else None
    except ValueError:
        time = None
    if isinstance(time, Instant) and prop.column and not time.is_kept:
        time = None
    if time is None or (prop.kind is Kind.INSTANT and not isinstance(time, Instant)):
        raise malformed(where, value, _("A time as in 2026-11-26T03:12:00Z is expected."))
    if prop.kind is Kind.INTERVAL and not isinstance(time, Interval):
        raise malformed(where, value, _("An interval is expected, as in 2026-11-26T03:00:00Z/2026-11-26T04:00:00Z."))
    return time


def _check_free(value: Any, where: str) -> None:
    try:
        found = forbidden_in(value)
    except TooDeep as error:
        raise malformed(where, "", _("It nests too deep.")) from error
    if found is not None:
        raise malformed(
            where, found, _("Faces, voices, plates, addresses of phones, tracks and pictures are never taken.")
        )
    if not is_plain(value):
        raise malformed(where, "", _("A number in it is too large."))


def _check_encoding(entity: Entity, found: Said) -> None:
    """What calls itself GeoJSON is a shape."""
    shapes = [name for name in ("location", "feature") if found.fields.get(name) is not None]
    for name in shapes if found.fields.get("encodingType") in GEOJSON else ():
        if as_shape(found.fields[name]) is None:
            raise malformed(f"{entity.single}.{name}", name, _("This is no GeoJSON."))


def link_id(value: Any) -> int | None:
    """The id of a link such as {"@iot.id": 5}; None where no id stands there.

    Raises:
        BadRequest: the id is no whole number.
    """
    if not isinstance(value, dict) or "@iot.id" not in value:
        return None
    key = value["@iot.id"]
    if not isinstance(key, int) or isinstance(key, bool):
        raise malformed("@iot.id", key, _("An id is a whole number."))
    return key


def is_described(value: dict[str, Any]) -> bool:
    """Whether a whole entity stands there, and not only what links to one."""
    return any("@" not in name for name in value)


def listed(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list) or len(value) > MOST_ITEMS:
        raise malformed(where, value, _("A list is expected."))
    return value


def is_scalar(value: Any) -> bool:
    return isinstance(value, str | bool) or is_number(value)
