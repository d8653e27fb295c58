"""docs/sensorthings.md names each requirement that the service says it meets, and a test that exists for each."""

import re
from pathlib import Path

from linli.gateway.sensorthings.conformance import BASE, CONFORMANCE

ROOT = Path(__file__).parents[2]


def rows() -> dict[str, str]:
    page = (ROOT / "docs/sensorthings.md").read_text()
    return dict(re.findall(r"^\| ([\w/-]+) \| (test_\w+) \|$", page, re.MULTILINE))


def test_each_requirement_that_is_met_has_a_test():
    assert {BASE + requirement for requirement in rows()} == set(CONFORMANCE)


def test_each_test_that_is_named_is_there():
    files = (ROOT / "tests/gateway/sensorthings").glob("test_*.py")
    there = {name for file in files for name in re.findall(r"^def (test_\w+)", file.read_text(), re.MULTILINE)}

    assert sorted(set(rows().values()) - there) == []
