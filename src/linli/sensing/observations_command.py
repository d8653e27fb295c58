"""`linli observations`: check, pack or clear the store of observations."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, TextIO

from linli.sensing.segments import Store, StoreError
from linli.sensing.segments.store import now_us

What = Literal["verify", "compact", "retain"]


def run(
    what: What,
    *,
    folder: Path,
    days: Mapping[int, float] | None = None,
    now: int | None = None,
    out: TextIO | None = None,
) -> int:
    """Do it and say so.  Returns 1 where something is wrong, or another process writes, else 0.

    days: for `retain`, how many days each datastream keeps.  now: microseconds, the clock's where it is not given.
    `verify` only reads, and may run beside the process that writes.
    """
    out = out or sys.stdout
    now = now_us() if now is None else now
    try:
        if what == "verify":
            return _verify(folder, out)
        with Store(folder) as store:
            if what == "compact":
                store.compact(now)
                words = "are compacted"
            else:
                store.retain(days or {}, now)
                words = "that are past their days are gone"
    except StoreError as error:
        out.write(f"{error}\n")
        return 1
    out.write(f"The observations in {folder} {words}.\n")
    return 0


def _verify(folder: Path, out: TextIO) -> int:
    findings = Store(folder, writable=False).verify()
    out.writelines(f"{finding}\n" for finding in findings)
    if not findings:
        out.write(f"The observations in {folder} are as they were written.\n")
    return 1 if findings else 0
