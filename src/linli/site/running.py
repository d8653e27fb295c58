"""The commands of whoever runs Linli: backup, restore, upgrade, doctor. Each says what it did, and what to do next."""

import argparse
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from linli.site.restore import Restored

Add = Callable[[str, Callable[[argparse.Namespace], int], str], argparse.ArgumentParser]


def add_commands(add: Add) -> None:
    backup = add("backup", run_backup, "write database and files, as of one moment, into one file")
    backup.add_argument("target", type=Path, nargs="?", help="a file, or a folder; without it LINLI_BACKUPS")
    backup.add_argument("--keys", type=Path, metavar="FILE", help="write the key file too, apart from the backup")
    backup.add_argument("--keep", type=int, metavar="N", help="remove all but the N newest backups of that folder")
    backup.add_argument("--verify", action="store_true", help="read the backup back")
    restore = add("restore", run_restore, "bring an installation back from a backup")
    restore.add_argument("file", type=Path)
    restore.add_argument("--keys", type=Path, metavar="FILE", help="the key file that was kept apart")
    restore.add_argument("--replace", action="store_true", help="put the present installation aside")
    restore.add_argument("--check", action="store_true", help="only read the backup, and change nothing")
    upgrade = add("upgrade", run_upgrade, "bring database and files up to this version, with a way back")
    upgrade.add_argument("--check", action="store_true", help="only say what would be done")
    upgrade.add_argument("--back", action="store_true", help="return to the backup that the last upgrade took")
    doctor = add("doctor", run_doctor, "look for whatever is wrong with this installation, and say what to do")
    doctor.add_argument("--json", action="store_true", help="for programs")
    offer_language(doctor)


def offer_language(command: argparse.ArgumentParser) -> None:
    command.add_argument("--language", choices=["zh-hans", "en"], help="otherwise that of the terminal")


def run_backup(given: argparse.Namespace) -> int:
    django.setup()
    from django.conf import settings

    from linli.core import archive, backup

    folder = given.target or settings.BACKUPS or settings.DATA / "backups"
    made = backup.make_backup(folder, at=datetime.now(UTC))
    parts = len(made.manifest.parts)
    print(f"{made.path}: {parts} parts, {_size(made.size)}, as of {made.manifest.at}")
    if made.manifest.forgotten:
        print(f"{len(made.manifest.forgotten)} files were purged meanwhile and are left out.")
    if given.verify:
        archive.read(made.path, settings.KEYS)
        print("Read back: every part is as it was written.")
    if given.keys:
        backup.write_keys(given.keys)
        print(f"{given.keys}: the keys. Without them nobody reads sealed fields again; whoever has them and the backup")
        print("reads everything. Keep them in another place than the backup.")
    else:
        print("The keys are not in it. Keep a copy of them in another place: linli backup --keys FILE")
    if given.keep is not None:
        removed = backup.keep_newest(made.path.parent, given.keep)
        print(f"{len(removed)} older backups removed.")
    return 0


def run_restore(given: argparse.Namespace) -> int:
    django.setup()
    from django.conf import settings

    from linli.core import archive
    from linli.core.keys import load_keys
    from linli.site import lock
    from linli.site.restore import restore

    if not given.file.is_file():
        raise archive.BackupError(f"There is no file {given.file}.")
    if given.check:
        manifest = archive.read(given.file, load_keys(given.keys) if given.keys else settings.KEYS)
        print(f"{given.file} is whole: Linli {manifest.version}, {manifest.vendor}, as of {manifest.at},")
        print(f"{len(manifest.parts)} parts, {sum(manifest.counts.values())} rows. The keys fit.")
        return 0
    with lock.alone():
        return tell_restored(restore(given.file, keys=given.keys, replace=given.replace))


def tell_restored(done: "Restored") -> int:
    """Say what a restore found. 1 where something does not fit."""
    manifest = done.manifest
    print(f"Restored as of {manifest.at}: {sum(manifest.counts.values())} rows, {len(manifest.parts)} parts.")
    if done.aside:
        print(f"What was here is in {done.aside}. Delete it when you no longer need it: it holds personal data.")
    if done.migrated:
        print(f"Brought up to this version by {len(done.migrated)} migrations.")
    if done.forgotten:
        print(f"{done.forgotten} files had been purged while the backup was made; they are marked as purged.")
    if done.later:
        print(f"The anchors that lay here know {done.later} later ones: what was written after the backup is lost.")
    for table in done.miscounted:
        print(f"{table} has another number of rows than the backup says.")
    for finding in done.findings:
        print(f"{finding.what}\t{finding.procedure}\t{finding.seq or ''}\t{finding.detail}")
    well = not done.findings and not done.miscounted
    print("Every story is as it was written." if well else f"{len(done.findings)} findings.")
    print("Run linli prepare, then start linli web and linli jobs.")
    return 0 if well else 1


def run_upgrade(given: argparse.Namespace) -> int:
    django.setup()
    from linli.site import upgrade

    return upgrade.go_back() if given.back else upgrade.upgrade(only_check=given.check)


def run_doctor(given: argparse.Namespace) -> int:
    django.setup()
    from linli.core import doctor

    with in_language(given.language):
        findings = doctor.examine(at=datetime.now(UTC))
        if given.json:
            print(json.dumps([finding.as_data() for finding in findings], ensure_ascii=False, indent=1))
        else:
            for finding in findings:
                print(f"{finding.state.mark} {finding.title}: {finding.says}")
                if finding.do:
                    print(f"  → {finding.do}")
    return 1 if any(finding.state is doctor.State.BAD for finding in findings) else 0


@contextmanager
def in_language(chosen: str | None) -> Iterator[None]:
    """Speak the language that was asked for, or else the terminal's."""
    import os

    from django.utils import translation

    terminal = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    with translation.override(chosen or ("zh-hans" if terminal.startswith("zh") else "en")):
        yield


def _size(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MB"
