"""Rows on their way in: what is known of their streams, alarms at once, and the buffer that waits for the watermark.

Each function runs both as it stands and compiled.  The buffer hangs rows into buckets of time, so that a row costs the
same however many wait; only what is released is sorted.
"""

from __future__ import annotations

from math import isfinite
from typing import NamedTuple

import numpy as np

from linli.engines.rules.kernel import ACCEPTED, DONE, ROW, Column32, Column64, K, Reals, alarm

SHIFT, BUCKETS = 17, 4096
FREE, WAITING, NOW = range(3)
LATE_ROWS, UNKNOWN_ROWS, AHEAD_ROWS = range(3)
DAY = 86_400_000_000
FEW = 96
HASH = 40503


class Door(NamedTuple):
    """`table`: (n, 2) stream id and source by hash.  `counts`: rows not used."""

    table: Column32
    counts: Column64


class Buffer(NamedTuple):
    """Rows in lists, one for each bucket of time and one of free places; `next` and `heads` are places, or -1."""

    at: Column64
    source: Column32
    value: Reals
    next: Column32
    heads: Column32
    meta: Column64


def find(table: Column32, stream: int) -> int:
    """The source of a stream's id, or -1."""
    mask = table.shape[0] - 1
    place = (int(stream) * HASH) & mask  # as 64 bits: ids of 32 would overflow uncompiled
    while table[place, 0] != stream:
        if table[place, 0] < 0:
            return -1
        place = (place + 1) & mask
    return table[place, 1]


def all_finite(value: Reals, rows: int) -> bool:
    for row in range(rows):  # noqa: SIM110  (numba knows no all())
        if not isfinite(value[row]):
            return False
    return True


def arrive(
    k: K,
    door: Door,
    stream: Column32,
    at: Column64,
    value: Reals,
    received: Column64,
    rows: int,
    watermark: int,
    source_out: Column32,
    at_out: Column64,
    value_out: Reals,
) -> int:
    """Rows in order of arrival from `progress[ROW]` on; what rules may wait for goes to the three `out`.

    Returns -1, and does nothing, where a value is no finite number; else how much was told: unless `progress[DONE]`, it
    is to be taken away and the call repeated.
    """
    told, room, row, taken = 0, k.told.shape[0], k.progress[ROW], k.progress[ACCEPTED]
    if row == 0 and not all_finite(value, rows):
        return -1
    k.progress[DONE] = 0
    while row < rows:
        source, instant = find(door.table, stream[row]), at[row]
        if source < 0:
            door.counts[UNKNOWN_ROWS] += 1
            row += 1
            continue
        first, end = k.alarm_starts[source], k.alarm_starts[source + 1]
        if told + end - first > room:
            break
        late = instant <= watermark
        for entry in range(first, end):
            told = alarm(k, told, entry, source, instant, value[row], late)
        if late:
            door.counts[LATE_ROWS] += 1
        elif instant > received[row] + DAY:
            door.counts[AHEAD_ROWS] += 1
        else:
            source_out[taken], at_out[taken], value_out[taken] = source, instant, value[row]
            taken += 1
        row += 1
    k.progress[ROW] = row
    k.progress[ACCEPTED] = taken
    if row == rows:
        k.progress[DONE] = 1
    return told


def in_order(at: Column64, rows: int) -> bool:
    """Whether event times never go back."""
    for row in range(1, rows):  # noqa: SIM110  (numba knows no all())
        if at[row] < at[row - 1]:
            return False
    return True


def hang(buffer: Buffer, place: int, at: int) -> None:
    now = buffer.meta[NOW]
    bucket = min(max(at >> SHIFT, now), now + BUCKETS - 1) & (BUCKETS - 1)
    buffer.next[place] = buffer.heads[bucket]
    buffer.heads[bucket] = place


def hold(buffer: Buffer, source: Column32, at: Column64, value: Reals, rows: int) -> None:
    """Takes the first `rows` of the three; there must be room for them."""
    for row in range(rows):
        place = buffer.meta[FREE]
        buffer.meta[FREE] = buffer.next[place]
        buffer.at[place], buffer.source[place], buffer.value[place] = at[row], source[row], value[row]
        hang(buffer, place, at[row])
    buffer.meta[WAITING] += rows


def release(buffer: Buffer, until: int, source: Column32, at: Column64, value: Reals) -> int:
    """What happened until the instant, into the three, a few in order; how many."""
    target, rows = until >> SHIFT, 0
    visit = max(buffer.meta[NOW], target - BUCKETS + 1)
    buffer.meta[NOW] = max(buffer.meta[NOW], target)
    while visit <= target:
        place = buffer.heads[visit & (BUCKETS - 1)]
        buffer.heads[visit & (BUCKETS - 1)] = -1
        while place >= 0:
            after = buffer.next[place]
            if buffer.at[place] <= until:
                source[rows], at[rows], value[rows] = buffer.source[place], buffer.at[place], buffer.value[place]
                rows += 1
                buffer.next[place] = buffer.meta[FREE]
                buffer.meta[FREE] = place
            else:
                hang(buffer, place, buffer.at[place])
            place = after
        visit += 1
    buffer.meta[WAITING] -= rows
    if rows <= FEW:
        sort_few(source, at, value, 0, rows)
    return rows


def before(source: Column32, at: Column64, value: Reals, row: int, instant: int, number: int, given: float) -> bool:
    """Whether a row comes after what is given, in order of time, stream and value."""
    if at[row] != instant:
        return at[row] > instant
    if source[row] != number:
        return source[row] > number
    return value[row] > given


def sort_few(source: Column32, at: Column64, value: Reals, first: int, end: int) -> None:
    for row in range(first + 1, end):
        number, instant, given, place = source[row], at[row], value[row], row
        while place > first and before(source, at, value, place - 1, instant, number, given):
            source[place], at[place], value[place] = source[place - 1], at[place - 1], value[place - 1]
            place -= 1
        source[place], at[place], value[place] = number, instant, given


def sort_instants(source: Column32, at: Column64, value: Reals, rows: int) -> None:
    """Rows in order of time: those of one instant in order of stream and value."""
    first = 0
    while first < rows:
        end = first + 1
        while end < rows and at[end] == at[first]:
            end += 1
        if end - first > FEW:
            order = np.argsort(value[first:end], kind="mergesort")
            order = order[np.argsort(source[first:end][order], kind="mergesort")]
            source[first:end] = source[first:end][order]
            value[first:end] = value[first:end][order]
        elif end - first > 1:
            sort_few(source, at, value, first, end)
        first = end
