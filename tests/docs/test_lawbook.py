"""The page on the lawbook lists every rule, and its example can be used."""

import re
from datetime import date
from pathlib import Path

from linli.engines.clocks import Limit
from linli.lawbook import Book, book
from linli.lawbook.__main__ import table
from linli.lawbook.book import DATA, PARAMS

PAGE = (Path(__file__).parents[2] / "docs/lawbook.md").read_text(encoding="utf-8")


def test_the_table_is_the_one_that_the_lawbook_prints():
    assert PAGE.split("## The rules\n\n")[1] == table(book())


def test_each_id_appears():
    assert {version.id for version in book()} <= set(re.findall(r"`([a-z_]+\.[a-z_]+)`", PAGE))


def test_each_figure_a_rule_may_have_is_explained():
    names = {name for must, may in PARAMS.values() for name in must | may}

    assert [name for name in sorted(names) if not re.search(rf"`{name}\b", PAGE)] == []


def test_the_example_is_a_rule(tmp_path):
    (tmp_path / "sources.toml").write_bytes((DATA / "sources.toml").read_bytes())
    (tmp_path / "example.toml").write_text(re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL).group(1))

    found = Book(tmp_path).rule("petition.handle", on=date(2026, 11, 23))

    assert (found.limit, found.extension) == (Limit(60, "natural_day"), 30)
