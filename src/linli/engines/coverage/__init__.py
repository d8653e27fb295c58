"""What fixed sensors see of the ground and of the walls round about: docs/coverage.md."""

from linli.engines.coverage.areas import Blind, bands, blind, blind_areas, overlap, polygons, union, views
from linli.engines.coverage.density import EDITIONS, Edition, density_class, distance_for, pixel_density
from linli.engines.coverage.model import Sensors
from linli.engines.coverage.obstacles import Obstacles
from linli.engines.coverage.reference import cover, cover_25d
from linli.engines.coverage.standing import inside

__all__ = [
    "EDITIONS",
    "Blind",
    "Edition",
    "Obstacles",
    "Sensors",
    "bands",
    "blind",
    "blind_areas",
    "cover",
    "cover_25d",
    "density_class",
    "distance_for",
    "inside",
    "overlap",
    "pixel_density",
    "polygons",
    "union",
    "views",
]
