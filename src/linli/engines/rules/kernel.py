"""The rules over rows in order of event time: flat arrays, no objects.

Each function here runs both as it stands, on NumPy, and compiled (`compiled`).  `K` holds what a stage's rules are and
what they have seen and told; `plan` makes it.  A slot is one key of one rule, one row of `slots`, one cache line.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

NEVER = -(1 << 60)
UNKNOWN = 1 << 61  # pending, after every hour that is known
FAR = 1 << 62  # not pending
NAN = float("nan")

# Columns of `rules`.  hours: from HOURS to before HOURS_END, HOURS -1: always.  UNLIKE: bit i, bound i is turned round.
KIND, GRADE, TIMES, WINDOW, SUPPRESS, CLEAR, HOURS, HOURS_END, UNLIKE, ARRIVAL = range(10)
THRESHOLD, COUNT, HELD, ABSENCE, SEQUENCE, NEGATED, TOGETHER = range(7)
# Columns of `slots`.  BASE: what began (for a count: the place in its ring).  LAST + grade: when that grade was told.
# OPEN: when the episode began.  QUIET: when it ends.  CHECK: for when the slot is in the wheel.
BASE, DUE, LAST, OPEN, QUIET, CHECK = 0, 1, 1, 5, 6, 7
SLOT_COLUMNS = 8
# Columns of `entries`.
SLOT, RULE, ROLE, MEMBER = range(4)
FIRST, THEN = 1, 2
# Columns of what is told, and its flags.
TOLD_RULE, TOLD_SLOT, TOLD_GRADE, TOLD_AT, TOLD_SINCE, TOLD_STREAM, TOLD_FLAGS = range(7)
LATE, ON_ARRIVAL, HIDDEN = 1, 2, 4
# The wheel: buckets of about a second; what is due further on waits in the last and is looked at again.
SHIFT, BUCKETS = 20, 4096
NEXT, PREVIOUS, BUCKET = range(3)
NOW, VISIT = range(2)
ROW, DONE, ACCEPTED, PART, COLUMN, PLACE = range(6)
MOST_TOLD = 4  # by one event for one slot: the pattern and the quiet that fell due before, twice quiet, and itself

Column32 = NDArray[np.int32]
Column64 = NDArray[np.int64]
Reals = NDArray[np.float64]


class K(NamedTuple):
    """One stage: what its rules are (the first nine), what they have seen and told, and room to tell."""

    numbers: Column32  # (sources,) the id of each
    starts: Column32  # (sources + 1,) into entries
    entries: Column32  # (n, 4)
    alarm_starts: Column32  # (sources + 1,) into alarms
    alarms: Column32  # (n, 2): those that are told on arrival
    rules: Column64  # (rules, 10)
    bounds: Reals  # (rules, 3, 2): of notice, warning, alarm; or of the pattern's conditions
    hours: Column64  # (n, 2)
    info: Column64  # (slots, 3): where its ring or its members begin and end, and its rule
    slots: Column64  # (slots, 8)
    cells: Column64  # (slots,) the last cell of an alarm on arrival
    source: Column32  # (slots,) the id whose reading began what time may complete
    ring: Column64  # instants of hits, for counts
    members: Column64  # the last hit of each member, for what is counted together
    link: Column32  # (slots, 3)
    heads: Column32  # (BUCKETS,)
    wheel: Column64  # NOW, and VISIT while it turns
    told: Column64  # (room, 7)
    values: Reals  # (room,)
    # Sources that share rules, however far around, are a part; what one part sees does not depend on another.
    parts: Column32  # (sources,) the part of each; 0: it has no rules
    columns: Column32  # (parts,) how many rules each of its sources has, where all have the same ones; else 0
    edges: Column64  # (parts + 1,)
    order: Column32  # (room,)
    progress: Column64  # ROW, DONE, ACCEPTED, PART, COLUMN, PLACE


def holds(k: K, rule: int, bound: int, value: float) -> bool:
    """Whether the value lies in the bound, or for `unlike` outside of it."""
    inside = k.bounds[rule, bound, 0] <= value <= k.bounds[rule, bound, 1]
    return inside != (((k.rules[rule, UNLIKE] >> bound) & 1) == 1)


def grade_of(k: K, rule: int, value: float) -> int:
    for grade in range(3, 0, -1):
        if holds(k, rule, grade - 1, value):
            return grade
    return 0


def active(k: K, rule: int, at: int) -> int:
    """The first instant from `at` on at which the rule's hours are on."""
    low = k.rules[rule, HOURS]
    if low < 0:
        return at
    end = k.rules[rule, HOURS_END]
    high = end
    while low < high:
        middle = (low + high) // 2
        if k.hours[middle, 1] <= at:
            low = middle + 1
        else:
            high = middle
    if low == end:
        return UNKNOWN
    return max(at, k.hours[low, 0])


