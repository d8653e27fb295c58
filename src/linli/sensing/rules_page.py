"""`python -m linli.sensing.rules_page` prints the table of docs/sensing-rules.md from the data."""

import sys
from collections.abc import Iterator, Mapping
from typing import Any

import django

HEAD = (
    "| code | rule | looks at | calls | grades | case | who is sent | helps | answers within | basis | looked at by |\n"
    "|---|---|---|---|---|---|---|---|---|---|---|\n"
)


def table() -> str:
    """One row a rule, as the files have it."""
    from linli.sensing.domain.rule_library import library

    return HEAD + "".join("| " + " | ".join(_cells(code, row)) + " |\n" for code, row in library().items())


def _cells(code: str, row: Mapping[str, Any]) -> Iterator[str]:
    rule, then = row["rule"], row["then"]
    yield f"`{code}`"
    yield f"{row['title_en']} {row['title']}"
    yield _looks_at(rule["select"])
    yield _calls(rule)
    grades = rule["pattern"].get("grades")
    yield ", ".join(f"{name} {value:g}" for name, value in grades.items()) if grades else rule.get("grade", "warning")
    yield _case(then)
    yield _people(then.get("recipients", [])) or ("the contact of the consent" if then.get("care") else "nobody")
    yield _people(then.get("helpers", []))
    yield f"{then['answer_within']} s" if "answer_within" in then else ""
    yield f"`{row['basis']}`" + (" (assumed)" if row.get("assumed") else "")
    yield f"{row['owner'].replace('_', ' ')}, {row['review_months']} months"


def _looks_at(select: Mapping[str, Any]) -> str:
    if "alerts" in select:
        return "alerts of " + ", ".join(f"`{each}`" for each in select["alerts"])
    what = ["anything" if each == "*" else f"`{each}`" for each in select["properties"]]
    return ", ".join(what) + (" of " + ", ".join(select["types"]) if "types" in select else "")


def _calls(rule: Mapping[str, Any]) -> str:
    p, key = rule["pattern"], "" if rule["key"] == "device" else f", by {rule['key']}"
    hours = "".join(f", {span['from']}–{span['to']}" for span in rule.get("schedule", {}).get("hours", ()))
    said = {
        "threshold": lambda: f"{p['op']} a value",
        "held": lambda: f"{_when(p['when'])} for {p['lasting']}",
        "count": lambda: f"{p['times']} times {_when(p['when'])} within {p['within']}",
        "absence": lambda: f"silent for {p['lasting']}",
        "sequence": lambda: f"`{p['first']['property']}`, and no `{p['then']['property']}` within {p['within']}",
        "together": lambda: f"{p['devices']} devices within {p['within']}",
    }[p["kind"]]()
    return said + key + hours


def _when(when: Mapping[str, Any]) -> str:
    return f"{when['op']} {when['value']:g}"


def _case(then: Mapping[str, Any]) -> str:
    if not then.get("klass"):
        return "none, only noted"
    marks = [name for name in ("urgent", "confirm", "care") if then.get(name)]
    words = {"urgent": "urgent", "confirm": "somebody looks first", "care": "sealed"}
    return ", ".join([f"`{then['klass']}` from {then['case_grade']} on", *(words[name] for name in marks)])


def _people(rows: list[Mapping[str, Any]]) -> str:
    station = {"role": "department_handler", "kind": "resident_unit"}
    return ", ".join("mini fire station" if row == station else row["role"].replace("_", " ") for row in rows)


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(table())
