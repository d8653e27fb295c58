#!/usr/bin/env python3
"""Everything that can be judged without running Linli, one line for each: `make check`.

Goes on after a failure, so that one run shows all that is wrong.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"

CHECKS = [
    ("style", ["ruff", "check", "--quiet", "."]),
    ("layout", ["ruff", "format", "--check", "--quiet", "."]),
    ("types", ["mypy"]),
    ("import layers", ["lint-imports"]),
    ("translations", ["python", "tools/messages.py", "--check"]),
    ("migrations", ["django-admin", "makemigrations", "--check", "--dry-run"]),
    ("documentation", ["pytest", "tests/docs", "-q"]),
]


def main() -> int:
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "linli.site.settings", "PYTHONPATH": "src"}
    failed = []
    for name, (program, *words) in CHECKS:
        began = time.monotonic()
        done = subprocess.run(
            [BIN / program, *words],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        print(
            f"{name:<14} {'ok' if done.returncode == 0 else 'FAILED':<7} {time.monotonic() - began:5.1f} s", flush=True
        )
        if done.returncode:
            failed.append(name)
            print(done.stdout.rstrip(), flush=True)
    if failed:
        print(f"Failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