def tell(
    k: K, told: int, rule: int, slot: int, grade: int, at: int, since: int, stream: int, value: float, flags: int
) -> int:
    k.told[told, TOLD_RULE] = rule
    k.told[told, TOLD_SLOT] = slot
    k.told[told, TOLD_GRADE] = grade
    k.told[told, TOLD_AT] = at
    k.told[told, TOLD_SINCE] = since
    k.told[told, TOLD_STREAM] = stream
    k.told[told, TOLD_FLAGS] = flags
    k.values[told] = value
    return told + 1


def hidden(k: K, rule: int, slot: int, grade: int, at: int) -> bool:
    """Whether one of the same or a higher grade was told less than `suppress` ago."""
    suppress, found = k.rules[rule, SUPPRESS], False
    for higher in range(grade, 4):
        found |= at - k.slots[slot, LAST + higher] < suppress
    return found


def quiet(k: K, rule: int, slot: int, at: int) -> None:
    """An open episode ends after `clear` from now."""
    if k.slots[slot, OPEN] != NEVER and k.rules[rule, CLEAR] >= 0:
        k.slots[slot, QUIET] = at + k.rules[rule, CLEAR]


def complete(k: K, told: int, rule: int, slot: int, grade: int, at: int, since: int, stream: int, value: float) -> int:
    if not hidden(k, rule, slot, grade, at):
        flags = HIDDEN if grade == 3 and k.rules[rule, ARRIVAL] else 0
        told = tell(k, told, rule, slot, grade, at, since, stream, value, flags)
        k.slots[slot, LAST + grade] = at
        if k.slots[slot, OPEN] == NEVER:
            k.slots[slot, OPEN] = at
    quiet(k, rule, slot, at)
    return told


def let_time_come(k: K, told: int, rule: int, slot: int, until: int) -> int:
    """What fell due for the slot until that instant; in one instant a pattern is completed before an episode ends."""
    while min(k.slots[slot, DUE], k.slots[slot, QUIET]) <= until:
        due, end = k.slots[slot, DUE], k.slots[slot, QUIET]
        if due <= end:
            k.slots[slot, DUE] = FAR
            since, stream = k.slots[slot, BASE], k.source[slot]
            told = complete(k, told, rule, slot, k.rules[rule, GRADE], due, since, stream, NAN)
            if k.rules[rule, KIND] == NEGATED:
                k.slots[slot, BASE] = NEVER
            else:
                k.slots[slot, QUIET] = FAR
        else:
            told = tell(k, told, rule, slot, 0, end, k.slots[slot, OPEN], 0, NAN, 0)
            k.slots[slot, OPEN] = NEVER
            k.slots[slot, QUIET] = FAR
    return told


def unhook(k: K, slot: int) -> None:
    after, before = k.link[slot, NEXT], k.link[slot, PREVIOUS]
    if before < 0:
        k.heads[k.link[slot, BUCKET]] = after
    else:
        k.link[before, NEXT] = after
    if after >= 0:
        k.link[after, PREVIOUS] = before
    k.link[slot, BUCKET] = -1


