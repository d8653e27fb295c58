"""Backups: made while others write, brought back elsewhere, and whole; whatever is not whole is refused."""

import gzip
import json
import os
import shutil
import subprocess
import sys
import time
import zlib
from pathlib import Path

import pytest

from linli.core import archive
from linli.core.keys import load_keys
from tests.processes import ROOT, run
from tests.site.conftest import linli
from tests.site.worker import LAID

WRITERS = 2


def facts(env: dict[str, str], what: str = "facts") -> dict:
    return json.loads(run(env, "-m", "tests.site.worker", what))


def lines_of(path: Path) -> list[str]:
    return path.read_text().splitlines()


@pytest.fixture
def writers(laid, tmp_path):
    """Processes that write all the time, and where each says what it has written."""
    said = [tmp_path / f"writer-{number}" for number in range(WRITERS)]
    started = []
    for number, path in enumerate(said):
        with path.open("w") as out:
            started.append(
                subprocess.Popen(
                    [sys.executable, "-m", "tests.site.worker", "write", str(number)],
                    env=laid.env,
                    cwd=ROOT,
                    stdout=out,
                )
            )
    deadline = time.monotonic() + 60
    while any(len(lines_of(path)) < 3 for path in said):
        assert time.monotonic() < deadline, "the writers do not write"
        time.sleep(0.1)
    yield said
    for one in started:
        one.kill()
        one.wait()


def test_a_backup_made_while_others_write_is_the_installation_of_one_moment(laid, writers, elsewhere, tmp_path):
    before = {line for path in writers for line in lines_of(path)}
    made = linli(laid.env, "backup", tmp_path / "busy.tar.gz", "--verify")
    written = {line for path in writers for line in lines_of(path)}
    time.sleep(1)
    after = {line for path in writers for line in lines_of(path)} - written

    restored = linli(elsewhere, "restore", tmp_path / "busy.tar.gz", "--keys", laid.keys)
    found = facts(elsewhere)

    assert (made.status, restored.status, restored.out + restored.err) == (0, 0, restored.out)
    assert "Every story is as it was written." in restored.out
    assert len(after) > 0, "nobody wrote beside the backup"
    assert (before - set(found["numbers"]), after & set(found["numbers"])) == (set(), set())
    assert (found["wrong files"], found["purged files with content"], found["findings"]) == ([], [], [])
    assert facts(elsewhere, "go-on")["findings"] == []


def test_what_is_restored_is_what_was_there(laid, elsewhere):
    linli(elsewhere, "restore", laid.backup, "--keys", laid.keys)
    found = facts(elsewhere)

    assert (found["files"], found["wrong files"], found["findings"]) == (LAID, [], [])
    (outgoing,) = (Path(elsewhere["LINLI_DATA"]) / "outgoing").glob("sms-*.jsonl")
    assert json.loads(outgoing.read_text())["key"] == "laid"
    assert json.loads((Path(elsewhere["LINLI_DATA"]) / "keys.json").read_text()) == json.loads(laid.keys.read_text())


def test_no_key_is_in_the_archive_and_only_its_owner_reads_it(laid):
    secret = json.loads(laid.keys.read_text())
    content = gzip.decompress(laid.backup.read_bytes())

    assert [secret["secret"].encode() in content, secret["vapid"].encode() in content] == [False, False]
    assert [key.encode() in content for key in secret["fields"].values()] == [False]
    assert [path.stat().st_mode & 0o777 for path in (laid.backup, laid.keys)] == [0o600, 0o600]


def test_an_installation_in_use_is_not_written_over_unless_told_and_is_then_kept(laid, elsewhere):
    linli(elsewhere, "restore", laid.backup, "--keys", laid.keys)
    facts(elsewhere, "go-on")

    refused = linli(elsewhere, "restore", laid.backup)
    kept = facts(elsewhere)
    replaced = linli(elsewhere, "restore", laid.backup, "--replace")

    assert (refused.status, "--replace" in refused.err, len(kept["numbers"])) == (1, True, LAID + 1)
    assert (replaced.status, len(facts(elsewhere)["numbers"])) == (0, LAID)
    assert "know 1 later ones: what was written after the backup is lost" in replaced.out
    (aside,) = Path(elsewhere["LINLI_DATA"]).glob("replaced-*/files")
    assert len(list(aside.rglob("*.png"))) == LAID + 1


