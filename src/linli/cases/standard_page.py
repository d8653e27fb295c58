"""`python -m linli.cases.standard_page` prints the tables of docs/classes.md from the starter catalogue."""

import sys
from collections.abc import Iterator, Mapping
from typing import Any

import django

HEAD = (
    "| code | class | national standard | leads | helps | to handle | urgent | graded | evidence | basis | public |\n"
    "|---|---|---|---|---|---|---|---|---|---|---|\n"
)
RULES = "| order | code | where | then | basis |\n|---|---|---|---|---|\n"


def table() -> str:
    """One row a class, as the file has it."""
    from linli.cases.domain.classes import starter

    return HEAD + "".join(_line(_class(row)) for row in starter()["class"])


def _class(row: Mapping[str, Any]) -> Iterator[str]:
    from linli.cases.domain.catalogue import majors
    from linli.cases.domain.classes import PLAIN, starter

    full = {**PLAIN, **row}
    major = majors()[row["standard_code"]]
    urgent = (starter()["urgent"] | row["urgent"])["case.handle"]
    yield f"`{row['code']}`"
    yield f"{row['name_en']} {row['name']}"
    yield f"{major.name_en} {row['standard_code'][-2:]}" + (" (assumed)" if major.assumed else "")
    yield _plain(row["lead"])
    yield ", ".join(map(_plain, row["helpers"]))
    yield _plain(row.get("ordinary", {}).get("case.handle", "lawbook"))
    yield _plain(urgent)
    yield str(full["grade"])
    yield "text" + (", photo after" if full["photo_needed"] else "") + (" and before" if full["before_needed"] else "")
    yield f"`{full['basis']}`" if full["basis"] else ""
    yield str(full["publicity"]) + (", sealed" if full["sealed"] else "")


def rules_table() -> str:
    """One row a starter rule."""
    from linli.cases.domain.rulebook import starter_rules

    return RULES + "".join(_line(_rule(row)) for row in starter_rules())


def _rule(row: Mapping[str, Any]) -> Iterator[str]:
    asked = [f"{name}: {' or '.join(row[name])}" for name in ("classes", "places", "sources", "times") if name in row]
    asked += ["words: " + " or ".join("+".join(words) for words in row["words"])] if "words" in row else []
    yield str(row["order"])
    yield f"`{row['code']}`"
    yield "; ".join(asked)
    yield "; ".join(f"{name}: {_plain(row[name])}" for name in ("role", "grade", "hotline") if name in row)
    yield f"`{row['basis']}`" if "basis" in row else ""


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _line(cells: Iterator[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(f"{table()}\n{rules_table()}")
