"""The rules that come with Linli, and how a rule of the rulebook becomes one of the engine.

The content of a rule's version, in TOML as in the database:

    title, title_en        a few words
    explain, explain_en    for residents and staff: what is watched, who comes, what is not done
    basis, assumed         a rule of the lawbook; whether that it fits is only assumed
    review_months          after how many months its owner looks at it again
    rule                   what the engine takes (`linli.engines.rules.parse_rule`) without `lineage` and `version`;
                           its `select` may also name `types` of device
    then                   what the loop does (`sensing.domain.fired`)
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from linli.engines.rules import Rule, parse_rule
from linli.sensing.enums import DeviceType, Site

FIRST = ("fire", "lifts", "buildings", "devices", "care")
BESIDE = "~dry"  # after the name of a rule whose version is only tried beside the one at work


@cache
def library() -> dict[str, dict[str, Any]]:
    """The rules that Linli knows from the start, by code, in their order."""
    folder = files("linli.sensing") / "data" / "rules"
    texts = [(folder / f"{name}.toml").read_text(encoding="utf-8") for name in FIRST]
    return {row["code"]: row for text in texts for row in tomllib.loads(text)["rule"]}


def kind_and_site(kind: str, site: str) -> str:
    """What the engine takes for the site of a datastream, so that a rule can choose by the type of device too."""
    return f"{kind}@{site}"


def engine_rule(mapping: Mapping[str, Any], code: str, semantic: int, *, beside: bool = False) -> Rule:
    """The engine's rule of the table `rule` of a content.

    Raises:
        RuleError: with the field, as in "pattern.within".
    """
    given = dict(mapping)
    if isinstance(given.get("select"), Mapping):
        given["select"] = _select(given["select"])
    return parse_rule({**given, "lineage": code + (BESIDE if beside else ""), "version": semantic})


def _select(select: Mapping[str, Any]) -> dict[str, Any]:
    """Types and sites as the pairs that the engine compares."""
    found = {name: value for name, value in select.items() if name not in ("types", "sites")}
    types, sites = select.get("types", ()), select.get("sites", ())
    if types or sites:
        found["sites"] = [
            kind_and_site(kind, site) for kind in types or DeviceType.values for site in sites or Site.values
        ]
    return found


def name_and_beside(lineage: str) -> tuple[str, bool]:
    """The code of a rule, and whether its version is only tried beside, from the engine's name of it."""
    return (lineage.removesuffix(BESIDE), True) if lineage.endswith(BESIDE) else (lineage, False)
