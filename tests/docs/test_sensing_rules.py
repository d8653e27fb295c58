"""The page on rules at work shows the rules that come with Linli, and every field and kind of a rule."""

from pathlib import Path

from linli.engines.rules.parsing import PATTERNS
from linli.sensing.domain.rule_checks import FIELDS, ORDERS
from linli.sensing.rules_page import table

PAGE = (Path(__file__).parents[2] / "docs" / "sensing-rules.md").read_text(encoding="utf-8")


def test_the_table_of_rules_is_that_of_the_data():
    assert PAGE.split("(`tests/sensing/rule_stories.py`).\n\n")[1] == table()


def test_every_field_and_kind_is_explained():
    names = [*(f"`{kind}`" for kind in PATTERNS), *(f"`then.{name}`" for name in ORDERS)]
    names += [f"`{name}`" for name in FIELDS - {"rule", "then"}]

    assert [name for name in names if name not in PAGE] == []
