"""Prints the table of docs/lawbook.md: `python -m linli.lawbook`."""

import sys
from collections.abc import Iterable

from linli.lawbook import Kind, Rule, book

HEAD = "| id | rule | source | limit or share | in force | status |\n|---|---|---|---|---|---|\n"


def table(rules: Iterable[Rule]) -> str:
    """One row a version."""
    return HEAD + "".join(f"| {' | '.join(_row(rule))} |\n" for rule in rules)


def _row(rule: Rule) -> list[str]:
    article = f", {rule.article}" if rule.article else ""
    until = f" until {rule.effective_to}" if rule.effective_to else ""
    return [
        f"`{rule.id}`",
        f"{rule.title_en} {rule.title_zh}",
        f"{rule.source.en}{article}",
        _figure(rule),
        f"{rule.effective_from}{until}",
        rule.status,
    ]


def _figure(rule: Rule) -> str:
    params = rule.params
    if rule.kind == Kind.DEADLINE:
        words = [str(params["amount"]), params["kind"].replace("_", " ") + ("s" if params["amount"] > 1 else "")]
        words += ["before"] if rule.limit.backwards else []
        words += [f"+ {rule.extension}"] if rule.extension else []
        return " ".join(words)
    if rule.kind == Kind.QUORUM:
        return f"{'>' if params['more'] else '≥'} {params['share']} of {params['base']}"
    signs = {"at_least": "≥", "more_than": ">", "at_most": "≤"}
    return " ".join(f"{sign} {params[bound]}" for bound, sign in signs.items() if bound in params)


if __name__ == "__main__":
    sys.stdout.write(table(book()))
