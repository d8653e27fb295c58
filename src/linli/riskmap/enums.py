"""Words of the risk map: on what basis a camera stands, what surrounds it, and what is checked of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Legal(models.TextChoices):
    """On which article of Decree 799 a camera stands. Most of an estate's stand on article 9."""

    DUTY = "art7-1", _("public security, set up by a state organ (art. 7 (1))")
    VITAL = "art7-2", _("a vital place, set up by the unit responsible (art. 7 (2))")
    OTHER_PUBLIC = "art9", _("another public place (art. 9)")
    NON_PUBLIC = "non-public", _("not a public place (art. 33)")


class Room(models.TextChoices):
    """In what kind of room a camera hangs. All but the first are forbidden by article 8."""

    NONE = "", _("none of these: outdoors, a staircase, a hall")
    GUEST = "guest", _("guest room or private dining room")
    SLEEPING = "sleeping", _("dormitory or staff bedroom")
    BATH = "bath", _("bath, toilet, changing or fitting room")
    NURSING = "nursing", _("nursing room")
    HOME = "home", _("inside a home, or another spot that shows privacy")


class Sign(models.TextChoices):
    """Whether a sign tells that there is a camera."""

    UNKNOWN = "unknown", _("nobody looked yet")
    THERE = "there", _("there is a sign")
    MISSING = "missing", _("there is no sign")


class ObstacleKind(models.TextChoices):
    BUILDING = "building", pgettext_lazy("risk map", "building")
    WALL = "wall", pgettext_lazy("risk map", "wall")
    FENCE = "fence", pgettext_lazy("risk map", "fence")
    TREE = "tree", pgettext_lazy("risk map", "trees")


class ZoneKind(models.TextChoices):
    """A place to be seen, or one never to be seen."""

    WINDOW = "window", pgettext_lazy("risk map", "window of a home")
    DOOR = "door", pgettext_lazy("risk map", "door of a home")
    PRIVATE = "private", pgettext_lazy("risk map", "private area")
    LANE = "lane", pgettext_lazy("risk map", "lane")
    FIRE_LANE = "fire_lane", pgettext_lazy("risk map", "fire lane")
    ENTRANCE = "entrance", pgettext_lazy("risk map", "entrance")
    SHED = "shed", pgettext_lazy("risk map", "charging shed")


NEVER_SEEN = (ZoneKind.WINDOW, ZoneKind.DOOR, ZoneKind.PRIVATE)
TO_BE_SEEN = (ZoneKind.LANE, ZoneKind.FIRE_LANE, ZoneKind.ENTRANCE, ZoneKind.SHED)


class FindingState(models.TextChoices):
    OPEN = "open", pgettext_lazy("finding", "open")
    SETTLED = "settled", pgettext_lazy("finding", "settled")
