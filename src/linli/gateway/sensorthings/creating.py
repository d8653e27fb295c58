"""Entities that are posted, and whatever is described inside them: all rows in one transaction, or none.

Observations lie in no database: they are gathered, and handed to the door when all rows are written.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from linli.gateway.sensorthings import history
from linli.gateway.sensorthings.bodies import Said, is_described, link_id, listed, read_entity
from linli.gateway.sensorthings.entities import (
    DATASTREAM,
    FEATURE,
    HISTORICAL_LOCATION,
    LOCATION,
    OBSERVATION,
    OBSERVED_PROPERTY,
    SENSOR,
    THING,
    Entity,
    Kind,
)  # fmt: skip
from linli.gateway.sensorthings.errors import malformed
from linli.gateway.sensorthings.observing import Pending, reading_of
from linli.gateway.sensorthings.registered import check_not_registered
from linli.gateway.sensorthings.relations import Relations
from linli.gateway.sensorthings.schemas import declare
from linli.places.domain.queries import governed_path
from linli.sensing.domain.kept import DEVICES
from linli.sensing.models import Datastream, FeatureOfInterest, HistoricalLocation, Location, Thing

DEEPEST = 12
Known = Mapping[str, Any]  # links that are settled already: by the address, or by what stands around


@dataclass
class Creation:
    """One request that writes. at: when.  pending: observations to be handed to the door."""

    relations: Relations
    at: datetime
    pending: list[Pending] = field(default_factory=list)
    changed: list[tuple[Entity, Any]] = field(default_factory=list)
    depth: int = 0

    def create(self, entity: Entity, body: Any, known: Known | None = None) -> Any:
        """Write an entity and all that is described inside it. Returns its row; for an observation, what is pending.

        Raises:
            BadRequest: something is missing, unknown, of the wrong kind, or names what is not there.
        """
        if self.depth >= DEEPEST:
            raise malformed(entity.single, "", _("The body nests too deep."))
        self.depth += 1
        said = read_entity(entity, body, whole=True)
        made = MAKERS[entity.plural](self, said, dict(known or {}))
        self.depth -= 1
        if entity is not OBSERVATION:
            self.changed.append((entity, made))
        return made

    def one(self, entity: Entity, name: str, said: Said, known: Known) -> Any:
        """The other end of a link to one: settled already, linked by id, or described and now made.

        Raises:
            BadRequest: it is required and missing, or there is none with that id.
        """
        if name in known:
            return known[name]
        link = entity.links[name]
        value = said.links.get(name)
        if value is None:
            if link.required:
                raise malformed(f"{entity.single}.{name}", name, _("This link is required."))
            return None
        return self.linked(link.to, value, f"{entity.single}.{name}")

    def linked(self, target: Entity, value: Any, where: str, known: Known | None = None) -> Any:
        """What `{"@iot.id": 5}` names, or what is described in its place: then an id of nothing is passed over."""
        key = link_id(value)
        row = None if key is None else self.find(target, key)
        if row is None and (key is None or is_described(value)):
            return self.create(target, value, known)
        if row is None:
            raise malformed(where, key, _("There is no entity with this id."))
        return row

    def find(self, target: Entity, key: int) -> Any:
        if target is OBSERVATION:
            return self.relations.observations.get(key)
        return target.rows().filter(pk=key).first() if 0 < key < 2**63 else None

    def several(self, entity: Entity, name: str, said: Said, known: Known | None = None) -> list[Any]:
        """The other ends of a link to many."""
        value = said.links.get(name)
        if value is None:
            return []
        where, link = f"{entity.single}.{name}", entity.links[name]
        return [self.linked(link.to, each, where, known) for each in listed(value, where)]

    def move(self, thing: Thing, locations: list[Location]) -> None:
        """Put a thing somewhere; what is remembered of it is a change like any other."""
        self.changed.append((HISTORICAL_LOCATION, history.move(thing, locations, self.at)))

    def feature_of(self, thing: Thing) -> FeatureOfInterest | None:
        """What its observations are about where nobody says; made, if there is none yet."""
        made: list[FeatureOfInterest] = []
        feature = history.feature_of(thing, made)
        self.changed += [(FEATURE, each) for each in made]
        return feature

    def inside(self, entity: Entity, row: Any, said: Said, name: str) -> None:
        """Children that cannot be without `row`: those described are made, those linked come over to it."""
        link = entity.links[name]
        back = link.to.link_to(entity).name
        for child in self.several(entity, name, said, {back: row}):
            if link.to is not OBSERVATION:
                hand_over(link.to, child, back, row)


def fields_of(entity: Entity, said: Said) -> dict[str, Any]:
    """What is said of the columns of a model."""
    found = {}
    for name, value in said.fields.items():
        prop = entity.props[name]
        if prop.column:
            found[prop.column] = value.moment if prop.kind is Kind.INSTANT and value is not None else value
    return found


def hand_over(entity: Entity, child: Any, back: str, row: Any) -> None:
    """Make `row` what a child's link leads to."""
    link = entity.links[back]
    column = link.column
    if getattr(child, f"{column}_id") != row.pk:
        check_not_registered(entity, child)
        if link.to is THING:
            check_not_registered(THING, row)
        setattr(child, column, row)
        child.save(update_fields=[column])
        DEVICES.changed()