def hook(k: K, slot: int, when: int) -> None:
    """Puts a slot that is in no bucket into that of the instant, or into the last one before it."""
    now = k.wheel[NOW]
    bucket = min(max(when >> SHIFT, now), now + BUCKETS - 1) & (BUCKETS - 1)
    head = k.heads[bucket]
    k.link[slot, NEXT] = head
    k.link[slot, PREVIOUS] = -1
    k.link[slot, BUCKET] = bucket
    if head >= 0:
        k.link[head, PREVIOUS] = slot
    k.heads[bucket] = slot
    k.slots[slot, CHECK] = when


def watch(k: K, slot: int) -> None:
    """Sees to it that the slot is looked at when something of it falls due; a later look than needed is never left."""
    when = min(k.slots[slot, DUE], k.slots[slot, QUIET])
    if when < k.slots[slot, CHECK] and when < UNKNOWN:
        if k.link[slot, BUCKET] >= 0:
            unhook(k, slot)
        hook(k, slot, when)


def watch_all(k: K) -> None:
    """Hangs every slot into a wheel that is empty."""
    for slot in range(k.slots.shape[0]):
        watch(k, slot)


def begin(k: K, rule: int, slot: int, source: int, at: int) -> None:
    """From now on time may complete the pattern."""
    k.slots[slot, BASE] = at
    k.source[slot] = k.numbers[source]
    k.slots[slot, DUE] = active(k, rule, at + k.rules[rule, WINDOW])


def see_count(k: K, told: int, rule: int, slot: int, source: int, at: int, value: float) -> int:
    times, start, place = k.rules[rule, TIMES], k.info[slot, 0], k.slots[slot, BASE]
    k.ring[start + place] = at
    place = place + 1 if place + 1 < times else 0
    k.slots[slot, BASE] = place
    if active(k, rule, at) == at:
        quiet(k, rule, slot, at)
        since = k.ring[start + place]
        if at - since <= k.rules[rule, WINDOW]:
            told = complete(k, told, rule, slot, k.rules[rule, GRADE], at, since, k.numbers[source], value)
    return told


def see_together(k: K, told: int, rule: int, slot: int, member: int, source: int, at: int, value: float) -> int:
    k.members[member] = at
    if active(k, rule, at) != at:
        return told
    quiet(k, rule, slot, at)
    grade = k.rules[rule, GRADE]
    if hidden(k, rule, slot, grade, at):
        return told  # counting would change nothing
    near, since, oldest = 0, at, at - k.rules[rule, WINDOW]
    for other in range(k.info[slot, 0], k.info[slot, 1]):
        last = k.members[other]
        if last >= oldest:
            near += 1
            since = min(since, last)
    if near >= k.rules[rule, TIMES]:
        told = complete(k, told, rule, slot, grade, at, since, k.numbers[source], value)
    return told


def see_held(k: K, rule: int, slot: int, source: int, at: int, value: float) -> None:
    if holds(k, rule, 0, value):
        k.slots[slot, QUIET] = FAR
        if k.slots[slot, BASE] == NEVER:
            begin(k, rule, slot, source, at)
    elif k.slots[slot, BASE] != NEVER:
        k.slots[slot, BASE] = NEVER
        k.slots[slot, DUE] = FAR
        quiet(k, rule, slot, at)


def see_absence(k: K, rule: int, slot: int, source: int, at: int) -> None:
    if k.slots[slot, QUIET] == FAR:
        quiet(k, rule, slot, at)
    begin(k, rule, slot, source, at)


def see_sequence(k: K, told: int, rule: int, slot: int, part: int, source: int, at: int, value: float) -> int:
    since = k.slots[slot, BASE]
    if part & THEN and since != NEVER and at - since <= k.rules[rule, WINDOW]:
        k.slots[slot, BASE] = NEVER
        if active(k, rule, at) == at:
            told = complete(k, told, rule, slot, k.rules[rule, GRADE], at, since, k.numbers[source], value)
    if part & FIRST:
        k.slots[slot, BASE] = at
    return told


