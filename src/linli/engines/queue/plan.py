"""When everybody in the hall is likely to be called: the queue played to its end by its own rule, after each event.

Who waits is kept in groups that the rule cannot tell apart but by place: the same counters, the same rank. Only the
first of a group can be called, so that a call looks at a few heads instead of at everybody; what it overtakes is the
beginning of other groups, and as nobody is overtaken more than `most` times, that is little work in the whole.
"""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, sqrt

from linli.engines.queue.order import Rank
from linli.engines.queue.waits import Took

USUAL = 1.2816  # four in five are called within the interval


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody to plan for. able: bits of the counters that can serve them.  kind: of matter, for how long it takes.

    here: False for an appointment that has not checked in yet; it is planned for from its time on.
    appointment: its rank is `DUE` from its place on, and `rank` before.
    """

    key: int
    place: int
    rank: Rank
    able: int
    kind: str
    overtaken: int = 0
    appointment: bool = False
    here: bool = True


@dataclass(frozen=True, slots=True)
class Desk:
    """A counter at work. bit: its own.  free_at: seconds since 1970.  variance: of free_at, in seconds squared."""

    bit: int
    free_at: float
    variance: float = 0.0


@dataclass(frozen=True, slots=True)
class Expected:
    """When a visitor is likely to be called, in seconds from now: the middle, and four in five from `low` to `high`.

    before: how many are called first by a counter that could serve this visitor.  desk: the bit of the likely one.
    """

    seconds: float
    low: float
    high: float
    before: int
    desk: int


@dataclass(slots=True)
class _Group:
    """Visitors whom the rule tells apart by place alone.

    turns: the how-manieth each is by place in the whole hall.  head: the first who still waits.  full: those at the
    bound.
    """

    able: int
    rank: Rank
    timed: bool  # appointments: not before their time
    here: bool
    visitors: list[Visitor] = field(default_factory=list)
    turns: list[int] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    head: int = 0
    full: list[int] = field(default_factory=list)

    def first_full(self) -> float:
        """The turn of the first who may not be overtaken any more."""
        while self.full and self.full[0] < self.head:
            heapq.heappop(self.full)
        return self.turns[self.full[0]] if self.full else inf

    def pass_until(self, turn: int, now: float, most: int) -> None:
        """Somebody whose turn this was is called: everybody here with an earlier one was overtaken once more."""
        at, turns = self.head, self.turns
        while at < len(turns) and turns[at] < turn and (self.here or self.visitors[at].place <= now):
            self.counts[at] += 1
            if self.counts[at] == most:
                heapq.heappush(self.full, at)
            at += 1


def plan(
    visitors: Sequence[Visitor], desks: Sequence[Desk], took: Mapping[str, Took], *, now: int, most: int
) -> dict[int, Expected]:
    """Play the queue to its end. Nobody for whom no counter is at work is in the answer.

    now: seconds since 1970.  most: the bound of the order.  took: by kind of matter.
    """
    groups = _grouped(visitors, most)
    of_desk = {desk.bit: [group for group in groups if group.able & desk.bit] for desk in desks}
    played = {desk.bit: _Played(desk.variance) for desk in desks}
    free = [(max(desk.free_at, now), desk.bit) for desk in desks]
    heapq.heapify(free)
    found: dict[int, Expected] = {}
    while free:
        at, bit = heapq.heappop(free)
        group, wake = _next(of_desk[bit], at)
        if group is None:
            if wake < inf:
                heapq.heappush(free, (wake, bit))
            continue
        visitor, turn = group.visitors[group.head], group.turns[group.head]
        group.head += 1
        for other in of_desk[bit]:
            if other.head < len(other.turns) and other.turns[other.head] < turn:
                other.pass_until(turn, at, most)
        time = took[visitor.kind]
        found[visitor.key] = _expected(visitor, at - now, bit, played, time)
        mine = played[bit]
        mine.calls, mine.variance = mine.calls + 1, mine.variance + time.sd**2
        heapq.heappush(free, (at + time.mean, bit))
    return found


def _grouped(visitors: Sequence[Visitor], most: int) -> list[_Group]:
    groups: dict[tuple[int, Rank, bool, bool], _Group] = {}
    for turn, visitor in enumerate(sorted(visitors, key=lambda each: (each.place, each.key))):
        sort = (visitor.able, visitor.rank, visitor.appointment, visitor.here)
        group = groups.get(sort)
        if group is None:
            group = groups[sort] = _Group(*sort)
        if visitor.overtaken >= most:
            group.full.append(len(group.visitors))  # in order, and so a heap
        group.visitors.append(visitor)
        group.turns.append(turn)
        group.counts.append(visitor.overtaken)
    return list(groups.values())


def _next(groups: Sequence[_Group], at: float) -> tuple[_Group | None, float]:
    """The group whose head is called at an instant, or none, and when it is worth looking again."""
    wall, wake = inf, inf
    best: _Group | None = None
    best_rank, best_turn = inf, inf
    for group in groups:
        if group.head < len(group.visitors) and (group.here or group.visitors[group.head].place <= at):
            wall = min(wall, group.first_full())
    for group in groups:
        if group.head == len(group.visitors):
            continue
        place, turn = group.visitors[group.head].place, group.turns[group.head]
        if not group.here and place > at:
            wake = min(wake, place)
            continue
        rank = Rank.DUE if group.timed and place <= at else group.rank
        if turn <= wall and (rank, turn) < (best_rank, best_turn):
            best, best_rank, best_turn = group, rank, turn
    return best, wake


@dataclass(slots=True)
class _Played:
    """What a counter did so far in the play."""

    variance: float
    calls: int = 0


def _expected(visitor: Visitor, seconds: float, bit: int, played: Mapping[int, _Played], time: Took) -> Expected:
    """The interval: counters that share a line make up for each other, so that their spread is divided among them;
    how far the mean itself may be off is not."""
    shared = [done for number, done in played.items() if number & visitor.able]
    before = sum(done.calls for done in shared)
    spread = sum(done.variance for done in shared) / len(shared) ** 2
    off = (seconds * time.error / time.mean) ** 2
    sd = sqrt(spread + off)
    return Expected(seconds, max(seconds - USUAL * sd, 0.0), seconds + USUAL * sd, before, bit)
