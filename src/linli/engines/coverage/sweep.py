"""The sweep, compiled: a ray turns about the sensor and stops at every place where an edge begins or ends.

Between two stops the order of the edges along the ray does not change, so that one look in the middle tells which is
nearest.  Imports numba: only the kernel worker, jobs and measurements import this module.

What each function is held to stands in `reference` and `exposure`.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

Reals = NDArray[np.float64]
Numbers = NDArray[np.int64]
TURN = 2 * math.pi
NARROW = 1e-6  # m; what is narrower at the end of the range is not drawn
JOINT = 1e-9  # m; the parts of one wall that meet so nearly are one
OPEN, SIDE, STEP = -1, -2, -3  # what an outline runs along, where not an edge: the range, a side, a ray between two
# Columns of a segment: its ends, how far its line turns the ray (x1 dy - y1 dx), its angles from the first side.
X1, Y1, DX, DY, TURNED, SINCE, UNTIL, EDGE = range(8)
COLUMNS = 8


@njit(cache=True, nogil=True)
def gather(
    x: float, y: float, reach: float, first: float, width: float, low: float, starts: Numbers, runs: Numbers,
    edges: Reals, heights: Reals, segments: Reals,
) -> int:  # fmt: skip
    """The edges of these runs that face (x, y), are not lower than `low`, within the disc and the slice; how many.

    An edge that faces runs clockwise about the sensor, so its ends are taken the other way round.
    """
    found = 0
    narrow = width <= math.pi
    right_x, right_y = math.cos(first), math.sin(first)
    left_x, left_y = math.cos(first + width), math.sin(first + width)
    for run in runs:
        for edge in range(starts[run], starts[run + 1]):
            x2, y2 = edges[edge, 0] - x, edges[edge, 1] - y
            x1, y1 = edges[edge, 2] - x, edges[edge, 3] - y
            if x1 * y2 - y1 * x2 <= 1e-12 or heights[edge] < low:
                continue
            if narrow and (
                (right_x * y1 - right_y * x1 < 0 and right_x * y2 - right_y * x2 < 0)
                or (left_x * y1 - left_y * x1 > 0 and left_x * y2 - left_y * x2 > 0)
            ):
                continue
            dx, dy = x2 - x1, y2 - y1
            squared, dot = dx * dx + dy * dy, x1 * dx + y1 * dy
            room = dot * dot - squared * (x1 * x1 + y1 * y1 - reach * reach)
            if room <= 0:
                continue
            root = math.sqrt(room)
            begin, end = max((-dot - root) / squared, 0.0), min((-dot + root) / squared, 1.0)
            if end - begin <= 1e-12:
                continue
            x2, y2, x1, y1 = x1 + end * dx, y1 + end * dy, x1 + begin * dx, y1 + begin * dy
            since = (math.atan2(y1, x1) - first) % TURN
            span = (math.atan2(y2, x2) - first - since) % TURN
            if span >= math.pi or (since >= width and since + span <= TURN):
                continue
            segment = segments[found]
            segment[X1], segment[Y1], segment[DX], segment[DY] = x1, y1, x2 - x1, y2 - y1
            segment[TURNED] = x1 * (y2 - y1) - y1 * (x2 - x1)
            segment[SINCE], segment[UNTIL], segment[EDGE] = since, since + span, edge
            found += 1
    return found


@njit(cache=True, nogil=True)
def stops(
    segments: Reals, found: int, width: float, angles: Reals, which: Numbers
) -> int:  # fmt: skip
    """Where segments begin (+) and end (-) within the slice, in order; which: segment + 1 with that sign."""
    number = 0
    for segment in range(found):
        for turn in range(2):
            low = max(segments[segment, SINCE] - turn * TURN, 0.0)
            high = min(segments[segment, UNTIL] - turn * TURN, width)
            if high - low > 1e-12:
                angles[number], which[number] = low, segment + 1
                angles[number + 1], which[number + 1] = high, -segment - 1
                number += 2
    # Few and nearly in order, edge after edge: sorting them in is the quickest up to about a hundred.
    if number > 128:
        order = np.argsort(angles[:number])
        angles[:number], which[:number] = angles[:number][order], which[:number][order]
    for at in range(1, number):
        angle, who = angles[at], which[at]
        before = at - 1
        while before >= 0 and angles[before] > angle:
            angles[before + 1], which[before + 1] = angles[before], which[before]
            before -= 1
        angles[before + 1], which[before + 1] = angle, who
    return number


@njit(cache=True, nogil=True)
def away(
    segment: Reals, cosine: float, sine: float
) -> float:  # fmt: skip
    """How far a ray meets the line of a segment."""
    turn = cosine * segment[DY] - sine * segment[DX]
    return segment[TURNED] / turn if abs(turn) > 1e-15 else 1e18


@njit(cache=True, nogil=True)
def change(
    active: Numbers, number: int, who: int
) -> int:  # fmt: skip
    """The segment taken up (+) or put away (-); how many are under the ray now."""
    if who > 0:
        active[number] = who - 1
        return number + 1
    for at in range(number):
        if active[at] == -who - 1:
            active[at] = active[number - 1]
            return number - 1
    return number


@njit(cache=True, nogil=True)
def outline(
    segments: Reals, found: int, reach: float, first: float, width: float, arc: float, angles: Reals,
    which: Numbers, active: Numbers, points: Reals, along: Numbers,
) -> int:  # fmt: skip
    """The visible polygon about the sensor, anticlockwise; how many points, or -1 where there is no room for them.

    along: what the outline runs along from each point on: an edge, OPEN, SIDE or STEP.
    """
    number = stops(segments, found, width, angles, which)
    count, under, at, low = 0, 0, 0, 0.0
    while low < width:
        while at < number and angles[at] <= low:
            under = change(active, under, which[at])
            at += 1
        high = min(angles[at], width) if at < number else width
        if (high - low) * reach < NARROW:
            low = high if high > low else low + 1e-300
            if high >= width:
                break
            continue
        if count + 5 + int((high - low) / arc) > len(points):
            return -1
        middle = first + 0.5 * (low + high)
        cosine, sine = math.cos(middle), math.sin(middle)
        nearest, wall = reach, -1
        for one in range(under):
            distance = away(segments[active[one]], cosine, sine)
            if distance < nearest:
                nearest, wall = distance, active[one]
        if wall < 0:
            count = draw_arc(points, along, count, reach, first + low, high - low, arc)
        else:
            count = draw_wall(points, along, count, segments[wall], reach, first + low, first + high)
        low = high
    if width < TURN - 1e-9:
        points[count, 0], points[count, 1], along[count] = 0.0, 0.0, SIDE
        count += 1
    return thinned(points, along, count)


@njit(cache=True, nogil=True)
def draw_arc(
    points: Reals, along: Numbers, count: int, reach: float, since: float, width: float, arc: float
) -> int:  # fmt: skip
    steps = math.ceil(width / arc - 1e-9)
    for step in range(steps + 1):
        angle = since + width * step / steps
        points[count, 0], points[count, 1], along[count] = reach * math.cos(angle), reach * math.sin(angle), OPEN
        count += 1
    along[count - 1] = STEP
    return count


@njit(cache=True, nogil=True)
def draw_wall(
    points: Reals, along: Numbers, count: int, segment: Reals, reach: float, since: float, until: float
) -> int:  # fmt: skip
    cosine, sine = math.cos(since), math.sin(since)
    distance = min(away(segment, cosine, sine), reach)
    x, y, edge = distance * cosine, distance * sine, int(segment[EDGE])
    if count > 1 and along[count - 2] == edge and abs(points[count - 1, 0] - x) + abs(points[count - 1, 1] - y) < JOINT:
        count -= 1
    else:
        points[count, 0], points[count, 1], along[count] = x, y, edge
        count += 1
    cosine, sine = math.cos(until), math.sin(until)
    distance = min(away(segment, cosine, sine), reach)
    points[count, 0], points[count, 1], along[count] = distance * cosine, distance * sine, STEP
    return count + 1


@njit(cache=True, nogil=True)
def thinned(
    points: Reals, along: Numbers, count: int
) -> int:  # fmt: skip
    """Repeated points taken out; else one polygon in sixteen would not be valid."""
    kept = 0
    for at in range(count):
        if kept and abs(points[at, 0] - points[kept - 1, 0]) + abs(points[at, 1] - points[kept - 1, 1]) < NARROW:
            along[kept - 1] = along[at]
        else:
            points[kept, 0], points[kept, 1], along[kept] = points[at, 0], points[at, 1], along[at]
            kept += 1
    while kept > 1 and abs(points[kept - 1, 0] - points[0, 0]) + abs(points[kept - 1, 1] - points[0, 1]) < NARROW:
        kept -= 1
    return kept if kept > 2 else 0


@njit(cache=True, nogil=True)
def block_of_outlines(
    block: int, blocks: int, eyes: Reals, lows: Reals, arc: float, starts: Numbers, offsets: Numbers, runs: Numbers,
    edges: Reals, heights: Reals, room: int, points: Reals, along: Numbers, counts: Numbers,
) -> None:  # fmt: skip
    """A part of many sensors, in this thread.

    eyes: (n, 5) x, y, range, first side, width.  lows: (n,) what is lower hides nothing.  offsets: (n + 1,) into
    `runs`.  room: more than any has edges.  points: (n, p, 2), along: (n, p), counts: (n,) or -1 where p are too few.
    """
    number = len(eyes)
    segments = np.empty((room, COLUMNS))
    angles, which = np.empty(4 * room + 1), np.empty(4 * room + 1, np.int64)
    active = np.empty(2 * room + 1, np.int64)
    for at in range(block * number // blocks, (block + 1) * number // blocks):
        x, y, reach, first, width = eyes[at, 0], eyes[at, 1], eyes[at, 2], eyes[at, 3], eyes[at, 4]
        if reach <= 0:
            counts[at] = 0
            continue
        mine = runs[offsets[at] : offsets[at + 1]]
        found = gather(x, y, reach, first, width, lows[at], starts, mine, edges, heights, segments)
        count = outline(segments, found, reach, first, width, arc, angles, which, active, points[at], along[at])
        for point in range(count):
            points[at, point, 0] += x
            points[at, point, 1] += y
        counts[at] = count


@njit(parallel=True, cache=True)
def many_outlines(
    blocks: int, eyes: Reals, lows: Reals, arc: float, starts: Numbers, offsets: Numbers, runs: Numbers, edges: Reals,
    heights: Reals, room: int, points: Reals, along: Numbers, counts: Numbers,
) -> None:  # fmt: skip
    """Many sensors, over all cores."""
    for block in prange(blocks):
        block_of_outlines(block, blocks, eyes, lows, arc, starts, offsets, runs, edges, heights, room, points, along,
                          counts)  # fmt: skip


# Columns of a stretch of wall that is seen: which edge, its angles from the first side, its ends, its heights.
WALL, FROM, TO, START_X, START_Y, END_X, END_Y, BOTTOM, TOP = range(9)
SEEN = 9
# Columns of how a lens looks up and down: its height, the tangents of the picture's lower and upper edge, whether flat.
LENS, TAN_LOW, TAN_HIGH, IS_FLAT = range(4)
APART = 1e-9  # radians


@njit(cache=True, nogil=True)
def by_distance(
    segments: Reals, active: Numbers, under: int, cosine: float, sine: float, order: Numbers, distances: Reals
) -> None:  # fmt: skip
    """The segments under a ray, the nearest first."""
    for one in range(under):
        distance = away(segments[active[one]], cosine, sine)
        before = one - 1
        while before >= 0 and distances[before] > distance:
            distances[before + 1], order[before + 1] = distances[before], order[before]
            before -= 1
        distances[before + 1], order[before + 1] = distance, active[one]


@njit(cache=True, nogil=True)
def look(
    segments: Reals, heights: Reals, under: int, order: Numbers, distances: Reals, lens: Reals, aside: float,
    low: float, high: float, rows: Reals, count: int, last: Numbers,
) -> int:  # fmt: skip
    """One direction: which walls show between which heights, joined to what was seen of them just before."""
    slope, passed = -math.inf, 0
    for one in range(under):
        segment, distance = order[one], distances[one]
        while distances[passed] < distance - JOINT:
            slope = max(slope, (heights[int(segments[order[passed], EDGE])] - lens[LENS]) / distances[passed])
            passed += 1
        depth = distance * math.cos(aside) if lens[IS_FLAT] else distance
        bottom = max(lens[LENS] + slope * distance, lens[LENS] - depth * lens[TAN_LOW], 0.0)
        top = min(heights[int(segments[segment, EDGE])], lens[LENS] - depth * lens[TAN_HIGH])
        if top <= bottom:
            continue
        row = last[segment]
        if row >= 0 and low - rows[row, TO] <= 2 * APART:
            rows[row, TO] = high
            rows[row, BOTTOM], rows[row, TOP] = min(rows[row, BOTTOM], bottom), max(rows[row, TOP], top)
            continue
        if count < len(rows):
            rows[count, WALL], rows[count, FROM], rows[count, TO] = segment, low, high
            rows[count, BOTTOM], rows[count, TOP] = bottom, top
            last[segment] = count
        count += 1
    return count


@njit(cache=True, nogil=True)
def stretches(
    segments: Reals, found: int, first: float, width: float, arc: float, heights: Reals, lens: Reals,
    angles: Reals, which: Numbers, active: Numbers, order: Numbers, distances: Reals, last: Numbers, rows: Reals,
) -> int:  # fmt: skip
    """All walls that show, over what is lower; how many rows there are, also where that is more than `rows` holds."""
    number = stops(segments, found, width, angles, which)
    last[:found] = -1
    count, under, at, low = 0, 0, 0, 0.0
    while low < width:
        while at < number and angles[at] <= low:
            under = change(active, under, which[at])
            at += 1
        high = min(angles[at], width) if at < number else width
        parts = max(math.ceil((high - low) / arc - 1e-9), 1)
        step = (high - low) / parts
        for part in range(parts if step > APART else 0):
            since = low + part * step
            middle = since + step / 2
            by_distance(segments, active, under, math.cos(first + middle), math.sin(first + middle), order, distances)
            aside = middle - width / 2
            count = look(
                segments, heights, under, order, distances, lens, aside, since, since + step, rows, count, last
            )
        if high >= width:
            break
        low = high
    for row in range(min(count, len(rows))):
        segment = segments[int(rows[row, WALL])]
        for angle, column in ((first + rows[row, FROM], START_X), (first + rows[row, TO], END_X)):
            distance = away(segment, math.cos(angle), math.sin(angle))
            rows[row, column], rows[row, column + 1] = distance * math.cos(angle), distance * math.sin(angle)
        rows[row, WALL] = segment[EDGE]
    return count


@njit(cache=True, nogil=True)
def block_of_stretches(
    block: int, blocks: int, eyes: Reals, lenses: Reals, arc: float, starts: Numbers, offsets: Numbers, runs: Numbers,
    edges: Reals, heights: Reals, room: int, rows: Reals, counts: Numbers,
) -> None:  # fmt: skip
    """A part of many sensors, in this thread.  rows: (n, r, SEEN); counts: of rows, also where that is more than r."""
    number = len(eyes)
    segments = np.empty((room, COLUMNS))
    angles, which = np.empty(4 * room + 1), np.empty(4 * room + 1, np.int64)
    active, order, last = np.empty(2 * room + 1, np.int64), np.empty(2 * room + 1, np.int64), np.empty(room, np.int64)
    distances = np.empty(2 * room + 1)
    for at in range(block * number // blocks, (block + 1) * number // blocks):
        x, y, reach, first, width = eyes[at, 0], eyes[at, 1], eyes[at, 2], eyes[at, 3], eyes[at, 4]
        if reach <= 0:
            counts[at] = 0
            continue
        mine = runs[offsets[at] : offsets[at + 1]]
        found = gather(x, y, reach, first, width, -math.inf, starts, mine, edges, heights, segments)
        counts[at] = stretches(segments, found, first, width, arc, heights, lenses[at], angles, which, active, order,
                               distances, last, rows[at])  # fmt: skip
        for row in range(min(counts[at], rows.shape[1])):
            rows[at, row, START_X] += x
            rows[at, row, START_Y] += y
            rows[at, row, END_X] += x
            rows[at, row, END_Y] += y


@njit(parallel=True, cache=True)
def many_stretches(
    blocks: int, eyes: Reals, lenses: Reals, arc: float, starts: Numbers, offsets: Numbers, runs: Numbers,
    edges: Reals, heights: Reals, room: int, rows: Reals, counts: Numbers,
) -> None:  # fmt: skip
    """Many sensors, over all cores."""
    for block in prange(blocks):
        block_of_stretches(block, blocks, eyes, lenses, arc, starts, offsets, runs, edges, heights, room, rows, counts)
