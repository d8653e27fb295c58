"""An installation with some cases, and its backup; made once, and only ever read by the tests."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.processes import ROOT, a_database, run

Env = dict[str, str]


@dataclass(frozen=True)
class Said:
    """What a command ended with and said."""

    status: int
    out: str
    err: str


def linli(env: Env, *words: object, limit: int | None = None) -> Said:
    """Run the command. `limit`: the most bytes that it may write to one file, as on a disk that is full."""
    before = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit})); " if limit else ""
    code = f"{before}import sys; from linli.site.cli import main; sys.exit(main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, words)], env=env, cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    return Said(done.returncode, done.stdout, done.stderr)


@dataclass(frozen=True)
class Laid:
    """An installation and a backup of it."""

    env: Env
    backup: Path
    keys: Path


@pytest.fixture(scope="session")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laid]:
    folder = tmp_path_factory.mktemp("laid")
    with a_database(folder / "data") as env:
        run(env, "-m", "tests.site.worker", "lay")
        backup, keys = folder / "b" / "linli-laid.tar.gz", folder / "k" / "keys.json"
        assert linli(env, "backup", backup, "--keys", keys, "--verify").status == 0
        yield Laid(env, backup, keys)


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Env]:
    """A machine on which there is nothing yet."""
    with a_database(tmp_path / "elsewhere") as env:
        yield env


@pytest.fixture
def below() -> Callable[[Path], list[str]]:
    """Every file below a folder, but for what a first start makes."""
    made = {"keys.json", "running.lock", "linli.sqlite3", "linli.sqlite3-wal", "linli.sqlite3-shm"}

    def list_(folder: Path) -> list[str]:
        found = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
        return sorted(name for name in found if name not in made)

    return list_