def see_negated(k: K, rule: int, slot: int, part: int, source: int, at: int) -> None:
    if part & THEN:
        k.slots[slot, BASE] = NEVER
        k.slots[slot, DUE] = FAR
    if part & FIRST and k.slots[slot, BASE] == NEVER:
        begin(k, rule, slot, source, at)


def what_it_is(k: K, rule: int, kind: int, role: int, value: float) -> int:
    """What an event is to a rule: the grade for a threshold, FIRST and THEN for a sequence; 0: nothing, and no slot
    need be looked at."""
    if kind == THRESHOLD:
        return grade_of(k, rule, value)
    if kind in (HELD, ABSENCE):
        return 1
    if kind in (SEQUENCE, NEGATED):
        first = role & FIRST if holds(k, rule, 0, value) else 0
        return first | role & THEN if holds(k, rule, 1, value) else first
    return 1 if holds(k, rule, 0, value) else 0


def see(
    k: K, told: int, slot: int, rule: int, kind: int, role: int, member: int, source: int, at: int, value: float
) -> int:
    """One event for one slot."""
    part = what_it_is(k, rule, kind, role, value)
    if part == 0:
        return told
    if min(k.slots[slot, DUE], k.slots[slot, QUIET]) < at:
        told = let_time_come(k, told, rule, slot, at - 1)
    if kind == THRESHOLD:
        if active(k, rule, at) == at:
            told = complete(k, told, rule, slot, part, at, at, k.numbers[source], value)
    elif kind == COUNT:
        told = see_count(k, told, rule, slot, source, at, value)
    elif kind == HELD:
        see_held(k, rule, slot, source, at, value)
    elif kind == ABSENCE:
        see_absence(k, rule, slot, source, at)
    elif kind == SEQUENCE:
        told = see_sequence(k, told, rule, slot, part, source, at, value)
    elif kind == NEGATED:
        see_negated(k, rule, slot, part, source, at)
    else:
        told = see_together(k, told, rule, slot, member, source, at, value)
    watch(k, slot)
    return told


def put_back(k: K, bucket: int, slot: int) -> None:
    """Hangs what is left of a bucket's list behind what came into it meanwhile."""
    last = k.heads[bucket]
    if last < 0:
        k.heads[bucket] = slot
    else:
        while k.link[last, NEXT] >= 0:
            last = k.link[last, NEXT]
        k.link[last, NEXT] = slot
    k.link[slot, PREVIOUS] = last


def fall_due(k: K, told: int, until: int) -> int:
    """Turns the wheel to `until`; stops where there is no more room to tell, and goes on there when called again."""
    target, room = until >> SHIFT, k.told.shape[0] - MOST_TOLD
    if k.wheel[VISIT] == NEVER:
        k.wheel[VISIT] = max(k.wheel[NOW], target - BUCKETS + 1)
        k.wheel[NOW] = max(k.wheel[NOW], target)
    while k.wheel[VISIT] <= target:
        bucket = k.wheel[VISIT] & (BUCKETS - 1)
        slot = k.heads[bucket]
        k.heads[bucket] = -1
        while slot >= 0:
            if told > room:
                put_back(k, bucket, slot)
                return told
            after = k.link[slot, NEXT]
            k.link[slot, BUCKET] = -1
            k.slots[slot, CHECK] = FAR
            told = let_time_come(k, told, k.info[slot, 2], slot, until)
            watch(k, slot)
            slot = after
        k.wheel[VISIT] += 1
    k.wheel[VISIT] = NEVER
    k.progress[DONE] = 1
    return told


