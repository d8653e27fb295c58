"""Two plans for the cameras of the synthetic neighbourhood: one accepted and half worked off, one that waits."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid5

import shapely

from linli.people.actors import Actor
from linli.people.domain.queries import holder_of, office_posts
from linli.people.enums import Role
from linli.places.domain.kept import tree
from linli.places.domain.queries import called
from linli.riskmap.domain.findings import run_checks
from linli.riskmap.domain.plan_points import ground_of, zones_of
from linli.riskmap.domain.plan_queries import was_begun, work_of
from linli.riskmap.domain.plan_wishes import Want, Wishes
from linli.riskmap.domain.plan_work import accept_plan, give_out, tick
from linli.riskmap.domain.plans import begin_plan, run_exact, work_out, write_wishes
from linli.riskmap.enums import ZoneKind
from linli.riskmap.enums_plans import Act, Aim, AnswerKind
from linli.world.seed import AREA, NAMESPACE

SECONDS = 10.0  # for the exact answer
KINDS = {"lane": Want(12.5), "fire_lane": Want(12.5), "entrance": Want(12.5), "shed": Want(25.0)}
POLES = 8


@dataclass(frozen=True)
class Planned:
    """A plan: for which place, how many days ago, held to what; whether poles may stand; whether it was accepted."""

    name: str
    place: str
    days: int
    aim: str
    wishes: Wishes
    poles: bool = False
    accepted: bool = False


PLANS = (
    Planned("转动现有探头 · Turn what is there", AREA, 33, Aim.TURN, Wishes(kinds=KINDS), accepted=True),
    Planned(
        "六七村补盲 · Villages 6 and 7: what nobody sees", "乐山六七村", 2, Aim.BUDGET,
        Wishes(kinds=KINDS, budget=30_000), poles=True,
    ),
)  # fmt: skip


def draw_up_plans(at: datetime) -> int:
    """Draw the plans up, once. Returns how many were begun."""
    post = office_posts(Role.PROJECT_LEAD)[0]
    by, places = Actor(post=post, account=holder_of(post, at=at)), called(tree().places)
    begun = 0
    for planned in PLANS:
        action = uuid5(NAMESPACE, f"plan:{planned.place}")
        if planned.place in places and not was_begun(action):
            _draw_up(planned, places[planned.place], by, at - timedelta(days=planned.days), action)
            begun += 1
    if begun:
        run_checks(at=at)  # what was ticked in the past had the checks look with the eyes of that day
    return begun


def _draw_up(planned: Planned, place: Any, by: Actor, at: datetime, action: Any) -> None:
    wishes = replace(planned.wishes, poles=_poles(place)) if planned.poles else planned.wishes
    plan = begin_plan(place=place, name=planned.name, by=by, at=at, action=action)
    plan = write_wishes(plan=plan, version=plan.version, wishes=wishes, aim=planned.aim, by=by, at=at)
    plan = work_out(plan=plan, version=plan.version, by=by, at=at)
    run_exact(plan.uuid, plan.version, seconds=SECONDS)
    if planned.accepted:
        accepted = at + timedelta(days=3)
        plan = accept_plan(plan=plan, version=plan.version, kind=AnswerKind.EXACT, by=by, at=accepted)
        _work_off(plan, by, accepted)


def _poles(place: Any) -> tuple[tuple[float, float], ...]:
    """The ends of lanes, where a pole could stand."""
    lanes = [zone for zone in zones_of(place, ground_of(place)) if zone.kind == ZoneKind.LANE]
    ends = [tuple(map(float, shapely.get_coordinates(zone.outline)[end])) for zone in lanes for end in (0, -1)]
    return tuple((lon, lat) for lon, lat in ends[:: max(1, len(ends) // POLES)][:POLES])


def _work_off(plan: Any, by: Actor, at: datetime) -> None:
    """The first camera is turned, the second given out as a case; those over a window wait, for all to see."""
    over = plan.facts["windowed"]
    turns = [
        item for item in work_of(plan).items if item.act == Act.TURN and item.device and item.device.code not in over
    ]
    for item in turns[:1]:
        tick(item=item, by=by, at=at + timedelta(days=5), action=uuid5(plan.uuid, f"done:{item.number}"))
    for item in turns[1:2]:
        give_out(item=item, by=by, at=at + timedelta(days=8), action=uuid5(plan.uuid, f"case:{item.number}"))
