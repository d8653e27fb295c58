"""The layers of the risk map as GeoJSON, with the words and tones that the map draws."""

from collections.abc import Callable, Sequence
from typing import Any

import shapely

from linli.riskmap.domain.layers import Feature, blind_spots, collection, density, feature, homes, overlap
from linli.riskmap.domain.privacy import SeenZone
from linli.riskmap.domain.queries import CameraRow, watched
from linli.riskmap.domain.seeing import Seen
from linli.riskmap.domain.surroundings import obstacles, zones
from linli.riskmap.domain.view import View
from linli.riskmap.domain.yardsticks import yardsticks
from linli.riskmap.enums import TO_BE_SEEN, Sign
from linli.riskmap.shown import tone_of

AROUND_MOST = 4000
SIGNS = {Sign.THERE: "✓", Sign.MISSING: "!", Sign.UNKNOWN: "?"}

Layer = dict[str, Any]


def cameras(rows: Sequence[CameraRow], below: str, edition: str) -> Layer:
    """A point for each camera, with where it looks."""
    return collection(
        [
            feature(
                shapely.Point(row.view.lon, row.view.lat), id=row.code, title=row.code, bearing=row.view.bearing,
                tone=tone_of(row.findings), href=f"/risk-map/cameras/{row.code}/", round=row.view.fov >= 300,
            )
            for row in rows
            if row.view
        ]
    )  # fmt: skip


def coverage(rows: Sequence[CameraRow], below: str, edition: str) -> Layer:
    """What each camera sees of the ground, and the cone that nothing would hide."""
    found: list[Feature] = []
    for camera in watched(rows):
        found.append(feature(camera.seen.cone, kind="cone", camera=camera.code))
        found.append(feature(camera.seen.ground, kind="ground", camera=camera.code))
    return collection(found)


def densities(rows: Sequence[CameraRow], below: str, edition: str) -> Layer:
    return collection(density(watched(rows), edition))


def overlaps(rows: Sequence[CameraRow], below: str, edition: str) -> Layer:
    common = overlap(watched(rows))
    return collection([feature(common, kind="overlap")] if not common.is_empty else [])


def blind(rows: Sequence[CameraRow], below: str, edition: str) -> Layer:
    found = blind_spots(watched(rows), below)
    return collection(
        [
            feature(each.hidden, kind="blind", zone=each.zone.kind, title=each.zone.name, line=each.is_line)
            for each in found
        ]
    )


def private(rows: Sequence[CameraRow], below: str, edition: str) -> Layer:
    return collection(homes(watched(rows), yardsticks()["window_density"]))


def signs(rows: Sequence[CameraRow], below: str, edition: str) -> Layer:
    return collection(
        [
            feature(
                shapely.Point(row.view.lon, row.view.lat), id=row.code, sign=SIGNS[Sign(row.optics.sign)],
                tone="done" if row.optics.sign == Sign.THERE else "late",
            )
            for row in rows
            if row.view
        ]
    )  # fmt: skip


LAYERS: dict[str, Callable[[Sequence[CameraRow], str, str], Layer]] = {
    "cameras": cameras, "coverage": coverage, "density": densities, "overlap": overlaps, "blind": blind,
    "private": private, "signs": signs,
}  # fmt: skip


def around(box: tuple[float, float, float, float]) -> Layer:
    """Obstacles in a box, and the lanes, entrances and sheds that must be seen."""
    things = [feature(each.outline, kind=each.kind, title=each.name) for each in obstacles().inside(box)[:AROUND_MOST]]
    wanted = [zone for zone in zones().inside(box) if zone.kind in TO_BE_SEEN][:AROUND_MOST]
    return collection([*things, *(feature(zone.outline, kind=zone.kind, title=zone.name) for zone in wanted)])


def trial(view: View, seen: Seen, private: Sequence[SeenZone], limit: float) -> Layer:
    """One camera as it looks or would look: cone, ground, and the homes in its sight."""
    outlines = {zone.pk: zone.outline for zone in zones().things} if private else {}
    return collection(
        [
            feature(seen.cone, kind="cone"),
            feature(seen.ground, kind="ground"),
            *(
                feature(outlines[each.pk], kind="private", grade="over" if each.density >= limit else "under")
                for each in private
            ),
        ]
    )
