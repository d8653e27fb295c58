"""The rules over rows in order of event time: flat arrays, no objects.

Each function here runs both as it stands, on NumPy, and compiled (`compiled`).  `K` holds what a stage's rules are and
what they have seen and told; `plan` makes it.  A slot is one key of one rule, one row of `slots`, one cache line.
"""

from __future__ import annotations

from collections import namedtuple

NEVER = -(1 << 60)
UNKNOWN = 1 << 61  # pending, at an instant after every schedule that is known
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
ROW, DONE, ACCEPTED = range(3)
MOST_TOLD = 4  # by one event for one slot: the pattern and the quiet that fell due before, twice quiet, and itself

K = namedtuple(
    "K",
    "numbers starts entries alarm_starts alarms rules bounds hours info "
    "slots cells source ring members link heads wheel told values progress",
)


def holds(k, rule, bound, value):
    """Whether the value lies in the bound, or for `unlike` outside of it."""
    inside = k.bounds[rule, bound, 0] <= value <= k.bounds[rule, bound, 1]
    return inside != ((k.rules[rule, UNLIKE] >> bound) & 1 == 1)


def grade_of(k, rule, value):
    for grade in range(3, 0, -1):
        if holds(k, rule, grade - 1, value):
            return grade
    return 0


def active(k, rule, at):
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


def tell(k, told, rule, slot, grade, at, since, stream, value, flags):
    k.told[told, TOLD_RULE] = rule
    k.told[told, TOLD_SLOT] = slot
    k.told[told, TOLD_GRADE] = grade
    k.told[told, TOLD_AT] = at
    k.told[told, TOLD_SINCE] = since
    k.told[told, TOLD_STREAM] = stream
    k.told[told, TOLD_FLAGS] = flags
    k.values[told] = value
    return told + 1


def hidden(k, rule, slot, grade, at):
    """Whether one of the same or a higher grade was told less than `suppress` ago."""
    suppress = k.rules[rule, SUPPRESS]
    for higher in range(grade, 4):
        if at - k.slots[slot, LAST + higher] < suppress:
            return True
    return False


def quiet(k, rule, slot, at):
    """An open episode ends after `clear` from now."""
    if k.slots[slot, OPEN] != NEVER and k.rules[rule, CLEAR] >= 0:
        k.slots[slot, QUIET] = at + k.rules[rule, CLEAR]


def complete(k, told, rule, slot, grade, at, since, stream, value):
    if not hidden(k, rule, slot, grade, at):
        flags = HIDDEN if grade == 3 and k.rules[rule, ARRIVAL] else 0
        told = tell(k, told, rule, slot, grade, at, since, stream, value, flags)
        k.slots[slot, LAST + grade] = at
        if k.slots[slot, OPEN] == NEVER:
            k.slots[slot, OPEN] = at
    quiet(k, rule, slot, at)
    return told


def let_time_come(k, told, rule, slot, until):
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


def unhook(k, slot):
    after, before = k.link[slot, NEXT], k.link[slot, PREVIOUS]
    if before < 0:
        k.heads[k.link[slot, BUCKET]] = after
    else:
        k.link[before, NEXT] = after
    if after >= 0:
        k.link[after, PREVIOUS] = before
    k.link[slot, BUCKET] = -1


def hook(k, slot, when):
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


def watch(k, slot):
    """Sees to it that the slot is looked at when something of it falls due; a later look than needed is never left."""
    when = min(k.slots[slot, DUE], k.slots[slot, QUIET])
    if when < k.slots[slot, CHECK] and when < UNKNOWN:
        if k.link[slot, BUCKET] >= 0:
            unhook(k, slot)
        hook(k, slot, when)


def watch_all(k):
    """Hangs every slot into a wheel that is empty."""
    for slot in range(k.slots.shape[0]):
        watch(k, slot)


def begin(k, rule, slot, source, at):
    """From now on time may complete the pattern."""
    k.slots[slot, BASE] = at
    k.source[slot] = k.numbers[source]
    k.slots[slot, DUE] = active(k, rule, at + k.rules[rule, WINDOW])


def see_count(k, told, rule, slot, source, at, value):
    if not holds(k, rule, 0, value):
        return told
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


