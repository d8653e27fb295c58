"""docs/indicators.md defines each indicator in the words of the page, and lists every mechanism."""

import re
from pathlib import Path

from django.apps import apps
from django.utils import translation

from linli.cases.domain.classes import starter
from linli.insight.domain.defining import READERS
from linli.insight.domain.definitions import Cases
from linli.insight.domain.indicators import BY_CODE, INDICATORS
from linli.insight.domain.mechanisms import MECHANISMS
from linli.people.enums import Role
from linli.people.rules import PERMISSIONS

PAGE = (Path(__file__).parents[2] / "docs/indicators.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    part = PAGE.split(f"## {heading}")[1].split("\n## ")[0]
    found = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in re.findall(r"^\|.*\|$", part, re.MULTILINE)
    ]
    return found[2:]


def test_the_table_of_definitions_says_what_the_page_says():
    with translation.override("en"):
        told = [
            [f"`{each.code}`", str(each.label), each.group.value, each.making.value, str(each.counts), str(each.of),
             str(each.source), each.span.value, str(each.owner.label), "yes" if each.public else ""]
            for each in INDICATORS
        ]  # fmt: skip
    assert rows("What is counted") == told


def test_the_table_of_mechanisms_says_what_the_page_says():
    with translation.override("en"):
        told = [
            [f"`{each.code}`", str(each.label), str(each.reviewer.label),
             ", ".join(f"`{code}`" for code in each.indicators)]
            for each in MECHANISMS
        ]  # fmt: skip
    assert rows("The yearly review") == told


def test_every_code_is_there_once_and_what_is_part_of_another_names_it():
    assert len(BY_CODE) == len(INDICATORS)
    assert {each.within for each in INDICATORS} - {""} <= set(BY_CODE)


def test_what_waits_for_an_app_waits_only_as_long_as_it_is_not_there():
    """Whoever builds the app computes the indicator: it cannot be there and the number still be missing."""
    assert [each.code for each in INDICATORS if each.app and apps.is_installed(f"linli.{each.app}")] == []


def test_whoever_owns_an_indicator_that_there_is_can_read_it():
    named = PERMISSIONS["insight.indicators"].name

    assert {role for role in Role if role.value in re.findall(r"\w+", named)} == READERS
    assert {each.owner for each in INDICATORS if not each.is_waiting} <= READERS


def test_the_classes_that_are_counted_together_are_in_the_starter_catalogue():
    named = {code for each in INDICATORS if isinstance(each.way, Cases) for code in each.way.klasses}

    assert named <= {row["code"] for row in starter()["class"]}
