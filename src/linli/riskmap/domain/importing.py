"""Reading GeoJSON files of surroundings and cameras: every bad row is named, and the user takes the rest or nothing.

Tags are those of OpenStreetMap, and the names that Overture and other exports give them. A height is read from
`height`, else from the storeys; where both are missing it is assumed, and the map says so.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from linli.core.errors import DomainError, Invalid
from linli.people.actors import Actor
from linli.people.domain.acts import record
from linli.people.models import Organisation
from linli.places.domain.locate import locate
from linli.places.models import Place
from linli.riskmap.domain.drawing import Drawn, Shape, checked, draw
from linli.riskmap.domain.optics import describe_camera
from linli.riskmap.domain.view import HEIGHT, RANGE_MOST, wrong_in
from linli.riskmap.models import Optics
from linli.sensing.domain.devices import register_device
from linli.sensing.domain.properties import load_properties

MOST = 200_000  # features of one file
STOREY = 3.0  # metres
WHAT = ("buildings", "walls", "lanes", "cameras")
ASSUMED = {"building": 9.0, "wall": 2.0, "fence": 1.8, "tree": 3.0}
BARRIERS = {
    "wall": "wall", "retaining_wall": "wall", "city_wall": "wall", "noise_barrier": "wall", "fence": "fence",
    "guard_rail": "fence", "hedge": "tree",
}  # fmt: skip
NEVER_IN_THE_WAY = frozenset({"kerb", "chain", "bollard", "rope", "cable_barrier", "block", "lift_gate", "gate"})
LANES = frozenset({"residential", "service", "living_street", "unclassified", "footway", "pedestrian", "path", "steps"})
LENGTH = re.compile(r"^\s*(\d+(?:[.,]\d+)?)\s*(m|metres?|meters?|ft|')?\s*$", re.IGNORECASE)
CARDINALS = {name: 22.5 * at for at, name in enumerate(
    ["N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW"]
)}  # fmt: skip
# Kinds of camera: field of view, range.  A dome or a turning one sees all round.
CAMERA_TYPES = {"fixed": (90.0, 30.0), "dome": (360.0, 20.0), "panning": (360.0, 40.0)}


@dataclass(frozen=True)
class Bad:
    """A row that cannot be taken. row: counted from 1."""

    row: int
    name: str
    why: str


@dataclass(frozen=True)
class Camera:
    """A camera of a file. bearing: None where the file does not say it and it does not look all round."""

    lon: float
    lat: float
    bearing: float
    fov: float
    range: float
    height: float
    reference: str
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What a file holds. left_out: rows that are right but stand in nobody's way, such as kerbs.

    assumed: how many heights are assumed.
    """

    what: str
    shapes: Sequence[Shape] = ()
    cameras: Sequence[Camera] = ()
    bad: Sequence[Bad] = ()
    left_out: int = 0
    notes: Sequence[str] = field(default_factory=tuple)

    @property
    def good(self) -> int:
        return len(self.shapes) or len(self.cameras)

    @property
    def assumed(self) -> int:
        return sum(shape.assumed for shape in self.shapes) + sum(bool(camera.assumed) for camera in self.cameras)


class Aside(Exception):
    """A row that is left out on purpose."""


def read_file(data: bytes, *, what: str) -> Reading:
    """Read a FeatureCollection. what: one of `WHAT`.

    Raises:
        Invalid: by `file`; it is no GeoJSON, has no features, or too many.
    """
    if what not in WHAT:
        raise Invalid(fields={"what": _("Choose what the file holds.")})
    features = _features(data)
    read: Callable[[Mapping[str, Any]], Any] = {
        "buildings": _building, "walls": _wall, "lanes": _lane, "cameras": _camera,
    }[what]  # fmt: skip
    good: list[Any] = []
    bad: list[Bad] = []
    left_out = 0
    seen: set[str] = set()
    for number, given in enumerate(features, start=1):
        try:
            made = read(given if isinstance(given, Mapping) else {})
        except Aside:
            left_out += 1
        except DomainError as told:
            bad.append(Bad(number, _name(given), str(told.message)))
        else:
            if made.reference and made.reference in seen:
                bad.append(Bad(number, _name(given), _("Its id stands in the file twice; the first is taken.")))
            else:
                seen.add(made.reference)
                good.append(made)
    named = {"cameras": good} if what == "cameras" else {"shapes": good}
    return Reading(what, bad=bad, left_out=left_out, **named)


