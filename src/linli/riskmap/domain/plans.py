"""Plans: begun, written, worked out at once and then exactly, put aside. What follows from one is in `plan_work`."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from time import monotonic
from typing import Any
from uuid import UUID

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _

from linli.core import jobs
from linli.core.errors import Conflict, Invalid, NotFound
from linli.engines.coverage.plane import to_plane
from linli.people.actors import Actor
from linli.people.domain.acts import require_reach
from linli.places.models import Place
from linli.riskmap.domain.plan_points import points_of, read_points
from linli.riskmap.domain.plan_scene import Scene, build_scene
from linli.riskmap.domain.plan_wishes import Wishes, check
from linli.riskmap.enums_plans import Act, Aim, AnswerKind, AnswerState, PlanStatus
from linli.riskmap.models import Plan, PlanAnswer

JOB = "riskmap.plan"
NAME_MOST = 80
SECONDS = 20.0  # that the exact answer may take
TOLD_EVERY = 1.0  # seconds between two words on how it goes
Step = Callable[[], AbstractContextManager[Any]]


class Gone(Exception):
    """The plan asks for something else by now: what is being worked out is of no use."""


def begin_plan(*, place: Place, name: str, by: Actor, at: datetime, action: UUID) -> Plan:
    """Begin a plan for a place. The same action begins one plan.

    Raises:
        Invalid: by field.
        Refused: the place is outside the reach of the actor's post.
    """
    require_reach(by=by, place=place)
    if not name.strip():
        raise Invalid(fields={"name": _("Give the plan a name, for example “Lanes round No. 12, spring”.")})
    plan, _made = Plan.objects.get_or_create(
        uuid=action,
        defaults={"place": place, "name": name.strip()[:NAME_MOST], "made_by": by.post, "made_at": at},
    )
    return plan


def write_wishes(*, plan: Plan, version: int, wishes: Wishes, aim: str, by: Actor, at: datetime) -> Plan:
    """Say what a plan is to reach. Answers to what it asked before go.

    Raises:
        Invalid: by field; or the plan is accepted or put aside.
        Conflict: somebody changed it since `version` was shown.
    """
    require_reach(by=by, place=plan.place)
    if plan.status not in (PlanStatus.DRAFT, PlanStatus.ANSWERED):
        raise Invalid(_("This plan is settled. Begin a new one."))
    check(wishes, aim)
    with transaction.atomic():
        changed = _swap(plan, version, aim=aim, wishes=wishes.as_json(), status=PlanStatus.DRAFT)
        PlanAnswer.objects.filter(plan=plan).delete()
    return changed


def work_out(*, plan: Plan, version: int, by: Actor, at: datetime) -> Plan:
    """Answer a plan at once, and have the exact answer worked out by a job.

    Raises:
        Invalid: there is nothing to see or nobody to see it; or the budget does not pay for what must be.
        Conflict: somebody changed it since `version` was shown.
    """
    from linli.engines import planner  # the engine is loaded where somebody plans, not by every page

    require_reach(by=by, place=plan.place)
    wishes = Wishes.from_json(plan.wishes)
    check(wishes, plan.aim)
    points = points_of(plan.place, wishes)
    if not points:
        raise Invalid(_("There is no lane, fire lane, entrance or shed on the map here. Draw some, or tap points."))
    scene = build_scene(plan.place, wishes, plan.aim, points)
    if not scene.eyes:
        raise Invalid(_("There is no camera here that could be turned, and no site where one may be added."))
    found = _instantly(planner, scene, plan.aim, wishes)
    with transaction.atomic():
        changed = _swap(
            plan, version, status=PlanStatus.ANSWERED, asked_at=at, points=[point.as_json() for point in points],
            before=_bits(scene.before), facts=facts_of(scene),
        )  # fmt: skip
        PlanAnswer.objects.filter(plan=plan).delete()
        PlanAnswer.objects.create(
            plan=plan, kind=AnswerKind.INSTANT, state=AnswerState.DONE, at=at, **answer_of(scene, found)
        )
        PlanAnswer.objects.create(plan=plan, kind=AnswerKind.EXACT, at=at)
        jobs.enqueue(JOB, {"uuid": plan.uuid, "version": changed.version}, at=at)
    return changed


def _instantly(planner: Any, scene: Scene, aim: str, wishes: Wishes) -> Any:
    try:
        return planner.solve_instantly(aimed(scene, aim, wishes))
    except planner.Impossible as told:
        words = _("It takes at least %(least)d yuan to turn cameras away from windows.")
        raise Invalid(fields={"budget": words % {"least": told.least or 0}}) from told


def run_exact(uuid: UUID, version: int, *, step: Step = nullcontext, seconds: float = SECONDS) -> PlanAnswer | None:
    """Work out the exact answer to a plan as it was at `version`; None where it asks for something else by now, or is
    answered.

    step: entered for each write, so that a long run keeps its job.
    """
    from linli.engines.planner import Impossible, Moment
    from linli.engines.planner.exact import solve

    plan = Plan.objects.select_related("place").filter(uuid=uuid, version=version).first()
    answer = PlanAnswer.objects.filter(plan=uuid, kind=AnswerKind.EXACT)
    if plan is None or not answer.exclude(state=AnswerState.DONE).exists():
        return None
    wishes = Wishes.from_json(plan.wishes)
    told = [-TOLD_EVERY]

    def tell(moment: Moment) -> None:
        if monotonic() - told[0] < TOLD_EVERY:
            return
        told[0] = monotonic()
        best = {"cost" if plan.aim == Aim.LEAST else "value": moment.best}
        with step():
            if not answer.update(
                state=AnswerState.WORKING, bound=moment.bound or 0, seconds=round(moment.seconds, 1), **best
            ):
                raise Gone

    scene = build_scene(plan.place, wishes, plan.aim, read_points(plan.points))
    try:
        found = solve(aimed(scene, plan.aim, wishes), seconds=seconds, progress=tell)
        done = {"state": AnswerState.DONE, **answer_of(scene, found)}
    except Impossible:
        done = {"state": AnswerState.DONE, "reached": False, "optimal": True}
    except Gone:
        return None
    with step():
        answer.update(**done)
    return answer.first()


def fail_exact(uuid: UUID) -> None:
    """Say that the exact answer could not be worked out. The instant one stands."""
    PlanAnswer.objects.filter(plan=uuid, kind=AnswerKind.EXACT).exclude(state=AnswerState.DONE).update(
        state=AnswerState.FAILED
    )


def drop_plan(*, plan: Plan, version: int, by: Actor, at: datetime) -> Plan:
    """Put a plan aside. One that was accepted stays.

    Raises:
        Invalid: it is accepted.  Conflict: somebody changed it since `version` was shown.
    """
    require_reach(by=by, place=plan.place)
    if plan.status == PlanStatus.ACCEPTED:
        raise Invalid(_("This plan is accepted: its work is under way."))
    return _swap(plan, version, status=PlanStatus.DROPPED)


def plan_named(uuid: UUID, *, below: str) -> Plan:
    """Raises NotFound: there is none that the reader may see."""
    rows = Plan.objects.select_related("place", "made_by", "accepted_by")
    plan = rows.filter(uuid=uuid, place__path__gte=below, place__path__lt=below + "~").first()
    if plan is None:
        raise NotFound
    return plan


def aimed(scene: Scene, aim: str, wishes: Wishes) -> Any:
    """The scene's problem with the aim of the plan. A share counts of what can be seen at all."""
    from dataclasses import replace

    from linli.engines.planner.reducing import reduce

    if aim == Aim.LEAST:
        reachable = int(reduce(scene.problem).weight.sum())
        return replace(scene.problem, target=-(-reachable * wishes.share // 100))
    return replace(scene.problem, budget=wishes.budget)


def facts_of(scene: Scene) -> dict[str, Any]:
    """What is so whatever the answer: numbers of cameras, sites and ways, and who sees a window today."""
    from linli.engines.planner.reducing import reduce

    return {
        "cameras": sum(eye.device is not None for eye in scene.eyes),
        "sites": sum(eye.device is None for eye in scene.eyes),
        "ways": len(scene.problem.camera), "forbidden": int((~scene.problem.allowed).sum()),
        "windowed": [scene.eyes[number].code for number in scene.windowed], "total": scene.problem.total,
        "reachable": int(reduce(scene.problem).weight.sum()),
        "today": int(scene.problem.weight[scene.before].sum()),
    }  # fmt: skip


def answer_of(scene: Scene, found: Any) -> dict[str, Any]:
    """An engine's plan as the fields of an answer."""
    return {
        "value": found.value, "cost": found.cost, "bound": found.bound, "optimal": found.optimal,
        "reached": found.reached, "seconds": round(found.seconds, 2), "choice": moves_of(scene, found.choice),
        "after": _bits(scene.seen(found.choice)),
        "history": [[round(moment.seconds, 2), moment.best, moment.bound] for moment in found.history],
    }  # fmt: skip


def moves_of(scene: Scene, choice: Sequence[int] | np.ndarray[Any, Any]) -> list[dict[str, Any]]:
    """What is to be done, in walking order. gained: points that are seen well enough only through it."""
    from linli.engines.planner import walking_order

    moves = [
        move for number in range(len(scene.eyes)) if (move := _move(scene, np.asarray(choice), number)) is not None
    ]
    if not moves:
        return []
    origin = (moves[0]["lon"], moves[0]["lat"])
    order = walking_order(to_plane([(move["lon"], move["lat"]) for move in moves], origin))
    return [moves[at] for at in order]


def _move(scene: Scene, choice: np.ndarray[Any, Any], number: int) -> dict[str, Any] | None:
    eye, option, today = scene.eyes[number], int(choice[number]), scene.today[number]
    if option == today:
        return None
    act = Act.ADD if eye.device is None else Act.TURN if option >= 0 else Act.DARK
    without = choice.copy()
    without[number] = -1
    return {
        "act": str(act), "device": eye.device, "code": eye.code, "spot": str(eye.spot),
        "lon": round(eye.view.lon, 7), "lat": round(eye.view.lat, 7),
        "from": None if eye.device is None else round(eye.view.bearing, 1),
        "to": round(scene.bearings[option], 1) if option >= 0 else None,
        "gained": int(scene.seen(choice).sum() - scene.seen(without).sum()),
    }  # fmt: skip


def _bits(seen: np.ndarray[Any, Any]) -> str:
    return "".join("1" if each else "0" for each in seen)


def _swap(plan: Plan, version: int, **new: Any) -> Plan:
    """Write the new values where nobody else was first."""
    if not Plan.objects.filter(uuid=plan.uuid, version=version).update(**new, version=version + 1):
        raise Conflict(current=plan)
    for name, value in new.items():
        setattr(plan, name, value)
    plan.version = version + 1
    return plan
