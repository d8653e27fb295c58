"""docs/figures.md defines each figure in the words of the page."""

import re
from pathlib import Path

from django.utils import translation

from linli.insight.domain.figures import FIGURES, GROUPS
from linli.insight.domain.measures import MEASURES
from linli.insight.names import MEASURE_NAMES

PAGE = Path(__file__).parents[2] / "docs/figures.md"


def test_the_table_of_definitions_says_what_the_page_says():
    text = PAGE.read_text(encoding="utf-8").split("## What is counted")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", text, re.MULTILINE)[1:]

    with translation.override("en"):
        told = [tuple(map(str, (each.label, each.counts, each.of, each.source))) for each in FIGURES]
    assert [row for row in rows if set(row[0]) != {"-"}] == told


def test_every_figure_stands_in_a_group_and_every_measure_has_a_name():
    assert sorted(name for _title, names in GROUPS for name in names) == sorted(figure.name for figure in FIGURES)
    assert set(MEASURE_NAMES) == set(MEASURES)
