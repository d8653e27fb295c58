"""The pages on classes and routing show the data that comes with Linli."""

from pathlib import Path

from linli.cases.standard_page import rules_table, table
from linli.engines.routing import Conditions, Time

DOCS = Path(__file__).parents[2] / "docs"


def test_the_table_of_classes_is_that_of_the_data():
    assert (DOCS / "classes.md").read_text(encoding="utf-8").split("## The starter catalogue\n\n")[1] == table()


def test_the_table_of_rules_is_that_of_the_data():
    page = (DOCS / "routing.md").read_text(encoding="utf-8")

    assert page.split("on in the demonstration.\n\n")[1] == rules_table()


def test_every_condition_and_time_is_explained():
    page = (DOCS / "routing.md").read_text(encoding="utf-8")

    assert [name for name in [*Conditions.__dataclass_fields__, *Time] if f"`{name}`" not in page] == []
