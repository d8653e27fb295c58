"""Entities that are changed (PATCH, PUT, JSON Patch) or deleted, with what the standard deletes beside them."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext as _

from linli.gateway.sensorthings import history, observing
from linli.gateway.sensorthings.bodies import Said, link_id, listed, read_entity
from linli.gateway.sensorthings.creating import Creation, fields_of, hand_over
from linli.gateway.sensorthings.entities import (
    DATASTREAM,
    FEATURE,
    HISTORICAL_LOCATION,
    LOCATION,
    OBSERVATION,
    THING,
    Entity,
)  # fmt: skip
from linli.gateway.sensorthings.errors import malformed
from linli.gateway.sensorthings.observation import Observation
from linli.gateway.sensorthings.registered import OPEN, InRegister, check_not_registered, is_registered
from linli.gateway.sensorthings.schemas import declare
from linli.gateway.sensorthings.stored import Where
from linli.sensing.domain.forgetting import forget_later
from linli.sensing.domain.kept import DEVICES
from linli.sensing.models import Datastream, FeatureOfInterest, HistoricalLocation

MOST_REMOVED = 2_000  # observations that go at once; a job takes away what else a datastream observed


def change(work: Creation, entity: Entity, row: Any, body: Any, *, whole: bool) -> None:
    """Change a row as the body says.  whole: what it does not say is cleared (PUT).

    Raises:
        BadRequest: as for a new entity; or an entity is described where only a link may stand.
        InRegister: it belongs to a device of the register.
    """
    said = read_entity(entity, body, whole=whole)
    links = {name: linked(work, entity, name, value) for name, value in said.links.items()}
    if entity is OBSERVATION:
        _change_observation(work, row, said, links, whole=whole)
        return
    if (set(said.fields) - OPEN or links or whole) and is_registered(entity, row):
        raise InRegister
    _set_fields(entity, row, said, whole=whole)
    for name, ends in links.items():
        link = entity.links[name]
        if link.many:
            join(work, entity, row, name, ends)
        else:
            hand_over(entity, row, name, ends[0])
    if entity.plural == "HistoricalLocations":
        _follow(row)
    DEVICES.changed()
    work.changed.append((entity, row))


def _set_fields(entity: Entity, row: Any, said: Said, *, whole: bool) -> None:
    values = fields_of(entity, said)
    if whole:
        for prop in entity.props.values():
            if prop.column and prop.column not in values and not (prop.computed or prop.name == "observedArea"):
                values[prop.column] = "" if prop.column == "description" else None
    for column, value in values.items():
        setattr(row, column, value)
    if entity.plural == "ObservedProperties":
        declare(row)
    if entity.plural == "HistoricalLocations" and "time" in values:
        _check_day(row)
    row.save()


def _check_day(row: HistoricalLocation) -> None:
    """Two moves of one day are not kept: whoever dates one onto another's day would bring that about."""
    other = history.move_of_day(row.thing, row.time)
    first = row.thing.historical_locations.order_by("pk").first()
    if other is not None and row != first and other.pk != row.pk:
        raise malformed("HistoricalLocation.time", row.time, _("Another move of this day is kept already."))


def _follow(row: HistoricalLocation) -> None:
    """The newest row says where the thing stands."""
    if history.is_newest(row):
        row.thing.locations.set(row.locations.all())


def linked(work: Creation, entity: Entity, name: str, value: Any) -> list[Any]:
    """The rows that a link in a change names.

    Raises:
        BadRequest: it names none, or describes a new entity, which only a POST may.
    """
    link, where = entity.links[name], f"{entity.single}.{name}"
    found = []
    for each in listed(value, where) if link.many else [value]:
        key = link_id(each)
        row = None if key is None else work.find(link.to, key)
        if row is None:
            raise malformed(where, each, _('A change names entities by their ids, as in {"@iot.id": 5}.'))
        found.append(row)
    return found


