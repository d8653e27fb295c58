"""Where things stand and stood.

The first row of a thing says where it was put. Each later row says that it was moved, and of one day only the last move
is kept: a change on the same day replaces that row's time and locations. So nothing can be followed on its way. Only in
a trial in which no people are, every move is kept.
"""

from collections.abc import Sequence
from datetime import datetime

from linli.gateway.sensorthings.trial import is_lax
from linli.sensing.domain import things as kept
from linli.sensing.models import FeatureOfInterest, HistoricalLocation, Location, Thing

__all__ = ["feature_of", "features_of", "is_newest", "move", "move_of_day", "remember"]
GEOJSON = ("application/geo+json", "application/vnd.geo+json")


def move(thing: Thing, locations: Sequence[Location], at: datetime) -> HistoricalLocation:
    """Put a thing at these locations, and at no other, from `at` on."""
    thing.locations.set(locations)
    return remember(thing, locations, at)


def remember(thing: Thing, locations: Sequence[Location], at: datetime) -> HistoricalLocation:
    """Write that a thing stood at these locations from `at` on."""
    if not is_lax():
        return kept.remember(thing, locations, at)
    row = HistoricalLocation.objects.create(thing=thing, time=at)
    row.locations.set(locations)
    return row


def move_of_day(thing: Thing, at: datetime) -> HistoricalLocation | None:
    """The move in whose place one at `at` would come; None where it would stand beside all others."""
    return None if is_lax() else kept.move_of_day(thing, at)


def is_newest(row: HistoricalLocation) -> bool:
    return not HistoricalLocation.objects.filter(thing=row.thing_id, time__gt=row.time).exists()


def feature_of(thing: Thing, made: list[FeatureOfInterest] | None = None) -> FeatureOfInterest | None:
    """What an observation of this thing is about where nobody says: the place where it stands now.

    None where the thing stands nowhere.  made: gets what had to be made.
    """
    return features_of([thing], made)[thing.pk]


def features_of(
    things: Sequence[Thing], made: list[FeatureOfInterest] | None = None
) -> dict[int, FeatureOfInterest | None]:
    """`feature_of` for several things by their keys, with as many statements as for one."""
    standing: dict[int, list[Location]] = {thing.pk: [] for thing in things}
    rows = Thing.locations.through.objects.filter(thing__in=standing).order_by("location_id")
    for row in rows.select_related("location"):
        standing[row.thing_id].append(row.location)
    places = {pk: _told_of(each) for pk, each in standing.items()}
    known: dict[int | None, list[FeatureOfInterest]] = {}
    wanted = {place.pk for place in places.values() if place is not None}
    for feature in FeatureOfInterest.objects.filter(location__in=wanted).order_by("-pk") if wanted else ():
        known.setdefault(feature.location_id, []).append(feature)
    return {pk: None if place is None else _feature_at(place, known, made) for pk, place in places.items()}


def _told_of(places: Sequence[Location]) -> Location | None:
    """Of several locations of one thing, the first that a map can show."""
    return next((each for each in places if each.encoding in GEOJSON), places[0]) if places else None


def _feature_at(
    place: Location, known: dict[int | None, list[FeatureOfInterest]], new: list[FeatureOfInterest] | None
) -> FeatureOfInterest:
    here = known.setdefault(place.pk, [])
    for feature in here:
        if feature.feature == place.location:
            return feature
    made = FeatureOfInterest.objects.create(
        name=place.name, description=place.description, encoding=place.encoding, feature=place.location, location=place
    )
    here.insert(0, made)
    if new is not None:
        new.append(made)
    return made
