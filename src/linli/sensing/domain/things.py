"""What SensorThings calls entities, made for a device of the register: thing, location, sensor and datastreams."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from django.utils import timezone
from django.utils.translation import gettext as _

from linli.core.errors import Invalid
from linli.places.domain.queries import governed_path
from linli.places.models import Kind, Place
from linli.sensing.domain.properties import OBSERVATION_TYPES
from linli.sensing.enums import DeviceType, ResultType
from linli.sensing.models import Datastream, Device, HistoricalLocation, Location, ObservedProperty, Sensor, Thing


def make_thing(device: Device) -> Thing:
    return Thing.objects.create(name=device.code, description=device.purpose, properties={"type": str(device.type)})


def estate_path(place: Place) -> str:
    """The path of the estate that a place lies in, or of what the office governs where there is none."""
    estate = Place.objects.above(place.path).filter(kind=Kind.ESTATE).values_list("path", flat=True).first()
    return estate or governed_path()


def add_datastreams(device: Device, codes: Sequence[str]) -> list[str]:
    """One datastream for each property that the device has not yet. Returns the codes that are new.

    Raises:
        Invalid: a property is unknown, or what the care check tells is mixed with other things.
    """
    wanted = list(dict.fromkeys(codes))
    has = set(device.thing.datastreams.values_list("observed_property__code", flat=True))
    new = [code for code in wanted if code not in has]
    if not new:
        return []
    known = {row.code: row for row in ObservedProperty.objects.filter(code__in=new)}
    if missing := [code for code in new if code not in known]:
        raise Invalid(fields={"properties": _("Nobody has registered: %(names)s.") % {"names": ", ".join(missing)}})
    if device.type != DeviceType.CARE and any(known[code].care for code in new):
        raise Invalid(fields={"properties": _("Only the care check may observe this.")})
    sensor = _sensor(device)
    estate = estate_path(device.place)
    Datastream.objects.bulk_create([_datastream(device, sensor, known[code], estate) for code in new])
    return new


def _sensor(device: Device) -> Sensor:
    """The instrument of the device; made with its first datastream."""
    first = device.thing.datastreams.select_related("sensor").first()
    return first.sensor if first else Sensor.objects.create(name=f"{device.type} {device.code}", metadata="")


def _datastream(device: Device, sensor: Sensor, what: ObservedProperty, estate: str) -> Datastream:
    unit = {"name": what.name, "symbol": what.unit, "definition": what.definition} if what.unit else {}
    return Datastream(
        name=f"{device.code}/{what.code}", description=what.name, thing=device.thing, sensor=sensor,
        observed_property=what, observation_type=OBSERVATION_TYPES[ResultType(what.result_type)],
        unit_of_measurement=unit, estate=estate,
        care=what.care or device.type == DeviceType.CARE,
    )  # fmt: skip


def place_thing(device: Device, *, at: datetime) -> Location | None:
    """Give the thing the location where the device stands, and remember it: of one day only the last.

    The care check has no location: it would say who lives there and asked for it.
    """
    Datastream.objects.filter(thing=device.thing).update(estate=estate_path(device.place))
    point = None if device.type == DeviceType.CARE else position_of(device)
    if point is None:
        device.thing.locations.clear()
        return None
    geometry: dict[str, Any] = {"type": "Point", "coordinates": list(point)}
    location = Location.objects.create(name=device.place.name, description=device.spot, location=geometry)
    device.thing.locations.set([location])
    remember(device.thing, [location], at)
    return location


def position_of(device: Device) -> tuple[float, float] | None:
    """Longitude and latitude of the device, or of the smallest place around it that has them."""
    if device.lon is not None and device.lat is not None:
        return device.lon, device.lat
    around = Place.objects.above(device.place.path).filter(lon__isnull=False, lat__isnull=False)
    nearest = around.values_list("lon", "lat").last()
    return cast("tuple[float, float] | None", nearest)


def remember(thing: Thing, locations: Sequence[Location], at: datetime) -> HistoricalLocation:
    """Write that a thing stood at these locations from `at` on.

    Where it was first put stays; of later moves one a day is kept, the last: nothing can be followed on its way.
    """
    row = move_of_day(thing, at) or HistoricalLocation(thing=thing)
    row.time = at
    row.save()
    row.locations.set(locations)
    return row


def move_of_day(thing: Thing, at: datetime) -> HistoricalLocation | None:
    """The move that is kept of the day of `at`, on the office's calendar; where it was first put is none."""
    day = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    first = HistoricalLocation.objects.filter(thing=thing).order_by("pk").values("pk")[:1]
    rows = HistoricalLocation.objects.filter(thing=thing, time__gte=day, time__lt=day + timedelta(days=1))
    return rows.exclude(pk__in=first).order_by("-time").first()