def test_a_key_file_that_does_not_fit_is_named_and_nothing_is_touched(laid, elsewhere, below, tmp_path):
    data = Path(elsewhere["LINLI_DATA"])
    wrong = tmp_path / "wrong.json"
    load_keys(wrong)

    without, other = linli(elsewhere, "restore", laid.backup), linli(elsewhere, "restore", laid.backup, "--keys", wrong)

    assert [(said.status, "was made under another key file" in said.err) for said in (without, other)] == [
        (1, True)
    ] * 2
    assert below(data) == []


def one_bit(data: bytes) -> bytearray:
    """The archive with the first bit after its middle turned that changes what is packed in it.

    Not every bit does: in a run of zeros a match that is copied from another distance gives the same zeros.
    """
    whole = gzip.decompress(data)
    for at in range(len(data) // 2, len(data)):
        turned = bytearray(data)
        turned[at] ^= 4
        try:
            if gzip.decompress(bytes(turned)) != whole:
                return turned
        except (zlib.error, EOFError, OSError):
            return turned
    raise AssertionError("no bit of the second half matters")


def damaged(path: Path, how: str) -> None:
    data = bytearray(path.read_bytes())
    if how == "cut off":
        data = data[: len(data) // 2]
    elif how == "cut off at its end":
        data = bytearray(gzip.compress(gzip.decompress(data)[:-11_000], 1))
    elif how == "one bit":
        data = one_bit(bytes(data))
    elif how == "another text":
        whole = gzip.decompress(data)
        assert b"laid" in whole  # in a message that lies in outgoing/
        data = bytearray(gzip.compress(whole.replace(b"laid", b"late"), 1))
    else:
        data = bytearray(b"no backup at all")
    path.write_bytes(data)


@pytest.mark.parametrize("how", ["cut off", "cut off at its end", "one bit", "another text", "something else"])
def test_a_damaged_archive_is_refused_and_nothing_is_touched(laid, elsewhere, below, tmp_path, how):
    path = tmp_path / "damaged.tar.gz"
    shutil.copy(laid.backup, path)
    damaged(path, how)

    said = linli(elsewhere, "restore", path, "--keys", laid.keys)

    assert (said.status, "Traceback" in said.err, said.out) == (1, False, "")
    assert any(word in said.err for word in ("damaged", "cut off"))
    assert below(Path(elsewhere["LINLI_DATA"])) == []


def test_an_archive_whose_list_was_rewritten_to_fit_is_refused(laid, tmp_path):
    """Somebody with the archive and without the keys changes a part, and the manifest with it."""
    path, folder = tmp_path / "forged.tar.gz", tmp_path / "parts"
    folder.mkdir()
    manifest = archive.read(laid.backup, load_keys(laid.keys), into=folder)
    stranger = load_keys(tmp_path / "stranger.json")
    (changed,) = [folder / name for name in manifest.parts if name.startswith("outgoing/")]
    changed.write_bytes(changed.read_bytes().replace(b"laid", b"late"))
    with archive.writing(path, lambda: None) as writer:
        for name in manifest.parts:
            writer.add(name, folder / name)
        writer.close(manifest, stranger)

    with pytest.raises(archive.BackupError, match="was altered: its signature does not fit"):
        archive.read(path, load_keys(laid.keys))


def test_a_part_that_leads_out_of_its_folder_is_refused(laid, tmp_path):
    path, keys = tmp_path / "way-out.tar.gz", load_keys(laid.keys)
    with archive.writing(path, lambda: None) as writer:
        writer.add("../outside", laid.keys)

    with pytest.raises(archive.BackupError, match="leads out of its folder"):
        archive.read(path, keys, into=tmp_path / "in")
    assert not (tmp_path / "outside").exists()


def test_a_full_disk_is_said_and_leaves_neither_half_a_backup_nor_half_an_installation(
    laid, elsewhere, below, tmp_path
):
    target = tmp_path / "full"
    target.mkdir()

    made = linli(laid.env, "backup", target, limit=100_000)
    restored = linli(elsewhere, "restore", laid.backup, "--keys", laid.keys, limit=60_000)

    assert (made.status, "is full" in made.err, list(target.iterdir())) == (1, True, [])
    assert (restored.status, "is full" in restored.err) == (1, True)
    assert below(Path(elsewhere["LINLI_DATA"])) == []


def test_linli_that_runs_is_not_restored_over(laid, elsewhere):
    linli(elsewhere, "restore", laid.backup, "--keys", laid.keys)
    worker = subprocess.Popen([sys.executable, "-m", "linli.site.cli", "jobs"], env=elsewhere, cwd=ROOT)
    try:
        deadline = time.monotonic() + 60
        while "Linli is running" not in linli(elsewhere, "upgrade", "--check").out:
            assert time.monotonic() < deadline, "the worker does not start"

        said = linli(elsewhere, "restore", laid.backup, "--replace")
    finally:
        worker.terminate()
        worker.wait(timeout=120)  # the job at hand is finished first

    assert (said.status, "Linli is running on this data folder" in said.err) == (1, True)


def test_the_newest_are_kept_and_a_second_backup_takes_no_name_twice(laid, tmp_path):
    folder = tmp_path / "kept"
    folder.mkdir()
    for day in range(1, 5):
        (folder / f"linli-2026010{day}-000000.tar.gz").write_bytes(b"")
    half = folder / ".linli-20260101-000000.tar.gz.part"
    half.write_bytes(b"")
    os.utime(half, (0, 0))

    made = linli(laid.env, "backup", folder, "--keep", "2")
    again = linli(laid.env, "backup", laid.backup)

    assert (made.status, "4 older backups removed" in made.out) == (0, True)
    assert min(path.name[:14] for path in folder.iterdir()) == "linli-20260104"
    assert len(list(folder.iterdir())) == 2
    assert (again.status, "exists already" in again.err) == (1, True)


@pytest.mark.postgres
def test_missing_tools_of_postgresql_are_named(laid, tmp_path):
    fake = tmp_path / "bin"
    fake.mkdir()
    old = fake / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.1'\n")
    old.chmod(0o755)

    said = linli(laid.env | {"PATH": f"{fake}:/usr/bin:/bin"}, "backup", tmp_path / "none.tar.gz")

    assert (said.status, "is version 9 and the server is version" in said.err) == (1, True)
    assert not (tmp_path / "none.tar.gz").exists()


def test_the_daily_backup_keeps_as_many_as_it_is_told_and_the_doctor_knows_its_age(laid, tmp_path):
    env = laid.env | {"LINLI_BACKUPS": str(tmp_path / "daily"), "LINLI_BACKUPS_KEPT": "2"}
    names = []
    for _ in range(3):
        run(env, "-m", "tests.site.worker", "daily")
        names.append(max(path.name for path in (tmp_path / "daily").iterdir()))

    said = {finding["name"]: finding for finding in json.loads(linli(env, "doctor", "--json").out)}

    assert len(set(names)) == 3
    assert sorted(path.name for path in (tmp_path / "daily").iterdir()) == names[1:]
    assert linli(env, "restore", tmp_path / "daily" / names[2], "--check").status == 0
    assert (said["backup"]["state"], said["stores"]["state"]) == ("well", "well")
    assert said["backup"]["says"].startswith("The newest backup is ")


def test_the_daily_reading_of_all_stories_bears_that_others_write(laid, writers):
    assert json.loads(run(laid.env, "-m", "tests.site.worker", "verify")) == [0]
