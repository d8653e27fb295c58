"""What goes over from one plan to the next when rules or streams change.

What was seen (rings, timers) comes from the old plan for a rule of the same version, else from one that replayed the
history.  What was told (suppression, episodes) goes with the lineage.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from linli.engines.rules import kernel
from linli.engines.rules.kernel import BASE, CLEAR, DUE, FAR, LAST, NEVER, OPEN, QUIET, WINDOW
from linli.engines.rules.model import Count, Rule, Together, is_semantic_change, need
from linli.engines.rules.plan import Plan

Slots = NDArray[np.int64]


def same(old: Rule, new: Rule) -> bool:
    """Whether a rule is the same version of itself.

    Raises: RuleError where it sees something else under the old version.
    """
    need(old.version != new.version or not is_semantic_change(old, new), "version", "Raise the version by one.")
    return old.version == new.version


def carry(old: Plan, new: Plan, fresh: Plan | None, watermark: int) -> None:
    """Fills the new plan, which has seen nothing.  `fresh`: the new rules after the replay, or None without one."""
    rows = {rule.lineage: row for row, rule in enumerate(old.rules)}
    for row, rule in enumerate(new.rules):
        before = rows.get(rule.lineage)
        kept = before is not None and same(old.rules[before], rule)
        if kept and before is not None:
            carry_seen(old, before, new, row, watermark)
        elif fresh is not None:
            carry_seen(fresh, row, new, row, watermark)
        if before is not None:
            carry_told(old, before, new, row, watermark)


def pairs(old: Plan, old_row: int, new: Plan, row: int) -> tuple[Slots, Slots]:
    """The slots of one rule that have the same key in both, the old and the new ones."""
    first, end = old.spans[old_row]
    place = {name: slot for slot, name in enumerate(old.names[first:end], first)}
    begun, last = new.spans[row]
    found = [(place[name], slot) for slot, name in enumerate(new.names[begun:last], begun) if name in place]
    table = np.array(found, np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def carry_seen(old: Plan, old_row: int, new: Plan, row: int, watermark: int) -> None:
    was, now = pairs(old, old_row, new, row)
    pattern = new.rules[row].pattern
    new.k.slots[now, BASE], new.k.slots[now, DUE] = old.k.slots[was, BASE], old.k.slots[was, DUE]
    new.k.source[now] = old.k.source[was]
    if isinstance(pattern, Count):
        span = np.arange(pattern.times)
        new.k.ring[new.k.info[now, 0, None] + span] = old.k.ring[old.k.info[was, 0, None] + span]
    if isinstance(pattern, Together):
        for old_slot, slot in zip(was.tolist(), now.tolist(), strict=True):
            for name, member in new.counted[slot].items():
                if name in old.counted[old_slot]:
                    new.k.members[member] = old.k.members[old.counted[old_slot][name]]
    for slot in now[new.k.slots[now, DUE] < FAR].tolist():
        due = max(int(new.k.slots[slot, BASE]) + int(new.k.rules[row, WINDOW]), watermark + 1)
        new.k.slots[slot, DUE] = kernel.active(new.k, row, due)


def carry_told(old: Plan, old_row: int, new: Plan, row: int, watermark: int) -> None:
    was, now = pairs(old, old_row, new, row)
    columns = [LAST + 1, LAST + 2, LAST + 3, OPEN, QUIET]
    new.k.slots[now[:, None], columns] = old.k.slots[was[:, None], columns]
    new.k.cells[now] = old.k.cells[was]
    clear, before = int(new.k.rules[row, CLEAR]), int(old.k.rules[old_row, CLEAR])
    edited = old.rules[old_row].version != new.rules[row].version
    if clear < 0:
        new.k.slots[now, QUIET] = FAR
    elif edited or before != clear:
        ends = new.k.slots[now, QUIET]
        goes_on = (ends == FAR) & (not edited and before >= 0)
        new.k.slots[now, QUIET] = np.where((new.k.slots[now, OPEN] != NEVER) & ~goes_on, watermark + clear, ends)
