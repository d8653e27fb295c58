"""The register as pages read it: rows made for the page, in a constant number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import orjson
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from linli.core.errors import NotFound
from linli.people.models import Post
from linli.places.domain.kept import tree
from linli.places.domain.queries import full_title, governed_path
from linli.places.models import STEP, Kind
from linli.sensing.domain.standards import Standard, standard_of
from linli.sensing.enums import Conformity, DeviceStatus, DeviceType, Site
from linli.sensing.models import Datastream, Device, DeviceKey, DeviceNote

SIZE = 50
LOW_BATTERY = 20  # percent
MISSED = 3  # messages, before a device counts as silent
GRACE = timedelta(minutes=15)  # `seen_at` is written at most every few minutes
NOTES_MOST = 50
RUNNING = (DeviceStatus.ACTIVE, DeviceStatus.FAULTY)


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; an empty text narrows nothing. trouble: battery, silent, check or siting."""

    place: str = ""
    type: str = ""
    state: str = ""
    trouble: str = ""
    words: str = ""


@dataclass(frozen=True)
class Row:
    """A device in the list. marks: what is the matter with it."""

    device: Device
    place: str
    marks: Sequence[str]


@dataclass(frozen=True)
class Page:
    """Rows by code. after: where the next page begins, or None."""

    rows: Sequence[Row]
    after: str | None


def reach_of(post: Post) -> str:
    """The path below which a post sees devices and what they call for: that of its place; for a grid cell, which holds
    no building, that of its committee. No statement where the post has its place."""
    return post.place.path[:-STEP] if post.place.kind == Kind.CELL else post.place.path


def devices_below(path: str, *, care: bool) -> QuerySet[Device]:
    """Devices at a place and beneath it. care: with those of the care check, which tell who asked for it."""
    found = Device.objects.filter(place__path__gte=path, place__path__lt=path + "~")
    return found if care else found.exclude(type=DeviceType.CARE)


def device_list(filters: Filters, *, below: str, care: bool, now: datetime, after: str = "") -> Page:
    """A page of the register. Two statements at most."""
    found = _narrowed(devices_below(below, care=care), filters, now)
    if after:
        found = found.filter(code__gt=after)
    rows = list(found.select_related("place").order_by("code")[: SIZE + 1])
    shown = [Row(device, full_title(device.place), troubles(device, now)) for device in rows[:SIZE]]
    return Page(shown, rows[SIZE - 1].code if len(rows) > SIZE else None)


def _narrowed(found: QuerySet[Device], filters: Filters, now: datetime) -> QuerySet[Device]:
    if filters.place:
        found = found.filter(place__path__gte=filters.place, place__path__lt=filters.place + "~")
    if filters.type:
        found = found.filter(type=filters.type)
    if filters.words:
        found = found.filter(Q(code__icontains=filters.words) | Q(spot__icontains=filters.words))
    found = found.filter(status=filters.state) if filters.state else found.exclude(status=DeviceStatus.RETIRED)
    return found.filter(_trouble(filters.trouble, now)) if filters.trouble else found


def _trouble(name: str, now: datetime) -> Q:
    running = Q(status__in=RUNNING)
    if name == "battery":
        return running & Q(battery__lt=LOW_BATTERY)
    if name == "check":
        return running & Q(next_check__lte=timezone.localdate(now))
    if name == "siting":
        return running & ~Q(conformity=Conformity.CONFORMS)
    return running & _silent(now)


def _silent(now: datetime) -> Q:
    """Devices that missed three messages: one comparison for each interval that the register knows."""
    intervals = Device.objects.filter(expected__gt=0).order_by().values_list("expected", flat=True).distinct()
    silent = Q(pk__in=[])
    for seconds in intervals:
        silent |= Q(expected=seconds) & (Q(seen_at=None) | Q(seen_at__lt=now - _patience(seconds)))
    return silent


def _patience(seconds: int) -> timedelta:
    return max(MISSED * timedelta(seconds=seconds), GRACE)


def is_silent(device: Device, now: datetime) -> bool:
    """Whether it missed three messages that it should have sent."""
    if not device.expected or device.status not in RUNNING:
        return False
    return device.seen_at is None or device.seen_at < now - _patience(device.expected)


def troubles(device: Device, now: datetime) -> list[str]:
    """What is the matter with a device: any of silent, battery, check, differs."""
    if device.status not in RUNNING:
        return []
    found = {
        "silent": is_silent(device, now),
        "battery": device.battery is not None and device.battery < LOW_BATTERY,
        "check": device.next_check is not None and device.next_check <= timezone.localdate(now),
        "differs": device.conformity == Conformity.DIFFERS,
    }
    return [name for name, is_so in found.items() if is_so]


@dataclass(frozen=True)
class DevicePage:
    """All that the page of one device shows."""

    device: Device
    place: str
    standard: Standard
    streams: Sequence[Datastream]
    notes: Sequence[DeviceNote]
    marks: Sequence[str]
    keys: Sequence[DeviceKey] = field(default_factory=list)


def device_named(code: str, *, below: str, care: bool) -> Device:
    """One device with its place, owner and operator.

    Raises:
        NotFound: there is none of this code that the reader may see.
    """
    found = devices_below(below, care=care).select_related("place", "owner", "operator", "thing")
    device = found.filter(code=code).first()
    if device is None:
        raise NotFound
    return device


