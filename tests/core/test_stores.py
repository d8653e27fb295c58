"""No place that Linli writes to is forgotten by the backup."""

import re
from pathlib import Path

from django.conf import settings

from linli.core import stores

SOURCE = Path(__file__).parents[2] / "src" / "linli"
BELOW_DATA = re.compile(r'(?:settings\.DATA\)?|(?<![\w.])DATA) / "([\w.-]+)"')


def test_each_name_below_the_data_folder_that_the_code_writes_is_declared():
    written = {name for path in SOURCE.rglob("*.py") for name in BELOW_DATA.findall(path.read_text())}
    names = {path.name for store in stores.stores(*stores.Keep) for path in store.paths}

    assert written - names - {"anchors", "files", "outgoing", "static", "backups", "keys.json"} == set()
    assert {"imports", "linli.sqlite3", "metrics"} <= written


def test_each_folder_that_a_setting_names_is_declared():
    folders = {name for name in dir(settings) if isinstance(getattr(settings, name, None), Path)} - {"ROOT", "DATA"}
    declared = {path for store in stores.stores(*stores.Keep) for path in store.paths}

    assert [name for name in sorted(folders) if getattr(settings, name) not in declared] == []


def test_a_new_folder_is_named_until_it_is_declared(settings, tmp_path):
    settings.DATA = tmp_path
    assert stores.undeclared() == []

    (tmp_path / "segments").mkdir()
    (tmp_path / "imports").mkdir()
    (tmp_path / "replaced-20261125-101500").mkdir()

    assert stores.undeclared() == ["segments"]


def test_what_is_half_written_is_no_file_of_a_store(tmp_path):
    for name in ("a/whole.pdf", "a/.whole.pdf", "b.new"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")

    found = stores.files_of(stores.Store("test", lambda: tmp_path, stores.Keep.AFTER))

    assert list(found) == [("a/whole.pdf", tmp_path / "a" / "whole.pdf")]
