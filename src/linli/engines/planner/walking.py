"""In which order to walk from spot to spot: nearest first, then crossings undone."""

import numpy as np

from linli.engines.planner.problem import Numbers

ROUNDS = 20


def walking_order(spots: Numbers) -> list[int]:
    """An order of n spots (n, 2), in metres, that makes a short walk, beginning at the one farthest north-west.

    Nearest neighbour, then 2-opt: never longer than the former, seldom much longer than the shortest.
    """
    spots = np.asarray(spots, float).reshape(-1, 2)
    if len(spots) < 3:
        return sorted(range(len(spots)), key=lambda at: (spots[at, 0] - spots[at, 1], at))
    apart = np.hypot(*(spots[:, None, :] - spots[None, :, :]).transpose(2, 0, 1))
    order = _nearest_first(spots, apart)
    for _ in range(ROUNDS):
        if not _undo_crossings(order, apart):
            break
    return order


def length(spots: Numbers, order: list[int]) -> float:
    """Metres from the first spot to the last, as the crow flies."""
    walked = np.asarray(spots, float).reshape(-1, 2)[order]
    return float(np.hypot(*np.diff(walked, axis=0).T).sum()) if len(order) > 1 else 0.0


def _nearest_first(spots: Numbers, apart: Numbers) -> list[int]:
    order = [int(np.argmin(spots[:, 0] - spots[:, 1]))]
    left = set(range(len(spots))) - {order[0]}
    while left:
        here = order[-1]
        there = min(left, key=lambda at: (apart[here, at], at))
        order.append(there)
        left.discard(there)
    return order


def _undo_crossings(order: list[int], apart: Numbers) -> bool:
    """Turn stretches of the walk round where that makes it shorter; the beginning stays. True where one was."""
    better, number = False, len(order)
    for i in range(1, number - 1):
        for j in range(i + 1, number):
            last = j == number - 1
            before = apart[order[i - 1], order[i]] + (0.0 if last else apart[order[j], order[j + 1]])
            after = apart[order[i - 1], order[j]] + (0.0 if last else apart[order[i], order[j + 1]])
            if after < before - 1e-9:
                order[i : j + 1] = order[i : j + 1][::-1]
                better = True
    return better
