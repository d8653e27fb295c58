#!/usr/bin/env python3
"""Make deploy/flink/.venv ready: PyFlink and what the rules need, from requirements.lock, each file held to its hash.

    python3 deploy/flink/install.py

The packages of Linli's own environment are newer than PyFlink takes, so it has one of its own; `linli` is found in it
by its path, without Django.  Standard library only; how a package gets in is tools/bootstrap.py's.
"""

import hashlib
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "tools"))

import bootstrap  # noqa: E402 found by the line above

ENVIRONMENT = HERE / ".venv"
LOCK = HERE / "requirements.lock"
NEWEST = (3, 12)  # that PyFlink 2.3 takes
STAMP = "flink-stamp"


def need_python() -> None:
    """Carry on under a Python that PyFlink takes, or say that there is none."""
    if bootstrap.OLDEST <= sys.version_info[:2] <= NEWEST:
        return
    for minor in range(NEWEST[1], bootstrap.OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found and bootstrap.works(found, "-c", ""):
            sys.exit(subprocess.run([found, __file__]).returncode)
    raise bootstrap.Stop("PyFlink needs Python 3.11 or 3.12. Install one of them, then run this again.")


def fingerprint() -> str:
    """What the environment is made from."""
    return hashlib.sha256(repr((LOCK.read_bytes(), str(ROOT), sys.version_info[:3])).encode()).hexdigest()


def is_ready() -> bool:
    stamp = ENVIRONMENT / STAMP
    return stamp.exists() and stamp.read_text().strip() == fingerprint() and bootstrap.python().exists()


def make() -> None:
    began = time.monotonic()
    bootstrap.make_environment()
    name, command = bootstrap.installer()
    bootstrap.say(f"Installing PyFlink into {ENVIRONMENT} with {name}: 700 MB, a few minutes on a slow line")
    bootstrap.install(command, "--require-hashes", "-r", str(LOCK))
    (packages,) = ENVIRONMENT.glob("lib/python3*/site-packages")
    (packages / "linli.pth").write_text(f"{ROOT / 'src'}\n")
    (ENVIRONMENT / STAMP).write_text(fingerprint() + "\n")
    bootstrap.say(f"Ready in {time.monotonic() - began:.0f} s")


def main() -> int:
    bootstrap.ENVIRONMENT = ENVIRONMENT
    try:
        need_python()
        if not is_ready():
            make()
    except bootstrap.Stop as reason:
        print(reason, file=sys.stderr)
        return 1
    if not shutil.which("java"):
        bootstrap.say("Java is still missing. Install it, for example with: apt install default-jre-headless")
    return 0


if __name__ == "__main__":
    sys.exit(main())