def sort_by_part(k: K, source: Column32, rows: int) -> None:
    """Takes the next rows, as many as `order` holds, and sorts them by part, within it by time."""
    first = k.progress[ROW]
    end = min(rows, first + k.order.shape[0])
    k.edges[:] = 0
    for row in range(first, end):
        k.edges[k.parts[source[row]] + 1] += 1
    for part in range(1, k.edges.shape[0]):
        k.edges[part] += k.edges[part - 1]
    for row in range(first, end):
        part = k.parts[source[row]]
        k.order[k.edges[part]] = row
        k.edges[part] += 1
    # Now each edge is where its part ends.
    k.progress[ROW], k.progress[PART], k.progress[COLUMN], k.progress[PLACE] = end, 1, 0, k.edges[0]


def see_part(k: K, told: int, source: Column32, at: Column64, value: Reals, room: int) -> int:
    """The rows of a part one after the other, for all their rules."""
    part, place = k.progress[PART], k.progress[PLACE]
    while place < k.edges[part] and told <= room:
        row = k.order[place]
        number = source[row]
        for entry in range(k.starts[number], k.starts[number + 1]):
            slot, rule = k.entries[entry, SLOT], k.entries[entry, RULE]
            role, member = k.entries[entry, ROLE], k.entries[entry, MEMBER]
            told = see(k, told, slot, rule, k.rules[rule, KIND], role, member, number, at[row], value[row])
        place += 1
    k.progress[PLACE] = place
    return told


def see_column(k: K, told: int, source: Column32, at: Column64, value: Reals, room: int) -> int:
    """The rows of a part whose sources have the same rules, for one of these: all is at hand, and well guessed."""
    part, place, column = k.progress[PART], k.progress[PLACE], k.progress[COLUMN]
    entry = k.starts[source[k.order[place]]] + column
    rule, role = k.entries[entry, RULE], k.entries[entry, ROLE]
    kind = k.rules[rule, KIND]
    while place < k.edges[part] and told <= room:
        row = k.order[place]
        number = source[row]
        entry = k.starts[number] + column
        slot, member = k.entries[entry, SLOT], k.entries[entry, MEMBER]
        told = see(k, told, slot, rule, kind, role, member, number, at[row], value[row])
        place += 1
    k.progress[PLACE] = place
    if place == k.edges[part] and column + 1 < k.columns[part]:
        k.progress[COLUMN], k.progress[PLACE] = column + 1, k.edges[part - 1]
    return told


def run(k: K, source: Column32, at: Column64, value: Reals, rows: int, until: int) -> int:
    """Rows in order of event time from `progress[ROW]` on, and then what falls due until the watermark.

    source: int32, at: int64, value: float64, the first `rows` of each.  Returns how much was told; unless
    `progress[DONE]`, it is to be taken away and the call repeated.  `progress[PART]` at first: the number of parts.
    """
    told, room, last = 0, k.told.shape[0] - MOST_TOLD * k.rules.shape[0] - 1, k.edges.shape[0] - 1
    k.progress[DONE] = 0
    while k.progress[PART] < last or k.progress[ROW] < rows:
        if told > room:
            return told
        if k.progress[PART] == last:
            sort_by_part(k, source, rows)
        elif k.progress[PLACE] == k.edges[k.progress[PART]]:
            k.progress[PART] += 1
            k.progress[COLUMN] = 0
        elif k.columns[k.progress[PART]] > 0:
            told = see_column(k, told, source, at, value, room)
        else:
            told = see_part(k, told, source, at, value, room)
    return fall_due(k, told, until)


def alarm(k: K, told: int, entry: int, source: int, at: int, value: float, late: bool) -> int:
    """An alarm on arrival, once for each cell of `suppress`."""
    slot, rule = k.alarms[entry, SLOT], k.alarms[entry, RULE]
    if holds(k, rule, 2, value) and active(k, rule, at) == at:
        suppress = k.rules[rule, SUPPRESS]
        cell = at - at % suppress if suppress > 0 else at
        if suppress == 0 or k.cells[slot] != cell:
            k.cells[slot] = cell
            flags = ON_ARRIVAL | LATE if late else ON_ARRIVAL
            return tell(k, told, rule, slot, 3, at, at, k.numbers[source], value, flags)
    return told
