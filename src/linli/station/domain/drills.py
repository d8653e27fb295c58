"""Drills of the mini fire station with their times, held to the same three minutes as a real call."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from linli.core.errors import Invalid, Refused
from linli.people.actors import Actor
from linli.sensing.domain.calls import arrival_limit
from linli.station.domain.equipment import DATA, is_of_fire_station, month_of
from linli.station.enums import DrillKind
from linli.station.models import Drill

SHOWN = 20
LATEST = timedelta(days=31)  # a drill is written down within a month
LONGEST = timedelta(hours=2)


@dataclass(frozen=True)
class Standing:
    """The drills shown, and whether the one that is due was missed."""

    drills: Sequence[Drill]
    in_time: int
    missed: bool


@cache
def every_months() -> int:
    return int(tomllib.loads(DATA.read_text(encoding="utf-8"))["drill_every_months"])


def record_drill(
    *,
    kind: DrillKind,
    alarm_at: datetime,
    turned_out: int,
    on_scene: int,
    people: int,
    where: str,
    note: str = "",
    by: Actor,
    at: datetime,
    action: UUID,
) -> Drill:
    """Write down a drill. turned_out, on_scene: seconds from the alarm.

    Raises:
        Refused: the post is not of the mini fire station.
        Invalid: a time that cannot be.
    """
    if not is_of_fire_station(by, at):
        raise Refused(_("Only the mini fire station writes down its drills."))
    wrong = {
        "alarm_at": not at - LATEST <= alarm_at <= at and _("Choose a time of the last month, and none to come."),
        "on_scene": not turned_out <= on_scene and _("Nobody is there before they left the station."),
        "turned_out": on_scene > LONGEST.total_seconds() and _("Write seconds from the alarm, two hours at most."),
        "people": people < 1 and _("Write how many took part."),
        "where": not where.strip() and _("Write where it was."),
    }
    if fields := {name: message for name, message in wrong.items() if message}:
        raise Invalid(fields=fields)
    values = {
        "kind": kind, "alarm_at": alarm_at, "turned_out": turned_out, "on_scene": on_scene, "people": people,
        "where": where.strip()[:120], "note": note.strip()[:300], "post": by.post, "account": by.account,
        "recorded": at,
    }  # fmt: skip
    return Drill.objects.get_or_create(action=action, defaults=values)[0]


def drills(at: datetime) -> Standing:
    """The latest, and whether one is missing: none within the months that the list says. One statement."""
    found = list(Drill.objects.filter(alarm_at__lte=at).select_related("post").order_by("-alarm_at")[:SHOWN])
    return Standing(found, sum(is_in_time(drill) for drill in found), _is_missed(found, at))


def is_in_time(drill: Drill) -> bool:
    return timedelta(seconds=drill.on_scene) <= arrival_limit()


def _is_missed(found: Sequence[Drill], at: datetime) -> bool:
    """A drill counts for its month: with one in three months, a drill in August is followed by one until November."""
    if not found:
        return True
    last, this = month_of(found[0].alarm_at), timezone.localdate(at)
    return (this.year - last.year) * 12 + this.month - last.month > every_months()
