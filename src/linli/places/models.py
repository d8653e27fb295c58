"""One tree of places, from the district to the unit, and the grid cells that divide a committee."""

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from linli.core.fields import PathField

STEP = 4  # characters of the path for each level: 36⁴ children under one parent
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class Kind(models.TextChoices):
    DISTRICT = "district", _("district")
    SUBDISTRICT = "subdistrict", _("subdistrict")
    AREA = "area", _("area")
    COMMITTEE = "committee", _("residents' committee")
    ESTATE = "estate", _("estate")
    BUILDING = "building", _("building")
    ENTRANCE = "entrance", _("entrance")
    UNIT = "unit", _("unit")
    CELL = "cell", _("grid cell")
    LANE = "lane", _("lane")


# What each kind lies in; a district lies in nothing.
PARENT_KINDS = {
    Kind.SUBDISTRICT: Kind.DISTRICT,
    Kind.AREA: Kind.SUBDISTRICT,
    Kind.COMMITTEE: Kind.AREA,
    Kind.ESTATE: Kind.COMMITTEE,
    Kind.BUILDING: Kind.ESTATE,
    Kind.ENTRANCE: Kind.BUILDING,
    Kind.UNIT: Kind.ENTRANCE,
    Kind.CELL: Kind.COMMITTEE,
    Kind.LANE: Kind.ESTATE,
}

# Characters of the path of an estate (district, subdistrict, area, committee, estate) and of a building in it.
ESTATE_PATH, BUILDING_PATH = 5 * STEP, 6 * STEP


def path_step(number: int) -> str:
    """What a path holds for the child of this number, 0 to 36⁴ − 1: in base 36, so that bytes sort as numbers do."""
    digits = ""
    for _digit in range(STEP):
        number, digit = divmod(number, 36)
        digits = DIGITS[digit] + digits
    return digits


class PlaceQuerySet(models.QuerySet["Place"]):
    def below(self, path: str) -> "PlaceQuerySet":
        """The place with this path and all beneath it."""
        return self.filter(path__gte=path, path__lt=path + "~")

    def above(self, path: str) -> "PlaceQuerySet":
        """The place with this path and all that contain it, the widest first."""
        paths = [path[:end] for end in range(STEP, len(path) + 1, STEP)]
        return self.filter(path__in=paths).order_by("path")


class Place(models.Model):
    """A place. `path` is its parent's path and four characters of its own, in byte order."""

    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    kind = models.CharField(max_length=12, choices=Kind)
    path = PathField(max_length=40, unique=True)
    code = models.CharField(max_length=32, blank=True, help_text="official code, such as the 15 digits of a grid cell")
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    aliases = models.JSONField(default=list, help_text="other names that people use")
    geometry = models.JSONField(null=True, help_text="GeoJSON geometry, WGS-84")
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    retired_at = models.DateTimeField(null=True)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["parent", "kind", "name"], name="place_name_once"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="place_kind"),
        ]
        indexes = [models.Index(fields=["kind", "path"], name="place_kind_path")]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name

    def contains(self, other: "Place") -> bool:
        return other.path.startswith(self.path)


class Alias(models.Model):
    """A name that people use for a place and that no map shows, and where the office learnt it.

    `Place.aliases` are other names that come with the file of places; these are the office's own.
    """

    place = models.ForeignKey(Place, models.CASCADE, related_name="spoken")
    text = models.CharField(max_length=80)
    source = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["text", "id"]
        constraints = [models.UniqueConstraint(fields=["place", "text"], name="alias_once")]

    def __str__(self) -> str:
        return self.text


class PlaceFigure(models.Model):
    """A sourced number about a place as a whole, such as the share of people over 65. Never about one person."""

    place = models.ForeignKey(Place, models.CASCADE, related_name="sourced_figures")
    name = models.CharField(max_length=60)
    value = models.DecimalField(max_digits=14, decimal_places=2)
    unit = models.CharField(max_length=30)
    source = models.CharField(max_length=200)
    as_of = models.DateField()
    verified = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "name", "as_of"], name="figure_once")]
