"""A plan on the map: what cameras see before and after, the points it is judged by, and the moves. GeoJSON, degrees."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import shapely

from linli.riskmap.domain.layers import collection, feature
from linli.riskmap.domain.plan_scene import eyes_of, site_view
from linli.riskmap.domain.plan_wishes import Wishes
from linli.riskmap.domain.seeing import see_all
from linli.riskmap.domain.view import View
from linli.riskmap.enums_plans import Act, Aim
from linli.riskmap.models import Plan, PlanAnswer


def drawn(plan: Plan, answer: PlanAnswer, *, after: bool) -> dict[str, Any]:
    """What is seen before or after, camera by camera, and each point with whether it is seen well enough.

    A camera that the plan turns is drawn before as it looked when the plan was asked, whatever the register says now.
    """
    moves = {move["device"]: move for move in answer.choice if move["device"]}
    cameras = [
        (_looking(eye.view, moves.get(eye.device), after=after), eye.device in moves)
        for eye in eyes_of(plan.place, Wishes.from_json(plan.wishes), Aim.TURN, ())
    ]
    if after:
        cameras += [(_added(move), True) for move in answer.choice if move["act"] == Act.ADD]
    shown = [(view, moved) for view, moved in cameras if view is not None]
    grounds = see_all([view for view, _moved in shown])
    bits = answer.after if after else plan.before
    return collection(
        [
            *(
                feature(seen.ground, kind="moved" if moved else "stays")
                for (_view, moved), seen in zip(shown, grounds, strict=True)
                if not seen.ground.is_empty
            ),
            *(
                feature(shapely.Point(row[0], row[1]), kind="seen" if bit == "1" else "unseen")
                for row, bit in zip(plan.points, bits, strict=True)
            ),
        ]
    )


def _looking(view: View, move: Mapping[str, Any] | None, *, after: bool) -> View | None:
    if move is None:
        return view
    if after and move["act"] == Act.DARK:
        return None
    return replace(view, bearing=float(move["to"] if after else move["from"]))


def _added(move: Mapping[str, Any]) -> View:
    return site_view(move["spot"], move["lon"], move["lat"], float(move["to"]))


def marks(moves: Sequence[tuple[int, Mapping[str, Any], str]], tones: Mapping[str, str]) -> dict[str, Any]:
    """A mark for each move: (number, move, words)."""
    return collection(
        [
            feature(
                shapely.Point(move["lon"], move["lat"]), id=str(number), title=f"{number}. {words}",
                tone=tones[move["act"]],
            )
            for number, move, words in moves
        ]
    )  # fmt: skip
