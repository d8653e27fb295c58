"""An upgrade looks first, has a backup before it changes anything, looks again, and can be taken back."""

import json
from pathlib import Path

import pytest

from tests.processes import run
from tests.site.conftest import linli
from tests.site.worker import LAID


@pytest.fixture
def present(laid, elsewhere):
    """The environment of an installation of the present version."""
    assert linli(elsewhere, "restore", laid.backup, "--keys", laid.keys).status == 0
    return elsewhere


def version(env: dict[str, str], name: str) -> dict[str, str]:
    return env | {"DJANGO_SETTINGS_MODULE": f"tests.site.{name}.settings"}


def numbers(env: dict[str, str]) -> int:
    return len(json.loads(run(env, "-m", "tests.site.worker", "facts"))["numbers"])


def saved(env: dict[str, str]) -> list[Path]:
    return list((Path(env["LINLI_DATA"]) / "backups" / "before-upgrades").glob("*"))


def test_an_upgrade_and_the_way_back(present):
    newer = version(present, "newer")

    looked = linli(newer, "upgrade", "--check")
    nothing = saved(present)
    done = linli(newer, "upgrade")
    again = linli(newer, "upgrade", "--check")
    run(newer, "-m", "tests.site.worker", "go-on")
    too_new = linli(newer, "upgrade", "--back")
    back = linli(present, "upgrade", "--back")

    assert (looked.status, "1 migrations wait:\n  newer.0001_more" in looked.out, nothing) == (0, True, [])
    assert (done.status, "Up to date; every story is as it was written." in done.out) == (0, True), done.err
    assert "0 migrations wait." in again.out
    assert (too_new.status, "Install that version again first" in too_new.err) == (1, True)
    assert (back.status, numbers(present), len(saved(present))) == (0, LAID, 1), back.err


def test_an_upgrade_that_fails_says_how_to_go_back_and_the_way_is_open(present):
    failed = linli(version(present, "broken"), "upgrade")
    back = linli(present, "upgrade", "--back")

    assert (failed.status, "The upgrade stopped: ValueError" in failed.err) == (1, True)
    assert "linli upgrade --back" in failed.err
    assert (back.status, numbers(present)) == (0, LAID), back.err


def test_without_an_upgrade_there_is_no_way_back(present):
    said = linli(present, "upgrade", "--back")

    assert (said.status, "No upgrade has taken a backup" in said.err) == (1, True)
