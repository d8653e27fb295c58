"""Processes of their own, on a database of their own: what tests of killed workers share."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

ROOT = Path(__file__).resolve().parents[1]


@contextmanager
def a_database(folder: Path) -> Iterator[dict[str, str]]:
    """The environment of a database of its own, on whichever server the tests run, with all tables."""
    env = os.environ | {
        "LINLI_DATA": str(folder),
        "DJANGO_SETTINGS_MODULE": "linli.site.settings",
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
    }
    address = os.environ.get("LINLI_DATABASE_URL", "")
    if not address:
        yield env
        return
    import psycopg

    name = f"linli_killed_{uuid4().hex[:8]}"
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield env | {"LINLI_DATABASE_URL": address.rpartition("/")[0] + "/" + name}
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def run(env: dict[str, str], *words: str) -> str:
    """What a process of Python writes to its standard output; what it complains about stays with the test."""
    return subprocess.run(
        [sys.executable, *words], env=env, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    ).stdout
