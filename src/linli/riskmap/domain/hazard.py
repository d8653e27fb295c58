"""The hazard level of a building: a sum of weighted numbers that anybody can add up again, and where to look first.

It counts facilities, hazards and alarms: what is broken, blocked or burning. What people do, or complain of, is not in
it, and no person is. The weights are ours until the office sets its own; no standard gives any.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _

from linli.cases.domain.catalogue import catalogue
from linli.core import acts
from linli.core.errors import Invalid
from linli.hazards.enums import HazardKind
from linli.people.actors import Actor
from linli.riskmap.domain.hotspot_looking import FEWEST, Found, Ground
from linli.riskmap.models import HazardWeight
from linli.sensing.enums import Grade

# (source, code): weight. Classes that are not here are not about things.
OURS: dict[tuple[str, str], int] = {
    ("cases", "fire"): 10, ("cases", "gas"): 10, ("cases", "charging"): 8, ("cases", "fire_lane"): 8,
    ("cases", "structures"): 6, ("cases", "manhole"): 6, ("cases", "lift"): 5, ("cases", "piling"): 4,
    ("cases", "leak"): 2, ("cases", "facility"): 2, ("cases", "trees"): 2, ("cases", "lighting"): 1,
    ("hazards", "gas"): 10, ("hazards", "fire"): 8, ("hazards", "electricity"): 8, ("hazards", "building"): 6,
    ("alarms", "alarm"): 6, ("alarms", "warning"): 3, ("alarms", "notice"): 1,
}  # fmt: skip
MOST = 100
# Levels are ours as well: from so many points on.
LEVELS = (("high", 60), ("raised", 20), ("low", 0))


@dataclass(frozen=True)
class Weight:
    """reason: why the office chose it; empty for our own proposal."""

    source: str
    code: str
    weight: int
    reason: str = ""
    changed_at: datetime | None = None

    @property
    def is_ours(self) -> bool:
        return self.changed_at is None

    @property
    def title(self) -> str:
        return code_title(self.source, self.code)


def code_title(source: str, code: str) -> str:
    if source == "alarms":
        return _("alarm of a device, grade “%(grade)s”") % {"grade": Grade(code).label}
    if source == "hazards":
        return _("hazard: %(kind)s") % {"kind": HazardKind(code).label}
    klass = catalogue().named(code)
    return klass.title if klass else code


def weights() -> list[Weight]:
    """Every weight in force, the heaviest first. One statement."""
    own = {(row.source, row.code): row for row in HazardWeight.objects.all()}
    found = []
    for (source, code), ours in OURS.items():
        row = own.get((source, code))
        found.append(
            Weight(source, code, row.weight, row.reason, row.changed_at) if row else Weight(source, code, ours)
        )
    return sorted(found, key=lambda each: (-each.weight, each.source, each.code))


def change_weight(*, source: str, code: str, weight: int, reason: str, by: Actor, at: datetime) -> HazardWeight:
    """Set what one case, hazard or alarm weighs here. The reason stands beside it, and the log says who it was.

    Raises:
        Invalid: there is no such weight, it is not between 0 and 100, or no reason is given.
    """
    if (source, code) not in OURS:
        raise Invalid(_("There is no such weight."), code="no-weight")
    if not 0 <= weight <= MOST:
        raise Invalid(_("Write a whole number from 0 to 100."), code="out-of-range")
    if not reason.strip():
        raise Invalid(_("Say why, in a few words."), code="no-reason")
    with transaction.atomic():
        row, _new = HazardWeight.objects.update_or_create(
            source=source, code=code, defaults={"weight": weight, "reason": reason.strip(), "changed_at": at}
        )
        acts.record("hazard_weight_changed", target=f"{source}.{code}", by=by, at=at)
    return row


def level_of(points: int) -> str:
    return next(name for name, least in LEVELS if points >= least)


def hazard_levels(on: Ground, held: Sequence[Weight]) -> tuple[dict[str, Any], list[Found]]:
    """Each building with five such cases, hazards and alarms or more, the most points first, with its sum laid open."""
    worth = {(each.source, each.code): each.weight for each in held if each.weight}
    kinds = list(zip(on.events.source, on.events.code, strict=True))
    counted = np.array([kind in worth for kind in kinds], bool) & (on.of >= 0)
    by_unit: dict[int, Counter[tuple[str, str]]] = {}
    for row in np.flatnonzero(counted):
        by_unit.setdefault(int(on.of[row]), Counter())[kinds[row]] += 1
    found = []
    for unit, numbers in by_unit.items():
        if sum(numbers.values()) < FEWEST:
            continue
        parts: list[list[Any]] = sorted(
            ([source, code, number, worth[source, code]] for (source, code), number in numbers.items()),
            key=_by_points,
        )
        points = sum(number * weight for _source, _code, number, weight in parts)
        members = [int(row) for row in np.flatnonzero(counted & (on.of == unit))]
        facts = {"parts": parts, "points": points, "level": level_of(points), "units": on.named([unit])}
        found.append(Found(on.places[unit].path, on.first, on.last, members, facts))
    found.sort(key=lambda each: (-each.facts["points"], each.path))
    used = [[each.source, each.code, each.weight] for each in held]
    return {"weights": used, "buildings": len(by_unit), "ground": len(on.places)}, found


def _by_points(part: list[Any]) -> tuple[int, str, str]:
    source, code, number, weight = part
    return -number * weight, source, code
