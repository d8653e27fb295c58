#!/usr/bin/env python3
"""What the job has told so far, from the files that it has finished.

    python3 deploy/flink/told.py FOLDER        prints each alert once, as a JSON line, in the order of its time

A line is one event: `{"kind": "alert", "id": ...}`, `{"kind": "cleared", ...}`, or `{"kind": "reached", "shard": ...,
"position": ...}`: everything in that log up to there has been told.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def events(folder: Path) -> Iterator[dict[str, Any]]:
    """Every event in a finished file; what is still being written belongs to no checkpoint yet and is passed over."""
    for path in sorted(folder.glob("**/[!.]*.jsonl")):
        for line in path.read_text().splitlines():
            yield json.loads(line)


def alerts(folder: Path) -> dict[str, dict[str, Any]]:
    """Each alert once, by its id, in the order of its event time."""
    found = {event["id"]: event for event in events(folder) if event["kind"] == "alert"}
    return dict(sorted(found.items(), key=lambda each: (each[1]["at"], each[0])))


def reached(folder: Path) -> dict[str, set[str]]:
    """The positions of each shard up to which everything has been told."""
    found: dict[str, set[str]] = {}
    for event in events(folder):
        if event["kind"] == "reached":
            found.setdefault(event["shard"], set()).add(event["position"])
    return found


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    for alert in alerts(Path(sys.argv[1])).values():
        print(json.dumps(alert, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
