"""Folders with a filled installation to measure on, made once and kept under var/bench."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
# Set it to measure at a million cases too: twenty minutes and three gigabytes the first time.
LARGE = "LINLI_BENCH_LARGE"


def sizes() -> list[int]:
    return [10_000, 1_000_000] if os.environ.get(LARGE) else [10_000]


def run(module: str, cases: int, *arguments: str) -> Any:
    """What `python -m module` writes as JSON in its last line, on an installation with so many cases."""
    environment = _environment(filled(cases))
    return json.loads(_python(module, list(arguments), environment).splitlines()[-1])


def filled(cases: int) -> Path:
    """The folder of an installation with so many cases."""
    folder = ROOT / "var" / "bench" / str(cases)
    marker = folder / ".filled"
    if not marker.exists():
        _python("bench.fill", [str(cases)], _environment(folder))
        marker.touch()
    else:
        _python("linli.site.cli", ["prepare"], _environment(folder))  # it may be from before an upgrade
    return folder


def _environment(folder: Path) -> dict[str, str]:
    return os.environ | {"LINLI_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "linli.site.settings"}


def _python(module: str, arguments: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True,
        check=True,
    )  # fmt: skip
    return done.stdout
