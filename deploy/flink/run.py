#!/usr/bin/env python3
"""A cluster on this machine with Linli's rules on it, until Ctrl-C.

    python3 deploy/flink/run.py --store STORE --alerts FOLDER [--state FOLDER] [--task-managers 2]

Further words, such as --lateness 20, go to the job.  A later run with the same --state goes on from the last checkpoint
of the one before.
"""

import argparse
import signal
import sys
import time
from pathlib import Path

from cluster import HERE, LOOPBACK, Cluster, NotSetUp

DEFAULT_STATE = Path("var") / "flink"


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--store", action="append", required=True, help="a street office's segments; repeatable")
    words.add_argument("--alerts", type=Path, required=True, help="the folder for alerts")
    words.add_argument("--state", type=Path, default=DEFAULT_STATE, help="checkpoints, settings and logs")
    words.add_argument("--task-managers", type=int, default=2)
    given, others = words.parse_known_args()  # the rest is the job's, and refused there
    stores = [word for each in given.store for word in ("--store", str(Path(each).resolve()))]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    before = last_checkpoint(given.state)
    try:
        with Cluster(given.state, task_managers=given.task_managers, slots=2) as cluster:
            job = cluster.submit(
                HERE / "job.py", *stores, "--alerts", str(given.alerts.resolve()),
                "--parallelism", str(given.task_managers), *others, files=[HERE / "hosted.py"], state=before,
            )  # fmt: skip
            print(f"Job {job} runs; http://{LOOPBACK}:{cluster.rest_port} shows it. Ctrl-C ends it.", flush=True)
            while cluster.ask(f"/jobs/{job}")["state"] not in ("FAILED", "CANCELED", "FINISHED"):
                time.sleep(1)
    except KeyboardInterrupt:
        return 0
    except NotSetUp as reason:
        print(reason, file=sys.stderr)
        return 1
    print(f"The job has ended; the logs in {given.state} say why.", file=sys.stderr)
    return 1


def last_checkpoint(state: Path) -> Path | None:
    """The newest complete checkpoint below a folder, of whichever job wrote it, or None."""
    written = [path.parent for path in (state / "checkpoints").glob("*/chk-*/_metadata")]
    return max(written, key=lambda path: (path / "_metadata").stat().st_mtime, default=None)


if __name__ == "__main__":
    sys.exit(main())