def device_page(code: str, *, below: str, care: bool, keys: bool, now: datetime) -> DevicePage:
    """Four statements at most. keys: with its keys, without their secrets, which nobody has."""
    device = device_named(code, below=below, care=care)
    streams = device.thing.datastreams.select_related("observed_property")
    notes = device.notes.select_related("post", "account")[:NOTES_MOST]
    return DevicePage(
        device, full_title(device.place), standard_of(device.type), list(streams), list(notes), troubles(device, now),
        list(device.keys.all()) if keys else [],
    )  # fmt: skip


# --- what anybody may see


def public_devices() -> QuerySet[Device]:
    """What the public register shows: nothing of a home, nothing of the care check, nothing taken down."""
    below = governed_path()
    return Device.objects.filter(
        public=True, place__path__gte=below, place__path__lt=below + "~", status__in=(*RUNNING, DeviceStatus.PLANNED)
    ).exclude(Q(type=DeviceType.CARE) | Q(site=Site.HOME))


@dataclass(frozen=True)
class Group:
    """The devices of one type in one estate."""

    place: str
    path: str
    type: DeviceType
    count: int
    sees: Sequence[str]
    days: int

    @property
    def title(self) -> Any:
        return self.type.label


@dataclass(frozen=True)
class PublicPage:
    """The public register: groups by estate and type, or the devices of one of them."""

    groups: Sequence[Group]
    rows: Sequence[Row]
    after: str | None


def public_list(*, estate: str = "", type: str = "", after: str = "") -> PublicPage:  # noqa: A002  as the field is called
    """The register as anybody sees it; devices one by one once an estate or a type is chosen. One statement."""
    found = public_devices()
    if estate:
        found = found.filter(place__path__gte=estate, place__path__lt=estate + "~")
    if type:
        found = found.filter(type=type)
    if not estate and not type:
        return PublicPage(_groups(found), [], None)
    if after:
        found = found.filter(code__gt=after)
    rows = list(found.select_related("place", "operator").order_by("code")[: SIZE + 1])
    shown = [Row(device, full_title(device.place), []) for device in rows[:SIZE]]
    return PublicPage([], shown, rows[SIZE - 1].code if len(rows) > SIZE else None)


def _groups(found: QuerySet[Device]) -> list[Group]:
    """By estate, then by type. What each sees is said once for all that say the same."""
    held: dict[tuple[str, str], list[Device]] = {}
    for device in found.select_related("place").order_by("place__path", "type"):
        held.setdefault((_estate(device.place.path), device.type), []).append(device)
    return [
        Group(
            _title(path), path, DeviceType(kind), len(devices),
            list(dict.fromkeys(device.sees_text for device in devices)), max(device.days for device in devices),
        )
        for (path, kind), devices in sorted(held.items())
    ]  # fmt: skip


def _estate(path: str) -> str:
    above = tree().above(path)
    return next((place.path for place in above if place.kind == Kind.ESTATE), above[-1].path if above else path)


def _title(path: str) -> str:
    place = tree().by_path.get(path)
    return place.title if place else ""


def public_device(code: str) -> Device:
    """A device of the public register.

    Raises:
        NotFound: there is none, or it is not public: which of the two, nobody is told.
    """
    found = public_devices().select_related("place", "owner", "operator").filter(code=code).first()
    if found is None:
        raise NotFound
    return found


def public_geojson(*, estate: str = "", type: str = "") -> bytes:  # noqa: A002
    """The points of the public register as a GeoJSON FeatureCollection. One statement."""
    found = public_devices()
    if estate:
        found = found.filter(place__path__gte=estate, place__path__lt=estate + "~")
    if type:
        found = found.filter(type=type)
    rows = found.values_list("code", "type", "lon", "lat", "place__lon", "place__lat")
    features = [
        _feature(code, DeviceType(kind), lon if lon is not None else place_lon, lat if lat is not None else place_lat)
        for code, kind, lon, lat, place_lon, place_lat in rows
    ]
    known = [feature for feature in features if feature["geometry"]["coordinates"][0] is not None]
    return orjson.dumps({"type": "FeatureCollection", "features": known})


def _feature(code: str, kind: DeviceType, lon: float | None, lat: float | None) -> dict[str, Any]:
    properties = {"id": code, "title": f"{kind.label} {code}", "href": f"/d/{code}/", "tone": "active"}
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Point", "coordinates": [lon, lat]}}


def device_geojson(device: Device) -> bytes:
    """The point of one device; empty where none is known, and always for the care check."""
    lon = device.lon if device.lon is not None else device.place.lon
    lat = device.lat if device.lat is not None else device.place.lat
    known = lon is not None and device.type != DeviceType.CARE
    features = [_feature(device.code, DeviceType(device.type), lon, lat)] if known else []
    return orjson.dumps({"type": "FeatureCollection", "features": features})


@dataclass(frozen=True)
class Overview:
    """How many devices there are below a place, and what is the matter with them."""

    running: int
    silent: int
    battery: int
    check: int
    siting: int


def overview(*, below: str, care: bool, now: datetime) -> Overview:
    """Two statements."""
    today: date = timezone.localdate(now)
    found = devices_below(below, care=care).filter(status__in=RUNNING)
    counted = found.aggregate(
        running=Count("pk"),
        silent=Count("pk", filter=_silent(now)),
        battery=Count("pk", filter=Q(battery__lt=LOW_BATTERY)),
        check=Count("pk", filter=Q(next_check__lte=today)),
        siting=Count("pk", filter=~Q(conformity=Conformity.CONFORMS)),
    )
    return Overview(**counted)
