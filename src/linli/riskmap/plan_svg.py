"""A plan of one camera as SVG, drawn on the server: for paper, and wherever the map cannot be drawn."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, floor, log10, radians, sin
from typing import Any

import shapely
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from linli.engines.coverage.plane import to_plane
from linli.riskmap.domain.privacy import SeenZone
from linli.riskmap.domain.seeing import Seen
from linli.riskmap.domain.surroundings import Thing, obstacles, zones
from linli.riskmap.domain.view import View
from linli.riskmap.enums import NEVER_SEEN, ObstacleKind, ZoneKind

WIDTH, HEIGHT = 640, 480
MARGIN = 1.15  # the range of the camera fills the plan but for this


@dataclass(frozen=True)
class Paper:
    """From metres around the camera to the paper. scale: units of the paper for a metre."""

    view: View
    scale: float

    def path(self, drawn: Any) -> str:
        """The outline of a shapely geometry in degrees."""
        return self.metres(shapely.transform(drawn, lambda at: to_plane(at, (self.view.lon, self.view.lat))))

    def metres(self, drawn: Any) -> str:
        parts = []
        for line in _lines(drawn):
            points = " L".join(f"{WIDTH / 2 + x * self.scale:.1f} {HEIGHT / 2 - y * self.scale:.1f}" for x, y in line)
            parts.append(f"M{points}")
        return " ".join(parts)


def _lines(drawn: Any) -> Iterable[Any]:
    for part in shapely.get_parts(drawn):
        if part.geom_type == "Polygon":
            yield from (ring.coords for ring in (part.exterior, *part.interiors))
        elif part.geom_type in {"LineString", "LinearRing"}:
            yield part.coords


def plan(view: View, seen: Seen, private: Sequence[SeenZone], *, title: str, limit: float) -> SafeString:
    """The ground around a camera, what stands there, what it sees, and homes in its sight.

    title: what somebody hears who does not see it.  limit: pixels per metre from which a home is marked.
    """
    paper = Paper(view, min(WIDTH, HEIGHT) / 2 / (max(view.range, 5) * MARGIN))
    wide = WIDTH / 2 / paper.scale
    over = {each.pk for each in private if each.density >= limit}
    drawn = [
        *(_zone(paper, zone, over) for zone in zones().near(view.lon, view.lat, wide)),
        _path(paper.path(seen.cone), "plan-cone"),
        _path(paper.path(seen.ground), "plan-ground"),
        *(_obstacle(paper, thing) for thing in obstacles().near(view.lon, view.lat, wide)),
        *(_zone(paper, zone, over) for zone in zones().near(view.lon, view.lat, wide) if zone.pk in over),
        _camera(view),
        _north(),
        _bar(paper.scale),
    ]
    return mark_safe(  # noqa: S308  numbers, and names that are escaped
        f'<svg class="plan" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">'
        f'<rect class="plan-paper" width="{WIDTH}" height="{HEIGHT}"/>{"".join(drawn)}</svg>'
    )


def _path(d: str, name: str) -> str:
    return f'<path class="{name}" d="{d}"/>' if d else ""


def _obstacle(paper: Paper, thing: Thing) -> str:
    name = "plan-building" if thing.kind in {ObstacleKind.BUILDING, ObstacleKind.TREE} else "plan-wall"
    drawn = _path(paper.path(thing.outline), f"{name} plan-{thing.kind}")
    if thing.kind != ObstacleKind.BUILDING or not thing.name:
        return drawn
    (x, y), *_rest = to_plane([thing.outline.representative_point().coords[0]], (paper.view.lon, paper.view.lat))
    x, y = WIDTH / 2 + x * paper.scale, HEIGHT / 2 - y * paper.scale
    if not (30 < x < WIDTH - 30 and 14 < y < HEIGHT - 14):
        return drawn
    return f'{drawn}<text class="plan-name" x="{x:.1f}" y="{y:.1f}">{escape(thing.name)}</text>'


def _zone(paper: Paper, zone: Thing, over: set[int]) -> str:
    if zone.kind in {ZoneKind.LANE, ZoneKind.FIRE_LANE}:
        return _path(paper.path(zone.outline), f"plan-{zone.kind}")
    if zone.kind in NEVER_SEEN:
        return _path(paper.path(zone.outline), "plan-home plan-over" if zone.pk in over else "plan-home")
    return ""


def _camera(view: View) -> str:
    turn = radians(view.bearing)
    x, y = WIDTH / 2 + 26 * sin(turn), HEIGHT / 2 - 26 * cos(turn)
    return (
        f'<path class="plan-axis" d="M{WIDTH / 2} {HEIGHT / 2} L{x:.1f} {y:.1f}"/>'
        f'<circle class="plan-camera" cx="{WIDTH / 2}" cy="{HEIGHT / 2}" r="7"/>'
    )


def _north() -> str:
    x = WIDTH - 30
    return f'<path class="plan-north" d="M{x} 14 l8 22 l-8 -5 l-8 5 z"/><text class="plan-name" x="{x}" y="50">N</text>'


def _bar(scale: float) -> str:
    """A length of 1, 2 or 5 times a power of ten that is about a sixth of the paper wide."""
    wanted = WIDTH / 6 / scale
    power = 10 ** floor(log10(wanted))
    metres = max(step * power for step in (1, 2, 5) if step * power <= wanted)
    y, end = HEIGHT - 18, 20 + metres * scale
    return (
        f'<path class="plan-bar" d="M20 {y - 5} V{y} H{end:.1f} V{y - 5}"/>'
        f'<text class="plan-name plan-left" x="20" y="{y - 10}">{metres:g} m</text>'
    )