def join(work: Creation, entity: Entity, row: Any, name: str, ends: list[Any]) -> None:
    """Make a link to many lead to `ends`: instead of what was there for locations, beside it for what else there is.

    Raises:
        InRegister: it would say where a device of the register stands or stood, or take over what is such a device's.
    """
    link = entity.links[name]
    if (joined := JOINS.get((entity.plural, name))) is not None:
        joined(work, row, ends)
    elif link.to is OBSERVATION:
        for each in ends:
            _turn(each, entity, row)
    else:
        for each in ends:
            hand_over(link.to, each, link.to.link_to(entity).name, row)


def _move_thing(work: Creation, thing: Any, locations: list[Any]) -> None:
    check_not_registered(THING, thing)
    work.move(thing, locations)


def _move_things(work: Creation, location: Any, things: list[Any]) -> None:
    for thing in things:
        _move_thing(work, thing, [location])


def _replace_locations(_work: Creation, row: HistoricalLocation, locations: list[Any]) -> None:
    if not locations:
        raise malformed("HistoricalLocation.Locations", "Locations", _("This link is required."))
    check_not_registered(HISTORICAL_LOCATION, row)
    row.locations.set(locations)


def _add_location(_work: Creation, location: Any, rows: list[HistoricalLocation]) -> None:
    for row in rows:
        check_not_registered(HISTORICAL_LOCATION, row)
        row.locations.add(location)


JOINS: dict[tuple[str, str], Callable[[Creation, Any, list[Any]], None]] = {
    ("Things", "Locations"): _move_thing,
    ("Locations", "Things"): _move_things,
    ("HistoricalLocations", "Locations"): _replace_locations,
    ("Locations", "HistoricalLocations"): _add_location,
}


def _turn(observation: Observation, entity: Entity, row: Any) -> None:
    stream = row if entity is DATASTREAM else _stream(observation.datastream_id)
    feature = row.pk if entity is FEATURE else observation.feature_id
    observing.correct(observation, stream, feature, values_of(observation))


def values_of(row: Observation) -> dict[str, Any]:
    """All properties of an observation, as they stand."""
    return {name: prop.read(row) for name, prop in OBSERVATION.props.items() if name != "id"}


def _change_observation(
    work: Creation, row: Observation, said: Said, links: dict[str, list[Any]], *, whole: bool
) -> None:
    old = values_of(row)
    fields = ({"phenomenonTime": old["phenomenonTime"]} if whole else old) | said.fields
    fields["phenomenonTime"] = fields["phenomenonTime"] or old["phenomenonTime"]
    stream = links["Datastream"][0] if "Datastream" in links else _stream(row.datastream_id)
    feature = links["FeatureOfInterest"][0].pk if "FeatureOfInterest" in links else row.feature_id
    observing.correct(row, stream, feature, fields)
    work.changed.append((OBSERVATION, row))


def _stream(key: int) -> Datastream:
    return Datastream.objects.select_related("observed_property").get(pk=key)


# --- deleting


def delete(work: Creation, entity: Entity, row: Any) -> list[int]:
    """Delete an entity with what cannot be without it. Returns the observations that are to be taken away after it.

    Thing, Sensor, ObservedProperty: their datastreams and those's observations; Thing: its historical locations too.
    Location: the historical locations that name it.  Datastream, FeatureOfInterest: their observations.
    """
    if entity is OBSERVATION:
        return [row.pk]
    check_not_registered(entity, row)
    doomed = list(_observations(work, entity, row))
    if entity is LOCATION:
        row.historical_locations.all().delete()
    row.delete()
    DEVICES.changed()
    return doomed


def _observations(work: Creation, entity: Entity, row: Any) -> Iterable[int]:
    if entity is FEATURE:
        assert isinstance(row, FeatureOfInterest)
        return [each.pk for each in work.relations.observations.rows(Where(feature=row.pk))]
    if entity is DATASTREAM:
        streams = [row.pk]
    elif "Datastreams" in entity.links:
        streams = list(row.datastreams.values_list("pk", flat=True))
    else:
        return []
    found = []
    for each in work.relations.observations.rows(Where(datastreams=frozenset(streams))):
        found.append(each.pk)
        if len(found) >= MOST_REMOVED:
            forget_later(streams, at=work.at)
            break
    return found
