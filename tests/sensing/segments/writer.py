"""A process that writes: it commits rows one after another and says each acknowledged id, until it is killed.

Called with the folder and how many rows to write at most.
"""

import sys
from time import sleep

from linli.sensing.segments import Store
from tests.sensing.segments.rows import HOUR, START, batch


def main(folder: str, most: int) -> None:
    store = Store(folder, "test", clock=lambda: START)
    log = store.log("here")
    count = store.count()
    while count < most:
        # Every 50 rows another hour, so that kills fall into sealing too.
        ids = log.append(batch([(1, START + count // 50 * HOUR + count, float(count))]))
        log.control("tick", {"count": count})
        store.commit()
        print(ids[0], flush=True)  # noqa: T201 - what is acknowledged
        count += 1
        if count % 50 == 0:
            store.compact(START + count // 50 * HOUR, keep_raw=2 * HOUR)
            sleep(0.001)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