def see_together(k, told, rule, slot, member, source, at, value):
    if not holds(k, rule, 0, value):
        return told
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


def see_held(k, rule, slot, source, at, value):
    if holds(k, rule, 0, value):
        k.slots[slot, QUIET] = FAR
        if k.slots[slot, BASE] == NEVER:
            begin(k, rule, slot, source, at)
    elif k.slots[slot, BASE] != NEVER:
        k.slots[slot, BASE] = NEVER
        k.slots[slot, DUE] = FAR
        quiet(k, rule, slot, at)


def see_absence(k, rule, slot, source, at):
    if k.slots[slot, QUIET] == FAR:
        quiet(k, rule, slot, at)
    begin(k, rule, slot, source, at)


def see_sequence(k, told, rule, slot, role, source, at, value):
    since = k.slots[slot, BASE]
    if role & THEN and since != NEVER and at - since <= k.rules[rule, WINDOW] and holds(k, rule, 1, value):
        k.slots[slot, BASE] = NEVER
        if active(k, rule, at) == at:
            told = complete(k, told, rule, slot, k.rules[rule, GRADE], at, since, k.numbers[source], value)
    if role & FIRST and holds(k, rule, 0, value):
        k.slots[slot, BASE] = at
    return told


def see_negated(k, rule, slot, role, source, at, value):
    if role & THEN and k.slots[slot, BASE] != NEVER and holds(k, rule, 1, value):
        k.slots[slot, BASE] = NEVER
        k.slots[slot, DUE] = FAR
    if role & FIRST and k.slots[slot, BASE] == NEVER and holds(k, rule, 0, value):
        begin(k, rule, slot, source, at)


def see(k, told, entry, source, at, value):
    """One event for one slot."""
    slot, rule = k.entries[entry, SLOT], k.entries[entry, RULE]
    kind = k.rules[rule, KIND]
    if min(k.slots[slot, DUE], k.slots[slot, QUIET]) < at:
        told = let_time_come(k, told, rule, slot, at - 1)
    if kind == THRESHOLD:
        grade = grade_of(k, rule, value)
        if grade > 0 and active(k, rule, at) == at:
            told = complete(k, told, rule, slot, grade, at, at, k.numbers[source], value)
    elif kind == COUNT:
        told = see_count(k, told, rule, slot, source, at, value)
    elif kind == HELD:
        see_held(k, rule, slot, source, at, value)
    elif kind == ABSENCE:
        see_absence(k, rule, slot, source, at)
    elif kind == SEQUENCE:
        told = see_sequence(k, told, rule, slot, k.entries[entry, ROLE], source, at, value)
    elif kind == NEGATED:
        see_negated(k, rule, slot, k.entries[entry, ROLE], source, at, value)
    else:
        told = see_together(k, told, rule, slot, k.entries[entry, MEMBER], source, at, value)
    watch(k, slot)
    return told


def put_back(k, bucket, slot):
    """Hangs what is left of a bucket's list behind what came into it meanwhile."""
    last = k.heads[bucket]
    if last < 0:
        k.heads[bucket] = slot
    else:
        while k.link[last, NEXT] >= 0:
            last = k.link[last, NEXT]
        k.link[last, NEXT] = slot
    k.link[slot, PREVIOUS] = last


def fall_due(k, told, until):
    """Turns the wheel to `until`; stops where there is no more room to tell, and goes on from there when called again."""
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


def run(k, source, at, value, rows, until):
    """Rows in order of event time from `progress[ROW]` on, and then what falls due until the watermark.

    source: int32, at: int64, value: float64, the first `rows` of each.  Returns how much was told; unless
    `progress[DONE]`, it is to be taken away and the call repeated.
    """
    told, room, row = 0, k.told.shape[0], k.progress[ROW]
    k.progress[DONE] = 0
    while row < rows:
        first, end = k.starts[source[row]], k.starts[source[row] + 1]
        if told + MOST_TOLD * (end - first) > room:
            break
        for entry in range(first, end):
            told = see(k, told, entry, source[row], at[row], value[row])
        row += 1
    k.progress[ROW] = row
    if row == rows:
        told = fall_due(k, told, until)
    return told


def alarm(k, told, entry, source, at, value, late):
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
