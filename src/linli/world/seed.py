"""Filling the demonstration: places, posts, classes, and a past that was really lived through, move by move."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from uuid import UUID, uuid5

from django.utils.timezone import localtime, now

from linli.cases.domain.classes import load_starter_classes
from linli.cases.domain.learning import JOB as LEARN
from linli.cases.domain.queries import classes
from linli.cases.domain.rulebook import load_starter_rules
from linli.core import jobs
from linli.core.installation import is_installed, set_installation
from linli.places.domain.kept import tree
from linli.places.domain.locate import locate
from linli.places.domain.queries import Called, called
from linli.world import bookings, hall, legal, services, station
from linli.world.duties import build_duties
from linli.world.life import Life, Occurrence
from linli.world.people import STREET, TOUR_ESTATE, build_people
from linli.world.places import build_places
from linli.world.roster import build_roster
from linli.world.rush import play_rush
from linli.world.stories import PLOTS

FIRST, PAST = 50, 350  # cases before the first page is served, and after it
DAYS = 28
EARLIER, EARLIER_DAYS = 150, 170  # and further back, so that figures have a course
AREA = "乐山片区"
NAMESPACE = UUID("6d1c2a54-93a0-5c1f-8e0b-7f4f9c2b1a70")
SINCE = timedelta(days=400)


def seed_first(*, scale: int = 1) -> bool:
    """Places, posts, classes and the first fifty cases, once. False where the database is filled already."""
    if is_installed():
        return False
    at = now()
    places = build_places(at=at - SINCE, scale=scale)
    set_installation(name=STREET, name_en="Xujiahui Subdistrict", root_path=places[STREET].path, demo=True)
    load_starter_classes(place=places[STREET], at=at - SINCE)
    load_starter_rules(at=at - SINCE)
    build_people(places, area=AREA, tour_cell=_tour_cell(places), at=at - SINCE)
    build_roster(at=at)
    station.lay(at)
    legal.lay(at)
    build_duties(places[STREET], at=at)
    services.lay(at)
    bookings.lay(places, at)
    hall.lay(places, at)
    life = Life(at)
    for occurrence in occurrences(at, seed=1, number=FIRST):
        life.play(occurrence)
    # First the reading of classes is learnt, so that what is played of the past shows how it does.
    jobs.enqueue(LEARN, at=at - timedelta(seconds=1), unique=LEARN)
    jobs.enqueue("world.past", at=at, unique="world.past")
    return True


def _tour_cell(places: Called) -> str:
    """The code of the grid cell in which the tour's building stands."""
    building = next(
        place for name, place in places.items() if name.startswith(f"{TOUR_ESTATE}12号") and place.kind == "building"
    )
    cell = locate(building.lon or 0, building.lat or 0).cell
    if cell is None:
        raise LookupError(f"{building.name} stands in no grid cell")
    return cell.code


def earlier(at: datetime) -> Iterator[Occurrence]:
    """What happened in the months before the last weeks."""
    yield from occurrences(at - timedelta(days=DAYS), seed=4, number=EARLIER, days=EARLIER_DAYS)


def occurrences(at: datetime, *, seed: int, number: int, days: int = DAYS) -> Iterator[Occurrence]:
    """Invented occurrences of the days before `at`, in no order that matters; the same for the same seed and time."""
    places = called(tree().places)
    random = Random(seed)
    known = {klass.code for klass in classes()}
    plots = [plot for plot in PLOTS if plot.klass in known]
    inside = places[AREA].path
    buildings = [place for place in places.values() if place.kind == "building" and place.path.startswith(inside)]
    for index in range(number):
        plot = random.choices(plots, [plot.weight for plot in plots])[0]
        yield Occurrence(
            key=uuid5(NAMESPACE, f"{seed}:{index}"),
            plot=plot,
            building=random.choice(buildings),
            at=_moment(at, random, days),
            random=Random(f"{seed}:{index}"),
        )


def busy_hour(at: datetime) -> None:
    """What the duty desk shows at its busiest."""
    pump = next((klass for klass in classes() if klass.code == "facility"), None)
    places = called(tree().places)
    inside = [place for place in places.values() if place.path.startswith(places[AREA].path)]
    estate = next(place for place in inside if place.kind == "estate" and place.name != TOUR_ESTATE)
    buildings = [place for place in inside if place.kind == "building" and place.path.startswith(estate.path)]
    if pump is not None and buildings:
        play_rush(at=at, klass=pump, buildings=buildings, namespace=NAMESPACE)


def _moment(at: datetime, random: Random, days: int) -> datetime:
    """Some time in the last days, by day more than by night, more of them lately."""
    back = timedelta(days=days * random.random() ** 1.4)
    day = localtime(at - back)
    hour = random.choices(range(24), [1, 1, 1, 1, 1, 2, 5, 9, 11, 10, 9, 8, 6, 7, 8, 8, 8, 9, 10, 9, 7, 5, 3, 2])[0]
    moment = day.replace(hour=hour, minute=random.randrange(60), second=random.randrange(60))
    return min(moment, at - timedelta(minutes=3))
