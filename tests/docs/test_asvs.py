"""What docs/asvs.md calls met is met by something that exists, and each requirement stands there once."""

import re
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/asvs.md").read_text()
ROWS = re.findall(r"^\| ([\d., ]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", PAGE, re.MULTILINE)
STANDS = {"met", "partly", "not met", "operator", "n/a"}
# How many requirements of levels 1 and 2 each chapter of ASVS 5.0.0 has; three chapters do not apply as a whole.
CHAPTERS = {1: 27, 2: 11, 3: 19, 4: 10, 5: 9, 6: 35, 7: 18, 8: 7, 11: 14, 12: 9, 13: 13, 14: 9, 15: 13, 16: 16}


def numbers() -> list[str]:
    return [number.strip() for row in ROWS for number in row[0].split(",")]


def test_each_requirement_of_levels_1_and_2_stands_there_once():
    found = numbers()
    assert len(found) == len(set(found))
    assert {chapter: sum(n.startswith(f"{chapter}.") for n in found) for chapter in CHAPTERS} == CHAPTERS


def test_each_row_says_how_it_stands_and_why():
    assert {row[2] for row in ROWS} == STANDS
    assert [row[0] for row in ROWS if not row[3].strip()] == []


@pytest.mark.parametrize("page", ["docs/asvs.md", "docs/security.md"])
def test_every_file_that_is_named_exists(page):
    named = re.findall(r"`((?:src|tests|docs|deploy)/[\w./-]+)`", (ROOT / page).read_text())
    assert len(named) >= 1
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_not_one_chapter_is_met_by_words_alone():
    by_chapter = {chapter: [row[3] for row in ROWS if row[0].startswith(f"{chapter}.")] for chapter in CHAPTERS}
    assert [c for c, where in by_chapter.items() if "`" not in "".join(chain(where))] == []
