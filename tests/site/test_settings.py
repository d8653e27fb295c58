"""A setting that cannot be read is named in one line, with how it is written."""

import os

import pytest

from tests.site.conftest import linli


@pytest.mark.parametrize(("name", "said", "pattern"), [
    ("LINLI_MQTT_PORT", "mqtt", "1883"), ("LINLI_IDLE", "1.5", "60"), ("LINLI_DEVICE_RATE", "600", "600/60"),
])  # fmt: skip
def test_a_number_that_is_none_is_named(tmp_path, name, said, pattern):
    env = os.environ | {"LINLI_DATA": str(tmp_path / "data"), name: said}

    told = linli(env, "manage", "check")

    assert (told.status, told.err) == (1, f"{name} is {said!r}: write it as {pattern}\n")
