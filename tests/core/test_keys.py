"""The key file: made once, by whichever process is first, and readable by its owner alone."""

import pytest

from linli.core import keys


def test_of_two_processes_that_start_at_once_the_second_uses_the_keys_of_the_first(tmp_path):
    path = tmp_path / "keys.json"
    first = keys.load_keys(path)

    keys._make(path)  # it had looked before there was a file

    assert keys.load_keys(path) == first
    assert [each.name for each in tmp_path.iterdir()] == ["keys.json"]


def test_others_may_not_read_it(tmp_path):
    path = tmp_path / "keys.json"
    keys.load_keys(path)
    assert path.stat().st_mode & 0o777 == 0o600

    path.chmod(0o640)
    with pytest.raises(PermissionError):
        keys.load_keys(path)


def test_a_new_key_leaves_the_older_ones(tmp_path):
    path = tmp_path / "keys.json"
    before = keys.load_keys(path)

    added = keys.rotate_keys(path)

    after = keys.load_keys(path)
    assert after.current == added
    assert after.fields.items() > before.fields.items()
    assert (after.secret, after.vapid) == (before.secret, before.vapid)
