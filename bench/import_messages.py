"""How long `linli import messages` takes for 4,326 messages, from start to end, on an installation with its places."""

import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from bench.figure import Figure
from bench.installed import ROOT

ROWS = 4326
UNTIL = datetime(2020, 1, 8, tzinfo=UTC)


def measure() -> list[Figure]:
    with TemporaryDirectory(prefix="linli-bench-") as name:
        folder = Path(name)
        path, which = messages(folder)
        shutil.copytree(new_installation(), folder / "data")
        first, taken = import_into(folder / "data", path)
        again, none = import_into(folder / "data", path)
    assert (taken, none) == (ROWS, 0), (taken, none)
    return [
        Figure(f"import of {ROWS:,} {which} messages", first, "s", 15),
        Figure("the same file again, which adds nothing", again, "s"),
    ]


def messages(folder: Path) -> tuple[Path, str]:
    """The real messages where there are some, otherwise as many that were invented."""
    if real := os.environ.get("LINLI_REAL_DATA"):
        return Path(real) / "messages" / "stream.csv", "real"
    from linli.world.messages import write_messages

    path = folder / "messages.csv"
    write_messages(path, rows=ROWS, until=UNTIL)
    return path, "invented"


def new_installation() -> Path:
    """A data folder with places and posts and nothing else, made once."""
    folder = ROOT / "var" / "bench" / "new"
    if not (folder / ".made").exists():
        program = (
            "from linli.site.prepare import prepare; prepare(); from linli.world.seed import seed_first; seed_first()"
        )
        subprocess.run([sys.executable, "-c", program], env=environment(folder), check=True)
        (folder / ".made").touch()
    else:
        subprocess.run([sys.executable, "-m", "linli.site.cli", "prepare"], env=environment(folder), check=True)
    return folder


def import_into(folder: Path, path: Path) -> tuple[float, int]:
    """(seconds from the command's start to its end, messages taken)."""
    began = perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "linli.site.cli", "import", "messages", str(path)],
        env=environment(folder), stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    seconds = perf_counter() - began
    taken, _known, _bad = re.findall(r"\d+", done.stdout.splitlines()[-1])[-3:]  # in any language
    return seconds, int(taken)


def environment(folder: Path) -> dict[str, str]:
    """That of an installation on SQLite in this folder."""
    return {**os.environ, "LINLI_DATABASE_URL": "", "LINLI_DATA": str(folder)}