def _features(data: bytes) -> Sequence[Any]:
    try:
        held = json.loads(data)
    except (ValueError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(fields={"file": _("This is no GeoJSON file: it cannot be read.")}) from error
    features = held.get("features") if isinstance(held, Mapping) else None
    if not isinstance(features, list) or not features:
        raise Invalid(fields={"file": _("There are no features in this file. A GeoJSON FeatureCollection is needed.")})
    if len(features) > MOST:
        raise Invalid(fields={"file": _("The file holds more than %(most)d features. Divide it.") % {"most": MOST}})
    return features


def _tags(given: Mapping[str, Any]) -> Mapping[str, Any]:
    tags = given.get("properties")
    return tags if isinstance(tags, Mapping) else {}


def _name(given: Any) -> str:
    tags = _tags(given) if isinstance(given, Mapping) else {}
    return str(tags.get("name") or tags.get("osm_id") or tags.get("id") or "")[:80]


def _reference(given: Mapping[str, Any]) -> str:
    tags = _tags(given)
    found = tags.get("osm_id") or tags.get("id") or given.get("id") or tags.get("@id") or ""
    kind = str(tags.get("osm_type") or "")[:1]
    return f"{kind}{found}"[:60]


def _metres(text: Any, what: str) -> float | None:
    """A length as tags write it: 12, "12 m", "39 ft". None where there is none."""
    if text in (None, ""):
        return None
    found = LENGTH.match(str(text))
    if not found:
        raise Invalid(_("%(what)s: “%(text)s” is no length in metres.") % {"what": what, "text": str(text)[:30]})
    value = float(found[1].replace(",", "."))
    return round(value * 0.3048, 2) if (found[2] or "").lower() in {"ft", "'"} else value


def _height(tags: Mapping[str, Any], kind: str) -> tuple[float, bool]:
    """The height in metres, and whether it is assumed."""
    height = _metres(tags.get("height"), "height")
    if height:
        return height, False
    levels = tags.get("building:levels", tags.get("levels", tags.get("num_floors")))
    try:
        storeys = float(str(levels)) if levels not in (None, "") else 0.0
    except ValueError:
        storeys = 0.0  # RDC and other words: as if nothing were said
    return (storeys * STOREY, False) if storeys > 0 else (ASSUMED[kind], True)


def _building(given: Mapping[str, Any]) -> Shape:
    tags = _tags(given)
    below = _metres(tags.get("min_height"), "min_height")
    if below and below > 3:
        raise Aside  # a part of a building that begins above the ground hides nothing at eye height
    if tags.get("building") == "roof":
        raise Aside
    height, assumed = _height(tags, "building")
    return _checked("building", given, high=height, assumed=assumed)


def _wall(given: Mapping[str, Any]) -> Shape:
    tags = _tags(given)
    barrier = str(tags.get("barrier") or "wall")
    if barrier in NEVER_IN_THE_WAY:
        raise Aside
    kind = BARRIERS.get(barrier)
    if kind is None:
        raise Invalid(_("“%(kind)s” is no barrier that the map knows.") % {"kind": barrier[:30]})
    height, assumed = _height(tags, kind)
    geometry = given.get("geometry")
    if kind == "tree" and isinstance(geometry, Mapping) and "Line" in str(geometry.get("type")):
        kind = "fence"  # a hedge drawn as a line
    return _checked(kind, given, high=height, assumed=assumed)


def _lane(given: Mapping[str, Any]) -> Shape:
    tags = _tags(given)
    kind = str(tags.get("highway") or tags.get("kind_detail") or "")
    if kind not in LANES or str(tags.get("tunnel")) in {"yes", "building_passage"}:
        raise Aside
    return _checked("fire_lane" if tags.get("service") == "emergency_access" else "lane", given)


def _checked(kind: str, given: Mapping[str, Any], **more: Any) -> Shape:
    geometry = given.get("geometry")
    if not isinstance(geometry, Mapping):
        raise Invalid(_("It has no geometry."))
    name = str(_tags(given).get("name") or "")
    return checked(Shape(kind, geometry, name=name, reference=_reference(given), **more))


def _camera(given: Mapping[str, Any]) -> Camera:
    tags, geometry = _tags(given), given.get("geometry")
    if str(tags.get("surveillance:type", "camera")).lower() != "camera":
        raise Aside
    if not isinstance(geometry, Mapping) or geometry.get("type") != "Point":
        raise Invalid(_("A camera is drawn as a point."))
    lon, lat = _position(geometry.get("coordinates"))
    kind = str(tags.get("camera:type") or "fixed")
    if kind not in CAMERA_TYPES:
        raise Invalid(_("“%(kind)s” is no type of camera that the map knows.") % {"kind": kind[:30]})
    fov, reach = CAMERA_TYPES[kind]
    bearing = _direction(tags.get("camera:direction", tags.get("direction")))
    if bearing is None and fov < 360:
        raise Invalid(_("It does not say in which direction it looks: camera:direction is missing."))
    assumed = ["fov", "range"]
    height = _metres(tags.get("height"), "height")
    if height is None:
        assumed.append("height")
    angle = _metres(tags.get("camera:angle"), "camera:angle")
    looks = {"bearing": bearing or 0.0, "fov": min(angle, 360.0) if angle else fov, "height": height or HEIGHT,
             "range": min(reach, RANGE_MOST)}  # fmt: skip
    if wrong := wrong_in({"near": 0.0, **looks}):
        raise Invalid("; ".join(f"{name}: {words}" for name, words in wrong.items()))
    return Camera(lon, lat, reference=_reference(given), assumed=tuple(assumed), **looks)


def _position(coordinates: Any) -> tuple[float, float]:
    try:
        lon, lat = (float(value) for value in (coordinates if isinstance(coordinates, list) else [])[:2])
    except (TypeError, ValueError, OverflowError) as error:
        raise Invalid(_("It has no position.")) from error
    if not (-180 <= lon <= 180 and -85 <= lat <= 85):
        raise Invalid(_("Longitude is between -180 and 180, latitude between -85 and 85: longitude comes first."))
    return lon, lat


def _direction(text: Any) -> float | None:
    """Degrees from 240, "240", "NW", or the middle of "90-270"."""
    if text in (None, ""):
        return None
    words = str(text).strip().upper()
    if words in CARDINALS:
        return CARDINALS[words]
    ends = words.split("-") if re.fullmatch(r"\d+(\.\d+)?-\d+(\.\d+)?", words) else [words]
    try:
        numbers = [float(end) for end in ends]
    except ValueError:
        raise Invalid(_("“%(text)s” is no direction: write degrees or NE.") % {"text": words[:30]}) from None
    first, last = numbers[0], numbers[-1]
    if not all(0 <= number <= 360 for number in numbers):
        raise Invalid(_("“%(text)s” is no direction: write degrees or NE.") % {"text": words[:30]})
    return (first + ((last - first) % 360) / 2) % 360


@dataclass(frozen=True)
class Taken:
    added: int
    replaced: int


def take_shapes(
    reading: Reading, *, source: str, within: Place, by: Actor, at: datetime, action: UUID | None = None
) -> Taken:
    """Draw what was read. The same file taken again replaces what has an id, and adds nothing twice."""
    done: Drawn = draw(shapes=reading.shapes, source=source, by=by, at=at, action=action, within=within)
    record("surroundings_taken", target=source, detail=f"{reading.what}: {reading.good}", by=by, at=at)
    return Taken(done.added, done.replaced)


def take_cameras(
    reading: Reading,
    *,
    source: str,
    within: Place,
    operator: Organisation,
    purpose: str,
    sees: str,
    confirms: Sequence[str],
    by: Actor,
    at: datetime,
    action: UUID | None = None,
) -> Taken:
    """Put cameras into the register and on the map, planned: somebody is to look at each. Those that are there stay.

    confirms: the points of the siting standard that the actor made sure of; those that are needed must be among them.

    Raises:
        Invalid: by field, before anything is written of the camera that it is about.
    """
    load_properties()
    said = {"operator": operator, "purpose": purpose, "sees": sees, "confirms": confirms, "by": by, "at": at}
    added = known = 0
    for camera in reading.cameras:
        code = f"CM-{uuid5(NAMESPACE_URL, f'{source}:{camera.reference or (camera.lon, camera.lat)}').hex[:8]}".upper()
        if Optics.objects.filter(device__code=code).exists():
            known += 1
            continue
        with transaction.atomic():
            _put(camera, code, {**said, "source": source, "within": within})
        added += 1
    record("surroundings_taken", target=source, detail=f"{reading.what}: {added}", by=by, at=at)
    return Taken(added, known)


def _put(camera: Camera, code: str, said: Mapping[str, Any]) -> None:
    within, by, at = said["within"], said["by"], said["at"]
    found = locate(camera.lon, camera.lat).place
    place = found if found is not None and found.path.startswith(within.path) else within
    device = register_device(
        code=code, type="camera", site="street", place=place, owner=said["operator"], operator=said["operator"],
        purpose=said["purpose"], sees=said["sees"], properties=["alive"], lon=camera.lon, lat=camera.lat,
        height=camera.height, status="planned", confirms=said["confirms"], by=by, at=at,
    )  # fmt: skip
    describe_camera(
        device=device, bearing=camera.bearing, fov=camera.fov, range=camera.range, source=said["source"], by=by, at=at
    )
