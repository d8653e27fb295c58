"""The eight entities of the standard: their properties, their links, and where each is kept. One table for all."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from linli.gateway.sensorthings.observation import Observation
from linli.gateway.sensorthings.times import Instant, micros
from linli.sensing import models
from linli.sensing.enums import DeviceType


class Kind(StrEnum):
    """What a property may hold, in a body."""

    ID = "id"
    TEXT = "text"
    OBJECT = "object"  # JSON object
    ANY = "any"  # any JSON
    SHAPE = "shape"  # GeoJSON, or whatever another encoding says
    INSTANT = "instant"
    TIME = "time"  # instant or interval
    INTERVAL = "interval"


@dataclass(frozen=True)
class Prop:
    """One property. read: its value of a row, as filters compare it and answers write it.

    column: the field of the model, where there is one.  is_free: a filter may look inside.  computed: written by
    nobody; what a body says of it is passed over.  shown: stands in an answer though it is null.
    """

    name: str
    kind: Kind
    read: Callable[[Any], Any]
    column: str = ""
    required: bool = False
    is_free: bool = False
    computed: bool = False
    shown: bool = False
    most: int = 0  # characters of a text, 0 for any number


@dataclass(frozen=True)
class Link:
    """One navigation property. column: how Django calls it, in lookups; empty where observations are at one end."""

    name: str
    target: str
    many: bool
    column: str = ""
    required: bool = False

    @property
    def to(self) -> "Entity":
        return BY_SET[self.target]


@dataclass(frozen=True)
class Entity:
    """plural: the entity set.  single: what a link to one is called.  model: None for observations."""

    plural: str
    single: str
    model: type[Model] | None
    props: dict[str, Prop] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)

    def prop(self, name: str) -> Prop:
        return self.props[name]

    def follow(self, links: tuple[str, ...]) -> "Entity":
        entity = self
        for name in links:
            entity = entity.links[name].to
        return entity

    def rows(self) -> QuerySet[Any]:
        """The rows that may be seen: nothing of the care check, which would say who lives alone."""
        if self.model is None:
            raise TypeError(self.plural)
        return VISIBLE[self.plural](self.model._default_manager.all())

    def link_to(self, target: "Entity") -> Link:
        """The link by which this one leads to `target`."""
        return next(link for link in self.links.values() if link.target == target.plural)


def _attr(name: str, kind: Kind, column: str = "", **more: Any) -> Prop:
    column = column or name
    return Prop(name, kind, lambda row: getattr(row, column), column, **more)


ID = Prop("id", Kind.ID, lambda row: row.pk, "pk", computed=True)
NAME = _attr("name", Kind.TEXT, required=True, most=500)
DESCRIPTION = _attr("description", Kind.TEXT, required=True)
PROPERTIES = _attr("properties", Kind.OBJECT, is_free=True)
ENCODING = _attr("encodingType", Kind.TEXT, "encoding", required=True, most=100)


def _entity(plural: str, single: str, model: type[Model] | None, props: list[Prop], links: list[Link]) -> Entity:
    return Entity(
        plural, single, model, {each.name: each for each in [ID, *props]}, {each.name: each for each in links}
    )


def _extent(at: int) -> Callable[[Any], Any]:
    """A computed property of a datastream; `extents` fills it in for many rows at once."""
    return lambda row: row.extent[at] if hasattr(row, "extent") else None


THING = _entity(
    "Things", "Thing", models.Thing,
    [NAME, DESCRIPTION, PROPERTIES],
    [
        Link("Locations", "Locations", True, "locations"),
        Link("HistoricalLocations", "HistoricalLocations", True, "historical_locations"),
        Link("Datastreams", "Datastreams", True, "datastreams"),
    ],
)  # fmt: skip
LOCATION = _entity(
    "Locations", "Location", models.Location,
    [NAME, DESCRIPTION, ENCODING, _attr("location", Kind.SHAPE, required=True, is_free=True), PROPERTIES],
    [
        Link("Things", "Things", True, "things"),
        Link("HistoricalLocations", "HistoricalLocations", True, "historical_locations"),
    ],
)  # fmt: skip
HISTORICAL_LOCATION = _entity(
    "HistoricalLocations", "HistoricalLocation", models.HistoricalLocation,
    [Prop("time", Kind.INSTANT, lambda row: Instant(micros(row.time)), "time", required=True)],
    [
        Link("Thing", "Things", False, "thing", required=True),
        Link("Locations", "Locations", True, "locations", required=True),
    ],
)  # fmt: skip
DATASTREAM = _entity(
    "Datastreams", "Datastream", models.Datastream,
    [
        NAME, DESCRIPTION,
        _attr("unitOfMeasurement", Kind.OBJECT, "unit_of_measurement", required=True, is_free=True),
        _attr("observationType", Kind.TEXT, "observation_type", required=True, most=200),
        _attr("observedArea", Kind.SHAPE, "observed_area", is_free=True),
        Prop("phenomenonTime", Kind.INTERVAL, _extent(0), computed=True),
        Prop("resultTime", Kind.INTERVAL, _extent(1), computed=True),
        PROPERTIES,
    ],
    [
        Link("Thing", "Things", False, "thing", required=True),
        Link("Sensor", "Sensors", False, "sensor", required=True),
        Link("ObservedProperty", "ObservedProperties", False, "observed_property", required=True),
        Link("Observations", "Observations", True),
    ],
)  # fmt: skip
SENSOR = _entity(
    "Sensors", "Sensor", models.Sensor,
    [NAME, DESCRIPTION, ENCODING, _attr("metadata", Kind.ANY, required=True, is_free=True), PROPERTIES],
    [Link("Datastreams", "Datastreams", True, "datastreams")],
)  # fmt: skip
OBSERVED_PROPERTY = _entity(
    "ObservedProperties", "ObservedProperty", models.ObservedProperty,
    [
        Prop("name", Kind.TEXT, lambda row: row.name, "name", required=True, most=200),
        _attr("definition", Kind.TEXT, required=True, most=500), DESCRIPTION, PROPERTIES,
    ],
    [Link("Datastreams", "Datastreams", True, "datastreams")],
)  # fmt: skip
OBSERVATION = _entity(
    "Observations", "Observation", None,
    [
        Prop("phenomenonTime", Kind.TIME, lambda row: row.phenomenon_time, shown=True),
        Prop("result", Kind.ANY, lambda row: row.result, required=True, is_free=True, shown=True),
        Prop("resultTime", Kind.INSTANT, lambda row: row.result_instant, shown=True),
        Prop("resultQuality", Kind.ANY, lambda row: row.extra.get("resultQuality"), is_free=True),
        Prop("validTime", Kind.INTERVAL, lambda row: row.valid_time),
        Prop("parameters", Kind.OBJECT, lambda row: row.extra.get("parameters"), is_free=True),
    ],
    [
        Link("Datastream", "Datastreams", False, required=True),
        Link("FeatureOfInterest", "FeaturesOfInterest", False),
    ],
)  # fmt: skip
FEATURE = _entity(
    "FeaturesOfInterest", "FeatureOfInterest", models.FeatureOfInterest,
    [NAME, DESCRIPTION, ENCODING, _attr("feature", Kind.SHAPE, required=True, is_free=True), PROPERTIES],
    [Link("Observations", "Observations", True)],
)  # fmt: skip

ENTITIES = (
    DATASTREAM, FEATURE, HISTORICAL_LOCATION, LOCATION, OBSERVATION, OBSERVED_PROPERTY, SENSOR, THING,
)  # fmt: skip
BY_SET = {entity.plural: entity for entity in ENTITIES}


# --- what may be seen

_CARE = models.Datastream.objects.filter(care=True)
_CARE_THINGS = models.Thing.objects.filter(Q(datastreams__care=True) | Q(device__type=DeviceType.CARE))


def _things(rows: QuerySet[Any]) -> QuerySet[Any]:
    care = Exists(_CARE.filter(thing=OuterRef("pk")))
    return rows.filter(~care & ~Exists(models.Device.objects.filter(thing=OuterRef("pk"), type=DeviceType.CARE)))


VISIBLE: dict[str, Callable[[QuerySet[Any]], QuerySet[Any]]] = {
    "Things": _things,
    "Locations": lambda rows: rows.filter(~Exists(_CARE_THINGS.filter(locations=OuterRef("pk")))),
    "HistoricalLocations": lambda rows: rows.filter(~Exists(_CARE_THINGS.filter(pk=OuterRef("thing")))),
    "Datastreams": lambda rows: rows.filter(care=False),
    "Sensors": lambda rows: rows.filter(~Exists(_CARE.filter(sensor=OuterRef("pk")))),
    "ObservedProperties": lambda rows: rows.filter(care=False),
    "FeaturesOfInterest": lambda rows: rows.filter(~Exists(_CARE_THINGS.filter(locations=OuterRef("location")))),
}

__all__ = ["BY_SET", "ENTITIES", "Entity", "Kind", "Link", "Observation", "Prop"]
