"""The week as a story: what happened in the last seven whole days, as scenes with the facts of each and where to look.

Only numbers, classes, estates and posts are told. A class or an estate is named where it has five reports or more.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Substr
from django.utils import timezone

from linli.cases.domain.queries import ESTATE_PATH
from linli.insight.domain.actions import actions
from linli.insight.domain.guard import FEWEST
from linli.insight.domain.measures import GOOD
from linli.insight.domain.screen import Picture
from linli.insight.domain.screen_rows import calls_on_screen, conditions, on_screen, week, within
from linli.places.domain.kept import tree
from linli.places.models import Kind, Place
from linli.procedures.models import Entry, Procedure
from linli.sensing.enums import Verdict
from linli.sensing.models import Episode, Judgement

BEGUN_WITHIN = timedelta(days=92)


@dataclass(frozen=True)
class Scene:
    """One step of the walk: what is told, its facts, and the place to look at (none for the whole)."""

    kind: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    place: Place | None = None


def story(picture: Picture) -> list[Scene]:
    """The scenes of the week before the picture, in their order. Thirteen statements; what has no facts is left out."""
    at = picture.at
    first, ends = week(at)
    seen = Procedure.objects.filter(on_screen(picture.path))
    which = conditions(at)
    came, closed = seen.filter(which["week_came"]), seen.filter(which["week_closed"])
    earlier = conditions(first)
    facts: dict[str, Any] = {
        "first": first, "last": at, "came": came.count(), "closed": closed.count(),
        "came_before": seen.filter(earlier["week_came"]).count(),
        "closed_before": seen.filter(earlier["week_closed"]).count(),
    }  # fmt: skip
    scenes = [
        Scene("week", facts),
        *_busiest(came),
        *_checked(seen, first, ends),
        *_in_time(closed, facts["closed"]),
        *_devices(picture.path, first, ends),
        *_content(closed),
        *_begun(picture.path, ends),
        _red(picture),
        Scene("duty", {"n": picture.numbers["duty"]}),
    ]
    return [scene for scene in scenes if scene]


def _busiest(came: QuerySet[Procedure]) -> list[Scene]:
    """The two estates with most reports, and of what. One statement."""
    rows = (
        came.annotate(estate=Substr("place_path", 1, ESTATE_PATH))
        .order_by()
        .values_list("estate", "case__klass")
        .annotate(n=Count("pk"))
    )
    whole, by_class = Counter[str](), dict[str, Counter[int]]()
    for estate, klass, number in rows:
        whole[estate] += number
        if klass:
            by_class.setdefault(estate, Counter())[klass] += number
    known = tree().by_path
    found: list[Scene] = []
    for path, number in whole.most_common():
        place = known.get(path)
        if place is None or place.kind != Kind.ESTATE or number < FEWEST:
            continue
        klass, many = by_class.get(path, Counter()).most_common(1)[0] if by_class.get(path) else (0, 0)
        facts = {"n": number, "klass": klass if many >= FEWEST else 0, "many": many}
        found.append(Scene("second" if found else "busiest", facts, place))
    return found[:2]


def _checked(seen: QuerySet[Procedure], first: datetime, ends: datetime) -> list[Scene]:
    """How often somebody else went to look, and how often work went back. One statement."""
    steps = Entry.objects.filter(kind__in=("verify", "rework"), at__gte=first, at__lt=ends, procedure__in=seen)
    found = dict(steps.order_by().values_list("kind").annotate(n=Count("procedure", distinct=True)))
    looked = found.get("verify", 0) + found.get("rework", 0)
    return [Scene("checked", {"looked": looked, "back": found.get("rework", 0)})] if looked else []


def _in_time(closed: QuerySet[Procedure], number: int) -> list[Scene]:
    if number < FEWEST:
        return []
    return [Scene("in_time", {"n": number, "in_time": closed.filter(fact__in_time=True).count()})]


def _devices(path: str, first: datetime, ends: datetime) -> list[Scene]:
    """What devices called for, and what was found there; at the building where they called most. Three statements."""
    calls = Episode.objects.filter(calls_on_screen(path), opened_at__gte=first, opened_at__lt=ends)
    number = calls.count()
    if not number:
        return []
    judged = Judgement.objects.filter(episode__in=calls).aggregate(
        n=Count("pk"), true=Count("pk", filter=Q(verdict=Verdict.TRUE))
    )
    most = (
        calls.annotate(estate=Substr("place_path", 1, ESTATE_PATH))
        .order_by()
        .values_list("estate")
        .annotate(n=Count("pk"))
        .order_by("-n")
        .first()
    )
    place = tree().by_path.get(most[0]) if most else None
    return [Scene("devices", {"n": number, "judged": judged["n"], "true": judged["true"]}, place)]


def _content(closed: QuerySet[Procedure]) -> list[Scene]:
    """How content reporters were. One statement; nothing below five."""
    found = closed.aggregate(
        rated=Count("pk", filter=Q(case__satisfaction__gte=1)),
        content=Count("pk", filter=Q(case__satisfaction__gte=GOOD)),
    )
    return [Scene("content", found)] if found["rated"] >= FEWEST else []


def _begun(path: str, ends: datetime) -> list[Scene]:
    """The newest of the actions whose effect is asked for, where one began within three months. One statement."""
    last = timezone.localdate(ends)
    found = (
        actions(withdrawn=False)
        .filter(within(path, field="place__path"), day__lte=last, day__gte=last - BEGUN_WITHIN)
        .prefetch_related(None)
        .first()
    )
    return [Scene("begun", {"action": found}, found.place)] if found else []


def _red(picture: Picture) -> Scene:
    """What is overdue at this moment, where most of it is, and which post has most of it. No statement."""
    late = picture.numbers["late"]
    if not late:
        return Scene("green")
    estates: Sequence[Any] = [part for part in picture.parts if part.place.kind == Kind.ESTATE and part.late]
    place = max(estates, key=lambda part: part.late).place if estates else None
    held = next((red for red in picture.red if red.post), None)
    return Scene("red", {"n": late, "post": held.post if held else None, "many": held.number if held else 0}, place)
