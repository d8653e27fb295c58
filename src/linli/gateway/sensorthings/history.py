"""Where things stand and stood.

The first row of a thing says where it was put. Each later row says that it was moved, and of one day only the last move
is kept: a change on the same day replaces that row's time and locations. So nothing can be followed on its way.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from linli.sensing.models import FeatureOfInterest, HistoricalLocation, Location, Thing

GEOJSON = ("application/geo+json", "application/vnd.geo+json")


def move(thing: Thing, locations: Sequence[Location], at: datetime) -> HistoricalLocation:
    """Put a thing at these locations, and at no other, from `at` on."""
    thing.locations.set(locations)
    return remember(thing, locations, at)


def remember(thing: Thing, locations: Sequence[Location], at: datetime) -> HistoricalLocation:
    """Write that a thing stood at these locations from `at` on. The row of a move on the same day is replaced."""
    row = move_of_day(thing, at) or HistoricalLocation(thing=thing)
    row.time = at
    row.save()
    row.locations.set(locations)
    return row


def move_of_day(thing: Thing, at: datetime) -> HistoricalLocation | None:
    """The move that is kept of the day of `at`, on the office's calendar; where it was first put is none."""
    day = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    first = thing.historical_locations.order_by("pk").values("pk")[:1]
    rows = thing.historical_locations.filter(time__gte=day, time__lt=day + timedelta(days=1)).exclude(pk__in=first)
    return rows.order_by("-time").first()


def is_newest(row: HistoricalLocation) -> bool:
    return not HistoricalLocation.objects.filter(thing=row.thing_id, time__gt=row.time).exists()


def feature_of(thing: Thing) -> FeatureOfInterest | None:
    """What an observation of this thing is about where nobody says: the place where it stands now.

    None where the thing stands nowhere.
    """
    places = list(thing.locations.order_by("pk"))
    if not places:
        return None
    place = next((each for each in places if each.encoding in GEOJSON), places[0])
    for feature in FeatureOfInterest.objects.filter(location=place).order_by("-pk"):
        if feature.feature == place.location:
            return feature
    return FeatureOfInterest.objects.create(
        name=place.name, description=place.description, encoding=place.encoding, feature=place.location, location=place
    )
