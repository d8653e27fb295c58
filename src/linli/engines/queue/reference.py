"""What is true of the queue, as plainly as it can be said. Slow; tests hold order.py and plan.py to it."""

from collections.abc import Callable, Sequence

from linli.engines.queue.order import Waiting


def may_be_called(line: Sequence[Waiting], each: Waiting, most: int) -> bool:
    """Whether calling them leaves everybody within the bound."""
    return all(other.overtaken < most for other in line if other.turn < each.turn)


def choose(line: Sequence[Waiting], *, most: int) -> Waiting | None:
    """Of all who may be called the one of the best rank, and of these the one with the earliest place."""
    allowed = [each for each in line if may_be_called(line, each, most)]
    return min(allowed, key=lambda each: (each.rank, each.turn), default=None)


def play(
    waiting: dict[int, tuple[Waiting, frozenset[int]]],
    free_at: dict[int, float],
    took: Callable[[int], float],
    most: int,
) -> list[tuple[int, int, float]]:
    """Empty a hall into which nobody comes any more: (who, by which counter, when) in the order of the calls.

    waiting: who waits, and which counters can serve them.  took: seconds that the matter of a key takes.
    """
    calls, free_at = [], dict(free_at)
    while waiting and free_at:
        desk = min(free_at, key=lambda number: (free_at[number], number))
        line = sorted((who for who, able in waiting.values() if desk in able), key=lambda who: who.turn)
        chosen = choose(line, most=most)
        if chosen is None:
            del free_at[desk]
            continue
        calls.append((chosen.key, desk, free_at[desk]))
        del waiting[chosen.key]
        for other in line:
            if other.turn < chosen.turn:
                passed = Waiting(other.key, other.place, other.rank, other.overtaken + 1)
                waiting[other.key] = (passed, waiting[other.key][1])
        free_at[desk] += took(chosen.key)
    return calls