def _thing(work: Creation, said: Said, known: Known) -> Thing:
    row = Thing.objects.create(**fields_of(THING, said))
    locations = [*known.get("Locations", ()), *work.several(THING, "Locations", said)]
    if locations:
        work.move(row, locations)
    work.inside(THING, row, said, "HistoricalLocations")
    work.inside(THING, row, said, "Datastreams")
    return row


def _location(work: Creation, said: Said, known: Known) -> Any:
    row = Location.objects.create(**fields_of(LOCATION, said))
    for thing in work.several(LOCATION, "Things", said):
        check_not_registered(THING, thing)
        work.move(thing, [row])
    work.several(LOCATION, "HistoricalLocations", said, {"Locations": [row]})
    return row


def _historical_location(work: Creation, said: Said, known: Known) -> HistoricalLocation:
    thing = work.one(HISTORICAL_LOCATION, "Thing", said, known)
    locations = [*known.get("Locations", ()), *work.several(HISTORICAL_LOCATION, "Locations", said)]
    if not locations:
        raise malformed("HistoricalLocation.Locations", "Locations", _("This link is required."))
    check_not_registered(THING, thing)
    row = history.remember(thing, locations, said.fields["time"].moment)
    if history.is_newest(row):
        thing.locations.set(locations)
    return row


def _datastream(work: Creation, said: Said, known: Known) -> Any:
    ends = {entity.links[name].column: work.one(entity, name, said, known)
            for entity in (DATASTREAM,) for name in ("Thing", "Sensor", "ObservedProperty")}  # fmt: skip
    check_not_registered(THING, ends["thing"])  # what a device may see stands in the register
    row = Datastream.objects.create(**fields_of(DATASTREAM, said), **ends, estate=governed_path())
    DEVICES.changed()
    work.inside(DATASTREAM, row, said, "Observations")
    return row


def _plain(entity: Entity, inner: str) -> Callable[[Creation, Said, Known], Any]:
    def make(work: Creation, said: Said, known: Known) -> Any:
        assert entity.model is not None
        row: Any = entity.model(**fields_of(entity, said))
        if entity is OBSERVED_PROPERTY:
            declare(row)
        row.save()
        work.inside(entity, row, said, inner)
        return row

    return make


def _observation(work: Creation, said: Said, known: Known) -> Pending:
    stream = work.one(OBSERVATION, "Datastream", said, known)
    feature = work.one(OBSERVATION, "FeatureOfInterest", said, known) or work.feature_of(stream.thing)
    if feature is None:
        raise malformed(
            "Observation.FeatureOfInterest", "", _("Name one: the thing stands nowhere, so none can be made for it.")
        )
    pending = reading_of(stream, feature, said.fields, work.at)
    work.pending.append(pending)
    return pending


MAKERS: dict[str, Callable[[Creation, Said, Known], Any]] = {
    "Things": _thing,
    "Locations": _location,
    "HistoricalLocations": _historical_location,
    "Datastreams": _datastream,
    "Sensors": _plain(SENSOR, "Datastreams"),
    "ObservedProperties": _plain(OBSERVED_PROPERTY, "Datastreams"),
    "FeaturesOfInterest": _plain(FEATURE, "Observations"),
    "Observations": _observation,
}
