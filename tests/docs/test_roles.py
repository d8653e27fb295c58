"""Each role has a page, in both languages, and every address that the page names opens for that role."""

import re
from pathlib import Path

import pytest

from linli.people.enums import Role
from tests.test_access import TABLE, may_open

FOLDER = Path(__file__).parents[2] / "docs/roles"
PAGES = {path.stem.replace("-", "_"): path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
PAGES.pop("README")


def test_each_role_has_a_page_and_the_index_names_it():
    index = (FOLDER / "README.md").read_text(encoding="utf-8")

    assert set(PAGES) == set(Role.values) | {"resident", "outsider"}
    assert [name for name in PAGES if f"({name.replace('_', '-')}.md)" not in index] == []


@pytest.mark.parametrize("name", sorted(PAGES))
def test_what_a_page_names_opens_for_its_role(name, street):
    english, _heading, chinese = PAGES[name].partition("## 中文")
    named = [set(re.findall(r"`/([^`]*)`", part)) for part in (english, chinese)]

    assert named[0] == named[1] != set()
    assert sorted(named[0] - TABLE.keys()) == []
    assert [route for route in named[0] if not may_open(TABLE[route], name, street)] == []
