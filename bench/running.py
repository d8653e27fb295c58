"""What a server must have: memory of each process at rest, disk for a thousand cases, and how long a backup takes."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from bench import installed
from bench.figure import Figure

CASES = 10_000
PORT = 8947
SETTLED = 8  # seconds after which a process has loaded what it loads
MB = 1024 * 1024


def measure() -> list[Figure]:
    took, packed, data = installed.run("bench.running", CASES)
    figures = [
        Figure("disk for 1,000 cases, without photos", data / MB * 1000 / CASES, "MB", aim=15),
        Figure(f"backup of {CASES:,} cases, CPU time", took, "s", aim=10),
        Figure("the backup's file", packed / MB, "MB"),
    ]
    environment = os.environ | {"LINLI_DATA": str(installed.ROOT / "var" / "bench" / str(CASES))}
    web, jobs = ["web", "--port", str(PORT), "--workers", "1"], ["jobs"]
    figures.append(
        Figure("memory of linli web, one worker, after its first pages", _memory(web, environment) / MB, "MB", aim=350)
    )
    figures.append(Figure("memory of linli jobs at rest", _memory(jobs, environment) / MB, "MB", aim=200))
    return figures


def _memory(words: list[str], environment: dict[str, str]) -> int:
    """Bytes that a process and its children hold for themselves, pages that they share counted once (PSS)."""
    running = subprocess.Popen([sys.executable, "-m", "linli.site.cli", *words], env=environment, cwd=installed.ROOT)
    try:
        time.sleep(SETTLED)
        if words[0] == "web":
            for page in ("/", "/cases/", "/report/"):
                httpx.get(f"http://127.0.0.1:{PORT}{page}", timeout=30)
        return sum(_pss(process) for process in [running.pid, *_children(running.pid)])
    finally:
        running.terminate()
        running.wait(timeout=30)


def _children(parent: int) -> list[int]:
    tasks = Path(f"/proc/{parent}/task").glob("*/children")
    found = [int(number) for task in tasks for number in task.read_text().split()]
    return found + [one for child in found for one in _children(child)]


def _pss(process: int) -> int:
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def main() -> None:
    """In a process of its own, on the filled installation: seconds, bytes of the backup, bytes of the data."""
    import django

    django.setup()
    from django.conf import settings
    from django.utils import timezone

    from linli.core.backup import make_backup

    with TemporaryDirectory(dir=settings.DATA.parent) as folder:
        began = time.process_time()
        made = make_backup(Path(folder), at=timezone.now())
        took = time.process_time() - began
    kept = [settings.DATA / "linli.sqlite3", *(settings.ANCHORS.glob("*") if settings.ANCHORS.exists() else ())]
    print(json.dumps([took, made.size, sum(path.stat().st_size for path in kept)]))


if __name__ == "__main__":
    main()
